"""The process, the guide and the places, ready to be searched: kept in memory.

They are few and read often. They are prepared anew only when one of them changed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from coordinator import changes
from coordinator.access import Viewer, select_visible
from coordinator.relevance import (
    SHORTEST_PART,
    Fits,
    Named,
    Rarity,
    bare,
    fit,
    named,
    near,
    parts,
    plain,
    stems,
)
from models import SearchEntry, SearchWord, db, is_writing

FOLLOWED = (
    "chapter",
    "organisation_kind",
    "place",
    "right",
    "source",
    "step",
    "synonym",
)
MOST_NEAR = 12

_entry = SearchEntry.__table__.c
_word = SearchWord.__table__.c


class Thing(NamedTuple):
    """What can be found, in one language; `called` is how it is compared."""

    kind: str
    key: str
    language: str
    title: str
    called: Named


class Vocabulary:
    """Words, by themselves, by their plain spelling and by their stems."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        """Learn these words; there are never more."""
        self.words = dict.fromkeys(words)
        self.by_plain: dict[str, list[str]] = {}
        self.by_bare: dict[str, list[str]] = {}
        self.by_stem: dict[str, list[str]] = {}
        # One after another: quicker to seek through than a list.
        self.text = f" {' '.join(self.words)} "
        for word in self.words:
            self.by_plain.setdefault(plain(word), []).append(word)
            self.by_bare.setdefault(bare(word), []).append(word)
            for stem in stems(word):
                self.by_stem.setdefault(stem, []).append(word)
        self.spellings = list(self.by_bare)

    def like(self, typed: str) -> dict[str, float]:
        """Return every word that the typed one fits, and how well."""
        found = set(self.slips(typed))
        found.update(
            word for stem in stems(typed) for word in self.by_stem.get(stem, ())
        )
        for part in parts(typed):
            if len(part) >= SHORTEST_PART:
                found.update(self._holding(part))
            else:
                found.update(self._holding(f" {part}"))
        for length in range(SHORTEST_PART + 1, len(typed)):
            for start in range(len(typed) - length + 1):
                if (word := typed[start : start + length]) in self.words:
                    found.add(word)
        fits = ((word, fit(typed, word)) for word in found)
        return {word: how_well for word, how_well in fits if how_well}

    def _holding(self, part: str) -> Iterator[str]:
        """Yield the words that hold the part, which may begin with a blank."""
        text = self.text
        at = text.find(part)
        while at >= 0:
            end = text.index(" ", at + 1)
            yield text[text.rfind(" ", 0, at + 1) + 1 : end]
            at = text.find(part, end)

    def slips(self, typed: str) -> list[str]:
        """Return the words that are spelt nearly as the typed one, nearest first."""
        if own := self.by_plain.get(plain(typed)):
            return own
        # Of a form of the word, too: the end of it may be what was typed wrongly.
        spelt = [*near(typed, self.spellings, MOST_NEAR)]
        for stem in stems(typed):
            spelt += near(stem, self.spellings, MOST_NEAR) if stem != typed else ()
        return [word for one in dict.fromkeys(spelt) for word in self.by_bare[one]]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The things that a class of viewers may find, and where each word stands."""

    things: Sequence[Thing]
    vocabulary: Vocabulary
    holding: Mapping[str, Sequence[int]]
    rarity: Rarity
    titles: Mapping[tuple[str, str, str], str]

    def with_any_of(self, fits: Fits) -> list[Thing]:
        """Return the things that hold a word which something typed fits."""
        words = {word for found in fits.values() for word in found}
        numbers = {number for word in words for number in self.holding.get(word, ())}
        return [self.things[number] for number in sorted(numbers)]


_kept: WeakKeyDictionary[Engine, dict[str, tuple[int, int, Lexicon]]] = (
    WeakKeyDictionary()
)
_words: WeakKeyDictionary[Engine, dict[str, tuple[int, int, Vocabulary]]] = (
    WeakKeyDictionary()
)


def current(viewer: Viewer) -> Lexicon:
    """Return the lexicon as the viewer's class may see it, no older than this call."""
    kept = _kept.setdefault(db.engine, {})
    known = kept.get(viewer.records)
    if known and not is_writing() and known[0] == changes.counter():
        return known[2]
    counter, seq = changes.counter_in_session(), changes.newest(FOLLOWED)
    if known and known[1] == seq:
        found = known[2]
    else:
        found = _read(Viewer(viewer.name, viewer.records))
    if not is_writing():
        kept[viewer.records] = counter, seq, found
    return found


def vocabulary(viewer: Viewer) -> Vocabulary:
    """Return every word that anything is found by, as the viewer's class may know it.

    Words are only ever added, so that those of before are not read again. What is kept
    is never changed: other threads may be reading it.
    """
    kept = _words.setdefault(db.engine, {})
    read_at, last, known = kept.get(viewer.records, (-1, 0, Vocabulary()))
    if not is_writing() and read_at == changes.counter():
        return known
    counter = changes.counter_in_session()
    statement = select_visible(
        _word.id, _word.word, viewer=Viewer(viewer.name, viewer.records)
    )
    found = db.session.execute(statement.where(_word.id > last)).all()
    if found:
        known = Vocabulary([*known.words, *(word for _id, word in found)])
    if not is_writing():  # what is new may yet be rolled back
        newest = max((number for number, _word in found), default=last)
        kept[viewer.records] = counter, newest, known
    return known


def _read(viewer: Viewer) -> Lexicon:
    columns = _entry.kind, _entry.key, _entry.language, _entry.title, _entry.names
    statement = select_visible(*columns, _entry.text, viewer=viewer)
    rows = db.session.execute(statement.where(_entry.tier == 1).order_by(_entry.id))
    things = [
        Thing(kind, key, language, title, named((title, *names.split("\n")), text))
        for kind, key, language, title, names, text in rows
    ]
    holding: dict[str, list[int]] = {}
    for number, thing in enumerate(things):
        for word in dict.fromkeys(
            (
                *(word for name in thing.called.names for word in name),
                *thing.called.text,
            )
        ):
            holding.setdefault(word, []).append(number)
    return Lexicon(
        things,
        Vocabulary(holding),
        holding,
        Rarity([thing.called for thing in things]),
        {(one.kind, one.key, one.language): one.title for one in things},
    )
