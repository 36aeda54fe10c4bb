"""Who reads this request: the viewer that every page and list asks the gate as.

A page's is that of the session in the cookie, a program's that of its bearer token.
"""

from flask import abort, g, request
from flask_login import current_user

from coordinator import accounts
from coordinator.access import PUBLIC, Viewer
from coordinator.accounts import Account
from models import begin_write, db

LONGEST_TOKEN = 200
READING = frozenset({"GET", "HEAD"})


def viewer() -> Viewer:
    """Return the viewer of this request; the public, where it brings no session.

    A token that is not one of ours is refused: 401.
    """
    key = "HTTP_AUTHORIZATION" if request.blueprint == "api" else "HTTP_COOKIE"
    if key not in request.environ:
        return PUBLIC
    found: Viewer | None = g.get("viewer")
    if found is None:
        found = g.viewer = _by_token() if request.blueprint == "api" else _by_session()
    return found


def _by_session() -> Viewer:
    if not current_user.is_authenticated:
        return PUBLIC
    if request.method in READING:  # a write is one transaction, from its beginning
        note_seen()
    return accounts.viewer_of(current_user.account)


def note_seen() -> None:
    """Write down, when it is time, that the session is in use."""
    if accounts.is_due(current_user.account):
        db.session.rollback()
        accounts.see(current_user.account)


def writer(role: str) -> Account:
    """Return whose token writes, in the write that begins here, before she is loaded.

    401 for a token that is none, 403 for one of another role. The body is read first:
    nobody waits while a slow one comes.
    """
    request.get_data()
    if viewer() == PUBLIC:
        abort(401)
    db.session.rollback()
    begin_write()
    account = _of_token()
    if account.role != role:
        abort(403)
    return account


def _by_token() -> Viewer:
    account = _of_token()
    if accounts.is_due(account):
        db.session.rollback()
        accounts.use_token(account)
    return accounts.viewer_of(account)


def _of_token() -> Account:
    scheme, _space, secret = request.environ["HTTP_AUTHORIZATION"].partition(" ")
    is_token = scheme.lower() == "bearer" and len(secret) <= LONGEST_TOKEN
    account = accounts.bearer(secret.strip()) if is_token else None
    if account is None:
        abort(401)
    return account
