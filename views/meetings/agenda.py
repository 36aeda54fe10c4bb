"""The agenda and the backlog: items added, put in order, put off and taken up."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import agendas, catalogue, meeting_values, meetings, networks, places
from coordinator.access import UNIT
from coordinator.editing import Invalid
from coordinator.exchange import Finding
from coordinator.meeting_values import ItemWanted
from coordinator.meetings import IsCancelled, ItemRow, MeetingRow
from models import text_in
from views import asked, when
from views.forms import Field, today
from views.language import chosen_language
from views.meetings import words
from views.meetings.blueprint import organizing
from views.meetings.fields import (
    faults,
    field,
    keys_of,
    offered_entries,
    typed,
    with_names,
)
from views.meetings.page import item_in_words

NAMES = ("title", "minutes", "steps", "place", "track", "organisations", "owner")
MOST_OFFERED_MEETINGS = 100


@organizing.get("/<key>/agenda")
def agenda(key: str) -> str:
    """Show the agenda to be put in order, and what could be taken up."""
    found = meetings.profile(asked.part("key"), UNIT)
    meeting = found.meeting
    return render_template(
        "meetings/agenda.html",
        meeting=meeting,
        can_change=meeting.status != "cancelled",
        items=[item_in_words(one, n) for n, one in enumerate(found.agenda, 1)],
        minutes=sum(one.minutes or 0 for one in found.agenda),
        waiting=[
            item_in_words(one, 0)
            for one in agendas.backlog(UNIT, network=meeting.network or "")
        ],
        others=_others(key),
        done=words.DONE.get(asked.choice("done", words.DONE)),
    )


def _others(key: str) -> list[tuple[str, str]]:
    """Return the meetings to come, to carry items over to."""
    rows = meetings.listed(UNIT, first=today())
    return [
        (one.key, f"{one.title}, {when.short_day(one.starts.date())}")
        for one in rows[:MOST_OFFERED_MEETINGS]
        if one.key != key and one.status != "cancelled"
    ]


@organizing.get("/backlog")
def backlog() -> str:
    """Show the items that wait for a meeting."""
    network = asked.text("network")
    waiting = agendas.backlog(UNIT, network=network)
    names = networks.names([one.network for one in waiting if one.network], UNIT)
    carried = {
        one.key: one.title
        for one in meetings.listed(
            UNIT, keys=[one.carried_from for one in waiting if one.carried_from]
        )
    }
    return render_template(
        "meetings/backlog.html",
        items=[
            {
                **item_in_words(one, 0),
                "network": names.get(one.network or "", ""),
                "from": carried.get(one.carried_from or "", ""),
                "from_key": one.carried_from,
            }
            for one in waiting
        ],
        others=_others(""),
        done=words.DONE.get(asked.choice("done", words.DONE)),
    )


@organizing.get("/<key>/agenda/new")
def new_item(key: str) -> str | BaseResponse:
    """Ask for a new item of the agenda."""
    meeting = meetings.profile(asked.part("key"), UNIT).meeting
    if meeting.status == "cancelled":
        return redirect(url_for("meetings.show", key=key), 303)
    given = asked.given("title", "steps", "place", "track")
    return _form(given, meeting=meeting)


@organizing.post("/<key>/agenda/new")
def add_item(key: str) -> BaseResponse:
    """Add the item, last."""
    meeting = meetings.profile(asked.part("key"), UNIT).meeting
    return _save(None, meeting)


@organizing.get("/backlog/new")
def new_waiting() -> str:
    """Ask for a new item that waits for a meeting."""
    return _form(asked.given("title", "steps", "place", "track"))


@organizing.post("/backlog/new")
def add_waiting() -> BaseResponse:
    """Add the item to the backlog."""
    return _save(None, None)


@organizing.get("/items/<item>")
def edit_item(item: str) -> str:
    """Show the form of an item."""
    found = agendas.item(asked.part("item"), UNIT)
    return _form(_cells(found), item=found, meeting=_meeting(found))


@organizing.post("/items/<item>")
def update_item(item: str) -> BaseResponse:
    """Save the item."""
    found = agendas.item(asked.part("item"), UNIT)
    return _save(found, _meeting(found))


def _meeting(item: ItemRow) -> MeetingRow | None:
    return meetings.profile(item.meeting, UNIT).meeting if item.meeting else None


def _save(item: ItemRow | None, meeting: MeetingRow | None) -> BaseResponse:
    cells, account = _typed(), current_user.account
    try:
        wanted = _read(cells, item)
        if item is None:
            agendas.add(meeting.key if meeting else None, wanted, account)
        else:
            agendas.change(item.key, wanted, account)
    except Invalid as invalid:
        page = _form(cells, item=item, meeting=meeting, findings=invalid.findings)
        return make_response(page, 422)
    except IsCancelled:
        pass
    return redirect(_back(meeting, "saved"), 303)


def _back(meeting: MeetingRow | None, done: str) -> str:
    if meeting is None:
        return url_for("organizing.backlog", done=done)
    return url_for("meetings.show", key=meeting.key, done=done)


def _typed() -> dict[str, str]:
    cells = typed(request.form, NAMES)
    return cells | {"steps": "|".join(request.form.getlist("steps"))[:20_000]}


def _cells(item: ItemRow) -> dict[str, str]:
    known = catalogue.current(UNIT)
    place = known.places.get(item.place or "")
    return {
        "title": item.title,
        "minutes": str(item.minutes or ""),
        "steps": "|".join(item.steps),
        "place": f"{place.name} [{place.code}]" if place else "",
        "track": item.track or "",
        "organisations": "\n".join(with_names(item.organisations)),
        "owner": "".join(with_names([item.owner] if item.owner else [])),
    }


def _read(cells: Mapping[str, str], item: ItemRow | None) -> ItemWanted:
    """Return the item that the form says; raise Invalid with all that is wrong."""
    known = catalogue.current(UNIT)
    organisations, findings = keys_of(
        "organisations", cells["organisations"], ("organisation",)
    )
    owner, wrong = keys_of("owner", cells["owner"])
    place, astray = _place(cells["place"])
    findings += [*wrong, *astray]
    said: dict[str, Any] = {
        **cells,
        "organisations": organisations,
        "owner": next(iter(owner), ""),
        "place": place,
        "clarifications": item.clarifications if item else (),
    }
    try:
        wanted = meeting_values.read_item(said, known)
    except Invalid as invalid:
        findings += invalid.findings
    else:
        if not findings:
            return wanted
    order = {name: number for number, name in enumerate(NAMES)}
    raise Invalid(sorted(findings, key=lambda one: order.get(one.column or "", 0)))


def _place(text: str) -> tuple[str, list[Finding]]:
    known = catalogue.current(UNIT)
    text = text.strip()
    if not text:
        return "", []
    code = text.rpartition("[")[2].rstrip("]").strip() if text.endswith("]") else text
    if code in known.places or len(text) > asked.LONGEST_QUERY:
        return code[: asked.LONGEST_QUERY], []
    found = places.named(text, known, today())
    exactly = [one for one in found if one.name.casefold() == text.casefold()]
    few = exactly or found
    if len(few) == 1:
        return few[0].code, []
    if not few:
        return "", [Finding(2, "place", "unknown_place", {"value": text[:60]})]
    names = "; ".join(f"{one.name} [{one.code}]" for one in few[:10])
    return "", [Finding(2, "place", "several", {"names": names})]


def _form(
    cells: Mapping[str, str],
    *,
    item: ItemRow | None = None,
    meeting: MeetingRow | None = None,
    findings: list[Finding] | None = None,
) -> str:
    wrong = faults(findings or [])
    return render_template(
        "meetings/item.html",
        meeting=meeting,
        item=item,
        fields=_fields(cells, dict(wrong)),
        faults=wrong,
    )


def _fields(cells: Mapping[str, str], wrong: Mapping[str, str]) -> list[Field]:
    known, language = catalogue.current(UNIT), chosen_language()
    steps = [(one.code, text_in(one.title, language)) for one in known.steps.values()]
    tracks = [(one.code, text_in(one.label, language)) for one in known.tracks.values()]
    chosen = tuple(one for one in cells.get("steps", "").split("|") if one)
    places_offered = tuple(f"{p.name} [{p.code}]" for p in known.places.values())

    def one(name: str, control: str, **more: Any) -> Field:
        return field(name, control, cells, wrong, **more)

    return [
        one("title", "text", is_required=True, longest=200),
        one("minutes", "number"),
        one("steps", "ticks", values=chosen, choices=tuple(steps)),
        one("place", "entry", offered=places_offered, longest=200),
        one("track", "choice", choices=(("", str(words.EVERY_TRACK)), *tracks)),
        one("organisations", "lines", longest=4000),
        one(
            "owner",
            "entry",
            offered=offered_entries(("organisation", "post")),
            longest=300,
        ),
    ]


# In order, away and back


@organizing.post("/items/<item>/shift")
def shift(item: str) -> BaseResponse:
    """Let an item come earlier or later."""
    found = agendas.item(asked.part("item"), UNIT)
    by = {"up": -1, "down": 1}.get(request.form.get("way", ""))
    if by is None or found.meeting is None:
        abort(422)
    _try(lambda: agendas.shift(item, by, current_user.account))
    return redirect(_to_agenda(found.meeting, item), 303)


@organizing.post("/items/<item>/put-off")
def put_off(item: str) -> BaseResponse:
    """Let an item wait in the backlog."""
    found = agendas.item(asked.part("item"), UNIT)
    _try(lambda: agendas.put_off(item, current_user.account))
    return redirect(_to_agenda(found.meeting, "", "backlog"), 303)


@organizing.post("/items/<item>/remove")
def remove_item(item: str) -> BaseResponse:
    """Delete an item."""
    found = agendas.item(asked.part("item"), UNIT)
    _try(lambda: agendas.remove(item, current_user.account))
    return redirect(_to_agenda(found.meeting, "", "gone"), 303)


@organizing.post("/<key>/agenda/take-up")
def take_up(key: str) -> BaseResponse:
    """Put items of the backlog on the agenda."""
    chosen = _chosen()
    _try(lambda: agendas.take_up(chosen, key, current_user.account))
    return redirect(_to_agenda(key, "", "saved"), 303)


@organizing.post("/<key>/agenda/carry-over")
def carry_over(key: str) -> BaseResponse:
    """Move items of this agenda to another meeting's."""
    meetings.profile(asked.part("key"), UNIT)
    chosen = _chosen()
    to = request.form.get("meeting", "")
    if not chosen or not to or asked.is_odd(to):
        return redirect(_to_agenda(key, ""), 303)
    _try(lambda: agendas.carry_over(chosen, to, current_user.account))
    return redirect(url_for("organizing.agenda", key=to, done="saved"), 303)


@organizing.post("/backlog/take-up")
def take_up_from_backlog() -> BaseResponse:
    """Put items of the backlog on the agenda that the form names."""
    chosen = _chosen()
    to = request.form.get("meeting", "")
    if not chosen or not to or asked.is_odd(to):
        return redirect(url_for("organizing.backlog"), 303)
    _try(lambda: agendas.take_up(chosen, to, current_user.account))
    return redirect(url_for("organizing.agenda", key=to, done="saved"), 303)


def _chosen() -> list[str]:
    """Return the keys of the items that were ticked."""
    ticked = request.form.getlist("items")[: meeting_values.MOST_ITEMS]
    return [one for one in ticked if not asked.is_odd(one)]


def _try(verb: Callable[[], None]) -> None:
    """Do it, unless the meeting was cancelled meanwhile: its page says so."""
    try:
        verb()
    except IsCancelled:
        return


def _to_agenda(key: str | None, item: str, done: str | None = None) -> str:
    if key is None:
        return url_for("organizing.backlog", done=done)
    anchor = f"item-{item}" if item else None
    return url_for("organizing.agenda", key=key, done=done, _anchor=anchor)
