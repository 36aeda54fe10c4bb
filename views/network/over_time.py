"""As of a day: how many weak spots there were or will be, and what differs."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import make_response, render_template
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue, picture_differences, questions, state
from coordinator.questions import COMPARED_OVER_TIME
from coordinator.state import ROWS
from views import asked
from views.language import chosen_language
from views.network import changes, differing
from views.network.blueprint import bp
from views.network.words import FAULTS
from views.network.words import ROWS as ROW_WORDS
from views.viewing import viewer

# How far the slider goes, in days before and after today.
BACK, AHEAD = 365, 365


class Day(NamedTuple):
    """A day as it was typed, and which one that is; None where it is none."""

    typed: str
    day: date | None
    fault: str = ""


@bp.get("/as-of")
def as_of() -> BaseResponse:
    """Show the network on a day, and what differs from another, today if not said."""
    on, compare = _day("on"), _day("compare")
    faults = [
        (name, one.fault)
        for name, one in (("on", on), ("compare", compare))
        if one.fault
    ]
    today = questions.today()
    known, language = catalogue.current(viewer()), chosen_language()
    second = compare.day or today
    groups, counts, picture = [], [], None
    if on.day and not faults:
        changed = questions.as_of(on.day, second, viewer())
        groups = changes.grouped(changed, known, language)
        counts = _counts(on.day, second)
        if differing.is_at_hand():
            found = picture_differences.between(on.day, second, viewer())
            picture = differing.told(found)
    page = render_template(
        "network/as_of.html",
        on=on,
        compare=compare,
        second=second,
        today=today,
        faults=faults,
        by_field=dict(faults),
        groups=groups,
        counts=counts,
        picture=picture,
        slider=(-BACK, AHEAD, ((on.day or today) - today).days),
        first=today - timedelta(days=BACK),
        last=today + timedelta(days=AHEAD),
    )
    return make_response(page, 422 if faults else 200)


def _day(name: str) -> Day:
    try:
        day = asked.day(name)
    except asked.BadParameter as bad:
        return Day(bad.value, None, str(FAULTS[name, "bad_date"]))
    return Day(day.isoformat() if day else "", day)


def _counts(on: date, compare: date) -> list[tuple[Any, int, int]]:
    """Return what each row is called, and how many it counts on either day."""
    before = questions.ask_each(viewer(), on, COMPARED_OVER_TIME)
    after = questions.ask_each(viewer(), compare, COMPARED_OVER_TIME)
    counts = [
        (
            ROW_WORDS[kind.code][0],
            *(len(state.rows_of(kind, one[kind.question])) for one in (before, after)),
        )
        for kind in ROWS
    ]
    return [one for one in counts if any(one[1:])]
