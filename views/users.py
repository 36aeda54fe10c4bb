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
from models import LANGUAGES, USER_ROLES
from views import asked, errors, mail, wording
from views.addresses import absolute
from views.language import NAMES

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
            given.get("language", "") or LANGUAGES[0],
            is_mailed=True,
        )
    except BadAddress:
        fault = ("email", _("Skriv en e-postadresse, som navn@etat.no."))
    except Taken:
        fault = ("email", _("Adressen har en bruker fra før."))
    except NotFound as missing:
        fault = (missing.parameter, _not_found(missing))
    else:
        return make_response(_page(link=secret, to=given["email"]))
    return make_response(_page(given=given, fault=fault), 422)


@bp.post("/users/<key>/invite")
def invite(key: str) -> BaseResponse:
    """Mail the user a new link that sets a password."""
    if asked.is_odd(key):
        abort(404)
    try:
        secret = accounts.invite_again(key)
    except NotFound:
        abort(404)
    return make_response(_page(link=secret, to=accounts.email_of(key, UNIT)))


def _not_found(missing: NotFound) -> str:
    if missing.parameter == "role":
        return str(_("Velg en rolle."))
    if missing.parameter == "language":
        return str(_("Velg et språk."))
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
    if asked.is_odd(key):
        abort(404)
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
    link: str = "",
    to: str = "",
) -> str:
    """Return the page; with a link to hand over, where no mail takes it there."""
    is_shown = link and not mail.server()
    return render_template(
        "users/index.html",
        users=accounts.users(UNIT),
        roles=[(role, wording.USER_ROLES[role]) for role in USER_ROLES],
        given=given or {},
        fault=fault,
        made=absolute("account.link", secret=link) if is_shown else "",
        until=accounts.link_works_until(link) if is_shown else None,
        to=to,
        mail_languages=NAMES.items(),
        me=current_user.account.key,
    )
