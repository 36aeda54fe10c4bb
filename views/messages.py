"""Mails, for the unit: what was sent, waits or failed, and trying again."""

from apiflask import APIBlueprint
from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from coordinator import outbox
from coordinator.errors import NotFound
from models import MESSAGE_STATES
from views import asked, mail, wording
from views.viewing import viewer

bp = APIBlueprint("messages", __name__, url_prefix="/messages", enable_openapi=False)


@bp.get("")
def index() -> str:
    """List mails, the newest first; state and recipient narrow it in the address."""
    state, text = asked.choice("state", MESSAGE_STATES), asked.text("q")
    skip = asked.count("skip")
    found, total = outbox.listed(viewer(), state=state, text=text, skip=skip)
    following = skip + outbox.PAGE
    given = asked.given("state", "q")
    return render_template(
        "messages/index.html",
        messages=found,
        total=total,
        first=skip + 1,
        last=skip + len(found),
        state=state,
        text=text,
        states=[(one, wording.MESSAGE_STATES[one]) for one in MESSAGE_STATES],
        kinds=wording.MESSAGE_KINDS,
        is_kept_as_files=mail.server() is None,
        is_narrowed=bool(given),
        previous=_page(given, max(0, skip - outbox.PAGE)) if skip else "",
        next=_page(given, following) if following < total else "",
    )


def _page(given: dict[str, str], skip: int) -> str:
    return url_for("messages.index", **given, skip=skip or None)  # type: ignore[arg-type]


@bp.post("/<key>/retry")
def retry(key: str) -> BaseResponse:
    """Let a mail that failed be tried again now."""
    if asked.is_odd(key):
        abort(404)
    try:
        outbox.retry(key)
    except NotFound:
        abort(404)
    return redirect(url_for("messages.index"), 303)
