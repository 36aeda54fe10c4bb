"""What a picture's signs mean: shapes, lines and sizes, for a page and for a file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from flask_babel import gettext as _
from markupsafe import escape

from coordinator.pictures import Shown, Tied, View
from graphs import lettering
from views.network import drawing
from views.network.node_names import figure
from views.network.picture_words import LEGEND, MEASURES, NODES, TIES

# Ties that are drawn alike are told as one.
THIN = ("at", "holds", "member", "meets")
GREY = "#5a6069"
LEFT, GAP, ROW, LINE = 16.0, 20.0, 26.0, 36.0


class Size(NamedTuple):
    """How large and dark a node is drawn, and what it then weighs, as it is read."""

    radius: float
    shade: int
    weight: str


@dataclass(frozen=True)
class Legend:
    """The signs that are in a picture, each with its words; `by` names the measure."""

    nodes: tuple[tuple[str, str], ...]
    ties: tuple[tuple[str, str], ...]
    by: str = ""
    sizes: tuple[Size, ...] = ()


def of(view: View) -> Legend:
    """Return the legend of a view: what is not in it is not told."""
    measure = str(MEASURES[view.wanted.measure][0])
    return replace(
        signs(view.nodes, view.ties),
        by=_("Størrelse og farge etter %(measure)s", measure=measure.lower()),
        sizes=tuple(_sizes(view)),
    )


def signs(nodes: Iterable[Shown], ties: Iterable[Tied]) -> Legend:
    """Return the legend of shapes and lines alone."""
    shapes = {node.kind for node in nodes}
    lines = {tie.kinds[0] for tie in ties}
    thin = ", ".join(str(TIES[kind]) for kind in THIN if kind in lines)
    told = {kind: str(TIES[kind]) for kind in LEGEND if kind in lines} | {
        "member": thin
    }
    return Legend(
        tuple((kind, str(words)) for kind, words in NODES.items() if kind in shapes),
        tuple((kind, told[kind]) for kind in LEGEND if told.get(kind)),
    )


def _sizes(view: View) -> Iterator[Size]:
    """Yield the lightest node, one half as wide as the heaviest, and the heaviest."""
    radii, shades = drawing.sizes(view), drawing.shades(view)
    ranked = view.ranked[::-1]
    if not ranked:
        return
    heaviest = ranked[-1].weight
    middle = min(ranked, key=lambda one: abs(one.weight - heaviest / 4))
    told = dict.fromkeys(
        Size(radii[one.id], shades[one.id], figure(view.wanted.measure, one.weight))
        for one in (ranked[0], middle, ranked[-1])
    )
    # Two that are read alike are one.
    yield from {one.weight: one for one in told}.values()


def drawn(legend: Legend, top: float, width: float) -> tuple[str, float]:
    """Return the legend as SVG below a picture that wide, and where it ends."""
    found, y = [], top
    for row in (list(_nodes(legend)), list(_ties(legend)), list(_of_sizes(legend))):
        x = LEFT
        for sign, wide, words in row:
            long = wide + 8 + lettering.width(words)
            if x > LEFT and x + long > width - LEFT:
                x, y = LEFT, y + ROW
            found.append(
                f'<g transform="translate({x:.1f} {y:.1f})">{sign}'
                f'<text x="{wide + 8 if wide else 0:g}" y="4.5" fill="#1e2329">'
                f"{escape(words)}</text></g>"
            )
            x += long + GAP
        y += ROW if row else 0
    line = f'<path d="M0 {top - ROW}H{width:g}" stroke="#d2d5da"/>'
    return line + "".join(found), y


def _nodes(legend: Legend) -> Iterator[tuple[str, float, str]]:
    for kind, words in legend.nodes:
        yield (
            f'<path{drawing.BY_ATTRIBUTES.node(kind, False, drawing.FULL)} d="'
            f'{drawing.shape(kind, 8, 0, 7)}"/>',
            16,
            words,
        )


def _ties(legend: Legend) -> Iterator[tuple[str, float, str]]:
    for kind, words in legend.ties:
        look = drawing.BY_ATTRIBUTES.tie(kind, False)
        yield f'<path{look} d="M0 0H{LINE:g}"/>', LINE, words


def _of_sizes(legend: Legend) -> Iterator[tuple[str, float, str]]:
    if legend.sizes:
        yield "", 0, f"{legend.by}:"
    for radius, shade, weight in legend.sizes:
        grey = drawing.painted(GREY, shade)
        yield (
            f'<circle cx="{radius:g}" r="{radius:g}" fill="{grey}"/>',
            2 * radius,
            weight,
        )
