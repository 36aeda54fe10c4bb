"""Series of meetings: what their rule makes, what was moved, and how they are split.

Everything is wall time in the meeting's zone, as a calendar keeps it. Rules are
read by `coordinator/rrule.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from coordinator import zones
from coordinator.rrule import MOST, BadRule, Rule, read

__all__ = [
    "BadRule",
    "Occurrence",
    "Override",
    "Rule",
    "Series",
    "occurrences",
    "read",
    "split",
    "unmatched",
]

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Override:
    """An occurrence that is not as the rule has it."""

    starts: datetime
    ends: datetime
    is_cancelled: bool = False


@dataclass(frozen=True)
class Series:
    """A meeting, with its rule if it repeats; overrides by their original start."""

    starts: datetime
    ends: datetime
    timezone: str
    rule: Rule | None = None
    overrides: Mapping[datetime, Override] = field(default_factory=dict)

    @property
    def originals(self) -> tuple[datetime, ...]:
        """Every start that the rule makes, as wall time."""
        return self.rule.starts(self.starts) if self.rule else (self.starts,)

    @property
    def rule_text(self) -> str:
        """The rule as a calendar is given it: UNTIL is the moment of the last start."""
        if self.rule is None:
            return ""
        moment, certainty = zones.instant(self.originals[-1], self.timezone)
        # Of a time that clocks skip or show twice readers take either moment.
        either = timedelta(hours=2 if certainty != "exact" else 0)
        return self.rule.text(moment + either)


@dataclass(frozen=True)
class Occurrence:
    """One meeting of a series: wall times, as clocks in its zone show them.

    `original` is the start that the rule has, which never changes.
    """

    original: datetime
    starts: datetime
    ends: datetime
    is_cancelled: bool
    timezone: str

    @property
    def starts_at(self) -> datetime:
        """When it starts, in UTC."""
        return zones.instant(self.starts, self.timezone)[0]

    @property
    def ends_at(self) -> datetime:
        """When it ends, in UTC."""
        return zones.instant(self.ends, self.timezone)[0]


def occurrences(
    series: Series, after: datetime | None = None, before: datetime | None = None
) -> Iterator[Occurrence]:
    """Yield the occurrences by start, of those that end after and start before.

    Both are wall times. Overrides that the rule no longer makes are left out.
    """
    found = [_occurrence(series, original) for original in series.originals[:MOST]]
    for occurrence in sorted(found, key=lambda found: (found.starts, found.original)):
        if after is not None and occurrence.ends <= after:
            continue
        if before is not None and occurrence.starts >= before:
            continue
        yield occurrence


def split(series: Series, at: datetime) -> tuple[Series, Series]:
    """Return the series before that original start, and that from it on.

    The first ends the day before, or after as many as it made; the rest has what is
    left. Each keeps the overrides of its side.
    """
    originals = series.originals
    if series.rule is None or at not in originals:
        raise BadRule("start_not_in_rule", value=at.isoformat())
    made = originals.index(at)
    if not made:
        raise BadRule("nothing_before", value=at.isoformat())
    if series.rule.count is None:
        before = replace(series.rule, until=at.date() - DAY)
        rest = series.rule
    else:
        before = replace(series.rule, count=made)
        rest = replace(series.rule, count=series.rule.count - made)
    earlier = {key: kept for key, kept in series.overrides.items() if key < at}
    later = {key: kept for key, kept in series.overrides.items() if key >= at}
    ends = at + (series.ends - series.starts)
    return (
        replace(series, rule=before, overrides=earlier),
        replace(series, starts=at, ends=ends, rule=rest, overrides=later),
    )


def unmatched(series: Series) -> list[datetime]:
    """Return the original starts of overrides that the rule no longer makes."""
    return sorted(set(series.overrides) - set(series.originals))


def _occurrence(series: Series, original: datetime) -> Occurrence:
    kept = series.overrides.get(original)
    if kept is not None:
        starts, ends, is_cancelled = kept.starts, kept.ends, kept.is_cancelled
    else:
        starts, is_cancelled = original, False
        ends = original + (series.ends - series.starts)
    moment, certainty = zones.instant(starts, series.timezone)
    if certainty == "gap":
        # It moves on by the gap as a whole: else it might end before it begins.
        moved = zones.wall(moment, series.timezone)
        starts, ends = moved, moved + (ends - starts)
    return Occurrence(original, starts, ends, is_cancelled, series.timezone)
