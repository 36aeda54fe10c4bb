"""A page for each node, the keyboard's way through the picture; and what is around one.

The small picture is the same on the page of a node, on the pages of what it is, and on
a phone beside the table.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from flask import Response, render_template, url_for

from coordinator import pictures, questions
from coordinator.errors import NotFound
from coordinator.pictures import Shown, Tied, View, Wanted
from coordinator.places import alphabetical
from graphs import labels
from graphs.labels import Spot
from graphs.pictures import MEASURES, RANKS
from views import asked, kept
from views.network import drawing
from views.network import pictures as picture_pages
from views.network.blueprint import bp
from views.network.picture_words import GROUPS, NODES
from views.network.picture_words import MEASURES as MEASURE_WORDS
from views.viewing import viewer

# The small picture: an ellipse around the one in the middle.
WIDTH, HEIGHT = 328.0, 380.0
MOST_AROUND = 12
MIDDLE, OTHERS = 11.0, 7.0
NETWORK, STEP = "network:", "step:"


class Around(NamedTuple):
    """The small picture of one node: its drawing, and where to see more of it."""

    svg: str
    name: str
    shown: int
    total: int
    page: str
    map: str


def around(node: str, view: View | None = None) -> Around | None:
    """Return the small picture around a node; None for whom there is none.

    `view` is what it is taken from, the whole network where none is given. Who may not
    ask the network's questions sees no picture, nor does anyone of what is in none.
    """
    if not questions.may_ask(viewer()):
        return None
    if view is None:
        try:
            view = pictures.view(Wanted(around=node, measure="degree"), viewer())
        except NotFound:
            return None
    if node not in view.by_id or view.is_gathered:
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
    called = picture_pages.names([view.by_id[node], *ends])
    drawn = _in_a_ring(view.by_id[node], ends, few, called)
    return Around(
        drawing.inline(drawn, called, _page_of),
        called[node],
        len(few),
        len(ties),
        _page_of(node),
        url_for("network.map_page", around=node),
    )


def _other(tie: Tied, node: str) -> str:
    return tie.target if tie.source == node else tie.source


def _page_of(node: str) -> str:
    return url_for("network.node", id=node)


def _in_a_ring(
    middle: Shown,
    ends: Iterable[Shown],
    ties: Iterable[Tied],
    called: Mapping[str, str],
) -> drawing.Drawn:
    ends = list(ends)
    x, y = WIDTH / 2, HEIGHT / 2 - 8
    nodes = [middle._replace(x=x, y=y)]
    for at, end in enumerate(ends):
        turn = 2 * math.pi * (at + 0.5) / len(ends) - math.pi / 2
        # Every other one farther out, so that names beside each other have room.
        far = 1.0 if at % 2 or len(ends) < 7 else 0.66
        nodes.append(
            end._replace(
                x=round(x + (WIDTH / 2 - 62) * far * math.cos(turn), 1),
                y=round(y + (HEIGHT / 2 - 44) * far * math.sin(turn), 1),
            )
        )
    radii = {one.id: OTHERS for one in ends} | {middle.id: MIDDLE}
    spots = [
        Spot(
            one.id,
            one.x,
            one.y,
            radii[one.id] + (drawing.RING if one.id == middle.id else 0),
            labels.broken_up(called[one.id]),
        )
        for one in nodes
    ]
    found = labels.placed(spots, WIDTH, HEIGHT)
    bold = frozenset(one.id for one in nodes)
    return drawing.Drawn(
        WIDTH, HEIGHT, tuple(nodes), tuple(ties), radii, found, middle.id, bold
    )


# The page


@bp.get("/nodes/<id>")
def node(id: str) -> Response:
    """Show what a node is tied to, by kind of tie, as links to their pages."""
    return kept.page(_render_node)


def _render_node() -> bytes:
    key = asked.part("id")
    base = pictures.ground(viewer())
    if key not in base.nodes:
        raise NotFound("node", key)
    view = pictures.view(Wanted(around=key, measure="degree"), viewer())
    called = picture_pages.names(view.nodes)
    return render_template(
        "network/node.html",
        node=key,
        kind=view.by_id[key].kind,
        kind_word=NODES[view.by_id[key].kind],
        name=called[key],
        groups=_groups(key, base, called),
        around=around(key, view),
        record=record(key, view.by_id[key].kind),
        measures=_measures(key),
        what_if=what_if(key, view.by_id[key].kind),
        map=url_for("network.map_page", around=key),
        selected=url_for("network.map_page", selected=key),
    ).encode()


def _groups(
    key: str, base: pictures.Ground, called: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return those at the other end, by what ties them, in the order of the legend."""
    found: dict[tuple[str, bool], set[str]] = {}
    for line in base.lines:
        if line.source == key and line.target in called:
            found.setdefault((line.kind, True), set()).add(line.target)
        elif line.target == key and line.source in called:
            found.setdefault((line.kind, False), set()).add(line.source)
    merged: dict[str, dict[str, Any]] = {}
    for kind, acts in sorted(found, key=lambda one: (RANKS[one[0]], not one[1])):
        words = str(GROUPS[kind, acts])
        group = merged.setdefault(words, {"words": words, "kind": kind, "ends": set()})
        group["ends"] |= found[kind, acts]
    return [
        group
        | {
            "ends": [
                (called[one], _page_of(one), base.nodes[one], NODES[base.nodes[one]])
                for one in sorted(
                    group["ends"], key=lambda one: (alphabetical(called[one]), one)
                )
            ]
        }
        for group in merged.values()
    ]


def _measures(key: str) -> list[tuple[str, str, str]]:
    """Return what it weighs in the whole network, where all of it can be drawn."""
    found = []
    for measure in MEASURES:
        view = pictures.view(Wanted(measure=measure), viewer())
        if key in view.by_id and not view.is_gathered:
            words, why = MEASURE_WORDS[measure]
            weight = picture_pages.figure(measure, view.by_id[key].weight)
            found.append((str(words), weight, str(why)))
    return found


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
    return "" if kind == "step" else url_for("network.what_if", without=key)
