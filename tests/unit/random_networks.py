"""Small random networks, with all that the rules speak of, often at the edge."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from coordinator.catalogue import Catalogue
from coordinator.facts import Facts
from coordinator.guide import Question
from models import AUDIENCES, CHANNELS, STATUSES
from tests.factories import (
    MONDAY,
    NOON,
    OFFICE_HOURS,
    SATURDAYS,
    TRACKS,
    a_catalogue,
    a_holding,
    a_place,
    a_point,
    a_post,
    a_question,
    a_rule,
    a_source,
    a_step,
    an_organisation,
    some_facts,
)

DAY = timedelta(days=1)
KINDS = (
    "child_welfare",
    "nav_office",
    "rosa",
    "child_welfare_duty",
    "coordination_unit",
)
HOURS = ("", "24/7", OFFICE_HOURS, SATURDAYS)
CHRISTMAS = date(2026, 12, 25)
ASKED = (
    (MONDAY, NOON),
    (MONDAY, NOON),
    (MONDAY, NOON.replace(hour=20)),
    (MONDAY, datetime(2026, 11, 22, 23, 30, tzinfo=UTC)),
    (MONDAY, NOON - DAY),
    (MONDAY + 5 * DAY, NOON.replace(hour=11) + 5 * DAY),
    (CHRISTMAS, NOON.replace(month=12, day=25)),
)
# Few roles and statuses at a time meet more often than many.
SOME_ROLES = ("ARCI", "AAR", "A", "RRC", "RC", "C")
SOME_STATUSES = (
    STATUSES,
    ("statutory", "proposed"),
    ("statutory", "agreed", "unclear"),
)


@dataclass(frozen=True)
class Network:
    question: Question
    facts: Facts
    known: Catalogue


def some_of(values, *, least=0, most=2):
    """Different ones of the values; one that stands there twice is likelier."""
    found = st.lists(st.sampled_from(values), min_size=least, max_size=most)
    return found.map(lambda chosen: tuple(dict.fromkeys(chosen)))


def one_of(values):
    return st.sampled_from(values)


def dates(day):
    """Mostly open, else just before, on, or just after the day."""
    edges = one_of([None] * 9 + [day - DAY, day, day + DAY])
    return st.fixed_dictionaries({"valid_from": edges, "valid_to": edges})


@st.composite
def places(draw, day):
    """Each place may lie in earlier ones, and become later ones: no cycles."""
    codes = [f"p{n}" for n in range(draw(st.integers(1, 8)))]
    found = []
    for n, code in enumerate(codes):
        parents = draw(some_of(codes[:n], least=min(1, n - 1))) if n else ()
        ended = draw(one_of([None, None, None, day - DAY, day]))
        became = draw(some_of(codes[n + 1 :])) if ended and codes[n + 1 :] else ()
        found.append(a_place(code, *parents, valid_to=ended, successors=became))
    return found


@st.composite
def organisations(draw, day, codes):
    return [
        an_organisation(
            f"o{n}",
            draw(one_of(KINDS)),
            draw(some_of(codes, least=1, most=3)),
            **draw(dates(day)),
        )
        for n in range(draw(st.integers(1, 4)))
    ]


@st.composite
def posts(draw, day, owners):
    return [
        a_post(f"q{n}", draw(one_of(owners)), **draw(dates(day)))
        for n in range(draw(st.integers(0, 2)))
    ]


@st.composite
def holdings(draw, day, held):
    if not held:
        return []
    found = [
        a_holding(
            draw(one_of(["k0", "k1", "k2"])),
            draw(one_of(held)),
            deputy=draw(st.booleans()),
            **draw(dates(day)),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    return {(one.person.key, one.post, one.valid_from): one for one in found}.values()


@st.composite
def points(draw, owners):
    found = [
        a_point(
            draw(one_of(owners)),
            f"+47{draw(st.integers(0, 9))}",
            channel=draw(one_of((*CHANNELS, "phone"))),
            hours=draw(one_of(HOURS)),
            order=draw(st.integers(0, 1)),
            audience=draw(one_of(AUDIENCES)),
        )
        for _ in range(draw(st.integers(0, 8)))
    ]
    return {(one.owner, one.channel, one.value): one for one in found}.values()


@st.composite
def rules(draw, day, codes, holders):
    roles = draw(one_of(SOME_ROLES))
    statuses = draw(one_of(SOME_STATUSES))
    found = [
        a_rule(
            draw(one_of(holders)),
            draw(one_of(roles)),
            draw(one_of(codes)),
            draw(one_of([(), (), ("adult",), ("minor",), ("adult", "minor")])),
            **draw(dates(day)),
            status=draw(one_of(statuses)),
            order=draw(st.integers(0, 1)),
            sources=draw(one_of([(), (), ("law",)])),
            confirmed_on=draw(one_of([None, *(day - n * DAY for n in (365, 366))])),
            step=draw(one_of(["report_child"] * 9 + ["another"])),
        )
        for _ in range(draw(st.integers(2, 8)))
    ]
    return {one.key: one for one in found}.values()


@st.composite
def facts(draw, day, codes):
    """Facts about places of these codes."""
    found = draw(organisations(day, codes))
    keys = [one.key for one in found]
    kinds = [f"kind:{one.kind}" for one in found]
    held = draw(posts(day, keys))
    post_keys = [post.key for post in held]
    holders = [*kinds, *keys, *post_keys, *post_keys]
    nobody = ["kind:any", "kind:any", "kind:self", "kind:child_house", "gone"]
    holding = draw(holdings(day, post_keys))
    owners = [*keys, *post_keys, *{one.person.key: None for one in holding}]
    lines = draw(points(owners))
    claims = draw(rules(day, codes, [*holders, *nobody]))
    return some_facts(*found, *held, *holding, *lines, *claims)


@st.composite
def networks(draw):
    day, moment = draw(one_of(ASKED))
    area = draw(places(day))
    codes = [place.code for place in area]
    # Mostly deep: the last places are those with others above them.
    asked = draw(one_of([*codes, *codes[-3:], *codes[-3:]]))
    tracks = [track.code for track in TRACKS]
    step = a_step(
        fallback=draw(some_of(KINDS)),
        tracks=draw(st.just(()) | some_of(tracks)),
        law=draw(one_of([(), ("law",)])),
    )
    source = a_source("law", draw(one_of([None, day - DAY, day])))
    known = a_catalogue(area, [step], [source])
    near = sorted(known.at_or_above(asked))
    found = draw(facts(day, [*near, *near, *near, *codes]))
    if draw(st.booleans()):
        found = replace(found, holdings=(), shows_holders=False)
    question = a_question(asked, draw(one_of([None, *tracks])), day, moment)
    return Network(question, found, known)
