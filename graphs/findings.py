"""Findings: weak spots of the network, each told once, at the widest place it holds."""

from typing import NamedTuple


class Finding(NamedTuple):
    """One weak spot: keys and codes only, never a name, a number or a sentence.

    `place` is the widest one where it holds for all below, None where it has none;
    `track` is None where it holds for every track of the step. `to_step` is the other
    end of a handover. `networks` are keys of forums. `score` orders brokers. `source`
    is the key of one to check again. `meetings` are keys of those on a way.
    """

    question: str
    reason: str
    step: str | None = None
    place: str | None = None
    track: str | None = None
    organisations: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    to_step: str | None = None
    holder: str | None = None
    score: float | None = None
    source: str | None = None
    meetings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What makes it the same finding tomorrow: all it says but its score.

        >>> Finding("gaps", "no_accountable", "settle", "NO").key
        'gaps|no_accountable|settle||NO||||||'
        """
        lists = (self.organisations, self.posts, self.persons, self.networks)
        return "|".join(
            (
                self.question,
                self.reason,
                self.step or "",
                self.to_step or "",
                self.place or "",
                self.track or "",
                *(",".join(one) for one in lists),
                self.holder or self.source or "",
            )
        )
