"""Presence: whether those who are responsible for an agenda are in the room.

Attendance is coverage. Of several who must be there, the one who is farthest from it
decides: a responsibility that is half in the room is not in the room.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from coordinator import replies
from coordinator.guests import Guest, Guests
from coordinator.invitees import Gap, Reason

# How far someone is from the room, the farthest first.
STATES = (
    "missing",
    "removed",
    "bounced",
    "informed",
    "declined",
    "not_invited",
    "waiting",
    "maybe",
    "coming",
)
OF_ANSWERS = {
    "accepted": "coming",
    "tentative": "maybe",
    "declined": "declined",
    "needs-action": "waiting",
    # Who sends a deputy is there when the deputy is.
    "delegated": "waiting",
}
ROLES = ("A", "R")


class Standing(NamedTuple):
    """How far a role of an agenda item is from the room: the state, and of how many."""

    state: str
    how_many: int
    of: int


def state_of(guest: Guest, guests: Iterable[Guest] = ()) -> str:
    """Return how far the guest is from the room; `guests` are where a deputy is found.

    >>> STATES.index("missing") < STATES.index("coming")
    True
    """
    if guest.is_removed:
        return "removed"
    if guest.invitee.part == "informed":
        return "informed"
    if guest.sent is not None and guest.sent.bounced_at is not None:
        return "bounced"
    if not guest.is_asked:
        return "not_invited"
    if guest.answer == "delegated":
        deputy = _deputy_of(guest, guests)
        if deputy is not None:
            return state_of(deputy)
    return OF_ANSWERS[guest.answer]


def _deputy_of(guest: Guest, guests: Iterable[Guest]) -> Guest | None:
    return next(
        (
            one
            for one in guests
            if one.delegated_from == guest.invitation
            and one is not guest
            and not one.is_removed
        ),
        None,
    )


def on_occurrence(found: Guests, original: datetime) -> Guests:
    """Return the guests with what each answered to that one occurrence."""
    keys = [one.invitation for one in found.guests if one.invitation]
    answers = replies.answers_of(keys) if found.profile.meeting.rrule else {}
    told = tuple(
        one._replace(answer=answers[one.invitation][original])
        if one.invitation and original in answers.get(one.invitation, ())
        else one
        for one in found.guests
    )
    return replace(found, guests=told)


def of_items(
    guests: Sequence[Guest], gaps: Iterable[Gap], own: Iterable[Reason]
) -> dict[int, dict[str, Standing]]:
    """Return how each agenda item stands, by its number and by role, A before R.

    An item that nobody answers for or acts in is left out: it names no step. `own` are
    the unit's own responsibilities: it calls the meeting, and is there.
    """
    found: dict[tuple[int, str], list[str]] = {}
    for guest in guests:
        state = state_of(guest, guests)
        for place in dict.fromkeys(map(_place, guest.invitee.reasons)):
            if place is not None:
                found.setdefault(place, []).append(state)
    for gap in gaps:
        if gap.item is not None and gap.role in ROLES:
            found.setdefault((gap.item, gap.role), []).append("missing")
    for reason in own:
        if (place := _place(reason)) is not None:
            found.setdefault(place, []).append("coming")
    items = sorted({item for item, _role in found})
    return {
        item: {
            role: _standing(found[item, role])
            for role in ROLES
            if (item, role) in found
        }
        for item in items
    }


def _place(reason: Reason) -> tuple[int, str] | None:
    if reason.item is None or reason.role not in ROLES:
        return None
    return reason.item, reason.role


def _standing(states: Sequence[str]) -> Standing:
    worst = min(states, key=STATES.index)
    return Standing(worst, states.count(worst), len(states))


def counts(states: Iterable[str]) -> dict[str, int]:
    """Return how many there are of each state, the nearest to the room first.

    >>> counts(["coming", "missing", "coming"])
    {'coming': 2, 'missing': 1}
    """
    listed = list(states)
    return {one: n for one in reversed(STATES) if (n := listed.count(one))}
