"""What elements of graphs and sheets say, in the words that people and programs use."""

import re
import unicodedata
from collections.abc import Mapping
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
KIND_IN = ("organisation_kind", "type", "kind", "element type")
ROLE_IN = ("role", "type", "label", "connection type")
KEPT = {
    "organisations": ("orgnr", "serves", "web", "languages", "valid_from", "valid_to"),
    "networks": ("mandate", "valid_from", "valid_to"),
    "memberships": ("valid_to",),
}
# What is read elsewhere, or says only how a picture looks.
SILENT = frozenset(
    {*NAMED_BY, *KIND_IN, *ROLE_IN, "id", "key", "from", "to", ROW, NAMED_BY_A_TIE}
    | {"viz", "x", "y", "size", "color", "colour", "weight", "share", "shape_type"}
)


def lower(held: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is held, by names in small letters."""
    return {name.casefold(): value for name, value in held.items()}


def said(kind: str, held: Mapping[str, Any]) -> dict[str, str]:
    """Return what an element says that its register takes, as cells."""
    return {name: cell(held[name]) for name in KEPT[kind] if held.get(name)}


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


def slug(name: str) -> str:
    """Return a key made of a name: the same name makes the same key.

    >>> slug("Barnevernet på Røst")
    'barnevernet-pa-rost'
    """
    folded = name.casefold().translate(str.maketrans("æøåđŋŧ", "aoadnt"))
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return _NO_KEY.sub("-", plain).strip("-")[:LONGEST_KEY].strip("-") or "x"
