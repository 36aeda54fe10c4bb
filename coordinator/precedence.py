"""What applies, and what wins: nearer before wider, named track before none.

A statutory responsibility is beaten only by a nearer statutory or agreed one.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import NamedTuple

from coordinator.facts import Rule, is_valid
from models import ROLES, STATUSES

SETTLED = frozenset({"statutory", "agreed"})


class Weighed(NamedTuple):
    """A responsibility after weighing, and why it stands, waits or fell."""

    rule: Rule
    reasons: tuple[str, ...]


class Verdict(NamedTuple):
    """What stands for each role; what waits for agreement; what was beaten."""

    standing: dict[str, list[Weighed]]
    pending: list[Weighed]
    others: list[Weighed]


def applies(
    rule: Rule, *, within: Collection[str], track: str | None, on: date
) -> bool:
    """Return whether the rule speaks of this day, track and place or one above it."""
    return (
        is_valid(rule, on)
        and (track is None or not rule.tracks or track in rule.tracks)
        and rule.place in within
    )


def weigh(
    rules: Iterable[Rule],
    *,
    lies_below: Callable[[str, str], bool],
    track: str | None,
) -> Verdict:
    """Weigh the rules that apply, each role by itself.

    `lies_below(lower, upper)` tells whether a place lies strictly below another.
    """
    verdict = Verdict({role: [] for role in ROLES}, [], [])
    by_order = sorted(rules, key=lambda rule: (rule.order, rule.holder, rule.key))
    for role in ROLES:
        of_role = [rule for rule in by_order if rule.role == role]
        if role in "AR":
            of_role = _weigh_places(of_role, lies_below, verdict)
        if role == "A" and track is not None:
            of_role = _weigh_tracks(of_role, track, verdict)
        verdict.standing[role] += [
            Weighed(rule, _reasons(rule, track, verdict, lies_below))
            for rule in of_role
        ]
    return verdict


def _weigh_places(
    rules: list[Rule], lies_below: Callable[[str, str], bool], verdict: Verdict
) -> list[Rule]:
    """Keep what no nearer rule beats.

    Under a statutory rule, what is not settled waits and beats nothing, not even
    what beat the statutory one: a proposal must not win by the back door.
    """
    weighing = []
    for rule in rules:
        waits = rule.status not in SETTLED and any(
            other.status == "statutory" and lies_below(rule.place, other.place)
            for other in rules
        )
        if waits:
            verdict.pending.append(Weighed(rule, ("statutory_stands",)))
        else:
            weighing.append(rule)
    kept = []
    for rule in weighing:
        if any(lies_below(other.place, rule.place) for other in weighing):
            verdict.others.append(Weighed(rule, ("nearest_place",)))
        else:
            kept.append(rule)
    return kept


def _weigh_tracks(rules: list[Rule], track: str, verdict: Verdict) -> list[Rule]:
    """Where a rule names the track, drop those naming none, statutory ones excepted."""
    if not any(track in rule.tracks for rule in rules):
        return rules
    kept = []
    for rule in rules:
        if rule.tracks or rule.status == "statutory":
            kept.append(rule)
        else:
            verdict.others.append(Weighed(rule, ("names_track",)))
    return kept


def _reasons(
    rule: Rule,
    track: str | None,
    verdict: Verdict,
    lies_below: Callable[[str, str], bool],
) -> tuple[str, ...]:
    beaten = [other for other in verdict.others if other.rule.role == rule.role]
    fell_to_place = [o.rule for o in beaten if "nearest_place" in o.reasons]
    fell_to_track = any("names_track" in o.reasons for o in beaten)
    statutory = rule.status == "statutory"
    stood_against_track = statutory and not rule.tracks and fell_to_track
    stood_against_place = statutory and any(
        waiting.rule.role == rule.role and lies_below(waiting.rule.place, rule.place)
        for waiting in verdict.pending
    )
    found = {
        "nearest_place": any(lies_below(rule.place, o.place) for o in fell_to_place),
        "names_track": fell_to_track and track in rule.tracks,
        "statutory_stands": stood_against_track or stood_against_place,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def least_settled(rules: Iterable[Rule]) -> str:
    """Return the least settled status of the rules; `unclear` when there are none."""
    return max(
        (rule.status for rule in rules), key=STATUSES.index, default=STATUSES[-1]
    )
