"""Accounts: from the first link to a password, sessions that end, and who may what."""

import re
from contextvars import Context
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine

from coordinator import accounts, own_connection, passwords
from coordinator.access import select_to_write
from coordinator.errors import LinkGone, NotFound, Taken, WeakPassword
from models import OneTimeLink, User, UserSession, db
from tests.conftest import settings
from tests.exchanging import bring_all
from tests.networks import NETWORK
from views import policy
from views.account import own_path
from views.app import create_app

EMAIL = "kari@example.no"
PASSWORD = "tolv ville vafler danser"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MISSING = {"key": "nobody", "secret": "nothing", "act": "1", "question": "gaps"}


def token(client, address):
    return TOKEN.search(client.get(address).text)[1]


def send(client, address, page="/account/sign-in", **values):
    """Send a form as a browser would: with the token that the page holds."""
    form = {"csrf_token": token(client, page), **values}
    return client.post(address, data=form)


def a_user(email=EMAIL, role="unit", organisation=None):
    secret = accounts.create(email, role, organisation)
    accounts.set_password(secret, PASSWORD, "")


def sign_in(client, email=EMAIL, password=PASSWORD, **values):
    form = {"email": email, "password": password, **values}
    return send(client, "/account/sign-in", **form)


def test_the_first_link_makes_the_first_user_of_the_unit_and_works_once(app, client):
    address = f"/account/links/{accounts.first_link()}"
    client.get(address)

    typed = {"page": address, "email": EMAIL, "password": PASSWORD}
    arrived = send(client, address, **typed)

    assert arrived.status_code == 303
    assert arrived.headers["Location"] == "/account"
    assert EMAIL in client.get("/account").text
    assert app.test_client().get(address).status_code == 410
    assert accounts.first_link() is None


def test_a_link_is_shown_to_nobody_twice_and_dies_with_the_next(app):
    first = accounts.create(EMAIL, "unit")
    second = accounts.renew_link(EMAIL)
    assert accounts.renew_link("ola@example.no") is None
    assert accounts.renew_link("not an address") is None

    with pytest.raises(LinkGone):
        accounts.who_has_link(first)
    assert accounts.who_has_link(second) == EMAIL


def test_a_link_grows_old(app):
    with time_machine.travel(NOON, tick=False) as clock:
        secret = accounts.create(EMAIL, "unit")
        clock.shift(timedelta(days=7))
        with pytest.raises(LinkGone):
            accounts.set_password(secret, PASSWORD, "")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kort", "too_short"),
        ("x" * 201, "too_long"),
        ("passord123456", "too_common"),
        ("koordinator2026", "too_common"),
        ("kari@example.no", "too_common"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_still_works(app, password, code):
    secret = accounts.create(EMAIL, "unit")

    with pytest.raises(WeakPassword) as refused:
        accounts.set_password(secret, password, "")

    assert refused.value.code == code
    assert accounts.who_has_link(secret) == EMAIL


def test_what_was_typed_is_kept_when_the_password_is_weak(client):
    address = f"/account/links/{accounts.first_link()}"
    page = send(client, address, page=address, email=EMAIL, password="for kort")

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert f'value="{EMAIL}"' in page.text
    assert "for kort" not in page.text.replace("Passordet er for kort", "")


def test_signing_in_and_out(app, client):
    a_user()
    assert client.get("/account").status_code == 401
    assert sign_in(client).status_code == 303
    assert EMAIL in client.get("/account").text

    copied = client.get_cookie("session").value
    assert send(client, "/account/sign-out", page="/account").status_code == 303

    thief = app.test_client()
    thief.set_cookie("session", copied)
    assert thief.get("/account").status_code == 401
    assert client.get("/account").status_code == 401


def test_a_wrong_password_and_an_unknown_user_look_the_same(client):
    a_user()
    pages = [
        sign_in(client, email, "feil passord, feil passord")
        for email in (EMAIL, "olav@example.no", "uten krøllalfa")
    ]

    assert [page.status_code for page in pages] == [422, 422, 422]
    bare = {
        TOKEN.sub("", re.sub(r'name="email" value="[^"]*"', "", page.text))
        for page in pages
    }
    assert len(bare) == 1


def test_the_time_it_takes_tells_nobody_who_exists(app, monkeypatch):
    a_user()
    checked = []

    class Hasher(passwords.PasswordHasher):
        def verify(self, kept, password):
            checked.append(kept[:20])
            return super().verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Hasher(1, 8, 1))

    accounts.sign_in(EMAIL, "wrong", "")
    accounts.sign_in("nobody@example.no", "wrong", "")
    accounts.sign_in("no address at all", "wrong", "")

    assert len(checked) == 3
    assert len(set(checked)) == 1


def test_too_many_wrong_passwords_close_the_door_from_there_alone(app, client):
    a_user()
    for _ in range(5):
        assert sign_in(client, password="feil passord her").status_code == 422

    assert sign_in(client).status_code == 429
    elsewhere = app.test_client()
    form = {"email": EMAIL, "password": PASSWORD}
    form["csrf_token"] = token(elsewhere, "/account/sign-in")
    other = {"REMOTE_ADDR": "192.0.2.7"}
    arrived = elsewhere.post("/account/sign-in", data=form, environ_overrides=other)
    assert arrived.status_code == 303


def from_proxy(client, told, password):
    """Sign in through the proxy of a public site, as it tells who asks."""
    page = {"base_url": "https://coordinator.example", "headers": {"Referer": ""}}
    html = client.get("/account/sign-in", **page).text
    form = {"csrf_token": TOKEN.search(html)[1], "email": EMAIL, "password": password}
    page["headers"] = {
        "X-Forwarded-For": told,
        "Referer": "https://coordinator.example/account/sign-in",
    }
    return client.post("/account/sign-in", data=form, **page).status_code


def test_behind_the_proxy_too_the_door_closes_from_there_alone(tmp_path, database_url):
    public = {"public_base_url": "https://coordinator.example", "secret_key": "x" * 40}
    app = create_app(settings(tmp_path, database_url, **public))
    with app.app_context():
        a_user()
        client = app.test_client()
        wrong = [
            Context().run(from_proxy, client, told, "feil passord her")
            for told in (
                "192.0.2.7",
                "198.51.100.1, 192.0.2.7",
                "198.51.100.2, 192.0.2.7",
                "nonsense,192.0.2.7",
                " 192.0.2.7",
                "198.51.100.3,192.0.2.7",
            )
        ]
        of_one_house = [
            Context().run(from_proxy, client, f"2001:db8::{n}", "feil passord her")
            for n in range(1, 7)
        ]
        arrived = Context().run(from_proxy, client, "192.0.2.8", PASSWORD)
        own_connection.disconnect()
        db.session.remove()
        db.engine.dispose()

    assert wrong == [422] * 5 + [429]
    assert of_one_house == [422] * 5 + [429]
    assert arrived == 303


def test_without_a_proxy_nobody_says_where_they_come_from(app, client):
    for n in range(5):
        form = {"email": EMAIL, "password": "feil", "csrf_token": ""}
        form["csrf_token"] = token(client, "/account/sign-in")
        told = {"X-Forwarded-For": f"192.0.2.{n}"}
        client.post("/account/sign-in", data=form, headers=told)

    assert sign_in(client).status_code == 429


def test_signing_in_anew_ends_the_session_that_was(app, client):
    a_user()
    a_user("ola@example.no", "reader")
    thief = app.test_client()
    sign_in(client)
    thief.set_cookie("session", client.get_cookie("session").value)
    assert thief.get("/account").status_code == 200

    send(
        client,
        "/account/sign-in",
        page="/account",
        email="ola@example.no",
        password=PASSWORD,
    )

    assert "ola@example.no" in client.get("/account").text
    assert thief.get("/account").status_code == 401


def test_a_copied_cookie_is_dead_after_signing_out(app, client):
    a_user()
    sign_in(client)
    thief = app.test_client()
    thief.set_cookie("session", client.get_cookie("session").value)
    assert thief.get("/account").status_code == 200

    send(client, "/account/sign-out", page="/account")

    assert thief.get("/account").status_code == 401


def test_what_has_grown_old_is_not_listed_and_then_forgotten(app):
    with time_machine.travel(NOON, tick=False) as clock:
        a_user()
        accounts.create("ola@example.no", "reader")
        clock.shift(timedelta(minutes=31))
        account = accounts.signed_in(accounts.sign_in(EMAIL, PASSWORD, "her"))
        listed = [one.device for one in accounts.devices(account)]
        db.session.rollback()
        accounts.forget_old()
        sessions, links = kept(UserSession), kept(OneTimeLink)
        clock.shift(timedelta(days=8))
        accounts.forget_old()

    assert listed == ["her"]
    assert (sessions, links) == (1, 1)
    assert (kept(UserSession), kept(OneTimeLink)) == (0, 0)


def kept(model):
    found = len(list(db.session.scalars(select_to_write(model))))
    db.session.rollback()
    return found


def test_a_session_ends_after_half_an_hour_unseen_and_after_twelve_hours(app):
    with time_machine.travel(NOON, tick=False) as clock:
        a_user()
        secret = accounts.sign_in(EMAIL, PASSWORD, "")
        for _ in range(24):
            clock.shift(timedelta(minutes=29))
            account = accounts.signed_in(secret)
            assert account
            db.session.rollback()
            accounts.see(account)
        clock.shift(timedelta(minutes=29))
        assert accounts.signed_in(secret) is None
        db.session.rollback()

        secret = accounts.sign_in(EMAIL, PASSWORD, "")
        clock.shift(timedelta(minutes=30))
        assert accounts.signed_in(secret) is None


def test_being_seen_is_written_down_every_five_minutes_at_most(client):
    with time_machine.travel(NOON, tick=False) as clock:
        a_user()
        sign_in(client)
        clock.shift(timedelta(minutes=4))
        client.get("/account")
        assert seen() == NOON
        clock.shift(timedelta(minutes=1))
        client.get("/account")
        assert seen() == NOON + timedelta(minutes=5)


def seen():
    moments = db.session.scalars(accounts.select_to_write(UserSession.seen_at))
    newest = max(moments)
    db.session.rollback()
    return newest


def test_sessions_are_listed_and_ended_one_by_one_or_all(app, client):
    a_user()
    other = app.test_client()
    sign_in(client)
    sign_in(other)
    page = client.get("/account").text
    digests = re.findall(r'name="session" value="(\w+)"', page)
    assert len(digests) == 3  # the one that set the password too

    send(client, "/account/sessions/end", page="/account")

    assert client.get("/account").status_code == 401
    assert other.get("/account").status_code == 401


def test_one_cannot_end_the_session_of_another(app, client):
    a_user()
    a_user("ola@example.no")
    other = app.test_client()
    sign_in(client)
    sign_in(other, "ola@example.no")
    digest = re.findall(r'name="session" value="(\w+)"', other.get("/account").text)[0]

    send(client, "/account/sessions/end", page="/account", session=digest)

    assert other.get("/account").status_code == 200


def test_a_disabled_user_is_out_at_once_and_may_come_in_again(app, client):
    a_user()
    a_user("ola@example.no", "reader")
    other = app.test_client()
    sign_in(client)
    sign_in(other, "ola@example.no")
    key = re.search(r"/users/(\w+)/disable", client.get("/users").text)[1]

    send(client, f"/users/{key}/disable", page="/users")

    assert other.get("/account").status_code == 401
    assert sign_in(other, "ola@example.no").status_code == 422
    assert accounts.renew_link("ola@example.no") is None
    send(client, f"/users/{key}/enable", page="/users")
    assert sign_in(other, "ola@example.no").status_code == 303


def test_nobody_shuts_themselves_out(client):
    a_user()
    sign_in(client)
    key = next(iter(db.session.scalars(accounts.select_to_write(User.key))))
    db.session.rollback()

    refused = send(client, f"/users/{key}/disable", page="/users")

    assert refused.status_code == 409
    assert client.get("/users").status_code == 200


def test_the_unit_invites_and_what_is_wrong_is_said(client):
    bring_all(NETWORK)
    a_user()
    sign_in(client)
    made = send(client, "/users", page="/users", email="ny@example.no", role="reader")
    link = re.search(r"http://localhost:8000(/account/links/[\w-]+)", made.text)[1]

    assert client.get(link).status_code == 200
    for wrong, words in (
        ({"email": "ny@example.no", "role": "reader"}, "har en bruker fra før"),
        ({"email": "ny", "role": "reader"}, "Skriv en e-postadresse"),
        ({"email": "a@example.no", "role": "king"}, "Velg en rolle"),
        ({"email": "a@example.no", "role": "agency"}, "instans som finnes"),
        (
            {"email": "a@example.no", "role": "unit", "organisation": "bv"},
            "instans som finnes",
        ),
    ):
        page = send(client, "/users", page="/users", **wrong)
        assert page.status_code == 422
        assert words in page.text
        assert f'value="{wrong["email"]}"' in page.text


def test_an_agency_user_belongs_to_an_organisation_that_exists(app):
    bring_all(NETWORK)

    accounts.create(EMAIL, "agency", "bv-trondheim")
    with pytest.raises(Taken):
        accounts.create(EMAIL.upper(), "reader")
    with pytest.raises(NotFound):
        accounts.create("ola@example.no", "agency", "no-such")


@pytest.mark.parametrize("role", ["agency", "reader"])
def test_the_units_pages_are_for_the_unit(client, role):
    bring_all(NETWORK)
    organisation = "bv-trondheim" if role == "agency" else None
    a_user(role=role, organisation=organisation)
    sign_in(client)

    assert client.get("/account").status_code == 200
    assert client.get("/users").status_code == 403
    assert client.get("/suggestions").status_code == 403


def writing_rules(app):
    for rule in app.url_map.iter_rules():
        if methods := rule.methods - policy.SAFE:
            values = {name: MISSING.get(name, "x") for name in rule.arguments}
            yield (
                rule,
                sorted(methods),
                app.url_map.bind("").build(
                    rule.endpoint, values, method=sorted(methods)[0]
                ),
            )


@pytest.mark.parametrize("odd", ["a\x00b", "x" * 10_000, "|", "9" * 30])
def test_no_write_address_breaks_on_odd_input(app, client, odd):
    a_user()
    sign_in(client)
    csrf = token(client, "/account")
    names = "email role organisation language session token label next password version"
    form = dict.fromkeys(names.split(), odd) | {"csrf_token": csrf}
    for rule in app.url_map.iter_rules():
        if not rule.methods - policy.SAFE or rule.endpoint.endswith("sign_out"):
            continue
        known = {"register": "organisations", "act": "1"}
        values = {name: known.get(name, odd) for name in rule.arguments}
        for method in sorted(rule.methods - policy.SAFE):
            address = app.url_map.bind("").build(rule.endpoint, values, method=method)
            answer = client.open(address, method=method, data=form)
            assert answer.status_code < 500, address

    assert client.get("/account").status_code == 200


def test_every_write_address_refuses_who_brings_no_token(app, client):
    walked = 0
    for rule, methods, address in writing_rules(app):
        if rule.endpoint in policy.WITHOUT_TOKEN:
            continue
        walked += 1
        # A program's address reads no cookie: there it is the bearer token that lacks.
        wanted = 401 if rule.endpoint.startswith("api.") else 400
        for method in methods:
            assert client.open(address, method=method).status_code == wanted, address

    assert walked >= 5


def test_every_address_that_needs_a_role_refuses_who_is_not_signed_in(app, client):
    walked = 0
    for rule in app.url_map.iter_rules():
        if not policy.of(rule.endpoint):
            continue
        values = {name: MISSING.get(name, "x") for name in rule.arguments}
        for method in sorted(rule.methods - {"OPTIONS"}):
            walked += 1
            address = app.url_map.bind("").build(rule.endpoint, values, method=method)
            form = {}
            if method not in policy.SAFE:
                form = {"data": {"csrf_token": token(client, "/account/sign-in")}}
            answer = client.open(address, method=method, **form)
            assert answer.status_code == 401, (method, address)

    assert walked >= 8


def test_the_start_fails_for_an_address_without_a_policy(app, tmp_path, monkeypatch):
    monkeypatch.delitem(policy.POLICY, "users")

    with pytest.raises(KeyError):
        create_app(settings(tmp_path, "sqlite://"))


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "/%09/evil.example",
    "/%2f/evil.example",
    "/\r\nLocation: https://evil.example",
    "/..//evil.example",
    "/./\\evil.example",
    "/steps\x00",
    "/steps\u2028",
    "/nothing-here",
    "/account/sign-out",
    "",
    "?x=//evil.example",
    "#//evil.example",
    "/" + "a" * 3000,
    "/\u3002evil.example",
    "//evil.example/%2f..",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_no_redirect_leaves_the_site(app, client, wanted):
    a_user()

    arrived = sign_in(client, next=wanted)

    assert arrived.headers["Location"] == "/network"


@pytest.mark.parametrize("wanted", ["/users", "/steps?place=5001&track=minor", "/"])
def test_signing_in_leads_back_to_where_one_was(client, wanted):
    a_user()

    arrived = sign_in(client, next=wanted)

    assert arrived.headers["Location"] == wanted


def test_the_page_that_asks_who_it_is_leads_back_to_itself(client):
    page = client.get("/users?a=1")

    assert page.status_code == 401
    assert 'name="next" value="/users?a=1"' in page.text


def test_own_path_is_a_path_of_ours(app):
    with app.test_request_context():
        assert own_path("/steps") == "/steps"
        assert own_path(quote("/nothing")) == "/account"


def test_the_cookie_goes_nowhere_it_should_not(tmp_path, database_url):
    public = {"public_base_url": "https://coordinator.example", "secret_key": "x" * 40}
    app = create_app(settings(tmp_path, database_url, **public))

    with app.app_context():
        sent = app.test_client().get(
            "/account/sign-in", base_url="https://coordinator.example"
        )
        own_connection.disconnect()
        db.session.remove()
        db.engine.dispose()

    cookie = sent.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_public_pages_set_no_cookie(client):
    for address in ("/", "/steps", "/suggestions/new", "/account/links/gone"):
        assert "Set-Cookie" not in client.get(address).headers


def test_create_user_prints_a_link_that_works(app, runner, client):
    said = runner.invoke(args=["create-user", EMAIL, "--role", "unit"])

    assert said.exit_code == 0
    link = said.stdout.strip().removeprefix("http://localhost:8000")
    assert client.get(link).status_code == 200
    again = runner.invoke(args=["create-user", EMAIL, "--role", "unit"])
    assert again.exit_code == 1
    assert "has a user already" in again.stderr


# What the signed-in see, on pages and by tokens


def test_a_page_shows_the_signed_in_what_is_not_for_the_public(client):
    bring_all(NETWORK)
    a_user("leser@example.no", "reader")
    public = client.get("/organisations/bv-trondheim").text
    sign_in(client, "leser@example.no")

    page = client.get("/organisations/bv-trondheim").text

    assert "Kari" not in public
    assert "Kari" in page
    assert "Min konto" in page
    assert (
        "Kari"
        not in client.application.test_client().get("/organisations/bv-trondheim").text
    )


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def test_a_token_reads_the_api_as_its_user_and_dies_with_her_access(client, runner):
    accounts.create("kari@example.no", "unit")
    bring_all(NETWORK)
    lines = "/api/v1/contact-points?limit=100"
    result = runner.invoke(args=["create-token", "kari@example.no"])
    token = result.stdout.strip()

    with_token = client.get(lines, headers=bearer(token)).json["results"]
    without = client.get(lines).json["results"]
    user = db.session.scalars(select_to_write(User.key)).one()
    db.session.rollback()
    accounts.set_disabled(user, disabled=True)

    assert len(with_token) > len(without)
    assert {one["audience"] for one in without} == {"public"}
    assert {one["audience"] for one in with_token} == {"public", "network", "unit"}
    refused = client.get(lines, headers=bearer(token))
    assert refused.status_code == 401
    assert refused.mimetype == "application/problem+json"
    assert refused.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer ", "Bearer x", "Basic abc", "", "å"])
def test_what_is_no_token_is_refused(client, header):
    headers = {"Authorization": header}
    assert client.get("/api/v1/places", headers=headers).status_code == 401


def test_tokens_are_issued_shown_once_and_taken_back_on_the_account(client):
    a_user()
    sign_in(client)
    shown = send(client, "/account/tokens", page="/account", label="Kalender").text
    secret = re.search(r'class="secret">([^<]+)<', shown)[1]
    lines = "/api/v1/places?limit=1"
    works = client.get(lines, headers=bearer(secret)).status_code
    listed = client.get("/account").text
    digest = re.search(r'name="token" value="([^"]+)"', listed)[1]

    send(client, "/account/tokens/take-back", page="/account", token=digest)

    assert works == 200
    assert "Kalender" in listed
    assert secret not in listed
    assert client.get(lines, headers=bearer(secret)).status_code == 401


def test_a_token_for_nobody_is_refused_on_the_command_line(runner):
    result = runner.invoke(args=["create-token", "ingen@example.no"])

    assert result.exit_code == 1
    assert result.stdout == ""
