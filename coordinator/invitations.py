"""Invitations: what each invitee has got, what they should get, and the difference.

What is sent follows from what an invitee last saw, not from what the organizer did:
nothing that they see differs, nothing is sent. The meaning of each message is that of
RFC 5546; the rules are in `messages_for`, which is pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, insert, update

from coordinator import guests, letters, meetings, outbox, upsert
from coordinator.access import select_to_write
from coordinator.accounts import Account
from coordinator.guests import AT_ONCE, INVITATION, SENT, Guest, Guests, SentRow
from coordinator.letters import Post, Teller
from coordinator.meetings import MEETING, MeetingRow, Profile, iso, to_change
from models import OccurrenceAnswer, db, one_write

# What makes an answer to the old meeting no answer to the new one (RFC 5546 §2.1.4).
SIGNIFICANT = letters.SIGNIFICANT
# The key of no invitation, the same each time: a preview that is the same reads so.
NOBODY = "0" * 32
MINOR = ("title", "location", "link", "part", "agenda", "attendees", "overrides")


# What an invitee sees


def seen_by(guest: Guest, found: Guests) -> dict[str, Any]:
    """Return all that the invitee sees of the meeting, as `Sent.told` keeps it.

    Of a protected meeting only when it is: the rest is read after signing in.
    """
    meeting = found.profile.meeting
    overrides = found.profile.overrides
    if guest.only is not None:
        overrides = tuple(one for one in overrides if one.original == guest.only)
    is_open = not meeting.is_protected
    return {
        "title": meeting.title if is_open else "",
        "starts": iso(meeting.starts),
        "ends": iso(meeting.ends),
        "timezone": meeting.timezone,
        "rrule": "" if guest.only else meeting.rrule,
        "location": meeting.location if is_open else "",
        "link": meeting.link if is_open else "",
        "towns": sorted(meetings.towns(meeting.location)) if is_open else [],
        "part": guest.invitee.part,
        "agenda": [[one.title, one.minutes] for one in found.profile.agenda]
        if is_open
        else [],
        "attendees": letters.attendees(found),
        "excepted": sorted(iso(o.original) for o in overrides if o.is_cancelled),
        "overrides": {
            iso(one.original): [
                iso(one.starts),
                iso(one.ends),
                one.location if is_open else "",
            ]
            for one in overrides
            if not one.is_cancelled
        },
        "only": iso(guest.only) if guest.only else "",
    }


# What follows


def pending(found: Guests) -> list[Post]:
    """Return every mail that would leave now, in the order of the invitees."""
    shared = _Shared(found)
    posts: list[Post] = []
    for guest in found.guests:
        posts += messages_for(guest, shared.seen_by(guest), found.profile)
    return posts


class _Shared:
    """What all invitees see alike is made once: there may be ten thousand of them."""

    def __init__(self, found: Guests) -> None:
        self.found = found
        self.of_all: dict[str, Any] | None = None

    def seen_by(self, guest: Guest) -> dict[str, Any]:
        if guest.only is not None:
            return seen_by(guest, self.found)
        if self.of_all is None:
            self.of_all = seen_by(guest, self.found)
        return {**self.of_all, "part": guest.invitee.part}


def messages_for(guest: Guest, now: Mapping[str, Any], profile: Profile) -> list[Post]:
    """Return what the invitee is to be sent, who last saw `guest.sent.told`.

    A whole REQUEST to one who has nothing, or where the series itself differs; of
    single occurrences only those that differ, each by itself (RFC 5546 §3.2.2.1 and
    §3.2.5). A CANCEL to one who is no longer asked; both to one whose address changed.
    """
    sent = guest.sent
    if not guest.is_wanted or profile.meeting.status == "cancelled":
        if sent is None or not sent.is_standing:
            return []
        is_off = profile.meeting.status == "cancelled"
        what = "cancelled" if is_off else "uninvited"
        return [Post(guest, what, "CANCEL", {}, guest.only, sent.address)]
    email = guest.invitee.email
    if sent is None or sent.told is None:
        return [Post(guest, "invited", "REQUEST", {}, guest.only, email)]
    if sent.is_cancelled:
        return [Post(guest, "invited_again", "REQUEST", {}, guest.only, email)]
    if email and sent.address.casefold() != email.casefold():
        return [
            Post(guest, "uninvited", "CANCEL", {}, guest.only, sent.address),
            Post(guest, "invited", "REQUEST", {}, guest.only, email),
        ]
    before = sent.told
    differs = [name for name in (*SIGNIFICANT, *MINOR) if before[name] != now[name]]
    if not differs:
        return []
    old = {name: before[name] for name in differs}
    if guest.only is not None:
        return [Post(guest, _how(old), "REQUEST", old, guest.only, sent.address)]
    gone = sorted(set(now["excepted"]) - set(before["excepted"]))
    back = set(before["excepted"]) - set(now["excepted"])
    is_whole = bool(back) or bool(set(differs) - {"excepted", "overrides"})
    if is_whole:
        return [Post(guest, _how(old), "REQUEST", old, None, sent.address)]
    return [
        *_of_occurrences(guest, before, now, sent),
        *(
            Post(
                guest,
                "occurrence_cancelled",
                "CANCEL",
                {},
                datetime.fromisoformat(one),
                sent.address,
            )
            for one in gone
        ),
    ]


def _of_occurrences(
    guest: Guest, before: Mapping[str, Any], now: Mapping[str, Any], sent: SentRow
) -> Iterator[Post]:
    """Yield a message for each occurrence that is elsewhere or at another time now."""
    had, has = before["overrides"], now["overrides"]
    for one in sorted({*had, *has}):
        if had.get(one) == has.get(one) or one in now["excepted"]:
            continue
        what = "occurrence_moved" if one in has else "occurrence_back"
        old = {"overrides": had.get(one)}
        original = datetime.fromisoformat(one)
        yield Post(guest, what, "REQUEST", old, original, sent.address)


def _how(old: Mapping[str, Any]) -> str:
    return "moved" if letters.is_significant(old) else "updated"


def drafts(found: Guests, posts: Sequence[Post]) -> list[outbox.Letter]:
    """Return these mails as they would be written now; nothing is kept of them.

    Each names an invitation that is not there: who reads a draft cannot answer by it.
    """
    by_reader = letters.readers(post.address for post in posts)
    teller = Teller(found)
    return [
        teller.letter(post, NOBODY, by_reader.get(post.address.casefold()))
        for post in posts
    ]


# Sending


@one_write
def send(key: str, account: Account) -> list[Post]:
    """Queue what differs from what each invitee last got, and return it.

    Nothing where nothing that they see differs. Each is one mail in the outbox, written
    with what is kept of it. Raise NotFound, NotAllowed or meetings.IsCancelled.
    """
    found_profile = to_change(key, account, None)
    found = guests.of(found_profile.meeting.key)
    posts = pending(found)
    if posts:
        write(found, posts, account.key)
    return posts


@one_write
def cancel(key: str, reason: str, account: Account) -> list[Post]:
    """Cancel the meeting, queue a CANCEL to all who have it, and return those.

    It stays in feeds as cancelled for thirty days. Raise NotFound, NotAllowed or
    meetings.IsCancelled.
    """
    meeting = to_change(key, account, None).meeting
    row = meetings.revision(meeting, is_significant=True)
    row |= {"key": key, "status": "cancelled", "reason": reason}
    upsert.write(db.session.connection(), account.key, MEETING, [row])
    found = guests.of(key)
    posts = pending(found)
    if posts:
        write(found, posts, account.key)
    return posts


@one_write
def resend(invitation: str, who: str) -> bool:
    """Queue the meeting as it is now to one invitee, who asked for it (REFRESH).

    Return whether there was anything to send: a standing invitation.
    """
    return send_again(invitation, who)


def send_again(invitation: str, who: str) -> bool:
    """Do what `resend` does in the caller's transaction."""
    found, guest = _guest_of(invitation)
    if guest is None or guest.sent is None or not guest.is_asked:
        return False
    original, address = guest.only, guest.sent.address
    write(found, [Post(guest, "refreshed", "REQUEST", {}, original, address)], who)
    return True


def send_to(invitation: str, who: str) -> list[Post]:
    """Queue what one invitee is to be sent, in the caller's transaction."""
    found, guest = _guest_of(invitation)
    if guest is None:
        return []
    posts = messages_for(guest, _Shared(found).seen_by(guest), found.profile)
    if posts:
        write(found, posts, who)
    return posts


def _guest_of(invitation: str) -> tuple[Guests, Guest | None]:
    meeting = guests.meeting_of(invitation)
    found = guests.of(meeting)
    one = (guest for guest in found.guests if guest.invitation == invitation)
    return found, next(one, None)


def write(found: Guests, posts: Sequence[Post], who: str) -> None:
    """Write the mails, what each invitee has then got, and whose answer is void.

    In the caller's transaction.
    """
    now = datetime.now(UTC)
    connection = db.session.connection()
    meeting = _risen(found.profile.meeting, posts, now, who)
    profile = found.profile._replace(meeting=meeting)
    found = replace(found, profile=profile)
    keys = _make_invitations(found, posts, who)
    by_reader = letters.readers(post.address for post in posts)
    shared, teller = _Shared(found), Teller(found)
    written: list[outbox.Letter] = []
    sent: dict[str, dict[str, Any]] = {}
    void: list[str] = []
    asked_anew: list[tuple[str, datetime]] = []
    for post in posts:
        guest = post.guest
        key = guest.invitation or keys[id(guest)]
        reader = by_reader.get(post.address.casefold())
        letter = teller.letter(post, key, reader)
        written.append(letter)
        was = sent.get(key) or _kept_of(guest)
        sent[key] = _then(was, post, letter, shared.seen_by(guest), now) | {
            "invitation": key
        }
        if post.asks_again and guest.answer != "needs-action":
            void.append(key)
        if post.asks_of_occurrence and post.original is not None:
            asked_anew.append((key, post.original))
    outbox.write_all(written, now)
    _keep_sent(list(sent.values()))
    _void_occurrences(asked_anew, now, who)
    if void:
        reset = {
            "answer": "needs-action",
            "answered_at": None,
            "answered_by": "",
            "deputy": "",
        }
        rows = [{"key": key, **reset} for key in void]
        upsert.write(connection, who, INVITATION, rows)


def _void_occurrences(
    asked: Sequence[tuple[str, datetime]], now: datetime, who: str
) -> None:
    """Let no answer to the series count for occurrences that are elsewhere now."""
    rows = [
        {
            "key": f"{key}|{iso(original)}",
            "invitation": key,
            "original": original,
            "answer": "needs-action",
            "answered_at": now,
            "answered_by": "",
            "comment": "",
        }
        for key, original in asked
    ]
    if rows:
        connection = db.session.connection()
        upsert.write(connection, who, OccurrenceAnswer.__table__, rows)


def _risen(
    meeting: MeetingRow, posts: Sequence[Post], now: datetime, who: str
) -> MeetingRow:
    """Return the meeting with the SEQUENCE that these mails need, and keep it.

    Who is taken off gets a higher one than they had, and so does who is asked again
    afterwards: else their calendar would pass it over (RFC 5546 §2.1.4).
    """
    row: dict[str, Any] = {}
    if meeting.first_sent_at is None:
        row["first_sent_at"] = now
    lowest = max(
        (
            post.guest.sent.sequence + 1
            for post in posts
            if post.guest.sent and post.what in ("uninvited", "invited_again")
        ),
        default=0,
    )
    if lowest > meeting.sequence:
        row |= {"sequence": lowest, "revised_at": now}
    if row:
        connection = db.session.connection()
        one = {"key": meeting.key, **row}
        upsert.write(connection, who, MEETING, [one])
    return meeting._replace(**row)


def _make_invitations(found: Guests, posts: Iterable[Post], who: str) -> dict[int, str]:
    """Keep an invitation for each guest who has none; return the new keys."""
    keys: dict[int, str] = {}
    rows = []
    for guest in {id(post.guest): post.guest for post in posts}.values():
        if guest.invitation is None:
            keys[id(guest)] = uuid4().hex
            rows.append(
                {
                    "key": keys[id(guest)],
                    "meeting": found.profile.meeting.key,
                    "holder": guest.invitee.holder,
                    "person": guest.invitee.person,
                    "origin": guest.origin,
                    "part": None,
                }
            )
    if rows:
        upsert.write(db.session.connection(), who, INVITATION, rows)
    return keys


def _kept_of(guest: Guest) -> dict[str, Any]:
    sent = guest.sent
    if sent is None:
        return {"first": "", "asked_sequence": 0, "told": None}
    return {
        "first": sent.first,
        "asked_sequence": sent.asked_sequence,
        "told": sent.told,
        "reply_sequence": sent.reply_sequence,
        "reply_stamped_at": sent.reply_stamped_at,
    }


def _then(
    was: Mapping[str, Any],
    post: Post,
    letter: outbox.Letter,
    now_sees: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """Return what is kept of an invitee once this mail is written."""
    sequence = max(event["sequence"] for event in letter.told["events"])
    is_off = post.method == "CANCEL" and post.what != "occurrence_cancelled"
    return {
        "address": letter.recipient,
        "name": post.guest.invitee.name,
        "told": was["told"] if is_off else dict(now_sees),
        "is_cancelled": is_off,
        "sequence": sequence,
        "asked_sequence": sequence if post.asks_again else was["asked_sequence"],
        "stamped_at": now,
        "reply_sequence": was.get("reply_sequence"),
        "reply_stamped_at": was.get("reply_stamped_at"),
        "first": was["first"] or letter.key,
        "message": letter.key,
        "bounced_at": None,
        "bounce": "",
    }


def _keep_sent(rows: Sequence[dict[str, Any]]) -> None:
    connection = db.session.connection()
    keys = [row["invitation"] for row in rows]
    have: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        statement = select_to_write(SENT.c.invitation)
        have |= set(connection.scalars(statement.where(SENT.c.invitation.in_(part))))
    new = [row for row in rows if row["invitation"] not in have]
    if new:
        connection.execute(insert(SENT), new)
    old = [row for row in rows if row["invitation"] in have]
    if old:
        own = SENT.c.invitation == bindparam("own")
        values: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in old[0] if name != "invitation"
        }
        connection.execute(
            update(SENT).where(own).values(values),
            [
                {"own": row["invitation"]}
                | {f"new_{name}": row[name] for name in values}
                for row in old
            ],
        )
