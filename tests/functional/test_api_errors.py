import re
from contextvars import Context

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from coordinator import accounts
from coordinator.questions import QUESTIONS
from models import db
from tests.exchanging import bring, bring_all
from tests.functional.test_accounts import bearer
from tests.networks import NETWORK
from views.api.schemas import Problem
from views.config import ROOT
from views.wording import NOT_FOUND

ANSWERS = "/api/v1/answers"
GOOD = {"step": "report_child", "place": "5001", "track": "minor"}
LISTS = (
    "places",
    "steps",
    "organisations",
    "posts",
    "contact-points",
    "responsibilities",
    "networks",
    "memberships",
    "meetings",
    "attendances",
    "synonyms",
)
MEETINGS = ("/{key}", "/{key}/invite", "/{key}/cancel")
RAISED = re.compile(r'NotFound\("(\w+)"')
# What only forms name, whose pages say it themselves.
OF_FORMS = {
    *("acceptance", "change", "language", "message", "role", "scenario", "scope"),
    *("timezone", "user"),
}
ASKED = (*QUESTIONS, "way-in", "what-if", "as-of")

# What may stand in an address, percent-encoded as it is sent; each one is refused.
MALFORMED = {
    "../../etc/passwd": "bad_path",
    "..%2f..%2fetc%2fpasswd": "an encoded path",
    "%00": "a NUL",
    "5001%00": "a NUL at the end",
    "%0d%0aX-Injected:%201": "a line break",
    "%1b[31m": "an escape sequence",
    "%7f": "DEL",
    "%c2%85": "NEL",
    "%e2%80%a8": "a line separator",
    "%ff": "broken UTF-8",
    "%ed%a0%80": "a surrogate",
    "a" * 65: "too long for a code",
    "a" * 5000: "far too long",
    "5001%20OR%201=1": "blanks",
    "5001;": "a separator",
    "<script>": "markup",
    "%F0%9F%98%80": "no letter",
}


def problem(response, status):
    """Return the problem, which must be one as RFC 9457 describes it."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    found = Problem.model_validate_json(response.data, strict=True)
    assert (found.status, found.type) == (status, "about:blank")
    return found


def refused(client, address, status=422):
    return problem(client.get(address), status)


def question(**changed):
    asked = GOOD | changed
    return f"{ANSWERS}?" + "&".join(f"{name}={value}" for name, value in asked.items())


@pytest.mark.parametrize("parameter", ["step", "place", "track"])
def test_a_malformed_code_is_refused_and_the_parameter_named(client, parameter):
    for value in MALFORMED:
        found = refused(client, question(**{parameter: value}))

        assert found.parameter == parameter
        assert found.detail.startswith(parameter)


def test_an_unknown_code_is_not_found_and_the_parameter_named(client):
    for parameter in GOOD:
        found = refused(client, question(**{parameter: "nowhere"}), 404)

        assert found.parameter == parameter
        assert "nowhere" in found.detail


def test_a_missing_parameter_is_named(client):
    for parameter in ("step", "place"):
        for address in (
            question(**{parameter: ""}),
            question(**{parameter: "%20"}),
            question().replace(f"{parameter}={GOOD[parameter]}", ""),
        ):
            assert refused(client, address).parameter == parameter


def test_a_parameter_given_twice_is_named(client):
    for parameter, value in (GOOD | {"on": "2026-11-23", "lang": "nb"}).items():
        address = f"{question(**{parameter: value})}&{parameter}={value}"

        assert refused(client, address).parameter == parameter


def test_a_day_that_is_none_is_refused(client):
    for day in (
        "2026-02-30",
        "2026-13-01",
        "2026-2-3",
        "20261123",
        "23.11.2026",
        "2026-11-23T00:00",
        "0000-01-01",
        "10000-01-01",
        "-2026-01-01",
        "today",
        "%d9%a2%d9%a0%d9%a2%d9%a6-11-23",
        "2026-W48-1",
    ):
        assert refused(client, question(on=day)).parameter == "on", day


def test_the_first_and_the_last_day_there_is_are_answered(client):
    for day in ("0001-01-01", "2024-02-29", "9999-12-31"):
        assert client.get(question(on=day)).json["on"] == day


def test_a_language_that_we_do_not_have_is_refused(client):
    for address in (question(), *(f"/api/v1/{name}?" for name in LISTS)):
        for language in ("de", "NB", "nb-NO", "%00", "../nb"):
            assert refused(client, f"{address}&lang={language}").parameter == "lang"


@pytest.mark.parametrize("name", LISTS)
def test_a_lists_parameters_are_checked(client, name):
    for query in (
        *(
            f"limit={limit}"
            for limit in ("0", "-1", "101", "1.5", "x", "1e1", "%C2%B2")
        ),
        "limit=" + "9" * 150,
        "limit=1&limit=2",
        "q=%00",
        "q=%0a",
        "q=" + "a" * 201,
        "q=a&q=b",
        "after=%00",
        "after=" + "a" * 601,
        "after=a&after=b",
    ):
        found = refused(client, f"/api/v1/{name}?{query}")

        assert found.parameter == query.partition("=")[0]


def test_what_may_stand_in_a_search_is_searched_for(client):
    for text in ("../../etc/passwd", "%25", "_", "'", '"', "\\", "%F0%9F%98%80", "%ff"):
        for name in LISTS:
            response = client.get(f"/api/v1/{name}?q={text}")

            assert response.status_code == 200, (name, text)


def test_a_page_after_any_key_is_answered(client):
    for after in ("", "zzz", "../..", "%F0%9F%98%80", "a" * 600):
        for name in LISTS:
            assert client.get(f"/api/v1/{name}?after={after}").status_code == 200


def test_a_parameter_that_no_one_knows_is_let_be(client):
    response = client.get(question() + "&utm=1&%00=%ff&_scheme=x&endpoint=y")

    assert response.status_code == 200


def test_a_place_that_was_divided_names_its_parts(client):
    bring(
        "places",
        "code,kind,name,parents,valid_to,successor\n"
        "5098,municipality,Gamleby,50,2020-12-31,5001|5006\n",
    )

    found = refused(client, question(place="5098"), 409)

    assert (found.parameter, found.successors) == ("place", ["5001", "5006"])
    assert client.get(question(place="5098", on="2020-12-31")).status_code == 200


def test_an_address_that_is_not_there_is_not_found(client):
    for path in (
        "",
        "nowhere",
        "answers/",
        "answers/x",
        "%00",
        "..%2f",
        "%ff",
        "places/5001",
    ):
        assert refused(client, f"/api/v1/{path}", 404).parameter is None


def test_a_method_that_is_not_for_reading_is_refused(client):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = client.open(question(), method=method)

        problem(response, 405)
        assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_host_that_is_not_ours_is_refused(client):
    response = client.get(question(), headers={"Host": "evil.example"})

    problem(response, 400)
    assert "evil" not in response.text


def test_a_refusal_is_worded_in_the_language_asked_for(client):
    asked = {
        language: refused(client, question(place="nowhere", lang=language), 404).detail
        for language in ("nb", "nn", "en")
    }

    assert "Vi kjenner ikke" in asked["nb"]
    assert len(set(asked.values())) == 3


def test_there_are_words_for_all_that_is_not_found():
    sources = (ROOT / "coordinator").rglob("*.py")
    texts = [path.read_text(encoding="utf-8") for path in sources]
    found = {name for text in texts for name in RAISED.findall(text)}

    assert {"meeting", "place", "network"} <= found
    assert found - NOT_FOUND.keys() <= OF_FORMS


def test_a_refusal_shows_nothing_of_the_inside(client):
    text = client.get(question(place="%00")).text + client.get("/api/v1/%ff").text

    assert not any(
        word in text for word in ("Traceback", "sqlalchemy", ".py", "SELECT")
    )


def test_the_document_names_every_address_and_the_newest_openapi(client):
    document = client.get("/api/v1/openapi.json").json

    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {
        f"/api/v1/{name}"
        for name in (
            "answers",
            "guide",
            "search",
            *LISTS,
            *(f"network/{name}" for name in ASKED),
            *(f"meetings{end}" for end in MEETINGS),
        )
    }


def test_whatever_is_asked_the_answer_is_as_described(app):
    bring_all(NETWORK)
    accounts.create("kari@example.no", "unit")

    def served(*arguments):
        return Context().run(app, *arguments)  # as Visitor does

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", served)
    secret = accounts.issue_token("kari@example.no")
    db.session.rollback()

    @schema.auth()
    class _Token:
        def get(self, _case, _context):
            return secret

        def set(self, case, data, _context):
            case.headers = {**(case.headers or {}), **bearer(data)}

    asked = []

    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            # Each day that is asked of the network is worked out anew.
            max_examples=5 if "/network/" in operation.path else 20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case):
            # No schema says that a meeting ends after it starts.
            loose = [positive_data_acceptance] if case.body else []
            case.call_and_validate(excluded_checks=loose)

        ask()
        asked.append(operation.path)

    assert len(asked) == 32
