from datetime import UTC, date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from coordinator import accounts, own_connection, reference, suggestions
from coordinator.access import select_to_write
from models import (
    SCHEMA,
    Acceptance,
    Analysis,
    Base,
    Change,
    Message,
    Scenario,
    Shape,
    Sighting,
    Token,
    User,
    db,
)
from tests.conftest import MIGRATIONS, an_app
from tests.exchanging import bring, bring_all, counted, stored
from tests.factories import keep_a_meeting
from tests.networks import NETWORK


@pytest.fixture
def empty_app(empty_database_url, tmp_path):
    """Yield the application on a database without tables."""
    app = an_app(tmp_path, empty_database_url)
    with app.app_context():
        yield app
        own_connection.disconnect()
        db.session.remove()
        db.engine.dispose()


def tables():
    found = set(inspect(db.engine).get_table_names())
    db.engine.dispose()
    return found - {"alembic_version"}


def fill():
    """Put rows in every table."""
    reference.load()
    bring_all(NETWORK)
    suggestions.keep("gap", "Ingen barnevernvakt her.", place="5001")
    invited = accounts.create("kari@example.no", "unit")
    accounts.set_password(invited, "tolv ville vafler danser", "Firefox")
    accounts.renew_link("kari@example.no")
    outline = {"path": "M0 0l9 0 0 9-9 0z", "attribution": "", "is_derived": False}
    box = {"left": 0, "top": 0, "right": 9, "bottom": 9, "x": 4, "y": 4, "room": 4}
    shape = Shape(place="5001", **outline, **box)
    db.session.add_all([*_outbox_and_token(), *_kept_of_findings(), shape])
    db.session.commit()
    user = db.session.scalars(select_to_write(User.key)).one()
    keep_a_meeting("bv-leder", "kari", user)


def _kept_of_findings():
    day, now = date(2026, 11, 24), datetime(2026, 11, 24, tzinfo=UTC)
    return [
        Acceptance(
            key="gaps|no_accountable|settle",
            question="gaps",
            weakness="no_accountable",
            step="settle",
            place="NO",
            reason={"nb": "Avklares til våren."},
            until=day,
            audience="unit",
        ),
        Scenario(key="s", title="Uten", made_at=now, made_by="kari", audience="unit"),
        Sighting(row="gaps", digest="0" * 64, seen_from=day),
        Analysis(question="state", seq=1, on=day, reckoned_at=now, told={"rows": []}),
    ]


def _outbox_and_token():
    now = datetime(2026, 11, 24, tzinfo=UTC)
    user = db.session.scalars(select_to_write(User.key)).one()
    return [
        Token(digest="0" * 64, user=user, made_at=now),
        Message(
            key="first",
            kind="reset",
            recipient="kari@example.no",
            user=user,
            told={"secret": "s"},
            written_at=now,
            due_at=now,
        ),
    ]


def test_every_table_comes_goes_and_comes_again_with_rows(empty_app):
    upgrade()
    fill()
    first = stored()
    assert [name for name, rows in first.items() if not rows] == []

    downgrade(revision="base")
    gone = tables()
    upgrade()
    fill()

    assert gone == set()
    assert _without_moments(stored()) == _without_moments(first)


def _without_moments(tables):
    """Changes say when they were made; what has a key of chance is counted."""
    by_chance = {"suggestion", "meeting"}
    changed = [row[:2] + row[3:] for row in tables["change"] if row[4] not in by_chance]
    of_users = ("user", "user_session", "one_time_link", "token", "message", "feed")
    alone = (*by_chance, *of_users)
    return tables | {"change": changed} | {name: len(tables[name]) for name in alone}


def test_changes_from_before_acts_each_stand_alone(empty_app):
    upgrade()
    fill()
    downgrade(revision="0003")

    upgrade()

    changes_of = select_to_write(Change.seq, Change.act)
    assert all(seq == act for seq, act in db.session.execute(changes_of))


def test_of_a_line_that_was_ever_protected_no_older_change_is_told(empty_app):
    upgrade()
    fill()
    line = "owner,channel,value,audience\ntk,phone,72540001,"
    bring("contact-points", f"{line}public\n")
    bring("contact-points", f"{line}protected\n")
    bring("contact-points", f"{line}unit\n")
    db.session.remove()
    downgrade(revision="0004")

    upgrade()

    rows = db.session.execute(select_to_write(Change.kind, Change.key, Change.audience))
    told = {True: set(), False: set()}
    for kind, key, audience in rows:
        told[kind == "contact_point" and "72540001" in key].add(audience)
    assert told == {True: {"protected"}, False: {"unit"}}


def test_rows_survive_an_upgrade_that_has_nothing_to_do(empty_app):
    upgrade()
    fill()
    before, counter = stored(), counted()

    upgrade()

    assert (stored(), counted()) == (before, counter)


def test_the_migrations_make_the_tables_that_the_models_describe(empty_app):
    upgrade()

    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_object": _is_no_part_of_an_index}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def is_sqlite():
    return db.engine.dialect.name == "sqlite"


def _is_no_part_of_an_index(_object, name, *_more):
    """SQLite's full-text index keeps tables of its own, PostgreSQL has others."""
    own = ("search_trigram", *(("ix_search_entry_folded",) if is_sqlite() else ()))
    return not (name or "").startswith(own)


def test_the_newest_migration_is_the_one_that_health_waits_for(empty_app):
    assert ScriptDirectory(MIGRATIONS).get_heads() == [SCHEMA]


def test_every_link_leads_to_a_row(empty_app):
    upgrade()
    fill()

    broken = {}
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                here, there = key.parent, key.column
                query = (
                    f'SELECT count(*) FROM "{table.name}" '
                    f'LEFT JOIN "{there.table.name}" AS other '
                    f'ON "{table.name}"."{here.name}" = other."{there.name}" '
                    f'WHERE "{table.name}"."{here.name}" IS NOT NULL '
                    f'AND other."{there.name}" IS NULL'
                )
                if lost := connection.execute(text(query)).scalar_one():
                    broken[f"{table.name}.{here.name}"] = lost

    assert broken == {}


BREAKING = (
    "INSERT INTO service_area VALUES ('nobody', '5001')",
    "INSERT INTO contact_point SELECT 'x', 'nobody', channel, value, hours, "
    '"order", note, audience, confirmed_on, folded FROM contact_point LIMIT 1',
    "DELETE FROM place WHERE code = '50'",
    "DELETE FROM step WHERE code = 'talk'",
    "UPDATE responsibility SET holder_kind = NULL",
    "INSERT INTO change SELECT * FROM change",
)


def commit(statement):
    db.session.execute(text(statement))
    db.session.commit()


def test_the_database_refuses_what_would_break_a_link(app):
    before = stored()

    for statement in BREAKING:
        with pytest.raises(IntegrityError):
            commit(statement)
        db.session.rollback()

    assert stored() == before
