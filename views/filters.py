"""How values look to people: numbers, dates, links."""

import re
from datetime import date, datetime

import phonenumbers
from flask import Flask, current_app, request
from flask_babel import format_date, format_decimal, format_time
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from jinja2 import StrictUndefined
from markupsafe import Markup, escape
from sqlalchemy.exc import DBAPIError

from coordinator import catalogue, organisations
from coordinator.access import PUBLIC, Viewer
from coordinator.opening import OSLO
from views.language import chosen_language
from views.viewing import viewer

TIMES = re.compile(r"(?:kl\. )?\d\d?[.:]\d\d(?:–\d\d?[.:]\d\d)?")
SIGNED_IN_MENU = [
    ("networks.index", _l("Nettverk")),
    ("meetings.index", _l("Møter")),
    ("matrix.index", _l("Ansvar")),
    ("records.start", _l("Register")),
]
# Whoever asks where the network is weak begins there, and sees it as a picture.
STATE = ("network.index", _l("Tilstand"))
MAP = ("network.map_page", _l("Nettverk"))
# These belong with the list of networks, all else of that blueprint with the state.
SEEN = {"network.map_page", "network.node"}
MENUS = {
    "unit": [*SIGNED_IN_MENU, ("history.index", _l("Nytt"))],
}


def phone(value: str) -> str:
    """Return a number as it is read: 22 33 11 60, +46 8 123 456 78, 112.

    >>> phone("+4722331160"), phone("02800"), phone("116117")
    ('22 33 11 60', '02800', '116 117')
    """
    if not value.startswith("+"):
        return f"{value[:3]} {value[3:]}" if len(value) == 6 else value
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    style = phonenumbers.PhoneNumberFormat
    is_norwegian = number.country_code == 47
    return phonenumbers.format_number(
        number, style.NATIONAL if is_norwegian else style.INTERNATIONAL
    )


def day(value: date | str) -> str:
    """Return a day in words, in the reader's language: 23. november 2026.

    Of a moment, the day that it is in Oslo.
    """
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(OSLO).date()
    style = "d MMMM y" if chosen_language() == "en" else "d. MMMM y"
    return str(format_date(value, style))


def number(value: int) -> str:
    """Return a count as it is read, thousands parted: 5 393."""
    return str(format_decimal(value))


def weekday(value: date) -> str:
    """Return a day with its weekday first: Mandag 23. november 2026."""
    name = str(format_date(value, "EEEE"))
    return f"{name[:1].upper()}{name[1:]} {day(value)}"


def clock(when: datetime) -> str:
    """Return the time of day in Oslo as it is written: 15.30, in English 15:30."""
    style = "HH:mm" if chosen_language() == "en" else "HH.mm"
    return str(format_time(when.astimezone(OSLO), style, rebase=False))


def unbroken(text: str) -> Markup:
    """Return the text as HTML, in which no line ends within a time: kl. 10.00–11.30.

    >>> unbroken("onsdag kl. 9.00–10.00 & så")
    Markup('onsdag <span style="white-space:nowrap">kl. 9.00–10.00</span> &amp; så')
    """
    nowrap = r'<span style="white-space:nowrap">\g<0></span>'
    return Markup(TIMES.sub(nowrap, str(escape(text))))


def _main_menu() -> list[tuple[str, str, bool]]:
    """Return endpoint, words, and whether this page belongs below it."""
    here = _part_of(request.endpoint or "").replace("organizing", "meetings")
    items = [
        ("guide.ask", _("Finn ansvarlig")),
        ("steps.journey", _("Forløpet")),
        ("organisations.index", _("Instanser")),
        ("rights.index", _("Rettigheter")),
        ("chapters.index", _("Veileder")),
        ("search.index", _("Søk")),
    ]
    if reader := _viewer():
        items += MENUS.get(reader.name, SIGNED_IN_MENU)
        if reader.name in ("unit", "agency"):
            items = [MAP if item[0] == "networks.index" else item for item in items]
            items.insert(0, STATE)
    return [(to, str(words), _part_of(to) == here) for to, words in items]


def _part_of(endpoint: str) -> str:
    return "networks" if endpoint in SEEN else endpoint.partition(".")[0]


def _viewer() -> Viewer | None:
    """Return the viewer who is signed in; None for the public."""
    try:
        found = viewer()
    except DBAPIError:
        # The page is about to say that the database does not answer.
        return None
    return None if found == PUBLIC else found


def _signed_in() -> str:
    """Return as what one is signed in, empty for the public; never who one is.

    Pages are kept for all who see the same.
    """
    found = _viewer()
    if found is None:
        return ""
    if found.name == "unit":
        name: str = current_app.config["SETTINGS"].unit.name
        return name or str(_("Enheten"))
    if found.own:
        return organisations.name(found.own, found)
    return str(_("Innlogget"))


def _footer_menu() -> list[tuple[str, str]]:
    return [
        ("about.easy", _("Lettlest")),
        ("checklist.index", _("Sjekkliste")),
        ("about.the_unit", _("Om enheten")),
        ("sources.index", _("Kilder")),
        ("about.traces", _("Slett spor")),
        ("about.accessibility", _("Tilgjengelighet")),
        ("account.show", _("Min konto"))
        if _viewer()
        else ("account.show_sign_in", _("Logg inn")),
    ]


def is_demo() -> bool:
    """Return whether the fictional network is loaded."""
    try:
        return "demo" in catalogue.current(PUBLIC).sources
    except DBAPIError:
        # The page is about to say that the database does not answer.
        return False


def init_app(app: Flask) -> None:
    """Make them known to templates."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["language"] = chosen_language
    app.jinja_env.globals["main_menu"] = _main_menu
    app.jinja_env.globals["signed_in"] = _signed_in
    app.jinja_env.globals["footer_menu"] = _footer_menu
    app.jinja_env.globals["is_demo"] = is_demo
    app.jinja_env.filters |= {
        "phone": phone,
        "day": day,
        "number": number,
        "weekday": weekday,
        "clock": clock,
        "unbroken": unbroken,
    }
