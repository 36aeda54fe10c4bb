"""Meetings as programs make, change, send and cancel them."""

import json

import pytest

from coordinator import accounts
from coordinator.access import select_to_write
from models import Message, db
from tests import meetings as there
from tests.functional.test_accounts import bearer
from tests.functional.test_api_errors import problem
from tests.meetings import ITEM
from views.api.meeting_schemas import Meeting, MeetingSent

MEETINGS = "/api/v1/meetings"
BODY = {
    "title": "Barn i Trondheim",
    "starts": "2026-12-09T10:00",
    "ends": "2026-12-09T11:30",
    "timezone": "Europe/Oslo",
    "location": "Møterom 3, Storgata 1, Trondheim",
    "link": "https://video.example/rom",
    "agenda": [ITEM | {"minutes": 20, "track": None, "organisations": []}],
}


class Program:
    """A program that asks with the token of a user."""

    def __init__(self, app, role="unit", organisation=None):
        address = f"{role}@example.org"
        accounts.create(address, role, organisation)
        self.headers = bearer(accounts.issue_token(address))
        self.client = app.test_client()
        db.session.rollback()

    def ask(self, method, path="", body=None, **options):
        db.session.rollback()
        address = f"{MEETINGS}{path}"
        return self.client.open(
            address, method=method, json=body, headers=self.headers, **options
        )

    def make(self, **changed):
        response = self.ask("POST", "", BODY | changed)
        assert response.status_code == 201, response.text
        return response.json


@pytest.fixture
def beforehand():
    return there.bring_network


@pytest.fixture
def unit(app):
    return Program(app)


def queued():
    """Return the addresses of the mails that wait to leave."""
    db.session.rollback()
    statement = select_to_write(Message.recipient).where(
        Message.kind.in_(("meeting_request", "meeting_cancel"))
    )
    found = sorted(db.session.scalars(statement))
    db.session.rollback()
    return found


def of(meeting, name):
    (found,) = (one for one in meeting["invitees"] if one["name"] == name)
    return found


def test_a_meeting_is_made_with_who_must_come_and_why(unit):
    made = unit.make()

    Meeting.model_validate_json(json.dumps(made), strict=True)
    assert (made["sequence"], made["status"]) == (0, "confirmed")
    assert of(made, "Kari") == {
        "holder": "leder",
        "name": "Kari",
        "email": "kari@bv.example",
        "role": "required",
        "reasons": ["A:report_child", "nearest_place", "post_holder"],
        "answer": "needs-action",
        "only": None,
    }
    roles = {one["name"]: one["role"] for one in made["invitees"]}
    assert (roles["ROSA Midt"], roles["Statsforvalteren"]) == ("optional", "informed")
    assert {
        "reason": "no_address",
        "item": 1,
        "step": "report_child",
        "role": "R",
        "holder": "barnehus",
        "name": "Barnehuset",
    } in made["gaps"]


def test_point_04_the_uid_is_the_same_all_its_life(unit):
    made = unit.make()
    path = f"/{made['id']}"
    unit.ask("POST", f"{path}/invite")
    moved = unit.ask("PATCH", path, {"starts": "2026-12-09T09:00"}).json
    cancelled = unit.ask("POST", f"{path}/cancel").json
    read = unit.ask("GET", path).json

    uids = {one["uid"] for one in (made, moved, cancelled, read)}
    assert uids == {made["uid"]}
    assert moved["sequence"] == 1
    assert (read["sequence"], read["status"]) == (2, "cancelled")


def test_only_invite_and_cancel_send(unit):
    made = unit.make()
    path = f"/{made['id']}"
    unit.ask("PATCH", path, {"title": "Et annet navn"})
    assert queued() == []

    invited = unit.ask("POST", f"{path}/invite").json
    again = unit.ask("POST", f"{path}/invite").json

    MeetingSent.model_validate_json(json.dumps(invited), strict=True)
    wanted = sorted(
        one["email"]
        for one in made["invitees"]
        if one["email"] and one["role"] != "informed"
    )
    assert sorted(one["email"] for one in invited["messages"]) == wanted
    assert {one["what"] for one in invited["messages"]} == {"invited"}
    assert invited["queued"] == len(wanted)
    assert (again["queued"], again["messages"]) == (0, [])
    assert queued() == wanted

    cancelled = unit.ask("POST", f"{path}/cancel", {"reason": "Sykdom"}).json

    assert {one["what"] for one in cancelled["messages"]} == {"cancelled"}
    assert cancelled["reason"] == "Sykdom"
    assert queued() == sorted(2 * wanted)


def test_a_change_keeps_what_it_does_not_name(unit):
    made = unit.make(rrule="FREQ=WEEKLY;COUNT=4", network="forum")

    changed = unit.ask("PATCH", f"/{made['id']}", {"location": "Storgata 2, Trondheim"})

    assert changed.json == made | {"location": "Storgata 2, Trondheim"}
    assert (
        unit.ask("PATCH", f"/{made['id']}", {"network": None}).json["network"] is None
    )
    assert unit.ask("PATCH", f"/{made['id']}", {"agenda": []}).json["invitees"] == []


def test_one_occurrence_is_moved_cancelled_and_brought_back(unit):
    made = unit.make(rrule="FREQ=WEEKLY;COUNT=4")
    path = f"/{made['id']}"
    second, third = "2026-12-16T10:00", "2026-12-23T10:00"

    moved = {
        "original": second,
        "starts": "2026-12-17T10:00",
        "ends": "2026-12-17T11:00",
    }
    off = {"original": third, "cancelled": True, "reason": "Jul"}
    found = unit.ask("PATCH", path, {"occurrences": [moved, off]}).json["occurrences"]

    assert [(one["original"], one["starts"], one["cancelled"]) for one in found] == [
        (second, "2026-12-17T10:00", False),
        (third, third, True),
    ]
    back = {"occurrences": [{"original": third, "cancelled": False}]}
    found = unit.ask("PATCH", path, back).json["occurrences"]
    assert [one["cancelled"] for one in found] == [False, False]


def test_of_several_occurrences_all_are_changed_or_none(unit):
    made = unit.make(rrule="FREQ=WEEKLY;COUNT=4")
    good = {"original": "2026-12-16T10:00", "cancelled": True}
    bad = {"original": "2026-12-23T10:00", "starts": "2026-12-24T10:00", "ends": "x"}

    found = problem(
        unit.ask("PATCH", f"/{made['id']}", {"occurrences": [good, bad]}), 422
    )
    other = problem(
        unit.ask(
            "PATCH",
            f"/{made['id']}",
            {"occurrences": [good, {"original": "2026-12-17T10:00"}]},
        ),
        404,
    )

    assert (found.parameter, other.parameter) == ("occurrences.1.ends", "occurrence")
    assert unit.ask("GET", f"/{made['id']}").json["occurrences"] == []


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"title": ""}, "title"),
        ({"title": 5}, "title"),
        ({"title": "a\r\nATTENDEE:x"}, "title"),
        ({"title": "a\u2028b"}, "title"),
        ({"title": "\x00"}, "title"),
        ({"title": "a" * 10_000}, "title"),
        ({"location": "b" * 10_000}, "location"),
        ({"starts": "9. desember"}, "starts"),
        ({"starts": "2026-12-09T10:00:00Z"}, "starts"),
        ({"starts": "2027-03-28T02:30", "ends": "2027-03-28T04:00"}, "starts"),
        ({"starts": "2026-10-25T02:30", "ends": "2026-10-25T04:00"}, "starts"),
        ({"ends": "2026-12-09T09:00"}, "ends"),
        ({"ends": "2027-12-09T09:00"}, "ends"),
        ({"timezone": "Europe/Atlantis"}, "timezone"),
        ({"rrule": "FREQ=SECONDLY"}, "rrule"),
        ({"rrule": "FREQ=DAILY;COUNT=100000"}, "rrule"),
        ({"rrule": ["FREQ=DAILY"]}, "rrule"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"agenda": {}}, "agenda"),
        ({"agenda": [5]}, "agenda.0"),
        ({"agenda": [{"title": "x", "steps": "report_child"}]}, "agenda.0.steps"),
        ({"agenda": [{"title": "x", "minutes": "20"}]}, "agenda.0.minutes"),
        ({"agenda": [{"title": "x", "minutes": -1}]}, "agenda.0.minutes"),
        ({"agenda": [{"title": "x", "minutes": True}]}, "agenda.0.minutes"),
        ({"agenda": [{"minutes": 5}]}, "agenda.0.title"),
        ({"agenda": [ITEM | {"minutes": None}] * 61}, "agenda"),
        ({"titel": "x"}, "titel"),
    ],
)
def test_what_is_wrong_is_refused_by_its_name_and_nothing_is_kept(
    unit, changed, parameter
):
    found = problem(unit.ask("POST", "", BODY | changed), 422)

    assert found.parameter == parameter
    assert parameter in found.detail


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"agenda": [ITEM | {"minutes": 5, "steps": ["juggle"]}]}, "agenda.0.steps"),
        ({"agenda": [ITEM | {"minutes": 5, "place": "9999"}]}, "agenda.0.place"),
        ({"agenda": [ITEM | {"minutes": 5, "track": "elder"}]}, "agenda.0.track"),
        ({"network": "nowhere"}, "network"),
    ],
)
def test_what_is_not_there_is_not_found_by_its_name(unit, changed, parameter):
    assert problem(unit.ask("POST", "", BODY | changed), 404).parameter == parameter


def test_all_that_is_wrong_is_told_at_once(unit):
    response = unit.ask("POST", "", BODY | {"title": "", "timezone": "x"})

    told = {one["parameter"] for one in response.json["errors"]}
    assert told == {"title", "timezone"}


def test_a_body_that_is_no_object_of_json_is_refused(unit):
    for raw, status in (
        (b"", 422),
        (b"{", 422),
        (b"\xff", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'{"title": ' + b"[" * 100_000, 422),
        (b'{"title": "' + b"a" * 2_000_000 + b'"}', 413),
    ):
        response = unit.ask("POST", data=raw, content_type="application/json")
        assert problem(response, status).parameter == (
            "body" if status == 422 else None
        )
    problem(unit.ask("POST", data=b"title=x", content_type="text/plain"), 415)


def test_a_cancelled_meeting_is_in_conflict_with_whatever_is_done(unit):
    made = unit.make()
    path = f"/{made['id']}"
    unit.ask("POST", f"{path}/cancel")

    for method, end, body in (
        ("PATCH", "", {"title": "x"}),
        ("PATCH", "", {"occurrences": [{"original": "2026-12-09T10:00"}]}),
        ("POST", "/invite", None),
        ("POST", "/cancel", None),
    ):
        problem(unit.ask(method, path + end, body), 409)


def test_a_meeting_that_is_not_there_is_not_found(unit):
    for path in ("/nowhere", "/%00", "/" + "a" * 500):
        for method, end in (("GET", ""), ("PATCH", ""), ("POST", "/invite")):
            body = {} if method == "PATCH" else None
            problem(unit.ask(method, path + end, body), 404)


def test_only_the_unit_writes_and_only_who_is_known_reads(app, client, unit):
    made = unit.make()
    path = f"/{made['id']}"
    agency, reader = Program(app, "agency", "bv"), Program(app, "reader")
    writes = [
        ("POST", "", BODY),
        ("PATCH", path, {"title": "x"}),
        ("POST", f"{path}/invite", None),
        ("POST", f"{path}/cancel", None),
    ]
    for method, end, body in writes:
        for other in (agency, reader):
            problem(other.ask(method, end, body), 403)
        db.session.rollback()
        problem(client.open(f"{MEETINGS}{end}", method=method, json=body), 401)
        wrong = client.open(
            f"{MEETINGS}{end}", method=method, json=body, headers=bearer("x")
        )
        problem(wrong, 401)
    problem(client.get(MEETINGS + path), 401)

    assert unit.ask("GET", path).json == made


def test_a_reader_sees_who_is_asked_where_the_list_is_open_and_no_address(app, unit):
    hidden, shown = unit.make(), unit.make(shows_attendees=True)
    secret = unit.make(audience="unit")
    for one in (hidden, shown, secret):
        unit.ask("POST", f"/{one['id']}/invite")
    agency, reader = Program(app, "agency", "bv"), Program(app, "reader")

    assert reader.ask("GET", f"/{hidden['id']}").json["invitees"] == []
    names = [
        one["name"] for one in agency.ask("GET", f"/{hidden['id']}").json["invitees"]
    ]
    assert names == ["Kari", "Vaktleder"]
    open_list = reader.ask("GET", f"/{shown['id']}").json
    assert "Kari" in [one["name"] for one in open_list["invitees"]]
    assert not any(one["email"] for one in open_list["invitees"])
    assert open_list["gaps"] == []
    problem(reader.ask("GET", f"/{secret['id']}"), 404)
    assert agency.ask("GET", f"/{secret['id']}").json["title"] == secret["title"]


def test_a_session_in_a_cookie_writes_nothing_by_the_api(app, unit):
    made = unit.make()
    db.session.rollback()
    there.organizer("annen@example.org")
    client = app.test_client()
    client.set_cookie("session", "whatever")

    problem(client.post(f"{MEETINGS}/{made['id']}/cancel"), 401)
