"""The answer page of an invitation: by a signed link, without a session.

GET shows and changes nothing, for scanners of mail read every link; POST answers. The
link is the secret: it is told to no other site and stands in no log.
"""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.wrappers import Response as BaseResponse

from coordinator import calendar_check, calendar_objects, replies
from coordinator.calendar_objects import EventView
from coordinator.editing import Invalid
from coordinator.errors import NotFound
from coordinator.meetings import iso
from coordinator.replies import GIVEN, LONGEST_COMMENT, LONGEST_NAME, Asked, NotAsked
from models import db
from views import mail_calendars, reply_page, reply_tokens, wording
from views.addresses import of_meeting
from views.language import chosen_language

bp = APIBlueprint("replies", __name__, enable_openapi=False)
# By invitation: enough to change one's mind at each time of a series. A deputy is
# written to, so that there are fewer.
MOST_ANSWERS = parse("20/hour")
MOST_DEPUTIES = parse("5/hour")
FIELDS = {
    "answer": _l("Svaret"),
    "comment": _l("Kommentaren"),
    "name": _l("Navnet"),
    "email": _l("E-postadressen"),
}
SENTENCES = {
    "deputy_is_self": _l(
        "Adressen er din egen, eller til en som har sendt deg: velg en annen."
    ),
    "too_many_deputies": _l(
        "Mange har sendt stedfortreder her. Ring enheten, så finner de noen."
    ),
}


def init_app(app: Flask) -> None:
    """Limit how often one invitation is answered."""
    app.extensions["replies"] = MovingWindowRateLimiter(MemoryStorage())


@bp.after_request
def keep_the_link_secret(response: Response) -> Response:
    """Let no other site and no search engine learn the address."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/replies/<token>")
def show(token: str) -> str:
    """Show the meeting as it was sent, and ask; change nothing."""
    return _page(token, _asked(token), request.args, [])


@bp.post("/replies/<token>")
def answer(token: str) -> BaseResponse | tuple[str, int]:
    """Take down the answer, to all or to one occurrence, and show it."""
    asked = _asked_to_write(token, MOST_ANSWERS, "answer")
    given = request.form
    faults: list[tuple[str, str]] = []
    if given.get("answer", "") not in GIVEN:
        faults.append(("answer-accepted", _("Velg om du kommer.")))
    original, is_known = _occurrence(asked, given.get("occurrence", ""))
    if not is_known:
        faults.append(("occurrence", _("Velg et av møtene i listen.")))
    if not faults:
        try:
            replies.answer(
                asked.invitation.key,
                given["answer"],
                comment=given.get("comment", ""),
                original=original,
            )
        except Invalid as problem:
            faults = _faults(problem)
        except NotFound:
            faults.append(("occurrence", _("Dette møtet er endret. Velg på nytt.")))
        except NotAsked:
            pass  # taken back this moment: the page says so
    if faults:
        return _page(token, _asked(token), given, faults), 422
    return redirect(url_for("replies.show", token=token, done="answer"), 303)


@bp.post("/replies/<token>/deputy")
def send_deputy(token: str) -> BaseResponse | tuple[str, int]:
    """Let somebody come instead, who is written to at once."""
    asked = _asked_to_write(token, MOST_DEPUTIES, "deputy")
    given = request.form
    try:
        replies.send_deputy(
            asked.invitation.key,
            given.get("name", ""),
            given.get("email", ""),
            comment=given.get("comment", ""),
        )
    except Invalid as problem:
        return _page(token, _asked(token), given, _faults(problem), "deputy"), 422
    except NotAsked:
        pass  # taken back this moment: the page says so
    return redirect(url_for("replies.show", token=token, done="deputy"), 303)


@bp.get("/replies/<token>/invite.ics")
def calendar(token: str) -> Response:
    """Give the meeting as a file for a calendar: as it was sent, without attendees.

    Under the same UID as the mail, so that a calendar which has it keeps one of it.
    """
    asked = _asked(token)
    page = reply_page.of(asked, _unit())
    if page.state in ("cancelled", "taken_back"):
        abort(404)
    views = _views(asked, page)
    raw = calendar_objects.calendar(views, method="PUBLISH")
    calendar_check.check(raw, views, "PUBLISH")
    response = Response(raw)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = "attachment; filename=invite.ics"
    return response


def _unit() -> str:
    return current_app.config["SETTINGS"].unit.name or str(_("Koordineringsenheten"))


def _asked(token: str) -> Asked:
    """Return what the invitation of this token asks; 404 for no such."""
    invitation = reply_tokens.invitation_of(token)
    if invitation is None:
        abort(404)
    try:
        return replies.asked(invitation)
    except NotFound:
        abort(404)


def _asked_to_write(token: str, most: Any, what: str) -> Asked:
    """Return what is asked, to one who may answer it now.

    There is no session to abuse, so no token of a form: but a page of another site
    cannot answer, since browsers say where a form comes from.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        abort(403)
    asked = _asked(token)
    limiter = current_app.extensions["replies"]
    if not limiter.hit(most, what, asked.invitation.key):
        abort(429)
    if reply_page.of(asked, _unit()).state != "open":
        # The page says why: nothing can be answered any more.
        abort(_closed(token))
    db.session.rollback()
    return asked


def _closed(token: str) -> BaseResponse:
    return redirect(url_for("replies.show", token=token), 303)


def _occurrence(asked: Asked, code: str) -> tuple[datetime | None, bool]:
    """Return the occurrence that was chosen, none for all; and whether it can be."""
    if not code:
        return None, True
    page = reply_page.of(asked, _unit())
    db.session.rollback()
    if code not in {one.code for one in page.occasions}:
        return None, False
    return datetime.fromisoformat(code), True


def _faults(problem: Invalid) -> list[tuple[str, str]]:
    """Return which field is wrong and why, in words."""
    found = []
    for one in problem.findings:
        column = one.column or ""
        if sentence := SENTENCES.get(one.code):
            found.append((column, str(sentence)))
            continue
        said = wording.problem(one.code, dict(one.details or {}))
        found.append((column, f"{FIELDS[column]} {said}."))
    return found


def _page(
    token: str,
    asked: Asked,
    given: Any,
    faults: list[tuple[str, str]],
    form: str = "answer",
) -> str:
    page = reply_page.of(asked, _unit())
    wanted = given.get("answer", "")
    chosen = given.get("occurrence", "")
    return render_template(
        "replies/show.html",
        page=page,
        token=token,
        faults=faults,
        wrong={column for column, _sentence in faults},
        form=form,
        done=request.args.get("done", "") if request.method == "GET" else "",
        answers=reply_page.ANSWERS,
        wanted=wanted
        if wanted in GIVEN
        else page.answer
        if page.answer in GIVEN
        else "",
        chosen=chosen if chosen in {one.code for one in page.occasions} else "",
        given=given if faults else {},
        longest={"comment": LONGEST_COMMENT, "name": LONGEST_NAME},
        contact=current_app.config["SETTINGS"].unit,
        unit=_unit(),
        rest=of_meeting(page.meeting, chosen_language()),
    )


def _views(asked: Asked, page: reply_page.Page) -> list[EventView]:
    """Return the meeting as it was sent, as a calendar takes it in by hand."""
    told = asked.sent.told
    assert told is not None
    meeting = asked.profile.meeting
    series = reply_page.series_of(told)
    link = page.link
    place = told["location"] if not page.is_protected else ""
    address = mail_calendars.answer_page(asked.invitation.key, chosen_language())
    shared: dict[str, Any] = {
        "uid": meeting.uid,
        "stamp": asked.sent.stamped_at,
        "timezone": series.timezone,
        "summary": page.title,
        # That of the series, not of one occurrence of it, which may be higher.
        "sequence": min(asked.sent.sequence, meeting.sequence),
        "description": _("Svar eller send en stedfortreder: %(link)s", link=address),
        "link": link,
        "url": "" if link else address,
        "organizer": current_app.config["SETTINGS"].mail_from,
        "organizer_name": _unit(),
        "class_": "private" if page.is_protected else "",
    }
    off = tuple(at for at, one in series.overrides.items() if one.is_cancelled)
    original = datetime.fromisoformat(told["only"]) if told["only"] else None
    views = []
    if original is None:
        views.append(
            EventView(
                starts=series.starts,
                ends=series.ends,
                rule=series.rule,
                exdates=off,
                location=place or link,
                **shared,
            )
        )
    for at, one in sorted(series.overrides.items()):
        if one.is_cancelled:
            continue
        own = told["overrides"][iso(at)][2] if not page.is_protected else ""
        views.append(
            EventView(
                starts=one.starts,
                ends=one.ends,
                recurrence_id=at,
                location=own or place or link,
                **shared,
            )
        )
    if not views:
        views.append(
            EventView(
                starts=series.starts,
                ends=series.ends,
                recurrence_id=original,
                location=place or link,
                **shared,
            )
        )
    return views
