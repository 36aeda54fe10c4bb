"""The network as files: graphs to take away, and graphs and sheets to bring in."""

import base64
import binascii
import gzip
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import graph_files, graph_imports
from coordinator.access import UNIT
from coordinator.graph_imports import Fault, Proposal
from graphs.soundness import Unreadable
from views import asked
from views.filters import number
from views.network.blueprint import bp
from views.viewing import viewer
from views.wording import KINDS, problem

# Each form: what it is called, what reads it, its ending and its type.
FORMS = {
    "graphml": (
        "GraphML",
        "yEd, Gephi, igraph, networkx",
        "graphml",
        "application/xml",
    ),
    "gexf": ("GEXF", "Gephi", "gexf", "application/xml"),
    "json": (
        _l("JSON (noder og koblinger)"),
        "D3, networkx",
        "json",
        "application/json",
    ),
    "csv": (_l("Tabeller (CSV i et arkiv)"), "Excel, Kumu", "zip", "application/zip"),
}
# What was previewed comes back in the form, which holds a megabyte in all.
LARGEST_UNPACKED, LARGEST_KEPT = 4_000_000, 900_000
NOTHING_SENT = {"fault": "", "proposal": None, "name": "", "kept": "", "is_done": False}
FAULTS = {
    "bad_value": _l("«%(key)s»: verdien i %(attribute)s kan ikke leses."),
    "broken_row": _l("Rad %(line)s kan ikke leses."),
    "empty_file": _l("Filen er tom."),
    "has_dtd": _l("Filen har en DTD (linje %(line)s). Den kan ikke leses trygt."),
    "no_elements": _l(
        "Filen har ingen elementer. "
        "Vi ser etter kolonnene Label og Type, eller From og To."
    ),
    "no_key": _l("Et element mangler navn eller nøkkel (linje %(line)s)."),
    "not_a_graph": _l("Filen kan ikke leses som det den heter."),
    "repeated_key": _l("«%(key)s» står to ganger."),
    "too_deep": _l("Filen er for dyp eller for stor (linje %(line)s)."),
    "too_large": _l("Filen er for stor. Bruk flask import-graph."),
    "unknown_end": _l("En kobling peker på «%(key)s», som ikke finnes i filen."),
    "unknown_form": _l("Filen må hete .graphml, .gexf, .json, .zip, .csv eller .xlsx."),
    "required": _l("Velg en fil."),
}


class _Sent(dict[str, str]):
    """What stands in for what a fault does not tell."""

    def __missing__(self, name: str) -> str:
        return "?"


@bp.get("/files")
def files() -> str:
    """Offer the network as files; let the unit bring files in."""
    return _page()


@bp.get("/files/<form>")
def take_away(form: str) -> Response:
    """Return the network as a file of that form."""
    if form not in FORMS:
        raise asked.BadParameter("form", "unknown_form", form)
    data, _losses = graph_files.written(form)
    *_words, ending, kind = FORMS[form]
    answer = Response(data, mimetype=kind)
    answer.headers.set(
        "Content-Disposition", "attachment", filename=f"network.{ending}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/files")
def preview() -> BaseResponse:
    """Tell what a file would bring, and change nothing."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _refused("required")
    data = sent.read()
    kept = base64.urlsafe_b64encode(gzip.compress(data)).decode()
    if len(data) > LARGEST_UNPACKED or len(kept) > LARGEST_KEPT:
        return _refused("too_large")
    try:
        found = _bring(data, sent.filename, dry_run=True)
    except Unreadable as unreadable:
        return _refused(unreadable.code, **unreadable.where)
    page = _page(
        proposal=_told(found),
        name=sent.filename[-80:],
        kept=kept,
    )
    return make_response(page, 422 if found.bad else 200)


@bp.post("/files/import")
def bring() -> BaseResponse:
    """Bring in what was previewed: all of it or nothing."""
    try:
        sent = request.form.get("kept", "")
        packed = base64.b64decode(sent, altchars=b"-_", validate=True)
        reader = zlib.decompressobj(wbits=31)
        data = reader.decompress(packed, LARGEST_UNPACKED)
        if not reader.eof or reader.unconsumed_tail:
            return _refused("not_a_graph")
        found = _bring(data, request.form.get("name", ""), dry_run=False)
    except (binascii.Error, zlib.error, ValueError):
        return _refused("not_a_graph")
    except Unreadable as unreadable:
        return _refused(unreadable.code, **unreadable.where)
    page = _page(proposal=_told(found), is_done=not found.bad)
    return make_response(page, 422 if found.bad else 200)


def _bring(data: bytes, name: str, *, dry_run: bool) -> Proposal:
    with _as_file(data, name) as path:
        return graph_imports.bring(
            path, name, who=current_user.account.key, dry_run=dry_run
        )


@contextmanager
def _as_file(data: bytes, name: str) -> Iterator[Path]:
    ending = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sent{ending if ending in graph_imports.FORMS else ''}"
        path.write_bytes(data)
        yield path


def _refused(code: str, **where: str) -> BaseResponse:
    return make_response(_page(fault=told_refusal(code, where)), 422)


def told_refusal(code: str, where: Mapping[str, str]) -> str:
    """Return why a file cannot be read, in words."""
    return str(FAULTS.get(code, FAULTS["not_a_graph"])) % _Sent(where)


def _page(**more: Any) -> str:
    omitted = graph_files.omitted()
    return render_template(
        "network/files.html",
        forms=[(form, words, readers) for form, (words, readers, *_) in FORMS.items()],
        omitted=ngettext(
            "%(count)s skjermet oppføring er utelatt.",
            "%(count)s skjermede oppføringer er utelatt.",
            omitted,
            count=number(omitted),
        )
        if omitted
        else "",
        endings=",".join(graph_imports.FORMS),
        may_bring=viewer() == UNIT,
        **(NOTHING_SENT | more),
    )


def _told(found: Proposal) -> dict[str, Any]:
    """Return what a file brings in words: counts, faults, and what is left out."""
    return {
        "is_empty": found.is_empty and not found.bad,
        "changes": any(one.created or one.updated for one in found.reports.values()),
        "bad": found.bad,
        "counts": [
            (KINDS[kind][0], report.created, report.updated, report.unchanged)
            for kind, report in found.reports.items()
        ],
        "faults": [told_fault(one) for one in found.faults],
        "left_out": [
            (kind or _("uten slag"), count)
            for kind, count in found.left_out.most_common()
        ],
    }


def told_fault(one: Fault) -> str:
    """Return what is wrong with an element or a tie, in words."""
    where = f"{KINDS[one.kind][1]} «{one.of}»"
    if one.column:
        where += f", {one.column}"
    return f"{where}: {problem(one.code, dict(one.details))}"
