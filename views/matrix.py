"""The responsibility matrix: who has which role in a step; seen, printed, edited."""

import io
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import Response, abort, make_response, redirect, render_template, url_for
from flask import request as asked_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue, matrix, registers
from coordinator.catalogue import Catalogue
from coordinator.columns import KINDS
from coordinator.editing import Invalid
from coordinator.errors import NotFound
from coordinator.facts import Rule
from coordinator.late import Late
from coordinator.matrix import BY_KIND, BY_ORGANISATION, CellChanged, Held, Row
from coordinator.reference import WHOLE_COUNTRY
from models import ROLES, STATUSES, text_in
from views import asked, places, records, wording
from views.cards import kind_label
from views.language import chosen_language
from views.viewing import viewer
from views.wording import problem

openpyxl, styles = Late("openpyxl"), Late("openpyxl.styles")

bp = APIBlueprint("matrix", __name__, url_prefix="/matrix", enable_openapi=False)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# In the order of the legend, and of the letters in a cell.
LEGEND = ("R", "A", "C", "I")
GIVEN = ("place", "track", "by", "only")
# On paper, more columns than these have no room for their names.
MOST_NAMED_ON_PAPER = 12


class _Shown:
    """What the address asks for, and the matrix of it."""

    def __init__(self) -> None:
        self.known = catalogue.current(viewer())
        self.language = chosen_language()
        text = asked.text("place")
        self.place = places.code_of(text, self.known) if text else WHOLE_COUNTRY
        self.track = asked.text("track") or None
        self.by = asked.choice("by", (BY_KIND, BY_ORGANISATION)) or BY_KIND
        self.only = asked.choice("only", ("failing",))
        self.matrix = matrix.read(self.place, self.track, self.by, viewer(), self.known)

    @cached_property
    def cells(self) -> str:
        """The address of a cell, but for whose it is."""
        place, track, by = self.place, self.track, self.by
        return url_for("matrix.edit", place=place, track=track, by=by)

    def name(self, holder: str) -> str:
        return _holder(holder, self.known, self.language, self.matrix.names)


def _holder(holder: str, known: Catalogue, language: str, names: dict[str, str]) -> str:
    if holder.startswith("kind:"):
        return kind_label(holder[5:], known, language)
    return names.get(holder, holder)


@bp.get("")
def index() -> str:
    """Show the matrix; place, track, by and only in the address narrow it."""
    shown = _Shown()
    known, language, found = shown.known, shown.language, shown.matrix
    rows = [row for row in found.rows if row.failing or not shown.only]
    columns = [(one, shown.name(one)) for one in found.columns]
    may_edit = current_user.account.role == "unit"
    given = asked.given("place", "track", "by")
    only = {} if shown.only else {"only": "failing"}
    return render_template(
        "matrix/index.html",
        legend=_legend(),
        columns=columns,
        has_waiting=_has_waiting(rows),
        is_wide=len(columns) > MOST_NAMED_ON_PAPER,
        groups=[
            (title, [_shown_row(row, columns, shown) for row in some])
            for title, some in _by_phase(rows, known, language)
        ],
        steps=len(rows),
        failing=found.failing,
        places=places.offered(known),
        place=places.where(known, known.places[shown.place]),
        place_code=shown.place,
        tracks=[(t.code, text_in(t.label, language)) for t in known.tracks.values()],
        track=shown.track or "",
        track_name=_track_name(shown.track, known, language),
        by=shown.by,
        only=shown.only,
        turn_only=url_for("matrix.index", **given | only),  # type: ignore[arg-type]
        workbook=url_for("matrix.workbook", **asked.given(*GIVEN)),  # type: ignore[arg-type]
        may_edit=may_edit,
        new=url_for("records.new", register="responsibilities", place=shown.place),
        done=records.done(),
    )


def _has_waiting(rows: list[Row]) -> bool:
    """Return whether something that is set here does not apply."""
    return any(
        not held.applies for row in rows for cell in row.cells.values() for held in cell
    )


def _track_name(track: str | None, known: Catalogue, language: str) -> str:
    return text_in(known.tracks[track].label, language) if track else ""


def _legend() -> list[tuple[str, str, str]]:
    return [
        (role, str(wording.LETTERS[role]), str(wording.ROLES[role])) for role in LEGEND
    ]


def _by_phase(
    rows: list[Row], known: Catalogue, language: str
) -> list[tuple[str, list[Row]]]:
    """Return the rows under the title of their phase, else of their process."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        phase = known.phases.get(row.step.phase or "")
        title = phase or known.processes[row.step.process].title
        found.setdefault(text_in(title, language), []).append(row)
    return list(found.items())


def _shown_row(
    row: Row, columns: list[tuple[str, str]], shown: _Shown
) -> dict[str, Any]:
    wrong = {holder for holders in row.failing.values() for holder in holders}
    title = text_in(row.step.title, shown.language)
    return {
        "code": row.step.code,
        "title": title,
        "status": (row.status, wording.STATUSES[row.status]),
        "checks": [wording.CHECKS[check] for check in row.failing],
        "cells": [
            {
                "holder": holder,
                "letters": [
                    (held.role, wording.LETTERS[held.role], held.applies)
                    for held in row.cells.get(holder, ())
                ],
                "own": "".join(row.own.get(holder, {})),
                "seen": _seen(row.own.get(holder, {})),
                "said": _said(title, name, row, holder),
                "is_wrong": holder in wrong,
                "edit": _cell_address(row.step.code, holder, shown),
            }
            for holder, name in columns
        ],
    }


def _said(title: str, name: str, row: Row, holder: str) -> str:
    """Return a cell as it is read aloud: step, who, and the roles in words."""
    roles = [_role(held) for held in row.cells.get(holder, ())]
    words = ", ".join(roles) if roles else str(_("ingen rolle"))
    wrong = [
        str(wording.CHECKS[check][0])
        for check, where in row.failing.items()
        if holder in where
    ]
    return f"{title}, {name}: {'. '.join([words, *wrong])}"


def _role(held: Held) -> str:
    words = str(wording.ROLES[held.role]).lower()
    return words if held.applies else str(_("%(role)s, gjelder ikke ennå", role=words))


def _seen(own: dict[str, str]) -> str:
    """Return what is set in a cell, as its form sends it back."""
    return " ".join(f"{role}:{status}" for role, status in own.items())


def _cell_address(step: str, holder: str, shown: _Shown) -> str:
    # Built once for a matrix of a thousand cells: building each took most of its time.
    return f"{shown.cells}&{urlencode({'step': step, 'holder': holder})}"


# One cell


@bp.get("/cell")
def edit() -> str:
    """Ask which roles the holder has in the step here."""
    return _form(*_cell(asked_for.args))


def _cell(given: Any) -> tuple[str, str, str, str | None]:
    """Return step, holder, place and track of the cell; raise NotFound."""
    known = catalogue.current(viewer())
    texts = {name: given.get(name, "") for name in ("step", "holder", "place", "track")}
    if any(map(asked.is_odd, texts.values())):
        abort(404)
    step, place = known.step(texts["step"]), known.place(texts["place"])
    track = known.track(texts["track"]).code if texts["track"] else None
    holder = texts["holder"]
    if holder.startswith("kind:") and holder[5:] not in known.kinds:
        raise NotFound("organisation", holder)
    return step.code, holder, place.code, track


def _form(
    step: str,
    holder: str,
    place: str,
    track: str | None,
    *,
    faults: list[str] | None = None,
    changed: bool = False,
    chosen: list[str] | None = None,
) -> str:
    known, language = catalogue.current(viewer()), chosen_language()
    own = matrix.own_roles(step, holder, place, track, viewer())
    by = BY_KIND if holder.startswith("kind:") else BY_ORGANISATION
    rules = matrix.behind(step, holder, place, track, viewer(), known)
    names = registers.names([holder, *(rule.holder for rule in rules)], viewer())
    return render_template(
        "matrix/cell.html",
        step=(step, text_in(known.steps[step].title, language)),
        holder=(holder, _holder(holder, known, language, names)),
        place=(place, known.places[place].name),
        track=(track or "", _track_name(track, known, language)),
        roles=[
            (
                role,
                wording.LETTERS[role],
                wording.ROLES[role],
                role in (chosen if chosen is not None else own),
            )
            for role in LEGEND
        ],
        inherited=_inherited(rules, known, language, names),
        statuses=[
            (status, wording.STATUSES[status])
            for status in STATUSES
            if status != "agreed"
        ],
        sources=[
            (key, text_in(source.title, language))
            for key, source in known.sources.items()
        ],
        seen=_seen(own),
        faults=faults or [],
        changed=changed,
        back=url_for("matrix.index", place=place, track=track, by=by),
    )


def _inherited(
    rules: list[Rule], known: Catalogue, language: str, names: dict[str, str]
) -> list[tuple[str, str]]:
    """Return each rule in words, and where it is edited."""
    kind = KINDS["responsibilities"]
    addresses = registers.addresses(kind, [rule.key for rule in rules])
    found = []
    for rule, address in zip(rules, addresses, strict=True):
        parts = [
            _holder(rule.holder, known, language, names),
            known.places[rule.place].name,
            *(_track_name(track, known, language) for track in rule.tracks),
        ]
        words = f"{wording.ROLES[rule.role]}: {', '.join(parts)}"
        to = url_for("records.show", register=kind.name, address=address)
        found.append((words, to))
    return found


@bp.post("/cell")
def update() -> BaseResponse:
    """Set the roles of the cell, and lead back to it."""
    given = asked_for.form
    step, holder, place, track = _cell(given)
    seen = dict(
        part.partition(":")[::2]
        for part in given.get("seen", "").split()
        if part[:1] in ROLES
    )
    roles = [role for role in given.getlist("roles") if role in ROLES]
    status = given.get("status", "proposed")
    if status not in STATUSES:
        abort(422)
    sources = [key for key in given.getlist("sources") if not asked.is_odd(key)]
    try:
        act = matrix.set_roles(
            step,
            holder,
            place,
            track,
            roles,
            current_user.account,
            seen=seen,
            status=status,
            sources=sources,
        )
    except CellChanged:
        page = _form(step, holder, place, track, changed=True, chosen=roles)
        return make_response(page, 409)
    except Invalid as invalid:
        faults = [_fault(one) for one in invalid.findings]
        page = _form(step, holder, place, track, faults=faults, chosen=roles)
        return make_response(page, 422)
    by = BY_KIND if holder.startswith("kind:") else BY_ORGANISATION
    back = url_for("matrix.index", place=place, track=track, by=by, done=act)
    return redirect(f"{back}#{step}.{holder}", 303)


def _fault(finding: Any) -> str:
    column = finding.column or "holder"
    name = KINDS["responsibilities"].column(column)
    words = wording.COLUMNS[name.name] if name else column
    return f"{words} {problem(finding.code, finding.details)}."


# The workbook


@bp.get("/workbook.xlsx")
def workbook() -> Response:
    """Return the matrix as a workbook, with the same filters."""
    shown = _Shown()
    rows = [row for row in shown.matrix.rows if row.failing or not shown.only]
    book = openpyxl.Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = str(_("Ansvar"))
    header = [
        _("Steg"),
        _("Status"),
        *map(shown.name, shown.matrix.columns),
        _("Kontroll"),
    ]
    _append(sheet, header)
    for row in rows:
        checks = ", ".join(str(wording.CHECKS[check][0]) for check in row.failing)
        letters = (
            " ".join(
                str(wording.LETTERS[held.role])
                for held in row.cells.get(one, ())
                if held.applies
            )
            for one in shown.matrix.columns
        )
        title = text_in(row.step.title, shown.language)
        _append(sheet, [title, wording.STATUSES[row.status], *letters, checks])
    for cell in sheet[1]:
        cell.font = styles.Font(bold=True)
    sheet.freeze_panes = "C2"
    sheet.column_dimensions["A"].width = 40
    key = book.create_sheet(str(_("Tegnforklaring")))
    for _role, letter, words in _legend():
        _append(key, [letter, words])
    _append(key, [_("Sted"), shown.known.places[shown.place].name])
    content = io.BytesIO()
    book.save(content)
    response = Response(content.getvalue(), mimetype=XLSX)
    response.headers["Content-Disposition"] = "attachment; filename=matrix.xlsx"
    return response


def _append(sheet: Any, values: list[Any]) -> None:
    """Add a row of texts: none of them is a formula, whatever it begins with."""
    sheet.append([str(value) for value in values])
    for cell in sheet[sheet.max_row]:
        cell.data_type = "s"
