"""The inbox: what came by mail and waits for the organizer's one click.

Answers that may not be the invitee's own, proposals of another time, strangers who want
to come, and mails that no rule reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from coordinator import (
    arrivals,
    guest_lists,
    guests,
    invitations,
    letters,
    meetings,
    occurrences,
    outbox,
    recurrence,
)
from coordinator.access import UNIT, select_to_write, select_visible
from coordinator.accounts import Account
from coordinator.addressees import RECEIVED
from coordinator.editing import Invalid
from coordinator.errors import NotFound, Refused
from coordinator.exchange import Finding
from coordinator.guests import SentRow
from coordinator.letters import Post, Teller
from coordinator.meeting_values import MeetingWanted
from coordinator.meetings import MeetingRow, iso
from coordinator.recurrence import BadRule
from models import ContactPoint, Holding, Organisation, db, one_write
from models import Post as PostModel

PAGE = 50
_NOBODY: Mapping[str, SentRow] = {}


class ByHand(Refused):
    """A proposal for a whole series on other days: its rule is changed by hand."""


class Item(NamedTuple):
    """What one part of a mail says: see `verdicts.Verdict` for `verdict` and `why`.

    `name` is the invitee whom it is about, `attendee` the address it answers for.
    `original` is the occurrence, `starts` and `ends` the proposed time: wall times in
    the meeting's zone. `delegate` is the address of who comes instead.
    """

    verdict: str
    why: str
    method: str
    name: str
    invitation: str | None
    attendee: str
    answer: str
    comment: str
    delegate: str
    original: datetime | None
    starts: datetime | None
    ends: datetime | None
    sequence: int


class Waiting(NamedTuple):
    """A mail: when it came, from whom, what was made of it, and what it says."""

    digest: str
    received_at: datetime
    sender: str
    verdict: str
    meeting: str | None
    items: tuple[Item, ...]
    settled_at: datetime | None
    settled: str


def waiting(meeting: str) -> list[Waiting]:
    """Return what waits for the organizer of this meeting, the oldest first."""
    return _read(
        RECEIVED.c.meeting == meeting,
        RECEIVED.c.settled_at.is_(None),
        order=(RECEIVED.c.received_at, RECEIVED.c.digest),
    )


def came(meeting: str) -> list[Waiting]:
    """Return the newest mails that came about this meeting, whatever became of them."""
    newest = RECEIVED.c.received_at.desc(), RECEIVED.c.digest
    return _read(RECEIVED.c.meeting == meeting, order=newest)


def unplaced() -> list[Waiting]:
    """Return the newest mails that are of no meeting we know, and wait to be seen."""
    newest = RECEIVED.c.received_at.desc(), RECEIVED.c.digest
    return _read(
        RECEIVED.c.meeting.is_(None), RECEIVED.c.settled_at.is_(None), order=newest
    )


def _read(*conditions: Any, order: Sequence[Any]) -> list[Waiting]:
    names = "digest", "received_at", "sender", "verdict", "meeting", "told"
    columns = (RECEIVED.c[name] for name in (*names, "settled_at", "settled"))
    statement = select_visible(*columns, viewer=UNIT)
    statement = statement.where(*conditions).order_by(*order).limit(PAGE)
    rows = list(db.session.execute(statement))
    keys = {
        item["invitation"]
        for row in rows
        for item in _items(row)
        if item.get("invitation")
    }
    sent = guests.sent_of(sorted(keys))
    return [
        Waiting(
            row.digest,
            row.received_at,
            row.sender,
            row.verdict,
            row.meeting,
            tuple(_as_item(one, sent) for one in _items(row)),
            row.settled_at,
            row.settled,
        )
        for row in rows
    ]


def _items(row: Any) -> Sequence[Mapping[str, Any]]:
    """Return what a mail said, part by part; one nobody could read said nothing."""
    told: Mapping[str, Any] = row.told or {}
    found: Sequence[Mapping[str, Any]] = told.get("items", ())
    return found


def _as_item(told: Mapping[str, Any], sent: Mapping[str, SentRow] = _NOBODY) -> Item:
    invitation = told.get("invitation")
    known = sent.get(invitation or "")
    return Item(
        told["verdict"],
        told["why"],
        told.get("method", ""),
        known.name if known else "",
        invitation,
        told.get("attendee", ""),
        told.get("answer", ""),
        told.get("comment", ""),
        told.get("delegate", ""),
        _time(told.get("original")),
        _time(told.get("starts")),
        _time(told.get("ends")),
        told.get("sequence", 0),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


# Settling


@one_write
def settle(digest: str, account: Account, *, accept: bool) -> None:
    """Accept or refuse what a mail says; either way it waits no longer.

    A held answer counts, or does not. An accepted proposal moves the meeting, ready to
    be sent; one refused is told so (DECLINECOUNTER). A stranger is added if she is of
    the directory. What is neither is only seen. Raise NotFound, NotAllowed, Invalid,
    ByHand, replies.NotAsked or meetings.IsCancelled; then it still waits.
    """
    meetings.refuse_others(account)
    row = _waiting_row(digest)
    arrivals.note_settled(digest, "accepted" if accept else "refused")
    for told in row.told["items"]:
        item = _as_item(told)
        if item.verdict == "held" and accept:
            _accept_held(told, item, row.received_at, account)
        elif item.verdict == "proposal" and not accept:
            _decline(item)
    # A verb commits what it does, so what else is written comes before it.
    chosen = next(
        (one for one in row.told["items"] if one["verdict"] in ("proposal", "crasher")),
        None,
    )
    if chosen is not None and accept:
        item = _as_item(chosen)
        meeting = str(row.meeting)
        if item.verdict == "proposal":
            _move(meeting, item, account)
        else:
            guest_lists.add(meeting, _holder_at(item.attendee), "optional", account)


def _waiting_row(digest: str) -> Any:
    columns = RECEIVED.c.received_at, RECEIVED.c.meeting, RECEIVED.c.told
    statement = select_to_write(*columns).where(
        RECEIVED.c.digest == digest, RECEIVED.c.settled_at.is_(None)
    )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound("mail", digest)
    return row


def _accept_held(
    told: dict[str, Any], item: Item, received_at: datetime, account: Account
) -> None:
    if item.why == "unknown_occurrence":
        raise NotFound("occurrence", "")
    if item.method == "REFRESH":
        invitations.send_again(str(item.invitation), account.key)
    elif item.why == "delegates_occurrence":
        raise Invalid([Finding(2, "original", "not_allowed")])
    else:
        arrivals.apply(told, received_at, account.key)


def _move(key: str, item: Item, account: Account) -> None:
    """Move the meeting, or the occurrence that is meant, to the proposed time."""
    found = meetings.profile(key, UNIT)
    meeting = found.meeting
    if item.starts is None or item.ends is None:
        raise NotFound("mail", "")
    original = item.original
    if original is None and meeting.rrule:
        original = _only(item)
    if original is not None:
        own = next((one for one in found.overrides if one.original == original), None)
        cells = {
            "starts": iso(item.starts),
            "ends": iso(item.ends),
            "location": own.location if own else "",
        }
        occurrences.move(key, original, cells, account)
        return
    meetings.change(key, _moved(meeting, item.starts, item.ends), account)


def _only(item: Item) -> datetime | None:
    """Return the occurrence that the invitee alone is asked to, if one."""
    table = guests.INVITATION.c
    statement = select_to_write(table.only).where(table.key == item.invitation)
    return db.session.scalars(statement).first()


def _moved(meeting: MeetingRow, starts: datetime, ends: datetime) -> MeetingWanted:
    wanted = MeetingWanted(
        meeting.title,
        meeting.starts,
        meeting.ends,
        meeting.timezone,
        meeting.network,
        meeting.rule,
        meeting.location,
        meeting.link,
        meeting.audience or "unit",
        meeting.shows_attendees,
        meeting.answer_by,
    )
    if meeting.rrule:
        if starts.date() != meeting.starts.date():
            raise ByHand
        try:
            rule = recurrence.read(meeting.rrule, starts, meeting.timezone)
        except BadRule as problem:
            raise ByHand from problem
        wanted = replace(wanted, rule=rule)
    return replace(wanted, starts=starts, ends=ends)


def _decline(item: Item) -> None:
    """Queue a DECLINECOUNTER to the invitee, at the address that was invited.

    It holds nothing but what names the event (RFC 5546 §3.2.8).
    """
    invitation = str(item.invitation)
    found = guests.of(guests.meeting_of(invitation))
    guest = next((one for one in found.guests if one.invitation == invitation), None)
    if guest is None or guest.sent is None or not guest.is_asked:
        return
    address = guest.sent.address
    original = item.original or guest.only
    what = "counter_declined"
    post = Post(guest, what, "DECLINECOUNTER", {}, original, address)
    reader = letters.readers([address]).get(address.casefold())
    letter = Teller(found).letter(post, invitation, reader)
    outbox.write_all([letter._replace(kind=letters.DECLINE_COUNTER)], datetime.now(UTC))


def _holder_at(address: str) -> str:
    """Return the organisation or post whose address it is; raise Invalid for none.

    Nobody is added who is not of the directory: no reply makes a stranger a guest.
    """
    point = ContactPoint.__table__.c
    statement = select_visible(point.owner, viewer=UNIT).where(
        point.channel == "email", point.value == address
    )
    owners = list(db.session.scalars(statement.order_by(point.owner)))
    for model in (Organisation, PostModel):
        keys = select_to_write(model.key).where(model.key.in_(owners))
        for key in db.session.scalars(keys.order_by(model.key)):
            return str(key)
    held = Holding.__table__.c
    posts = select_visible(held.post, viewer=UNIT).where(held.person.in_(owners))
    for key in db.session.scalars(posts.order_by(held.post)):
        return str(key)
    raise Invalid([Finding(2, "holder", "unknown_holder", {"value": ""})])
