"""What can be found, kept in step with the records, in the transaction of each change.

One row of `search_entry` for each record and language, with every word it is found by.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, func, insert

from coordinator import synonyms
from coordinator.access import select_to_write
from coordinator.relevance import words
from models import (
    LANGUAGES,
    TRIGRAMS,
    Chapter,
    ContactPoint,
    LocalisedText,
    Meeting,
    Network,
    Organisation,
    OrganisationKind,
    Person,
    Place,
    Post,
    Right,
    SearchEntry,
    SearchWord,
    ServiceArea,
    Source,
    Step,
    Synonym,
    followers,
)
from models.change import Entered

BATCH = 500
# Ids of a tier lie together, so that an index can be asked for one tier alone.
TIER_SIZE = 10**15
MOST_PLACES = 20
SHAPE = "1"
"""What rows hold; another number here makes `complete` build them anew."""

Row = dict[str, Any]
_entry = SearchEntry.__table__
_word = SearchWord.__table__


def follow(connection: Connection, changes: Sequence[Entered]) -> None:
    """Bring what can be found in step with these changes, which are written."""
    lines = [change for change in changes if change.kind == "contact_point"]
    if lines:
        _follow_lines(connection, lines)
    touched: dict[str, dict[str, None]] = {}
    for change in changes if len(lines) < len(changes) else ():
        for kind, key in _touches(change):
            touched.setdefault(kind, {})[key] = None
    if organisations := touched.get("organisation"):
        for some in _some(organisations):
            post = Post.__table__.c
            statement = select_to_write(post.key).where(post.organisation.in_(some))
            posts = dict.fromkeys(connection.scalars(statement))
            touched["post"] = touched.get("post", {}) | posts
    for kind, keys in touched.items():
        for some in _some(keys):
            _keep(connection, kind, some)


def _follow_lines(connection: Connection, changes: Sequence[Entered]) -> None:
    """Follow changes of contact points, which come by the hundred thousand.

    One that is new says all that there is to know: it is not read again.
    """
    new = {
        change.key: change.after
        for change in changes
        if change.before is None and change.after is not None
    }
    others = dict.fromkeys(change.key for change in changes if change.key not in new)
    for some in _some(others):
        _keep(connection, "contact_point", some)
    for some in _some(key for key in new if key not in others):
        rows = [
            _line(
                key,
                new[key]["value"],
                new[key]["note"] or "",
                new[key]["owner"],
                new[key]["audience"],
            )
            for key in some
        ]
        _keep_rows(connection, _known(connection, "contact_point", some), rows)


def complete(connection: Connection) -> bool:
    """Build every row anew where they are not all of this shape; return whether.

    After an upgrade: what was written before has not been followed.
    """
    shape = select_to_write(_entry.c.key).where(_entry.c.kind == "shape")
    if connection.scalars(shape).first() == SHAPE:
        return False
    rebuild(connection)
    return True


def rebuild(connection: Connection) -> None:
    """Build every row anew, from the records as they are."""
    connection.execute(delete(_word))
    while _keep_rows(connection, _some_of(connection), []):
        pass
    for kind, (key, _rows) in BUILT.items():
        every = list(connection.scalars(select_to_write(key)))
        for some in _some(every):
            _keep(connection, kind, some)
    mark = _row(1, "shape", SHAPE, "", audience=None)
    _keep_rows(connection, [], [mark])


def _some(keys: Iterable[str]) -> Iterator[list[str]]:
    """Yield the keys a batch at a time."""
    every = list(keys)
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]


def _some_of(connection: Connection) -> list[Row]:
    statement = select_to_write(*_entry.c).order_by(_entry.c.id).limit(BATCH)
    return [dict(row._mapping) for row in connection.execute(statement)]


def _touches(change: Entered) -> Iterable[tuple[str, str]]:
    """Yield the kinds and keys of the rows that tell of the changed record."""
    if change.kind == "contact_point":
        return  # these are followed apart
    if change.kind in BUILT:
        yield change.kind, change.key
    elif change.kind == "service_area":
        yield "organisation", change.key.partition("|")[0]
    elif change.kind == "synonym":
        prefix, _colon, code = change.key.partition("|")[0].partition(":")
        if prefix in synonyms.SUBJECTS:
            yield synonyms.SUBJECTS[prefix].name, code


def _keep(connection: Connection, kind: str, keys: Sequence[str]) -> None:
    _own_key, rows = BUILT[kind]
    _keep_rows(connection, _known(connection, kind, keys), rows(connection, keys))


def _known(connection: Connection, kind: str, keys: Sequence[str]) -> list[Row]:
    """Return the rows of these records as they are."""
    statement = select_to_write(*_entry.c).where(
        _entry.c.kind == kind, _entry.c.key.in_(keys)
    )
    return [dict(row._mapping) for row in connection.execute(statement)]


def _keep_rows(
    connection: Connection, before: Sequence[Row], after: Sequence[Row]
) -> bool:
    """Make the rows `before` those of `after`; return whether anything changed."""
    old = {_known_by(row): row for row in before}
    new = {_known_by(row): row for row in after}
    gone = [
        row for known_by, row in old.items() if not _is_same(row, new.get(known_by))
    ]
    made = [
        row for known_by, row in new.items() if not _is_same(old.get(known_by), row)
    ]
    if gone:
        _forget(connection, gone)
    _add(connection, made, {own: row["id"] for own, row in old.items()})
    return bool(gone or made)


def _add(
    connection: Connection, rows: Sequence[Row], kept: Mapping[Any, int] | None = None
) -> None:
    """Add the rows, with the ids that are kept for them, or new ones."""
    if not rows:
        return
    _number(connection, rows, kept or {})
    connection.execute(insert(_entry), rows)
    if _is_sqlite(connection):
        own = [{"rowid": row["id"], "folded": row["folded"]} for row in rows]
        connection.execute(insert(TRIGRAMS), own)
    _keep_words(connection, [row for row in rows if row["tier"] < 3])


def _forget(connection: Connection, rows: Sequence[Row]) -> None:
    if _is_sqlite(connection):
        # An index that keeps no text must be told what it forgets (FTS5, 4.4.3).
        told = [
            {"search_trigram": "delete", "rowid": row["id"], "folded": row["folded"]}
            for row in rows
        ]
        connection.execute(insert(TRIGRAMS), told)
    ids = [row["id"] for row in rows]
    connection.execute(delete(_entry).where(_entry.c.id.in_(ids)))


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _known_by(row: Row) -> tuple[str, str, str]:
    return row["kind"], row["key"], row["language"]


def _is_same(one: Row | None, other: Row | None) -> bool:
    if one is None or other is None:
        return False
    return all(one[name] == other[name] for name in other if name != "id")


def _number(
    connection: Connection, rows: Sequence[Row], kept: Mapping[Any, int]
) -> None:
    """Give each row an id of its tier: the one it had, or the next."""
    following: dict[int, int] = {}
    for row in rows:
        tier = row["tier"]
        if (own := kept.get(_known_by(row))) is not None:
            row["id"] = own
            continue
        if tier not in following:
            first, last = ids_of(tier)
            newest = select_to_write(func.max(_entry.c.id)).where(
                _entry.c.id.between(first, last)
            )
            highest = connection.scalars(newest).one() or first
            # Those that are kept are not there just now.
            others = [one for one in kept.values() if first <= one <= last]
            following[tier] = max([highest, *others]) + 1
        row["id"] = following[tier]
        following[tier] += 1


def ids_of(tier: int) -> tuple[int, int]:
    """Return the lowest and the highest id that a row of the tier can have."""
    return tier * TIER_SIZE, (tier + 1) * TIER_SIZE - 1


def _keep_words(connection: Connection, rows: Sequence[Row]) -> None:
    """Remember the words of the first two tiers, to know a slip of the finger by.

    Each with the widest class that has had it to read. Words stay when what had them
    goes or is hidden: of a word, nobody learns who has it.
    """
    entries = [row["entry"] for row in rows if row["entry"]]
    open_to_all = {None} | _open_to_all(connection, entries)
    public, others = set[str](), set[str]()
    for row in rows:
        is_public = row["audience"] == "public" and row["entry"] in open_to_all
        held = (word for word in row["folded"].split() if "=" not in word)
        (public if is_public else others).update(held)
    seen = sorted(word for word in public | others if not word.isdecimal())
    classes: dict[str, str] = {}
    for some in _some(seen):
        statement = select_to_write(_word.c.word, _word.c.audience)
        found = connection.execute(statement.where(_word.c.word.in_(some)))
        classes |= dict(map(tuple, found))
    new = []
    for word in seen:
        audience = "public" if word in public else "network"
        if classes.get(word) in ("public", audience):
            continue
        if word in classes:
            connection.execute(delete(_word).where(_word.c.word == word))
        new.append({"word": word, "audience": audience})
    if new:
        connection.execute(insert(_word), new)


def _open_to_all(connection: Connection, entries: Sequence[str]) -> set[str | None]:
    """Return the organisations and posts with nothing protected at or above them.

    Their class is derived only after they are written; this is what it will be.
    """
    post, organisation = Post.__table__.c, Organisation.__table__.c
    kind = OrganisationKind.__table__.c
    found = select_to_write(post.key, post.organisation).where(post.key.in_(entries))
    above = dict(map(tuple, connection.execute(found)))
    climbing = {entry: above.get(entry, entry) for entry in entries}
    open_to_all = set[str | None]()
    passed = set[str]()
    while climbing:
        keys = set(climbing.values()) - passed
        passed |= keys
        statement = select_to_write(
            organisation.key,
            organisation.parent,
            organisation.protected,
            kind.protected,
        ).where(organisation.key.in_(keys), kind.code == organisation.kind)
        known = {row[0]: row[1:] for row in connection.execute(statement)}
        following: dict[str, str] = {}
        for entry, key in climbing.items():
            parent, *is_protected = known.get(key, (None, True))
            if not any(is_protected):
                (following if parent else {}).update({entry: parent})
                open_to_all.update(() if parent else (entry,))
        climbing = following
    return open_to_all


# What each record is found by


def _row(
    tier: int,
    kind: str,
    key: str,
    title: str,
    *,
    names: Iterable[str] = (),
    text: str = "",
    language: str = "",
    entry: str | None = None,
    audience: str | None = "public",
    mark: str = "",
) -> Row:
    others = tuple(dict.fromkeys(name for name in names if name and name != title))
    held = words("\n".join((title, *others, text)))
    return {
        "tier": tier,
        "kind": kind,
        "key": key,
        "language": language,
        "title": title,
        "names": "\n".join(others),
        "text": text,
        "folded": f" {' '.join(dict.fromkeys([*held, *mark.split()]))} ",
        "entry": entry,
        "audience": audience,
    }


def _found(connection: Connection, model: Any, keys: Sequence[str]) -> list[Any]:
    (own,) = model.__table__.primary_key.columns
    statement = select_to_write(*model.__table__.c).where(own.in_(keys))
    return list(connection.execute(statement))


def _synonyms(
    connection: Connection, table: Table, codes: Sequence[str]
) -> dict[tuple[str, str], list[str]]:
    """Return code and language → the public synonyms of it in that language."""
    synonym = Synonym.__table__.c
    subjects = {synonyms.subject_of(table, code): code for code in codes}
    columns = synonym.subject, synonym.language, synonym.phrase
    statement = select_to_write(*columns).where(
        synonym.subject.in_(filter(None, subjects)), synonym.audience == "public"
    )
    found: dict[tuple[str, str], list[str]] = {}
    for subject, language, phrase in connection.execute(
        statement.order_by(synonym.key)
    ):
        found.setdefault((subjects[subject], language), []).append(phrase)
    return found


def _in_each_language(
    kind: str,
    key: str,
    title: LocalisedText,
    texts: Sequence[LocalisedText | None],
    audience: str | None,
    said: Mapping[tuple[str, str], list[str]],
) -> Iterable[Row]:
    """Yield a row for each language that says anything of its own, bokmål always."""
    for language in LANGUAGES:
        own = [text[language] for text in texts if text and text.get(language)]
        called, more = title.get(language), said.get((key, language), [])
        if language == LANGUAGES[0] or own or called or more:
            yield _row(
                1,
                kind,
                key,
                called or title.get(LANGUAGES[0], ""),
                names=more,
                text="\n".join(own),
                language=language,
                audience=audience,
            )


def _texts(model: Any, title: str, *texts: str) -> "Rows":
    """Return what makes rows of a model whose texts are in every language.

    `title` and `texts` are the names of its columns.
    """
    table: Table = model.__table__
    (own,) = table.primary_key.columns

    def rows(connection: Connection, keys: Sequence[str]) -> list[Row]:
        said = _synonyms(connection, table, keys)
        return [
            row
            for one in _found(connection, model, keys)
            for row in _in_each_language(
                table.name,
                getattr(one, own.key),
                getattr(one, title),
                [getattr(one, text) for text in texts],
                one.audience,
                said,
            )
        ]

    return rows


def _places(connection: Connection, keys: Sequence[str]) -> list[Row]:
    return [
        _row(
            1,
            "place",
            place.code,
            place.name,
            names=(*place.other_names, place.code),
            audience=place.audience,
        )
        for place in _found(connection, Place, keys)
    ]


def _organisations(connection: Connection, keys: Sequence[str]) -> list[Row]:
    found = _found(connection, Organisation, keys)
    kinds = {
        kind.code: kind.label
        for kind in _found(connection, OrganisationKind, [one.kind for one in found])
    }
    served = _served(connection, keys)
    return [
        _row(
            2,
            "organisation",
            one.key,
            one.name,
            names=(
                *kinds.get(one.kind, {}).values(),
                *served.get(one.key, ()),
                one.orgnr or "",
            ),
            entry=one.key,
            mark=f"kind={one.kind}",
        )
        for one in found
    ]


def _served(connection: Connection, keys: Sequence[str]) -> dict[str, list[str]]:
    """Return the names of the places that each organisation serves, if they are few."""
    area, place = ServiceArea.__table__.c, Place.__table__.c
    statement = select_to_write(area.organisation, place.name, place.other_names)
    statement = statement.where(area.organisation.in_(keys), place.code == area.place)
    found: dict[str, list[str]] = {}
    for organisation, name, others in connection.execute(
        statement.order_by(place.name)
    ):
        found.setdefault(organisation, []).extend((name, *others))
    return {key: names for key, names in found.items() if len(names) <= MOST_PLACES}


def _posts(connection: Connection, keys: Sequence[str]) -> list[Row]:
    post, organisation = Post.__table__.c, Organisation.__table__.c
    statement: Select[Any] = select_to_write(post.key, post.title, organisation.name)
    statement = statement.where(
        post.key.in_(keys), organisation.key == post.organisation
    )
    return [
        _row(2, "post", key, f"{title}, {name}", names=(title,), entry=key)
        for key, title, name in connection.execute(statement)
    ]


def _persons(connection: Connection, keys: Sequence[str]) -> list[Row]:
    return [
        _row(2, "person", one.key, one.name, entry=one.key, audience="network")
        for one in _found(connection, Person, keys)
    ]


def _networks(connection: Connection, keys: Sequence[str]) -> list[Row]:
    return [
        _row(2, "network", one.key, one.name, text=one.mandate, audience=one.audience)
        for one in _found(connection, Network, keys)
    ]


def _meetings(connection: Connection, keys: Sequence[str]) -> list[Row]:
    return [
        _row(2, "meeting", one.key, one.title, audience=one.audience)
        for one in _found(connection, Meeting, keys)
    ]


def _lines(connection: Connection, keys: Sequence[str]) -> list[Row]:
    return [
        _line(one.key, one.value, one.note, one.owner, one.audience)
        for one in _found(connection, ContactPoint, keys)
    ]


def _line(key: str, value: str, note: str, owner: str, audience: str | None) -> Row:
    return _row(
        3, "contact_point", key, value, text=note, entry=owner, audience=audience
    )


Rows = Callable[[Connection, Sequence[str]], list[Row]]
_ROWS: dict[Any, Rows] = {
    Step: _texts(Step, "title", "summary", "condition", "deadline", "note"),
    Right: _texts(Right, "label"),
    OrganisationKind: _texts(OrganisationKind, "label"),
    Chapter: _texts(Chapter, "title", "text"),
    Source: _texts(Source, "title", "note"),
    Place: _places,
    Organisation: _organisations,
    Post: _posts,
    Person: _persons,
    Network: _networks,
    Meeting: _meetings,
    ContactPoint: _lines,
}
BUILT: dict[str, tuple[Any, Rows]] = {
    model.__tablename__: (next(iter(model.__table__.primary_key.columns)), rows)
    for model, rows in _ROWS.items()
}
"""Table → the column of its key, and what makes rows of its records."""

followers.append(follow)
