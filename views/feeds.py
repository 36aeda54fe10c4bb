"""Feeds: calendars that programs read at secret addresses, and where one makes them."""

import hashlib
import logging
import re
from collections import OrderedDict
from datetime import date, datetime
from typing import Any, NamedTuple

from apiflask import APIBlueprint
from flask import (
    Flask,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.wrappers import Response as BaseResponse

from coordinator import accounts, feed_events, feeds, meetings, networks
from coordinator.errors import NotFound
from coordinator.feed_events import Voice
from coordinator.feeds import Read, TooMany
from coordinator.opening import OSLO
from models import db
from views import asked, askers
from views.addresses import absolute, base
from views.viewing import viewer

bp = APIBlueprint("feeds", __name__, enable_openapi=False)
TYPE = "text/calendar; charset=utf-8"
LONGEST_TOKEN = 100
KEPT_TAGS = 10_000
MOST_OFFERED = 200
# Addresses that lead nowhere, from one place. One that does is always answered.
MOST_MISSES = parse("10/minute")
_SECRETS = re.compile(r"(/feeds/|/replies/|/account/links/)[^\s/?\"']+")
# Another change may make it another's at any time, and no search engine's ever.
HEADERS = [
    ("Cache-Control", "private, no-cache"),
    ("X-Robots-Tag", "noindex"),
]


class Kept(NamedTuple):
    """The tag of a feed's bytes, and all that they rested on when they were made."""

    tag: str
    state: tuple[Any, ...]
    day: date
    expires_at: datetime
    used_at: datetime


def init_app(app: Flask) -> None:
    """Remember tags, limit misses, and let no log hold the secret of an address."""
    app.extensions["feeds"] = OrderedDict[str, Kept]()
    app.extensions["missed-feeds"] = MovingWindowRateLimiter(MemoryStorage())
    app.logger.addFilter(_mask)


def _mask(record: logging.LogRecord) -> bool:
    record.msg = _SECRETS.sub(r"\1…", record.getMessage())
    record.args = ()
    return True


# What programs read


@bp.get("/feeds/<secret:token>.ics")
def show(token: str) -> Response:
    """Return the calendar, or that it has not changed since it was read.

    The tag is of the bytes. Until the network, the user or the day changes it stands,
    and one question tells that. Dead or never there: 404, in nobody's words.
    """
    digest = accounts.digest_of(token) if len(token) <= LONGEST_TOKEN else ""
    state = feeds.state_of(digest)
    if state is None:
        return _missed()
    now = datetime.now(OSLO)
    tags: OrderedDict[str, Kept] = current_app.extensions["feeds"]
    kept = tags.get(digest)
    if (
        kept is not None
        and (kept.state, kept.day) == (state, now.date())
        and now < kept.expires_at
        and now - kept.used_at < feeds.USED_EVERY
        and _has(kept.tag)
    ):
        return Response(status=304, headers=[*HEADERS, ("ETag", kept.tag)])
    read = feeds.read(digest)
    if read is None:
        tags.pop(digest, None)
        return _missed()
    if feeds.is_due(read.feed):
        db.session.rollback()
        feeds.use(digest)
    body = _told(read)
    db.session.rollback()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    used_at = now if feeds.is_due(read.feed) else read.feed.used_at or now
    tags[digest] = Kept(tag, state, now.date(), read.feed.expires_at, used_at)
    if len(tags) > KEPT_TAGS:
        tags.popitem(last=False)
    headers = [*HEADERS, ("ETag", tag)]
    if _has(tag):
        return Response(status=304, headers=headers)
    return Response(body, headers=headers, content_type=TYPE)


def _has(tag: str) -> bool:
    """Return whether the reader says it has these bytes (RFC 9110, section 13.1.2).

    By the tag alone: no date says which meetings went out of sight.
    """
    given = request.environ.get("HTTP_IF_NONE_MATCH")
    if not given:
        return False
    return given == tag or request.if_none_match.contains_weak(tag.strip('"'))


def _told(read: Read) -> bytes:
    with force_locale(read.account.language):
        own = _("Mine møter i Coordinator")
        name = feeds.name_of(read.feed.scope, read.feed.subject, read.viewer)
        is_own = read.feed.scope in feeds.OWN
        about = _("Det nyeste står alltid i Coordinator.")
        return feed_events.calendar(read, own if is_own else name, about, _voice())


def _voice() -> Voice:
    settings = current_app.config["SETTINGS"]
    unit = settings.unit.name or _("Koordineringsenheten")
    return Voice(_("Møte"), settings.mail_from, unit, f"{base()}/meetings")


def _missed() -> Response:
    """Say that there is no such calendar, and after many times only to wait."""
    limiter = current_app.extensions["missed-feeds"]
    is_few = limiter.hit(MOST_MISSES, askers.network())
    headers = HEADERS if is_few else [*HEADERS, ("Retry-After", "60")]
    status = 404 if is_few else 429
    return Response("", status, headers=headers, mimetype="text/plain")


@bp.get("/meetings/<key>.ics")
def meeting(key: str) -> Response:
    """Return one meeting as a file for the reader's own calendar."""
    reader = viewer()
    found = meetings.profile(asked.part("key"), reader)
    body = feed_events.single(found, reader, _voice())
    name = f"attachment; filename={re.sub(r'[^a-z0-9-]', '', key) or 'meeting'}.ics"
    headers = [*HEADERS, ("Content-Disposition", name)]
    return Response(body, headers=headers, content_type=TYPE)


# Where one makes them


@bp.get("/feeds")
def index() -> str:
    """Show one's calendars, and how to make another."""
    return _page()


@bp.post("/feeds")
def make() -> BaseResponse:
    """Make a calendar, and show its address this once."""
    given = request.form
    scope, _colon, subject = given.get("what", "").partition(":")
    fault = ""
    try:
        if asked.is_odd(subject):
            raise NotFound(scope, subject)
        secret = feeds.make(
            current_user.account, scope, subject, given.get("label", "")
        )
    except NotFound:
        fault = _("Velg hva kalenderen skal vise.")
    except TooMany:
        fault = _(
            "Du har %(most)s kalendere. Slett en du ikke bruker, først.",
            most=feeds.MOST,
        )
    else:
        return Response(_page(absolute("feeds.show", token=secret)))
    return Response(_page(fault=fault, given=given), 422)


@bp.post("/feeds/revoke")
def revoke() -> BaseResponse:
    """Delete one of one's calendars; its address is dead at once."""
    feeds.revoke(current_user.account, request.form.get("feed", ""))
    return redirect(url_for("feeds.index"), 303)


def _page(made: str = "", fault: str = "", given: Any = None) -> str:
    account, reader = current_user.account, viewer()
    names = {
        "mine": _("Mine møter, med varsel 15 minutter før"),
        "quiet": _("Mine møter, uten varsel"),
    }
    listed = [
        (
            one,
            names.get(one.scope)
            or feeds.name_of(one.scope, one.subject, reader)
            or _("Kan ikke leses av deg lenger"),
        )
        for one in feeds.listed(account)
    ]
    return render_template(
        "feeds/index.html",
        made=made,
        fault=fault,
        given=given or request.args,
        feeds=listed,
        choices=[*names.items(), *_offered(reader, account.organisation)],
        longest=feeds.LONGEST_LABEL,
    )


def _offered(reader: Any, own: str | None) -> list[tuple[str, str]]:
    """Return what besides one's own meetings a calendar may show, and its name.

    One's own organisation, the networks, and what the page that led here was of.
    """
    found: dict[str, str] = {}
    wanted, _colon, subject = request.args.get("what", "").partition(":")
    if wanted in feeds.SCOPES and not asked.is_odd(subject):
        found[f"{wanted}:{subject}"] = feeds.name_of(wanted, subject, reader)
    if own:
        name = feeds.name_of("organisation", own, reader)
        found[f"organisation:{own}"] = name
    for key, name in networks.offered(reader, MOST_OFFERED).items():
        found[f"network:{key}"] = name
    return [(what, name) for what, name in found.items() if name and subject != what]
