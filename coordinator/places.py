"""Places as people name them: found by any of their names, in Norwegian order."""

from collections.abc import Iterable
from datetime import date

from coordinator.catalogue import Catalogue, PlaceRow
from models import fold

# Where a person can be said to be: a child welfare service answers for these.
ASKED_KINDS = ("municipality", "city_district")
# æ, ø and å stand last; SQLite has no such collation.
_NORWEGIAN = str.maketrans("æøå", "{|}")


def alphabetical(name: str) -> str:
    """Return what to sort a name by for Norwegian order.

    >>> sorted(["Ål", "Ås", "Øyer", "Ærfugl", "Alta"], key=alphabetical)
    ['Alta', 'Ærfugl', 'Øyer', 'Ål', 'Ås']
    """
    return name.casefold().translate(_NORWEGIAN)


def to_ask_for(known: Catalogue, on: date) -> list[PlaceRow]:
    """Return every place that a question can name, also ended ones, in order.

    A place that ended is found by its old name as long as something came after it.
    """
    return sorted(
        (
            place
            for place in known.places.values()
            if place.kind in ASKED_KINDS
            and (not _has_ended(place, on) or place.successors)
        ),
        key=lambda place: (alphabetical(place.name), place.code),
    )


def named(text: str, known: Catalogue, on: date) -> list[PlaceRow]:
    """Return the places that the text means: by code, whole name, or its beginning.

    Standing ones before ended ones; none when nothing is like it.
    """
    wanted = fold(text.strip())
    if not wanted:
        return []
    if text.strip() in known.places:
        return [known.places[text.strip()]]
    places = to_ask_for(known, on)
    for is_meant in (str.__eq__, str.startswith, str.__contains__):
        found = [
            place
            for place in places
            if any(is_meant(fold(name), wanted) for name in _names(place, known))
        ]
        if found:
            return sorted(found, key=lambda place: _has_ended(place, on))
    return []


def lies_in(place: PlaceRow, known: Catalogue) -> PlaceRow | None:
    """Return the county of a municipality, the municipality of a city district."""
    wider = {"municipality": "county", "city_district": "municipality"}
    parents: Iterable[PlaceRow] = (known.places[code] for code in place.parents)
    return next((p for p in parents if p.kind == wider.get(place.kind)), None)


def _names(place: PlaceRow, known: Catalogue) -> list[str]:
    names = [place.name, *place.other_names]
    wider = lies_in(place, known)
    # A district is also called by its city: "Oslo: Frogner", as pages show it.
    return (
        names
        + [f"{wider.name}: {name}" for name in names if wider]
        + [f"{name} ({wider.name})" for name in names if wider]
    )


def _has_ended(place: PlaceRow, on: date) -> bool:
    return place.valid_to is not None and place.valid_to < on
