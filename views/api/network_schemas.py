"""The shapes of what the network's questions answer."""

from typing import Literal

from pydantic import Field

from coordinator.questions import QUESTIONS
from views.api.schemas import Shape

Weakness = Literal[
    "no_accountable",
    "no_line",
    "two_accountable",
    "contested",
    "vacant",
    "deputy_only",
    "contact_old",
    "responsibility_old",
    "source_overdue",
    "responsibility_expired",
    "responsibility_expires",
    "membership_expired",
    "membership_expires",
    "network_expired",
    "network_expires",
    "holding_expires",
    "only_person",
    "cut_point",
    "no_shared_network",
    "kind_not_served",
    "holder_ended",
    "community",
    "betweenness",
    "shortest_path",
]


class Accepted(Shape):
    """Until when a weak spot is accepted, and why."""

    until: str
    reason: str


class Finding(Shape):
    """A weak spot, at the widest place where it holds; lists hold keys."""

    key: str
    step: str | None
    place: str | None
    track: str | None
    organisations: list[str]
    posts: list[str]
    persons: list[str]
    reason: Weakness
    accepted: Accepted | None
    to_step: str | None
    networks: list[str]
    meetings: list[str]
    holder: str | None
    source: str | None
    score: float | None


class ChangedFinding(Finding):
    """A weak spot that comes or goes, and of which question it is."""

    question: Literal[
        "gaps",
        "overlaps",
        "contested",
        "vacant",
        "stale",
        "single-points",
        "broken-handovers",
        "coverage",
    ]
    change: Literal["appears", "disappears"]


class NetworkAnswer(Shape):
    """What a question finds on a day, and from what that was worked out.

    What is large is kept: `current` says whether it is still so, and if it is not,
    `reckoned_at` when it was.
    """

    question: str
    on: str
    estimated: bool
    seed: int | None
    sources: int | None
    reckoned_at: str | None
    current: bool
    findings: list[Finding]


class WayIn(NetworkAnswer):
    """Who leads from one to the other, both included; empty where nobody does."""

    from_: str = Field(alias="from")
    to: str
    path: list[str]


class Changes(NetworkAnswer):
    """What comes and what goes."""

    findings: list[ChangedFinding]  # type: ignore[assignment]


class WhatIf(Changes):
    """What breaks, and what ceases to, without these."""

    without: list[str]


class AsOf(Changes):
    """What comes and goes from one day to the other."""

    compare: str


NETWORK_SCHEMAS: dict[str, type[NetworkAnswer]] = {
    **dict.fromkeys(QUESTIONS, NetworkAnswer),
    "way-in": WayIn,
    "what-if": WhatIf,
    "as-of": AsOf,
}
