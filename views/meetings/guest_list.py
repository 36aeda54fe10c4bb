"""The guests as the organizer edits them: found, added, taken off, brought back."""

from collections.abc import Callable
from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import guest_lists, guests, meetings, records, recurrence, registers
from coordinator.access import UNIT
from coordinator.columns import EDITED
from coordinator.editing import Invalid
from coordinator.errors import NotFound
from coordinator.exchange import Finding
from coordinator.meetings import IsCancelled, Profile
from coordinator.registers import Wanted
from models import PARTS
from views import asked
from views.language import chosen_language
from views.meetings import times, words
from views.meetings.blueprint import organizing
from views.meetings.fields import faults, offered_entries
from views.meetings.people import People
from views.viewing import viewer

MOST_FOUND = 20
MOST_TIMES = 60


@organizing.get("/<key>/guests", endpoint="guests")
def index(key: str) -> str | BaseResponse:
    """Show the guests to be edited, and find others to add."""
    if meetings.profile(asked.part("key"), UNIT).meeting.status == "cancelled":
        return redirect(url_for("meetings.show", key=key), 303)
    return _page(key)


def _page(key: str, findings: list[Finding] | None = None) -> str:
    found = guests.of(key)
    people = People(found, chosen_language())
    query, part = _given("q"), _given("part")
    part = part if part in PARTS else "required"
    wrong = faults(findings or [])
    return render_template(
        "meetings/guests.html",
        meeting=found.profile.meeting,
        groups=people.groups(),
        query=query,
        part=part,
        parts=list(words.PARTS.items()),
        candidates=_candidates(query),
        is_searched=bool(query or request.args.get("kind") or request.args.get("near")),
        offered=offered_entries(("organisation", "post")),
        times=_times(found.profile),
        faults=wrong,
        done=words.DONE.get(asked.choice("done", words.DONE)),
    )


def _given(name: str) -> str:
    """Return what the address asks, or what was typed in the form shown again."""
    if request.method == "GET":
        return asked.text(name)
    return request.form.get(name, "")[: asked.LONGEST_QUERY]


def _candidates(query: str) -> list[tuple[str, str]]:
    """Return who may be added: of a name, of a kind, or near one who is missing."""
    found: dict[str, str] = {}
    if query and not asked.is_odd(query):
        key = query.rpartition("[")[2].rstrip("]") if query.endswith("]") else query
        found = registers.names([key], viewer()) or registers.called(
            query, viewer(), ("organisation", "post"), MOST_FOUND
        )
    elif request.method == "GET" and (kind := asked.text("kind")):
        found = _of("organisations", {"kind": kind})
    elif request.method == "GET" and (near := asked.text("near")):
        found = _near(near)
    return list(found.items())[:MOST_FOUND]


def _of(register: str, narrowed: dict[str, str]) -> dict[str, str]:
    kind = EDITED[register]
    page = registers.listed(kind, viewer(), Wanted(narrowed=narrowed))
    return registers.names([row["key"] for _address, row in page.rows], viewer())


def _near(key: str) -> dict[str, str]:
    """Return the organisation of a holder, its posts, and that above it."""
    kind = registers.kinds([key], viewer()).get(key)
    own = key
    if kind == "post" and (post := records.one(EDITED["posts"], viewer(), key)):
        own = post["organisation"]
    row = records.one(EDITED["organisations"], viewer(), own) or {}
    keys = {own, *([row["parent"]] if row.get("parent") else [])}
    return {
        **registers.names(sorted(keys), viewer()),
        **_of("posts", {"organisation": own}),
    }


def _times(profile: Profile) -> list[tuple[str, str]]:
    """Return the occurrences that somebody may be asked to alone."""
    if not profile.meeting.rrule:
        return []
    return [
        (meetings.iso(one.original), times.in_sentence(one.starts, one.ends))
        for one in recurrence.occurrences(profile.series)
        if not one.is_cancelled
    ][:MOST_TIMES]


@organizing.post("/<key>/guests/add")
def add_guest(key: str) -> BaseResponse:
    """Add an organisation or a post, to all of it or to one occurrence."""
    only, holder = request.form.get("only", ""), request.form.get("holder", "")
    try:
        if asked.is_odd(holder):
            raise Invalid([Finding(2, "holder", "bad_answer")])
        original = datetime.fromisoformat(only) if only else None
        guest_lists.add(
            asked.part("key"),
            holder,
            request.form.get("part", ""),
            current_user.account,
            only=original,
        )
    except (Invalid, ValueError) as problem:
        findings = getattr(problem, "findings", [Finding(2, "holder", "bad_answer")])
        return make_response(_page(key, findings), 422)
    except NotFound as problem:
        if problem.parameter == "meeting":
            raise
        return make_response(_page(key, [Finding(2, "holder", "bad_answer")]), 422)
    except IsCancelled:
        return redirect(url_for("meetings.show", key=key), 303)
    return redirect(url_for("organizing.guests", key=key, done="saved"), 303)


@organizing.post("/<key>/guests/remove")
def remove_guest(key: str) -> BaseResponse:
    """Take a guest off the list."""
    return _change(key, lambda who: guest_lists.remove(key, who, current_user.account))


@organizing.post("/<key>/guests/part")
def set_part(key: str) -> BaseResponse:
    """Say how much a guest is needed; one who was taken off comes back."""
    part = request.form.get("part", "")
    return _change(
        key, lambda who: guest_lists.set_part(key, who, part, current_user.account)
    )


def _change(key: str, verb: Callable[[str], None]) -> BaseResponse:
    try:
        verb(request.form.get("who", ""))
    except Invalid as invalid:
        return make_response(_page(key, invalid.findings), 422)
    except IsCancelled:
        return redirect(url_for("meetings.show", key=key), 303)
    return redirect(url_for("organizing.guests", key=key, done="saved"), 303)
