"""The state of the network, the unit's home; an agency's own weak spots."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import Response, render_template, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from coordinator import catalogue, questions, state
from coordinator.access import UNIT
from coordinator.catalogue import Catalogue
from coordinator.state import ACCEPTED, ROWS, Standing, State
from views import asked, kept
from views.filters import number
from views.network import coverage
from views.network.blueprint import bp
from views.network.lists import PARTS
from views.network.telling import Link, Telling
from views.network.words import QUESTIONS, SEVERITIES
from views.network.words import ROWS as ROW_WORDS
from views.viewing import viewer

# So many rows stand on a phone before one asks for the rest.
SHOWN_ON_PHONES = 6
MOST_TOLD = 20


class Sparkline(NamedTuple):
    """A line through counts, in a box of 64 by 20, and where it ends."""

    points: str
    x: float
    y: float


@bp.get("")
def index() -> Response:
    """Show the state of the network to the unit, and to an agency what is about it."""
    return kept.page(_render_state if viewer() == UNIT else _render_own)


def _render_state() -> bytes:
    known, language = catalogue.current(viewer()), asked.language()
    found = state.of_network(viewer())
    telling = Telling(
        (one for row in found.rows for one in row.examples), viewer(), known, language
    )
    month = _month(found.months[-1]) if found.months else ""
    rows = [_row(row, telling, month) for row in found.rows]
    return render_template(
        "network/state.html",
        on=found.on,
        reckoned_at=found.reckoned_at,
        is_current=found.is_current,
        urgent=found.urgent,
        open=found.open,
        change=_change_of_all(found, month),
        month=month,
        rows=rows,
        shown_on_phones=SHOWN_ON_PHONES,
        more=max(0, len(rows) - SHOWN_ON_PHONES),
        estimates=[
            (question, QUESTIONS[question][0]) for question in ("silos", "brokers")
        ],
        **coverage.of_counties(known, language),
    ).encode()


def _row(row: Standing, telling: Telling, month: str) -> dict[str, Any]:
    title, why = ROW_WORDS[row.code]
    href, mend = address_of(row.code), telling.mend(row.examples[0])
    if row.code == ACCEPTED:
        mend = Link(_("Se begrunnelser"), href)
    words, tone, icon = _change(row, month)
    return {
        "code": row.code,
        "severity": row.severity,
        "graveness": SEVERITIES[row.severity],
        "title": title,
        "href": href,
        "example": telling.example(row.examples),
        "why": why,
        "count": row.count,
        "sparkline": sparkline((*row.before, row.count)),
        "change": words,
        "tone": tone,
        "arrow": icon,
        "mend": mend,
    }


def address_of(row: str) -> str:
    """Return the address of the findings that a row of the state counts."""
    if row == ACCEPTED:
        return url_for("network.accepted")
    kind = next(kind for kind in ROWS if kind.code == row)
    part = row if row in PARTS else None
    return url_for("network.ask", question=kind.question, reason=part)


def _change(row: Standing, month: str) -> tuple[str, str, str]:
    """Return how it goes since last month: words, tone, and the arrow's icon."""
    more = row.since_last_month
    if more is None:
        return _("ingen måling i %(month)s ennå", month=month), "", ""
    if not more:
        return _("uendret"), "same", "same"
    if more < 0:
        return (
            ngettext("%(count)s færre", "%(count)s færre", -more, count=number(-more)),
            "better",
            "down",
        )
    return (
        ngettext("%(count)s flere", "%(count)s flere", more, count=number(more)),
        "worse",
        "up",
    )


def _change_of_all(found: State, month: str) -> str:
    more = found.since_last_month
    if more is None:
        return ""
    if not more:
        return str(_("like mange som i %(month)s", month=month))
    if more < 0:
        return str(
            _("%(count)s færre enn i %(month)s", count=number(-more), month=month)
        )
    return str(_("%(count)s flere enn i %(month)s", count=number(more), month=month))


def _month(day: date) -> str:
    return str(format_date(day, "MMMM"))


def sparkline(counts: Sequence[int | None]) -> Sparkline | None:
    """Return the line through the counts there are; None where there is but one.

    >>> sparkline([None, 4, 2]).points
    '32.0,3.0 60.0,17.0'
    """
    known = [(at, count) for at, count in enumerate(counts) if count is not None]
    if len(known) < 2:
        return None
    low, high = min(c for _at, c in known), max(c for _at, c in known)
    steps = len(counts) - 1
    dots = [
        (
            round(4 + 56 * at / steps, 1),
            round(17 - 14 * (count - low) / (high - low), 1) if high > low else 10.0,
        )
        for at, count in known
    ]
    points = " ".join(f"{x},{y}" for x, y in dots)
    return Sparkline(points, *dots[-1])


# An agency's own


def _render_own() -> bytes:
    known, language = catalogue.current(viewer()), asked.language()
    return render_template(
        "network/own.html",
        on=questions.today(),
        parts=own_findings(known, language),
    ).encode()


def own_findings(
    known: Catalogue, language: str, about: frozenset[str] | None = None
) -> list[dict[str, Any]]:
    """Return what is found about an agency, question by question, to be told.

    `about` are keys; a finding that names none of them is left out.
    """
    asked_each = questions.ask_each(viewer(), only=state.COUNTED)
    by_row = {
        kind: [
            one
            for one in state.rows_of(kind, asked_each[kind.question])
            if about is None
            or about.intersection((*one.organisations, *one.posts, *one.persons))
        ]
        for kind in ROWS
    }
    told = [one for found in by_row.values() for one in found[:MOST_TOLD]]
    telling = Telling(told, viewer(), known, language)
    return [
        {
            "code": kind.code,
            "graveness": SEVERITIES[kind.severity],
            "severity": kind.severity,
            "title": ROW_WORDS[kind.code][0],
            "why": ROW_WORDS[kind.code][1],
            "href": address_of(kind.code),
            "count": len(found),
            "findings": [
                (telling.sentence(one), telling.mend(one)) for one in found[:MOST_TOLD]
            ],
            "more": max(0, len(found) - MOST_TOLD),
        }
        for kind, found in by_row.items()
        if found
    ]
