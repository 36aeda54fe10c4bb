"""The one gate: who sees which records. All reading of guarded tables goes through it.

Four classes, public ⊂ network ⊂ unit ⊂ protected; the stricter of record and field
wins; nothing set means protected (a null is in no list, so it is never selected).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    event,
    func,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.sql import visitors
from sqlalchemy.sql.expression import ClauseElement

from models import (
    AUDIENCES,
    AgendaItem,
    Attendance,
    Base,
    Change,
    ContactPoint,
    Entry,
    Holding,
    Invitation,
    Meeting,
    Membership,
    Network,
    Occurrence,
    OccurrenceAnswer,
    Organisation,
    OrganisationKind,
    Post,
    Responsibility,
    SearchEntry,
    ServiceArea,
    db,
)


@dataclass(frozen=True)
class Viewer:
    """Who reads: a name for caches and logs, and the widest classes it may see.

    `fields` is the widest class of single fields such as contact points, where it
    differs from that of records. `own` is the organisation of an agency's user, who
    sees of it, of what lies below it and of their posts as much as the unit does.
    """

    name: str
    records: str
    fields: str = ""
    own: str | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of records that this viewer may see."""
        return AUDIENCES[: AUDIENCES.index(self.records) + 1]

    @property
    def field_classes(self) -> tuple[str, ...]:
        """The classes of fields that this viewer may see on the records it sees."""
        return AUDIENCES[: AUDIENCES.index(self.fields or self.records) + 1]

    @property
    def sees_network(self) -> bool:
        """Whether persons and who holds which post are for this viewer."""
        return "network" in self.classes


PUBLIC = Viewer("public", "public")
READER = Viewer("reader", "network")
UNIT = Viewer("unit", "unit")
OPERATOR = Viewer("operator", "network", "unit")
"""Who exports and restores: every line, but nothing of protected organisations."""


def agency(organisation: str) -> Viewer:
    """Return how a user of this organisation sees the network."""
    return Viewer("agency", "network", own=organisation)


Predicate = Callable[[Viewer], ColumnElement[bool]]

_entry = Entry.__table__
_organisation = Organisation.__table__
_post = Post.__table__
_service_area = ServiceArea.__table__
_holding = Holding.__table__
_contact_point = ContactPoint.__table__
_responsibility = Responsibility.__table__
_network = Network.__table__
_membership = Membership.__table__
_meeting = Meeting.__table__
_invitation = Invitation.__table__
_attendance = Attendance.__table__
_change = Change.__table__
_search_entry = SearchEntry.__table__
_OWN_CLASSES = ("public", "network", "unit")


def _entry_is_seen(key: ColumnElement[Any], viewer: Viewer) -> ColumnElement[bool]:
    """The entry behind a foreign key is of a class the viewer may see."""
    entry = _entry.alias()
    is_seen = _is_of_class_or_own(entry, viewer)
    return select(entry.c.key).where(entry.c.key == key, is_seen).exists()


def _is_of_class_or_own(entry: FromClause, viewer: Viewer) -> ColumnElement[bool]:
    of_class: ColumnElement[bool] = entry.c.audience.in_(viewer.classes)
    if viewer.own is None:
        return of_class
    own = and_(entry.c.audience.in_(_OWN_CLASSES), entry.c.key.in_(own_entries(viewer)))
    return or_(of_class, own)


def _point_is_seen(viewer: Viewer) -> ColumnElement[bool]:
    of_class: ColumnElement[bool] = _contact_point.c.audience.in_(viewer.field_classes)
    if viewer.own is not None:
        own = _contact_point.c.owner.in_(own_entries(viewer))
        of_class = or_(of_class, and_(_contact_point.c.audience.in_(_OWN_CLASSES), own))
    return and_(of_class, _entry_is_seen(_contact_point.c.owner, viewer))


def _membership_is_seen(viewer: Viewer) -> ColumnElement[bool]:
    """It, its network and who is in it are all for the viewer to see."""
    network = _network.alias()
    of_network = select(network.c.key).where(
        network.c.key == _membership.c.network, network.c.audience.in_(viewer.classes)
    )
    return and_(
        _membership.c.audience.in_(viewer.classes),
        _entry_is_seen(_membership.c.holder, viewer),
        of_network.exists(),
    )


def _meeting_is_of_class_or_own(
    meeting: FromClause, viewer: Viewer
) -> ColumnElement[bool]:
    """A meeting is for its class, and for the agency that is asked to it."""
    of_class: ColumnElement[bool] = meeting.c.audience.in_(viewer.classes)
    if viewer.own is None:
        return of_class
    asked = _invitation.alias()
    own = select(asked.c.meeting).where(
        asked.c.holder.in_(own_entries(viewer)), asked.c.is_removed.is_(False)
    )
    is_own = and_(meeting.c.audience.in_(_OWN_CLASSES), meeting.c.key.in_(own))
    return or_(of_class, is_own)


def _meeting_is_seen(key: ColumnElement[Any], viewer: Viewer) -> ColumnElement[bool]:
    meeting = _meeting.alias()
    is_seen = _meeting_is_of_class_or_own(meeting, viewer)
    return select(meeting.c.key).where(meeting.c.key == key, is_seen).exists()


def _invitation_is_seen(invitation: FromClause, viewer: Viewer) -> ColumnElement[bool]:
    """Who is asked is for the unit, for those asked, and for all where it is open.

    Of an invitee whom the viewer may not know of, nothing is seen.
    """
    meeting = _meeting.alias()
    is_seen = _meeting_is_of_class_or_own(meeting, viewer)
    seen = select(meeting.c.key).where(meeting.c.key == invitation.c.meeting, is_seen)
    is_known = _entry_is_seen(invitation.c.holder, viewer)
    if "unit" in viewer.classes:
        is_known = or_(invitation.c.holder.is_(None), is_known)
        return and_(seen.exists(), is_known)
    is_open: ColumnElement[bool] = seen.where(meeting.c.shows_attendees).exists()
    if viewer.own is not None:
        is_own = invitation.c.holder.in_(own_entries(viewer))
        is_open = or_(is_open, and_(seen.exists(), is_own))
    return and_(is_open, is_known)


def _answer_is_seen(viewer: Viewer) -> ColumnElement[bool]:
    invitation = _invitation.alias()
    is_seen = _invitation_is_seen(invitation, viewer)
    key = OccurrenceAnswer.__table__.c.invitation
    return select(invitation.c.key).where(invitation.c.key == key, is_seen).exists()


def _item_is_seen(viewer: Viewer) -> ColumnElement[bool]:
    """The agenda is seen with its meeting, the backlog by the unit."""
    item = AgendaItem.__table__.c
    is_seen = _meeting_is_seen(item.meeting, viewer)
    waits = and_(item.meeting.is_(None), literal("unit").in_(viewer.classes))
    return or_(is_seen, waits)


@lru_cache(maxsize=512)
def own_entries(viewer: Viewer) -> Select[Any]:
    """Return the select of all that is the viewer's own, by key.

    Its organisation and those below it, their posts, and the persons who hold them.
    """
    top, below = _organisation.alias(), _organisation.alias()
    post, held = _post.alias(), _holding.alias()
    own = select(top.c.key).where(top.c.key == viewer.own).cte(recursive=True)
    own = own.union(select(below.c.key).join(own, below.c.parent == own.c.key))
    posts = select(post.c.key).where(post.c.organisation.in_(select(own.c.key)))
    persons = select(held.c.person).where(held.c.post.in_(posts))
    every = union(select(own.c.key), posts, persons).subquery("own_entries")
    return select(every.c[0])


def entries_below(organisation: str) -> Select[Any]:
    """Return the select of all that is an organisation's, as its own user has it.

    For conditions alone: what it reads leaves in no answer.
    """
    own = own_entries(agency(organisation))
    return own.execution_options(**{GATE_OPTION: frozenset(_NEEDED_FOR_OWN)})


def _own_class(table: FromClause) -> Predicate:
    return lambda viewer: table.c.audience.in_(viewer.classes)


def _through_entry(column: ColumnElement[Any]) -> Predicate:
    return lambda viewer: _entry_is_seen(column, viewer)


def _search_entry_is_seen(viewer: Viewer) -> ColumnElement[bool]:
    """What tells of a record is seen with it: its own class, and that of its entry.

    The entry's class is looked up row by row: of many that fit few are taken, and
    PostgreSQL would read every entry beforehand to know a condition on them.
    """
    row = _search_entry.c
    classes = viewer.classes
    of_class: ColumnElement[bool] = row.audience.in_(classes)
    if viewer.field_classes != classes:
        is_line = row.kind == "contact_point"
        of_class = or_(of_class, and_(is_line, row.audience.in_(viewer.field_classes)))
    if viewer.own is not None:
        own = row.entry.in_(own_entries(viewer))
        of_class = or_(of_class, and_(row.audience.in_(_OWN_CLASSES), own))
    if viewer.own is None:
        entry = _entry.alias()
        of_entry = select(entry.c.audience).where(entry.c.key == row.entry)
        is_seen = of_entry.scalar_subquery().in_(classes)
        return and_(of_class, or_(row.entry.is_(None), is_seen))
    seen = or_(row.entry.is_(None), _entry_is_seen(row.entry, viewer))
    is_meeting = and_(row.kind == "meeting", _meeting_is_seen(row.key, viewer))
    return or_(and_(of_class, seen), is_meeting)


# Table → who sees its rows. A table that is not here holds no record of the network
# (links between public places, the change counter) and is read freely.
GUARDED: dict[str, Predicate] = {
    table.name: _own_class(table)
    for table in Base.metadata.sorted_tables
    if "audience" in table.c
} | {
    "entry": lambda viewer: _is_of_class_or_own(_entry, viewer),
    "organisation": _through_entry(_organisation.c.key),
    "post": _through_entry(_post.c.key),
    "person": _through_entry(Base.metadata.tables["person"].c.key),
    "service_area": _through_entry(_service_area.c.organisation),
    "holding": lambda viewer: and_(
        _holding.c.audience.in_(viewer.classes),
        _entry_is_seen(_holding.c.post, viewer),
        _entry_is_seen(_holding.c.person, viewer),
    ),
    "contact_point": _point_is_seen,
    "responsibility": lambda viewer: and_(
        _responsibility.c.audience.in_(viewer.classes),
        or_(
            _responsibility.c.holder_key.is_(None),
            _entry_is_seen(_responsibility.c.holder_key, viewer),
        ),
    ),
    "membership": _membership_is_seen,
    "meeting": lambda viewer: _meeting_is_of_class_or_own(_meeting, viewer),
    "occurrence": lambda viewer: _meeting_is_seen(
        Occurrence.__table__.c.meeting, viewer
    ),
    "agenda_item": _item_is_seen,
    "invitation": lambda viewer: _invitation_is_seen(_invitation, viewer),
    "occurrence_answer": _answer_is_seen,
    "search_entry": _search_entry_is_seen,
    "attendance": lambda viewer: and_(
        _attendance.c.audience.in_(viewer.classes),
        _meeting_is_seen(_attendance.c.meeting, viewer),
        _entry_is_seen(_attendance.c.holder, viewer),
    ),
    # Addresses, and what came by mail, are the organizer's; feeds are their owner's.
    "sent": lambda viewer: literal("unit").in_(viewer.classes),
    "received": lambda viewer: literal("unit").in_(viewer.classes),
    "feed": lambda _viewer: literal(value=False),
    # A change repeats what it changed; only the unit reads them for now, and nothing
    # of what was protected when it changed.
    "change": lambda viewer: and_(
        literal("unit").in_(viewer.classes), _change.c.audience.in_(viewer.classes)
    ),
    # Users are for the unit to manage; sessions and links are nobody's to read.
    "user": lambda viewer: literal("unit").in_(viewer.classes),
    "user_session": lambda _viewer: literal(value=False),
    "one_time_link": lambda _viewer: literal(value=False),
    "token": lambda _viewer: literal(value=False),
    "message": lambda viewer: literal("unit").in_(viewer.classes),
    # What was found of the whole network, by a viewer of the unit.
    "analysis": lambda viewer: literal("unit").in_(viewer.classes),
    "sighting": lambda viewer: literal("unit").in_(viewer.classes),
}

_NEEDED_FOR_OWN = {"entry", "organisation", "post", "holding"}
_OF_MEETINGS = {
    "meeting",
    "occurrence",
    "agenda_item",
    "invitation",
    "occurrence_answer",
    "attendance",
}
GATE_OPTION = "guarded_by_gate"
"""The execution option by which a statement shows which tables the gate guards."""


def tables_in(statement: ClauseElement) -> set[str]:
    """Return the names of the tables that a statement reads, sub-selects included."""
    return {
        element.name
        for element in visitors.iterate(statement)
        if isinstance(element, Table)
    }


def select_visible(*columns: Any, viewer: Viewer) -> Select[Any]:
    """Select columns of guarded tables, only the rows that the viewer may see.

    Every table that the columns come from is guarded. A table joined later is not:
    name one of its columns here.
    """
    statement = select(*columns)
    names = sorted(tables_in(statement) & GUARDED.keys())
    passed = {"entry"} if viewer.own is None else _NEEDED_FOR_OWN
    if "membership" in names:
        passed = passed | {"network"}
    if _OF_MEETINGS.intersection(names) or (viewer.own and "search_entry" in names):
        passed = passed | {"meeting", "invitation"}
    return statement.where(
        *(GUARDED[name](viewer) for name in names)
    ).execution_options(**{GATE_OPTION: frozenset(names) | passed})


def select_to_write(*columns: Any) -> Select[Any]:
    """Select whatever the class, to compare with what is about to be written.

    For verbs that change records; what it reads leaves in no answer.
    """
    return select(*columns).execution_options(
        **{GATE_OPTION: frozenset(GUARDED.keys())}
    )


def count_hidden(table: Table, viewer: Viewer) -> int:
    """Return how many rows of the table the viewer may not see; nothing else of them.

    For a verb that says how much it left out.
    """
    count = func.count()
    everything = select_to_write(count).select_from(table)
    key = next(iter(table.primary_key.columns))
    seen = select_visible(key, viewer=viewer).subquery()
    shown = select_to_write(count).select_from(seen)
    in_all, in_sight = map(db.session.scalars, (everything, shown))
    return int(in_all.one()) - int(in_sight.one())


def visible(row: Base, viewer: Viewer) -> bool:
    """Return whether the viewer may see this record: the gate, asked of one row."""
    key = row.__table__.primary_key.columns
    statement = select_visible(*key, viewer=viewer).where(
        *(column == getattr(row, column.key) for column in key)
    )
    return db.session.execute(statement).first() is not None


@event.listens_for(db.session, "after_flush")
def _reclassify_when_needed(session: Session, _context: UOWTransaction) -> None:
    deciding = Organisation | Post | OrganisationKind
    touched = (*session.new, *session.dirty, *session.deleted)
    if any(isinstance(record, deciding) for record in touched):
        reclassify(session.connection())


def reclassify(connection: Connection) -> None:
    """Derive the class of every organisation and post, in this transaction.

    Protected by itself, by its kind or by an organisation above it: `unit`, and its
    posts with it. Else public. The session does it at each flush of organisations or
    posts; bulk writers call it.
    """
    kind = OrganisationKind.__table__
    hidden = (
        select(_organisation.c.key)
        .join(kind, kind.c.code == _organisation.c.kind)
        .where(or_(_organisation.c.protected, kind.c.protected))
        .cte("hidden", recursive=True)
    )
    below = _organisation.alias()
    hidden = hidden.union(
        select(below.c.key).join(hidden, below.c.parent == hidden.c.key)
    )
    keys = select(hidden.c.key).union(
        select(_post.c.key).join(hidden, _post.c.organisation == hidden.c.key)
    )
    hidden_keys = keys.subquery("hidden_keys")
    is_hidden = _entry.c.key.in_(select(hidden_keys.c.key))
    is_derived = _entry.c.entry_kind.in_(("organisation", "post"))
    for audience, condition in (("unit", is_hidden), ("public", ~is_hidden)):
        others = [other for other in AUDIENCES if other != audience]
        is_stale = or_(_entry.c.audience.is_(None), _entry.c.audience.in_(others))
        connection.execute(
            update(_entry)
            .where(is_derived, is_stale, condition)
            .values(audience=audience)
        )
