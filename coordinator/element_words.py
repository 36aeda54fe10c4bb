"""What elements of graphs and sheets say, in the words that people and programs use."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from math import isfinite
from typing import Any

from coordinator.catalogue import Catalogue
from coordinator.element_sheets import NAMED_BY_A_TIE, ROW
from coordinator.values import LONGEST_KEY
from models import MEMBER_ROLES, fold

NETWORK_WORDS = frozenset({"network", "forum", "nettverk"})
ORGANISATION_WORDS = frozenset({"organisation", "organization", "instans"})
# Kinds of elements that other maps have and that no register here takes.
OTHER_WORDS = frozenset(
    {"person", "people", "post", "role", "rolle", "funksjon", "step", "steg", "place"}
    | {"sted", "project", "prosjekt", "event", "kind"}
)
ROLE_WORDS = {role: role for role in MEMBER_ROLES} | {
    "leder": "chair",
    "leiar": "chair",
    "medlem": "member",
    "vara": "deputy",
    "observatør": "observer",
}
# Where an element says its name and its kind, and a tie as what one takes part.
NAMED_BY = ("name", "label", "title")
KEYED_BY = ("record_key", "key")
KIND_IN = ("organisation_kind", "type", "kind", "element type")
ROLE_IN = ("role", "type", "label", "connection type")
PROTECTED_IN = ("protected", "skjermet", "skjerma")
YES, NO = (
    frozenset({"true", "yes", "ja", "1", "x"}),
    frozenset({"false", "no", "nei", "0"}),
)
LISTS = frozenset({"serves", "languages"})
KEPT = {
    "organisations": ("orgnr", "serves", "web", "languages", "valid_from", "valid_to"),
    "networks": ("mandate", "valid_from", "valid_to"),
    "memberships": ("valid_to",),
}
# What is read elsewhere, or says only how a picture looks.
SILENT = frozenset(
    {
        *NAMED_BY,
        *KIND_IN,
        *ROLE_IN,
        *PROTECTED_IN,
        *KEYED_BY,
        "id",
        "from",
        "to",
        ROW,
        NAMED_BY_A_TIE,
    }
    | {"viz", "x", "y", "size", "color", "colour", "weight", "share", "shape_type"}
)


def lower(held: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is held, by names in small letters."""
    return {name.casefold(): value for name, value in held.items()}


def key(held: Mapping[str, Any]) -> str:
    """Return the key that an element says; empty for none."""
    return next((str(held[one]) for one in KEYED_BY if held.get(one)), "")


def said(kind: str, held: Mapping[str, Any]) -> dict[str, str]:
    """Return what an element says that its register takes, as cells."""
    cells = {name: cell(held[name]) for name in KEPT[kind] if held.get(name)}
    if "serves" in cells:
        cells["serves"] = "|".join(map(_place, cells["serves"].split("|")))
    return cells


def _place(code: str) -> str:
    """Return the code of a place with the zero that spreadsheets leave out.

    >>> _place("301"), _place("3"), _place("5001")
    ('0301', '03', '5001')
    """
    code = code.strip()
    is_short = code.isascii() and code.isdecimal() and len(code) % 2
    return f"0{code}" if is_short else code


def protection(held: Mapping[str, Any]) -> str | None:
    """Return whether an element says to be protected, as a cell; None for nothing.

    What is not understood is returned as it is: the register refuses it.
    """
    said = (str(held[one]) for one in PROTECTED_IN if held.get(one) not in (None, ""))
    word = next(said, None)
    if word is None:
        return None
    folded = fold(word)
    return "true" if folded in YES else "false" if folded in NO else word


def unsayable(names: Iterable[str], held: Mapping[str, Any]) -> str | None:
    """Return which of these attributes is neither a text nor a number nor a day.

    A list is fine where its register takes one.
    """
    for name in names:
        value = held.get(name)
        if value is None or isinstance(value, str | date):
            continue
        if isinstance(value, list) and name in LISTS:
            continue
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (is_number and isfinite(value)):
            return name
    return None


def cell(value: Any) -> str:
    """Return a value as a cell of an exchange file."""
    if isinstance(value, list):
        return "|".join(map(str, value))
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def role(held: Mapping[str, Any]) -> str | None:
    """Return as what one takes part; None where that is not said or not understood."""
    said = (fold(str(held[one])) for one in ROLE_IN if held.get(one))
    return next((ROLE_WORDS[one] for one in said if one in ROLE_WORDS), None)


def kind_words(known: Catalogue) -> dict[str, str]:
    """Return the kinds of organisations by code, and by label in each language."""
    found: dict[str, str] = {}
    for code, kind in known.kinds.items():
        for words in (code, *kind.label.values()):
            found.setdefault(fold(str(words)), code)
    return found


_NO_KEY = re.compile(r"[^a-z0-9]+")
# What of a key a number leaves room for: a file has tens of thousands of parts.
_STEM = LONGEST_KEY - len("-999999")


def slug(name: str) -> str:
    """Return a key made of a name: the same name makes the same key.

    >>> slug("Barnevernet på Røst")
    'barnevernet-pa-rost'
    """
    folded = name.casefold().translate(str.maketrans("æøåđŋŧ", "aoadnt"))
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return _NO_KEY.sub("-", plain).strip("-")[:LONGEST_KEY].strip("-") or "x"


class Keys:
    """Keys made of names, one after another, each of which nothing else has.

    However many names make the same key, each costs a look or two.
    """

    def __init__(self, is_taken: Callable[[str], bool]) -> None:
        self._is_taken = is_taken
        self._made: set[str] = set()
        self._numbers: dict[str, int] = {}

    def made(self, name: str) -> str:
        """Return a key made of a name.

        >>> keys = Keys({"rost"}.__contains__)
        >>> keys.made("Røst"), keys.made("Rost"), keys.made("Værøy")
        ('rost-2', 'rost-3', 'varoy')
        """
        key = slug(name)
        stem = key[:_STEM]
        while self._is_taken(key) or key in self._made:
            self._numbers[stem] = number = self._numbers.get(stem, 1) + 1
            key = f"{stem}-{number}"
        self._made.add(key)
        return key
