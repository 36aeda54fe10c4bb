"""What is around one node: the small picture, the groups it is tied to, and a summary.

The small picture is the same on the page of a node, on the pages of what it is, and on
a phone beside the table.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from coordinator import picture_grounds, pictures, questions
from coordinator.errors import NotFound
from coordinator.picture_grounds import Ground
from coordinator.pictures import Shown, Tied, View, Wanted
from coordinator.places import alphabetical
from graphs import labels
from graphs.labels import Spot
from graphs.pictures import RANKS, Line
from views.filters import number
from views.network import drawing, legends
from views.network.legends import Legend
from views.network.node_names import names, page_of, what_if
from views.network.picture_words import GROUPS, NODES
from views.viewing import viewer

# The small picture: an ellipse around the one in the middle.
WIDTH, HEIGHT = 328.0, 450.0
MOST_AROUND, ROOM = 8, 131.0
MIDDLE, OTHERS = 11.0, 7.0
# So many are named in a summary; more are counted.
MOST_NAMED, MOST_GROUPS = 2, 4


class Around(NamedTuple):
    """The small picture of one node: its drawing, and where to see more of it."""

    svg: str
    legend: Legend
    name: str
    shown: int
    total: int
    page: str
    map: str


def around(node: str) -> Around | None:
    """Return the small picture around a node, for the page of what it is.

    None for who may not ask the network's questions, for what is in no picture, and
    where the network is so large that the page would have to wait for it.
    """
    if not questions.may_ask(viewer()) or not picture_grounds.is_at_hand(viewer()):
        return None
    try:
        view = pictures.view(Wanted(around=node, measure="degree"), viewer())
    except NotFound:
        return None
    return small(node, view)


def of_place(code: str, called: str) -> Around | None:
    """Return the small picture of a place: those with most to do there."""
    if not questions.may_ask(viewer()) or not picture_grounds.is_at_hand(viewer()):
        return None
    wanted = Wanted(place=code, kind="organisation-step", measure="degree")
    view = pictures.view(wanted, viewer())
    acting = [one for one in view.ranked if one.kind == "organisation"]
    place = Shown(f"place:{code}", "place", 0, 0, len(acting), 0)
    few = acting[:MOST_AROUND]
    ties = [Tied(place.id, one.id, ("does",)) for one in few]
    names_of = names({one.id: one.kind for one in few}) | {place.id: called}
    here = url_for("places.show", code=code)
    drawn = _in_a_ring(place, few, ties, names_of)
    return Around(
        drawing.inline(
            drawn, names_of, lambda one: here if one == place.id else page_of(one)
        ),
        legends.signs(few, ties),
        called,
        len(few),
        len(acting),
        "",
        url_for("network.map_page", place=code),
    )


def _wider(cosine: float) -> float:
    """Return where on a superellipse: names above and below want room beside them."""
    return math.copysign(abs(cosine) ** 0.6, cosine)


def small(node: str, view: View, href: Callable[[str], str] = page_of) -> Around | None:
    """Return the small picture around a node of a view; None where it is not in it."""
    if node not in view.by_id:
        return None
    ties = sorted(
        view.neighbours[node],
        key=lambda tie: (
            RANKS[tie.kinds[0]],
            -view.by_id[_other(tie, node)].degree,
            _other(tie, node),
        ),
    )
    few = ties[:MOST_AROUND]
    ends = [view.by_id[_other(tie, node)] for tie in few]
    called = names({one.id: one.kind for one in (view.by_id[node], *ends)})
    drawn = _in_a_ring(view.by_id[node], ends, few, called)
    return Around(
        drawing.inline(drawn, called, href),
        legends.signs(drawn.nodes, few),
        called[node],
        len(few),
        len(ties),
        page_of(node),
        url_for("network.map_page", around=node),
    )


def _other(tie: Tied, node: str) -> str:
    return tie.target if tie.source == node else tie.source


def _in_a_ring(
    middle: Shown,
    ends: Sequence[Shown],
    ties: Sequence[Tied],
    called: Mapping[str, str],
) -> drawing.Drawn:
    x, y = WIDTH / 2, HEIGHT / 2 - 8
    nodes = [middle._replace(x=x, y=y)]
    for at, end in enumerate(ends):
        turn = 2 * math.pi * (at + 0.5) / len(ends) - math.pi / 2
        nodes.append(
            end._replace(
                x=round(x + (WIDTH / 2 - 56) * _wider(math.cos(turn)), 1),
                y=round(y + (HEIGHT / 2 - 50) * math.sin(turn), 1),
            )
        )
    radii = {one.id: OTHERS for one in ends} | {middle.id: MIDDLE}
    spots = [
        Spot(
            one.id,
            one.x,
            one.y,
            radii[one.id] + (drawing.RING if one.id == middle.id else 0),
            labels.broken_up(called[one.id], ROOM),
        )
        for one in nodes
    ]
    found = labels.placed(spots, WIDTH, HEIGHT, len(spots))
    bold = frozenset(one.id for one in nodes)
    return drawing.Drawn(
        WIDTH, HEIGHT, tuple(nodes), tuple(ties), radii, found, middle.id, bold
    )


# Groups


class Group(NamedTuple):
    """Those at the other end of ties of one kind: in words, and their keys."""

    words: str
    ends: frozenset[str]


def groups(key: str, lines: Iterable[Line]) -> list[Group]:
    """Return who is at the other end, by what ties them, in the order of the legend."""
    found: dict[tuple[str, bool], set[str]] = {}
    for line in lines:
        acts = line.source == key
        found.setdefault((line.kind, acts), set()).add(
            line.target if acts else line.source
        )
    merged: dict[str, set[str]] = {}
    for kind, acts in sorted(found, key=lambda one: (RANKS[one[0]], not one[1])):
        words = str(GROUPS[kind, acts])
        merged.setdefault(words, set()).update(found[kind, acts])
    return [Group(words, frozenset(ends)) for words, ends in merged.items()]


def in_order(ends: frozenset[str], called: Mapping[str, str]) -> list[str]:
    """Return the keys in the order of their names."""
    return sorted(ends, key=lambda one: (alphabetical(called[one]), one))


def panel(
    view: View, node: str, *, is_chosen: bool, href: str, near: str
) -> dict[str, Any]:
    """Return what is told of the selected node beside the picture."""
    one = view.by_id[node]
    called = names({node: one.kind})
    told: dict[str, Any] = {
        "kind": one.kind,
        "kind_word": NODES[one.kind],
        "name": called[node],
        "href": href,
        "is_chosen": is_chosen,
        "what_if": what_if(node, one.kind),
        "near": near,
        "near_words": _("Vis bare naboene"),
        "confirmed": None,
    }
    if one.kind == "circle":
        size = ngettext("%(count)s treff", "%(count)s treff", one.size, count=one.size)
        return told | {
            "facts": [(_("I kretsen"), size)],
            "near": href,
            "near_words": _("Åpne kretsen"),
        }
    base = picture_grounds.ground(viewer())
    return told | {
        "facts": _facts(node, view, base),
        "confirmed": pictures.confirmed(node, viewer()),
    }


def _facts(node: str, view: View, base: Ground) -> list[tuple[str, str]]:
    found = groups(node, pictures.lines_of(node, view, base))[:MOST_GROUPS]
    few = (group.ends for group in found if len(group.ends) <= MOST_NAMED)
    called = names({one: base.nodes[one] for ends in few for one in ends})
    facts = []
    for group in found:
        if len(group.ends) <= MOST_NAMED:
            words = ", ".join(called[one] for one in in_order(group.ends, called))
        else:
            kinds = Counter(base.nodes[end] for end in group.ends)
            words = ", ".join(
                counted(kinds[kind], kind) for kind in NODES if kinds[kind]
            )
        facts.append((group.words, words))
    return facts


def counted(count: int, kind: str) -> str:
    """Return how many of a kind: 3 steg."""
    shown = number(count)
    words: dict[str, Callable[[], str]] = {
        "organisation": lambda: ngettext(
            "%(n)s instans", "%(n)s instanser", count, n=shown
        ),
        "post": lambda: ngettext("%(n)s funksjon", "%(n)s funksjoner", count, n=shown),
        "person": lambda: ngettext("%(n)s person", "%(n)s personer", count, n=shown),
        "step": lambda: ngettext("%(n)s steg", "%(n)s steg", count, n=shown),
        "network": lambda: ngettext("%(n)s nettverk", "%(n)s nettverk", count, n=shown),
    }
    return words[kind]()
