"""What if: take out persons, posts, organisations or mandates, and see what breaks."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import (
    catalogue,
    meeting_names,
    networks,
    picture_differences,
    questions,
    registers,
    scenarios,
)
from coordinator.access import UNIT
from coordinator.columns import EDITED
from coordinator.errors import NotFound
from coordinator.questions import Changed
from coordinator.registers import Wanted
from coordinator.scenarios import LONGEST_TITLE, MOST_WITHOUT, BadScenario
from models import db
from views import asked, errors
from views.cells import titled
from views.language import chosen_language
from views.network import changes, differing
from views.network.blueprint import bp
from views.network.telling import named
from views.network.words import FAULTS
from views.viewing import viewer

KINDS = ("organisation", "post", "person")
NETWORK, MEETING = "network:", "meeting:"
MOST_TIES = 10
LONGEST_KEY = 100
Faults = tuple[tuple[str, str], ...]


class Answer(NamedTuple):
    """What is taken out, what changes then, and which keys nobody knows."""

    without: tuple[str, ...]
    changed: Sequence[Changed]
    unknown: tuple[str, ...]


@bp.get("/what-if")
def what_if() -> BaseResponse:
    """Show what breaks without those whom the address names; the address is shared."""
    given, query = _given(request.args.getlist("without")), ""
    faults: Faults = ()
    try:
        query = asked.text("q")
    except asked.BadParameter:
        faults = (("q", str(FAULTS["without", "control_character"])),)
    found = _found(query, given) if query else {}
    if len(found) == 1 and len(given) < MOST_WITHOUT:
        only = next(iter(found))
        return redirect(url_for("network.what_if", without=[*given, only]))
    answer = _answer(given)
    if len(given) > MOST_WITHOUT:
        faults = (*faults, ("q", str(FAULTS["without", "too_many"])))
    page = _page(answer, query=query, found=found, faults=faults)
    status = 422 if faults else 404 if answer.unknown else 200
    return make_response(page, status)


def _given(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key.strip() for key in keys if key.strip()))


def _answer(given: tuple[str, ...]) -> Answer:
    """Return what changes without those who are there; the others are named."""
    odd = tuple(key for key in given if asked.is_odd(key))
    keys = [key for key in given if key not in odd][:MOST_WITHOUT]
    unknown = list(odd)
    while keys:
        try:
            changed = questions.what_if(keys, viewer())
            return Answer(tuple(keys), changed, tuple(unknown))
        except NotFound as error:
            unknown.append(error.value)
            keys.remove(error.value)
    return Answer((), (), tuple(unknown))


def _page(
    answer: Answer,
    *,
    query: str = "",
    found: dict[str, str] | None = None,
    title: str = "",
    faults: Faults = (),
) -> str:
    known, language = catalogue.current(viewer()), chosen_language()
    names = _names(answer.without)
    is_unit = viewer() == UNIT
    saved = scenarios.listed(viewer()) if is_unit else []
    return render_template(
        "network/what_if.html",
        query=query,
        found=[
            (name, url_for("network.what_if", without=[*answer.without, key]))
            for key, name in (found or {}).items()
            if key not in answer.without
        ],
        without=[
            (
                key,
                names[key],
                url_for(
                    "network.what_if",
                    without=[one for one in answer.without if one != key],
                ),
            )
            for key in answer.without
        ],
        unknown=[_printable(key) for key in answer.unknown],
        comes=sum(one.change == "appears" for one in answer.changed),
        goes=sum(one.change == "disappears" for one in answer.changed),
        groups=changes.grouped(answer.changed, known, language),
        picture=differing.told(picture_differences.without(answer.without, viewer()))
        if answer.without and differing.is_at_hand()
        else None,
        is_unit=is_unit,
        saved=[(one, url_for("network.what_if", without=one.without)) for one in saved],
        title=title,
        longest=LONGEST_TITLE,
        faults=faults,
        by_field=dict(faults),
        address=url_for("network.what_if", without=answer.without, _external=True),
    )


def _printable(key: str) -> str:
    """Return what was given as a key, so that it can be shown."""
    return "".join(one if one.isprintable() else "\ufffd" for one in key[:LONGEST_KEY])


# Searching


def _found(text: str, given: Sequence[str]) -> dict[str, str]:
    """Return by key all that is called so: entries, networks, and ties between them."""
    found = registers.called(text, viewer(), KINDS)
    forums = networks.called(text, viewer())
    found |= {f"{NETWORK}{key}": name for key, name in forums.items()}
    held = titled(meeting_names.called(text, viewer()))
    found |= {f"{MEETING}{key}": name for key, name in held.items()}
    ties = [
        kind.key(row)
        for kind in (EDITED["holdings"], EDITED["memberships"])
        for _address, row in registers.listed(kind, viewer(), Wanted(text)).rows[
            :MOST_TIES
        ]
    ]
    found |= _names(ties)
    return {key: name for key, name in found.items() if key not in given}


def _names(keys: Iterable[str]) -> dict[str, str]:
    """Return in words what the keys are, those of ties included."""
    keys = list(keys)
    parts = {
        part
        for key in keys
        for part in key.removeprefix(NETWORK).removeprefix(MEETING).split("|")
    }
    entries = named(parts, viewer()) if parts else {}
    forums = networks.names(parts, viewer()) if parts else {}
    held = titled(meeting_names.titles(parts, viewer())) if parts else {}
    return {
        key: held.get(key.removeprefix(MEETING), key)
        if key.startswith(MEETING)
        else _name(key, entries, forums)
        for key in keys
    }


def _name(key: str, entries: dict[str, str], forums: dict[str, str]) -> str:
    if key.startswith(NETWORK):
        return forums.get(key.removeprefix(NETWORK), key)
    first, *others = key.split("|")
    if not others:
        return entries.get(key, key)
    second = entries.get(others[0], others[0])
    if len(others) > 2:
        network = forums.get(first, first)
        return str(_("%(who)s i %(network)s", who=second, network=network))
    person = entries.get(first, first)
    return str(_("%(person)s som %(post)s", person=person, post=second))


# Scenarios


@bp.post("/what-if/scenarios")
def save_scenario() -> BaseResponse:
    """Save what is taken out, under a title."""
    title = request.form.get("title", "")
    without = _given(request.form.getlist("without"))
    faults: Faults = ()
    if any(map(asked.is_odd, without)):
        faults = (("q", str(FAULTS["without", "control_character"])),)
    else:
        try:
            scenarios.save(title, without, current_user.account)
        except BadScenario as bad:
            field = "q" if bad.field == "without" else bad.field
            faults = ((field, str(FAULTS[bad.field, bad.code])),)
    if faults:
        db.session.rollback()  # what is worked out is kept outside of writes
        return make_response(_page(_answer(without), title=title, faults=faults), 422)
    saved = url_for("network.what_if", without=without, _anchor="saved")
    return redirect(saved, 303)


@bp.post("/what-if/scenarios/remove")
def remove_scenario() -> BaseResponse:
    """Remove a saved scenario."""
    try:
        scenarios.remove(request.form.get("key", ""), current_user.account)
    except NotFound:
        return errors.page(404, _("Scenarioet er alt fjernet."))
    return redirect(url_for("network.what_if", _anchor="saved"), 303)
