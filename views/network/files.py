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

from flask import Response, abort, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from coordinator import graph_files, graph_imports
from coordinator.access import UNIT
from coordinator.graph_imports import Proposal
from graphs.soundness import Unreadable
from views import errors, policy
from views.config import LARGEST_REQUEST
from views.filters import number
from views.language import chosen_language
from views.network.blueprint import bp
from views.network.file_words import SHOWN, told, told_losses, told_refusal
from views.viewing import viewer

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
    "csv": (
        _l("Tabeller (CSV i et arkiv)"),
        "Excel, LibreOffice",
        "zip",
        "application/zip",
    ),
}
# A preview holds the file for the button below it, packed, in a form that may be
# a third longer (MAX_FORM_MEMORY_SIZE).
MOST_PACKED = 330_000
TOO_LARGE = {"most": str(LARGEST_REQUEST // 2**20), "packed": str(MOST_PACKED // 1000)}
LONGEST_NAME = 80
NOWHERE: Mapping[str, str] = {}
NOTHING_SENT: Mapping[str, Any] = {"fault": "", "proposal": None, "losses": ()}


@bp.get("/files")
def files() -> str:
    """Offer the network as files; let the unit bring files in."""
    return _page()


@bp.get("/files/<form>")
def take_away(form: str) -> Response:
    """Return the network as a file of that form.

    Where the form cannot hold all of it, tell what first; `anyway` takes it as it is.
    """
    if form not in FORMS:
        abort(404)
    data, losses = graph_files.written(form)
    words, _readers, ending, kind = FORMS[form]
    if losses and "anyway" not in request.args:
        lost = told_losses(losses[:SHOWN])
        more = max(0, len(losses) - SHOWN)
        return make_response(
            _page(losses=lost, more_losses=more, form=form, words=words)
        )
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
    name = sent.filename[-LONGEST_NAME:]
    with sent.stream as stream:
        data = stream.read()
    packed = gzip.compress(data, mtime=0)
    if len(packed) > MOST_PACKED:
        return _refused("too_large_here", TOO_LARGE, name)
    try:
        found = _bring(data, name)
    except Unreadable as unreadable:
        return _refused(unreadable.code, unreadable.where, name)
    kept = base64.urlsafe_b64encode(packed).decode()
    return _told(found, name, kept)


@bp.post("/files/import")
def bring() -> BaseResponse:
    """Bring in what was previewed: all of it or nothing."""
    name = request.form.get("name", "")[-LONGEST_NAME:]
    try:
        sent = request.form.get("kept", "")
        packed = base64.b64decode(sent, altchars=b"-_", validate=True)
        reader = zlib.decompressobj(wbits=31)
        data = reader.decompress(packed, LARGEST_REQUEST)
        if not reader.eof or reader.unconsumed_tail:
            return _refused("not_a_graph")
    except (binascii.Error, zlib.error, ValueError):  # also what is not ASCII
        return _refused("not_a_graph")
    try:
        found = _bring(data, name, expected=request.form.get("seen", ""))
    except Unreadable as unreadable:
        return _refused(unreadable.code, unreadable.where, name)
    return _told(found, name, sent)


def _told(found: Proposal, name: str, kept: str) -> BaseResponse:
    """Tell what a file brings, or brought: what would be brought has a button."""
    status = 422 if found.bad else 409 if found.is_other else 200
    proposal = told(found, viewer(), chosen_language())
    seen = found.fingerprint
    return make_response(
        _page(proposal=proposal, name=name, kept=kept, seen=seen), status
    )


def _bring(data: bytes, name: str, expected: str | None = None) -> Proposal:
    """Bring a file in where that does what is expected, else tell what it would do."""
    with _as_file(data, name) as path:
        graph = graph_imports.read(path, name)
    policy.begin_late()
    return graph_imports.bring(
        graph,
        viewer=viewer(),
        who=current_user.account.key,
        dry_run=expected is None,
        expected=expected,
    )


@contextmanager
def _as_file(data: bytes, name: str) -> Iterator[Path]:
    ending = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sent{ending if ending in graph_imports.FORMS else ''}"
        path.write_bytes(data)
        yield path


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> BaseResponse:
    """Say how large a file may be; of other forms what is said everywhere."""
    if request.endpoint != "network.preview":
        return errors.of_http(error)
    return make_response(_page(fault=told_refusal("too_large_here", TOO_LARGE)), 413)


def _refused(
    code: str, where: Mapping[str, str] = NOWHERE, name: str = ""
) -> BaseResponse:
    return make_response(_page(fault=told_refusal(code, where, name)), 422)


def _page(**more: Any) -> str:
    # How much is protected is for the unit alone to know.
    omitted = graph_files.omitted() if viewer() == UNIT else 0
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
        **{**NOTHING_SENT, **more},
    )
