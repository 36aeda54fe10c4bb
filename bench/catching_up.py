"""`python -m bench.catching_up ROUNDS`: in a process of its own, figures as JSON.

Of each round the median: milliseconds to read the directory whole with its graph, to
catch up with one change, and to know that nothing changed. After the last round what
was caught up is compared with what is read anew.
"""

import json
import sys
import time
from statistics import median

from coordinator import catalogue, catching_up, directory, upsert
from coordinator.access import UNIT
from coordinator.directory import Directory
from models import Organisation, Post, Responsibility, begin_write, db
from views.app import create_app

CHANGES, ASKED = 30, 300
WHO = "bench"


def main() -> None:
    """Print the figures."""
    rounds = int(sys.argv[1])
    found: dict[str, list[float]] = {"whole": [], "one": [], "none": []}
    with create_app().app_context():
        known = catalogue.current(UNIT)
        start = time.perf_counter()
        _ = directory.read(UNIT, known).graph
        found["whole"].append(_since(start))
        with catching_up.current(UNIT) as kept:
            _ = kept.current.graph
        for number in range(rounds):
            found["one"].append(median(_changes(number)))
            found["none"].append(_nothing())
        with catching_up.current(UNIT) as kept:
            _compare(kept.current, directory.read(UNIT, known))
    print(json.dumps(found))


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def _changes(number: int) -> list[float]:
    took = []
    for turn in range(CHANGES):
        _change(turn, f"{number}-{turn}")
        start = time.perf_counter()
        with catching_up.current(UNIT):
            took.append(_since(start))
        db.session.rollback()
    return took


def _change(turn: int, text: str) -> None:
    """Change a record of one of three kinds, as an import does."""
    model, field = (
        (Organisation, "name"),
        (Post, "title"),
        (Responsibility, "order"),
    )[turn % 3]
    table = model.__table__
    with catching_up.current(UNIT) as kept:
        key = next(iter(kept.current.rows[table.name]))
    db.session.rollback()
    begin_write()
    connection = db.session.connection()
    value = turn + int(text.partition("-")[0]) * CHANGES if field == "order" else text
    row = {"key": key, field: value}
    known = upsert.existing(connection, table, [(key,)])[(key,)]
    upsert.write(connection, WHO, table, [known | row])
    db.session.commit()


def _nothing() -> float:
    start = time.perf_counter()
    for _ in range(ASKED):
        with catching_up.current(UNIT):
            pass
    return _since(start) / ASKED


def _compare(kept: Directory, anew: Directory) -> None:
    same = kept.rows == anew.rows and set(kept.graph.edges(keys=True)) == set(
        anew.graph.edges(keys=True)
    )
    if not same:
        sys.exit("what was caught up is not what is read anew")


if __name__ == "__main__":
    main()
