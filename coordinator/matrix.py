"""The responsibility matrix: steps × who, what stands in each cell, and where it fails.

RACI's four checks: somebody answers for the step, only one does, who answers is not
also merely told of it, and can be reached.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from coordinator import facts, guide, upsert
from coordinator.access import Viewer, select_to_write, select_visible
from coordinator.accounts import Account
from coordinator.catalogue import Catalogue, StepRow
from coordinator.columns import KINDS
from coordinator.editing import Invalid, NotAllowed, act_of_this_write
from coordinator.errors import NotFound, Refused
from coordinator.exchange import Finding, Importer, Report
from coordinator.facts import Facts, Rule, is_valid
from coordinator.guide import Answer, Question
from coordinator.opening import OSLO
from coordinator.resolution import WITHOUT_ORGANISATION, Actor
from coordinator.spreadsheets import Sheet
from models import ROLES, Responsibility, db, one_write

BY_KIND, BY_ORGANISATION = "kinds", "organisations"
CHECKS = ("none", "two", "also_informed", "unreachable")


class Held(NamedTuple):
    """A role in a cell, the place of its rule, and whether it is set just here.

    One that is set here and does not apply, such as a proposal beside what the law
    says, stands there too: who set it shall see it.
    """

    role: str
    place: str
    is_own: bool
    applies: bool = True


@dataclass(frozen=True)
class Row:
    """A step: its answer's status, who holds what, and which checks fail where.

    `own` is role and status of what is set for just this place and track, by holder.
    """

    step: StepRow
    status: str
    cells: dict[str, tuple[Held, ...]]
    own: dict[str, dict[str, str]]
    failing: dict[str, frozenset[str]]


@dataclass(frozen=True)
class Matrix:
    """Rows in the order of the journey, columns by holder as exchange files name them.

    `names` are what organisations are called.
    """

    place: str
    track: str | None
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    names: dict[str, str]

    @property
    def failing(self) -> int:
        """How many checks fail, in all rows."""
        return sum(len(row.failing) for row in self.rows)


def read(
    place: str,
    track: str | None,
    by: str,
    viewer: Viewer,
    known: Catalogue,
    now: datetime | None = None,
) -> Matrix:
    """Return the matrix of the place and track, by kinds or by organisations.

    A fixed number of statements. Raise NotFound for an unknown place or track, and
    SeveralSuccessors for a divided place.
    """
    if track is not None:
        known.track(track)
    steps = [step for step in known.steps.values() if step.is_for(track)]
    asked = _ask(steps, place, track, viewer, known, now)
    rows = [_row(answer, by, asked) for answer in asked.answers]
    held = {holder for row in rows for holder in row.cells}
    return Matrix(
        asked.here,
        track,
        tuple(_in_order(held, known)),
        tuple(rows),
        {key: one.name for key, one in asked.facts.organisations.items()},
    )


class _Asked(NamedTuple):
    """The answers for one place and track, and what they were made from.

    `below` are the kinds that answer and serve no place here, but one within.
    """

    here: str
    answers: list[Answer]
    facts: Facts
    below: frozenset[str]
    known: Catalogue
    now: datetime


def _ask(
    steps: list[StepRow],
    place: str,
    track: str | None,
    viewer: Viewer,
    known: Catalogue,
    now: datetime | None,
) -> _Asked:
    now = (now or datetime.now(OSLO)).astimezone(OSLO)
    here = known.standing_place(place, now.date()).code
    kinds = {kind for step in steps for kind in (*step.fallback, *step.appeal)}
    kinds |= {"rosa", "child_welfare_duty"}
    codes = [step.code for step in steps]
    gathered = facts.gather(codes, known.at_or_above(here), kinds, viewer)
    questions = (Question(code, here, track, now.date(), now) for code in codes)
    answers = [guide.decide(question, gathered, known) for question in questions]
    missing = {
        who.removeprefix("kind:")
        for answer in answers
        for role, who in answer.unresolved
        if role == "A" and who.startswith("kind:")
    }
    below = facts.kinds_serving(missing, known.below(here), now.date(), viewer)
    return _Asked(here, answers, gathered, below, known, now)


def behind(
    step: str,
    holder: str,
    place: str,
    track: str | None,
    viewer: Viewer,
    known: Catalogue,
) -> list[Rule]:
    """Return the rules that give a cell its roles, and are not set in the cell itself.

    From a wider place, for other groups, or for one organisation or post of the kind.
    """
    by = BY_KIND if holder.startswith("kind:") else BY_ORGANISATION
    asked = _ask([known.step(step)], place, track, viewer, known, None)
    tracks = (track,) if track else ()
    (answer,) = asked.answers
    given = {
        (role, actor.via.removeprefix("organisation:").removeprefix("post:"), its_place)
        for role in _LETTERS
        for actor, its_place in _given(answer, role)
        if _column(actor, by) == holder
    }
    given |= {
        (role, unresolved, "")
        for role, unresolved in answer.unresolved
        if unresolved == holder
    }
    return [
        rule
        for rule in asked.facts.rules
        if rule.step == step
        and (rule.holder, rule.place, rule.tracks) != (holder, asked.here, tracks)
        and {(rule.role, rule.holder, at) for at in (rule.place, "")} & given
        and is_valid(rule, asked.now.date())
    ]


def _in_order(held: set[str], known: Catalogue) -> Iterable[str]:
    # The one who asks comes first, and needs nobody's organisation.
    codes = sorted(known.kinds, key=lambda code: code not in WITHOUT_ORGANISATION)
    kinds = [f"kind:{code}" for code in codes]
    yield from (kind for kind in kinds if kind in held)
    yield from sorted(held - set(kinds))


def _row(answer: Answer, by: str, asked: _Asked) -> Row:
    cells: dict[str, list[Held]] = {}
    own = _own(answer, asked.facts)
    for role in _LETTERS:
        for holder, place in _holders(answer, role, by):
            held = Held(role, place, role in own.get(holder, ()))
            cell = cells.setdefault(holder, [])
            if role not in _roles(cell):
                cell.append(held)
    failing = _failing(answer, cells, asked)
    for holder, roles in own.items():
        if _is_column(holder, by, asked.facts):
            cell = cells.setdefault(holder, [])
            unseen = [role for role in roles if role not in _roles(cell)]
            cell += [Held(role, answer.place, True, False) for role in unseen]
    found = {holder: tuple(cell) for holder, cell in cells.items()}
    return Row(answer.step, answer.status, found, own, failing)


def _is_column(holder: str, by: str, gathered: Facts) -> bool:
    if by == BY_KIND or holder.removeprefix("kind:") in WITHOUT_ORGANISATION:
        return holder.startswith("kind:")
    return holder in gathered.organisations


# The order of the letters, as the field says them.
_LETTERS = ("R", "A", "C", "I")


def _own(answer: Answer, gathered: Facts) -> dict[str, dict[str, str]]:
    """Return role and status of the rules set for just this place and track."""
    tracks = (answer.track,) if answer.track else ()
    found: dict[str, dict[str, str]] = {}
    for rule in gathered.rules:
        is_here = rule.step == answer.step.code and rule.place == answer.place
        if is_here and rule.tracks == tracks:
            found.setdefault(rule.holder, {})[rule.role] = rule.status
    return found


def _holders(answer: Answer, role: str, by: str) -> Iterable[tuple[str, str]]:
    """Yield holder and place of those who hold the role, by column."""
    for actor, place in _given(answer, role):
        yield _column(actor, by), place
    for unresolved_role, holder in answer.unresolved:
        if unresolved_role == role and holder.startswith("kind:") and by == BY_KIND:
            yield holder, answer.place


def _given(answer: Answer, role: str) -> Iterable[tuple[Actor, str]]:
    """Yield those who are given the role, fallbacks not, and the place of the rule."""
    return ((actor, actor.place) for actor in answer.roles[role] if not actor.fallback)


def _column(actor: Actor, by: str) -> str:
    if actor.organisation is None:
        return actor.via
    return (
        f"kind:{actor.organisation.kind}" if by == BY_KIND else actor.organisation.key
    )


def _failing(
    answer: Answer, cells: Mapping[str, Iterable[Held]], asked: _Asked
) -> dict[str, frozenset[str]]:
    """Return the checks that fail, and the columns where they do."""
    holds = {
        role: {holder for holder, cell in cells.items() if role in _roles(cell)}
        for role in ROLES
    }
    found: dict[str, frozenset[str]] = {}
    if "no_accountable" in answer.flags:
        found["none"] = frozenset()
    if _overlaps(answer, asked):
        found["two"] = frozenset(holds["A"])
    if both := holds["A"] & holds["I"]:
        found["also_informed"] = frozenset(both)
    if "none" not in found and not _can_any_be_reached(answer, asked):
        found["unreachable"] = frozenset(holds["A"])
    return found


def _can_any_be_reached(answer: Answer, asked: _Asked) -> bool:
    """Return whether somebody who answers can be; of a kind, perhaps further in.

    No child welfare service serves a whole county, and each can be reached.
    """
    named = [actor for actor, _place in _given(answer, "A")]
    kinds = {f"kind:{kind}" for kind in asked.below}
    is_further_in = any(role == "A" and who in kinds for role, who in answer.unresolved)
    return any(map(can_be_reached, named)) or (not named and is_further_in)


def _roles(cell: Iterable[Held]) -> set[str]:
    return {held.role for held in cell}


def can_be_reached(actor: Actor) -> bool:
    """Return whether one who answers has a number or an e-mail; who asks, always."""
    return actor.is_reachable or actor.via.removeprefix("kind:") in WITHOUT_ORGANISATION


def _overlaps(answer: Answer, asked: _Asked) -> bool:
    """Return whether two answer for the step: of no track asked, for one of its own."""
    if answer.track is not None:
        return "overlap" in answer.flags
    organisations = {
        actor.organisation.key for actor in answer.roles["A"] if actor.organisation
    }
    if len(organisations) < 2:
        return False
    questions = (
        Question(answer.step.code, asked.here, track, asked.now.date(), asked.now)
        for track in (answer.step.tracks or asked.known.tracks)
    )
    return any(
        "overlap" in guide.decide(question, asked.facts, asked.known).flags
        for question in questions
    )


# Editing


class CellChanged(Refused):
    """Someone changed the cell since it was read: `now` are its own roles now."""

    def __init__(self, now: dict[str, str]) -> None:
        super().__init__()
        self.now = now


def own_roles(
    step: str, holder: str, place: str, track: str | None, viewer: Viewer
) -> dict[str, str]:
    """Return role and status of what is set for just this place and track."""
    rule = Responsibility.__table__.c
    columns = rule.role, rule.status, rule.tracks
    statement = select_visible(*columns, viewer=viewer)
    rows = db.session.execute(statement.where(*_in_cell(step, holder, place)))
    tracks = (track,) if track else ()
    found = {row.role: row.status for row in rows if row.tracks == tracks}
    return {role: found[role] for role in _LETTERS if role in found}


def _in_cell(step: str, holder: str, place: str) -> tuple[Any, ...]:
    rule = Responsibility.__table__.c
    kind = holder.removeprefix("kind:")
    column = rule.holder_kind if kind != holder else rule.holder_key
    return rule.step == step, rule.place == place, column == kind


@one_write
def set_roles(
    step: str,
    holder: str,
    place: str,
    track: str | None,
    roles: Collection[str],
    account: Account,
    *,
    seen: dict[str, str],
    status: str = "proposed",
    sources: Sequence[str] = (),
) -> int | None:
    """Let the holder have just these roles here; return the act, if it did anything.

    What applies from a wider place stays. New roles get the status and the sources.
    Raise NotAllowed, NotFound, CellChanged where `seen` is not what is set now, or
    Invalid; then nothing has changed.
    """
    if account.role != "unit":
        raise NotAllowed
    tracks = (track,) if track else ()
    rule = Responsibility.__table__.c
    statement = select_to_write(rule.key, rule.role, rule.status, rule.tracks)
    rows = list(db.session.execute(statement.where(*_in_cell(step, holder, place))))
    own = {row.role: row for row in rows if row.tracks == tracks}
    now = {role: row.status for role, row in own.items()}
    if now != dict(seen):
        raise CellChanged(now)
    if unknown := set(roles) - set(ROLES):
        raise NotFound("role", sorted(unknown)[0])
    new = [role for role in ROLES if role in roles and role not in own]
    if new and status == "agreed":
        raise Invalid([Finding(2, "status", "agreed_by_hand")])
    if new and status == "statutory" and not sources:
        raise Invalid([Finding(2, "status", "needs_source")])
    gone = [(own[role].key,) for role in own if role not in roles]
    connection = db.session.connection()
    upsert.remove(connection, account.key, Responsibility.__table__, gone)
    rows_to_add = [
        [step, role, holder, place, "|".join(tracks), status, "|".join(sources)]
        for role in new
    ]
    _take(rows_to_add, account)
    return act_of_this_write()


def _take(cells: list[list[str]], account: Account) -> None:
    header = ["step", "role", "holder", "place", "tracks", "status", "sources"]
    errors: list[Finding] = []
    report = Report()

    def hear(finding: Finding) -> None:
        report.bad += 1
        errors.append(finding)

    importer = Importer(
        KINDS["responsibilities"],
        db.session.connection(),
        hear,
        lambda _warning: None,
        account.key,
    )
    if cells:
        importer.take(Sheet(header, iter(enumerate(cells, start=2))), report)
    if errors:
        raise Invalid(errors)
