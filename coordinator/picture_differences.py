"""Pictures of what differs: between two days, and with some taken out.

What is not alike is drawn, with what it is tied to; the rest of the network is not.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from coordinator import picture_grounds, pictures, questions
from coordinator.access import Viewer
from coordinator.picture_grounds import Ground
from coordinator.pictures import Totals, View, Wanted
from coordinator.questions import Reading
from graphs import pictures as graph_pictures


@dataclass(frozen=True)
class Difference:
    """A view of what differs; nodes by key, and ties by their ends, with the change.

    `added`, `gone` or `changed`; empty for a node that is drawn for its ties alone.
    """

    view: View
    nodes: Mapping[str, str]
    ties: Mapping[tuple[str, str], str]

    def count(self, change: str) -> int:
        """Return how many nodes and ties have that change."""
        return sum(one == change for one in (*self.nodes.values(), *self.ties.values()))


def between(on: date, compare: date | None, viewer: Viewer) -> Difference:
    """Return what is drawn on the one day and not, or otherwise, on the other.

    `compare` is today when None; what is added is there on `compare`.
    """
    with questions.reading(viewer, on) as (kept, before):
        after = questions.of_day(kept, compare or questions.today())
        was, now = (picture_grounds.ground_of(kept, one) for one in (before, after))
    # As of any view: what takes long is done when others may read the directory again.
    return _difference((was, before), (now, after))


def without(keys: Collection[str], viewer: Viewer) -> Difference:
    """Return what is gone, and what comes instead, when these are taken out at once.

    Raise NotFound as `questions.what_if` does.
    """
    with questions.reading(viewer) as (kept, before):
        after = questions.taken_out(keys, before)
        was = picture_grounds.ground_of(kept, before)
    # What is left has a directory of its own, which nobody else reads.
    now = picture_grounds.gathered(viewer, after)
    return _difference((was, before), (now, after))


def _difference(
    before: tuple[Ground, Reading], after: tuple[Ground, Reading]
) -> Difference:
    wanted = Wanted(measure="degree")
    graph = graph_pictures.differing(
        *(pictures.narrowed(wanted, base, found) for base, found in (before, after))
    )
    totals = Totals.of(graph)
    if not graph_pictures.fits(graph):
        graph = graph_pictures.strongest(graph)
    return Difference(
        pictures.laid_out(wanted, after[1].on, graph, totals),
        {node: str(held["change"]) for node, held in graph.nodes(data=True)},
        {
            (one, other): str(held["change"])
            for one, other, held in graph.edges(data=True)
        },
    )
