"""A page for each node, all that it is tied to, for those who use no picture."""

from flask import Response, render_template, url_for

from coordinator import picture_grounds, pictures
from coordinator.errors import NotFound
from coordinator.pictures import Wanted
from graphs.pictures import MEASURES
from views import asked, kept
from views.network import around
from views.network.blueprint import bp
from views.network.node_names import figure, names, page_of, record, what_if
from views.network.picture_words import MEASURES as MEASURE_WORDS
from views.network.picture_words import NODES
from views.viewing import viewer


@bp.get("/nodes/<id>")
def node(id: str) -> Response:
    """Show what a node is tied to, by kind of tie, as links to their pages."""
    return kept.page(_render_node)


def _render_node() -> bytes:
    key = asked.part("id")
    base = picture_grounds.ground(viewer())
    is_measured = pictures.is_measured(viewer())
    if key not in base.nodes:
        raise NotFound("node", key)
    kind = base.nodes[key]
    groups, found = around.groups(key, base.of(key)), around.around(key)
    ends = {key, *(end for group in groups for end in group.ends)}
    called = names({one: base.nodes[one] for one in ends})
    return render_template(
        "network/node.html",
        kind=kind,
        kind_word=NODES[kind],
        name=called[key],
        groups=[
            (
                group.words,
                [
                    (called[one], page_of(one), base.nodes[one], NODES[base.nodes[one]])
                    for one in around.in_order(group.ends, called)
                ],
            )
            for group in groups
        ],
        around=found._replace(page="") if found else None,
        record=record(key, kind),
        measures=_measures(key) if is_measured else [],
        is_measured=is_measured,
        what_if=what_if(key, kind),
        map=url_for("network.map_page", around=key),
    ).encode()


def _measures(key: str) -> list[tuple[str, str, str]]:
    """Return what it weighs in the whole network, where all of it can be drawn."""
    found = []
    for measure in MEASURES:
        view = pictures.view(Wanted(measure=measure), viewer())
        if key in view.by_id and not view.is_gathered:
            words, why = MEASURE_WORDS[measure]
            weight = figure(measure, view.by_id[key].weight)
            found.append((str(words), weight, str(why)))
    return found
