"""A past for a network that was loaded today: what was found month by month."""

from datetime import date
from random import Random

from coordinator import questions, state
from coordinator.access import UNIT
from models import Sighting, begin_write, db

MONTHS = 14
GONE = 80


def a_past(on: date, seed: int = 7) -> None:
    """Let today's findings have come in the last months, and others come and gone.

    Measured that way by nobody: for looking at a demo network, and for tests.
    """
    random = Random(seed)
    days = state.month_ends(on, MONTHS)
    found = questions.ask_each(UNIT, on)
    there = sorted(state._there(found))
    db.session.rollback()
    begin_write()
    for row, digest in there:
        seen = days[random.randrange(MONTHS - 2)]
        db.session.add(Sighting(row=row, digest=digest, seen_from=seen))
    rows = [kind.code for kind in state.ROWS]
    for number in range(GONE):
        first, last = sorted(random.sample(range(MONTHS), 2))
        db.session.add(
            Sighting(
                row=random.choice(rows),
                digest=f"{number:064}",
                seen_from=days[first],
                seen_to=days[last],
            )
        )
    db.session.commit()
