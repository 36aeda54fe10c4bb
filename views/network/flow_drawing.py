"""The process as a picture: what the page and its sheets draw of the lists' words."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import gettext as _

from graphs.flows import LANE_WIDE, LINE, PADDING, WIDE, Box, Step, cut, drawn
from graphs.lettering import SIZE, lines, width

MOST_LINES, LONGEST = 4, 200
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


def picture(steps: list[dict[str, Any]], rows: list[dict[str, Any]]) -> dict[str, Any]:
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
        short(one["title"]),
        one["href"],
        one["is_whenever"],
    )


def _arrow(row: dict[str, Any], route: list[tuple[int, int]]) -> Arrow:
    start, *corners = route
    path = f"M{start[0]} {start[1]}" + "".join(f"L{x} {y}" for x, y in corners)
    x, y = corners[-1]
    ends = " → ".join(short(row[end][0]) for end in ("from", "to"))
    words = str(row["words"])
    if row["where"]:
        words += " " + _("i %(where)s", where=row["where"])
    return Arrow(path, row["state"], x - 20, y, f"{ends}: {words}")


def short(words: str) -> str:
    """Return words that are read out or sent along: what is too long is cut."""
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
