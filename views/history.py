"""What was done to the records, for the unit: what is new, and how to take it back."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask import (
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import (
    accounts,
    catalogue,
    guide,
    history,
    meeting_names,
    networks,
    organisations,
    registers,
)
from coordinator.access import UNIT
from coordinator.catalogue import Catalogue
from coordinator.columns import EDITED, Column, RecordKind
from coordinator.editing import NotAllowed
from coordinator.errors import NotFound
from coordinator.history import Act, CannotUndo, Row, TooLongAgo
from coordinator.opening import OSLO
from models import text_in
from views import asked, cells, errors, meeting_acts, wording
from views import guide as guide_pages
from views import organisations as organisation_pages
from views.asked import BadParameter
from views.cells import Words
from views.doers import name_of
from views.filters import day as in_words
from views.forms import today
from views.language import chosen_language
from views.viewing import viewer

bp = APIBlueprint("history", __name__, url_prefix="/changes", enable_openapi=False)

KIND_OF = {kind.table.name: kind for kind in EDITED.values()}
# Links, whose rows are told of as parts of the record that owns them.
LINKS = {
    table.name: (kind, column)
    for kind in EDITED.values()
    for column, table in kind.links.items()
}


def acts_of_record(kind: RecordKind, key: str) -> list[dict[str, Any]]:
    """Return what was done to the record, newest first, in words."""
    known, language = catalogue.current(viewer()), chosen_language()
    found = history.of(kind, key, viewer())
    words = _words([row for act in found for row in act.rows], known, language)
    return [_told(act, words) for act in found]


def _told(act: Act, words: Words) -> dict[str, Any]:
    return {
        "act": act.act,
        "at": act.at,
        "who": name_of(act.who),
        "rows": [_row(row, words) for row in act.rows],
        "more": act.size - len(act.rows),
    }


def _row(row: Row, words: Words) -> dict[str, Any]:
    """Return one record's part of an act: what it is called, and what differs."""
    kind = KIND_OF.get(row.kind)
    if row.kind in LINKS:
        kind, _column = LINKS[row.kind]
    values = {**(row.before or {}), **(row.after or {})}
    return {
        "kind": wording.TABLES.get(row.kind, row.kind),
        "name": meeting_acts.name_of(row, values, words)
        if row.kind in meeting_acts.KINDS
        else _name(row, values, kind, words),
        "address": _address(row, kind),
        "done": "" if row.kind in LINKS else _done(row),
        "fields": list(
            meeting_acts.fields(row, words, partial(_said, None, words=words))
            if row.kind in meeting_acts.KINDS
            else _fields(row, kind, words)
        ),
    }


def _done(row: Row) -> str:
    """Return whether the record is new, gone, or only changed."""
    if row.before is None:
        return "new"
    return "gone" if row.after is None else ""


def _words(rows: Iterable[Row], known: Catalogue, language: str) -> Words:
    """Return what the keys in these rows are called, read at once."""
    rows = list(rows)
    texts = {
        text
        for row in rows
        for text in (row.key, *(row.before or {}).values(), *(row.after or {}).values())
        if isinstance(text, str)
    }
    keys = {part for text in texts for part in (text, *text.split("|"))}
    return Words(
        known,
        language,
        registers.names(keys, viewer()),
        networks.names(keys, viewer()),
        *meeting_acts.names(rows),
    )


def _name(
    row: Row, values: dict[str, Any], kind: RecordKind | None, words: Words
) -> str:
    """Return what the record was called, or what it leads to."""
    for name in ("name", "title", "label", "text", "reason"):
        if value := values.get(name):
            is_text = isinstance(value, dict)
            return text_in(value, words.language) if is_text else str(value)
    if kind and len(kind.known_by) > 1:
        parts = dict(zip(kind.known_by, row.key.split("|"), strict=False))
        said = (
            cells.said(
                kind, column, values.get(column.name) or parts[column.name], words
            )
            for column in kind.key_columns[:3]
            if column.name in parts and not isinstance(values.get(column.name), list)
        )
        return ", ".join(filter(None, said))
    key = row.key.split("|")[0]
    if kind and kind.name in ("steps", "places", "rights", "sources"):
        column = Column(kind.known_by[0], str, names=kind.name)
        return cells.name_of(kind, column, key, words)
    if row.kind == "network":
        return words.networks.get(key, key)
    return words.entries.get(key, row.key)


def _address(row: Row, kind: RecordKind | None) -> str:
    """Return where the record is; empty for one that is gone."""
    if row.kind == "meeting" and row.after is not None:
        return url_for("meetings.show", key=row.key)
    if kind is None or (row.after is None and row.kind not in LINKS):
        return ""
    key = row.key.split("|")[0] if row.kind in LINKS else row.key
    address = key if len(kind.known_by) == 1 else str(row.seq)
    return url_for("records.show", register=kind.name, address=address)


def _fields(row: Row, kind: RecordKind | None, words: Words) -> Any:
    """Yield label, before and after of each field that differs, in words."""
    before, after = row.before or {}, row.after or {}
    if row.kind in LINKS:
        linked = row.key.split("|")[-1]
        name = _said(None, "", linked, words)
        column = LINKS[row.kind][1]
        yield (
            cells.label("", column),
            *((name, "") if row.after is None else ("", name)),
        )
        return
    for name in dict.fromkeys((*before, *after)):
        if name in ("key", "folded", "audience") and kind and not kind.column(name):
            continue
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) or isinstance(new, dict):
            for part in dict.fromkeys((*(old or {}), *(new or {}))):
                was, now = (old or {}).get(part, ""), (new or {}).get(part, "")
                if was != now:
                    yield cells.label("", f"{name}_{part}"), was, now
            continue
        was, now = (_said(kind, name, value, words) for value in (old, new))
        if was != now:
            yield cells.label("", name), was, now


def _said(kind: RecordKind | None, name: str, value: Any, words: Words) -> str:
    column = kind.column(name) if kind else None
    if kind and name in ("holder_key", "holder_kind"):
        column = kind.column("holder")
        value = f"kind:{value}" if value and name == "holder_kind" else value
    if kind is None or column is None:
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(wording.YES_NO["true" if value else "false"])
        if isinstance(value, list):
            return ", ".join(map(str, value))
        if name.startswith("valid_") or name.endswith("_on") or name == "until":
            return in_words(str(value))
        code = str(value)
        if name == "step" and code in words.known.steps:
            return text_in(words.known.steps[code].title, words.language)
        if code in words.known.places:
            return words.known.places[code].name
        return words.entries.get(code, code)
    if name.startswith("valid_") or name.endswith("_on"):
        return cells.said(kind, column, column.value(value or ""), words)
    return cells.said(kind, column, _plain(value), words)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@bp.get("")
def index() -> str:
    """List what is new; who, when and what narrow it, in the address."""
    known, language = catalogue.current(viewer()), chosen_language()
    since, until = asked.day("since"), asked.day("until")
    kind, before = asked.choice("kind", wording.TABLES), asked.count("before")
    found = history.acts(
        viewer(),
        since=since,
        until=until,
        who=asked.text("who"),
        kind=kind,
        deletions=asked.choice("what", ("deleted",)) == "deleted",
        before=before or None,
    )
    words = _words([row for act in found for row in act.rows], known, language)
    more = found[-1].act if len(found) == history.PAGE else 0
    given = asked.given("since", "until", "who", "kind", "what")
    return render_template(
        "history/index.html",
        acts=[_told(act, words) for act in found],
        given=given,
        kinds=sorted(
            ((name, str(words)) for name, words in wording.TABLES.items()),
            key=lambda one: one[1],
        ),
        whos=[
            *((who, str(words)) for who, words in wording.WHO.items()),
            *((user.key, user.email) for user in accounts.users(viewer())),
        ],
        older=url_for("history.index", **given, before=more) if more else "",  # type: ignore[arg-type]
        is_narrowed=bool(given),
    )


@bp.get("/meetings/<key>")
def meeting(key: str) -> str:
    """List what was done to a meeting, its agenda and guests, and what they said."""
    key = asked.part("key")
    named = meeting_names.titles([key], viewer()).get(key)
    if named is None:
        abort(404)
    known, language = catalogue.current(viewer()), chosen_language()
    found = history.of_meeting(key, viewer())
    words = _words([row for act in found for row in act.rows], known, language)
    return render_template(
        "history/meeting.html",
        key=key,
        name=meeting_acts.title(named),
        acts=[_told(act, words) for act in found],
    )


@bp.get("/difference")
def difference() -> str:
    """List what differs between the ends of two days, record by record."""
    known, language = catalogue.current(viewer()), chosen_language()
    first, second = asked.day("from"), asked.day("to") or today()
    rows: list[Row] = []
    count = 0
    if first:
        rows, count = history.difference(first, second, viewer())
    words = _words(rows, known, language)
    return render_template(
        "history/difference.html",
        first=first,
        second=second,
        rows=[_row(row, words) for row in rows],
        more=count - len(rows),
    )


@bp.get("/answer")
def answer() -> str:
    """Show the answer as the network was kept at the end of a day."""
    question, day = asked.question(), _past_day()
    with history.as_of(day):
        known, now = catalogue.current(viewer()), datetime.now(OSLO)
        found = guide.who_acts(
            question.step,
            question.place,
            question.track,
            question.on or day,
            viewer(),
            now=now,
            known=known,
        )
        told = guide_pages.shown(found, known, now, question.language)
        return render_template("history/answer.html", as_of=day, **told)


@bp.get("/organisations/<key>")
def organisation(key: str) -> str:
    """Show the organisation as it was kept at the end of a day."""
    if asked.is_odd(key):
        abort(404)
    day, language = _past_day(), chosen_language()
    with history.as_of(day):
        known, now = catalogue.current(viewer()), datetime.now(OSLO)
        found = organisations.profile(key, viewer(), known, now)
        told = organisation_pages.shown(found, known, now, language)
        return render_template("history/organisation.html", as_of=day, key=key, **told)


def _past_day() -> date:
    """Return the day asked for; raise BadParameter for none, or one to come."""
    day = asked.day("as_of")
    if day is None:
        raise BadParameter("as_of", "required")
    if day > today():
        raise BadParameter("as_of", "in_the_future", day.isoformat())
    return day


@bp.errorhandler(TooLongAgo)
def too_long_ago(_error: TooLongAgo) -> BaseResponse:
    """Say that nothing was kept yet that day."""
    return errors.page(
        404, _("Ingenting var registrert den dagen, eller for mye er endret siden.")
    )


@bp.get("/<int:act>")
def show(act: int) -> str:
    """Show one act whole, and whether it can be taken back."""
    return _page(act)


def _page(act: int, refusal: CannotUndo | None = None) -> str:
    known, language = catalogue.current(viewer()), chosen_language()
    if act >= 2**62:
        abort(404)
    try:
        found = history.one(act, viewer(), most=200)
    except NotFound:
        abort(404)
    refusal = refusal or history.why_not_undo(act)
    return render_template(
        "history/show.html",
        act=_told(found, _words(found.rows, known, language)),
        refusal=wording.CANNOT_UNDO[refusal.code] if refusal else "",
        in_the_way=[
            (
                wording.TABLES.get(kind, kind),
                registers.names([key], viewer()).get(key, key),
            )
            for kind, key in dict.fromkeys(refusal.records if refusal else ())
        ][:10],
    )


@bp.post("/<int:act>/undo")
def undo(act: int) -> BaseResponse:
    """Take the act back, and show the act that does."""
    if act >= 2**62:
        abort(404)
    if not history.may_undo(act, current_user.account):
        abort(403)
    try:
        back = history.undo(act, current_user.account)
    except NotAllowed:
        abort(403)
    except CannotUndo as refusal:
        if viewer() != UNIT:
            abort(409)
        return make_response(_page(act, refusal), 409)
    current_app.logger.info("act %s was taken back by act %s", act, back)
    wanted, shown = request.form.get("next", ""), back or act
    if wanted == "records" or viewer() != UNIT or not history.is_told(shown, UNIT):
        return redirect(url_for("records.start"), 303)
    return redirect(url_for("history.show", act=shown), 303)
