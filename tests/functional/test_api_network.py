"""The network's questions as programs ask them: for the unit, and agencies' own."""

from datetime import date

import pytest
import time_machine

from coordinator import accounts
from coordinator.questions import QUESTIONS
from models import db
from tests.exchanging import bring_all
from tests.functional.test_accounts import bearer
from tests.functional.test_api_errors import MALFORMED, problem
from views.api.network_schemas import NETWORK_SCHEMAS

NETWORK = {
    "organisations": "key,name,kind,parent,serves,valid_to\n"
    "tk,Trondheim kommune,municipality,,5001,\n"
    "bv,Barnevernet,child_welfare,tk,5001,\n"
    "bv-to,Enda et barnevern,child_welfare,,5001,\n"
    "rosa,ROSA Midt,rosa,,50,2027-01-31\n"
    "politi,Politiet,police_district,,pd-trondelag,\n",
    "posts": "key,organisation,title\nbv-leder,bv,Leder\npoliti-vakt,politi,Vakt\n"
    "tom,bv,Ledig\n",
    "persons": "key,name\nkari,Kari Nordmann\n",
    "holdings": "person,post,valid_from,valid_to\nkari,bv-leder,2020-01-01,2026-12-15\n"
    "kari,politi-vakt,2020-01-01,\n",
    "contact-points": "owner,channel,value,audience\nbv,phone,72540000,public\n"
    "bv-to,phone,72540001,public\nrosa,phone,22331160,public\n"
    "politi,phone,02800,public\n",
    "responsibilities": "step,role,holder,place,tracks,status\n"
    "acute_housing,A,tk,5001,,agreed\nacute_housing,R,bv-leder,5001,,agreed\n"
    "health,A,rosa,50,,contested\n",
    "networks": "key,name,mandate,valid_from,valid_to\nforum,Forum,,2020-01-01,\n",
    "memberships": "network,holder,role,valid_from,valid_to\n"
    "forum,bv,member,2020-01-01,\nforum,rosa,chair,2020-01-01,\n",
}
ARGUMENTS = {"way-in": "from=bv&to=rosa", "what-if": "without=kari"}
ASKED = (*QUESTIONS, "way-in", "what-if", "as-of")
EMPTY = {
    "organisations": [],
    "posts": [],
    "persons": [],
    "networks": [],
    "meetings": [],
}
NOTHING = {
    "step": None,
    "to_step": None,
    "place": None,
    "track": None,
    "accepted": None,
    "holder": None,
    "source": None,
    "score": None,
    **EMPTY,
}


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        yield


def the_network():
    bring_all(NETWORK)


@pytest.fixture
def beforehand(request):
    return the_network if "ask" in request.fixturenames else None


@pytest.fixture
def ask(app):
    """Return how a user asks; the unit's, unless she is of another role."""
    headers = {"anonymous": {}}

    def asked(question, query="", *, who="unit", organisation=None):
        name = f"{who}-{organisation}"
        if who != "anonymous" and name not in headers:
            email = f"{name}@example.no"
            accounts.create(email, who, organisation)
            headers[name] = bearer(accounts.issue_token(email))
            db.session.rollback()
        own = headers.get(name, {})
        address = f"/api/v1/network/{question}?{query}"
        return app.test_client().get(address, headers=own)

    return asked


def found(response):
    assert response.status_code == 200, response.text
    return response.json["findings"]


def test_every_question_has_the_shape_it_promises(ask):
    for question in ASKED:
        response = ask(question, ARGUMENTS.get(question, ""))

        assert response.mimetype == "application/json"
        NETWORK_SCHEMAS[question].model_validate_json(response.data, strict=True)
        assert response.json["question"] == question
        assert response.json["on"] == "2026-11-23"
        assert response.json["current"] is True
        assert ask(question, ARGUMENTS.get(question, "")).data == response.data


def test_a_finding_says_all_it_is_about_by_key(ask):
    (one,) = found(ask("contested"))

    assert one == NOTHING | {
        "key": "contested|contested|health||50||rosa||||rosa",
        "step": "health",
        "place": "50",
        "organisations": ["rosa"],
        "holder": "rosa",
        "reason": "contested",
    }


def test_two_who_answer_for_one_step_are_found_where_both_do(ask):
    (one,) = (one for one in found(ask("overlaps", "place=5001&step=report_child")))

    assert (one["place"], one["organisations"]) == ("5001", ["bv", "bv-to"])
    assert one["reason"] == "two_accountable"


def test_what_is_accepted_says_until_when_and_why_in_the_language_asked_for(ask):
    told = {
        language: {
            one["step"]: one["accepted"]
            for one in found(ask("gaps", f"lang={language}&step=advice"))
        }
        for language in ("nb", "nn", "en")
    }

    assert {one["advice"]["until"] for one in told.values()} == {"2027-06-30"}
    assert len({one["advice"]["reason"] for one in told.values()}) == 3


def test_estimates_say_so_and_from_which_seed(ask):
    silos, gaps = ask("silos").json, ask("gaps").json

    assert (silos["estimated"], silos["seed"]) == (True, 5)
    assert (gaps["estimated"], gaps["seed"]) == (False, None)


# Who may ask


def test_nobody_is_answered_but_the_unit_and_agencies(ask):
    for question in (*ASKED, "nowhere"):
        query = ARGUMENTS.get(question, "")

        nobody = ask(question, query, who="anonymous")
        problem(nobody, 401)
        assert nobody.headers["WWW-Authenticate"] == "Bearer"
        reader = problem(ask(question, query, who="reader"), 403)
        assert reader.detail == "Du har ikke tilgang til dette."


def test_a_token_that_is_none_is_refused(app):
    for secret in ("x", "", "a" * 500):
        response = app.test_client().get("/api/v1/network/gaps", headers=bearer(secret))
        problem(response, 401)


def test_an_agency_is_told_what_is_about_itself_and_what_lies_below(ask):
    def told(question, organisation, query=""):
        findings = found(ask(question, query, who="agency", organisation=organisation))
        return [one["organisations"] for one in findings]

    assert told("vacant", "tk") == told("vacant", "bv") == [["bv"]]
    assert told("vacant", "politi") == []
    assert told("contested", "rosa") == [["rosa"]]
    assert told("contested", "bv") == []
    assert told("gaps", "tk", "step=acute_housing") == [["tk"]]
    without = ask("what-if", "without=kari", who="agency", organisation="politi")
    own = {"politi", "politi-vakt", "kari"}
    named = [
        {*one["organisations"], *one["posts"], *one["persons"]}
        for one in found(without)
    ]
    assert named
    assert all(own & one for one in named)


HIDDEN = {
    "organisations": "key,name,kind,parent,serves,protected\n"
    "aa-kanari,Kanari,crisis_centre,,5001|50,true\n"
    "aa-kanari-bv,Kanari,child_welfare,aa-kanari,5001|50,\n",
    "posts": "key,organisation,title\naa-kanari-post,aa-kanari,Kanari\n"
    "aa-kanari-tom,aa-kanari,Kanari\n",
    "holdings": "person,post,valid_from,valid_to\n"
    "kari,aa-kanari-post,2020-01-01,2026-12-20\n",
    "contact-points": "owner,channel,value,audience\naa-kanari,phone,72540009,public\n",
    "responsibilities": "step,role,holder,place,tracks,status\n"
    "acute_housing,A,aa-kanari,5001,,agreed\n"
    "acute_housing,R,aa-kanari-post,5001,,agreed\n"
    "health,A,aa-kanari-bv,50,,contested\n",
    "memberships": "network,holder,role,valid_from,valid_to\n"
    "forum,aa-kanari,member,2020-01-01,2026-12-01\n"
    "forum,aa-kanari-post,member,2020-01-01,\n",
}


def test_protected_organisations_change_no_byte_of_what_an_agency_is_told(ask):
    def told():
        return {
            (organisation, question): ask(
                question,
                ARGUMENTS.get(question, "") + "&compare=2027-02-01",
                who="agency",
                organisation=organisation,
            ).data
            for organisation in ("bv", "politi")
            for question in ASKED
        }

    without = told()
    bring_all(HIDDEN)

    assert told() == without
    # There is much to tell, to those who may be told.
    for question in ("vacant", "contested", "overlaps", "stale"):
        assert "kanari" in ask(question).text, question


def test_nobody_is_told_how_much_was_changed(ask):
    for question in ASKED:
        told = ask(question, ARGUMENTS.get(question, "")).json

        assert told["reckoned_at"] is None
        assert "seq" not in told


# What if, as of, way in


def test_without_a_person_her_posts_are_vacant_and_all_that_hangs_on_her(ask):
    response = ask("what-if", "without=kari")

    assert response.json["without"] == ["kari"]
    changes = {
        (one["question"], one["change"], *one["posts"])
        for one in found(response)
        if one["question"] in ("vacant", "single-points")
    }
    assert ("vacant", "appears", "bv-leder") in changes
    assert ("vacant", "appears", "politi-vakt") in changes
    assert any(
        (one["question"], one["change"], one["persons"])
        == ("single-points", "disappears", ["kari"])
        for one in found(response)
    )


def test_several_are_taken_out_at_once_by_repeating_the_parameter(ask):
    memberships = "forum|bv|member|2020-01-01"
    alone = found(ask("what-if", "without=kari"))
    both = ask("what-if", f"without=kari&without=network:forum&without={memberships}")

    assert both.json["without"] == ["kari", "network:forum", memberships]
    assert {one["key"] for one in alone} <= {one["key"] for one in found(both)}


def test_what_comes_and_goes_between_two_days(ask):
    response = ask("as-of", "on=2026-12-01&compare=2027-02-01")

    assert (response.json["on"], response.json["compare"]) == (
        "2026-12-01",
        "2027-02-01",
    )
    changes = {(one["question"], one["change"]): one for one in found(response)}
    assert changes["vacant", "appears"]["posts"] == ["bv-leder"]
    assert ("stale", "disappears") in changes
    assert found(ask("as-of")) == []


def test_every_question_can_be_asked_of_a_day(ask):
    before, after = (
        [one["posts"] for one in found(ask("vacant", f"on={day}"))]
        for day in ("2026-12-15", "2026-12-16")
    )

    assert before == [["tom"]]
    assert after == [["bv-leder"], ["tom"]]
    for question in ASKED:
        for day in ("0001-01-01", "9999-12-31"):
            query = f"{ARGUMENTS.get(question, '')}&on={day}"
            response = ask(question, query)
            if question == "way-in":
                continue
            assert response.json["on"] == day


def test_a_way_in_leads_by_posts_persons_and_networks(ask):
    response = ask("way-in", "from=politi&to=rosa")

    assert response.json["path"] == [
        "politi",
        "politi-vakt",
        "kari",
        "bv-leder",
        "bv",
        "network:forum",
        "rosa",
    ]
    (way,) = found(response)
    assert way["organisations"] == ["politi", "bv", "rosa"]
    assert (way["persons"], way["networks"]) == (["kari"], ["forum"])
    nobody = ask("way-in", "from=tk&to=rosa")
    assert (nobody.json["path"], found(nobody)) == ([], [])


# What is narrowed


def places(findings):
    return {one["place"] for one in findings}


def test_a_place_shows_what_holds_there_or_below(ask):
    whole = found(ask("gaps"))
    here = found(ask("gaps", "place=5001"))
    county = found(ask("gaps", "place=50"))
    elsewhere = found(ask("gaps", "place=0301"))

    assert places(here) == {"NO", "5001"}
    assert places(here) <= places(county) <= places(whole)
    assert "5001" not in places(elsewhere)
    # A post says no place: it is where its organisation serves.
    assert [one["posts"] for one in found(ask("vacant", "place=50"))] == [["tom"]]
    assert found(ask("vacant", "place=0301")) == []


def test_a_step_and_a_track_narrow(ask):
    about_health = found(ask("broken-handovers", "step=health"))
    of_adults = found(ask("broken-handovers", "track=adult"))

    assert about_health
    assert all("health" in (one["step"], one["to_step"]) for one in about_health)
    assert {one["track"] for one in of_adults} <= {None, "adult"}


# What is asked wrongly


NOT_THERE = [
    ("nowhere", "", "question"),
    ("gap", "", "question"),
    ("way-in", "from=nobody&to=bv", "from"),
    ("way-in", "from=bv&to=nobody", "to"),
    ("way-in", "from=bv&to=acute_housing", "to"),
    ("what-if", "without=nobody", "without"),
    ("what-if", "without=kari&without=nobody", "without"),
    ("what-if", "without=KARI", "without"),
    ("what-if", "without=forum", "without"),
    ("what-if", "without=network:nobody", "without"),
    ("what-if", "without=kari|nobody|", "without"),
]
WRONG = [
    ("way-in", "", "from"),
    ("way-in", "from=bv", "to"),
    ("way-in", "from=bv&from=bv&to=bv", "from"),
    ("what-if", "", "without"),
    ("what-if", "without=", "without"),
    ("what-if", "without=%00", "without"),
    ("what-if", "without=" + "a" * 601, "without"),
    ("what-if", "&".join(f"without=a{n}" for n in range(51)), "without"),
    ("as-of", "compare=2026-02-30", "compare"),
    ("as-of", "on=today", "on"),
    ("gaps", "on=23.11.2026", "on"),
    ("gaps", "on=2026-11-23&on=2026-11-23", "on"),
    ("gaps", "lang=de", "lang"),
]


def test_an_unknown_code_is_named(ask):
    for parameter in ("step", "place", "track"):
        for question in ("gaps", "what-if", "as-of"):
            query = f"{ARGUMENTS.get(question, '')}&{parameter}=nowhere"

            assert problem(ask(question, query), 404).parameter == parameter


def test_what_is_not_there_is_not_found_and_named(ask):
    for question, query, parameter in NOT_THERE:
        assert problem(ask(question, query), 404).parameter == parameter, query


def test_what_is_missing_or_malformed_is_named(ask):
    for question, query, parameter in WRONG:
        assert problem(ask(question, query), 422).parameter == parameter, query


def test_a_malformed_code_is_refused(ask):
    for value in MALFORMED:
        for parameter in ("step", "place", "track"):
            found_problem = problem(ask("gaps", f"{parameter}={value}"), 422)

            assert found_problem.parameter == parameter


def test_a_place_that_was_merged_is_what_it_became_and_a_divided_one_asks(ask):
    bring_all(
        {
            "places": "code,kind,name,parents,valid_to,successor\n"
            "5098,municipality,Gamleby,50,2020-12-31,5001\n"
            "5097,municipality,Delt,50,2020-12-31,5001|5006\n"
        }
    )

    assert places(found(ask("gaps", "place=5098"))) == {"NO", "5001"}
    divided = problem(ask("gaps", "place=5097"), 409)
    assert (divided.parameter, divided.successors) == ("place", ["5001", "5006"])


def test_what_is_told_follows_what_is_changed(ask):
    before = ask("vacant").json
    bring_all({"holdings": f"person,post,valid_from\nkari,tom,{date(2026, 1, 1)}\n"})
    after = ask("vacant").json

    assert [one["posts"] for one in before["findings"]] == [["tom"]]
    assert after["findings"] == []
