"""How it goes: the state's rows and the contacts' freshness, month by month."""

import io
from datetime import date
from typing import Any

from flask import Response, render_template, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from coordinator import spreadsheets, state, trends
from coordinator.access import UNIT
from coordinator.trends import PERIODS, URGENT, USUAL_PERIOD, Trend
from views import asked, charts, kept
from views.charts import Chart, Drawing, Line
from views.filters import number
from views.network.blueprint import bp
from views.network.words import FRESHNESS, ROWS, SEVERITIES

# Each kind of finding is drawn with those as grave: few lines in each picture.
_CHARTS = ("urgent", "follow_up", "information")
# Where the mark stands in the key of a line.
KEY_AT = (20, 8)


@bp.get("/trends")
def trends_over_time() -> Response:
    """Show how many weak spots there were, and how fresh the contacts, by month."""
    return kept.page(_render)


def _render() -> bytes:
    asked.language()
    period = _period()
    found = _charts(period)
    return render_template(
        "network/trends.html",
        period=period,
        periods=[
            (one, ngettext("%(num)s måned", "%(num)s måneder", one), _address(one))
            for one in PERIODS
        ],
        charts=[_shown(chart, trend) for chart, trend in found],
        file=url_for("network.trends_file", period=period),
    ).encode()


def _period() -> int:
    return int(asked.choice("period", [str(one) for one in PERIODS]) or USUAL_PERIOD)


def _address(period: int) -> str:
    return url_for("network.trends_over_time", period=period)


def _charts(period: int) -> list[tuple[Chart, Trend]]:
    """Return each chart of the page, and what it is made of."""
    found = state.of_network(UNIT)
    counted = trends.of_findings(found, period)
    fresh = trends.of_freshness(found.on, period)
    by_gravity = {
        severity: [kind.code for kind in state.ROWS if kind.severity == severity]
        for severity in _CHARTS
    }
    lines = {
        "urgent": [URGENT, *by_gravity["urgent"]],
        "follow_up": by_gravity["follow_up"],
        "information": [*by_gravity["information"], state.ACCEPTED],
    }
    titles = {"urgent": _("Det som haster")} | {
        code: SEVERITIES[code][0] for code in ("follow_up", "information")
    }
    charts_of_findings = [
        Chart(
            severity,
            str(titles[severity]),
            counted.days,
            tuple(Line(one, _label(one), counted.series[one]) for one in codes),
        )
        for severity, codes in lines.items()
    ]
    return [
        *((chart, counted) for chart in charts_of_findings),
        (_freshness(fresh), fresh),
    ]


def _label(code: str) -> str:
    return str(_("Haster, til sammen") if code == URGENT else ROWS[code][0])


def _freshness(fresh: Trend) -> Chart:
    codes = list(fresh.series)
    shares = [
        (None,) * len(codes) if None in values else trends.shares(values)
        for values in zip(*fresh.series.values(), strict=True)
    ]
    return Chart(
        "freshness",
        str(_("Hvor ferske kontaktene er")),
        fresh.days,
        tuple(
            Line(code, str(FRESHNESS[code]), tuple(day[at] for day in shares))
            for at, code in enumerate(codes)
        ),
        unit=" %",
        top=100,
    )


def _shown(chart: Chart, trend: Trend) -> dict[str, Any]:
    labels = [_day(day) for day in chart.days[:-1]] + [(str(_("i dag")), "")]
    first = trend.first_known
    return {
        "chart": chart,
        "drawings": _drawings(chart, labels) if trend.is_measured else [],
        "legend": [
            (
                line.label,
                style,
                charts.mark(style, *KEY_AT),
                _number(line.values[-1], chart.unit),
            )
            for style, line in enumerate(chart.lines)
        ],
        "told": " ".join(_told(line, chart, first) for line in chart.lines)
        if first
        else "",
        "begins": first if first not in (None, chart.days[0]) else None,
        "is_measured": trend.is_measured,
        "rows": [
            (_named(day, chart.days[-1]), [_number(v, chart.unit) for v in values])
            for day, values in chart.rows
        ],
    }


def _drawings(chart: Chart, labels: charts.Labels) -> list[tuple[str, Drawing]]:
    """Return the picture for wide windows and paper, and the one for phones."""
    return [
        (name, charts.drawn(chart, labels, size))
        for name, size in (("wide", charts.WIDE), ("narrow", charts.NARROW))
    ]


def _day(day: date) -> tuple[str, str]:
    return str(format_date(day, "MMM")), str(day.year)


def _named(day: date, today: date) -> str:
    return str(_("I dag") if day == today else format_date(day, "d. MMMM y"))


def _number(value: int | None, unit: str) -> str:
    return "–" if value is None else f"{number(value)}{unit.replace(' ', chr(160))}"


def _told(line: Line, chart: Chart, first: date | None) -> str:
    """Return in a sentence from what to what a line goes."""
    known = [value for value in line.values if value is not None]
    if first is None or not known:
        return ""
    return str(
        _(
            "%(what)s: %(then)s %(day)s, %(now)s i dag.",
            what=line.label,
            then=_number(known[0], chart.unit),
            day=format_date(first, "d. MMMM y"),
            now=_number(known[-1], chart.unit),
        )
    )


@bp.get("/trends.csv")
def trends_file() -> Response:
    """Return the numbers of all charts as a file, day by day, the oldest first."""
    found = [chart for chart, _trend in _charts(_period())]
    lines = [(chart, line) for chart in found for line in chart.lines]
    header = [_("Dag"), *(f"{line.label}{chart.unit}" for chart, line in lines)]
    rows = [
        [day.isoformat(), *(_cell(line.values[at]) for _chart, line in lines)]
        for at, day in enumerate(found[0].days)
    ]
    file = io.StringIO()
    file.write("\ufeff")  # by it spreadsheet programs know the letters
    spreadsheets.write(file, list(map(str, header)), rows)
    response = Response(file.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=trends.csv"
    return response


def _cell(value: int | None) -> str:
    return "" if value is None else str(value)
