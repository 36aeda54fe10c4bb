import pytest

from coordinator.reference import read_process
from tests.exchanging import all_taken_out, bring, bring_all, counted, stored
from views.api.schemas import Answer

REPORT = "/api/v1/answers?step=report_child&track=minor"
TRONDHEIM = {
    "organisations": "key,name,kind,serves\n"
    "bv-trondheim,Barnevernet i Trondheim,child_welfare,5001\n",
    "posts": "key,organisation,title\nbv-leder,bv-trondheim,Leder\n",
    "contact-points": "owner,channel,value,audience,hours\n"
    "bv-trondheim,phone,72540000,public,24/7\n"
    "bv-leder,phone,72540001,network,24/7\n",
}
OVERRIDE = {
    "responsibilities": "step,role,holder,place,tracks,status\n"
    "report_child,R,bv-leder,5001,minor,agreed\n"
}


def answered(client, place, question=REPORT):
    response = client.get(f"{question}&place={place}")
    assert response.status_code == 200
    return response.json


def test_child_welfare_answers_for_a_report_and_its_reserve_is_named(client):
    answer = answered(client, "5001")

    assert answer["status"] == "statutory"
    assert answer["unresolved"] == [
        {
            "role": "A",
            "holder": "kind:child_welfare",
            "label": "Kommunal barnevernstjeneste",
        }
    ]
    reserve = answer["roles"]["A"][0]
    assert (reserve["via"], reserve["fallback"]) == ("kind:child_welfare_duty", True)
    assert reserve["contact_points"][0]["value"] == "116111"
    assert answer["first"] == {"role": "A", "index": 0}


def test_an_imported_organisation_answers_for_its_municipality(client):
    answered(client, "5001")
    bring_all(TRONDHEIM)

    answer = answered(client, "5001")

    accountable = answer["roles"]["A"][0]
    assert accountable["organisation"] == {
        "key": "bv-trondheim",
        "name": "Barnevernet i Trondheim",
        "kind": "child_welfare",
    }
    assert accountable["contact_points"][0]["value"] == "+4772540000"
    assert accountable["reasons"] == ["kind_serves_place"]
    assert answer["unresolved"] == []


def test_a_municipal_override_changes_who_does_it(client):
    bring_all(TRONDHEIM | OVERRIDE)

    answer = answered(client, "5001")

    assert [one["via"] for one in answer["roles"]["R"]] == ["post:bv-leder"]
    assert answer["roles"]["R"][0]["reasons"] == ["nearest_place", "function_line"]
    assert [(one["via"], one["reason"]) for one in answer["others"]] == [
        ("kind:any", "nearest_place")
    ]
    assert answer["status"] == "statutory"


def test_an_import_changes_the_answer_for_its_municipality_and_for_no_other(client):
    places = [
        place["code"]
        for place in every(client, "/api/v1/places?limit=100")
        if place["kind"] != "municipality" or "50" in place["parents"]
    ]
    before = {place: client.get(f"{REPORT}&place={place}").data for place in places}

    bring_all(TRONDHEIM | OVERRIDE)

    after = {place: client.get(f"{REPORT}&place={place}").data for place in places}
    assert [place for place in places if before[place] != after[place]] == ["5001"]


def every(client, address):
    """Return the results of a list, page after page."""
    results = []
    while address:
        page = client.get(address).json
        results += page["results"]
        address = page["next"]
    return results


def test_taken_out_and_brought_in_again_the_network_answers_the_same(client):
    bring_all(TRONDHEIM | OVERRIDE)
    before, counter, answer = stored(), counted(), answered(client, "5001")

    bring_all(all_taken_out())

    assert (stored(), counted()) == (before, counter)
    assert answered(client, "5001") == answer


def test_an_unsettled_override_waits_below_the_law(client):
    bring_all(TRONDHEIM)
    bring(
        "responsibilities",
        "step,role,holder,place,status\nreport_child,A,bv-leder,5001,proposed\n",
    )

    answer = answered(client, "5001")

    assert [one["via"] for one in answer["roles"]["A"]] == ["kind:child_welfare"]
    assert [(one["via"], one["reason"]) for one in answer["pending"]] == [
        ("post:bv-leder", "statutory_stands")
    ]
    assert "pending" in answer["flags"]


def test_no_public_answer_names_a_person(client):
    bring_all(
        TRONDHEIM
        | OVERRIDE
        | {
            "persons": "key,name\nkari,Kari Nordmann\n",
            "holdings": "person,post\nkari,bv-leder\n",
        }
    )

    answer = answered(client, "5001")

    assert answer["roles"]["R"][0]["person"] is None
    assert "Kari" not in str(answer)


def test_a_line_for_the_network_is_not_in_a_public_answer(client):
    bring_all(TRONDHEIM | OVERRIDE)

    answer = answered(client, "5001")

    lines = [point["value"] for point in answer["roles"]["R"][0]["contact_points"]]
    assert lines == ["+4772540000"]


def test_a_new_place_is_known_at_once(client):
    place = "code,kind,name,parents\n9901,municipality,Nyby,50|pd-trondelag\n"
    before = client.get(f"{REPORT}&place=9901").status_code

    bring("places", place)

    assert before == 404
    assert answered(client, "9901")["place_name"] == "Nyby"
    bring("places", "code,name\n9901,Nyere by\n")
    assert answered(client, "9901")["place_name"] == "Nyere by"


def test_a_place_that_was_merged_answers_as_what_it_became(client):
    bring(
        "places",
        "code,kind,name,parents,valid_to,successor\n"
        "5098,municipality,Gamleby,50,2020-12-31,5001\n",
    )
    bring_all(TRONDHEIM)

    answer = answered(client, "5098")

    assert (answer["place"], answer["asked_place"]) == ("5001", "5098")
    assert answer["flags"] == ["merged_place"]
    assert answer["roles"]["A"][0]["organisation"]["key"] == "bv-trondheim"


def test_a_day_is_asked_for(client):
    bring(
        "organisations",
        "key,name,kind,serves,valid_from\n"
        "bv-trondheim,Barnevernet,child_welfare,5001,2030-01-01\n",
    )

    before = answered(client, "5001", f"{REPORT}&on=2029-12-31")
    after = answered(client, "5001", f"{REPORT}&on=2030-01-01")

    assert before["unresolved"] != []
    assert after["unresolved"] == []
    assert after["on"] == "2030-01-01"
    assert after["roles"]["A"][0]["organisation"]["key"] == "bv-trondheim"


def test_texts_come_in_the_language_asked_for_and_not_the_browsers(client):
    asked = {
        language: client.get(
            f"{REPORT}&place=5001&lang={language}", headers={"Accept-Language": "en"}
        ).json["title"]
        for language in ("", "nb", "en")
    }

    assert asked["en"] == "Report to child welfare"
    assert asked["nb"] == asked[""] == "Melding til barnevernet"


@pytest.mark.parametrize("place", ["5001", "030102"])
def test_every_answer_has_the_shape_it_promises(client, place):
    bring_all(TRONDHEIM | OVERRIDE)
    steps = [step["code"] for step in read_process()["steps"]]
    tracks = ("", "adult", "minor", "asylum_adult", "asylum_minor")

    for step in steps:
        for track in tracks:
            address = f"/api/v1/answers?step={step}&place={place}&track={track}"
            answer = Answer.model_validate_json(client.get(address).data, strict=True)
            if answer.first:
                role = getattr(answer.roles, answer.first.role)
                assert role[answer.first.index].contact_points
