"""The drawing of a picture as SVG: lines by kind of tie, shapes by kind of node.

Of a page (classes, links, both colour schemes) or a file of its own (colours written
out). No style attribute, no script; every text goes through escaping.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from markupsafe import Markup, escape

from coordinator.pictures import Shown, Tied, View
from graphs import labels, lettering
from graphs.labels import Label, Spot
from graphs.layout import HEIGHT, WIDTH
from graphs.pictures import BROKEN, TIE_KINDS
from graphs.xml_letters import only_letters

Names = Mapping[str, str]
# The radius of the lightest and of the heaviest node, by how many there are.
RADII = ((40, 7.0, 14.0), (150, 5.0, 12.0), (600, 3.0, 10.0), (2000, 2.0, 8.0))
RADII_OF_MANY = (1.5, 6.0)
# How much of its kind's colour a node has, from the lightest to the heaviest; the rest
# is the page's. The palest stands out from it by three to one (WCAG 2.2, 1.4.11).
SHADES = (0.68, 0.79, 0.9, 1.0)
FULL = len(SHADES) - 1
RING = 5.0
SIGN = 6.5  # the radius of the ring around the sign of a change
MARK = 8  # the radius of a cross in its ring
# The names of so many of the heaviest are shown before anything else.
FOREMOST = 6
# Where so few are drawn, persons are named at rest.
FEW = 40
LONGEST_NAME = 200
# Beyond so many ties they are drawn finer, or they would hide what they tie.
MANY_TIES, FINER = 800, 0.5
# What a file of its own is coloured by; a page has classes for it.
PAINT = {
    "organisation": "#0062ba",
    "post": "#0a6b4f",
    "person": "#6a4fb3",
    "step": "#6b4e00",
    "network": "#2b2f36",
    "circle": "#0062ba",
    "place": "#5a6069",
}
STROKES = {
    "broken": ("#b3252c", 1.75, "2 4"),
    "answers": ("#002c54", 2.25, ""),
    "does": ("#5a6069", 1.25, ""),
    "advises": ("#5a6069", 1.25, "6 4"),
    "informed": ("#8a9099", 1.0, "1.5 3.5"),
    "holds": ("#8a9099", 1.0, ""),
    "at": ("#8a9099", 1.0, ""),
    "member": ("#8a9099", 1.0, ""),
    "meets": ("#8a9099", 1.0, ""),
    "hands_over": ("#8a9099", 1.0, "10 3"),
}
FADED = "0.4"
# The outlines that have corners: how many, turned by how much, grown by how much.
CORNERS = {
    "organisation": (4, 45, 0.9 * math.sqrt(2)),
    "person": (3, -90, 1.15),
    "step": (4, -90, 1.2),
    "network": (6, 0, 1.05),
}


@dataclass(frozen=True)
class Drawn:
    """A picture ready to be shown: its size, who is chosen, and where names stand.

    `bold` are the chosen one and its neighbours; all else is faded where there are any.
    `shades` say by what it weighs how much colour each has; all, where none is said.
    """

    width: float
    height: float
    nodes: tuple[Shown, ...]
    ties: tuple[Tied, ...]
    radii: Mapping[str, float]
    labels: Mapping[str, Label]
    chosen: str = ""
    bold: frozenset[str] = frozenset()
    shades: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, str] = field(default_factory=dict)
    tie_changes: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def has_many(self) -> bool:
        """Whether there are so many ties that they are drawn finer."""
        return len(self.ties) > MANY_TIES


def prepared(
    view: View,
    names: Names,
    chosen: str = "",
    changes: Mapping[str, str] | None = None,
    tie_changes: Mapping[tuple[str, str], str] | None = None,
) -> Drawn:
    """Return the drawing of a view, all of it, the chosen one's neighbours first.

    Where changes are told no name lies on any node. Persons are named where one of them
    is chosen or tied to it, where changes are told, and where few are drawn.
    """
    changes, tie_changes = changes or {}, tie_changes or {}
    bold = view.near(chosen) if chosen in view.by_id else frozenset()
    radii = sizes(view)
    ordered = sorted(
        view.ranked, key=lambda one: (one.id != chosen, one.id not in bold)
    )
    spots = [
        Spot(
            one.id,
            one.x,
            one.y,
            radii[one.id] + (RING if one.id == chosen else 0),
            labels.broken_up(names.get(one.id, one.id)),
        )
        for one in ordered
        if one.kind != "person" or one.id in bold or changes or len(view.nodes) <= FEW
    ]
    first = 1 if changes else len(bold) or FOREMOST
    signs = _signs_of(view.by_id, radii, changes, tie_changes)
    marks = [(x - MARK, y - MARK, x + MARK, y + MARK) for x, y, _change in signs]
    found = labels.placed(spots, WIDTH, HEIGHT, first, [*_marks(view), *marks])
    return Drawn(
        WIDTH,
        HEIGHT,
        view.nodes,
        view.ties,
        radii,
        found,
        chosen if bold else "",
        bold,
        shades(view),
        changes,
        tie_changes,
    )


def _marks(view: View) -> Iterator[labels.Box]:
    """Yield where the marks of broken handovers are."""
    for tie in view.ties:
        if tie.kinds[0] == BROKEN:
            one, other = view.by_id[tie.source], view.by_id[tie.target]
            x, y = (one.x + other.x) / 2, (one.y + other.y) / 2
            yield x - MARK, y - MARK, x + MARK, y + MARK


def sizes(view: View) -> dict[str, float]:
    """Return the radius of each node: its surface grows with what it weighs."""
    least, most = next(
        (two for number, *two in RADII if len(view.nodes) <= number), RADII_OF_MANY
    )
    heaviest = max((one.weight for one in view.nodes), default=0) or 1
    return {
        one.id: round(least + (most - least) * math.sqrt(one.weight / heaviest), 1)
        for one in view.nodes
    }


def shades(view: View) -> dict[str, int]:
    """Return how much colour each node has, as a place in SHADES: the heaviest all."""
    heaviest = max((one.weight for one in view.nodes), default=0)
    return {
        one.id: round(FULL * math.sqrt(one.weight / heaviest)) if heaviest else FULL
        for one in view.nodes
    }


def painted(colour: str, shade: int) -> str:
    """Return the colour (#rrggbb) as it is on white in a shade.

    >>> painted("#0062ba", FULL), painted("#000000", 0)
    ('#0062ba', '#525252')
    """
    share = SHADES[shade]
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(
        f"{round(part * share + 255 * (1 - share)):02x}" for part in parts
    )


# As SVG


class Looks(NamedTuple):
    """How parts get their looks: by class on a page, else by attributes."""

    node: Callable[[str, bool, int], str]
    tie: Callable[[str, bool], str]
    text: Callable[[bool], str]


def _class(*names: str) -> str:
    return f' class="{" ".join(filter(None, names))}"'


BY_CLASS = Looks(
    lambda kind, is_far, shade: _class(
        "node",
        f"node-{kind}",
        f"shade-{shade}" if shade < FULL else "",
        "far" if is_far else "",
    ),
    lambda kind, is_far: _class("tie", f"tie-{kind}", "far" if is_far else ""),
    lambda is_bold: _class("label", "bold" if is_bold else ""),
)


def _paint_tie(kind: str, is_far: bool) -> str:
    colour, width, dash = STROKES[kind]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    faded = f' opacity="{FADED}"' if is_far else ""
    return f' fill="none" stroke="{colour}" stroke-width="{width}"{dashed}{faded}'


BY_ATTRIBUTES = Looks(
    lambda kind, is_far, shade: (
        f' fill="{painted(PAINT[kind], shade)}"'
        + (f' opacity="{FADED}"' if is_far else "")
    ),
    _paint_tie,
    lambda is_bold: (
        f' font-weight="{600 if is_bold else 400}" fill="#1e2329" stroke="#fff"'
        ' stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    ),
)


def inline(drawn: Drawn, names: Names, href: Callable[[str], str]) -> Markup:
    """Return the drawing within a page, hidden from screen readers beside its table."""
    body = "".join(_parts(drawn, names, href, BY_CLASS))
    name = "drawing drawing-fine" if drawn.has_many else "drawing"
    return Markup(
        f'<svg class="{name}" viewBox="0 0 {drawn.width:g} {drawn.height:g}"'
        f' aria-hidden="true" focusable="false">{body}</svg>'
    )


def alone(
    drawn: Drawn,
    names: Names,
    href: Callable[[str], str],
    title: str,
    told: str,
    legend: tuple[str, float],
) -> str:
    """Return the drawing as a file of its own, with its name and what it says.

    `legend` is drawn below it: its SVG, and where it ends. Names may hold any letters:
    those that XML does not have are replaced.
    """
    signs, height = legend
    body = "".join(_parts(drawn, names, href, BY_ATTRIBUTES)) + signs
    size = f"{drawn.width:g} {height:g}"
    return only_letters(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img"'
        f' font-family="Inter, system-ui, sans-serif" font-size="{lettering.SIZE}">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
        f'<rect width="100%" height="100%" fill="#fff"/>{body}</svg>'
    )


def _parts(
    drawn: Drawn, names: Names, href: Callable[[str], str], looks: Looks
) -> Iterable[str]:
    yield from _ties(drawn, looks)
    for node in drawn.nodes:
        is_far = bool(drawn.bold) and node.id not in drawn.bold
        name = escape(names.get(node.id, node.id)[:LONGEST_NAME])
        link = href(node.id)
        opened, closed = (
            (f'<a href="{escape(link)}" tabindex="-1">', "</a>")
            if link
            else ("<g>", "</g>")
        )
        yield (
            f"{opened}<title>{name}</title>"
            f"<path{looks.node(node.kind, is_far, drawn.shades.get(node.id, FULL))}"
            f"{RETIED if drawn.changes.get(node.id) == 'changed' else ''}"
            f' d="{shape(node.kind, node.x, node.y, drawn.radii[node.id])}"/>{closed}'
        )
    at = {node.id: node for node in drawn.nodes}
    signs = _signs_of(at, drawn.radii, drawn.changes, drawn.tie_changes)
    yield from (sign(change, x, y) for x, y, change in signs)
    if drawn.chosen:
        yield _ring(drawn)
    for one, label in drawn.labels.items():
        yield _text(label, looks.text(one in drawn.bold))


def _ties(drawn: Drawn, looks: Looks) -> Iterable[str]:
    at = {node.id: (node.x, node.y) for node in drawn.nodes}
    if drawn.tie_changes:
        yield from _changed_ties(drawn, at)
        return
    paths: dict[tuple[str, bool], list[str]] = {}
    crosses: list[str] = []
    for tie in drawn.ties:
        (x, y), (u, v) = at[tie.source], at[tie.target]
        is_far = bool(drawn.bold) and drawn.chosen not in (tie.source, tie.target)
        paths.setdefault((tie.kinds[0], is_far), []).append(f"M{x:g} {y:g}L{u:g} {v:g}")
        if tie.kinds[0] == BROKEN:
            crosses.append(cross((x + u) / 2, (y + v) / 2, is_far=is_far))
    yield f'<g opacity="{FINER}">' if drawn.has_many else "<g>"
    # The gravest on top, what is near above what is far.
    for kind, is_far in sorted(
        paths, key=lambda key: (not key[1], -TIE_KINDS.index(key[0]))
    ):
        yield f'<path{looks.tie(kind, is_far)} d="{"".join(paths[kind, is_far])}"/>'
    yield "</g>"
    yield from crosses


def _changed_ties(drawn: Drawn, at: Mapping[str, tuple[float, float]]) -> Iterable[str]:
    """Yield the ties of what differs; those that become broken look it."""
    broken = {tie[:2] for tie in drawn.ties if tie.kinds[0] == BROKEN}
    for (one, other), change in drawn.tie_changes.items():
        if one in at and other in at:
            (x, y), (u, v) = at[one], at[other]
            kind = " tie-broken" if (one, other) in broken else ""
            yield f'<path class="tie tie-{change}{kind}" d="M{x:g} {y:g}L{u:g} {v:g}"/>'


# The outline of a node that stays, and is tied otherwise.
RETIED = ' stroke="currentColor" stroke-width="2"'
Place = tuple[float, float, str]


def _signs_of(
    nodes: Mapping[str, Shown],
    radii: Mapping[str, float],
    changes: Mapping[str, str],
    tie_changes: Mapping[tuple[str, str], str],
) -> Iterator[Place]:
    """Yield where the signs of changes stand: beside their node, or midway on a tie."""
    for one, other in tie_changes:
        ends = nodes.get(one), nodes.get(other)
        comes_or_goes = {changes.get(one), changes.get(other)} & COMING_OR_GONE
        if ends[0] and ends[1] and not comes_or_goes:
            x, y = (ends[0].x + ends[1].x) / 2, (ends[0].y + ends[1].y) / 2
            yield x, y, tie_changes[one, other]
    for one, change in changes.items():
        if change in COMING_OR_GONE and one in nodes:
            aside = radii[one] * 0.7 + SIGN * 0.7
            yield nodes[one].x + aside, nodes[one].y - aside, change


# A tie goes with what it ties: one sign is enough.
COMING_OR_GONE = frozenset({"added", "gone"})
SIGNS = {
    "added": "M-3 0h6M0-3v6",
    "gone": "M-2.5-2.5l5 5m0-5l-5 5",
    "changed": "M-3-1.5h6M-3 1.5h6",
}


def sign(change: str, x: float, y: float) -> str:
    """Return the sign of a change in a ring: a plus, a cross, or two strokes."""
    return (
        f'<g class="sign sign-{change}" transform="translate({x:.1f} {y:.1f})">'
        f'<circle r="{SIGN}"/><path d="{SIGNS[change]}"/></g>'
    )


def key_of_retied() -> Markup:
    """Return a node that is tied otherwise as it stands in a legend."""
    return Markup(
        '<svg class="drawing-key" viewBox="0 0 16 16" width="16" height="16"'
        f' aria-hidden="true" focusable="false"><path class="node node-place"{RETIED}'
        f' d="{shape("place", 8, 8, 6)}"/></svg>'
    )


def key_of(change: str, kind: str = "") -> Markup:
    """Return the line and the sign of a change as they stand in a legend."""
    return Markup(
        '<svg class="drawing-key" viewBox="-8 -8 52 16" width="52" height="16"'
        f' aria-hidden="true" focusable="false"><path class="tie tie-{change}'
        f'{kind and f" tie-{kind}"}"'
        f' d="M-8 0H44"/>{sign(change, 18, 0)}</svg>'
    )


def cross(x: float, y: float, *, is_far: bool = False) -> str:
    """Return the mark of a broken handover: a cross in a ring."""
    faded = f' opacity="{FADED}"' if is_far else ""
    return (
        f'<g class="cross" fill="#fff" stroke="#b3252c" stroke-width="1.75"{faded}>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{MARK}"/>'
        f'<path d="M{x - 3:.1f} {y - 3:.1f}l6 6m0-6l-6 6"/></g>'
    )


def _ring(drawn: Drawn) -> str:
    node = next(one for one in drawn.nodes if one.id == drawn.chosen)
    half = drawn.radii[node.id] + RING
    return (
        f'<rect class="ring" x="{node.x - half:.1f}" y="{node.y - half:.1f}"'
        f' width="{2 * half:.1f}" height="{2 * half:.1f}" rx="5"'
        ' fill="none" stroke="#1e2329" stroke-width="2"/>'
    )


def _text(label: Label, look: str) -> str:
    lines = "".join(
        f'<tspan x="{label.x:.1f}" dy="{labels.LINE if number else 0:g}">'
        f"{escape(line)}</tspan>"
        for number, line in enumerate(label.lines)
    )
    place = f'x="{label.x:.1f}" y="{label.y:.1f}" text-anchor="{label.anchor}"'
    return f"<text{look} {place}>{lines}</text>"


def shape(kind: str, x: float, y: float, radius: float) -> str:
    """Return the outline of a node: its kind is told by its shape."""
    if kind == "organisation":
        half = radius * 0.9
        side = f"{2 * half:.1f}"
        return f"M{x - half:.1f} {y - half:.1f}h{side}v{side}h-{side}z"
    if kind not in CORNERS:
        return (
            f"M{x - radius:.1f} {y:.1f}"
            f"a{radius:g} {radius:g} 0 1 0 {2 * radius:g} 0"
            f"a{radius:g} {radius:g} 0 1 0 -{2 * radius:g} 0z"
        )
    number, turned, grown = CORNERS[kind]
    points = (
        (
            x + radius * grown * math.cos(math.radians(turned + 360 * at / number)),
            y + radius * grown * math.sin(math.radians(turned + 360 * at / number)),
        )
        for at in range(number)
    )
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points) + "z"
