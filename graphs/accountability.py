"""Who answers for what: steps that nobody owns, that two own, that are disputed."""

from collections.abc import Iterable, Iterator
from datetime import date

from graphs import grain
from graphs.cells import Cell
from graphs.claims import Claim
from graphs.findings import Finding
from graphs.grain import Observation, Places


def gaps(cells: Iterable[Cell], places: Places) -> list[Finding]:
    """Return where nobody answers for a step, or those who do have no number.

    Who is accountable but leads to nobody is `coverage`, not a gap.

    >>> rows = [grain.Place("5001", "municipality")]
    >>> here = grain.standing(rows, date(2026, 11, 25), steps={"settle": ("adult",)})
    >>> cell = Cell("settle", "adult", frozenset(["5001"]), has_accountable=False)
    >>> [(one.reason, one.place) for one in gaps([cell], here)]
    [('no_accountable', '5001')]
    """
    return grain.state(_gaps(cells, places), places)


def _gaps(cells: Iterable[Cell], places: Places) -> Iterator[Observation]:
    for cell in cells:
        finding = None
        if not cell.has_accountable:
            finding = Finding("gaps", "no_accountable", cell.step)
        elif cell.accountable and all(
            party.organisation and not party.has_line for party in cell.accountable
        ):
            finding = Finding(
                "gaps",
                "no_line",
                cell.step,
                organisations=_sorted(one.organisation for one in cell.accountable),
                posts=_sorted(one.post for one in cell.accountable),
            )
        if finding:
            yield Observation(finding, cell.track, places.mask(cell.places))


def overlaps(cells: Iterable[Cell], places: Places) -> list[Finding]:
    """Return where two different organisations answer for one step.

    >>> from graphs.cells import Party
    >>> rows = [grain.Place("5001", "municipality")]
    >>> here = grain.standing(rows, date(2026, 11, 25))
    >>> both = (Party("nav"), Party("udi"))
    >>> cell = Cell("settle", "adult", frozenset(["5001"]), True, both)
    >>> overlaps([cell], here)[0].organisations
    ('nav', 'udi')
    """
    return grain.state(_overlaps(cells, places), places)


def _overlaps(cells: Iterable[Cell], places: Places) -> Iterator[Observation]:
    for cell in cells:
        named = _sorted(party.organisation for party in cell.accountable)
        if len(named) >= 2:
            finding = Finding(
                "overlaps", "two_accountable", cell.step, organisations=named
            )
            yield Observation(finding, cell.track, places.mask(cell.places))


def coverage(cells: Iterable[Cell], places: Places) -> list[Finding]:
    """Return where a holder leads to nobody: a kind that none serves, or one ended.

    >>> rows = [grain.Place("5001", "municipality")]
    >>> here = grain.standing(rows, date(2026, 11, 25))
    >>> nobody = (("R", "kind:child_house"),)
    >>> cell = Cell("hear", "minor", frozenset(["5001"]), True, unresolved=nobody)
    >>> [(one.reason, one.holder) for one in coverage([cell], here)]
    [('kind_not_served', 'kind:child_house')]
    """
    return grain.state(_coverage(cells, places), places)


def _coverage(cells: Iterable[Cell], places: Places) -> Iterator[Observation]:
    for cell in cells:
        for _role, holder in cell.unresolved:
            is_kind = holder.startswith("kind:")
            reason = "kind_not_served" if is_kind else "holder_ended"
            finding = Finding("coverage", reason, cell.step, holder=holder)
            yield Observation(finding, cell.track, places.mask(cell.places))


def contested(claims: Iterable[Claim], places: Places, on: date) -> list[Finding]:
    """Return the responsibilities of that day that are disputed, where they are set.

    >>> here = grain.standing([], date(2026, 11, 25), steps={"settle": ("adult",)})
    >>> row = Claim("r1", "settle", "A", "nav", "NO", status="contested")
    >>> [one.place for one in contested([row], here, date(2026, 11, 25))]
    ['NO']
    """
    return grain.in_order(
        finding
        for claim in claims
        if claim.status == "contested" and claim.stands(on)
        for finding in claim.findings("contested", "contested", places.tracks)
    )


def _sorted(keys: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({key for key in keys if key}))
