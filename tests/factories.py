"""Plain rows with sane defaults: what a test does not say does not matter to it.

`store` writes such rows in the database.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from coordinator import access
from coordinator.catalogue import (
    Catalogue,
    HandoverRow,
    PlaceRow,
    SourceRow,
    StepRow,
    TrackRow,
)
from coordinator.facts import (
    Facts,
    HoldingFact,
    OrganisationFact,
    PersonFact,
    PointFact,
    PostFact,
    Rule,
)
from coordinator.guide import Question
from coordinator.meetings import iso, occurrence_key
from coordinator.opening import OSLO
from graphs import places as place_graph
from models import (
    AgendaItem,
    Attendance,
    Base,
    ContactPoint,
    Feed,
    Holding,
    Invitation,
    Meeting,
    Occurrence,
    OccurrenceAnswer,
    Organisation,
    Person,
    Post,
    Received,
    Responsibility,
    Sent,
    ServiceArea,
    db,
)

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=OSLO)
OFFICE_HOURS = "Mo-Fr 08:00-15:30"
SATURDAYS = "Sa 10:00-12:00"


def a_place(code: str, *parents: str, **changed: Any) -> PlaceRow:
    defaults = {
        "code": code,
        "kind": "municipality",
        "name": code,
        "other_names": (),
        "valid_from": None,
        "valid_to": None,
        "parents": parents,
        "successors": (),
    }
    return PlaceRow(**(defaults | changed))


NORWAY = (
    a_place("NO"),
    a_place("50", "NO"),
    a_place("pd-trondelag", "NO"),
    a_place("5001", "50", "pd-trondelag"),
)
TRACKS = (
    TrackRow("adult", False, {"nb": "Voksen"}),
    TrackRow("minor", True, {"nb": "Barn"}),
    TrackRow("asylum_minor", True, {"nb": "Barn som søker asyl"}),
)


def a_step(code: str = "report_child", **changed: Any) -> StepRow:
    texts = ("summary", "deadline", "condition", "note", "parallel", "source", "pillar")
    lists = ("tracks", "law", "duty", "fallback", "appeal", "rights", "rights_minor")
    defaults = {
        "code": code,
        "process": "journey",
        "order": 0,
        "phase": "identify",
        "title": {"nb": code},
        "shares": {},
    }
    empty = dict.fromkeys(texts) | dict.fromkeys(lists, ())
    return StepRow(**(empty | defaults | changed))


def a_handover(from_step: str, to_step: str, **changed: Any) -> HandoverRow:
    defaults = {
        "tracks": (),
        "share": None,
        "note": None,
        "becomes": None,
        "known_gap": False,
    }
    return HandoverRow(from_step, to_step, **(defaults | changed))


def a_source(key: str, next_check_on: date | None = None) -> SourceRow:
    return SourceRow(key, {"nb": key}, None, None, None, next_check_on)


def a_catalogue(
    places: Iterable[PlaceRow] = NORWAY,
    steps: Iterable[StepRow] | None = None,
    sources: Iterable[SourceRow] = (),
    **changed: Any,
) -> Catalogue:
    places = tuple(places)
    steps = (a_step(),) if steps is None else steps
    codes = [place.code for place in places]
    links = [(place.code, parent) for place in places for parent in place.parents]
    defaults = {
        "processes": {},
        "phases": {},
        "pillars": {},
        "tracks": {track.code: track for track in TRACKS},
        "kinds": {},
        "handovers": (),
        "rights": {},
        "sharing_rules": {},
        "overrides": {"danger": {"nb": "Ring 112"}, "minor": {"nb": "Meld fra"}},
    }
    return Catalogue(
        places=dict(zip(codes, places, strict=True)),
        graph=place_graph.build(codes, links),
        steps={step.code: step for step in steps},
        sources={source.key: source for source in sources},
        **(defaults | changed),
    )


def a_rule(
    holder: str = "kind:child_welfare",
    role: str = "A",
    place: str = "NO",
    tracks: tuple[str, ...] = (),
    **changed: Any,
) -> Rule:
    values = {"step": "report_child", "status": "agreed", "valid_from": None} | changed
    parts = (values["step"], role, holder, place, *tracks, values["valid_from"])
    values = {"key": "|".join(map(str, parts))} | values
    return Rule(role=role, holder=holder, place=place, tracks=tracks, **values)


def an_organisation(
    key: str = "bv",
    kind: str = "child_welfare",
    serves: tuple[str, ...] = ("5001",),
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> OrganisationFact:
    return OrganisationFact(key, key.title(), kind, valid_from, valid_to, serves)


def a_post(key: str = "leader", organisation: str = "bv", **dates: date) -> PostFact:
    return PostFact(key, key.title(), organisation, **dates)


def a_holding(
    person: str = "kari", post: str = "leader", *, deputy: bool = False, **dates: date
) -> HoldingFact:
    return HoldingFact(post, PersonFact(person, person.title()), deputy, **dates)


def a_point(owner: str = "bv", value: str = "+4711", **changed: Any) -> PointFact:
    return PointFact(owner, **({"channel": "phone", "value": value} | changed))


Fact = Rule | OrganisationFact | PostFact | HoldingFact | PointFact


def some_facts(*rows: Fact, shows_holders: bool = True) -> Facts:
    points: dict[str, tuple[PointFact, ...]] = {}
    for row in rows:
        if isinstance(row, PointFact):
            points[row.owner] = (*points.get(row.owner, ()), row)
    return Facts(
        rules=tuple(row for row in rows if isinstance(row, Rule)),
        organisations={row.key: row for row in rows if type(row) is OrganisationFact},
        posts={row.key: row for row in rows if type(row) is PostFact},
        holdings=tuple(row for row in rows if isinstance(row, HoldingFact)),
        points=points,
        shows_holders=shows_holders,
    )


def a_question(
    place: str = "5001",
    track: str | None = None,
    on: date = MONDAY,
    at: datetime = NOON,
    step: str = "report_child",
) -> Question:
    return Question(step, place, track, on, at)


def store(
    facts: Facts,
    *,
    protected: Collection[str] = (),
    parents: Mapping[str, str] | None = None,
) -> None:
    """Write the facts, each in the class that facts of its sort have."""
    db.session.info["who"] = "a test"
    parents = parents or {}
    rows = [
        Organisation(
            key=one.key,
            name=one.name,
            kind=one.kind,
            parent=parents.get(one.key),
            protected=one.key in protected,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            languages=(),
        )
        for one in facts.organisations.values()
    ]
    persons = {held.person.key: held.person for held in facts.holdings}
    areas = [
        ServiceArea(organisation=one.key, place=place)
        for one in facts.organisations.values()
        for place in one.serves
    ]
    posts = [Post(**post._asdict()) for post in facts.posts.values()]
    for written in (
        rows,
        [Person(**one._asdict(), audience="network") for one in persons.values()],
        [*areas, *posts],
        [_stored_holding(held) for held in facts.holdings]
        + [_stored_point(one) for found in facts.points.values() for one in found]
        + [_stored_rule(rule) for rule in facts.rules],
    ):
        db.session.add_all(written)
        db.session.flush()
    access.reclassify(db.session.connection())


def _stored_holding(held: HoldingFact) -> Holding:
    values = held._asdict() | {"person": held.person.key}
    key = f"{held.person.key}|{held.post}|{held.valid_from}"
    return Holding(**values, key=key, audience="network")


def _stored_point(point: PointFact) -> ContactPoint:
    key = f"{point.owner}|{point.channel}|{point.value}"
    return ContactPoint(**point._asdict(), key=key)


def _stored_rule(rule: Rule) -> Responsibility:
    values = rule._asdict()
    holder = values.pop("holder")
    holder_key = None if rule.kind else holder
    return Responsibility(
        **values, holder_kind=rule.kind, holder_key=holder_key, audience="public"
    )


# Records of meetings, as the database keeps them


WEDNESDAY = datetime(2026, 12, 9, 10)
MOMENT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_kept_meeting(key: str = "mote", **changed: Any) -> Meeting:
    """Return a meeting on a Wednesday, for those who are signed in."""
    values = {
        "key": key,
        "uid": f"uid-{key}",
        "title": "Et møte",
        "starts": WEDNESDAY,
        "ends": WEDNESDAY.replace(hour=11),
        "last_day": WEDNESDAY.date(),
        "steps": (),
        "revised_at": MOMENT,
        "audience": "network",
    }
    return Meeting(**(values | changed))


def an_occurrence(meeting: str = "mote", **changed: Any) -> Occurrence:
    """Return the Wednesday of a series, moved to the afternoon."""
    values = {
        "key": occurrence_key(meeting, WEDNESDAY),
        "meeting": meeting,
        "original": WEDNESDAY,
        "starts": WEDNESDAY.replace(hour=14),
        "ends": WEDNESDAY.replace(hour=15),
    }
    return Occurrence(**(values | changed))


def an_item(
    key: str = "sak", meeting: str | None = "mote", **changed: Any
) -> AgendaItem:
    """Return an item of the meeting's agenda; without one it waits."""
    values = {
        "key": key,
        "meeting": meeting,
        "title": "En sak",
        "steps": (),
        "clarifications": (),
        "organisations": (),
    }
    return AgendaItem(**(values | changed))


def asked(holder: str | None, meeting: str = "mote") -> str:
    """Return the key of a holder's invitation, always the same: a UUID."""
    return uuid5(NAMESPACE_URL, f"{holder}|{meeting}").hex


def an_invitation(
    holder: str | None, meeting: str = "mote", **changed: Any
) -> Invitation:
    """Return the invitation of an organisation or a post."""
    values = {"key": asked(holder, meeting), "meeting": meeting, "holder": holder}
    return Invitation(**(values | changed))


def an_answer(invitation: str, **changed: Any) -> OccurrenceAnswer:
    """Return an answer to the Wednesday alone."""
    values = {
        "key": f"{invitation}|{iso(WEDNESDAY)}",
        "invitation": invitation,
        "original": WEDNESDAY,
        "answer": "declined",
        "answered_at": MOMENT,
    }
    return OccurrenceAnswer(**(values | changed))


def an_attendance(holder: str, meeting: str = "mote", **changed: Any) -> Attendance:
    """Return that the holder said yes."""
    values = {
        "key": f"{meeting}|{holder}",
        "meeting": meeting,
        "holder": holder,
        "answer": "accepted",
        "audience": "network",
    }
    return Attendance(**(values | changed))


def a_sent(invitation: str, **changed: Any) -> Sent:
    """Return that the invitation has been mailed."""
    values = {
        "invitation": invitation,
        "address": "kari@eksempel.no",
        "told": {"what": "invited"},
        "stamped_at": MOMENT,
    }
    return Sent(**(values | changed))


def a_received(meeting: str | None = "mote", **changed: Any) -> Received:
    """Return a mail that came of the meeting and waits for its organizer."""
    item = {"verdict": "held", "why": "other_address", "method": "REPLY"}
    values = {
        "digest": "1" * 64,
        "received_at": MOMENT,
        "sender": "kari@eksempel.no",
        "method": "REPLY",
        "verdict": "held",
        "meeting": meeting,
        "told": {"items": [item | {"answer": "accepted"}]},
    }
    return Received(**(values | changed))


def a_feed(user: str, **changed: Any) -> Feed:
    """Return an address where a device of the user reads meetings."""
    values = {
        "digest": "2" * 64,
        "user": user,
        "scope": "mine",
        "made_at": MOMENT,
        "expires_at": MOMENT.replace(year=2027),
    }
    return Feed(**(values | changed))


def keep(*stages: Collection[Base]) -> None:
    """Write records, those of each stage after those that they lead to."""
    db.session.info["who"] = "a test"
    for records in stages:
        db.session.add_all(records)
        db.session.flush()
    db.session.commit()


def keep_a_meeting(holder: str, person: str | None, user: str) -> None:
    """Write one record of each table of meetings."""
    own = asked(holder)
    keep(
        [a_kept_meeting()],
        [
            an_occurrence(),
            an_item(),
            an_invitation(holder, person=person),
            an_attendance(holder),
            a_received(),
            a_feed(user),
        ],
        [an_answer(own), a_sent(own)],
    )
