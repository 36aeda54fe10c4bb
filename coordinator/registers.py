"""Registers: records in lists that can be searched, narrowed and sorted, by name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Select, String, case, func, or_

from coordinator import catalogue, records
from coordinator.access import Viewer, select_to_write, select_visible
from coordinator.catalogue import Catalogue
from coordinator.columns import KINDS, RecordKind
from coordinator.places import alphabetical
from coordinator.records import Values
from models import (
    Attendance,
    Change,
    ContactPoint,
    Entry,
    Holding,
    Meeting,
    Membership,
    Network,
    Organisation,
    Person,
    Place,
    Post,
    Responsibility,
    ServiceArea,
    Synonym,
    db,
    fold,
)

PAGE = 50


class Wanted(NamedTuple):
    """What a list shall show: text to find, columns to narrow by, order and start.

    `narrowed` maps a column to a value; `sort` is a column, with `-` before it for the
    other way. `codes` are those that this column can hold, in the order of their words.
    """

    text: str = ""
    narrowed: Mapping[str, str] = {}
    sort: str = ""
    skip: int = 0
    places: frozenset[str] | None = None
    codes: tuple[str, ...] = ()


class Listed(NamedTuple):
    """A page of records, each with its address, and how many there are in all."""

    rows: list[tuple[str, Values]]
    total: int


def count(kind: RecordKind, viewer: Viewer) -> int:
    """Return how many records of the kind the viewer may see."""
    own = next(iter(kind.table.primary_key.columns))
    statement = select_visible(func.count(own), viewer=viewer)
    return int(db.session.scalars(statement).one())


def listed(kind: RecordKind, viewer: Viewer, wanted: Wanted) -> Listed:
    """Return a page of the kind's records that the viewer may see.

    `wanted.places` narrows organisations to those that serve one of them.
    """
    if kind.name not in KINDS:
        return _listed_of_few(kind, viewer, wanted)
    table = kind.table
    own = next(iter(table.primary_key.columns))
    conditions = _conditions(kind, viewer, wanted)
    order = _order(kind, viewer, wanted)
    total = select_visible(func.count(own), viewer=viewer).where(*conditions)
    statement = select_visible(*table.columns, viewer=viewer).where(*conditions)
    statement = statement.order_by(*order, own)
    page = statement.offset(wanted.skip).limit(PAGE)
    found = [dict(row._mapping) for row in db.session.execute(page)]
    rows = records.as_values(kind, found, viewer)
    names = addresses(kind, [row[own.key] for row in found])
    return Listed(
        list(zip(names, rows, strict=True)),
        int(db.session.scalars(total).one()),
    )


def _listed_of_few(kind: RecordKind, viewer: Viewer, wanted: Wanted) -> Listed:
    """List what is few and has texts in three languages, by all of them."""
    words, known = fold(wanted.text).split(), catalogue.current(viewer)
    found = [
        row
        for row in records.every(kind, viewer)
        if all(word in _text_of(kind, row, known) for word in words)
        and all(_is_said(row[name], value) for name, value in wanted.narrowed.items())
    ]
    name, backwards = wanted.sort.removeprefix("-"), wanted.sort.startswith("-")
    if kind.column(name):
        place = {code: number for number, code in enumerate(wanted.codes)}
        found.sort(
            key=lambda row: (
                _sorted_by(place.get(row[name], row[name]))
                if place
                else _sorted_by(row[name])
            ),
            reverse=backwards,
        )
    page = found[wanted.skip : wanted.skip + PAGE]
    names = addresses(kind, [kind.key(row) for row in page])
    return Listed(list(zip(names, page, strict=True)), len(found))


def _text_of(kind: RecordKind, row: Values, known: Catalogue) -> str:
    """Return the texts of a record, and the titles of the steps that it names."""
    texts = [value for value in row.values() if isinstance(value, str)]
    for column in kind.columns:
        if column.names == "steps" and (value := row[column.name]):
            for code in (value,) if isinstance(value, str) else value:
                texts += known.steps[code].title.values() if code in known.steps else ()
    return fold(*texts)


def _is_said(value: Any, wanted: str) -> bool:
    if isinstance(value, tuple):
        return wanted in value
    if isinstance(value, bool):
        return wanted == ("true" if value else "false")
    return str(value) == wanted


def _sorted_by(value: Any) -> tuple[bool, Any]:
    return value is None, alphabetical(value) if isinstance(value, str) else value


def _conditions(
    kind: RecordKind, viewer: Viewer, wanted: Wanted
) -> list[ColumnElement[bool]]:
    table = kind.table.c
    found = [_holds(kind, viewer, word) for word in _searched(kind, wanted.text)]
    for name, value in wanted.narrowed.items():
        if name == "holder" and "holder_kind" in table:
            is_kind = value.startswith("kind:")
            column = table.holder_kind if is_kind else table.holder_key
            found.append(column == value.removeprefix("kind:"))
        elif isinstance(table[name].type, Boolean):
            found.append(table[name].is_(value == "true"))
        else:
            found.append(table[name] == value)
    if wanted.places is not None:
        area = ServiceArea.__table__.c
        serving = select_visible(area.organisation, viewer=viewer)
        found.append(table.key.in_(serving.where(area.place.in_(wanted.places))))
    return found


def _searched(kind: RecordKind, text: str) -> list[str]:
    """Return the words to find; a number written in groups is one."""
    whole = "".join(text.split())
    if kind.table is ContactPoint.__table__ and whole.removeprefix("+").isdecimal():
        return [whole]
    return fold(text).split()


def _holds(kind: RecordKind, viewer: Viewer, word: str) -> ColumnElement[bool]:
    """Return that the record, or what it leads to, has the word in its name."""
    table = kind.table.c

    def named(model: Any) -> Select[Any]:
        return records.keys_named(model, word, viewer)

    if kind.table is Membership.__table__:
        return records.membership_named(word, viewer)
    if kind.table is Attendance.__table__:
        return records.attendance_named(word, viewer)
    if kind.table is Synonym.__table__:
        return records.synonym_named(word, viewer)
    if kind.table is Holding.__table__:
        return or_(table.person.in_(named(Person)), table.post.in_(named(Post)))
    if kind.table is Responsibility.__table__:
        by_name = (table.holder_key.in_(named(one)) for one in (Organisation, Post))
        known = catalogue.current(viewer)
        return or_(
            table.key.contains(word, autoescape=True),
            table.step.in_(
                records.called(word, {c: s.title for c, s in known.steps.items()})
            ),
            table.holder_kind.in_(
                records.called(
                    word, {code: kind.label for code, kind in known.kinds.items()}
                )
            ),
            table.place.in_(named(Place)),
            *by_name,
        )
    found = table.folded.contains(word, autoescape=True)
    if kind.table is ContactPoint.__table__:
        owners = (table.owner.in_(named(one)) for one in (Organisation, Post, Person))
        return or_(found, *owners)
    if kind.table is Post.__table__:
        return or_(found, table.organisation.in_(named(Organisation)))
    return found


def _order(kind: RecordKind, viewer: Viewer, wanted: Wanted) -> Iterable[Any]:
    """Return the order by what the column says: by names, not by keys and codes."""
    name = wanted.sort.removeprefix("-")
    if name == "holder" and "holder_kind" in kind.table.c:
        name = "holder_key"
    if name not in kind.table.c or name in kind.links:
        return ()
    column = kind.table.c[name]
    said: Any = column
    if wanted.codes:
        numbers = {code: number for number, code in enumerate(wanted.codes)}
        said = case(numbers, value=column, else_=len(numbers))
    elif found := _names_of(kind, name, viewer):
        said = func.coalesce(*found, "")
    if isinstance(column.type, String) and not wanted.codes:
        said = _alphabetical(said)
    return column.is_(None), said.desc() if wanted.sort.startswith("-") else said


def _names_of(kind: RecordKind, name: str, viewer: Viewer) -> list[Any]:
    """Return the selects of what the entry that a column names is called."""
    models: dict[str, tuple[Any, ...]] = {
        "owner": (Organisation, Post, Person),
        "holder": (Organisation, Post),
        "holder_key": (Organisation, Post),
        "network": (Network,),
        "meeting": (Meeting,),
        "organisation": (Organisation,),
        "post": (Post,),
        "person": (Person,),
    }
    found = []
    for model in models.get(name, ()):
        entry = model.__table__.c
        called = entry.title if model in (Post, Meeting) else entry.name
        statement = select_visible(called, viewer=viewer)
        statement = statement.where(entry.key == kind.table.c[name])
        found.append(statement.correlate(kind.table).scalar_subquery())
    return found


def _alphabetical(text: Any) -> ColumnElement[str]:
    """Return what to sort by for Norwegian order, on every database.

    By code points æ, ø and å stand last already, but for å; each letter that is
    replaced costs two milliseconds a list of 10,000 (measured).
    """
    found = func.lower(func.replace(func.replace(text, "Å", "ü"), "å", "ü"))
    is_postgresql = db.engine.dialect.name == "postgresql"
    return found.collate("C") if is_postgresql else found


# Addresses


def addresses(kind: RecordKind, keys: Sequence[str]) -> list[str]:
    """Return how each record is named in addresses.

    By its key; where the key holds a number or an e-mail address, by the number of a
    change of it instead: those shall not stand in logs.
    """
    if kind.entry_kind or "key" not in kind.table.c or len(kind.known_by) == 1:
        return list(keys)
    change = Change.__table__.c
    newest = (
        select_to_write(change.key, func.max(change.seq))
        .where(change.kind == kind.table.name, change.key.in_(keys))
        .group_by(change.key)
    )
    numbers = dict(map(tuple, db.session.execute(newest)))
    return [str(numbers.get(key, 0)) for key in keys]


def key_at(kind: RecordKind, address: str) -> str | None:
    """Return the key of the record at the address; of an edited one, its key now."""
    if kind.entry_kind or "key" not in kind.table.c or len(kind.known_by) == 1:
        return address
    if not address.isascii() or not address.isdecimal() or len(address) > 15:
        return None
    change = Change.__table__.c
    columns = change.key, change.act, change.after
    statement = select_to_write(*columns).where(
        change.kind == kind.table.name, change.seq == int(address)
    )
    found = db.session.execute(statement).first()
    return _key_now(kind, found.key, set()) if found else None


def _key_now(kind: RecordKind, key: str, passed: set[str]) -> str:
    """Follow a record whose edits gave it other keys."""
    change = Change.__table__.c
    own = change.kind == kind.table.name
    last = (
        select_to_write(change.act, change.after)
        .where(own, change.key == key)
        .order_by(change.seq.desc())
        .limit(1)
    )
    newest = db.session.execute(last).first()
    if newest is None or newest.after is not None or key in passed:
        return key
    made = select_to_write(change.key).where(
        own,
        change.seq >= newest.act,
        change.act == newest.act,
        change.before.is_(None),
    )
    following = list(db.session.scalars(made.limit(2)))
    if len(following) != 1:
        return key
    return _key_now(kind, following[0], passed | {key})


# Names


def names(keys: Iterable[str], viewer: Viewer) -> dict[str, str]:
    """Return what the entries of these keys are called, those that the viewer sees."""
    wanted = sorted(set(keys))
    found: dict[str, str] = {}
    organisation, post = Organisation.__table__.c, Post.__table__.c
    person = Person.__table__.c
    for key, name in (organisation.key, organisation.name), (person.key, person.name):
        statement = select_visible(key, name, viewer=viewer).where(key.in_(wanted))
        found |= dict(map(tuple, db.session.execute(statement)))
    statement = select_visible(
        post.key, post.title, organisation.name, viewer=viewer
    ).where(post.key.in_(wanted), organisation.key == post.organisation)
    for key, title, name in db.session.execute(statement):
        found[key] = f"{title}, {name}"
    return found


def kinds(keys: Iterable[str], viewer: Viewer) -> dict[str, str]:
    """Return which of the entries of these keys are organisations, posts, persons."""
    entry = Entry.__table__.c
    statement = select_visible(entry.key, entry.entry_kind, viewer=viewer)
    wanted = statement.where(entry.key.in_(sorted(set(keys))))
    return dict(map(tuple, db.session.execute(wanted)))


def called(
    text: str, viewer: Viewer, kinds: Sequence[str], limit: int = 20
) -> dict[str, str]:
    """Return key and name of the entries of these kinds whose name holds the words.

    Those that are called exactly so alone, where there are any.
    """
    words = fold(text).split()
    if not words:
        return {}
    entry = Entry.__table__.c
    found: list[str] = []
    for model in (Organisation, Post, Person):
        table = model.__table__.c
        if model.__tablename__ in kinds:
            statement = select_visible(table.key, entry.key, viewer=viewer).where(
                entry.key == table.key,
                *(table.folded.contains(word, autoescape=True) for word in words),
            )
            found += db.session.scalars(statement.order_by(table.key).limit(limit))
    named = names(found, viewer)
    exactly = {
        key: name
        for key, name in named.items()
        if fold(text) in (fold(name), fold(name.rpartition(", ")[0]))
    }
    return exactly or named


def offered(viewer: Viewer, kinds: Sequence[str], limit: int) -> dict[str, str]:
    """Return key and name of every entry of these kinds; nothing where too many."""
    entry = Entry.__table__.c
    statement = select_visible(entry.key, viewer=viewer)
    wanted = statement.where(entry.entry_kind.in_(kinds)).limit(limit + 1)
    keys = list(db.session.scalars(wanted))
    found = names(keys, viewer) if len(keys) <= limit else {}
    return dict(sorted(found.items(), key=lambda one: alphabetical(one[1])))
