"""Refusals: what was asked cannot be answered or done. A code, never a sentence."""

from dataclasses import dataclass


class Refused(Exception):
    """The request is understood and declined."""


@dataclass(frozen=True)
class NotFound(Refused):
    """No such step, place or track, or none that the viewer may see."""

    parameter: str
    value: str


@dataclass(frozen=True)
class SeveralSuccessors(Refused):
    """The place was divided; the asker must say which part."""

    place: str
    successors: tuple[str, ...]
