"""What will be sent of a meeting, seen before it is; and the button that sends it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import guests, invitations
from coordinator.guests import Guests
from coordinator.letters import Post
from coordinator.meetings import IsCancelled
from coordinator.outbox import Delivery, Letter
from views import asked, mail, when
from views.meetings import times, words
from views.meetings.blueprint import organizing

# So many are named; of more, how many they are says enough.
MOST_NAMED = 3
# To write out a mail takes a while, and nobody reads ten thousand.
MAILS_SHOWN = 40


def groups(posts: Iterable[Post], found: Guests) -> list[dict[str, Any]]:
    """Return who gets what, those who get the same as one: old and new beside."""
    alike: dict[str, list[Post]] = {}
    for post in posts:
        what = (post.what, post.before, str(post.original or ""))
        alike.setdefault(json.dumps(what, sort_keys=True), []).append(post)
    return [_group(few, found) for few in alike.values()]


def _group(posts: Sequence[Post], found: Guests) -> dict[str, Any]:
    first, meeting = posts[0], found.profile.meeting
    before, what = first.before, first.what
    old = new = ""
    if "starts" in before or "ends" in before:
        was = (
            datetime.fromisoformat(before.get("starts", meeting.starts.isoformat())),
            datetime.fromisoformat(before.get("ends", meeting.ends.isoformat())),
        )
        old, new = times.apart(was, (meeting.starts, meeting.ends))
    elif first.original is not None and what.startswith("occurrence_"):
        old, new = _occurrence(first, found)
    elif "rrule" in before:
        old = before["rrule"] and _("gjentakelse")
        new = when.repeats(meeting.rule) if meeting.rule else _("bare én gang")
    elif what in ("moved", "updated"):
        new = when.listing([str(words.DIFFERS[name]) for name in sorted(before)])
    elif len(posts) <= MOST_NAMED or what == "uninvited":
        new = when.listing([one.guest.invitee.name for one in posts][: 2 * MOST_NAMED])
    return {
        "icon": words.MAILS[what],
        "said": words.get_what(what, len(posts)),
        "old": old,
        "new": new,
    }


def _occurrence(post: Post, found: Guests) -> tuple[str, str]:
    """Return when the one occurrence was, as they know it, and when it is now."""
    original, meeting = post.original, found.profile.meeting
    assert original is not None
    length = meeting.ends - meeting.starts
    told = (post.before or {}).get("overrides")
    had = (
        (datetime.fromisoformat(told[0]), datetime.fromisoformat(told[1]))
        if told
        else (original, original + length)
    )
    if post.what == "occurrence_cancelled":
        return "", times.in_sentence(*had)
    own = next((o for o in found.profile.overrides if o.original == original), None)
    has = (own.starts, own.ends) if own else (original, original + length)
    return times.apart(had, has)


def only_informed(found: Guests) -> str:
    """Return who gets no mail now, but the minutes: names of few, else how many."""
    names = [
        one.invitee.name
        for one in found.guests
        if one.invitee.part == "informed" and not one.is_removed
    ]
    if not names:
        return ""
    if len(names) > MOST_NAMED:
        return str(_("%(number)s får ingenting nå, bare referatet.", number=len(names)))
    return str(
        _(
            "%(names)s får ingenting nå, bare referatet.",
            names=when.listing(sorted(names)),
        )
    )


def makes_answers_old(posts: Iterable[Post]) -> bool:
    """Return whether the answers that came are to another time than what is sent."""
    return any(post.asks_again and "starts" in post.before for post in posts)


@organizing.get("/<key>/mails")
def mails(key: str) -> str:
    """Show every mail that would leave now: to whom, and what it says."""
    found = guests.of(asked.part("key"))
    posts, skip = invitations.pending(found), asked.count("skip")
    shown = posts[skip : skip + MAILS_SHOWN]
    following = skip + MAILS_SHOWN
    return render_template(
        "meetings/mails.html",
        meeting=found.profile.meeting,
        seen=digest(posts),
        total=len(posts),
        previous=max(0, skip - MAILS_SHOWN) if skip else None,
        next=following if following < len(posts) else None,
        mails=[
            {
                "name": post.guest.invitee.name,
                "address": post.address,
                "organisation": post.guest.invitee.organisation_name,
                "what": words.MAIL[post.what],
                "is_about": post.what in ("moved", "updated"),
                **_group([post], found),
                **_read(letter),
            }
            for post, letter in zip(
                shown, invitations.drafts(found, shown), strict=True
            )
        ],
    )


def _read(letter: Letter) -> dict[str, str]:
    """Return subject and text of a mail as its reader gets it, in her language."""
    made = mail.render(
        Delivery(
            letter.key,
            letter.kind,
            letter.recipient,
            letter.language,
            letter.told,
            datetime.now(UTC),
        )
    )
    body = made.get_body(("plain",))
    return {
        "subject": str(made["Subject"]),
        "text": str(body.get_content()) if body else "",
        "language": letter.language,
    }


def digest(posts: Iterable[Post]) -> str:
    """Return a mark of these mails: what was seen is sent, and nothing else."""
    seen = [
        [
            post.address,
            post.what,
            post.before,
            str(post.original),
            post.guest.invitation,
        ]
        for post in posts
    ]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:32]


@organizing.post("/<key>/send")
def send(key: str) -> BaseResponse:
    """Send what differs from what each invitee last got, if it is still what was seen.

    Where somebody changed it meanwhile, it is shown anew instead.
    """
    posts = invitations.pending(guests.of(key))
    if posts and request.form.get("seen") != digest(posts):
        return redirect(url_for("meetings.show", key=key, done="changed"), 303)
    try:
        posts = invitations.send(key, current_user.account)
    except IsCancelled:
        posts = []
    done = "sent" if posts else "nothing"
    return redirect(url_for("meetings.show", key=key, done=done), 303)
