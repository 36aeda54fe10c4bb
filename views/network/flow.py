"""The process as a flow: a picture of who hands over to whom, and its list."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue, flows
from coordinator.access import READER, UNIT
from coordinator.catalogue import Catalogue
from coordinator.flows import SHOWN, UNTOLD, WHENEVER, Flow, HandingOver
from coordinator.reference import WHOLE_COUNTRY
from graphs.flows import LANE_WIDE, LINE, PADDING, WIDE, Box, Step, cut, drawn
from graphs.lettering import SIZE, lines, width
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
    "unclear": (
        _l("Uklar"),
        _l("en side mangler, avklares eller har ingen som svarer for den"),
        "unclear",
    ),
    "own": (_l("Du selv"), _l("den som er bekymret, tar kontakt"), "user"),
    "sound": (_l("I orden"), _l("partene møtes"), "check"),
}
# The same for an agency, that is told what is found of itself and nothing of others.
AGENCY_WORDS = STATE_WORDS | {
    "unclear": (
        _l("Uklar"),
        _l("det avklares hva dere har ansvaret for, eller overleveringen er svak"),
        "unclear",
    ),
    "sound": (_l("Ingen funn"), _l("ingenting er funnet hos dere"), "check"),
    UNTOLD: (
        _l("Mellom andre"),
        _l("tilstanden vises bare for dem det gjelder"),
        "circle",
    ),
}
# Why a handover is no better than it is, and what is told of it.
REASONS = {
    "no_shared_network": _l("De to sidene har ikke noe nettverk eller møte sammen."),
    "contested": _l("Det avklares hvem som har ansvaret."),
    "nobody": _l("Ingen står på den ene siden."),
    "no_accountable": _l("Ingen svarer for den ene siden."),
    "known_gap": _l("Overleveringen er kjent som svak."),
}
# What can be taken up in a meeting.
AMISS = ("broken", "unclear")
MOST_LINES, MOST_NAMED, LONGEST = 4, 3, 200
SMALL, ASCENT = 12, 13
# What an upright A4 sheet has room for, and how much smaller the picture is made there:
# letters are of seven points or more where all its lanes fit.
SHEET = Box(0, 0, 733, 940)
PRINTED = 0.75
BOX_ROOM, LANE_ROOM = WIDE - 2 * PADDING, LANE_WIDE - 2 * PADDING - 4


class Sheet(NamedTuple):
    """A part of the picture on a sheet of its own: where it begins, and its sizes.

    `width` is that of the part, `whole` with the names of the lanes before it; both in
    units of the picture. `wide` and `high` are in pixels of the sheet.
    """

    start: int
    width: int
    whole: int
    wide: int
    high: int


class Part(NamedTuple):
    """A part of the list: what its table is called, and what unfolds it if folded.

    Whatever is folded is printed all the same.
    """

    rows: list[dict[str, Any]]
    caption: str
    summary: str = ""


class Arrow(NamedTuple):
    """An arrow of the picture: its path, its state, where its mark is, and in words."""

    path: str
    state: str
    x: int
    y: int
    words: str


class Label(NamedTuple):
    """A band or box of the picture, its lines of text, and where it leads.

    A line is where it stands, and its words; `more` are lines in smaller letters.
    """

    box: Box
    lines: list[tuple[int, str]]
    more: list[tuple[int, str]] = []
    words: str = ""
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
    steps = _steps(found, titles, known, language)
    return render_template(
        "network/flow.html",
        place_name=places.where(known, here.standing),
        picture=_picture(steps, rows) if steps else None,
        steps=steps,
        parts=_parts(rows),
        states=[
            (state, words, meaning, icon, _share(state, found))
            for state, (words, meaning, icon) in _state_words().items()
        ],
        findings=url_for(
            "network.ask",
            question="broken-handovers",
            place=here.place,
            track=here.track,
        )
        if found.count("broken")
        else "",
        has_places=found.places.total() > 1,
        is_agency=viewer().own is not None,
        **by_place.filters(known),
    ).encode()


def _state_words() -> dict[str, Any]:
    return STATE_WORDS if viewer().own is None else AGENCY_WORDS


def _share(state: str, found: Flow) -> str:
    """Return how many are in that state, and of what: what the legend counts."""
    some, every = number(found.count(state)), len(found.handovers)
    if found.judged == every or state == UNTOLD:
        words = ngettext(
            "%(some)s av %(num)s overlevering i forløpet",
            "%(some)s av %(num)s overleveringer i forløpet",
            every,
            some=some,
        )
    else:
        words = ngettext(
            "%(some)s av %(num)s overlevering der dere er part",
            "%(some)s av %(num)s overleveringer der dere er part",
            found.judged,
            some=some,
        )
    return str(words)


def _rows(
    found: Flow,
    here: by_place.Here,
    titles: Mapping[str, str],
    known: Catalogue,
    language: str,
) -> list[dict[str, Any]]:
    """Return the handovers in words, the gravest first: what the list says."""
    told = sorted(found.handovers, key=lambda one: SHOWN.index(one.state))
    state_words = _state_words()
    keys = {key for one in told for key in (*one.givers, *one.takers)}
    # Whoever looks: it is printed and taken along, and holds nobody who is protected.
    names = named(keys, READER)
    return [
        {
            "state": one.state,
            "words": state_words[one.state][0],
            "icon": state_words[one.state][2],
            "reasons": [
                words for code, words in REASONS.items() if code in one.reasons
            ],
            "from": (titles[one.from_step], _step(one.from_step)),
            "to": (titles[one.to_step], _step(one.to_step)),
            "where": _where(one, found),
            "givers": _who(one.givers, one.asker_gives, names),
            "takers": _who(one.takers, one.asker_takes, names),
            "shares": [
                text_in(known.sharing_rules[code], language)
                for code in one.shares
                if code in known.sharing_rules
            ],
            "notes": [text_in(note, language) for note in one.notes],
            "finding": _finding(one, here) if one.state == "broken" else "",
            "meeting": _take_up(one, titles, here) if one.state in AMISS else "",
            "ends": (one.from_step, one.to_step),
        }
        for one in told
    ]


def _parts(rows: list[dict[str, Any]]) -> list[Part]:
    """Return the list in parts, in its order: where nothing is found is folded."""
    weakest = _("Overleveringene, de svakeste først")
    by_state: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        folded = row["state"] if row["state"] in ("sound", UNTOLD) else ""
        by_state.setdefault(folded, []).append(row)
    return [
        Part(
            part,
            str(_state_words()[state][0] if state else weakest),
            _summary(state, len(part)),
        )
        for state, part in by_state.items()
    ]


def _summary(state: str, count: int) -> str:
    if state == UNTOLD:
        return str(
            ngettext("Vis %(num)s mellom andre", "Vis %(num)s mellom andre", count)
        )
    if state == "sound" and viewer().own is not None:
        return str(ngettext("Vis %(num)s uten funn", "Vis %(num)s uten funn", count))
    if state == "sound":
        return str(
            ngettext("Vis %(num)s som er i orden", "Vis %(num)s som er i orden", count)
        )
    return ""


def _finding(one: HandingOver, here: by_place.Here) -> str:
    """Return where the question lists it: the same place and track, each finding."""
    return url_for(
        "network.ask",
        question="broken-handovers",
        step=one.from_step,
        to=one.to_step,
        place=here.place,
        track=here.track,
    )


def _take_up(one: HandingOver, titles: Mapping[str, str], here: by_place.Here) -> str:
    """Return where the unit puts it on a meeting's agenda; nothing for an agency."""
    if viewer() != UNIT:
        return ""
    words = f"{titles[one.from_step]} → {titles[one.to_step]}"
    return url_for(
        "organizing.new_waiting",
        title=_short(words),
        steps=f"{one.from_step}|{one.to_step}",
        place=here.place,
        track=here.track,
    )


def _steps(
    found: Flow, titles: Mapping[str, str], known: Catalogue, language: str
) -> list[dict[str, Any]]:
    """Return the steps in words: what the boxes, the lanes and the columns say."""
    return [
        {
            "code": one.step.code,
            "title": titles[one.step.code],
            "href": _step(one.step.code),
            "lane": WHENEVER if one.is_whenever else one.kind,
            "who": kind_label(one.kind, known, language)
            if one.kind
            else str(_("Ingen")),
            "phase": text_in(known.phases.get(one.step.phase or ""), language),
            "is_whenever": one.is_whenever,
        }
        for one in found.steps
    ]


def _step(code: str) -> str:
    return url_for("steps.show", code=code)


def _where(one: HandingOver, found: Flow) -> str:
    """Return how far it is so; nothing for one place, or where nothing is amiss."""
    if one.places is None or one.places.of_all <= 1:
        return ""
    some, of_all = one.places
    if some == of_all:
        return str(_all_places(of_all, found)) if one.state in AMISS else ""
    told = [_some_places(some, of_all, found)]
    if one.counties is not None:
        told.append(
            ngettext(
                "%(some)s av %(num)s fylke",
                "%(some)s av %(num)s fylker",
                one.counties.of_all,
                some=number(one.counties.some),
            )
        )
    return ", ".join(map(str, told))


def _some_places(some: int, of_all: int, found: Flow) -> str:
    words = {"some": number(some), "of_all": number(of_all)}
    if not found.places["municipality"]:
        return str(_("%(some)s av %(of_all)s bydeler", **words))
    if found.places.keys() == {"municipality"}:
        return str(_("%(some)s av %(of_all)s kommuner", **words))
    return str(_("%(some)s av %(of_all)s kommuner og bydeler", **words))


def _all_places(of_all: int, found: Flow) -> str:
    if not found.places["municipality"]:
        return str(_("alle %(of_all)s bydeler", of_all=number(of_all)))
    if found.places.keys() == {"municipality"}:
        return str(_("alle %(of_all)s kommuner", of_all=number(of_all)))
    return str(_("alle %(of_all)s kommuner og bydeler", of_all=number(of_all)))


def _who(keys: tuple[str, ...], is_asker: bool, names: Mapping[str, str]) -> str:
    seen = [names[key] for key in keys if key in names]
    shown = seen[:MOST_NAMED]
    if more := len(seen) - len(shown):
        shown.append(str(ngettext("%(num)s til", "%(num)s til", more)))
    if hidden := len(keys) - len(seen):
        shown.append(str(ngettext("%(num)s skjermet", "%(num)s skjermede", hidden)))
    if is_asker:
        shown.append(str(_("du som møter personen")))
    return ", ".join(shown) or str(_("ingen"))


def _picture(steps: list[dict[str, Any]], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the picture draws: the steps and the handovers of the lists.

    Those needed at any time stand apart, in a lane of their own, the last; each says
    itself who does it.
    """
    titles = {one["code"]: _fitted(one["title"], BOX_ROOM) for one in steps}
    whose = {
        one["code"]: _fitted(one["who"], BOX_ROOM, SMALL) if one["is_whenever"] else []
        for one in steps
    }
    last = [one for one in steps if one["is_whenever"]]
    lanes = {one["lane"]: one["who"] for one in steps if not one["is_whenever"]}
    lanes |= {one["lane"]: str(_("Når som helst")) for one in last}
    names = {lane: _fitted(name, LANE_ROOM) for lane, name in lanes.items()}
    drawing = drawn(
        [
            Step(
                one["code"],
                one["lane"],
                one["phase"],
                len(titles[one["code"]]) + len(whose[one["code"]]),
                max(map(width, (*titles[one["code"]], *whose[one["code"]])), default=0),
            )
            for one in steps
        ],
        [row["ends"] for row in rows],
        {lane: len(name) for lane, name in names.items()},
    )
    shrunk = min(PRINTED, SHEET.height / drawing.height)
    parts = cut(drawing, int(SHEET.width / shrunk) - LANE_WIDE)
    return {
        "sheets": [
            Sheet(
                start,
                end - start,
                LANE_WIDE + end - start,
                round((LANE_WIDE + end - start) * shrunk),
                round(drawing.height * shrunk),
            )
            for start, end in (parts if len(parts) > 1 else ())
        ],
        "width": drawing.width,
        "names": LANE_WIDE,
        "height": drawing.height,
        "lanes": [
            Label(box, _below(box.y + PADDING, names[lane]))
            for lane, box in drawing.lanes.items()
        ],
        "phases": [
            Label(box, _below(box.y + PADDING - 2, _fitted(name, box.width, most=1)))
            for name, box in drawing.phases.items()
        ],
        "boxes": [
            _box(one, drawing.boxes[one["code"]], titles, whose) for one in steps
        ],
        "arrows": [
            _arrow(row, route)
            for row, route in zip(rows, drawing.routes, strict=True)
            if route
        ],
    }


def _fitted(
    words: str, room: int, size: int = SIZE, most: int = MOST_LINES
) -> list[str]:
    return lines(words[:LONGEST], room, most, size)


def _below(top: int, words: list[str]) -> list[tuple[int, str]]:
    """Return the lines with where each stands: on its foot, below the one before."""
    return [(top + ASCENT + LINE * at, line) for at, line in enumerate(words)]


def _box(
    one: dict[str, Any],
    box: Box,
    titles: Mapping[str, list[str]],
    whose: Mapping[str, list[str]],
) -> Label:
    title, who = titles[one["code"]], whose[one["code"]]
    top = box.y + (box.height - LINE * (len(title) + len(who))) // 2
    return Label(
        box,
        _below(top, title),
        _below(top + LINE * len(title), who),
        _short(one["title"]),
        one["href"],
        one["is_whenever"],
    )


def _arrow(row: dict[str, Any], route: list[tuple[int, int]]) -> Arrow:
    start, *corners = route
    path = f"M{start[0]} {start[1]}" + "".join(f"L{x} {y}" for x, y in corners)
    x, y = corners[-1]
    ends = " → ".join(_short(row[end][0]) for end in ("from", "to"))
    words = str(row["words"])
    if row["where"]:
        words += " " + _("i %(where)s", where=row["where"])
    return Arrow(path, row["state"], x - 20, y, f"{ends}: {words}")


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
