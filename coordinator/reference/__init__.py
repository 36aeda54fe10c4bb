"""The data the product starts with: places, the national process, public lines.

Facts in the project's own words, every claim "not confirmed". Place numbers and names:
Kartverket, CC BY 4.0. Loading again brings news and changes nothing that anyone else
has changed or removed since.
"""

import csv
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Table, insert

from coordinator import acceptances, catalogue, search_index, synonyms, upsert
from coordinator.access import UNIT, reclassify, select_to_write
from models import (
    Acceptance,
    Change,
    Chapter,
    ContactPoint,
    Entry,
    Handover,
    Indicator,
    Organisation,
    OrganisationKind,
    Override,
    Phase,
    Pillar,
    Place,
    PlaceParent,
    Process,
    Responsibility,
    Right,
    ServiceArea,
    SharingRule,
    Source,
    Step,
    Synonym,
    Track,
    begin_write,
    db,
)

WHO = "reference"
BATCH = 500
FOLDER = Path(__file__).parent
WHOLE_COUNTRY = "NO"

Row = dict[str, Any]


def load() -> int:
    """Bring the reference data into the database; return how many records changed."""
    begin_write()
    process = read_process()
    changed = 0
    for table, rows in _tables(process):
        changed += _load_rows(table, rows)
    changed += _load_lines(process["lines"])
    changed += _load_synonyms(read_synonyms())
    reclassify(db.session.connection())
    search_index.complete(db.session.connection())
    db.session.commit()
    return changed


@lru_cache(maxsize=1)
def read_process() -> Row:
    """Return the national process as its file has it."""
    text = (FOLDER / "process.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=_YamlLoader))


def read_guide() -> Row:
    """Return the identification guide as its file has it."""
    text = (FOLDER / "guide.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=_YamlLoader))


def read_synonyms() -> dict[str, dict[str, list[str]]]:
    """Return what people say, by what they mean by it and by language."""
    text = (FOLDER / "synonyms.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=_YamlLoader))


_YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_places() -> list[Row]:
    """Return country, counties, municipalities, Oslo's districts, police districts."""
    with (FOLDER / "places.csv").open(encoding="utf-8", newline="") as file:
        places = list(csv.DictReader(file))
    districts = read_police_districts()
    covered = {code: key for key, codes in districts.items() for code in codes}
    rows = [
        {
            "code": place["code"],
            "kind": place["kind"],
            "name": place["name"],
            "other_names": _split(place["other_names"]),
            "parents": (
                *_split(place["parents"]),
                *([covered[place["code"]]] if place["code"] in covered else []),
            ),
        }
        for place in places
    ]
    rows += [
        {
            "code": key,
            "kind": "police_district",
            "name": district["name"],
            "other_names": (),
            "parents": (WHOLE_COUNTRY,),
        }
        for key, district in _police_file().items()
    ]
    return rows


def read_police_districts() -> dict[str, list[str]]:
    """Return the codes of the municipalities that each police district covers."""
    with (FOLDER / "places.csv").open(encoding="utf-8", newline="") as file:
        municipalities = [
            (place["code"], place["parents"])
            for place in csv.DictReader(file)
            if place["kind"] == "municipality"
        ]
    return {
        key: [
            code
            for code, county in municipalities
            if code in district.get("municipalities", ())
            or (
                county in district.get("counties", ())
                and code not in district.get("except", ())
            )
        ]
        for key, district in _police_file().items()
    }


def _police_file() -> dict[str, Row]:
    text = (FOLDER / "police-districts.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _numbered(rows: Iterable[Row]) -> list[Row]:
    return [{**row, "order": number} for number, row in enumerate(rows, start=1)]


def _tables(process: Row) -> Iterator[tuple[Table, list[Row]]]:
    """Yield the tables in the order in which they may be filled, with their rows."""
    places = read_places()
    own_columns = ("code", "kind", "name", "other_names")
    yield Place.__table__, [_only(place, own_columns) for place in places]
    yield (
        PlaceParent.__table__,
        [
            {"place": place["code"], "parent": parent}
            for place in places
            for parent in place["parents"]
        ],
    )
    yield (
        Source.__table__,
        [
            {"key": key, "title": source["title"], "note": source.get("note")}
            for key, source in _by_code(process["sources"])
        ],
    )
    kinds = process["organisation_kinds"]
    yield (
        OrganisationKind.__table__,
        _numbered(
            {
                "code": kind["code"],
                "label": kind["label"],
                "scope": kind["scope"],
                "protected": kind.get("protected", False),
            }
            for kind in kinds
        ),
    )
    yield (
        Process.__table__,
        _numbered(
            {
                "code": one["code"],
                "kind": one["kind"],
                "title": one["title"],
                "note": one.get("note"),
                "states": tuple(one.get("states", ())),
            }
            for one in process["processes"]
        ),
    )
    for table, name in (
        (Phase.__table__, "phases"),
        (Track.__table__, "tracks"),
        (Override.__table__, "overrides"),
    ):
        yield table, _numbered(process[name])
    yield Pillar.__table__, process["pillars"]
    yield SharingRule.__table__, process["shares"]
    yield (
        Right.__table__,
        _numbered(
            {**right, "steps": tuple(right["steps"])} for right in process["rights"]
        ),
    )
    yield Step.__table__, [_step(step) for step in process["steps"]]
    yield Handover.__table__, _numbered(map(_handover, process["handovers"]))
    yield (
        Responsibility.__table__,
        [row for step in process["steps"] for row in _responsibilities(step)],
    )
    yield Chapter.__table__, _numbered(map(_chapter, read_guide()["chapters"]))
    yield Indicator.__table__, _numbered(_indicators())
    yield Acceptance.__table__, [_acceptance(one) for one in process["accepted"]]


def _only(row: Row, columns: Iterable[str]) -> Row:
    return {column: row[column] for column in columns}


def _by_code(rows: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    for row in rows:
        yield row["code"], row


def _step(step: Row) -> Row:
    texts = ("deadline", "condition", "note", "parallel", "certainty", "summary")
    lists = (
        "law",
        "duty",
        "fallback",
        "appeal",
        "rights",
        "rights_minor",
        "may_identify",
        "tracks",
    )
    return {
        **_only(step, ("code", "process", "order", "phase", "pillar", "title")),
        **{name: step.get(name) for name in texts},
        **{name: tuple(step.get(name, ())) for name in lists},
        "source": step["src"],
        "shares": step["share"],
    }


def _indicators() -> Iterator[Row]:
    text = (FOLDER / "indicators.yaml").read_text(encoding="utf-8")
    for form, signs in yaml.load(text, Loader=_YamlLoader).items():
        for sign in signs:
            yield {
                "code": f"{form}_{sign['code']}",
                "form": form,
                "text": sign["text"],
                "source": sign.get("source"),
            }


def _chapter(chapter: Row) -> Row:
    texts = {language: text.strip() for language, text in chapter["text"].items()}
    return {
        **_only(chapter, ("code", "title")),
        "text": texts,
        "sources": tuple(chapter["sources"]),
    }


def _handover(handover: Row) -> Row:
    tracks = tuple(sorted(handover.get("tracks", ())))
    return {
        "key": "|".join((handover["from"], handover["to"], "|".join(tracks))),
        "from_step": handover["from"],
        "to_step": handover["to"],
        "tracks": tracks,
        "share": handover.get("share"),
        "note": handover.get("note"),
        "becomes": handover.get("becomes"),
        "known_gap": handover.get("known_gap", False),
    }


def _responsibilities(step: Row) -> Iterator[Row]:
    """Yield a row for each role and kind: a step's status is that of its A rows."""
    law = dict.fromkeys((*step["law"], step["src"]))
    for role, kinds in step["roles"].items():
        for order, kind in enumerate(kinds, start=1):
            tracks = tuple(sorted(step.get("only", {}).get(kind, ())))
            yield {
                "key": "|".join(
                    (
                        step["code"],
                        role,
                        f"kind:{kind}",
                        WHOLE_COUNTRY,
                        "|".join(tracks),
                        "",
                    )
                ),
                "step": step["code"],
                "role": role,
                "holder_kind": kind,
                "place": WHOLE_COUNTRY,
                "tracks": tracks,
                "status": step["status"] if role == "A" else "proposed",
                "sources": tuple(law) if role == "A" else (step["src"],),
                "order": order,
            }


def _acceptance(accepted: Row) -> Row:
    found = {**accepted, "place": WHOLE_COUNTRY, "audience": "network"}
    return {"key": acceptances.key_of(found), "about": (), **found}


def _load_rows(table: Table, rows: list[Row]) -> int:
    """Write the rows that are still the reference's own; retire those it gave up."""
    keys = [column.key for column in table.primary_key.columns]
    by_key = {"|".join(row[key] for key in keys): row for row in rows}
    theirs = _changed_by_others(table.name, by_key)
    own = [row for key, row in by_key.items() if key not in theirs]
    if table is PlaceParent.__table__:
        moved = {key.split("|")[0] for key in _all_changed_by_others(table.name)}
        own = [row for row in own if row["place"] not in moved]
    own = _without_removed(table, own)
    defaults = {"audience": "public"} if "audience" in table.c else {}
    connection = db.session.connection()
    written = upsert.write(connection, WHO, table, own, defaults)
    retired = _retire(table, by_key) if table.name in RETIRED else 0
    return len(written.created) + len(written.updated) + retired


# Claims that nothing else refers to: one that the files no longer make is withdrawn.
RETIRED = frozenset(
    {
        "acceptance",
        "contact_point",
        "handover",
        "place_parent",
        "responsibility",
        "service_area",
        "synonym",
    }
)


def _retire(table: Table, kept: Collection[str]) -> int:
    statement = select_to_write(Change.key).where(
        Change.kind == table.name, Change.who == WHO
    )
    given_up = set(db.session.scalars(statement)) - set(kept)
    given_up -= _changed_by_others(table.name, given_up)
    width = len(table.primary_key.columns)
    keys = [tuple(key.split("|", width - 1)) for key in sorted(given_up)]
    return upsert.remove(db.session.connection(), WHO, table, keys)


def _without_removed(table: Table, rows: list[Row]) -> list[Row]:
    """Leave out rows that lead to a record which someone else has removed."""
    for column in table.columns:
        for target in (key.column for key in column.foreign_keys):
            named = {row[column.key] for row in rows if row.get(column.key)}
            theirs = _changed_by_others(target.table.name, named)
            statement = select_to_write(target).where(target.in_(theirs))
            removed = theirs - set(db.session.scalars(statement)) if theirs else set()
            rows = [row for row in rows if row.get(column.key) not in removed]
    return rows


def _changed_by_others(kind: str, keys: Iterable[str]) -> set[str]:
    """Return those of the keys whose record anyone else has changed or removed."""
    found: set[str] = set()
    waiting = sorted(keys)
    for start in range(0, len(waiting), BATCH):
        statement = select_to_write(Change.key).where(
            Change.kind == kind,
            Change.key.in_(waiting[start : start + BATCH]),
            Change.who != WHO,
        )
        found.update(db.session.scalars(statement))
    return found


def _all_changed_by_others(kind: str) -> set[str]:
    statement = select_to_write(Change.key).where(
        Change.kind == kind, Change.who != WHO
    )
    return set(db.session.scalars(statement))


def _load_lines(lines: list[Row]) -> int:
    """Load public function lines as organisations that serve the whole country."""
    lines = _with_organisations(lines)
    theirs = _changed_by_others("organisation", [line["key"] for line in lines])
    changed = _load_rows(
        Organisation.__table__,
        [
            {
                "key": line["key"],
                "name": line["name"],
                "kind": line["kind"],
                "web": line.get("web"),
            }
            for line in lines
            if line["key"] not in theirs
        ],
    )
    changed += _load_rows(
        ServiceArea.__table__,
        [{"organisation": line["key"], "place": WHOLE_COUNTRY} for line in lines],
    )
    changed += _load_rows(
        ContactPoint.__table__,
        [
            {
                "key": "|".join((line["key"], point["channel"], point["value"])),
                "owner": line["key"],
                "channel": point["channel"],
                "value": point["value"],
                "hours": point.get("hours") or "",
                "order": order,
                "note": point.get("note", {}).get("nb", ""),
            }
            for line in lines
            for order, point in enumerate(line["points"], start=1)
        ],
    )
    return changed


def _load_synonyms(said: dict[str, dict[str, list[str]]]) -> int:
    """Load the synonyms of what is there; someone may have removed the rest."""
    known = synonyms.subjects(catalogue.current(UNIT))
    return _load_rows(
        Synonym.__table__,
        [
            {
                "key": "|".join((subject, language, phrase)),
                "subject": subject,
                "language": language,
                "phrase": phrase,
            }
            for subject, phrases in said.items()
            for language, several in phrases.items()
            for phrase in several
            if subject in known
        ],
    )


def _with_organisations(lines: list[Row]) -> list[Row]:
    """Return the lines whose key is an organisation's, new keys being taken now.

    Not those whose organisation someone removed, or whose key someone gave to another.
    """
    connection, entry = db.session.connection(), Entry.__table__.c
    keys = [line["key"] for line in lines]
    statement = select_to_write(entry.key, entry.entry_kind)
    found = connection.execute(statement.where(entry.key.in_(keys)))
    known = {row.key: row.entry_kind for row in found}
    removed = _changed_by_others("organisation", keys) - known.keys()
    new = [key for key in keys if key not in known and key not in removed]
    if new:
        rows = [{"key": key, "entry_kind": "organisation"} for key in new]
        connection.execute(insert(Entry.__table__), rows)
    known |= dict.fromkeys(new, "organisation")
    return [line for line in lines if known.get(line["key"]) == "organisation"]
