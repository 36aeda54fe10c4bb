"""Claims: responsibilities as they are written, before anything is weighed."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from graphs.findings import Finding


class Claim(NamedTuple):
    """A row of responsibility; the holder as exchange files write it.

    `organisation` is the holder or the post's organisation, `post` the holder when it
    is one; both None for a kind.
    """

    key: str
    step: str
    role: str
    holder: str
    place: str
    tracks: tuple[str, ...] = ()
    status: str = "proposed"
    valid_from: date | None = None
    valid_to: date | None = None
    confirmed_on: date | None = None
    organisation: str | None = None
    post: str | None = None

    def stands(self, on: date) -> bool:
        """Return whether it is valid that day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )

    def findings(
        self, question: str, reason: str, meant: Mapping[str, Collection[str]]
    ) -> Iterator[Finding]:
        """Yield what is found of it: one for each track, or one for all of them."""
        named = set(self.tracks)
        every = not named or named >= set(meant.get(self.step, ())) > set()
        for track in [None] if every else sorted(named):
            yield Finding(
                question,
                reason,
                self.step,
                self.place,
                track,
                organisations=(self.organisation,) if self.organisation else (),
                posts=(self.post,) if self.post else (),
                holder=self.holder,
            )
