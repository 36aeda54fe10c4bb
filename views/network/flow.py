"""The process as a flow: a picture of who hands over to whom, and its list."""

from collections.abc import Mapping
from textwrap import wrap
from typing import Any, NamedTuple

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue, flows
from coordinator.catalogue import Catalogue
from coordinator.flows import Doing, Flow, HandingOver
from coordinator.reference import WHOLE_COUNTRY
from graphs.flows import LANE_WIDE, Box, Step, drawn
from graphs.handovers import STATES
from models import text_in
from views import by_place, kept, places
from views.cards import kind_label
from views.filters import number
from views.language import chosen_language
from views.network.blueprint import bp
from views.network.telling import named
from views.viewing import viewer

# What a state is called, what it means, and its icon.
STATE_WORDS = {
    "broken": (_l("Brutt"), _l("partene møtes ikke"), "cross"),
    "unclear": (_l("Uklar"), _l("ingen på den ene siden, eller kjent svak"), "unclear"),
    "own": (_l("Du selv"), _l("den som er bekymret, tar kontakt"), "user"),
    "sound": (_l("I orden"), _l("partene møtes"), "check"),
}
# As many letters as a line of a box, or of a lane's name, holds; and as many lines.
BOX_LETTERS, LANE_LETTERS, MOST_LINES = 18, 22, 5
MOST_NAMED, LONGEST = 3, 200


class Arrow(NamedTuple):
    """An arrow of the picture: its path, its state, where its mark is, and in words."""

    path: str
    state: str
    x: int
    y: int
    words: str


class Label(NamedTuple):
    """A band or box of the picture, its lines of text, and where it leads."""

    box: Box
    lines: list[str]
    words: str
    href: str = ""
    is_whenever: bool = False


@bp.get("/flow")
def flow() -> BaseResponse | tuple[str, int]:
    """Show the process as a flow, whole or of a place and a track."""
    try:
        by_place.here(catalogue.current(viewer()))
    except by_place.FAULTS as error:
        return by_place.ask_again(error, "network.flow", str(_("Forløpet som flyt")))
    return kept.page(_render)


def _render() -> bytes:
    known, language = catalogue.current(viewer()), chosen_language()
    here = by_place.here(known)
    found = flows.compose(here.place or WHOLE_COUNTRY, here.track, viewer())
    titles = {code: text_in(step.title, language) for code, step in known.steps.items()}
    rows = _rows(found, here, titles, known, language)
    return render_template(
        "network/flow.html",
        place_name=places.where(known, here.standing),
        picture=_picture(found, rows, titles, known, language) if rows else None,
        rows=rows,
        states=[
            (state, words, meaning, icon, found.count(state))
            for state, (words, meaning, icon) in STATE_WORDS.items()
        ],
        **by_place.filters(known),
    ).encode()


def _rows(
    found: Flow,
    here: by_place.Here,
    titles: Mapping[str, str],
    known: Catalogue,
    language: str,
) -> list[dict[str, Any]]:
    """Return the handovers in words, the gravest first: what the list says."""
    told = sorted(found.handovers, key=lambda one: STATES.index(one.state))
    keys = {key for one in told for key in (*one.givers, *one.takers)}
    names = named(keys, viewer())
    return [
        {
            "state": one.state,
            "words": STATE_WORDS[one.state][0],
            "icon": STATE_WORDS[one.state][2],
            "from": (titles[one.from_step], _step(one.from_step, here)),
            "to": (titles[one.to_step], _step(one.to_step, here)),
            "where": _where(one),
            "givers": _who(one.givers, names),
            "takers": _who(one.takers, names),
            "shares": [
                text_in(known.sharing_rules[code], language)
                for code in one.shares
                if code in known.sharing_rules
            ],
            "notes": [text_in(note, language) for note in one.notes],
            "finding": url_for(
                "network.ask",
                question="broken-handovers",
                step=one.from_step,
                to=one.to_step,
            )
            if one.state == "broken"
            else "",
            "ends": (one.from_step, one.to_step),
        }
        for one in told
    ]


def _step(code: str, here: by_place.Here) -> str:
    return url_for("guide.answer", step=code, place=here.place, track=here.track)


def _where(one: HandingOver) -> str:
    """Return in how many places it is so; nothing where it is so in all."""
    if one.places == one.all_places:
        return ""
    return str(
        ngettext(
            "%(some)s av %(num)s sted",
            "%(some)s av %(num)s steder",
            one.all_places,
            some=number(one.places),
        )
    )


def _who(keys: tuple[str, ...], names: Mapping[str, str]) -> str:
    shown = [names.get(key, key) for key in keys[:MOST_NAMED]]
    if more := len(keys) - len(shown):
        shown.append(str(ngettext("%(num)s til", "%(num)s til", more)))
    return ", ".join(shown)


def _picture(
    found: Flow,
    rows: list[dict[str, Any]],
    titles: Mapping[str, str],
    known: Catalogue,
    language: str,
) -> dict[str, Any]:
    """Return what the picture draws: the boxes and the arrows of the list."""
    lines = {one.step.code: _lines(titles[one.step.code]) for one in found.steps}
    drawing = drawn(
        [
            Step(
                one.step.code,
                one.kind,
                one.step.phase or "",
                len(lines[one.step.code]) + one.is_whenever,
            )
            for one in found.steps
        ],
        [row["ends"] for row in rows],
    )
    return {
        "width": drawing.width,
        "names": LANE_WIDE,
        "height": drawing.height,
        "lanes": [
            _band(box, _kind(kind, known, language), LANE_LETTERS)
            for kind, box in drawing.lanes.items()
        ],
        "phases": [
            _band(box, text_in(known.phases.get(phase), language), box.width // 8)
            for phase, box in drawing.phases.items()
        ],
        "boxes": [
            _label(one, drawing.boxes[one.step.code], lines[one.step.code], titles)
            for one in found.steps
        ],
        "arrows": [
            _arrow(row, route)
            for row, route in zip(rows, drawing.routes, strict=True)
            if route
        ],
    }


def _lines(words: str, letters: int = BOX_LETTERS) -> list[str]:
    """Return the words on lines; what is longer than a line is broken by a hyphen."""
    fitting = " ".join(
        "- ".join(wrap(word, letters - 1)) if len(word) > letters else word
        for word in words[:LONGEST].split()
    )
    return wrap(fitting, letters, max_lines=MOST_LINES, placeholder=" …") or [""]


def _band(box: Box, words: str, letters: int) -> Label:
    return Label(box, _lines(words, letters), words)


def _kind(kind: str, known: Catalogue, language: str) -> str:
    return kind_label(kind, known, language) if kind else str(_("Ingen"))


def _label(one: Doing, box: Box, lines: list[str], titles: Mapping[str, str]) -> Label:
    code = one.step.code
    href = url_for("steps.show", code=code)
    return Label(box, lines, titles[code], href, one.is_whenever)


def _arrow(row: dict[str, Any], route: list[tuple[int, int]]) -> Arrow:
    start, *corners = route
    path = f"M{start[0]} {start[1]}" + "".join(f"L{x} {y}" for x, y in corners)
    x, y = corners[-1]
    source, target = (row[end][0][:LONGEST] for end in ("from", "to"))
    words = f"{source} → {target}: {row['words']}"
    return Arrow(path, row["state"], x - 20, y, words)
