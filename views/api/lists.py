"""The lists of records, each with the columns of its exchange file, and of steps."""

from datetime import date, datetime
from typing import Any

from flask import Response, jsonify, request, url_for

from coordinator import catalogue, meetings, records
from coordinator.catalogue import StepRow
from coordinator.columns import KINDS
from coordinator.wall_times import iso
from models import fold, text_in
from views import asked
from views.api.blueprint import bp
from views.api.schemas import LIST_SCHEMAS
from views.viewing import viewer

LONGEST_AFTER = 600
PASSED_ON = ("q", "limit", "lang")


def _page(name: str) -> Response:
    query, after = asked.text("q"), asked.text("after", LONGEST_AFTER)
    asked.language()
    page = records.page(
        KINDS[name], viewer(), query=query, after=after, limit=asked.limit()
    )
    rows = [_jsonable(row) for row in page.rows]
    return _answer(_with_uid(rows) if name == "meetings" else rows, page.next)


def _with_uid(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add what calendars know a meeting by to the columns of its file."""
    keys = [row["key"] for row in rows]
    found = {one.key: one for one in meetings.listed(viewer(), keys=keys)}
    return [
        {
            **row,
            "id": row["key"],
            "uid": found[row["key"]].uid,
            "sequence": found[row["key"]].sequence,
            "status": found[row["key"]].status,
        }
        for row in rows
    ]


def _answer(results: list[dict[str, Any]], after: str | None) -> Response:
    following = None
    if after is not None:
        # Only these: url_for would take `_scheme` and its like for orders.
        asked_for: dict[str, Any] = {
            name: request.args[name] for name in PASSED_ON if name in request.args
        }
        following = url_for(request.endpoint or "", after=after, **asked_for)
    return jsonify(results=results, next=following)


def _jsonable(row: records.Values) -> dict[str, Any]:
    return {
        name: iso(value)
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else list(value)
        if isinstance(value, tuple)
        else value
        for name, value in row.items()
    }


def _add_route(name: str) -> None:
    endpoint = name.replace("-", "_")

    def show() -> Response:
        return _page(name)

    show.__name__ = endpoint
    show = bp.doc(operation_id=f"list_{endpoint}", summary=f"List {name}")(show)
    show = bp.output(LIST_SCHEMAS[name])(show)
    bp.get(f"/{name}", endpoint=endpoint)(show)


for _name in (name for name in LIST_SCHEMAS if name != "steps"):
    _add_route(_name)


@bp.get("/steps")
@bp.output(LIST_SCHEMAS["steps"])
@bp.doc(operation_id="list_steps", summary="List steps")
def steps() -> Response:
    """Return the steps by code; `q` looks in code and title."""
    language, limit = asked.language(), asked.limit()
    query, after = fold(asked.text("q")), asked.text("after", LONGEST_AFTER)
    found = [
        step
        for code, step in sorted(catalogue.current(viewer()).steps.items())
        if code > after and query in fold(code, *step.title.values())
    ]
    shown = found[:limit]
    following = shown[-1].code if len(found) > limit else None
    return _answer([_step(step, language) for step in shown], following)


def _step(step: StepRow, language: str) -> dict[str, Any]:
    return {
        "code": step.code,
        "title": text_in(step.title, language),
        "summary": text_in(step.summary, language) or None,
        "process": step.process,
        "phase": step.phase,
        "pillar": step.pillar,
        "order": step.order,
        "tracks": list(step.tracks),
        "parallel": step.parallel,
        "rights": list(step.rights),
        "fallback": list(step.fallback),
        "appeal": list(step.appeal),
    }
