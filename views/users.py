"""Users, for the unit: invite, and let in or out."""

from typing import Any

from apiflask import APIBlueprint
from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import accounts
from coordinator.access import UNIT
from coordinator.errors import BadAddress, NotFound, Taken
from models import USER_ROLES
from views import asked, errors, mail, wording
from views.addresses import absolute

bp = APIBlueprint("users", __name__, enable_openapi=False)


@bp.get("/users")
def index() -> str:
    """List everyone who may sign in, with a form to invite someone."""
    return _page()


@bp.post("/users")
def create() -> BaseResponse:
    """Create a user, and show once the link that sets the password."""
    given = request.form
    organisation = given.get("organisation", "").strip() or None
    try:
        secret = accounts.create(
            given.get("email", ""),
            given.get("role", ""),
            organisation,
            is_mailed=True,
        )
    except BadAddress:
        fault = ("email", _("Skriv en e-postadresse, som navn@etat.no."))
    except Taken:
        fault = ("email", _("Adressen har en bruker fra før."))
    except NotFound as missing:
        fault = (missing.parameter, _not_found(missing))
    else:
        return make_response(_page(made=_made(secret), to=given["email"]))
    return make_response(_page(given=given, fault=fault), 422)


def _made(secret: str) -> str:
    """Return the link to hand over; empty where a mail takes it there."""
    return "" if mail.server() else absolute("account.link", secret=secret)


@bp.post("/users/<key>/invite")
def invite(key: str) -> BaseResponse:
    """Mail the user a new link that sets a password."""
    if asked.is_odd(key):
        abort(404)
    try:
        secret = accounts.invite_again(key)
    except NotFound:
        abort(404)
    return make_response(_page(made=_made(secret), to=accounts.email_of(key, UNIT)))


def _not_found(missing: NotFound) -> str:
    if missing.parameter == "role":
        return str(_("Velg en rolle."))
    return str(_("En bruker i en etat må ha en instans som finnes; andre har ingen."))


@bp.post("/users/<key>/disable")
def disable(key: str) -> BaseResponse:
    """Let the user sign in no more, from this moment."""
    return _set_disabled(key, disabled=True)


@bp.post("/users/<key>/enable")
def enable(key: str) -> BaseResponse:
    """Let the user sign in again."""
    return _set_disabled(key, disabled=False)


def _set_disabled(key: str, *, disabled: bool) -> BaseResponse:
    if key == current_user.account.key:
        return errors.page(409, _("Du kan ikke stenge deg selv ute."))
    try:
        accounts.set_disabled(key, disabled=disabled)
    except NotFound:
        return errors.page(404, _("Siden finnes ikke."))
    return redirect(url_for("users.index"), 303)


def _page(
    given: Any = None,
    fault: tuple[str, str] | None = None,
    made: str = "",
    to: str = "",
) -> str:
    return render_template(
        "users/index.html",
        users=accounts.users(UNIT),
        roles=[(role, wording.USER_ROLES[role]) for role in USER_ROLES],
        given=given or {},
        fault=fault,
        made=made,
        to=to,
        me=current_user.account.key,
    )
