"""Guests: everyone who is asked to a meeting, why, and how far the asking has come.

Who must come is derived anew each time; what was sent and answered is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from coordinator import catalogue, invitees, meetings
from coordinator.access import UNIT, Viewer, select_visible
from coordinator.errors import NotFound
from coordinator.invitees import Derived, Gap, Invitee, Reason, Topic
from coordinator.meetings import Profile
from coordinator.opening import OSLO
from models import Invitation, Sent, db

INVITATION = Invitation.__table__
SENT = Sent.__table__
# A statement takes only so many parameters.
AT_ONCE = 5000


class SentRow(NamedTuple):
    """What an invitee last got; see `models.Sent`."""

    invitation: str
    address: str
    name: str
    told: dict[str, Any] | None
    is_cancelled: bool
    sequence: int
    asked_sequence: int
    stamped_at: datetime | None
    reply_sequence: int | None
    reply_stamped_at: datetime | None
    first: str
    message: str
    bounced_at: datetime | None
    bounce: str

    @property
    def is_standing(self) -> bool:
        """Whether they have it in their calendar, as far as we know."""
        return self.told is not None and not self.is_cancelled


class InvitationRow(NamedTuple):
    """An invitation as it is kept; see `models.Invitation`."""

    key: str
    meeting: str
    holder: str | None
    person: str | None
    only: datetime | None
    origin: str
    part: str | None
    is_removed: bool
    answer: str
    answered_at: datetime | None
    answered_by: str
    comment: str
    deputy: str
    delegated_from: str | None

    @property
    def who(self) -> str:
        """What it is matched by: the person, else the holder, else itself."""
        return self.person or self.holder or self.key


class Guest(NamedTuple):
    """One who is or was asked, or is to be: why, by which address, and the answer.

    `invitation` is null before anything is kept of it, `told` before the first mail.
    """

    invitee: Invitee
    origin: str
    invitation: str | None = None
    only: datetime | None = None
    is_removed: bool = False
    answer: str = "needs-action"
    answered_at: datetime | None = None
    answered_by: str = ""
    comment: str = ""
    deputy: str = ""
    delegated_from: str | None = None
    sent: SentRow | None = None

    @property
    def is_asked(self) -> bool:
        """Whether they hold an invitation that stands."""
        return self.sent is not None and self.sent.is_standing

    @property
    def is_wanted(self) -> bool:
        """Whether they should hold one: those who are only informed do not."""
        return not self.is_removed and self.invitee.part != "informed"


@dataclass(frozen=True)
class Guests:
    """A meeting with everyone who is asked, and whom nobody can ask."""

    profile: Profile
    day: date
    guests: tuple[Guest, ...]
    gaps: tuple[Gap, ...]
    own: tuple[Reason, ...] = ()


def of(key: str, *, today: date | None = None, derive: bool = True) -> Guests:
    """Return who must come to the meeting, as its organizer sees it.

    What is derived is of the meeting's own day. Of a cancelled meeting, or one that
    has been, only what was kept is told. Raise NotFound.
    """
    found = meetings.profile(key, UNIT)
    today = today or datetime.now(OSLO).date()
    day = meetings.day_of(found, today)
    rows = kept([key], UNIT)
    is_over = found.meeting.status == "cancelled" or not derive
    topics = topics_of(found)
    added = {
        one.holder: one.part or "optional"
        for one in rows
        if one.origin == "added"
        and one.holder
        and one.only is None
        and not one.is_removed
    }
    derived = (
        Derived()
        if is_over
        else invitees.derive(topics, day, network=found.meeting.network, added=added)
    )
    sent = sent_of([one.key for one in rows])
    guests = _matched(derived, rows, sent, day, is_over=is_over)
    return Guests(found, day, tuple(guests), derived.gaps, derived.own)


def meeting_of(invitation: str) -> str:
    """Return the key of the invitation's meeting; raise NotFound for none."""
    statement = select_visible(INVITATION.c.meeting, viewer=UNIT)
    found = db.session.scalars(statement.where(INVITATION.c.key == invitation)).first()
    if found is None:
        raise NotFound("invitation", invitation)
    return str(found)


def topics_of(found: Profile) -> list[Topic]:
    """Return what the agenda says of who must come."""
    return [
        Topic(number, one.steps, one.organisations, one.place, one.track, one.owner)
        for number, one in enumerate(found.agenda, start=1)
    ]


def kept(keys: Sequence[str], viewer: Viewer) -> list[InvitationRow]:
    """Return the invitations to these meetings that the viewer sees."""
    columns = (INVITATION.c[name] for name in InvitationRow._fields)
    statement = select_visible(*columns, viewer=viewer)
    found = statement.where(INVITATION.c.meeting.in_(keys)).order_by(INVITATION.c.key)
    return [InvitationRow(*row) for row in db.session.execute(found)]


def sent_of(keys: Sequence[str]) -> dict[str, SentRow]:
    """Return what these invitations' holders last got, by invitation."""
    columns = (SENT.c[name] for name in SentRow._fields)
    statement = select_visible(*columns, viewer=UNIT)
    found: dict[str, SentRow] = {}
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        rows = db.session.execute(statement.where(SENT.c.invitation.in_(part)))
        found |= {row.invitation: SentRow(*row) for row in rows}
    return found


def _matched(
    derived: Derived,
    rows: Sequence[InvitationRow],
    sent: Mapping[str, SentRow],
    day: date,
    *,
    is_over: bool,
) -> Iterator[Guest]:
    """Yield each who is derived with what is kept of it, then who is kept alone."""
    by_who: dict[str, InvitationRow] = {}
    for row in rows:
        if row.only is None and row.origin != "delegate":
            by_who.setdefault(row.who, row)
    used: set[str] = set()
    for invitee in derived.invitees:
        mine = [by_who[who] for who in _names_of(invitee) if who in by_who]
        found = next((one for one in mine if one.key not in used), None)
        if found is None:
            yield Guest(invitee, _origin_of(invitee))
            continue
        used |= {one.key for one in mine}
        chosen = replace(invitee, part=found.part or invitee.part)
        yield _guest(chosen, found, sent.get(found.key))
    left = [row for row in rows if row.key not in used]
    own = [row for row in left if row.holder and row.origin != "delegate"]
    names = _resolved(own, day)
    off = {row.key for row in rows if row.is_removed}
    for row in left:
        at = sent.get(row.key)
        invitee = names.get(row.key) or _unknown(row, at)
        guest = _guest(replace(invitee, part=row.part or "required"), row, at)
        is_extra = row.only is not None or row.origin == "delegate"
        # No longer asked for by anything: what it holds is to be taken back. A deputy
        # goes with the one whose place it takes.
        stays = is_over or (is_extra and row.delegated_from not in off)
        yield guest if stays else guest._replace(is_removed=True)


def _names_of(invitee: Invitee) -> Iterator[str]:
    yield invitee.who
    yield from sorted(invitee.everyone - {invitee.who})


def _origin_of(invitee: Invitee) -> str:
    roles = {one.role for one in invitee.reasons}
    if roles == {"added"}:
        return "added"
    return "network" if all(one.network for one in invitee.reasons) else "derived"


def _guest(invitee: Invitee, row: InvitationRow, sent: SentRow | None) -> Guest:
    return Guest(
        invitee,
        row.origin,
        row.key,
        row.only,
        row.is_removed,
        row.answer,
        row.answered_at,
        row.answered_by,
        row.comment,
        row.deputy,
        row.delegated_from,
        sent,
    )


def _resolved(rows: Sequence[InvitationRow], day: date) -> dict[str, Invitee]:
    """Return who stands behind invitations that the agenda does not derive."""
    if not rows:
        return {}
    known = catalogue.current(UNIT)
    keys = {row.holder for row in rows if row.holder}
    resolver = invitees.resolver_of(keys, day, UNIT, known)
    found: dict[str, Invitee] = {}
    for row in rows:
        claims = [
            claim
            for claim in invitees.claims_of(resolver, row.holder or "")
            if row.person in (None, claim.person)
        ]
        some, _gaps = invitees.merge(claims)
        if some:
            found[row.key] = some[0]
    return found


def _unknown(row: InvitationRow, sent: SentRow | None) -> Invitee:
    """Return an invitee known by what was sent alone: a delegate, or one gone."""
    name, address = (sent.name, sent.address) if sent else ("", "")
    return Invitee(
        row.who,
        row.holder or "",
        row.person,
        name or address,
        "",
        "",
        "",
        address,
        "required",
        (),
    )
