"""Arrivals: each mail that came is taken in once, in one write, and kept.

What it counts for is decided by `verdicts`. Nothing of a body is kept, and no mail can
do more than answer, propose or ask again for the invitation that it is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, update

from coordinator import (
    addressees,
    invitations,
    letters,
    meetings,
    outbox,
    replies,
    values,
    verdicts,
    zones,
)
from coordinator.access import UNIT, select_to_write
from coordinator.addressees import BY, DAY, RECEIVED
from coordinator.errors import Refused
from coordinator.guests import INVITATION, SENT
from coordinator.incoming import Attendee, Scheduling
from coordinator.meetings import iso
from coordinator.replies import LONGEST_COMMENT
from coordinator.verdicts import WAITING, Arrived, Invited, Verdict
from models import db, one_write

_SAME = select_to_write(RECEIVED.c.digest).where(
    RECEIVED.c.digest == bindparam("digest")
)
MOST_PARTS = 100
KEPT_FOR = timedelta(days=90)
# A person who answers by an address that we did not write to is told so.
RECEIPTED = ("other_address", "other_sender", "several_attendees", "no_token")


@one_write
def take(mail: Arrived) -> str:
    """Take a mail in; return what was made of it, one of `verdicts.CODES`.

    The same mail a second time is `repeated`, and changes nothing.
    """
    if _is_known(mail.digest):
        return "repeated"
    mail = replace(mail, senders=tuple(map(verdicts.same_form, mail.senders)))
    if mail.bounce is not None:
        return _keep(mail, [_take_bounce(mail)])
    if mail.nature:
        return _keep(mail, [_item(Verdict(mail.nature))])
    if not mail.said:
        return _keep(mail, [_item(Verdict("written"))])
    if len({one.uid for one in mail.said}) > 1:
        return _keep(mail, [_item(Verdict("unreadable", "several_meetings"))])
    if len(mail.said) > MOST_PARTS:
        return _keep(mail, [_item(Verdict("unreadable", "too_many_parts"))])
    # Two parts may say the same, as an alternative and as a file.
    items = [_take_one(mail, said) for said in dict.fromkeys(mail.said)]
    return _keep(mail, items)


@one_write
def forget_old() -> None:
    """Forget what came and concerned no meeting of ours, once it is old."""
    old = RECEIVED.c.received_at < datetime.now(UTC) - KEPT_FOR
    connection = db.session.connection()
    connection.execute(delete(RECEIVED).where(RECEIVED.c.meeting.is_(None), old))


# One message


def _take_one(mail: Arrived, said: Scheduling) -> dict[str, Any]:
    meeting = addressees.meeting_of(said.uid)
    attendee = verdicts.replier(said, None)
    if said.method not in verdicts.METHODS or attendee is None:
        found = verdicts.verdict(mail, said, None)
        return _item(found, said, meeting and meeting.key)
    if meeting is None:
        return _item(Verdict("unknown_meeting"), said)
    of_sender = addressees.of_sender(mail)
    if of_sender >= verdicts.MOST_OF_SENDER:
        return _item(Verdict("too_many", "of_sender"), said, meeting.key)
    invited = addressees.find(mail, said, meeting, of_sender)
    found = verdicts.verdict(mail, said, invited)
    item = _item(found, said, meeting.key, invited, meeting.timezone)
    if found.code in ("held", "proposal", "crasher") and _waits_already(mail, item):
        return item | {"verdict": "repeated", "why": ""}
    if invited is None:
        return item
    try:
        _do(found, said, item, invited)
    except Refused as refusal:
        why = getattr(refusal, "findings", None)
        return item | {"verdict": "held", "why": why[0].code if why else "refused"}
    if found.code == "held" and found.why in RECEIPTED:
        item["receipt"] = _receipt(mail, item, invited)
    return item


def _do(
    found: Verdict, said: Scheduling, item: Mapping[str, Any], invited: Invited
) -> None:
    if found.code == "refreshed":
        invitations.send_again(invited.invitation, replies.WHO)
    elif found.code == "applied":
        apply(item, said.dtstamp or datetime.now(UTC), replies.WHO)
        if invited.original is None:
            sequence = min(said.sequence, invited.sequence)
            _note_reply(invited.invitation, sequence, said.dtstamp)


def apply(item: Mapping[str, Any], at: datetime, who: str) -> None:
    """Apply the answer that an item tells, in the caller's transaction.

    Raise what `replies.apply` and `replies.delegate` do.
    """
    invitation, comment = item["invitation"], item["comment"]
    original = item["original"] and datetime.fromisoformat(item["original"])
    if item["answer"] == "delegated":
        address = item["delegate"]
        name = name_in(address)
        replies.delegate(
            invitation, name, address, comment=comment, by=BY, at=at, who=who
        )
        return
    replies.apply(
        invitation,
        item["answer"],
        comment=comment,
        original=original or None,
        by=BY,
        at=at,
        who=who,
    )


def note_settled(digest: str, settled: str) -> None:
    """Note that the mail waits no longer, in the caller's transaction."""
    values = {"settled_at": datetime.now(UTC), "settled": settled}
    statement = update(RECEIVED).where(RECEIVED.c.digest == digest).values(values)
    db.session.connection().execute(statement)


def name_in(address: str) -> str:
    """Return what somebody may be called whom we know by address alone.

    The history keeps the name of a deputy, and never an address.

    >>> name_in("per.hansen@bv.example")
    'Per Hansen'
    """
    local = address.partition("@")[0]
    words = local.replace(".", " ").replace("_", " ").split()
    return " ".join(word.capitalize() for word in words) or "?"


def _note_reply(invitation: str, sequence: int, stamp: datetime | None) -> None:
    values = {"reply_sequence": sequence, "reply_stamped_at": stamp}
    statement = update(SENT).where(SENT.c.invitation == invitation).values(values)
    db.session.connection().execute(statement)


# Limits: what came before is counted where it is kept


def _is_known(digest: str) -> bool:
    return db.session.execute(_SAME, {"digest": digest}).first() is not None


def _of_today(mail: Arrived, *conditions: Any) -> list[Any]:
    since = mail.received_at - DAY
    statement = select_to_write(RECEIVED.c.told, RECEIVED.c.settled_at).where(
        RECEIVED.c.sender == mail.sender, RECEIVED.c.received_at > since, *conditions
    )
    return list(db.session.execute(statement))


def _waits_already(mail: Arrived, item: Mapping[str, Any]) -> bool:
    """Return whether the organizer has the very same before her already."""
    rows = _of_today(mail, RECEIVED.c.meeting == item["meeting"])
    names = ("method", "invitation", "attendee", "answer", "original", "sequence",
             "stamped", "starts", "ends", "comment")  # fmt: skip
    return any(
        all(one.get(name) == item.get(name) for name in names)
        for row in rows
        if row.settled_at is None
        for one in row.told["items"]
    )


# What is told


def _receipt(mail: Arrived, item: Mapping[str, Any], invited: Invited) -> bool:
    """Tell the sender that the organizer is asked; return whether a mail was written.

    Once a day for a meeting, and never to a machine. The answer link goes only to one
    who has it already: by the token, or as the address that was invited.
    """
    sender = mail.sender
    if not sender or mail.is_automatic or mail.dmarc is False:
        return False
    said = _of_today(mail, RECEIVED.c.meeting == invited.meeting)
    if any(one.get("receipt") for row in said for one in row.told["items"]):
        return False
    meeting = meetings.profile(invited.meeting, UNIT).meeting
    may_have_link = invited.has_token or sender == invited.address
    is_told = may_have_link and not meeting.is_protected
    reader = letters.readers([sender]).get(sender)
    told = {
        "meeting": meeting.key,
        "invitation": invited.invitation if may_have_link else "",
        "method": "",
        "what": "receipt",
        "answer": item["answer"],
        "is_protected": meeting.is_protected,
        "title": meeting.title if is_told else "",
        "starts": iso(meeting.starts),
        "ends": iso(meeting.ends),
        "timezone": reader.timezone if reader else meeting.timezone,
        "meeting_timezone": meeting.timezone,
    }
    language = reader.language if reader else "nb"
    outbox.write(letters.RECEIPT, sender, told, language=language)
    return True


def plain(text: str) -> str:
    """Return a comment as text alone: one line, no controls, no longer than is kept.

    >>> plain(" Kommer" + chr(0) + chr(10) + "sent\u202e ")
    'Kommer sent'
    """
    text = "".join(
        one if one.isprintable() else " " if one.isspace() else "" for one in text
    )
    text = " ".join(text.split())[:LONGEST_COMMENT].strip()
    return "" if values.has_controls(text) else text


def _item(
    found: Verdict,
    said: Scheduling | None = None,
    meeting: str | None = None,
    invited: Invited | None = None,
    timezone: str = "UTC",
) -> dict[str, Any]:
    """Return one message as it is kept."""
    item: dict[str, Any] = {"verdict": found.code, "why": found.why, "meeting": meeting}
    if said is None:
        return item
    attendee = verdicts.replier(said, invited) or Attendee("")
    original = invited.original if invited else None
    item |= {
        "method": said.method[:20],
        "invitation": invited.invitation if invited else None,
        "attendee": attendee.address,
        "answer": attendee.partstat[:20],
        "delegate": attendee.delegated_to,
        "comment": plain(said.comment),
        "original": iso(original) if original else "",
        "sequence": said.sequence,
        "stamped": said.dtstamp.isoformat() if said.dtstamp else "",
    }
    if said.method == "COUNTER":
        for name, moment in (("starts", said.starts), ("ends", said.ends)):
            item[name] = _wall(moment, timezone)
    return item


def _wall(moment: datetime | None, timezone: str) -> str:
    if moment is None:
        return ""
    wall = zones.wall(moment, timezone) if moment.tzinfo else moment
    return iso(wall.replace(second=0, microsecond=0))


def _keep(mail: Arrived, items: Sequence[dict[str, Any]]) -> str:
    """Keep what the mail was, once, and return what that is."""
    code = verdicts.foremost([one["verdict"] for one in items])
    invitations_ = [one["invitation"] for one in items if one.get("invitation")]
    meeting = next((one["meeting"] for one in items if one.get("meeting")), None)
    invitation = next(iter(invitations_), None)
    if meeting is None and code == "written" and mail.invitation:
        meeting, invitation = _meeting_by_token(mail.invitation), mail.invitation
        invitation = invitation if meeting else None
    row = {
        "digest": mail.digest,
        "received_at": mail.received_at,
        "sender": mail.sender[:320],
        "method": next((one["method"] for one in items if one.get("method")), ""),
        "verdict": code,
        "meeting": meeting,
        "invitation": invitation,
        "told": {"items": list(items)},
        "settled_at": None if code in WAITING else mail.received_at,
        "settled": "",
    }
    db.session.connection().execute(insert(RECEIVED), [row])
    return code


def _meeting_by_token(invitation: str) -> str | None:
    statement = select_to_write(INVITATION.c.meeting)
    found = db.session.scalars(statement.where(INVITATION.c.key == invitation))
    return found.first()


def _take_bounce(mail: Arrived) -> dict[str, Any]:
    """Mark the invitee whom a mail of ours did not reach.

    Known by our Message-ID, else by the token of the address that we wrote from. What
    the report says besides may be made up, and holds addresses: the status is kept.
    """
    assert mail.bounce is not None
    message, status = mail.bounce
    is_of = [SENT.c.invitation == mail.invitation] if mail.invitation else []
    if message:
        is_of += [SENT.c.message == message, SENT.c.first == message]
    statement = select_to_write(SENT.c.invitation, INVITATION.c.meeting).where(
        SENT.c.invitation == INVITATION.c.key, or_(*is_of)
    )
    row = db.session.execute(statement.limit(1)).first() if is_of else None
    if row is None:
        return _item(Verdict("auto_reply", "bounce"))
    values = {"bounced_at": mail.received_at, "bounce": status[:100]}
    own = SENT.c.invitation == row.invitation
    db.session.connection().execute(update(SENT).where(own).values(values))
    return _item(Verdict("bounced", status), meeting=row.meeting) | {
        "invitation": row.invitation
    }
