"""Mail: written with what it tells of, delivered once, and seen by the unit."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread

import pytest
import time_machine
from sqlalchemy import event

from coordinator import accounts, outbox
from coordinator.access import UNIT, select_to_write
from coordinator.errors import Taken
from coordinator.opening import OSLO
from models import Message, db, one_write
from tests.functional.test_accounts import a_user, send, sign_in
from tests.postbox import parsed, use
from views import config, mail
from views.config import BadSetting, Smtp

EMAIL = "kari@example.no"


def states():
    found = outbox.listed(UNIT)[0]
    db.session.rollback()
    return [one.state for one in found]


def told():
    found = list(db.session.scalars(select_to_write(Message.told)))
    db.session.rollback()
    return found


def files(app):
    folder = app.config["SETTINGS"].instance / "mail"
    return [parsed(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def link_in(message):
    text = message.get_body(("plain",)).get_content()
    return re.search(r"http://localhost:8000(/account/links/\S+)", text)[1]


def test_an_invitation_reaches_the_invited_who_signs_in(app, client, postbox):
    secret = accounts.create(EMAIL, "reader", language="en", is_mailed=True)

    assert mail.deliver_due() == (1, 0)

    ((recipients, message),) = postbox.mails
    assert recipients == [EMAIL]
    assert message["To"] == EMAIL
    assert message["From"].addresses[0].addr_spec == "coordinator@localhost"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert message["Subject"] == "You are invited to Coordinator"
    html = message.get_body(("html",)).get_content()
    assert link_in(message).endswith(secret)
    assert f'href="http://localhost:8000{link_in(message)}"' in html
    assert "src=" not in html
    assert client.get(link_in(message)).status_code == 200
    assert states() == ["sent"]
    assert told() == [None]


def test_a_mail_leaves_only_if_what_it_tells_of_happened(app):
    accounts.create(EMAIL, "reader")
    with pytest.raises(Taken):
        accounts.create(EMAIL, "reader", is_mailed=True)

    @one_write
    def fails():
        outbox.write("reset", EMAIL, {"secret": "s"})
        raise KeyError

    with pytest.raises(KeyError):
        fails()

    assert states() == []


def test_without_a_server_mails_are_files_in_the_order_of_sending(app):
    for name in ("kari", "ola", "anne"):
        accounts.create(f"{name}@example.no", "reader", is_mailed=True)

    assert mail.deliver_due() == (3, 0)

    found = files(app)
    assert [one["To"].addresses[0].username for one in found] == ["kari", "ola", "anne"]
    folder = app.config["SETTINGS"].instance / "mail"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_no_mail_leaves_this_machine_while_links_lead_to_it(app):
    use(app, smtp=Smtp("smtp", "mail.example.no", 25, "", ""))
    accounts.create(EMAIL, "reader", is_mailed=True)

    assert mail.deliver_due() == (1, 0)

    assert len(files(app)) == 1
    use(app, public_base_url="https://nettverk.example.no")
    assert mail.server() is not None


def test_each_mail_is_delivered_once_though_two_deliver(app, postbox):
    for n in range(30):
        accounts.create(f"n{n}@example.no", "reader", is_mailed=True)
    db.session.remove()

    def work():
        with app.app_context():
            mail.deliver_due()
            db.session.remove()

    workers = [Thread(target=work) for _n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    received = sorted(recipients[0] for recipients, _message in postbox.mails)
    assert received == sorted(f"n{n}@example.no" for n in range(30))
    assert set(states()) == {"sent"}


def test_a_mail_whose_deliverer_died_is_delivered_by_the_next(app, postbox):
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False) as clock:
        accounts.create(EMAIL, "reader", is_mailed=True)
        (claimed,) = outbox.claim()
        nobody = outbox.claim()
        clock.shift(outbox.LEASE)
        (again,) = outbox.claim()

    assert nobody == []
    assert claimed.key == again.key


def test_a_refused_recipient_fails_for_good_and_the_others_get_theirs(app, postbox):
    postbox.refuses = {"borte@example.no": "550 no such user"}
    for name in ("borte", "kari"):
        accounts.create(f"{name}@example.no", "reader", is_mailed=True)

    assert mail.deliver_due() == (1, 1)

    assert sorted(states()) == ["failed", "sent"]
    assert [recipients for recipients, _m in postbox.mails] == [["kari@example.no"]]


def test_what_fails_for_now_is_tried_again_ever_later_and_then_given_up(app, postbox):
    postbox.refuses = {EMAIL: "451 busy"}
    waits = []
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        accounts.create(EMAIL, "reader", is_mailed=True)
        while states() == ["waiting"]:
            mail.deliver_due()
            (row,) = outbox.listed(UNIT)[0]
            db.session.rollback()
            if row.state == "waiting":
                waits.append(row.due_at - datetime.now(UTC))
                clock.move_to(row.due_at)

    assert tuple(waits) == outbox.WAITS
    assert states() == ["failed"]
    assert row.fault == "SMTP 451"


def test_a_server_that_is_gone_stops_nothing(app, client):
    use(app, smtp=Smtp("smtp", "127.0.0.1", 1, "", ""))
    accounts.create(EMAIL, "reader", is_mailed=True)

    assert mail.deliver_due() == (0, 1)
    assert states() == ["waiting"]


def test_a_mail_that_cannot_be_made_does_not_stop_the_queue(app, postbox):
    @one_write
    def write():
        outbox.write("no such kind", EMAIL, {})

    write()
    accounts.create("ola@example.no", "reader", is_mailed=True)

    assert mail.deliver_due() == (1, 1)
    assert sorted(states()) == ["failed", "sent"]


def test_the_command_delivers_and_says_how_it_went(app, runner, postbox):
    accounts.create(EMAIL, "reader", is_mailed=True)
    done = runner.invoke(args=["deliver"])
    postbox.refuses = {"borte@example.no": "550 no"}
    accounts.create("borte@example.no", "reader", is_mailed=True)
    failed = runner.invoke(args=["deliver"])

    assert (done.exit_code, done.stdout) == (0, "1 sent, 0 not sent\n")
    assert (failed.exit_code, failed.stdout) == (1, "0 sent, 1 not sent\n")
    assert "@" not in done.stderr + failed.stderr


def test_the_recipients_language_is_chosen_by_who_invites_and_by_herself(app, client):
    a_user(EMAIL)
    sign_in(client, EMAIL)
    invited = {"email": "ola@example.no", "role": "reader", "language": "nn"}

    send(client, "/users", page="/users", **invited)
    refused = send(client, "/users", page="/users", **invited | {"language": "xx"})
    send(client, "/account/language", page="/account", language="en")
    odd = send(client, "/account/language", page="/account", language="xx")
    ask(app.test_client(), EMAIL)
    mail.deliver_due()

    assert (refused.status_code, odd.status_code) == (422, 422)
    assert '"en" selected' in client.get("/account").text
    assert {one["To"]: one["Content-Language"] for one in files(app)} == {
        "ola@example.no": "nn",
        EMAIL: "en",
    }


def test_a_domain_of_other_letters_leaves_as_every_server_takes_it(app, postbox):
    accounts.create("kari@blåbær.example.no", "reader", is_mailed=True)

    assert mail.deliver_due() == (1, 0)

    ((recipients, message),) = postbox.mails
    assert recipients == ["kari@xn--blbr-roah.example.no"]
    assert message["To"] == recipients[0]


def test_a_link_that_works_no_more_is_not_sent(app):
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        accounts.create(EMAIL, "reader", is_mailed=True)
        key = accounts.users(UNIT)[0].key
        db.session.rollback()
        accounts.invite_again(key)
        assert mail.deliver_due() == (1, 0)
        first = states()
        accounts.ask_reset(EMAIL)
        clock.shift(accounts.LASTS["reset"])
        assert mail.deliver_due() == (0, 0)

    assert sorted(first) == ["sent", "withdrawn"]
    assert sorted(states()) == ["sent", "withdrawn", "withdrawn"]
    assert told() == [None, None, None]


def test_a_slow_server_holds_one_mail_and_the_others_are_free(app):
    for name in ("kari", "ola"):
        accounts.create(f"{name}@example.no", "reader", is_mailed=True)

    assert [len(outbox.claim()) for _n in range(3)] == [1, 1, 0]


def test_what_is_begun_anew_under_way_waits_no_longer_than_a_first_attempt(app):
    with time_machine.travel(datetime.now(UTC), tick=False):
        accounts.create(EMAIL, "reader", is_mailed=True)
        (claimed,) = outbox.claim()
        outbox.retry(claimed.key)
        outbox.failed(claimed.key, "SMTP 451", for_good=False)
        (row,) = outbox.listed(UNIT)[0]
        now = datetime.now(UTC)

    assert row.due_at - now == outbox.WAITS[0]


def test_someone_disabled_gets_no_mail_that_waits(app):
    accounts.create(EMAIL, "reader", is_mailed=True)
    key = accounts.users(UNIT)[0].key
    db.session.rollback()

    accounts.set_disabled(key, disabled=True)

    assert states() == ["withdrawn"]
    assert told() == [None]
    assert mail.deliver_due() == (0, 0)


# Forgotten passwords


def ask(client, email):
    return send(client, "/account/reset", page="/account/reset", email=email)


def test_a_forgotten_password_is_set_anew_by_a_mailed_link(app, client):
    a_user(EMAIL)
    asked = ask(client, EMAIL)
    mail.deliver_due()
    (message,) = files(app)
    address = link_in(message)

    send(client, address, page=address, password="seks blå hunder synger")

    assert asked.status_code == 200
    other = app.test_client()
    assert sign_in(other, EMAIL, "seks blå hunder synger").status_code == 303
    mail.deliver_due()
    assert files(app)[-1]["Subject"] == "Passordet ditt er endret"


def test_who_asks_for_a_new_password_learns_nothing(app):
    a_user(EMAIL)
    pages = []
    for email in (EMAIL, "ingen@example.no", "ikke en adresse", "\x00"):
        client = app.test_client()
        page = ask(client, email)
        pages.append((page.status_code, page.data))

    assert len(set(pages)) == 1
    assert states() == ["waiting"]


def test_as_much_is_written_for_an_address_that_nobody_has(app):
    a_user(EMAIL)
    written = []
    for email in (EMAIL, "ingen@example.no"):
        accounts.ask_reset(email)
        statements = []
        with listening(statements):
            accounts.ask_reset(email)
        written.append(sorted(statements))

    known, unknown = written
    unknown.remove("DELETE message")
    assert known == unknown


@contextmanager
def listening(statements):
    """Note what is asked of which table."""

    def hear(_connection, _cursor, statement, *_more):
        if table := re.search(r'(?:INTO|FROM|UPDATE) "?(\w+)', statement):
            statements.append(f"{statement.split()[0]} {table[1]}")

    event.listen(db.engine, "before_cursor_execute", hear)
    yield
    event.remove(db.engine, "before_cursor_execute", hear)


def test_who_asks_for_a_new_password_ends_no_invitation(app, client):
    secret = accounts.create(EMAIL, "reader")

    ask(client, EMAIL)

    assert client.get(f"/account/links/{secret}").status_code == 200


def test_asking_too_often_is_refused(app, client):
    for _n in range(5):
        assert ask(client, EMAIL).status_code == 200
    assert ask(client, EMAIL).status_code == 429


# What the unit sees


def test_the_unit_sees_what_failed_and_tries_again(app, client, postbox):
    a_user(EMAIL)
    sign_in(client, EMAIL)
    postbox.refuses = {"ola@example.no": "550 no"}
    invited = send(
        client, "/users", page="/users", email="ola@example.no", role="reader"
    )
    mail.deliver_due()

    page = client.get("/messages").text
    narrowed = client.get("/messages?state=sent").text
    postbox.refuses = {}
    again = re.search(r'action="(/messages/\w+/retry)"', page)[1]
    send(client, again, page="/messages")
    mail.deliver_due()

    assert "En lenke er på vei til ola@example.no" in invited.text
    assert "account/links" not in invited.text
    assert "SMTP 550" in page
    assert "ola@example.no" not in narrowed
    assert "ola@example.no" in client.get("/messages?state=sent&q=OLA").text
    assert "account/links" not in client.get("/messages").text
    ((_to, message),) = postbox.mails
    assert client.application.test_client().get(link_in(message)).status_code == 200


def test_without_a_server_the_unit_hands_the_link_over(app, client):
    a_user(EMAIL)
    sign_in(client, EMAIL)

    made = send(client, "/users", page="/users", email="ola@example.no", role="reader")
    key = next(user.key for user in accounts.users(UNIT) if "ola" in user.email)
    db.session.rollback()
    again = send(client, f"/users/{key}/invite", page="/users")

    a_week = datetime.now(OSLO) + accounts.LASTS["invitation"]
    assert f"til {a_week.day}. " in made.text
    links = [
        re.search(r"/account/links/[\w-]+", page.text)[0] for page in (made, again)
    ]
    visitor = client.application.test_client()
    assert [visitor.get(link).status_code for link in links] == [410, 200]
    assert "mappen mail" in client.get("/messages").text


@pytest.mark.parametrize("address", ["/messages/x/retry", "/users/x/invite"])
def test_what_is_not_there_is_not_tried(client, address):
    a_user(EMAIL)
    sign_in(client, EMAIL)

    assert send(client, address, page="/account").status_code == 404


# Settings


def test_the_server_is_read_from_its_address(tmp_path):
    environment = {
        "INSTANCE": str(tmp_path),
        "SMTP_URL": "smtp+starttls://kari%40example.no:p%3Ass@mail.example.no",
        "MAIL_FROM": "nettverk@example.no",
    }

    found = config.read(environment)

    assert found.smtp == Smtp(
        "smtp+starttls", "mail.example.no", 587, "kari@example.no", "p:ss"
    )
    assert found.mail_from == "nettverk@example.no"


@pytest.mark.parametrize(
    "url", ["mail.example.no", "http://h", "smtp://", "smtp://h:x"]
)
def test_a_bad_server_is_refused_without_telling_its_password(tmp_path, url):
    secret = url.replace("//", "//me:hemmelig@")
    with pytest.raises(BadSetting, match="SMTP_URL") as refused:
        config.read({"INSTANCE": str(tmp_path), "SMTP_URL": secret})
    assert "hemmelig" not in str(refused.value)


def test_a_bad_sender_is_refused(tmp_path):
    for sender in ("nobody", "a@b\r\nBcc: c@d"):
        with pytest.raises(BadSetting, match="MAIL_FROM"):
            config.read({"INSTANCE": str(tmp_path), "MAIL_FROM": sender})
