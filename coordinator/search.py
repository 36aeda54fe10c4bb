"""What is found by what someone typed: over all that the viewer may see, best first.

The process, the guide and the places are weighed whole, from memory. The directory is
asked in one statement for a bounded number of candidates, which are weighed the same
way; a second one is asked where no candidate answers to every word. What was typed is
kept nowhere.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    bindparam,
    func,
    or_,
    union_all,
)

from coordinator import catalogue, lexicon
from coordinator.access import Viewer, select_to_write, select_visible
from coordinator.lexicon import Lexicon, Thing, Vocabulary
from coordinator.reference import WHOLE_COUNTRY
from coordinator.relevance import (
    LEAST,
    SAME,
    SAME_PLAIN,
    Fits,
    Named,
    Weighing,
    asked,
    fit,
    named,
    parts,
    words,
)
from coordinator.search_index import ids_of
from models import LANGUAGES, TRIGRAMS, Organisation, Post, SearchEntry, db

KINDS = (
    "step",
    "right",
    "guide",
    "organisation",
    "post",
    "person",
    "network",
    "meeting",
    "place",
    "source",
)
MOST_ENTRIES, MOST_LINES = 120, 30
# A step says who does it, so that of two that fit alike it comes first.
WEIGHTS = {"step": 1.0, "right": 0.93, "guide": 0.92, "source": 0.75, "place": 0.98}
OTHERS = 0.9
ENTRY_KINDS = ("organisation", "post", "person")
KIND_FITS = 0.85
WHOLE_NAME = 0.8
# What is somebody's to do in a place. A place that is named beside it says where.
SOMEWHERE, NAMING_PLACE = ("step", "right"), 0.95
SHORT_NAME = 2
NOT_MEANT = 0.5
# Of a long text the rarest words say which records are asked for.
MOST_ASKED, MOST_LEFT_OUT = 8, 5

_entry = SearchEntry.__table__.c


class Hit(NamedTuple):
    """What was found: its kind and key, its title, and how well it fits, 0 to 1.

    Of steps and rights, `place` is the code of a place that was named beside them.
    """

    kind: str
    key: str
    title: str
    score: float
    place: str | None = None


class OfKind(NamedTuple):
    """The kind of an organisation, and the last day on which it is there."""

    kind: str
    valid_to: date | None


def find(
    text: str,
    viewer: Viewer,
    language: str = LANGUAGES[0],
    *,
    track: str | None = None,
) -> list[Hit]:
    """Return what the viewer may see that fits the text, best first, each thing once.

    Nothing where the text has no word. Titles are in the language, else in bokmål; the
    text may be in any. Steps that are not meant for the track come after those that
    fit half as well. A stable order: by score, kind and key.
    """
    typed = asked(text)
    if not typed:
        return []
    known = lexicon.current(viewer)
    fits: dict[str, dict[str, float]] = {
        word: known.vocabulary.like(word) for word in typed
    }
    weights = {word: _weight(fits[word], known) for word in typed}
    best: dict[tuple[str, str], tuple[float, str | None]] = {}
    kinds: dict[str, set[str]] = {}
    things = known.with_any_of(fits)
    named_place, elsewhere = _place_among(things, weights, fits)
    # Among other words, a number is an age, and everything is in the country.
    aside = {WHOLE_COUNTRY, *typed} if len(words(text)) > 1 else set[str]()
    whole = Weighing(weights, fits, known.rarity)
    there = Weighing(elsewhere, fits, known.rarity)
    for thing in things:
        if thing.kind == "organisation_kind":
            _note_kind(thing, fits, kinds)
            continue
        if thing.kind == "place" and thing.key in aside:
            continue
        how_well: tuple[float, str | None] = whole.score(thing.called), None
        if named_place and thing.kind in SOMEWHERE:
            with_place = NAMING_PLACE * there.score(thing.called), named_place
            how_well = max(how_well, with_place, key=itemgetter(0))
        own = thing.kind, thing.key
        best[own] = max(how_well, best.get(own, (0.0, None)), key=itemgetter(0))
    hits = [
        Hit(kind, key, _title(known, kind, key, language), how_well, place)
        for (kind, key), (how_well, place) in best.items()
    ]
    hits += _in_directory(typed, weights, kinds, known, viewer)
    return _in_order(hits, _not_meant_for(track, viewer))


def _not_meant_for(track: str | None, viewer: Viewer) -> set[str]:
    """Return the codes of the steps that are for others than the track."""
    if not track:
        return set()
    steps = catalogue.current(viewer).steps.values()
    return {step.code for step in steps if not step.is_for(track)}


def _place_among(
    things: Iterable[Thing], weights: Mapping[str, float], fits: Fits
) -> tuple[str | None, dict[str, float]]:
    """Return the one place that a typed word names, and the other words' weights.

    None where a word names none or several, or where nothing else was typed.
    """
    found: dict[str, set[str]] = {}
    for thing in things:
        if thing.kind == "place":
            for name in thing.called.names:
                for typed in weights if len(name) == 1 else ():
                    # Two letters that are nearly a place's name are a word.
                    enough = SAME_PLAIN if len(typed) > SHORT_NAME else SAME
                    if fits[typed].get(name[0], 0.0) >= enough:
                        found.setdefault(typed, set()).add(thing.key)
    for typed, places in found.items():
        # A municipality and the county or the city of its name are one answer: its own.
        own = max(places, key=lambda code: (len(code) == 4, code))
        several = sum(len(code) == 4 for code in places) > 1
        rest = {word: weight for word, weight in weights.items() if word != typed}
        if rest and not several:
            return own, rest
    return None, {}


def _weight(found: Mapping[str, float], known: Lexicon) -> float:
    """Return what a typed word tells: as much as the commonest that it fits best."""
    best = max(found.values(), default=0.0)
    like = [word for word, how_well in found.items() if how_well == best]
    return min((known.rarity.of(word) for word in like), default=known.rarity.of(""))


def _title(known: Lexicon, kind: str, key: str, language: str) -> str:
    for one in (language, LANGUAGES[0], ""):
        if title := known.titles.get((kind, key, one)):
            return title
    return key


def _in_order(hits: Iterable[Hit], not_meant: Collection[str]) -> list[Hit]:
    best: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        weighed = hit._replace(
            kind="guide" if hit.kind == "chapter" else hit.kind,
        )
        weight = WEIGHTS.get(weighed.kind, OTHERS)
        if weighed.kind == "step" and weighed.key in not_meant:
            weight *= NOT_MEANT
        weighed = weighed._replace(score=min(1.0, hit.score) * weight)
        own = weighed.kind, weighed.key
        if weighed.score >= LEAST and (
            own not in best or best[own].score < weighed.score
        ):
            best[own] = weighed
    return sorted(
        best.values(),
        key=lambda hit: (-round(hit.score, 6), KINDS.index(hit.kind), hit.key),
    )


def _note_kind(thing: Thing, fits: Fits, kinds: dict[str, set[str]]) -> None:
    """Note which typed words name this kind of organisation, by a whole name of it."""
    for name in thing.called.names:
        saying = {
            typed
            for typed, found in fits.items()
            if any(found.get(word, 0.0) >= WHOLE_NAME for word in name)
        }
        if saying and all(
            any(fits[typed].get(word, 0.0) >= WHOLE_NAME for typed in saying)
            for word in name
        ):
            for typed in saying:
                kinds.setdefault(typed, set()).add(f"kind={thing.key}")


def organisations_of(hits: Iterable[Hit], viewer: Viewer) -> dict[str, str]:
    """Return the organisation of each post among the hits, by the post's key."""
    found = _beside(hits, "post", (Post.__table__.c.organisation,), viewer)
    return {row.key: row.organisation for row in found}


def kinds_of(hits: Iterable[Hit], viewer: Viewer) -> dict[str, OfKind]:
    """Return kind and end of each organisation among the hits, by its key."""
    of = Organisation.__table__.c
    found = _beside(hits, "organisation", (of.kind, of.valid_to), viewer)
    return {row.key: OfKind(row.kind, row.valid_to) for row in found}


def _beside(
    hits: Iterable[Hit], kind: str, told: Sequence[Column[Any]], viewer: Viewer
) -> Sequence[Row[Any]]:
    """Return key and those columns, of the hits of the kind."""
    keys = [hit.key for hit in hits if hit.kind == kind]
    if not keys:
        return []
    own = told[0].table.c.key
    found = select_visible(own, *told, viewer=viewer).where(own.in_(keys))
    return db.session.execute(found).all()


# The directory


class _Candidate(NamedTuple):
    kind: str
    key: str
    title: str
    names: str
    text: str
    folded: str
    entry: str | None


def _in_directory(
    typed: Sequence[str],
    weights: Mapping[str, float],
    kinds: Mapping[str, set[str]],
    known: Lexicon,
    viewer: Viewer,
) -> list[Hit]:
    """Return what of the directory fits: all that was typed, else all but a word."""
    every = lexicon.vocabulary(viewer)
    rarest = sorted(typed, key=lambda word: -weights[word])[:MOST_ASKED]
    held = {word: _parts(word, every) | kinds.get(word, set()) for word in rarest}
    found = _candidates([held.values()], viewer)
    if not found and len(rarest) > 1:
        least = rarest[-MOST_LEFT_OUT:]
        fewer = [
            [held[word] for word in rarest if word != left_out] for left_out in least
        ]
        found = _candidates(fewer, viewer)
    owners = _owners_of(found, viewer)
    called = [_called(one.title, one.names, one.text, one.folded) for one in found]
    every_word = set[str]().union(*(one.every() for one in called))
    fits = {
        word: {
            other: KIND_FITS if other in kinds.get(word, ()) else fit(word, other)
            for other in every_word
        }
        for word in typed
    }
    weighing = Weighing(weights, fits, known.rarity)
    hits = []
    for one, names in zip(found, called, strict=True):
        how_well = weighing.score(names)
        if one.kind != "contact_point":
            hits.append(Hit(one.kind, one.key, one.title, how_well))
        elif one.entry in owners:
            hits.append(Hit(*owners[one.entry], how_well))
    return hits


def _owners_of(
    found: Iterable[_Candidate], viewer: Viewer
) -> dict[str | None, tuple[str, str, str]]:
    """Return kind, key and title of whose the lines among these are, by key."""
    keys = {one.entry for one in found if one.kind == "contact_point" and one.entry}
    if not keys:
        return {}
    rows = db.session.execute(_statement_for_owners(viewer), {"keys": sorted(keys)})
    return {row.key: tuple(row) for row in rows}


@lru_cache(maxsize=256)
def _statement_for_owners(viewer: Viewer) -> Select[Any]:
    return select_visible(_entry.kind, _entry.key, _entry.title, viewer=viewer).where(
        _entry.kind.in_(ENTRY_KINDS),
        _entry.key.in_(bindparam("keys", expanding=True)),
    )


@lru_cache(maxsize=8192)
def _called(title: str, names: str, text: str, folded: str) -> Named:
    """Return what a record of the directory is called; its kind is a name of it."""
    called = named((title, *names.split("\n")), text)
    marks = (word for word in folded.split() if word.startswith("kind="))
    return called._replace(names=(*called.names, *((mark,) for mark in marks)))


def _parts(typed: str, known: Vocabulary) -> set[str]:
    """Return what a record must hold one of, where it holds the typed word."""
    own = min(parts(typed), key=len, default=typed)
    # Three letters are what an index knows; of fewer, the beginning of a word.
    found = {own if len(own) > 2 else f" {own}" if len(own) > 1 else f" {own} "}
    return found | {f" {word}" for word in known.slips(typed)[:4] if own not in word}


def _candidates(ways: Sequence[Iterable[set[str]]], viewer: Viewer) -> list[_Candidate]:
    """Return records that hold a part of every set, in one of the ways; not all."""
    wanted = [[sorted(held) for held in way] for way in ways]
    if db.engine.dialect.name == "sqlite":
        statement, asked_for = _statement(viewer, ()), {"wanted": _for_fts5(wanted)}
    else:
        statement = _statement(viewer, tuple(map(len, wanted)))
        asked_for = {
            f"wanted_{way}_{number}": "|".join(map(re.escape, held))
            for way, groups in enumerate(wanted)
            for number, held in enumerate(groups)
        }
    return [_Candidate(*row) for row in db.session.execute(statement, asked_for)]


def _for_fts5(ways: Sequence[Sequence[Sequence[str]]]) -> str:
    """Return the query of FTS5 (section 3) for it: strings, AND and OR alone."""

    def any_of(held: Sequence[str]) -> str:
        return " OR ".join('"' + part.replace('"', '""') + '"' for part in held)

    def all_of(way: Sequence[Sequence[str]]) -> str:
        return " AND ".join(f"({any_of(held)})" for held in way)

    return " OR ".join(f"({all_of(way)})" for way in ways)


@lru_cache(maxsize=256)
def _statement(viewer: Viewer, shape: tuple[int, ...]) -> CompoundSelect[Any]:
    """Return the statement for candidates, built once: that took as long as running it.

    `shape` says how many sets each way has, on PostgreSQL; there each set is a regular
    expression, which its index of trigrams answers.
    """
    columns = tuple(_entry[name] for name in _Candidate._fields)
    limited = []
    for tier, most in ((2, MOST_ENTRIES), (3, MOST_LINES)):
        statement = select_visible(*columns, viewer=viewer)
        if shape:
            statement = statement.where(
                _entry.tier == tier, or_(*map(_way, _ways(shape)))
            )
        else:
            statement = statement.where(
                TRIGRAMS.c.rowid == _entry.id,
                TRIGRAMS.c.search_trigram.op("MATCH")(bindparam("wanted")),
                TRIGRAMS.c.rowid.between(*ids_of(tier)),
            ).order_by(TRIGRAMS.c.rowid)
        limited.append(statement.limit(most))
    options = limited[0].get_execution_options()
    # Where a full number of entries fits, nothing is lost without lines: a word that so
    # many hold is in a tenth of a million lines, and to find those takes longest.
    entries = limited[0].cte("entries").prefix_with("MATERIALIZED")
    fitting = select_to_write(func.count()).select_from(entries).scalar_subquery()
    lines = limited[1].where(fitting < MOST_ENTRIES)
    # SQLite takes a limit within a union only from a select in parentheses of its own.
    union = union_all(entries.select(), lines.subquery().select())
    return union.execution_options(**options)


def _ways(shape: tuple[int, ...]) -> list[list[str]]:
    return [
        [f"wanted_{way}_{number}" for number in range(groups)]
        for way, groups in enumerate(shape)
    ]


def _way(names: Iterable[str]) -> ColumnElement[bool]:
    return and_(*(_entry.folded.op("~")(bindparam(name)) for name in names))
