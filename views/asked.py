"""What an address asks: its parameters, read and checked once for pages and API."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask import abort, request
from werkzeug.routing import UnicodeConverter

from coordinator.values import Unreadable, has_controls, read_date, read_key
from models import LANGUAGES

LONGEST_QUERY = 200
LARGEST_LIMIT = 100
USUAL_LIMIT = 50


@dataclass(unsafe_hash=True)
class BadParameter(Exception):
    """A parameter that is missing or malformed: which, and a code for why."""

    parameter: str
    code: str
    value: str = ""


@dataclass(frozen=True)
class Asked:
    """The parameters of a question about who acts."""

    step: str
    place: str
    track: str | None
    on: date | None
    language: str


class TypedPart(UnicodeConverter):
    """A part of a path that someone can have typed; the address of any other is none.

    PostgreSQL refuses a text with NUL in it, so that none may come as far as a query.
    """

    def to_python(self, value: str) -> str:
        """Return the part as it came; 404 for control characters and the like."""
        if has_controls(value):
            abort(404)  # whatever the method: no other address is meant
        return value


def question() -> Asked:
    """Return what this request asks; raise BadParameter."""
    return Asked(
        step=code("step", is_required=True) or "",
        place=code("place", is_required=True) or "",
        track=code("track"),
        on=day("on"),
        language=language(),
    )


def language() -> str:
    """Return the language asked for; raise BadParameter for one we do not have."""
    asked = text("lang") or LANGUAGES[0]
    if asked not in LANGUAGES:
        raise BadParameter("lang", "bad_language", asked)
    return asked


def choice(name: str, choices: Collection[str]) -> str:
    """Return a parameter that is one of the choices, "" when not given.

    Raise BadParameter for anything else.
    """
    value = text(name)
    if value and value not in choices:
        raise BadParameter(name, "bad_answer", value)
    return value


def part(name: str) -> str:
    """Return a part of the path of this request; 404 for what is no key."""
    value = str((request.view_args or {})[name])
    if is_odd(value):
        abort(404)
    return value


def is_odd(text: str) -> bool:
    """Return whether the text is none that anyone types as a key or a name."""
    return has_controls(text) or len(text) > LONGEST_QUERY


def given(*names: str) -> dict[str, str]:
    """Return those of the parameters that were given, as they were, right or wrong."""
    return {name: request.args[name] for name in names if request.args.get(name)}


def limit() -> int:
    """Return how many results a page shall hold, 1 to 100; raise BadParameter."""
    asked = text("limit") or str(USUAL_LIMIT)
    if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked) <= LARGEST_LIMIT):
        raise BadParameter("limit", "bad_limit", asked)
    return int(asked)


def count(name: str) -> int:
    """Return a whole number that is not negative, 0 when not given.

    Raise BadParameter.
    """
    asked = text(name, longest=9) or "0"
    if not (asked.isascii() and asked.isdecimal()):
        raise BadParameter(name, "bad_number", asked)
    return int(asked)


def text(name: str, longest: int = LONGEST_QUERY) -> str:
    """Return a parameter as typed, without blanks around it; "" when not given."""
    given = request.args.getlist(name)
    if len(given) > 1:
        raise BadParameter(name, "repeated")
    return _typed(name, given[0], longest) if given else ""


def several(name: str, most: int, longest: int = LONGEST_QUERY) -> list[str]:
    """Return each value of a parameter that is given once or more, in their order.

    Raise BadParameter where none is given, or more than `most`.
    """
    given = request.args.getlist(name)
    if len(given) > most:
        raise BadParameter(name, "too_many")
    values = [value for one in given if (value := _typed(name, one, longest))]
    if not values:
        raise BadParameter(name, "required")
    return list(dict.fromkeys(values))


def _typed(name: str, value: str, longest: int) -> str:
    if has_controls(value):
        raise BadParameter(name, "control_character")
    if len(value.strip()) > longest:
        raise BadParameter(name, "too_long")
    return value.strip()


def code(name: str, *, is_required: bool = False) -> str | None:
    """Return a key or code, None when not given; raise BadParameter."""
    value = text(name)
    if not value:
        if is_required:
            raise BadParameter(name, "required")
        return None
    try:
        return read_key(value)
    except Unreadable as unreadable:
        raise BadParameter(name, unreadable.code, value) from None


def day(name: str) -> date | None:
    """Return a day, None when not given; raise BadParameter."""
    value = text(name)
    if not value:
        return None
    try:
        return read_date(value)
    except Unreadable as unreadable:
        raise BadParameter(name, unreadable.code, value) from None
