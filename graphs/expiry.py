"""What time undoes: old confirmations, mandates that end, sources unchecked."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Protocol, TypeVar

from graphs import grain
from graphs.claims import Claim
from graphs.findings import Finding

DAY = timedelta(days=1)
OLD_AFTER = timedelta(days=365)
REMEMBERED_FOR = timedelta(days=365)
SOON = timedelta(days=60)


class Line(NamedTuple):
    """A contact point's owner, and when the owner last said that it holds.

    `organisation` is the owner, the post's, or the one that the person answers for.
    """

    owner: str
    confirmed_on: date | None = None
    organisation: str | None = None
    post: str | None = None
    person: str | None = None


class CheckedSource(NamedTuple):
    """A source and the day by which someone should look at it again."""

    key: str
    next_check_on: date | None = None


class Mandate(NamedTuple):
    """A forum, and until when it is to be."""

    network: str
    valid_from: date | None = None
    valid_to: date | None = None


class Seat(NamedTuple):
    """A membership: an organisation's, or a post's of an organisation, in a forum."""

    network: str
    holder: str
    valid_from: date | None = None
    valid_to: date | None = None
    organisation: str | None = None
    post: str | None = None


class Tenure(NamedTuple):
    """A person who holds a post of an organisation, as holder or deputy."""

    post: str
    person: str
    deputy: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    organisation: str | None = None


@dataclass(frozen=True)
class Dated:
    """All that time can undo, as plain rows; `tracks` are those each step is for."""

    claims: Sequence[Claim] = ()
    lines: Sequence[Line] = ()
    sources: Sequence[CheckedSource] = ()
    mandates: Sequence[Mandate] = ()
    seats: Sequence[Seat] = ()
    tenures: Sequence[Tenure] = ()
    tracks: Mapping[str, Collection[str]] | None = None


def stale(rows: Dated, on: date) -> list[Finding]:
    """Return what is no longer sure that day, or will not be within sixty days.

    A mandate that ends is no finding when another takes over the day after; one that
    ended is remembered for a year.

    >>> ended = Mandate("forum", valid_to=date(2026, 11, 24))
    >>> found = stale(Dated(mandates=[ended]), date(2026, 11, 25))
    >>> [(one.reason, one.networks) for one in found]
    [('network_expired', ('forum',))]
    """
    return grain.in_order(
        finding
        for found in (
            _old_lines(rows, on),
            _old_claims(rows, on),
            _unchecked_sources(rows, on),
            _ending_claims(rows, on),
            _ending_mandates(rows, on),
            _ending_seats(rows, on),
            _ending_tenures(rows, on),
        )
        for finding in found
    )


def _is_old(confirmed_on: date | None, on: date) -> bool:
    return confirmed_on is not None and on - confirmed_on > OLD_AFTER


def _old_lines(rows: Dated, on: date) -> Iterator[Finding]:
    for line in rows.lines:
        if _is_old(line.confirmed_on, on):
            yield Finding(
                "stale",
                "contact_old",
                organisations=_given(line.organisation),
                posts=_given(line.post),
                persons=_given(line.person),
                holder=line.owner,
            )


def _old_claims(rows: Dated, on: date) -> Iterator[Finding]:
    for claim in rows.claims:
        # Who is consulted or informed is asked of nobody else, so nobody confirms it.
        is_asked = claim.role in ("A", "R") and claim.stands(on)
        if is_asked and _is_old(claim.confirmed_on, on):
            yield from claim.findings("stale", "responsibility_old", rows.tracks or {})


def _unchecked_sources(rows: Dated, on: date) -> Iterator[Finding]:
    for source in rows.sources:
        if source.next_check_on and source.next_check_on < on:
            yield Finding("stale", "source_overdue", source=source.key)


class _Ending(Protocol):
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...


Row = TypeVar("Row", bound=_Ending)


def _ending(rows: Iterable[tuple[object, Row]], on: date) -> Iterator[tuple[str, Row]]:
    """Yield the rows that ended or will soon, with how, unless another row stands in.

    Rows with the same of what they are about can stand in for each other.
    """
    together: dict[object, list[Row]] = {}
    for about, row in rows:
        together.setdefault(about, []).append(row)
    for same in together.values():
        for row in same:
            ends = row.valid_to
            if ends is None or not -SOON <= on - ends <= REMEMBERED_FOR:
                continue
            then = max(on, min(ends, date.max - DAY) + DAY)
            if not any(_stands(other, then) for other in same):
                yield "expired" if ends < on else "expires", row


def _stands(row: _Ending, on: date) -> bool:
    starts, ends = row.valid_from, row.valid_to
    return (starts is None or starts <= on) and (ends is None or on <= ends)


def _ending_claims(rows: Dated, on: date) -> Iterator[Finding]:
    about = (((one.step, one.role, one.place), one) for one in rows.claims)
    for how, claim in _ending(about, on):
        yield from claim.findings("stale", f"responsibility_{how}", rows.tracks or {})


def _ending_mandates(rows: Dated, on: date) -> Iterator[Finding]:
    for how, mandate in _ending(((one.network, one) for one in rows.mandates), on):
        yield Finding("stale", f"network_{how}", networks=(mandate.network,))


def _ending_seats(rows: Dated, on: date) -> Iterator[Finding]:
    about = (((one.network, one.holder), one) for one in rows.seats)
    for how, seat in _ending(about, on):
        yield Finding(
            "stale",
            f"membership_{how}",
            organisations=_given(seat.organisation),
            posts=_given(seat.post),
            networks=(seat.network,),
            holder=seat.holder,
        )


def _ending_tenures(rows: Dated, on: date) -> Iterator[Finding]:
    about = (((one.post, one.deputy), one) for one in rows.tenures)
    for how, tenure in _ending(about, on):
        # Once nobody holds it, the post is vacant: another question's finding.
        if how == "expires":
            yield Finding(
                "stale",
                "holding_expires",
                organisations=_given(tenure.organisation),
                posts=(tenure.post,),
                persons=(tenure.person,),
            )


def _given(key: str | None) -> tuple[str, ...]:
    return (key,) if key else ()
