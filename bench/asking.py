"""The questions asked of cells, alone in a process: prints what they took, as JSON.

The country has one weak cell in fifty; no place is answered as another is.
"""

import json
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

from bench.analysing import SEED, TODAY, Seconds, timed
from graphs import accountability, grain, single_points
from graphs.cells import Cell, Party
from graphs.findings import Finding
from graphs.handovers import Handover, broken

TRACKS = ("adult", "minor", "asylum_adult", "asylum_minor")
STEPS = [f"step{number}" for number in range(36)]
LEAVES, HANDOVERS, OFFICES, WEAK = 370, 64, 3, 0.02


def main(size: int) -> None:
    """Measure and print."""
    chance = random.Random(SEED)
    places = grain.standing(
        _country(), TODAY, tracks=TRACKS, steps=dict.fromkeys(STEPS, ())
    )
    groups = size // len(STEPS) // len(TRACKS)
    given = [
        _cell(chance, step, track, group, frozenset(places.leaves[group::groups]))
        for step in STEPS
        for track in TRACKS
        for group in range(groups)
    ]
    handovers = [
        Handover(one, other)
        for one, other in (chance.sample(STEPS, 2) for _ in range(HANDOVERS))
    ]
    forums = {
        f"office{group}-{number}": frozenset(chance.sample("abcdefghijkl", 5))
        for group in range(groups)
        for number in range(OFFICES)
    }
    asked: dict[str, Callable[[], list[Finding]]] = {
        "gaps": lambda: accountability.gaps(given, places),
        "overlaps": lambda: accountability.overlaps(given, places),
        "coverage": lambda: accountability.coverage(given, places),
        "only_person": lambda: single_points.only_person(given, places),
        "broken": lambda: broken(given, handovers, forums, places),
    }
    took: Seconds = {}
    found = {}
    for name, ask in asked.items():
        with timed(took, name):
            found[name] = len(ask())
    print(json.dumps({"took": took, "found": found}))


def _country() -> Iterator[grain.Place]:
    yield grain.Place("NO", "country")
    for number in range(15):
        yield grain.Place(f"county{number}", "county", ("NO",))
        yield grain.Place(f"pd{number}", "police_district", ("NO",))
    for number in range(LEAVES):
        above = (f"county{number % 15}", f"pd{number % 12}")
        yield grain.Place(f"m{number:03}", "municipality", above)


def _cell(
    chance: random.Random, step: str, track: str, group: int, leaves: frozenset[str]
) -> Cell:
    is_weak = chance.random() < WEAK
    number = STEPS.index(step) % OFFICES
    office = Party(f"office{group}-{number}", f"post{group}", ("ann", "bo"))
    weaknesses: list[dict[str, Any]] = [
        {"has_accountable": False, "accountable": ()},
        {"accountable": (office, Party("other"))},
        {"accountable": (), "unresolved": (("A", "kind:other"),)},
        {"accountable": (office._replace(has_line=False),)},
        {"responsible": (office._replace(persons=("ann",)),)},
    ]
    cell = Cell(step, track, leaves, True, (office,), (office,))
    return cell._replace(**chance.choice(weaknesses)) if is_weak else cell


if __name__ == "__main__":
    main(int(sys.argv[1]))
