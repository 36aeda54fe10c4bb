"""Nodes in words: what they are called, what they weigh, and which pages are theirs."""

from collections.abc import Mapping

from flask import url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from coordinator import catalogue, networks
from coordinator.picture_grounds import NETWORK, STEP
from models import text_in
from views.filters import number
from views.language import chosen_language
from views.network.telling import named
from views.viewing import viewer


def names(found: Mapping[str, str]) -> dict[str, str]:
    """Return what the nodes are called, given with their kinds."""
    reader, language = viewer(), chosen_language()
    known = catalogue.current(reader)
    entries = [one for one in found if not one.startswith((NETWORK, STEP))]
    forums = [one.removeprefix(NETWORK) for one in found if one.startswith(NETWORK)]
    called = named(entries, reader) if entries else {}
    if forums:
        called |= {
            f"{NETWORK}{key}": name
            for key, name in networks.names(forums, reader).items()
        }
    for one in found:
        if one.startswith(STEP):
            step = known.steps.get(one.removeprefix(STEP))
            called[one] = text_in(step.title, language) if step else one
    return {
        one: str(_("Kretsen rundt %(name)s", name=called.get(one, one)))
        if kind == "circle"
        else called.get(one, one)
        for one, kind in found.items()
    }


def figure(measure: str, weight: float) -> str:
    """Return what a node weighs as it is read: 0,69, or a whole number of ties."""
    if measure == "degree":
        return number(int(weight))
    return str(format_decimal(weight, "0.00"))


def name(node: str) -> str:
    """Return what one node is called."""
    return names({node: ""})[node]


def page_of(node: str) -> str:
    """Return the page of a node."""
    return url_for("network.node", id=node)


def record(key: str, kind: str) -> str:
    """Return the page of what the node is, or of its record where it has no other."""
    if kind == "step":
        return url_for("steps.show", code=key.removeprefix(STEP))
    if kind == "network":
        return url_for("networks.show", key=key.removeprefix(NETWORK))
    if kind == "organisation":
        return url_for("organisations.show", key=key)
    register = {"post": "posts", "person": "persons"}[kind]
    return url_for("records.show", register=register, address=key)


def what_if(key: str, kind: str) -> str:
    """Return where one sees what breaks without it; nowhere for a step."""
    is_none = kind in ("step", "circle")
    return "" if is_none else url_for("network.what_if", without=key)
