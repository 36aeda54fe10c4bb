"""Networks, for those who are signed in: a list to search, and who is in each."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from textwrap import shorten
from typing import Any

from apiflask import APIBlueprint
from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from coordinator import catalogue, networks
from coordinator.access import UNIT
from coordinator.catalogue import Catalogue
from coordinator.networks import Belonging, Member
from coordinator.picture_grounds import NETWORK
from coordinator.places import alphabetical
from views import asked, kept, wording
from views.cards import kind_label
from views.filters import day
from views.forms import today
from views.meetings import lists
from views.network import around
from views.viewing import viewer

bp = APIBlueprint("networks", __name__, enable_openapi=False)

SHORT_MANDATE = 220


@bp.get("/networks")
def index() -> Response:
    """List networks by name; `q` and `state` in the address narrow it."""
    return kept.page(_render_list)


def _render_list() -> bytes:
    query, skip = asked.text("q"), asked.count("skip")
    state, on = asked.choice("state", wording.NETWORK_STATES), today()
    found, more = networks.listed(viewer(), on, query=query, state=state, skip=skip)
    given = asked.given("q", "state")
    step = networks.PAGE
    return render_template(
        "networks/index.html",
        networks=[
            (
                one.key,
                one.name,
                one.members,
                lasting(one.valid_from, one.valid_to, on),
                shorten(one.mandate, SHORT_MANDATE, placeholder=" …"),
            )
            for one in found
        ],
        query=query,
        state=state,
        states=wording.NETWORK_STATES.items(),
        may_edit=viewer() == UNIT,
        previous=_page(given, max(0, skip - step)) if skip else "",
        next=_page(given, skip + step) if more else "",
        first=skip + 1,
        last=skip + len(found),
        is_narrowed=bool(request.args.keys() - {"lang", "skip"}),
    ).encode()


def _page(given: dict[str, str], skip: int) -> str:
    return url_for("networks.index", **given, skip=skip or None)  # type: ignore[arg-type]


@bp.get("/networks/<key>")
def show(key: str) -> Response:
    """Show a network: its mandate, until when, who is in as what, and who was."""
    return kept.page(_render)


def _render() -> bytes:
    known, language, on = catalogue.current(viewer()), asked.language(), today()
    found = networks.profile(asked.part("key"), viewer(), on)
    return render_template(
        "networks/show.html",
        network=found,
        lasting=lasting(found.valid_from, found.valid_to, on),
        has_ended=found.on < on,
        chairs=[_said(one, known, language) for one in found.chairs],
        groups=_by_kind(found.members, known, language),
        coming=[_said(one, known, language) for one in found.coming],
        former=[_said(one, known, language) for one in found.former],
        may_edit=viewer() == UNIT,
        meetings=lists.of_network(found.key),
        around=around.around(f"{NETWORK}{found.key}"),
    ).encode()


def _by_kind(
    members: Iterable[Member], known: Catalogue, language: str
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the members by the kind of their organisation, in alphabetical order."""

    def kind(member: Member) -> str:
        return kind_label(member.kind, known, language)

    by_kind = sorted(members, key=lambda one: (alphabetical(kind(one)), one.kind))
    return [
        (label, [_said(one, known, language) for one in few])
        for label, few in groupby(by_kind, key=kind)
    ]


def _said(member: Member, known: Catalogue, language: str) -> dict[str, Any]:
    return {
        "organisation": member.organisation,
        "name": member.name,
        "kind": kind_label(member.kind, known, language),
        "title": member.title,
        "role": wording.MEMBER_ROLES[member.role],
        "from_to": from_to(member.valid_from, member.valid_to),
        "ended": member.ended,
        "persons": [(held.person.name, held.deputy) for held in member.held_by],
    }


def belonging(found: Iterable[Belonging]) -> list[tuple[str, str, str]]:
    """Return key, name and "as what, until when" of each network one is in."""
    return [
        (key, name, "; ".join(map(_as_what, few)))
        for (key, name), few in groupby(found, key=lambda one: (one.network, one.name))
    ]


def _as_what(one: Belonging) -> str:
    role, until = str(wording.MEMBER_ROLES[one.role]), from_to(None, one.valid_to)
    return ", ".join(filter(None, (role, one.title, until)))


def from_to(first: date | None, last: date | None) -> str:
    """Return the days from and to in words; empty where neither is said."""
    if first and last:
        return str(_("%(first)s til %(last)s", first=day(first), last=day(last)))
    if first:
        return str(_("fra %(day)s", day=day(first)))
    return str(_("til %(day)s", day=day(last))) if last else ""


def lasting(first: date | None, last: date | None, on: date) -> str:
    """Return until when a network stands, or since when it does not."""
    if last and last < on:
        return str(_("Avsluttet %(day)s", day=day(last)))
    if first and first > on:
        return str(_("Begynner %(day)s", day=day(first)))
    return str(_("Mandat til %(day)s", day=day(last)) if last else _("Uten sluttdato"))
