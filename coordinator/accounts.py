"""Accounts: who may sign in, by which link and password, and where they are signed in.

Every secret leaves once, to the one it is for; what is kept of it is its SHA-256.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import uuid4

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Row, Select, bindparam, func, or_

from coordinator import outbox, own_connection, passwords, zones
from coordinator.access import (
    READER,
    UNIT,
    Viewer,
    agency,
    select_to_write,
    select_visible,
)
from coordinator.errors import BadAddress, LinkGone, NotFound, Taken
from coordinator.values import has_controls
from models import (
    LANGUAGES,
    USER_ROLES,
    Feed,
    OneTimeLink,
    Organisation,
    Token,
    User,
    UserSession,
    db,
    one_write,
)

IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
LASTS = {
    "first": timedelta(hours=24),
    "invitation": timedelta(days=7),
    "reset": timedelta(hours=1),
}
LONGEST_DEVICE = 200
LONGEST_LABEL = 100
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Account(NamedTuple):
    """Who is signed in, and by which session."""

    key: str
    email: str
    role: str
    organisation: str | None
    language: str
    session: str
    seen_at: datetime


def viewer_of(account: Account) -> Viewer:
    """Return how the one who is signed in, or her program, sees the network."""
    if account.role == "agency" and account.organisation:
        return agency(account.organisation)
    return {"unit": UNIT, "reader": READER}[account.role]


class IssuedToken(NamedTuple):
    """A token as its user sees it: everything but the secret."""

    digest: str
    label: str
    made_at: datetime
    used_at: datetime | None


class Device(NamedTuple):
    """One session of a user, as the user sees it; `is_this` asks from here."""

    digest: str
    device: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def address_of(text: str) -> str:
    """Return the e-mail address as it is kept; raise BadAddress for none."""
    try:
        found = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False
        )
    except EmailNotValidError as error:
        raise BadAddress from error
    return found.normalized.casefold()


@one_write
def create(
    email: str,
    role: str,
    organisation: str | None = None,
    language: str = "nb",
    *,
    is_mailed: bool = False,
) -> str:
    """Create a user and return the secret of the link that sets the first password.

    `is_mailed` mails the link too.
    Raise BadAddress, Taken for an address that has a user, NotFound for an unknown
    role, language or organisation; an agency user has an organisation, others none.
    """
    address = address_of(email)
    if role not in USER_ROLES:
        raise NotFound("role", role)
    if language not in LANGUAGES:
        raise NotFound("language", language)
    wanted = organisation or ""
    if has_controls(wanted):
        raise NotFound("organisation", wanted)
    known = select_to_write(Organisation.key).where(Organisation.key == wanted)
    has_one = db.session.execute(known).first() is not None
    if has_one != (role == "agency") or (organisation and not has_one):
        raise NotFound("organisation", wanted)
    user = _new_user(address, role, organisation, language)
    secret = _link(user, "invitation")
    if is_mailed:
        _mail(user, "invitation", secret=secret)
    return secret


def _mail(user: User, kind: str, **told: str) -> None:
    outbox.write(kind, user.email, told, language=user.language, user=user.key)


def _new_user(
    address: str, role: str, organisation: str | None = None, language: str = "nb"
) -> User:
    if _user_by(User.email == address):
        raise Taken
    user = User(
        key=uuid4().hex,
        email=address,
        role=role,
        organisation=organisation,
        language=language,
        created_at=_now(),
    )
    db.session.add(user)
    db.session.flush()
    return user


@one_write
def first_link() -> str | None:
    """Return the secret of the link that creates the first unit user.

    None where someone of the unit can sign in already. Older first links die.
    """
    return None if has_unit_user() else _link(None, "first")


def has_unit_user() -> bool:
    """Return whether someone of the unit has set a password and may sign in."""
    statement = select_to_write(User.key).where(
        User.role == "unit",
        User.password_hash.is_not(None),
        User.disabled_at.is_(None),
    )
    return db.session.execute(statement.limit(1)).first() is not None


@one_write
def renew_link(email: str, purpose: str = "reset") -> str | None:
    """Return the secret of a new link for the user of the address; older ones die.

    None where nobody who may sign in has the address: the asker must not learn which.
    """
    try:
        user = _user_by(User.email == address_of(email), User.disabled_at.is_(None))
    except BadAddress:
        user = None
    if user is None:
        return None
    _end_links(user)
    return _link(user, purpose)


@one_write
def ask_reset(email: str) -> None:
    """Mail a link that sets a new password, if someone who may sign in has the address.

    Who asks learns nothing: for an unknown address as much is written, and taken away.
    Anyone can ask, so an invitation works on.
    """
    try:
        user = _user_by(User.email == address_of(email), User.disabled_at.is_(None))
    except BadAddress:
        user = None
    if user:
        _mail(user, "reset", secret=_link(user, "reset"))
        return
    secret = {"secret": _link(None, "reset")}  # nobody's: it opens nothing
    message = outbox.write("reset", "nobody@localhost", secret)
    db.session.delete(message)
    db.session.flush()


@one_write
def invite_again(key: str) -> str:
    """Mail the user a new link, older ones dying, and return its secret.

    Raise NotFound where there is no such user who may sign in.
    """
    user = _user_by(User.key == key, User.disabled_at.is_(None))
    if user is None:
        raise NotFound("user", key)
    purpose = "reset" if user.password_hash else "invitation"
    _end_links(user)
    secret = _link(user, purpose)
    _mail(user, purpose, secret=secret)
    return secret


def _link(user: User | None, purpose: str) -> str:
    """Return the secret of a new link; an older one for the same purpose dies."""
    owner = user.key if user else None
    _remove(
        OneTimeLink,
        OneTimeLink.user.is_not_distinct_from(owner),
        OneTimeLink.purpose == purpose,
    )
    secret = secrets.token_urlsafe(32)
    expires_at = _now() + LASTS[purpose]
    link = {"user": owner, "purpose": purpose, "expires_at": expires_at}
    db.session.add(OneTimeLink(digest=digest_of(secret), **link))
    db.session.flush()
    return secret


def _end_links(user: User) -> None:
    _remove(OneTimeLink, OneTimeLink.user == user.key)


def link_works_until(secret: str) -> datetime | None:
    """Return until when a link that waits in a mail works; None for one that is gone.

    Leaves no transaction open, so that a write may follow.
    """
    expires_at = OneTimeLink.__table__.c.expires_at
    statement = select_to_write(expires_at).where(
        OneTimeLink.digest == digest_of(secret), OneTimeLink.expires_at > _now()
    )
    found: datetime | None = db.session.scalars(statement).first()
    db.session.rollback()
    return found


def who_has_link(secret: str) -> str | None:
    """Return the address of the link's user; None for the link of the first user.

    Raise LinkGone for a link that was used, grew old, or never was.
    """
    user = _user_of_link(secret)
    return user.email if user else None


@one_write
def set_password(secret: str, password: str, device: str, email: str = "") -> str:
    """Set the password of the link's user, sign in, and return the session's secret.

    `email` is the address of the first unit user, whom that link creates. The link is
    used up and every other session ends. Raise LinkGone, BadAddress, Taken or
    WeakPassword; then nothing has changed.
    """
    user = _user_of_link(secret)
    if user is None:
        user = _first_user(address_of(email))
    if user.password_hash:
        _mail(user, "password_changed")
    user.password_hash = passwords.keep(
        password, [user.email, *re.split(r"[@.]", user.email)]
    )
    _remove(OneTimeLink, OneTimeLink.digest == digest_of(secret))
    _remove(OneTimeLink, OneTimeLink.user == user.key)
    _remove(UserSession, UserSession.user == user.key)
    return _begin_session(user, device)


def _first_user(address: str) -> User:
    """Return the unit's first user, made now unless invited before."""
    if has_unit_user():
        raise LinkGone
    user = _user_by(User.email == address, User.role == "unit")
    return user or _new_user(address, "unit")


def _user_of_link(secret: str) -> User | None:
    """Return the link's user, None for the first of all; raise LinkGone."""
    statement = select_to_write(OneTimeLink).where(
        OneTimeLink.digest == digest_of(secret), OneTimeLink.expires_at > _now()
    )
    link: OneTimeLink | None = db.session.scalars(statement).first()
    if link is None:
        raise LinkGone
    if link.purpose == "first":
        return None
    user = _user_by(User.key == link.user, User.disabled_at.is_(None))
    if user is None:
        raise LinkGone
    return user


def sign_in(email: str, password: str, device: str) -> str | None:
    """Return the secret of a new session, or None: who asks must not learn why.

    An unknown address, a wrong password and a disabled user take the same time.
    """
    try:
        address = address_of(email)
    except BadAddress:
        address = ""
    user = _user_by(User.email == address)
    kept = user.password_hash if user and user.disabled_at is None else None
    # Hashed outside the write: nobody waits for it.
    db.session.rollback()
    if not passwords.is_right(password, kept):
        return None
    return _open_session(address, password, kept or "", device)


@one_write
def _open_session(address: str, password: str, kept: str, device: str) -> str | None:
    """Begin a session unless the password was changed or the user disabled since."""
    unchanged = User.password_hash == kept, User.disabled_at.is_(None)
    user = _user_by(User.email == address, *unchanged)
    if user is None:
        return None
    if passwords.is_outdated(kept):
        user.password_hash = passwords.renew(password)
    return _begin_session(user, device)


def _begin_session(user: User, device: str) -> str:
    secret, now = secrets.token_urlsafe(32), _now()
    session = UserSession(
        digest=digest_of(secret),
        user=user.key,
        began_at=now,
        seen_at=now,
        device="".join(filter(str.isprintable, device))[:LONGEST_DEVICE],
    )
    db.session.add(session)
    return secret


def signed_in(secret: str) -> Account | None:
    """Return whose session it is; None where it ended, grew old, or was never.

    One statement, in the write that has begun or on this thread's own connection. A
    session grows old after half an hour unseen, or twelve hours.
    """
    now = _now()
    values = {"digest": digest_of(secret), "seen": now - IDLE, "began": now - AT_MOST}
    row = _who_asks(_of_session(), values)
    return Account(*row) if row else None


def _who_asks(
    statement: Select[*tuple[Any, ...]], values: dict[str, Any]
) -> Row[*tuple[Any, ...]] | None:
    """Ask in the transaction that has begun, so that it stays true until it ends."""
    if db.session.registry.has() and db.session().in_transaction():
        return db.session.execute(statement, values).first()
    return own_connection.first(statement, **values)


@cache
def _of_session() -> Select[*tuple[Any, ...]]:
    """Return the statement, built once: building it took longer than running it."""
    user, session = User.__table__.c, UserSession.__table__.c
    return select_to_write(
        user.key,
        user.email,
        user.role,
        user.organisation,
        user.language,
        session.digest,
        session.seen_at,
    ).where(
        session.digest == bindparam("digest"),
        user.key == session.user,
        user.disabled_at.is_(None),
        session.seen_at > bindparam("seen"),
        session.began_at > bindparam("began"),
    )


def is_due(account: Account) -> bool:
    """Return whether it is time to write down that the session was seen."""
    return _now() - account.seen_at >= SEEN_EVERY


@one_write
def see(account: Account) -> None:
    """Write down that the session was seen now; no more than every five minutes."""
    statement = select_to_write(UserSession).where(
        UserSession.digest == account.session
    )
    if session := db.session.scalars(statement).first():
        session.seen_at = _now()


def devices(account: Account) -> list[Device]:
    """Return where the user is signed in, the one last seen first."""
    session = UserSession.__table__.c
    columns = session.digest, session.device, session.began_at, session.seen_at
    statement = (
        select_to_write(*columns)
        .where(
            session.user == account.key,
            session.began_at > _now() - AT_MOST,
            session.seen_at > _now() - IDLE,
        )
        .order_by(session.seen_at.desc())
    )
    return [
        Device(**row._mapping, is_this=row.digest == account.session)
        for row in db.session.execute(statement)
    ]


@one_write
def end_session(account: Account, digest: str | None = None) -> None:
    """End one of the user's sessions, or all of them; at once, on every device."""
    for one in _sessions_of(account):
        if digest in (None, one.digest):
            db.session.delete(one)


def _sessions_of(account: Account) -> list[UserSession]:
    statement = select_to_write(UserSession).where(UserSession.user == account.key)
    return list(db.session.scalars(statement))


@one_write
def forget_old() -> None:
    """Forget sessions, links and feeds that have grown old, and what they tell."""
    now = _now()
    unseen, too_long = UserSession.seen_at <= now - IDLE, now - AT_MOST
    _remove(UserSession, or_(unseen, UserSession.began_at <= too_long))
    _remove(OneTimeLink, OneTimeLink.expires_at <= now)
    _remove(Feed, Feed.expires_at <= now)


@one_write
def choose_language(account: Account, language: str) -> None:
    """Let mails to the user be in this language; raise NotFound for one unknown."""
    if language not in LANGUAGES:
        raise NotFound("language", language)
    if user := _user_by(User.key == account.key):
        user.language = language


def timezone_of(account: Account) -> str:
    """Return the zone whose clocks the user reads."""
    statement = select_to_write(User.timezone).where(User.key == account.key)
    return str(db.session.scalars(statement).one())


@one_write
def choose_timezone(account: Account, timezone: str) -> None:
    """Let mails to the user tell times in this zone; raise NotFound for one unknown."""
    if not zones.known(timezone):
        raise NotFound("timezone", timezone)
    if user := _user_by(User.key == account.key):
        user.timezone = timezone


@one_write
def set_disabled(key: str, *, disabled: bool) -> None:
    """Let a user sign in no more, or again; sessions and links die at once.

    Raise NotFound.
    """
    user = _user_by(User.key == key)
    if user is None:
        raise NotFound("user", key)
    user.disabled_at = _now() if disabled else None
    _remove(UserSession, UserSession.user == key)
    _remove(OneTimeLink, OneTimeLink.user == key)
    _remove(Token, Token.user == key)
    _remove(Feed, Feed.user == key)
    outbox.withdraw(key)


@one_write
def issue_token(email: str, label: str = "") -> str:
    """Return a new bearer token for the user of the address; also without a password.

    Raise NotFound where nobody who may sign in has the address.
    """
    try:
        user = _user_by(User.email == address_of(email), User.disabled_at.is_(None))
    except BadAddress:
        user = None
    if user is None:
        raise NotFound("user", email)
    secret = secrets.token_urlsafe(32)
    label = "".join(filter(str.isprintable, label))[:LONGEST_LABEL]
    values = {"user": user.key, "label": label, "made_at": _now()}
    db.session.add(Token(digest=digest_of(secret), **values))
    return secret


def bearer(secret: str) -> Account | None:
    """Return whose token it is; None where it was taken back, or never was.

    `session` is the token's digest, and `seen_at` when the token was last used.
    """
    row = _who_asks(_of_token(), {"digest": digest_of(secret)})
    if row is None:
        return None
    *values, is_new = row
    account = Account(*values)
    return account._replace(seen_at=_LONG_AGO) if is_new else account


@cache
def _of_token() -> Select[*tuple[Any, ...]]:
    user, token = User.__table__.c, Token.__table__.c
    return select_to_write(
        user.key,
        user.email,
        user.role,
        user.organisation,
        user.language,
        token.digest,
        func.coalesce(token.used_at, token.made_at).label("seen_at"),
        token.used_at.is_(None),
    ).where(
        token.digest == bindparam("digest"),
        user.key == token.user,
        user.disabled_at.is_(None),
    )


@one_write
def use_token(account: Account) -> None:
    """Write down that the token was used now; no more than every five minutes."""
    statement = select_to_write(Token).where(Token.digest == account.session)
    if token := db.session.scalars(statement).first():
        token.used_at = _now()


def tokens(account: Account) -> list[IssuedToken]:
    """Return the user's tokens, the newest first."""
    token = Token.__table__.c
    columns = token.digest, token.label, token.made_at, token.used_at
    statement = select_to_write(*columns).where(token.user == account.key)
    rows = db.session.execute(statement.order_by(token.made_at.desc()))
    return [IssuedToken(*row) for row in rows]


@one_write
def take_back_token(account: Account, digest: str) -> None:
    """Take back one of the user's tokens; it is dead at once."""
    statement = select_to_write(Token).where(Token.user == account.key)
    for token in db.session.scalars(statement):
        if token.digest == digest:
            db.session.delete(token)


def users(viewer: Viewer) -> Sequence[Any]:
    """Return every user that the viewer may see, by address."""
    user = User.__table__.c
    columns = user.key, user.email, user.role, user.organisation, user.disabled_at
    has_password = user.password_hash.is_not(None).label("has_password")
    statement = select_visible(*columns, has_password, viewer=viewer)
    return list(db.session.execute(statement.order_by(user.email)))


def email_of(key: str, viewer: Viewer) -> str:
    """Return the user's address; empty where there is none that the viewer may see."""
    user = User.__table__.c
    statement = select_visible(user.email, viewer=viewer).where(user.key == key)
    return db.session.scalars(statement).first() or ""


def _user_by(*conditions: Any) -> User | None:
    found: User | None = db.session.scalars(
        select_to_write(User).where(*conditions)
    ).first()
    return found


def _remove(model: Any, *conditions: Any) -> None:
    for row in db.session.scalars(select_to_write(model).where(*conditions)):
        db.session.delete(row)
    db.session.flush()


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
