"""The page of a meeting: for who organizes it, and for those who only come."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from coordinator import (
    catalogue,
    guests,
    invitations,
    meetings,
    networks,
    own_meetings,
    presence,
    recurrence,
    registers,
    replies,
)
from coordinator.access import UNIT
from coordinator.guests import Guests
from coordinator.letters import Post
from coordinator.meetings import ItemRow, MeetingRow, Profile
from coordinator.opening import OSLO
from coordinator.recurrence import Occurrence
from models import text_in
from views import asked, when
from views.forms import today
from views.language import chosen_language
from views.meetings import elsewhere, sending, times, waiting, words
from views.meetings.blueprint import bp
from views.meetings.people import People, letter_of, merged
from views.viewing import viewer

MOST_GAPS = 4
NEXT_SHOWN = 4


class Stage(NamedTuple):
    """How far a meeting has come, as one part of its line."""

    state: str
    icon: str
    name: str
    said: str


@bp.get("/<key>")
def show(key: str) -> str:
    """Show a meeting: to the unit all of it, to others what the gate lets them see."""
    key = asked.part("key")
    found = meetings.profile(key, viewer())
    if viewer() == UNIT:
        return _of_organizer(found)
    return render_template("meetings/show.html", **_of_all(found), organizer=None)


def _of_all(found: Profile) -> dict[str, Any]:
    """Return what everyone who may see the meeting is told of it."""
    meeting, now = found.meeting, datetime.now(OSLO)
    shown = next_of(found, now)
    location = next(
        (
            one.location
            for one in found.overrides
            if one.original == shown.original and one.location
        ),
        meeting.location,
    )
    own = own_meetings.asked_of(current_user.account, meeting.key)
    answers = replies.answers_of([one.key for one in own])
    names = registers.names(
        [key for one in own for key in (one.person, one.holder) if key], viewer()
    )
    return {
        "meeting": meeting,
        "when": times.when(shown.starts, shown.ends, meeting.timezone),
        "network": _network(meeting),
        "location": location,
        "is_over": is_over(meeting, now.date()),
        "is_moved": shown.starts != shown.original,
        "rule": when.repeats(meeting.rule) if meeting.rule else "",
        "following": _following(found, shown, now),
        "agenda": [
            item_in_words(one, number) for number, one in enumerate(found.agenda, 1)
        ],
        "minutes": sum(one.minutes or 0 for one in found.agenda),
        "own": [
            {
                "name": names.get(one.person or "") or names.get(one.holder or "", ""),
                "state": presence.OF_ANSWERS[
                    answers.get(one.key, {}).get(shown.original, one.answer)
                ],
                "deputy": one.deputy if one.answer == "delegated" else "",
                "href": elsewhere.answer(one.key),
            }
            for one in own
        ],
        "states": words.STATES,
        "answer_by": meeting.answer_by,
        "calendar_file": url_for("feeds.meeting", key=meeting.key),
        "visible": _visible(meeting.key, {one.key for one in own}),
        "done": words.DONE.get(asked.choice("done", words.DONE)),
    }


def next_of(found: Profile, now: datetime) -> Occurrence:
    """Return the occurrence that a page is about: the next, else the last one."""
    every = list(recurrence.occurrences(found.series))
    standing = [one for one in every if not one.is_cancelled] or every
    return next((one for one in standing if one.ends_at >= now), standing[-1])


def is_over(meeting: MeetingRow, today: date) -> bool:
    """Return whether the last of it has been."""
    return (meeting.last_day or meeting.ends.date()) < today


def _following(found: Profile, shown: Occurrence, now: datetime) -> list[str]:
    if not found.meeting.rrule:
        return []
    coming = [
        times.in_sentence(one.starts, one.ends)
        for one in recurrence.occurrences(found.series)
        if not one.is_cancelled and one.starts > shown.starts and one.ends_at > now
    ]
    return coming[:NEXT_SHOWN]


def _network(meeting: MeetingRow) -> tuple[str, str]:
    if not meeting.network:
        return "", ""
    name = networks.names([meeting.network], viewer()).get(meeting.network, "")
    return meeting.network, name


def item_in_words(item: ItemRow, number: int) -> dict[str, Any]:
    """Return an agenda item in words: what it is about, and who presents it."""
    known, language = catalogue.current(viewer()), chosen_language()
    steps = [
        text_in(known.steps[code].title, language)
        for code in item.steps
        if code in known.steps
    ]
    names = registers.names(
        [*item.organisations, *([item.owner] if item.owner else [])], viewer()
    )
    about = [*steps, *(names[key] for key in item.organisations if key in names)]
    if item.place and item.place in known.places:
        about.append(known.places[item.place].name)
    if item.track and item.track in known.tracks:
        about.append(text_in(known.tracks[item.track].label, language))
    return {
        "key": item.key,
        "number": number,
        "title": item.title,
        "about": ", ".join(about),
        "owner": names.get(item.owner or "", ""),
        "minutes": item.minutes,
    }


def _visible(key: str, own: Collection[str]) -> list[dict[str, Any]]:
    """Return who else is asked, as far as the gate shows it; `own` is told apart."""
    if viewer() == UNIT:
        return []
    rows = [
        one
        for one in guests.kept([key], viewer())
        if not one.is_removed and one.key not in own
    ]
    names = registers.names(
        [part for one in rows for part in (one.person, one.holder) if part], viewer()
    )
    return [
        {
            "name": names.get(one.person or "", "") or names.get(one.holder or "", ""),
            "about": names.get(one.holder or "", "") if one.person else "",
            "state": presence.OF_ANSWERS[one.answer],
        }
        for one in rows
        if names.get(one.person or one.holder or "")
    ]


# For who organizes


def _of_organizer(profile: Profile) -> str:
    meeting = profile.meeting
    now = datetime.now(OSLO)
    over = is_over(meeting, now.date())
    shown = next_of(profile, now)
    found = guests.of(meeting.key, derive=not over)
    posts = [] if over else invitations.pending(found)
    found = presence.on_occurrence(found, shown.original)
    people = People(found, chosen_language(), is_derived=not over)
    gaps = [one for one in merged(found.gaps) if one.is_needed]
    calls = people.calls(gaps, now)
    return render_template(
        "meetings/show.html",
        **_of_all(profile),
        organizer={
            "stages": stages(found, posts, shown, now),
            "groups": people.groups(),
            "counts": people.counts(),
            "is_old": sending.makes_answers_old(posts),
            "old_day": _old_day(posts),
            "day": found.day,
            "gaps": [
                {
                    "sentence": people.sentence(one),
                    "call": calls.get(one.holder),
                    "stand_in": people.stand_in(one),
                }
                for one in gaps[:MOST_GAPS]
            ],
            "gaps_title": ngettext(
                "Én mangler i rommet", "%(num)s mangler i rommet", len(gaps)
            ),
            "more_gaps": max(0, len(gaps) - MOST_GAPS),
            "mails": sending.groups(posts, found),
            "posts": len(posts),
            "seen": sending.digest(posts),
            "informed": sending.only_informed(found) if posts else "",
            "coverage": coverage(found),
            "waiting": waiting.told(meeting.key),
            "letters": {role: letter_of(role) for role in ("A", "R", "C", "I")},
            "is_draft": meeting.first_sent_at is None,
            "is_current": meeting.status != "cancelled" and not over,
            "can_change": meeting.status != "cancelled",
        },
    )


def _old_day(posts: Sequence[Post]) -> str:
    for post in posts:
        if post.asks_again and "starts" in post.before:
            was = datetime.fromisoformat(post.before["starts"])
            return when.short_day(was.date())
    return ""


def stages(
    found: Guests, posts: Sequence[Post], shown: Occurrence, now: datetime
) -> list[Stage]:
    """Return the line above a meeting: invited, what waits to be sent, met, minutes."""
    meeting = found.profile.meeting
    line = [_invited(found)]
    if meeting.status == "cancelled":
        said = meeting.reason or _("alle som var invitert, har fått vite det")
        return [*line, Stage("off", "cross", _("Avlyst"), said)]
    if posts and meeting.first_sent_at is not None:
        whats = {post.what for post in posts}
        name = _("Flyttet") if whats & {"moved", "occurrence_moved"} else _("Endret")
        line.append(Stage("waits", "edit", name, _("ikke sendt ennå")))
    has_been = shown.ends_at < now
    line.append(
        Stage(
            "done" if has_been else "",
            "open" if has_been else "circle",
            _("Møte"),
            when.short_day(shown.starts.date()),
        )
    )
    return [*line, Stage("", "circle", _("Referat"), _("skrives etterpå"))]


def _invited(found: Guests) -> Stage:
    meeting = found.profile.meeting
    if meeting.first_sent_at is None and is_over(meeting, today()):
        return Stage("", "circle", _("Invitert"), _("ikke herfra"))
    if meeting.first_sent_at is None:
        return Stage("waits", "edit", _("Utkast"), _("ikke sendt ennå"))
    asked_now = sum(one.is_asked for one in found.guests)
    sent = when.short_day(times.of_day(meeting.first_sent_at))
    mails = ngettext("%(num)s invitert", "%(num)s inviterte", asked_now)
    said = f"{sent}, {mails}" if meeting.status != "cancelled" else sent
    return Stage("done", "open", _("Invitert"), said)


def coverage(found: Guests) -> list[dict[str, Any]]:
    """Return for each item whether who answers for it, and does it, will be there."""
    items = presence.of_items(found.guests, found.gaps, found.own)
    titles = dict(enumerate((one.title for one in found.profile.agenda), 1))
    return [
        {
            "number": number,
            "title": titles.get(number, ""),
            "cells": [_cell(roles.get(role)) for role in presence.ROLES],
        }
        for number, roles in items.items()
    ]


def _cell(standing: presence.Standing | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    said, icon = words.STATES[standing.state]
    said = words.SHORT.get(standing.state, said)
    many = standing.how_many
    is_some = standing.of > 1 and standing.state != "coming"
    if standing.state in words.COUNTS and (is_some or standing.state == "missing"):
        text = str(words.COUNTS[standing.state]) % {"number": many}
    else:
        text = str(said)
    return {"state": standing.state, "icon": icon, "said": text}
