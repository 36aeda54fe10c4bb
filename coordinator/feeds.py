"""Feeds: secret addresses where a device of a user reads meetings, and nothing more.

Each leads to her own meetings, or to those of a network or an organisation. The secret
leaves once; what is kept of it is its SHA-256.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func

from coordinator import accounts, networks, organisations, own_connection
from coordinator.access import Viewer, select_to_write
from coordinator.accounts import Account
from coordinator.errors import NotFound, Refused
from models import Feed, User, db, one_write

LASTS = timedelta(days=365)
USED_EVERY = timedelta(minutes=5)
MOST = 20
LONGEST_LABEL = 100
# `quiet` are her own meetings too, without alarms.
OWN = ("mine", "quiet")
SCOPES = (*OWN, "network", "organisation")
FEED = Feed.__table__
USER = User.__table__
# What an answer from memory rests on, in one question: how network, feed and user are
# now. Every mail to a user names her, so her newest tells of invitations too.
STATE = (
    "SELECT c.value, u.role, u.organisation, u.language, u.disabled_at, "
    '(SELECT max(m.written_at) FROM message m WHERE m."user" = f."user") '
    'FROM feed f JOIN "user" u ON u.key = f."user" '
    "JOIN change_counter c ON c.id = 1 WHERE f.digest = ?"
)


class TooMany(Refused):
    """The user has as many feeds as one may have."""


class IssuedFeed(NamedTuple):
    """A feed as its user sees it: everything but the secret."""

    digest: str
    scope: str
    subject: str
    label: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


class Read(NamedTuple):
    """A feed that is read now, and whose it is."""

    feed: IssuedFeed
    account: Account

    @property
    def viewer(self) -> Viewer:
        """Who reads: its user, as she sees the network now."""
        return accounts.viewer_of(self.account)


@one_write
def make(account: Account, scope: str, subject: str = "", label: str = "") -> str:
    """Make a feed and return its secret, which is shown this once.

    Raise NotFound for a scope that is none, or a network or an organisation that the
    user does not see, and TooMany.
    """
    if scope not in SCOPES:
        raise NotFound("scope", scope)
    subject = "" if scope in OWN else subject
    if not name_of(scope, subject, accounts.viewer_of(account)):
        raise NotFound(scope, subject)
    count = select_to_write(func.count(FEED.c.digest))
    if db.session.scalars(count.where(FEED.c.user == account.key)).one() >= MOST:
        raise TooMany
    secret, now = secrets.token_urlsafe(32), _now()
    label = "".join(filter(str.isprintable, label)).strip()[:LONGEST_LABEL]
    db.session.add(
        Feed(
            digest=accounts.digest_of(secret),
            user=account.key,
            scope=scope,
            subject=subject,
            label=label,
            made_at=now,
            expires_at=now + LASTS,
        )
    )
    return secret


def name_of(scope: str, subject: str, viewer: Viewer) -> str:
    """Return what a feed is of, as the viewer knows it; empty where she sees none.

    Her own has no name but her own.
    """
    if scope in OWN:
        return scope
    if scope == "network":
        return networks.names([subject], viewer).get(subject, "")
    return organisations.name(subject, viewer)


def listed(account: Account) -> list[IssuedFeed]:
    """Return the user's feeds that have not expired, the newest first."""
    columns = (FEED.c[name] for name in IssuedFeed._fields)
    statement = select_to_write(*columns).where(
        FEED.c.user == account.key, FEED.c.expires_at > _now()
    )
    rows = db.session.execute(statement.order_by(FEED.c.made_at.desc()))
    return [IssuedFeed(*row) for row in rows]


@one_write
def revoke(account: Account, digest: str) -> None:
    """Take back one of the user's feeds; its address is dead at once."""
    statement = select_to_write(Feed).where(
        Feed.user == account.key, Feed.digest == digest
    )
    for feed in db.session.scalars(statement):
        db.session.delete(feed)


def read(digest: str) -> Read | None:
    """Return the feed of the digest; None where it is dead or never was.

    It dies with its time, when its user may no longer sign in, and when what it is of
    is no longer for her to see.
    """
    feed = [FEED.c[name] for name in IssuedFeed._fields]
    user = USER.c.key, USER.c.email, USER.c.role, USER.c.organisation, USER.c.language
    statement = select_to_write(*feed, *user).where(
        FEED.c.digest == digest,
        FEED.c.expires_at > _now(),
        USER.c.key == FEED.c.user,
        USER.c.disabled_at.is_(None),
    )
    row: Any = db.session.execute(statement).first()
    if row is None:
        return None
    *values, key, email, role, organisation, language = row
    issued = IssuedFeed(*values)
    seen_at = issued.used_at or issued.made_at
    account = Account(key, email, role, organisation, language, digest, seen_at)
    found = Read(issued, account)
    is_seen = name_of(issued.scope, issued.subject, found.viewer)
    return found if is_seen else None


def state_of(digest: str) -> tuple[Any, ...] | None:
    """Return what the feed's bytes rest on now, but the day; None for no such feed.

    The quickest question there is: it decides alone that nothing has changed.
    """
    return own_connection.values(STATE, digest)


def is_due(feed: IssuedFeed) -> bool:
    """Return whether it is time to write down that the feed was read."""
    return feed.used_at is None or _now() - feed.used_at >= USED_EVERY


@one_write
def use(digest: str) -> None:
    """Write down that the feed was read now; no more than every five minutes."""
    statement = select_to_write(Feed).where(Feed.digest == digest)
    if feed := db.session.scalars(statement).first():
        feed.used_at = _now()


def _now() -> datetime:
    return datetime.now(UTC)
