"""A fictional network of any size, the same for the same seed, as exchange files.

Growth is more areas, not more for each: every area has eight organisations and eighty
contact points at every size, so that an answer is made of equally many rows. The areas
lie below Oslo's city districts: as deep as places go, and below what the form lists,
so that the page does not grow either.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode

from coordinator import reference
from models import LANGUAGES

SEED = 20261123
POINTS_PER_AREA = 80
POINTS_PER_ORGANISATION = 9
POINTS_OF_POST = 8
LOCAL_RULES = 4
LOCAL_KINDS = (
    "child_welfare",
    "child_welfare_duty",
    "nav_office",
    "municipality",
    "municipal_health",
    "crisis_centre",
    "school",
    "outreach_ngo",
)
COUNTY, CITY, COUNTRY = "03", "0301", "NO"
NOBODY = ("any", "self")


class Point(NamedTuple):
    """A row of contact-points."""

    owner: str
    channel: str
    value: str
    audience: str
    hours: str
    order: int
    note: str


class Organisation(NamedTuple):
    """A row of organisations, as far as we fill it."""

    key: str
    name: str
    kind: str
    serves: str


class Responsibility(NamedTuple):
    """A row of responsibilities, as far as we fill it."""

    step: str
    role: str
    holder: str
    place: str
    tracks: str
    status: str


class Post(NamedTuple):
    """A row of posts."""

    key: str
    organisation: str
    title: str


class Question(NamedTuple):
    """What is asked of the guide; no track asks for every one."""

    step: str
    place: str
    track: str | None
    language: str

    @property
    def query(self) -> str:
        """The query string of the page and of the API."""
        asked = {"step": self.step, "place": self.place, "track": self.track or ""}
        return urlencode({**asked, "lang": self.language})


@dataclass(frozen=True)
class Area:
    """Everything of one generated area."""

    code: str
    parent: str
    organisations: tuple[Organisation, ...]
    post: Post
    points: tuple[Point, ...]
    responsibilities: tuple[Responsibility, ...]


@dataclass(frozen=True)
class Network:
    """A network of about `size` contact points."""

    size: int
    seed: int = SEED

    @property
    def areas(self) -> range:
        """The numbers of its areas."""
        return range(max(1, self.size // POINTS_PER_AREA))

    def area(self, number: int) -> Area:
        """Return an area; the same number has the same content at every size."""
        random = Random(f"{self.seed}/{number}")
        code = f"w{number:06}"
        organisations = tuple(
            Organisation(f"{code}-{kind}", f"{kind} {number}", kind, code)
            for kind in LOCAL_KINDS
        )
        post = Post(f"{code}-post", organisations[0].key, f"Coordinator {number}")
        points = [
            point
            for one in organisations
            for point in _points(random, one.key, POINTS_PER_ORGANISATION)
        ]
        points += _points(random, post.key, POINTS_OF_POST)
        districts = _city_districts()
        return Area(
            code,
            districts[number % len(districts)],
            organisations,
            post,
            tuple(points),
            tuple(_local_rules(random, code, [*organisations, post])),
        )

    def questions(self, count: int, seed: int = 0) -> list[Question]:
        """Return different questions about random areas, steps, tracks, languages."""
        random = Random(f"{self.seed}/questions/{seed}")
        found: dict[Question, None] = {}
        steps = _steps()
        while len(found) < count:
            step, tracks = random.choice(steps)
            place = f"w{random.choice(self.areas):06}"
            track = random.choice((*tracks, None))
            found[Question(step, place, track, random.choice(LANGUAGES))] = None
        return list(found)

    def write(self, folder: Path) -> dict[str, Path]:
        """Write the exchange files; return them by kind, in the order to import."""
        folder.mkdir(parents=True, exist_ok=True)
        return {kind: self._write(kind, folder) for kind in COLUMNS}

    def _write(self, kind: str, folder: Path) -> Path:
        path = folder / f"{kind}.csv"
        header, of_area, of_everyone = COLUMNS[kind]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(of_everyone())
            for number in self.areas:
                writer.writerows(of_area(self.area(number)))
        return path


@lru_cache(maxsize=1)
def _city_districts() -> tuple[str, ...]:
    places = reference.read_places()
    return tuple(row["code"] for row in places if row["kind"] == "city_district")


@lru_cache(maxsize=1)
def _steps() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the steps of the journey, each with its tracks."""
    return tuple(
        (step["code"], tuple(step["tracks"]))
        for step in reference.read_process()["steps"]
        if step["process"] == "journey"
    )


@lru_cache(maxsize=1)
def wider_organisations() -> tuple[Organisation, ...]:
    """Return one organisation of each kind that serves more than an area."""
    police = next(
        key for key, codes in reference.read_police_districts().items() if CITY in codes
    )
    placed = {"county": COUNTY, "country": COUNTRY, "police_district": police}
    return tuple(
        Organisation(f"wide-{kind['code']}", kind["code"], kind["code"], place)
        for kind in reference.read_process()["organisation_kinds"]
        if kind["code"] not in NOBODY
        and not kind.get("protected")
        and (place := placed.get(kind["scope"]))
    )


def _wider_points() -> Iterator[Point]:
    for one in wider_organisations():
        yield from _points(Random(one.key), one.key, POINTS_PER_ORGANISATION)


def _points(random: Random, owner: str, count: int) -> Iterator[Point]:
    """Yield lines of all channels; each fifth is for the network alone."""
    for order in range(count):
        channel = CHANNELS[order % len(CHANNELS)]
        yield Point(
            owner,
            channel,
            VALUES[channel](random, owner, order),
            "network" if order % 5 == 4 else "public",
            _hours(random),
            order,
            f"Line {order} of {owner}" if order % 3 == 0 else "",
        )


def _phone(random: Random, _owner: str, order: int) -> str:
    number = f"{21 + order % 4}{random.randrange(10**6):06}"
    return random.choice((f"+47{number}", " ".join(_pairs(number))))


def _pairs(digits: str) -> list[str]:
    return [digits[at : at + 2] for at in range(0, len(digits), 2)]


def _email(_random: Random, owner: str, order: int) -> str:
    return f"post{order}@{owner.replace('_', '-')}.example.no"


def _web(_random: Random, owner: str, order: int) -> str:
    return f"https://{owner.replace('_', '-')}.example.no/{order}"


def _visit(random: Random, _owner: str, order: int) -> str:
    return f"Storgata {random.randrange(1, 200)}, {order}. etg., Oslo"


CHANNELS = ("phone", "email", "phone", "web", "phone", "email", "phone", "visit")
VALUES: dict[str, Callable[[Random, str, int], str]] = {
    "phone": _phone,
    "email": _email,
    "web": _web,
    "visit": _visit,
}


def _hours(random: Random) -> str:
    """Return one of about a thousand openings, round the clock, or unknown."""
    drawn = random.random()
    if drawn < 0.3:
        return "" if drawn < 0.2 else "24/7"
    opens = f"{random.randrange(7, 10):02}:{random.choice((0, 15, 30, 45)):02}"
    closes = f"{random.randrange(14, 18):02}:{random.choice((0, 15, 30, 45)):02}"
    days = random.choice(("Mo-Fr", "Mo-Th", "Tu-Fr", "Mo-Sa", "Mo-Su"))
    return f"{days} {opens}-{closes}"


def _local_rules(
    random: Random, code: str, holders: Sequence[Organisation | Post]
) -> Iterator[Responsibility]:
    """Yield what is agreed, proposed or statutory in this area alone."""
    for step, tracks in random.sample(_steps(), LOCAL_RULES):
        yield Responsibility(
            step,
            random.choice("AR"),
            random.choice(holders).key,
            code,
            random.choice(("", random.choice(tracks))),
            random.choice(("statutory", "agreed", "proposed")),
        )


def _person(area: Area) -> str:
    return f"{area.code}-person"


def _nothing() -> tuple[()]:
    return ()


Rows = Callable[[], Any]

# Kind → header, an area's rows, and rows that belong to no area.
COLUMNS: dict[str, tuple[Sequence[str], Callable[[Area], Any], Rows]] = {
    "places": (
        ("code", "kind", "name", "parents"),
        lambda area: [(area.code, "city_district", f"Area {area.code}", area.parent)],
        _nothing,
    ),
    "organisations": (
        Organisation._fields,
        lambda area: area.organisations,
        wider_organisations,
    ),
    "posts": (Post._fields, lambda area: [area.post], _nothing),
    "persons": (
        ("key", "name", "languages"),
        lambda area: [(_person(area), f"Person {area.code}", "nb|en")],
        _nothing,
    ),
    "holdings": (
        ("person", "post", "valid_from"),
        lambda area: [(_person(area), area.post.key, "2026-01-01")],
        _nothing,
    ),
    "contact-points": (Point._fields, lambda area: area.points, _wider_points),
    "responsibilities": (
        Responsibility._fields,
        lambda area: area.responsibilities,
        _nothing,
    ),
}
