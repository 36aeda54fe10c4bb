"""Who may use which address. One that is not listed here stops the start.

Looked up by endpoint, else by blueprint. What a page shows of records is for the gate.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, request
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as BaseResponse

from coordinator import accounts
from models import USER_ROLES, begin_write, db
from views.viewing import note_seen

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ANYONE: frozenset[str] = frozenset()
SIGNED_IN = frozenset(USER_ROLES)
UNIT = frozenset({"unit"})
EDITORS = frozenset({"unit", "agency"})

POLICY = {
    "about": ANYONE,
    "account": SIGNED_IN,
    "account.link": ANYONE,
    "account.set_password": ANYONE,
    "account.ask_reset": ANYONE,
    "account.show_reset": ANYONE,
    "account.show_sign_in": ANYONE,
    "account.sign_in": ANYONE,
    "api": ANYONE,
    "chapters": ANYONE,
    "checklist": ANYONE,
    "feeds": SIGNED_IN,
    "feeds.show": ANYONE,
    "guide": ANYONE,
    "history": UNIT,
    "history.undo": EDITORS,
    "health": ANYONE,
    "matrix": SIGNED_IN,
    "matrix.edit": UNIT,
    "matrix.update": UNIT,
    "meetings": SIGNED_IN,
    "messages": UNIT,
    "network": EDITORS,
    "network.accept": UNIT,
    "network.accepted": UNIT,
    "network.ask_to_accept": UNIT,
    "network.bring": UNIT,
    "network.county": UNIT,
    "network.preview": UNIT,
    "network.remove_scenario": UNIT,
    "network.save_scenario": UNIT,
    "network.trends_file": UNIT,
    "network.trends_over_time": UNIT,
    "network.withdraw": UNIT,
    "networks": SIGNED_IN,
    "offline": ANYONE,
    "openapi": ANYONE,
    "organizing": UNIT,
    "organisations": ANYONE,
    "places": ANYONE,
    "pocket_cards": ANYONE,
    "records": SIGNED_IN,
    "records.ask_to_delete": EDITORS,
    "records.create": EDITORS,
    "records.delete": EDITORS,
    "records.edit": EDITORS,
    "records.new": EDITORS,
    "records.update": EDITORS,
    "replies": ANYONE,
    "rights": ANYONE,
    "search": ANYONE,
    "sources": ANYONE,
    "steps": ANYONE,
    "suggestions": ANYONE,
    "suggestions.index": UNIT,
    "users": UNIT,
}
# Sent by people without a session, and so without a token: it sets no cookie, and
# asks the browser itself whether it comes from our own page.
WITHOUT_TOKEN = frozenset(
    {"replies.answer", "replies.send_deputy", "suggestions.create"}
)

# They read what was sent, which may take long, and let nobody wait for their write
# meanwhile: it begins by `begin_late`.
READ_FIRST = frozenset({"network.bring", "network.preview"})

csrf = CSRFProtect()

View = Callable[..., Any]


def of(endpoint: str) -> frozenset[str]:
    """Return who may use the endpoint; nobody listed is anyone. Raise KeyError."""
    return POLICY[endpoint if endpoint in POLICY else endpoint.partition(".")[0]]


def init_app(app: Flask) -> None:
    """Enforce the policy at every address; the start fails where it says nothing.

    Around the views that need it, not before every request: three hooks took a sixth
    of the speed of a kept answer (measured), and most addresses are read by anyone.
    """
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session
    csrf.init_app(app)
    app.before_request_funcs[None].pop()  # its own hook; see above
    writing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (rule.methods or SAFE) - SAFE
    }
    for endpoint in {rule.endpoint for rule in app.url_map.iter_rules()}:
        wanted = of(endpoint)
        # The API reads no cookie, so no other site can send in someone's name.
        needs_token = writing - WITHOUT_TOKEN if not _is_api(endpoint) else set()
        if wanted or endpoint in needs_token:
            view = app.view_functions[endpoint]
            app.view_functions[endpoint] = _guarded(view, wanted)


def _is_api(endpoint: str) -> bool:
    return endpoint.startswith("api.")


def _guarded(view: View, wanted: frozenset[str]) -> View:
    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        refused = _refusal(wanted)
        return view(**arguments) if refused is None else refused

    return guarded


def _refusal(wanted: frozenset[str]) -> BaseResponse | None:
    """Return the answer to one who may not, or None; begin the write of one who may."""
    writes = request.method not in SAFE
    if writes:
        csrf.protect()
    if not wanted:
        return None
    if writes and request.endpoint not in READ_FIRST:
        # Before the user is loaded: what is read of her stays true until it commits.
        begin_write()
    if not current_user.is_authenticated:
        unauthorized: BaseResponse = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        return unauthorized
    if current_user.account.role not in wanted:
        abort(403)
    if not writes:
        note_seen()
    return None


def begin_late() -> None:
    """Begin the write of a view in READ_FIRST, once it has read what was sent.

    Who sent it is looked up again in the write: one who was let out meanwhile is
    refused as if she had never been in.
    """
    db.session.rollback()
    begin_write()
    account = accounts.signed_in(current_user.get_id())
    if account is None:
        abort(401)
    if account.role not in of(request.endpoint or ""):
        abort(403)
