"""Living with a weak spot until a day: accepted with a reason, and withdrawn."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import acceptances, catalogue, questions, state
from coordinator.acceptances import LONGEST_REASON, Accepted, BadAcceptance
from coordinator.errors import NotFound
from coordinator.suggestions import has_unseen_signs, holds_identity_number
from coordinator.values import Unreadable, read_date
from graphs.findings import Finding
from models import db, text_in
from views import asked, errors
from views.account import own_path
from views.language import chosen_language
from views.network.blueprint import bp
from views.network.telling import Telling
from views.network.words import FAULTS, QUESTIONS, REASONS
from views.viewing import viewer


@dataclass(frozen=True)
class Form:
    """What was typed, and what is wrong with it: field and sentence."""

    until: str = ""
    reason: str = ""
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def by_field(self) -> dict[str, str]:
        """What is wrong, by field."""
        return dict(self.faults)


@bp.get("/<question>/accept")
def ask_to_accept(question: str) -> BaseResponse:
    """Ask until when, and why, the unit lives with a finding."""
    digest = request.args.get("finding", "")
    return make_response(_page(question, digest, Form(), request.args.get("next", "")))


@bp.post("/<question>/accept")
def accept(question: str) -> BaseResponse:
    """Accept the finding until the day, and lead back to the list."""
    given = request.form
    digest, wanted = given.get("finding", ""), given.get("next", "")
    form = Form(given.get("until", "").strip(), given.get("reason", ""))
    # Looked up before the write begins: others may write meanwhile.
    db.session.rollback()
    finding = _finding(question, digest)
    if finding is None:
        return _gone()
    until, faults = _read(form)
    if not faults:
        db.session.rollback()
        try:
            act = acceptances.accept(
                finding,
                until,
                form.reason,
                current_user.account,
                today=questions.today(),
            )
        except BadAcceptance as bad:
            faults = [(bad.field, bad.code)]
        else:
            return redirect(_back(question, wanted, act), 303)
    told = tuple((field, str(FAULTS[field, code])) for field, code in faults)
    page = _page(question, digest, Form(form.until, form.reason, told), wanted)
    return make_response(page, 422)


def _read(form: Form) -> tuple[date | None, list[tuple[str, str]]]:
    """Return the day, and what is wrong with the texts themselves, all of it."""
    until, faults = None, []
    try:
        until = read_date(form.until) if form.until else None
    except Unreadable:
        faults.append(("until", "bad_date"))
    if not form.until:
        faults.append(("until", "required"))
    if code := what_is_wrong(form.reason, LONGEST_REASON):
        faults.append(("reason", code))
    return until, faults


def what_is_wrong(text: str, longest: int) -> str:
    """Return a code for why a text cannot be kept; empty where it can."""
    if not text.strip():
        return "required"
    if len(text.strip()) > longest:
        return "too_long"
    if has_unseen_signs(text.replace("\r\n", "\n")):
        return "control_character"
    return "identity_number" if holds_identity_number(text) else ""


def _finding(question: str, digest: str) -> Finding | None:
    """Return the finding that the digest names; None where it is there no longer."""
    if question not in state.COUNTED:
        abort(404)
    found = state.answer(question, viewer()).asked.findings
    return next((one for one in found if state.digest(one) == digest), None)


def _gone() -> BaseResponse:
    sentence = _("Funnet er ikke der lenger. Kanskje er det rettet.")
    return errors.page(404, sentence)


def _page(question: str, digest: str, form: Form, wanted: str) -> Any:
    finding = _finding(question, digest)
    if finding is None:
        return _gone()
    known, language = catalogue.current(viewer()), chosen_language()
    telling = Telling([finding], viewer(), known, language)
    return render_template(
        "network/accept.html",
        question=question,
        digest=digest,
        title=QUESTIONS[question][0],
        sentence=telling.sentence(finding),
        behind=telling.behind(finding),
        form=form,
        longest=LONGEST_REASON,
        next=wanted,
        back=own_path(wanted, url_for("network.ask", question=question)),
    )


def _back(question: str, wanted: str, act: int | None) -> str:
    to = own_path(wanted, url_for("network.ask", question=question))
    return f"{to}{'&' if '?' in to else '?'}done={act or ''}"


# All that is accepted


@bp.get("/accepted")
def accepted() -> str:
    """List what is accepted, until when and why, and how many findings it covers."""
    known, language = catalogue.current(viewer()), chosen_language()
    covers: dict[str, int] = {}
    for question in state.COUNTED:
        for one in state.answer(question, viewer()).asked.accepted.values():
            covers[one.key] = covers.get(one.key, 0) + 1
    every = acceptances.standing(viewer(), questions.today())
    every.sort(key=lambda one: (one.until, one.key))
    telling = Telling(map(_as_finding, every), viewer(), known, language)
    return render_template(
        "network/accepted.html",
        title=QUESTIONS["accepted"][0],
        why=QUESTIONS["accepted"][1],
        accepted=[_told(one, covers.get(one.key, 0), telling) for one in every],
        is_withdrawn=bool(asked.count("withdrawn")),
    )


def _as_finding(one: Accepted) -> Finding:
    """Return what is accepted as a finding, to be told in the same words."""
    return Finding(
        one.question,
        one.weakness,
        step=one.step,
        to_step=one.to_step,
        place=one.place,
        track=one.track,
        organisations=one.about,
        networks=one.about,
    )


def _told(one: Accepted, covers: int, telling: Telling) -> dict[str, Any]:
    about = [_called(key, telling) for key in one.about]
    step = telling.step(one.step)
    if one.to_step:
        step = f"{step} → {telling.step(one.to_step)}"
    return {
        "key": one.key,
        "question": QUESTIONS[one.question][0],
        "weakness": REASONS.get(one.weakness, one.weakness),
        "step": step,
        "place": telling.place(one.place) if one.place else "",
        "track": telling.track(one.track),
        "about": telling.listed(about) if about else "",
        "reason": text_in(one.reason, telling.language),
        "until": one.until,
        "covers": covers,
        "href": url_for(
            "network.ask",
            question=one.question,
            accepted="only",
            reason=one.weakness,
            step=one.step,
        ),
    }


def _called(key: str, telling: Telling) -> str:
    """Return what an entry, a kind, a network or a source is called."""
    name = telling.forums.get(key) or telling.name(key)
    return telling.source(key) if name == key else name


@bp.post("/accepted/withdraw")
def withdraw() -> BaseResponse:
    """Accept it no longer, and show what still is."""
    try:
        act = acceptances.withdraw(request.form.get("key", ""), current_user.account)
    except NotFound:
        return errors.page(404, _("Dette er alt trukket tilbake."))
    return redirect(url_for("network.accepted", withdrawn=act), 303)
