"""Cells: who stands for a step where, for whom; each speaks of places answered alike.

What the answer engine resolves, as plain rows: the questions about gaps, overlaps,
coverage, single persons and handovers are asked of these.
"""

from typing import NamedTuple


class Party(NamedTuple):
    """One who stands in a role after resolving.

    `organisation` is None for the one who asks, who is never a gap. `persons` are the
    current holders and deputies of the post, sorted. `has_line` tells whether a number
    or an e-mail address leads there.
    """

    organisation: str | None
    post: str | None = None
    persons: tuple[str, ...] = ()
    has_line: bool = True


class Cell(NamedTuple):
    """A step for one track, in the places where it is answered alike.

    `places` are leaves: places where a person can be said to be, with no other below.
    `has_accountable` tells whether an Accountable's row stands at all, resolved or not.
    `unresolved` are (role, holder) of the Accountable's and Responsible's rows that
    lead to nobody, the holder as exchange files write it. `is_contested` tells whether
    one of the two roles' rows is, be it one that stands or one that waits.
    """

    step: str
    track: str
    places: frozenset[str]
    has_accountable: bool
    accountable: tuple[Party, ...] = ()
    responsible: tuple[Party, ...] = ()
    unresolved: tuple[tuple[str, str], ...] = ()
    is_contested: bool = False
