"""The picture of what differs, and the same as a table: added, gone, tied otherwise."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l

from coordinator import picture_grounds
from coordinator.picture_differences import Difference
from coordinator.places import alphabetical
from graphs.pictures import BROKEN
from views.network import drawing, legends
from views.network.node_names import names, page_of
from views.network.picture_words import NODES, TIES
from views.viewing import viewer

# What a change is called. A tie is gone with what it tied; then it is not told of.
CHANGES = {"added": _l("Kommer til"), "gone": _l("Blir borte"), "changed": _l("Endret")}
BROKEN_WORDS = {"added": _l("Blir brutt"), "gone": _l("Ikke lenger brutt")}
FIRST_ROWS, MOST_ROWS = 12, 1000


def is_at_hand() -> bool:
    """Return whether the network is small enough to be drawn while a page is made."""
    return picture_grounds.is_at_hand(viewer())


def told(found: Difference) -> dict[str, Any]:
    """Return the drawing of what differs, its legend, and its rows."""
    called = names({node.id: node.kind for node in found.view.nodes})
    drawn = drawing.prepared(
        found.view, called, changes=found.nodes, tie_changes=found.ties
    )
    # These have a sign of their own: that their ties are others, not what they are.
    retied = list(found.nodes.values()).count("changed")
    # Who comes or goes is told before what ties them.
    rows = sorted(
        [*_nodes(found, called), *_ties(found, called)],
        key=lambda row: (
            list(CHANGES).index(row["change"]),
            row["is_tie"],
            alphabetical(row["name"]),
        ),
    )
    return {
        "svg": drawing.inline(
            drawn,
            called,
            lambda node: "" if found.nodes[node] == "gone" else page_of(node),
        ),
        "legend": [
            (change, words, drawing.key_of(change), count)
            for change, words in CHANGES.items()
            if (count := found.count(change) - (retied if change == "changed" else 0))
        ],
        "retied": (drawing.key_of_retied(), retied) if retied else None,
        "broken": drawing.key_of("added", "broken") if _becomes_broken(found) else "",
        "told": legends.of(found.view),
        "rows": rows[:FIRST_ROWS],
        "rest": rows[FIRST_ROWS:MOST_ROWS],
        "shown": len(found.view.nodes),
        "total": found.view.total,
        "more": max(0, len(rows) - MOST_ROWS),
    }


def _becomes_broken(found: Difference) -> bool:
    return any(
        tie.kinds[0] == BROKEN and found.ties[tie[:2]] == "added"
        for tie in found.view.ties
    )


def _nodes(found: Difference, called: dict[str, str]) -> Iterator[dict[str, Any]]:
    for node in found.view.nodes:
        if change := found.nodes[node.id]:
            yield {
                "change": change,
                "words": CHANGES[change],
                "is_ill": False,
                "is_tie": False,
                "name": called[node.id],
                "href": page_of(node.id) if change != "gone" else "",
                "what": NODES[node.kind],
            }


def _ties(found: Difference, called: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the ties that differ: all that the picture draws and its legend counts."""
    for tie in found.view.ties:
        change = found.ties[tie.source, tie.target]
        is_broken = tie.kinds[0] == BROKEN and change in BROKEN_WORDS
        yield {
            "change": change,
            "words": BROKEN_WORDS[change] if is_broken else CHANGES[change],
            "is_ill": is_broken and change == "added",
            "is_tie": True,
            "name": f"{called[tie.source]} – {called[tie.target]}",
            "href": "",
            "what": ", ".join(dict.fromkeys(str(TIES[kind]) for kind in tie.kinds)),
        }
