"""Refusals: what was asked cannot be answered or done. A code, never a sentence.

Not frozen: an exception that passes a context manager is given its traceback anew.
"""

from dataclasses import dataclass


class Refused(Exception):
    """The request is understood and declined."""


@dataclass(unsafe_hash=True)
class NotFound(Refused):
    """No such step, place or track, or none that the viewer may see."""

    parameter: str
    value: str


@dataclass(unsafe_hash=True)
class IdentityNumber(Refused):
    """A text holds what looks like a person's number; it is not kept or repeated."""


@dataclass(unsafe_hash=True)
class BadAddress(Refused):
    """It is not an e-mail address."""


@dataclass(unsafe_hash=True)
class Taken(Refused):
    """Someone has it already."""


@dataclass(unsafe_hash=True)
class LinkGone(Refused):
    """A one-time link that was used, grew old, or never was."""


@dataclass(unsafe_hash=True)
class WeakPassword(Refused):
    """A password that will not do: too_short, too_long or too_common."""

    code: str


@dataclass(unsafe_hash=True)
class SeveralSuccessors(Refused):
    """The place was divided; the asker must say which part."""

    place: str
    successors: tuple[str, ...]
