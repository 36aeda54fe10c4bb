"""How one who acts is shown: name, lines, opening, status and freshness, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import quote

from babel.dates import format_date
from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from coordinator.catalogue import Catalogue
from coordinator.freshness import CONFIRM_AFTER, DUE_SOON, is_stale
from coordinator.opening import OSLO
from coordinator.resolution import Actor, Point
from models import text_in
from views import wording
from views.filters import clock, day, phone
from views.hours import in_words
from views.language import chosen_language


class Opening(NamedTuple):
    """Whether a door is open: a state, the words, and until or from when."""

    state: str
    words: str
    until: str


class Freshness(NamedTuple):
    """How fresh a claim is: fresh, due, overdue or never, and the words."""

    state: str
    words: str


class Line(NamedTuple):
    """A way to reach someone: its address, how it is read, and whether it is open.

    `hours` are for paper, which does not know what time it is. 112 has no freshness:
    nobody shall doubt it.
    """

    channel: str
    href: str
    text: str
    opening: Opening
    note: str
    freshness: Freshness | None = None
    hours: str = ""

    @property
    def is_call(self) -> bool:
        """Whether it is called."""
        return self.channel == "phone"


EMERGENCY = "emergency"


@dataclass(frozen=True)
class Card:
    """One who acts, as pages show it. `href` is its own page, if it has one."""

    name: str
    organisation: str
    detail: str
    status: str
    status_words: str
    freshness: Freshness
    line: Line | None
    lines: tuple[Line, ...]
    reasons: tuple[str, ...]
    is_fallback: bool
    has_status: bool
    identity: tuple[str, ...]
    rule_place: str
    serves: str


def card(actor: Actor, known: Catalogue, language: str, on: date, at: datetime) -> Card:
    """Return how the actor is shown at this moment."""
    organisation = actor.organisation
    prefix, _colon, kind = actor.via.partition(":")
    if organisation:
        name = organisation.name
    elif prefix == "kind":
        name = kind_label(kind, known, language)
    else:
        name = actor.via
    people = [
        actor.post.title if actor.post else "",
        actor.person.name if actor.person else "",
    ]
    return Card(
        name=name,
        organisation=organisation.key if organisation else "",
        detail=", ".join(filter(None, people)),
        status=actor.status,
        status_words=str(wording.STATUSES[actor.status]),
        freshness=freshness(actor.confirmed, on),
        line=line_to(actor, at),
        lines=lines_to(actor, at),
        reasons=tuple(str(wording.REASONS[reason]) for reason in actor.reasons),
        is_fallback=actor.fallback,
        has_status=bool(organisation) and _kind_of(actor) != EMERGENCY,
        identity=actor.identity,
        rule_place=known.places[actor.place].name if actor.place else "",
        serves=(known.places[actor.serves_place].name if actor.serves_place else ""),
    )


def kind_label(code: str, known: Catalogue, language: str) -> str:
    """Return what a kind of organisation is called, or its code if it is gone."""
    kind = known.kinds.get(code)
    return text_in(kind.label, language) if kind else code


def _kind_of(actor: Actor) -> str:
    return actor.organisation.kind if actor.organisation else ""


def line_to(actor: Actor, at: datetime) -> Line | None:
    """Return how the line to call is shown at this moment, if there is one."""
    return _line(actor.line, at, _kind_of(actor)) if actor.line else None


def lines_to(actor: Actor, at: datetime) -> tuple[Line, ...]:
    """Return how all the actor's points are shown, in their order."""
    return lines(actor.contact_points, at, _kind_of(actor))


def _line(point: Point, at: datetime, kind: str) -> Line:
    text, href = point.value, ""
    match point.channel:
        case "phone":
            text, href = phone(point.value), f"tel:{quote(point.value, safe='+')}"
        case "email":
            href = f"mailto:{quote(point.value, safe='@')}"
        case "web":
            href = point.value
    fresh = None
    if kind != EMERGENCY:
        fresh = freshness(point.confirmed, at.astimezone(OSLO).date())
    told = opening(point, at)
    hours = in_words(point.hours)
    return Line(point.channel, href, text, told, point.note, fresh, hours)


def lines(points: Iterable[Point], at: datetime, kind: str) -> tuple[Line, ...]:
    """Return how points of an organisation of the kind are shown, in their order."""
    return tuple(_line(point, at, kind) for point in points)


def opening(point: Point, at: datetime) -> Opening:
    """Return whether the point is open, always with until or from when.

    The state is open, closed or unknown.
    """
    if point.open_now is None:
        if point.hours:
            return Opening("unknown", _("Vi vet ikke om det er åpent"), "")
        return Opening("unknown", _("Åpningstid ikke oppgitt"), "")
    if point.open_now:
        if point.changes_at is None:
            return Opening("open", _("Døgnåpent"), "")
        when = moment(point.changes_at, at)
        return Opening("open", _("Åpent nå"), _("stenger %(when)s", when=when))
    if point.changes_at is None:
        return Opening("closed", _("Stengt"), "")
    when = moment(point.changes_at, at)
    return Opening("closed", _("Stengt"), _("åpner %(when)s", when=when))


def moment(when: datetime, at: datetime) -> str:
    """Return a moment as people say it: 15.30, i morgen 08.00, mandag 08.00.

    Only the time on the same day; the date when it is a week off or more.
    """
    here, now = when.astimezone(OSLO), at.astimezone(OSLO)
    locale = get_locale() or "nb"
    time = clock(here)
    days = (here.date() - now.date()).days
    if days == 0:
        return time
    if days == 1:
        return str(_("i morgen %(time)s", time=time))
    if days < 7:
        weekday = format_date(here.date(), "EEEE", locale=locale)
        return f"{weekday} {time}"
    style = "d MMMM" if str(locale) == "en" else "d. MMMM"
    return f"{format_date(here.date(), style, locale=locale)} {time}"


def freshness(confirmed: date | None, on: date) -> Freshness:
    """Return how fresh a confirmation is on that day, in words."""
    if confirmed is None:
        return Freshness("never", _("Ikke bekreftet"))
    if is_stale(confirmed, on):
        return Freshness(
            "overdue", _("Ikke bekreftet siden %(day)s", day=day(confirmed))
        )
    due = confirmed + CONFIRM_AFTER
    if due - on <= DUE_SOON:
        return Freshness("due", _("Skal bekreftes innen %(day)s", day=day(due)))
    return Freshness("fresh", _("Bekreftet %(day)s", day=day(confirmed)))


def checked(last: date | None, following: date | None, on: date) -> Freshness:
    """Return how fresh the check of a source is on that day, in words."""
    if following is not None and following < on:
        return Freshness(
            "overdue", _("Skulle vært kontrollert innen %(day)s", day=day(following))
        )
    if following is not None and following - on <= DUE_SOON:
        return Freshness(
            "due", _("Skal kontrolleres innen %(day)s", day=day(following))
        )
    if last is None:
        return Freshness("never", _("Ikke kontrollert"))
    return Freshness("fresh", _("Kontrollert %(day)s", day=day(last)))


def unit() -> tuple[str, list[tuple[str, str]]]:
    """Return the unit's name and its lines, each an address and how it is read."""
    said = current_app.config["SETTINGS"].unit
    found = []
    if said.phone:
        found.append((f"tel:{said.phone}", phone(said.phone)))
    if said.email:
        found.append((f"mailto:{quote(said.email, safe='@')}", said.email))
    return said.name, found


def urgent(known: Catalogue) -> str:
    """Return what to do when someone is in danger, in the reader's language."""
    return text_in(known.overrides.get("danger"), chosen_language())
