"""Random rules that a series may have, for comparing what others make of them."""

from datetime import datetime, timedelta
from random import Random

from coordinator import recurrence
from coordinator.recurrence import BadRule, Series
from coordinator.rrule import FREQUENCIES, WEEKDAYS

ZONES = ("Europe/Oslo", "America/New_York", "Australia/Sydney")
HOUR = timedelta(hours=1)


def series(count: int, seed: int) -> list[Series]:
    """Return so many series, each with a rule that is not refused."""
    random, found = Random(seed), []
    while len(found) < count:
        made = _series(random)
        if made is not None:
            found.append(made)
    return found


def _series(random: Random) -> Series | None:
    text, zone = _rule(random), random.choice(ZONES)
    clock = random.choice((0, 1, 2, 9, 13, 23)), random.choice((0, 30))
    first = datetime(2027, 1, 1, *clock) + timedelta(days=random.randrange(400))
    for day in range(40):
        starts = first + timedelta(days=day)
        try:
            rule = recurrence.read(text, starts, zone)
        except BadRule as refused:
            if refused.code == "start_not_in_rule":
                continue
            return None
        return Series(starts, starts + HOUR, zone, rule)
    return None


def _rule(random: Random) -> str:
    frequency = random.choice(list(FREQUENCIES))
    by_month = frequency in ("MONTHLY", "YEARLY")
    parts = [f"FREQ={frequency}"]
    if random.random() < 0.5:
        parts.append(f"INTERVAL={random.choice((1, 2, 2, 3, 4, 5, 7, 12))}")
    if random.random() < 0.5:
        parts.append(f"COUNT={random.randint(1, 60)}")
    else:
        last = datetime(2027, 1, 1) + timedelta(days=random.randint(30, 1700))
        parts.append(f"UNTIL={last:%Y%m%d}")
    if random.random() < 0.3:
        parts.append(f"BYMONTH={_some(random, range(1, 13))}")
    if by_month and random.random() < 0.4:
        days = (*range(1, 32), -1, -2, -3, -10)
        parts.append(f"BYMONTHDAY={_some(random, days)}")
    elif random.random() < 0.5:
        which = ("1", "2", "3", "4", "-1", "-2") if by_month else ("",)
        named = [number + day for number in which for day in WEEKDAYS]
        parts.append(f"BYDAY={_some(random, random.choice((WEEKDAYS, named)))}")
        if frequency == "MONTHLY" and random.random() < 0.3:
            parts.append(f"BYSETPOS={_some(random, (1, 2, 3, -1, -2))}")
    if random.random() < 0.2:
        parts.append(f"WKST={random.choice(WEEKDAYS)}")
    return ";".join(parts)


def _some(random: Random, values) -> str:
    return ",".join(str(value) for value in random.sample(values, random.randint(1, 3)))
