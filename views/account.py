"""One's account: signing in and out, the password, and where one is signed in."""

from urllib.parse import urlsplit

from apiflask import APIBlueprint
from flask import (
    Flask,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from coordinator import accounts, zones
from coordinator.accounts import Account
from coordinator.errors import BadAddress, LinkGone, NotFound, Taken, WeakPassword
from coordinator.passwords import LONGEST, SHORTEST
from views import askers, errors
from views.language import NAMES

bp = APIBlueprint("account", __name__, url_prefix="/account", enable_openapi=False)

# Failed attempts: for an address from one place, from one place, and from everywhere.
MOST_FOR_ONE = parse("5/15 minutes")
MOST_FROM_ONE = parse("30/15 minutes")
MOST_OF_ALL = parse("1000/hour")
LONGEST_NEXT = 2000


class SignedIn(UserMixin):
    """Whoever is signed in. Flask-Login's id is the session's secret, not the user."""

    def __init__(self, secret: str, account: Account) -> None:
        self.secret, self.account = secret, account

    def get_id(self) -> str:
        """Return what the signed cookie holds."""
        return self.secret


def init_app(app: Flask) -> None:
    """Let requests be signed in, by a cookie that no script and no other site sends."""
    is_public = app.config["SETTINGS"].public_base_url is not None
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if is_public else "session",
        SESSION_COOKIE_SECURE=is_public,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
    )
    login = LoginManager()
    # The session is a row of ours; a guess by browser and network address adds nothing.
    login.session_protection = None
    login.user_loader(_load)
    login.unauthorized_handler(_ask_who)
    login.init_app(app, add_context_processor=False)
    # No one is remembered beyond the session, so nothing need look at every response.
    app.after_request_funcs[None].remove(login._update_remember_cookie)
    app.jinja_env.globals["current_user"] = current_user
    app.extensions["sign-in"] = MovingWindowRateLimiter(MemoryStorage())


def _load(secret: str) -> SignedIn | None:
    account = accounts.signed_in(secret)
    return SignedIn(secret, account) if account else None


def _ask_who() -> BaseResponse:
    """Ask who it is, at the address itself; signed in, one is led back to it."""
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    return make_response(_sign_in_form(here), 401)


@bp.get("/sign-in")
def show_sign_in() -> BaseResponse:
    """Ask for address and password."""
    if current_user.is_authenticated:
        return redirect(url_for("account.show"))
    return make_response(_sign_in_form(request.args.get("next", "")))


@bp.post("/sign-in")
def sign_in() -> BaseResponse:
    """Sign in and lead on; an unknown address and a wrong password look the same."""
    email, wanted = request.form.get("email", ""), request.form.get("next", "")
    if not _may_try(email):
        fault = _("Det er prøvd for mange ganger herfra. Prøv igjen om et kvarter.")
        return make_response(_sign_in_form(wanted, email, fault), 429)
    secret = accounts.sign_in(email, request.form.get("password", ""), _device())
    if secret is None:
        _count_failure(email)
        fault = _("E-postadressen og passordet passer ikke sammen.")
        return make_response(_sign_in_form(wanted, email, fault), 422)
    return _signed_in(secret, wanted)


def _signed_in(secret: str, wanted: str) -> BaseResponse:
    if current_user.is_authenticated:  # the cookie that goes may have been copied
        former = current_user.account
        accounts.end_session(former, former.session)
    session.clear()  # a session begun by someone else is not carried on
    account = accounts.signed_in(secret)
    if account is None:  # disabled at this very moment
        return _ask_who()
    login_user(SignedIn(secret, account))
    home = "network.index" if account.role == "unit" else "account.show"
    return redirect(own_path(wanted, url_for(home)), 303)


@bp.get("/reset")
def show_reset() -> str:
    """Ask which address a link that sets a new password shall go to."""
    return render_template("account/reset.html", is_asked=False, fault="")


@bp.post("/reset")
def ask_reset() -> BaseResponse:
    """Mail the link; the answer is the same whether or not the address has a user."""
    email = request.form.get("email", "")
    if not _may_try(email):
        fault = _("Det er prøvd for mange ganger herfra. Prøv igjen om et kvarter.")
        page = render_template("account/reset.html", is_asked=False, fault=fault)
        return make_response(page, 429)
    _count_failure(email)
    accounts.ask_reset(email)
    page = render_template("account/reset.html", is_asked=True, fault="")
    return make_response(page)


@bp.post("/sign-out")
def sign_out() -> BaseResponse:
    """End this session; the cookie is dead also where it was copied to."""
    account = current_user.account
    accounts.end_session(account, account.session)
    session.clear()
    response = redirect(url_for("guide.ask"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("")
def show() -> str:
    """Show who is signed in, on which devices, and by which programs."""
    return _page()


def _page(issued: str = "") -> str:
    account = current_user.account
    return render_template(
        "account/show.html",
        account=account,
        devices=accounts.devices(account),
        tokens=accounts.tokens(account),
        issued=issued,
        mail_languages=NAMES.items(),
        timezone=accounts.timezone_of(account),
        timezones=sorted(zones.names()),
    )


@bp.post("/language")
def choose_language() -> BaseResponse:
    """Let one's mails be in the language that is chosen."""
    try:
        accounts.choose_language(current_user.account, request.form.get("language", ""))
    except NotFound:
        abort(422)
    return redirect(url_for("account.show"), 303)


@bp.post("/timezone")
def choose_timezone() -> BaseResponse:
    """Let the times in one's mails be those of the zone that is chosen."""
    try:
        accounts.choose_timezone(current_user.account, request.form.get("timezone", ""))
    except NotFound:
        abort(422)
    return redirect(url_for("account.show"), 303)


@bp.post("/tokens")
def issue_token() -> str:
    """Issue a token, and show it this once."""
    label = request.form.get("label", "").strip()
    return _page(accounts.issue_token(current_user.account.email, label))


@bp.post("/tokens/take-back")
def take_back_token() -> BaseResponse:
    """Take back one of one's own tokens."""
    digest = request.form.get("token", "")
    accounts.take_back_token(current_user.account, digest)
    return redirect(url_for("account.show"), 303)


@bp.post("/sessions/end")
def end_sessions() -> BaseResponse:
    """End one session, or every one, this too."""
    account, digest = current_user.account, request.form.get("session") or None
    accounts.end_session(account, digest)
    if digest in (None, account.session):
        session.clear()
        return redirect(url_for("account.show_sign_in"), 303)
    return redirect(url_for("account.show"), 303)


@bp.get("/links/<secret>")
def link(secret: str) -> BaseResponse:
    """Ask for the new password. Reading it uses nothing up: mail scanners read."""
    try:
        email = accounts.who_has_link(secret)
    except LinkGone:
        return _link_is_gone()
    return make_response(_password_form(secret, email))


@bp.post("/links/<secret>")
def set_password(secret: str) -> BaseResponse:
    """Set the password, sign in, and lead to the account."""
    given = request.form
    try:
        opened = accounts.set_password(
            secret, given.get("password", ""), _device(), given.get("email", "")
        )
    except LinkGone:
        return _link_is_gone()
    except (BadAddress, Taken):
        fault = ("email", _("Skriv en e-postadresse, som navn@etat.no."))
    except WeakPassword as weak:
        fault = ("password", _weakness(weak.code))
    else:
        return _signed_in(opened, url_for("account.show"))
    email = accounts.who_has_link(secret)
    page = _password_form(secret, email, given.get("email", ""), fault)
    return make_response(page, 422)


def _weakness(code: str) -> str:
    sentences = {
        "too_short": _("Passordet er for kort: bruk minst %(n)s tegn.", n=SHORTEST),
        "too_long": _("Passordet er for langt: bruk høyst %(n)s tegn.", n=LONGEST),
        "too_common": _(
            "Passordet er for lett å gjette. Bruk flere ord som ikke hører sammen."
        ),
    }
    return str(sentences[code])


def _password_form(
    secret: str,
    email: str | None,
    typed: str = "",
    fault: tuple[str, str] | None = None,
) -> str:
    return render_template(
        "account/password.html",
        secret=secret,
        email=email,
        typed=typed,
        fault=fault,
        shortest=SHORTEST,
        longest=LONGEST,
    )


def _link_is_gone() -> BaseResponse:
    sentence = _("Lenken er brukt eller for gammel. Be enheten om en ny.")
    return errors.page(410, sentence)


def _sign_in_form(wanted: str, email: str = "", fault: str = "") -> str:
    return render_template(
        "account/sign_in.html", next=wanted, email=email, fault=fault
    )


def own_path(text: str, fallback: str = "") -> str:
    """Return the path if it leads to a page of ours, else the fallback.

    No fallback: the account's page.
    """
    fallback = fallback or url_for("account.show")
    if not text.startswith("/") or not text.isprintable() or len(text) > LONGEST_NEXT:
        return fallback
    if text[1:2] in ("/", "\\") or "\\" in text:
        return fallback
    scheme, host, path, query, _fragment = urlsplit(text)
    if scheme or host:
        return fallback
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return fallback
    return f"{path}?{query}" if query else path


def _device() -> str:
    return request.user_agent.string


def _limits(email: str) -> list[tuple[RateLimitItem, str]]:
    here = askers.network()
    return [
        (MOST_FOR_ONE, f"{here} {email.strip().casefold()[:320]}"),
        (MOST_FROM_ONE, here),
        (MOST_OF_ALL, "everywhere"),
    ]


def _may_try(email: str) -> bool:
    limiter = current_app.extensions["sign-in"]
    return all(limiter.test(most, who) for most, who in _limits(email))


def _count_failure(email: str) -> None:
    limiter = current_app.extensions["sign-in"]
    for most, who in _limits(email):
        limiter.hit(most, who)
