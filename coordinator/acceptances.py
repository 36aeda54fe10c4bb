"""Accepted weak spots: what the unit lives with until a day, and why.

An acceptance covers findings at its place and below, so that it holds also when the
finding itself moves to a narrower place.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from coordinator import upsert
from coordinator.access import Viewer, select_visible
from coordinator.accounts import Account
from coordinator.editing import NotAllowed, act_of_this_write
from coordinator.errors import NotFound, Refused
from graphs.findings import Finding
from models import Acceptance, LocalisedText, db, one_write

LONGEST_REASON = 500
LONGEST_TIME = 366 * 2
LONGEST_ABOUT = 250

Above = Mapping[str, Collection[str]]


class BadAcceptance(Refused):
    """It cannot be accepted so: a field, and a code that says why.

    required, too_long, in_the_past or too_far_ahead.
    """

    def __init__(self, field: str, code: str) -> None:
        super().__init__(field, code)
        self.field, self.code = field, code


class Accepted(NamedTuple):
    """What is accepted until when, and why; see `models.Acceptance`."""

    key: str
    question: str
    weakness: str
    step: str | None
    to_step: str | None
    place: str | None
    track: str | None
    about: tuple[str, ...]
    reason: LocalisedText
    until: date

    def covers(self, finding: Finding, above: Above) -> bool:
        """Return whether the finding says all that is accepted, here or below."""
        return (
            (self.question, self.weakness) == (finding.question, finding.reason)
            and self.step in (None, finding.step)
            and self.to_step in (None, finding.to_step)
            and self.track in (None, finding.track)
            and (
                self.place is None
                or self.place in above.get(finding.place or "", (finding.place,))
            )
            and set(self.about) <= set(_named(finding))
        )


def _named(finding: Finding) -> tuple[str, ...]:
    """Return every entry, network and source that the finding names."""
    return (
        *finding.organisations,
        *finding.posts,
        *finding.persons,
        *finding.networks,
        *(one for one in (finding.holder, finding.source) if one),
    )


def key_of(accepted: Mapping[str, Any]) -> str:
    """Return the key of an acceptance: all that it covers.

    >>> key_of({"question": "gaps", "weakness": "no_accountable", "step": "settle"})
    'gaps|no_accountable|settle||||'
    """
    parts = ("question", "weakness", "step", "to_step", "place", "track")
    about = ",".join(accepted.get("about", ()))
    if len(about) > LONGEST_ABOUT:
        about = hashlib.sha256(about.encode()).hexdigest()
    return "|".join((*(accepted.get(part) or "" for part in parts), about))


def standing(viewer: Viewer, on: date) -> list[Accepted]:
    """Return what is accepted that day, the widest first."""
    columns = (Acceptance.__table__.c[name] for name in Accepted._fields)
    statement = select_visible(*columns, viewer=viewer)
    found = db.session.execute(statement.where(Acceptance.until >= on))
    return sorted((Accepted(*row) for row in found), key=_narrowness)


def _narrowness(one: Accepted) -> tuple[int, str]:
    said = (one.step, one.to_step, one.place, one.track, *one.about)
    return sum(part is not None for part in said), one.key


def covering(
    finding: Finding, accepted: Iterable[Accepted], above: Above
) -> Accepted | None:
    """Return the first acceptance that covers the finding; None where none does."""
    return next((one for one in accepted if one.covers(finding, above)), None)


@one_write
def accept(
    finding: Finding, until: date | None, reason: str, account: Account, *, today: date
) -> int | None:
    """Accept a finding until a day, with a reason; return the act.

    Raise NotAllowed for anyone but the unit, and BadAcceptance; then nothing changed.
    """
    if account.role != "unit":
        raise NotAllowed
    reason = reason.strip()
    if not reason:
        raise BadAcceptance("reason", "required")
    if len(reason) > LONGEST_REASON:
        raise BadAcceptance("reason", "too_long")
    if until is None:
        raise BadAcceptance("until", "required")
    if until < today:
        raise BadAcceptance("until", "in_the_past")
    if (until - today).days > LONGEST_TIME:
        raise BadAcceptance("until", "too_far_ahead")
    values: dict[str, Any] = {
        "question": finding.question,
        "weakness": finding.reason,
        "step": finding.step,
        "to_step": finding.to_step,
        "place": finding.place,
        "track": finding.track,
        "about": _named(finding),
    }
    values |= {"reason": {"nb": reason}, "until": until, "audience": "unit"}
    row = {"key": key_of(values), **values}
    upsert.write(db.session.connection(), account.key, Acceptance.__table__, [row])
    return act_of_this_write()


@one_write
def withdraw(key: str, account: Account) -> int | None:
    """Accept it no longer, and return the act; raise NotAllowed or NotFound."""
    if account.role != "unit":
        raise NotAllowed
    connection = db.session.connection()
    if not upsert.remove(connection, account.key, Acceptance.__table__, [(key,)]):
        raise NotFound("acceptance", key)
    return act_of_this_write()
