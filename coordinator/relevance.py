"""How well what someone typed fits what something is called: pure, without a database.

A word fits a word when it is the same, another form of it, a part of a compound, or a
slip of the finger away. What is typed fits a thing by how much of it the thing answers
to, and by how much of the thing's best name was said.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from math import log
from typing import NamedTuple

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

LONGEST_WORD = 40
MOST_WORDS = 12

_WORD = re.compile(r"[^\W_]+")
# A number written in groups, and what stands before it when it is dialled from abroad.
_NUMBER = re.compile(r"(?<![\w+])(?:\+|00)?\d[\d \u00a0.-]{3,18}\d(?!\w)")
_NORWAY = re.compile(r"^(?:\+|00)?47(?=\d{8}$)")
# Letters that others write in other ways: Sámi letters, and our own without a keyboard.
_PLAIN = str.maketrans(
    {
        "đ": "d",
        "ŋ": "n",
        "ŧ": "t",
        "æ": "a",
        "ä": "a",
        "ø": "o",
        "ö": "o",
        "å": "a",
        "ß": "s",
    }
)
_DOUBLED = re.compile(r"(.)\1+")
_PAIRS = re.compile("aa|ae|oe")
_AS_ONE = {"aa": "a", "ae": "a", "oe": "o"}
_STEMMERS = tuple(map(snowballstemmer.stemmer, ("norwegian", "english")))

# What says nothing of what is looked for.
_COMMON = """
about alle alt am an and annen any are as at av bare be been ble blei bli blir both
bruke but by både can come could da de dei deira deires dem den denne dens der deres
det dette did do does dra du eg ei ein eit eller en enda enn ennå er et ett etter fekk
fikk for fordi fortsatt fra frå få får gjelder gjør gjøre go going got greie gå går ha
had hadde hallo han hans har has have he hei hello help hendte henne hennes her hers
him his hjelp ho honom hos hun hva hvem hver hvis hvor hvordan hvorfor i if ikke ikkje
in ingen inn into is it its ja jeg just kan ko komme kommer kor korleis kva kven
kvifor la likevel litt lurar lurer man me med meg mellom men mi min mine mitt mot my
må need needs no noe noen noensteds noko nokon nokre not now nå når o of og også oh om
on or oss our over please på really sa say says seg ser she si sier sin sine sitt skal
skulle slik slikt so som somebody someone så sånn take than that the their them then
there these they this til ting to treng trenger trengs under us ut var ved vere very
vi vil ville vår være want wants was we were what when where which who why will with
would you your å åt
"""
STOP_WORDS = frozenset(_COMMON.split())


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared: folded, in order, none cut.

    A number that is written in groups is one word, without the country's code.

    >>> words("Ring +47 22 33 11 60, «Krisesenteret»!")
    ['ring', '22331160', 'krisesenteret']
    """
    whole = unicodedata.normalize("NFKC", text).casefold()
    whole = _NUMBER.sub(lambda found: f" {_digits(found.group())} ", whole)
    return [word[:LONGEST_WORD] for word in _WORD.findall(whole)]


def _digits(number: str) -> str:
    sign = "+" if number.lstrip().startswith("+") else ""
    return _NORWAY.sub("", sign + re.sub(r"\D", "", number)).lstrip("+")


def asked(text: str) -> list[str]:
    """Return the words of a question that say what is looked for, each once.

    Where every word is a common one, they are all that there is to go by.
    """
    found = list(dict.fromkeys(words(text)))
    telling = [word for word in found if word not in STOP_WORDS]
    return (telling or found)[:MOST_WORDS]


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """Return the word as one writes it who lacks the letters or the accents.

    >>> {plain("Tromsø"), plain("tromsoe"), plain("tromso")}
    {'tromso'}
    """
    folded = unicodedata.normalize("NFKC", word).casefold().translate(_PLAIN)
    parted = unicodedata.normalize("NFD", folded)
    bare = "".join(one for one in parted if not unicodedata.combining(one))
    return _PAIRS.sub(lambda pair: _AS_ONE[pair.group()], bare)


@lru_cache(maxsize=65536)
def stems(word: str) -> tuple[str, ...]:
    """Return the stems that all forms of the word share, Norwegian and English.

    >>> set(stems("advokaten")) & set(stems("advokater"))
    {'advokat'}
    """
    return tuple(dict.fromkeys(one for one in _stem_in_each(word) if one)) or (word,)


@lru_cache(maxsize=65536)
def _stem_in_each(word: str) -> tuple[str, ...]:
    """Return the stem in Norwegian and in English; empty where too short to tell."""
    found = (stemmer.stemWord(word) for stemmer in _STEMMERS)
    return tuple(stem if len(stem) > 1 else "" for stem in found)


@lru_cache(maxsize=65536)
def bare(word: str) -> str:
    """Return the plain word with each letter once: doubling is what most get wrong.

    >>> bare("billett") == bare("bilet")
    True
    """
    return _DOUBLED.sub(r"\1", plain(word))


SAME, SAME_PLAIN, SAME_STEM = 1.0, 0.97, 0.95
BEGINS, HOLDS, HELD, SLIP = 0.85, 0.7, 0.6, 0.8
SHORTEST_PART, SHORTEST_STEM, SHORTEST_SLIP = 4, 5, 4


@lru_cache(maxsize=4096)
def parts(typed: str) -> tuple[str, ...]:
    """Return what a compound holds, or begins with, that the typed word is a part of.

    A short stem is none: too much begins with it.
    """
    own = (typed,) if len(typed) > 1 else ()
    return (*own, *(one for one in stems(typed) if len(one) >= SHORTEST_STEM))


def slips(word: str) -> int:
    """Return how many slips of the finger a word of this length may hold."""
    return 0 if len(word) < SHORTEST_SLIP else 1 if len(word) < 8 else 2


@lru_cache(maxsize=65536)
def fit(typed: str, word: str) -> float:
    """Return from 0 to 1 how well a word that was typed fits a word."""
    if typed == word:
        return SAME
    if plain(typed) == plain(word):
        return SAME_PLAIN
    # A form in one language is no form of a word of the other.
    in_each = zip(_stem_in_each(typed), _stem_in_each(word), strict=True)
    if any(own and own == other for own, other in in_each) and not typed.isdecimal():
        return SAME_STEM
    return max(_as_part(typed, word), _as_slip(typed, word))


def _as_part(typed: str, word: str) -> float:
    for part in parts(typed):
        if word.startswith(part):
            return BEGINS
        if len(part) >= SHORTEST_PART and part in word:
            return HOLDS
    if len(word) > SHORTEST_PART and word in typed and not typed.isdecimal():
        return HELD * len(word) / len(typed) + 0.2
    return 0.0


def _as_slip(typed: str, word: str) -> float:
    if typed.isdecimal() or word.isdecimal():
        return 0.0
    most = slips(typed)
    best = 0.0
    for one in (typed, *_long_stems(typed)):
        for other in (word, *_long_stems(word)):
            allowed = min(most, slips(one), slips(other))
            if not allowed or abs(len(one) - len(other)) > allowed + 2:
                continue
            far = OSA.distance(bare(one), bare(other), score_cutoff=allowed)
            if far <= allowed:
                best = max(best, SLIP - 0.1 * max(0, far - 1))
    return best


def _long_stems(word: str) -> list[str]:
    """Return the stems in which a slip can be told from another word."""
    return [stem for stem in stems(word) if len(stem) >= SHORTEST_STEM]


def near(typed: str, known: Sequence[str], most: int) -> list[str]:
    """Return the known words that the typed one may be a slip away from, nearest first.

    `known` are words as `bare` has them; so are those returned.
    """
    wanted = bare(typed)
    allowed = slips(typed)
    if typed.isdecimal():
        return []
    found = process.extract(
        wanted, known, scorer=OSA.distance, score_cutoff=allowed, limit=most
    )
    return [word for word, _far, _at in found]


class Named(NamedTuple):
    """What something is called, as it is compared: words of each name, and its text."""

    names: tuple[tuple[str, ...], ...]
    text: tuple[str, ...]

    def every(self) -> set[str]:
        """Return every word of it, once."""
        return {word for name in self.names for word in name} | set(self.text)


def named(names: Iterable[str], text: str) -> Named:
    """Return the names, without the words that say nothing, and the text's words."""
    lines = (_telling(words(name)) for name in names)
    return Named(
        tuple(dict.fromkeys(line for line in lines if line)),
        tuple(dict.fromkeys(_telling(words(text)))),
    )


def _telling(found: Sequence[str]) -> tuple[str, ...]:
    """Return the words that tell; all of them where one alone is left to say it.

    "Pass it on" is not what is looked for by "pass".
    """
    telling = tuple(word for word in found if word not in STOP_WORDS)
    return telling if len(telling) > 1 else tuple(found)


class Rarity:
    """How much a word tells, by how few of the things hold it."""

    def __init__(self, things: Collection[Named]) -> None:
        """Count in how many of the things each word stands."""
        self.things = max(1, len(things))
        self.holding: dict[str, int] = {}
        self.weights: dict[str, float] = {}
        for thing in things:
            for stem in {stem for word in thing.every() for stem in stems(word)}:
                self.holding[stem] = self.holding.get(stem, 0) + 1

    def of(self, word: str) -> float:
        """Return the weight of a word; the most for one that nothing holds."""
        if word in STOP_WORDS:
            return STOP_WEIGHT
        known = self.weights.get(word)
        if known is None:
            holding = max(self.holding.get(stem, 0) for stem in stems(word))
            known = log(1 + self.things / (holding or 1))
            if holding:  # what nothing holds can be anything, and is not remembered
                self.weights[word] = known
        return known


STOP_WEIGHT = 1.0

Fits = Mapping[str, Mapping[str, float]]
"""What was typed → the words that it fits, and how well."""

TEXT = 0.55
COVERED, SAID = 0.55, 0.45
LEAST = 0.25


class Weighing:
    """How well things answer to what was typed.

    `weights` are those of the typed words, `fits` the words that each of them fits.
    """

    def __init__(
        self, weights: Mapping[str, float], fits: Fits, rarity: Rarity
    ) -> None:
        """Keep them: a name that many things have is weighed once."""
        self.weights, self.fits, self.rarity = weights, fits, rarity
        self.whole = sum(weights.values())
        self.weighed: dict[tuple[str, ...], tuple[dict[str, float], float]] = {}

    def score(self, thing: Named) -> float:
        """Return from 0 to 1 how well it answers to all; below LEAST it does not."""
        if not self.whole:
            return 0.0
        covered, best = 0.0, 0.0
        by_name = [self._name(name) for name in thing.names]
        for typed, weight in self.weights.items():
            told = self.fits[typed]
            in_name = max((found.get(typed, 0.0) for found, _ in by_name), default=0.0)
            in_text = max((told.get(word, 0.0) for word in thing.text), default=0.0)
            covered += weight * max(in_name, TEXT * in_text)
        for found, said in by_name:
            recall = sum(self.weights[typed] * fit for typed, fit in found.items())
            recall /= self.whole
            if recall and said:
                best = max(best, 2 * recall * said / (recall + said))
        return COVERED * covered / self.whole + SAID * best

    def _name(self, name: tuple[str, ...]) -> tuple[dict[str, float], float]:
        known = self.weighed.get(name)
        if known is None:
            known = self.weighed[name] = self._weighed(name)
        return known

    def _weighed(self, name: Sequence[str]) -> tuple[dict[str, float], float]:
        """Return how well each typed word fits it, and how much of it was said."""
        found: dict[str, float] = {}
        said = whole = 0.0
        for word in name:
            weight = self.rarity.of(word)
            whole += weight
            best = 0.0
            for typed in self.weights:
                fit = self.fits[typed].get(word, 0.0)
                if fit:
                    found[typed] = max(found.get(typed, 0.0), fit)
                    best = max(best, fit)
            said += weight * best
        return found, said / whole if whole else 0.0
