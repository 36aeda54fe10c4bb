"""The network seen: a table, the picture beside it, and its data, of one view."""

import io
import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from coordinator import (
    catalogue,
    networks,
    picture_grounds,
    pictures,
    questions,
    spreadsheets,
)
from coordinator.catalogue import Catalogue
from coordinator.errors import NotFound
from coordinator.facts import is_valid
from coordinator.picture_grounds import NETWORK
from coordinator.pictures import SHOWN, USUAL_MEASURE, Shown, View, Wanted
from coordinator.places import alphabetical
from graphs import labels
from graphs.layout import HEIGHT, WIDTH
from graphs.pictures import DEEPEST, MEASURES, TIE_KINDS
from models import fold, text_in
from views import asked, by_place, kept, places
from views.asked import BadParameter
from views.filters import number
from views.language import chosen_language
from views.network import around, drawing, legends
from views.network.blueprint import bp
from views.network.node_names import figure, name, names, page_of
from views.network.picture_words import CHOICES, NODES
from views.network.picture_words import MEASURES as MEASURE_WORDS
from views.viewing import viewer

FEW, PAGE = 15, 50
USUAL_SORT = "-weight"
SORTS = tuple(f"{way}{by}" for by in ("name", "degree", "weight") for way in ("", "-"))
# A page carries the drawing of so many; a larger one is fetched when it is needed.
MOST_INLINE, MOST_INLINE_TIES = 1500, 6000
MOST_CIRCLES_DEEP = 4
MARGIN = 36  # between a picture in a file and its legend
# As the camera of the picture is told: the middle of it all is at a half.
LOOK = re.compile(r"-?\d{1,3}\.\d{1,6},-?\d{1,3}\.\d{1,6},\d\.\d{1,6}", re.ASCII)
AREAS = ("county", "police_district")


class Picture:
    """What the address asks for, and the one view that answers it."""

    def __init__(self) -> None:
        self.viewer, self.language = viewer(), chosen_language()
        self.known = catalogue.current(self.viewer)
        typed = asked.text("place")
        self.wanted = Wanted(
            place=_place(typed, self.known) if typed else "",
            kind=asked.choice("kind", SHOWN),
            step=asked.text("step"),
            track=asked.text("track"),
            network=asked.text("network"),
            measure=asked.choice("measure", MEASURES) or USUAL_MEASURE,
            around=asked.text("around"),
            depth=_depth(),
            circles=_circles(),
        )
        self.look = _look()
        self.sort = asked.choice("sort", SORTS) or USUAL_SORT
        self.page = asked.count("page")
        self.given = asked.text("selected")

    @cached_property
    def view(self) -> View:
        """The view, the same for table, data and drawing."""
        return pictures.view(self.wanted, self.viewer)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What each node is called."""
        return names({node.id: node.kind for node in self.view.nodes})

    @property
    def is_sorted(self) -> bool:
        """Whether the rows stand in another order than the usual one."""
        return self.sort != USUAL_SORT

    @property
    def chosen(self) -> str:
        """The node that the address selects, where the view has it."""
        return self.given if self.given in self.view.by_id else ""

    @property
    def foremost(self) -> str:
        """The node that is told of: the selected one, else the heaviest."""
        ranked = self.view.ranked
        return self.chosen or (ranked[0].id if ranked else "")

    @cached_property
    def rows(self) -> list[Shown]:
        """The nodes in the order asked for."""
        by, turned = self.sort.removeprefix("-"), self.sort.startswith("-")
        if by == "weight":
            ranked = list(self.view.ranked)
            return ranked if turned else ranked[::-1]
        if by == "degree":
            return sorted(self.view.ranked, key=lambda one: one.degree, reverse=turned)
        return sorted(
            self.view.ranked,
            key=lambda one: alphabetical(self.names[one.id]),
            reverse=turned,
        )

    def address(self, endpoint: str = "network.map_page", **changed: Any) -> str:
        """Return the address of this picture, other than it is now."""
        wanted = self.wanted
        given: dict[str, Any] = {
            "place": wanted.place,
            "kind": wanted.kind,
            "step": wanted.step,
            "track": wanted.track,
            "network": wanted.network,
            "measure": "" if wanted.measure == USUAL_MEASURE else wanted.measure,
            "around": wanted.around,
            "depth": wanted.depth if wanted.around and wanted.depth > 1 else "",
            "circle": list(wanted.circles),
            "selected": self.chosen,
            "sort": self.sort if self.is_sorted else "",
            "look": self.look,
            "page": self.page,
        } | changed
        return url_for(endpoint, **{key: value or None for key, value in given.items()})

    def page_of(self, node: str) -> str:
        """Return the page of a node, or what opens a circle."""
        if self.view.is_gathered:
            circles = [*self.wanted.circles, node]
            return self.address(circle=circles, selected=None, look=None, page=None)
        return page_of(node)


def _areas(known: Catalogue) -> dict[str, tuple[str, str]]:
    """Return name and code of the areas that a picture is often of, by folded name."""
    today = questions.today()
    return {
        fold(place.name): (place.name, place.code)
        for kind in reversed(AREAS)
        for place in known.places.values()
        if place.kind == kind and is_valid(place, today)
    }


def _place(typed: str, known: Catalogue) -> str:
    """Return the code of the place; of an area and a place of one name the area.

    Raise NotFound for no such place, and SeveralPlaces.
    """
    if typed in known.places:
        return typed
    area = _areas(known).get(fold(typed))
    return area[1] if area else places.code_of(typed, known)


def _depth() -> int:
    depth = asked.count("depth") or 1
    if depth > DEEPEST:
        raise BadParameter("depth", "bad_depth", str(depth))
    return depth


def _look() -> str:
    """Return where one looks and from how near: x, y and ratio; "" for all of it."""
    look = asked.text("look")
    if look and not LOOK.fullmatch(look):
        raise BadParameter("look", "bad_look", look)
    return look


def _circles() -> tuple[str, ...]:
    try:
        return tuple(asked.several("circle", MOST_CIRCLES_DEEP))
    except BadParameter as bad:
        if bad.code == "required":
            return ()
        raise


@bp.get("/map")
def map_page() -> BaseResponse | tuple[str, int]:
    """Show the table and the picture; the address filters both, and holds it all."""
    try:
        return kept.page(_render_map)
    except NotFound as error:
        if error.parameter != "place":
            raise
        return by_place.ask_again(error, "network.map_page", str(_("Nettverket")))


def _render_map() -> bytes:
    shown = Picture()
    view, called = shown.view, shown.names
    is_inline = len(view.nodes) <= MOST_INLINE and len(view.ties) <= MOST_INLINE_TIES
    drawn = drawing.prepared(view, called, shown.chosen) if is_inline else None
    # What a file or the panel shows does not hang on order, camera or page.
    as_data = {"sort": None, "look": None, "page": None}
    return render_template(
        "network/map.html",
        shown=shown,
        view=view,
        told=told(shown),
        filters=_filters(shown),
        columns=_columns(shown),
        **_rows(shown),
        svg=drawing.inline(drawn, called, shown.page_of) if drawn else "",
        drawing_address=shown.address("network.map_svg", **as_data),
        data_address=shown.address("network.map_json", **as_data),
        table_address=shown.address("network.map_csv", look=None, page=None),
        legend=legends.of(view),
        near=around.small(shown.foremost, view, shown.page_of),
        selected=_panel(shown),
        panel_address=shown.address("network.map_selected", selected=None, **as_data),
        permalink=shown.address(_external=True),
    ).encode()


def told(shown: Picture) -> str:
    """Return in a sentence or two how much is shown, where, and what is broken."""
    view, wanted = shown.view, shown.wanted
    ties = ngettext(
        "%(count)s kobling",
        "%(count)s koblinger",
        view.total_ties,
        count=number(view.total_ties),
    )
    said = ngettext(
        "%(count)s treff med %(ties)s",
        "%(count)s treff med %(ties)s",
        view.total,
        count=number(view.total),
        ties=ties,
    )
    if wanted.place:
        place = shown.known.places[wanted.place].name
        said = _("%(said)s i %(place)s", said=said, place=place)
    sentences = [f"{said}."]
    if view.broken:
        sentences.append(
            ngettext(
                "%(count)s brutt overlevering.",
                "%(count)s brutte overleveringer.",
                view.broken,
                count=number(view.broken),
            )
        )
    return " ".join(sentences)


def _rows(shown: Picture) -> dict[str, Any]:
    view, rows = shown.view, shown.rows
    number = min(shown.page, -(-len(rows) // PAGE))
    first = (number - 1) * PAGE if number else 0
    page = rows[first : first + PAGE] if number else rows[:FEW]
    heaviest = max((one.weight for one in view.nodes), default=0) or 1
    last = first + len(page)
    return {
        "rows": [
            {
                "id": one.id,
                "kind": one.kind,
                "kind_word": NODES[one.kind],
                "name": shown.names[one.id],
                "href": shown.page_of(one.id),
                "select": shown.address(selected=one.id),
                "degree": one.degree,
                "weight": figure(shown.wanted.measure, one.weight),
                "bar": round(58 * one.weight / heaviest, 1),
                "is_chosen": one.id == shown.chosen,
                "size": one.size,
            }
            for one in page
        ],
        "first": first + 1,
        "last": last,
        "is_paged": bool(number),
        "all_address": shown.address(page=1) if len(rows) > FEW else "",
        "previous": shown.address(page=number - 1) if number > 1 else "",
        "next": shown.address(page=number + 1) if number and last < len(rows) else "",
    }


def _columns(shown: Picture) -> list[tuple[str, str, str, str]]:
    """Return name, words, how it is sorted now, and the address that turns it."""
    words = {"name": _("Navn"), "degree": _("Koblinger")}
    if shown.wanted.measure != "degree":
        words["weight"] = MEASURE_WORDS[shown.wanted.measure][0]
    found = []
    sort = shown.sort
    if "weight" not in words:
        sort = sort.replace("weight", "degree")
    for by, label in words.items():
        now = {by: "ascending", f"-{by}": "descending"}.get(sort, "")
        usual, other = (by, f"-{by}") if by == "name" else (f"-{by}", by)
        turned = other if sort == usual else usual
        found.append((by, str(label), now, shown.address(sort=turned, page=None)))
    return found


def _filters(shown: Picture) -> dict[str, Any]:
    known, language, wanted = shown.known, shown.language, shown.wanted
    place = known.places.get(wanted.place)
    ground = picture_grounds.ground(shown.viewer)
    forums = [one for one in ground.nodes if one.startswith(NETWORK)]
    called = networks.names([one.removeprefix(NETWORK) for one in forums], shown.viewer)
    return {
        "places": [
            *((name, "") for name, _code in sorted(_areas(known).values())),
            *places.offered(known),
        ],
        "place": places.where(known, place) if place else "",
        "kinds": CHOICES.items(),
        "steps": [(s.code, text_in(s.title, language)) for s in known.steps.values()],
        "tracks": [(t.code, text_in(t.label, language)) for t in known.tracks.values()],
        "networks": sorted(called.items(), key=lambda one: alphabetical(one[1])),
        "measures": [(code, words[0]) for code, words in MEASURE_WORDS.items()],
        "about_measure": MEASURE_WORDS[wanted.measure][1],
        "around": name(wanted.around) if wanted.around else "",
        "told": ", ".join(_chosen(shown)),
        "is_narrowed": not wanted.is_whole,
        "circles": wanted.circles,
    }


def _chosen(shown: Picture) -> list[str]:
    """Return in words what narrows the picture."""
    wanted, known, language = shown.wanted, shown.known, shown.language
    found = []
    if wanted.place:
        found.append(known.places[wanted.place].name)
    if wanted.kind:
        found.append(str(CHOICES[wanted.kind]))
    if wanted.step:
        found.append(text_in(known.steps[wanted.step].title, language))
    if wanted.track:
        found.append(text_in(known.tracks[wanted.track].label, language))
    found += [name(f"{NETWORK}{wanted.network}")] if wanted.network else []
    found += [name(wanted.around)] if wanted.around else []
    return found


@bp.get("/map/selected")
def map_selected() -> Response:
    """Return what is told of the selected node alone, for the picture to show."""
    return kept.page(_render_selected)


def _render_selected() -> bytes:
    shown = Picture()
    found = _panel(shown) if shown.chosen else None
    return render_template("network/selected_alone.html", selected=found).encode()


def _panel(shown: Picture) -> dict[str, Any] | None:
    if not shown.foremost:
        return None
    return around.panel(
        shown.view,
        shown.foremost,
        is_chosen=bool(shown.chosen),
        href=shown.page_of(shown.foremost),
        near=shown.address(around=shown.foremost, circle=None, look=None, page=None),
    )


@bp.get("/map.json")
def map_json() -> Response:
    """Return the same view as data: nodes, ties, measures and positions."""
    return kept.page(_render_data, "application/json")


def _render_data() -> bytes:
    shown = Picture()
    view, called = shown.view, shown.names
    drawn = drawing.prepared(view, called, shown.chosen)
    at = {node.id: place for place, node in enumerate(view.nodes)}
    data = {
        "nodes": [_data_of(node, shown, drawn) for node in view.nodes],
        "ties": [
            [at[tie.source], at[tie.target], *(TIE_KINDS.index(k) for k in tie.kinds)]
            for tie in view.ties
        ],
        "kinds": TIE_KINDS,
        "size": (WIDTH, HEIGHT),
        "strokes": {
            kind: (width, *map(float, dash.split()))
            for kind, (_colour, width, dash) in drawing.STROKES.items()
        },
        "corners": drawing.CORNERS,
        "shades": drawing.SHADES,
        "selected": shown.chosen,
        "measure": view.wanted.measure,
        "on": view.on.isoformat(),
        "total": view.total,
        "gathered": view.is_gathered,
        "fine": drawn.has_many,
        "estimated": view.is_estimated,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _data_of(
    node: Shown, shown: Picture, drawn: drawing.Drawn
) -> dict[str, str | float | tuple[str, ...]]:
    """Return a node as data; what follows from the rest is left out."""
    called = shown.names[node.id]
    lines = labels.broken_up(called)
    found: dict[str, str | float | tuple[str, ...]] = {
        "id": node.id,
        "kind": node.kind,
        "name": called,
        "x": node.x,
        "y": node.y,
        "degree": node.degree,
        "weight": node.weight,
        "radius": drawn.radii[node.id],
        "shade": drawn.shades[node.id],
    }
    if lines != (called,):
        found["lines"] = lines
    if node.id in drawn.labels:
        found["label"] = drawn.labels[node.id].side
    if shown.view.is_gathered:
        found["href"] = shown.page_of(node.id)
    return found


@bp.get("/map.svg")
def map_svg() -> Response:
    """Return the drawing as a file of its own."""
    return kept.page(_render_svg, "image/svg+xml")


def _render_svg() -> bytes:
    shown = Picture()
    drawn = drawing.prepared(shown.view, shown.names, shown.chosen)
    return drawing.alone(
        drawn,
        shown.names,
        lambda node: urljoin(request.url_root, shown.page_of(node)),
        str(_("Nettverket")),
        told(shown),
        legends.drawn(legends.of(shown.view), drawn.height + MARGIN, drawn.width),
    ).encode()


@bp.get("/map.csv")
def map_csv() -> Response:
    """Return the table as a file, all of it."""
    shown = Picture()
    file = io.StringIO()
    file.write("\ufeff")  # by it spreadsheet programs know the letters
    header = [_("Navn"), _("Slag"), _("Nøkkel"), _("Koblinger")]
    measure = shown.wanted.measure
    if measure != "degree":
        header.append(MEASURE_WORDS[measure][0])
    rows = (
        [
            shown.names[one.id],
            str(NODES[one.kind]),
            one.id,
            str(one.degree),
            *([f"{one.weight:g}"] if measure != "degree" else []),
        ]
        for one in shown.rows
    )
    spreadsheets.write(file, [str(one) for one in header], rows)
    response = Response(file.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=network.csv"
    return response
