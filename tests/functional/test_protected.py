import pytest
import time_machine

from coordinator import guide, records
from coordinator.access import UNIT
from coordinator.columns import KINDS
from coordinator.reference import read_process
from tests.exchanging import bring_all, counted

TRACKS = ("adult", "minor", "")
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
LISTED = tuple(f"/api/v1/{name}?limit" for name in LISTS)
ALL_STEPS = tuple(step["code"] for step in read_process()["steps"])
OPEN_NETWORK = {
    "organisations": "key,name,kind,serves\n"
    "bv-trondheim,Barnevernet i Trondheim,child_welfare,5001\n"
    "rosa-midt,ROSA Midt,rosa,50\n",
    "posts": "key,organisation,title\nbv-leder,bv-trondheim,Leder\n",
    "contact-points": "owner,channel,value,audience\n"
    "bv-trondheim,phone,72540000,public\nrosa-midt,phone,22331160,public\n",
    "responsibilities": "step,role,holder,place,tracks,status\n"
    "report_child,A,bv-trondheim,5001,minor,agreed\n",
    "networks": "key,name\nforum,Regionalt forum\n",
    "memberships": "network,holder,role\nforum,bv-trondheim,chair\n",
    "meetings": "key,network,title,starts,ends\n"
    "mote,forum,Regionalt møte,2026-12-09T10:00,2026-12-09T11:00\n",
    "attendances": "meeting,holder,answer\nmote,bv-trondheim,accepted\n",
}
HIDDEN_NETWORK = {
    "organisations": "key,name,kind,parent,serves,protected,web\n"
    "aa-skjult,Skjult krisesenter,crisis_centre,,5001|NO,true,https://skjult.example\n"
    "aa-skjult-bv,Skjult barnevern,child_welfare,aa-skjult,5001|030102,,\n"
    "aa-skjult-ly,Skjult ly,shelter_ngo,,NO,,\n",
    "posts": "key,organisation,title\n"
    "aa-skjult-leder,aa-skjult,Skjult leder\n"
    "aa-skjult-vakt,aa-skjult-ly,Skjult vakt\n",
    "persons": "key,name\nkari,Skjult Kari\n",
    "holdings": "person,post\nkari,aa-skjult-leder\n",
    "contact-points": "owner,channel,value,audience,note\n"
    "aa-skjult,phone,73540001,public,skjult\n"
    "aa-skjult-bv,phone,73540002,public,skjult\n"
    "aa-skjult-leder,email,skjult@example.no,public,skjult\n"
    "kari,phone,73540003,public,\n",
    "responsibilities": "step,role,holder,place,tracks,status\n"
    "report_child,A,aa-skjult,5001,minor,statutory\n"
    "report_child,R,aa-skjult-leder,5001,,agreed\n"
    "acute_housing,A,aa-skjult-ly,NO,,agreed\n"
    "acute_housing,R,aa-skjult-vakt,50,,agreed\n"
    "talk,C,aa-skjult-bv,5001,,contested\n",
    "memberships": "network,holder,role\nforum,aa-skjult,member\n"
    "forum,aa-skjult-leder,observer\n",
    "attendances": "meeting,holder,answer\nmote,aa-skjult,accepted\n"
    "mote,aa-skjult-leder,declined\n",
}
OMITTED = {
    "organisations": 3,
    "posts": 2,
    "holdings": 1,
    "contact-points": 3,
    "responsibilities": 5,
    "memberships": 2,
    "attendances": 2,
}
SEARCHES = ("skjult", "aa-skjult", "73540001", "example", "+47", "a", "kari", "leder")


@pytest.fixture(autouse=True)
def at_a_moment():
    """Stop the clock, so that what is open does not change between two readings."""
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        yield


def addresses(steps):
    """Yield every kind of public address, and many that are refused."""
    questions = [
        f"step={step}&place={place}&track={track}"
        for step in steps
        for place in ("5001", "030102")
        for track in TRACKS
    ]
    yield from (f"/api/v1/answers?{question}" for question in questions)
    yield from (
        f"/answer?{question}" for question in questions if "track=minor" in question
    )
    for name in LISTS:
        yield f"/api/v1/{name}"
        yield f"/api/v1/{name}?limit=40"
        yield f"/api/v1/{name}?after=aa-skjult"
        yield from (f"/api/v1/{name}?q={query}&limit=100" for query in SEARCHES)
    for hidden in ("aa-skjult", "aa-skjult-leder"):
        yield f"/api/v1/answers?step={hidden}&place=5001"
        yield f"/api/v1/answers?step=talk&place={hidden}"
        yield f"/api/v1/organisations/{hidden}"
        yield f"/organisations/{hidden}"
    yield from ("/", "/healthz", "/api/v1/openapi.json", "/nowhere")


def everything_public(client, steps=ALL_STEPS):
    """Return status, headers and body of each address, and of each list to its end."""
    found, waiting = {}, list(addresses(steps))
    for address in waiting:
        response = client.get(address)
        headers = [one for one in response.headers if one[0] != "Date"]
        found[address] = response.status, headers, response.data
        if address.startswith(LISTED) and response.json.get("next"):
            waiting.append(response.json["next"])
    return found


def test_a_protected_organisation_changes_no_byte_of_what_the_public_sees(client):
    bring_all(OPEN_NETWORK)
    without, counter = everything_public(client), counted()

    bring_all(HIDDEN_NETWORK)

    assert counted() > counter
    assert everything_public(client) == without


def test_an_organisation_that_becomes_protected_leaves_no_trace(client):
    steps = ("report_child", "acute_housing", "talk")
    bring_all(OPEN_NETWORK)
    without = everything_public(client, steps)
    bring_all(HIDDEN_NETWORK)

    bring_all({"organisations": "key,protected\naa-skjult,false\n"})
    shown = everything_public(client, steps)
    bring_all({"organisations": "key,protected\naa-skjult,true\n"})

    assert shown != without
    assert everything_public(client, steps) == without


def test_the_unit_sees_what_is_hidden_from_the_public(app):
    bring_all(OPEN_NETWORK)
    bring_all(HIDDEN_NETWORK)

    answer = guide.who_acts("report_child", "5001", "minor", viewer=UNIT)

    accountable = [actor.organisation.key for actor in answer.roles["A"]]
    assert "aa-skjult" in accountable
    assert "Skjult Kari" in [
        actor.person and actor.person.name for actor in answer.roles["R"]
    ]
    for kind in HIDDEN_NETWORK:
        rows = list(records.every(KINDS[kind], UNIT))
        assert any("skjult" in str(row).casefold() for row in rows), kind


def test_an_export_leaves_protected_rows_out_and_says_how_many(runner):
    bring_all(OPEN_NETWORK)
    bring_all(HIDDEN_NETWORK)

    results = {kind: runner.invoke(args=["export", kind]) for kind in OMITTED}

    assert [kind for kind in OMITTED if "kjult" in results[kind].stdout] == []
    assert {kind: int(results[kind].stderr.split()[0]) for kind in OMITTED} == OMITTED
