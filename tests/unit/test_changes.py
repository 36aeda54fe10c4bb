from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from coordinator import changes, own_connection, reference
from coordinator.access import select_to_write
from models import Holding, Organisation, Person, Place, PlaceParent, begin_write, db
from tests.exchanging import bring, changes_since, counted, stored

pytestmark = pytest.mark.usefixtures("app")


def a_person(key="kari", name="Kari Nordmann", **changed):
    values = {"languages": (), "audience": "network"} | changed
    return Person(key=key, name=name, **values)


def commit(*records):
    db.session.add_all(records)
    db.session.commit()


def the(model, key):
    """Return the record, whatever its class."""
    statement = select_to_write(model).where(model.__mapper__.primary_key[0] == key)
    return db.session.execute(statement).scalar_one()


# The session's hook


def test_a_new_record_is_a_change_with_every_field():
    db.session.info["who"] = "unit"
    seq = counted()

    commit(a_person(languages=("nb", "se")))

    assert changes_since(seq) == [
        (
            "unit",
            "person",
            "kari",
            None,
            {"key": "kari", "name": "Kari Nordmann", "languages": ["nb", "se"]},
        )
    ]


def test_an_edited_record_is_a_change_of_the_fields_that_differ():
    seq = counted()

    the(Place, "5001").valid_to = date(2030, 12, 31)
    db.session.commit()

    assert [change[1:] for change in changes_since(seq)] == [
        ("place", "5001", {"valid_to": None}, {"valid_to": "2030-12-31"})
    ]


def test_a_field_set_without_being_read_is_a_change_with_its_old_value():
    link = db.session.get(PlaceParent, ("5001", "50"))
    link.confirmed_on = date(2026, 1, 1)
    db.session.commit()
    seq = counted()
    db.session.expire(link)

    link.confirmed_on = date(2026, 2, 2)
    db.session.commit()

    assert [change[1:] for change in changes_since(seq)] == [
        (
            "place_parent",
            "5001|50",
            {"confirmed_on": "2026-01-01"},
            {"confirmed_on": "2026-02-02"},
        )
    ]


def test_a_deleted_record_is_a_change_with_all_that_it_held():
    commit(a_person())
    seq = counted()

    db.session.delete(the(Person, "kari"))
    db.session.commit()

    assert [change[1:] for change in changes_since(seq)] == [
        (
            "person",
            "kari",
            {"key": "kari", "name": "Kari Nordmann", "languages": []},
            None,
        )
    ]


def test_what_is_set_to_what_it_was_is_no_change():
    commit(a_person())
    seq = counted()

    kari = the(Person, "kari")
    kari.name = "Kari Hansen"
    kari.name = "Kari Nordmann"
    kari.languages = ()
    db.session.commit()

    assert changes_since(seq) == []


def test_what_is_rolled_back_leaves_no_change():
    before, seq = stored(), counted()

    db.session.add(a_person())
    db.session.flush()
    db.session.rollback()

    assert (stored(), counted()) == (before, seq)


def test_the_hook_and_an_import_say_the_same_of_the_same_record():
    bring("organisations", "key,name,kind\ntk,Trondheim kommune,municipality\n")
    bring("posts", "key,organisation,title\nleder,tk,Leder\n")
    seq = counted()
    bring("persons", "key,name\nkari,Kari Nordmann\n")
    bring("holdings", "person,post,valid_from\nkari,leder,2026-01-01\n")
    imported = [change[1:] for change in changes_since(seq)]
    db.session.delete(the(Holding, "kari|leder|2026-01-01"))
    db.session.delete(the(Person, "kari"))
    db.session.commit()
    seq = counted()

    commit(a_person())
    commit(
        Holding(
            key="kari|leder|2026-01-01",
            person="kari",
            post="leder",
            deputy=False,
            valid_from=date(2026, 1, 1),
            audience="network",
        )
    )

    assert [change[1:] for change in changes_since(seq)] == imported


def test_a_search_finds_a_record_by_its_new_name():
    bring("organisations", "key,name,kind\ntk,Trondheim kommune,municipality\n")

    the(Organisation, "tk").name = "ÅRDAL kommune"
    db.session.commit()

    assert the(Organisation, "tk").folded == "tk årdal kommune"


# The counter


def test_the_counter_is_the_newest_change():
    commit(a_person())

    newest = max(row[0] for row in stored("change")["change"])
    assert changes.counter() == counted() == newest


def test_the_counter_sees_what_another_connection_commits(app):
    before = changes.counter()

    def write():
        with app.app_context():
            commit(a_person())

    run(write)

    assert changes.counter() == before + 1


def test_the_counter_does_not_see_what_is_not_committed():
    before = changes.counter()
    begin_write()
    db.session.add(a_person())
    db.session.flush()

    seen = changes.counter()
    db.session.rollback()

    assert seen == before


def test_the_counter_survives_that_its_connection_is_cut():
    before = changes.counter()
    if db.engine.dialect.name == "postgresql":
        cut = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        db.session.execute(cut)
        db.session.rollback()
    else:
        for connection in own_connection._threads.connections.values():
            connection.connection.dbapi_connection.close()

    assert changes.counter() == before
    assert changes.counter() == before


def test_the_counter_holds_nothing_open_between_questions():
    changes.counter()

    if db.engine.dialect.name == "postgresql":
        waiting = text(
            "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND datname = current_database() AND state LIKE 'idle in transaction%'"
        )
    else:
        waiting = text("PRAGMA wal_checkpoint(TRUNCATE)")
    with db.engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        assert connection.execute(waiting).scalar() == 0


def test_the_newest_change_of_some_kinds_is_not_that_of_others():
    before = changes.newest(("place", "step"))

    commit(a_person())

    assert changes.newest(("place", "step")) == before
    assert changes.newest(("place", "person")) == counted()
    assert changes.newest(("nothing",)) == 0


# Writers at the same time


def run(*writers):
    """Run each in a thread of its own; raise what any of them raises."""
    failures = []

    def guarded(write):
        try:
            write()
        except BaseException as failure:
            failures.append(failure)
        finally:
            own_connection.disconnect()

    threads = [Thread(target=guarded, args=[write]) for write in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("writers", [4])
def test_writers_at_the_same_time_leave_no_gap_and_lose_no_change(app, writers):
    before, start = counted(), Barrier(writers)

    def writer(number):
        def write():
            with app.app_context():
                start.wait()
                for n in range(15):
                    begin_write()
                    db.session.add(a_person(f"p{number}-{n}"))
                    db.session.commit()
                db.session.remove()

        return write

    run(*map(writer, range(writers)))

    seqs = [row[0] for row in stored("change")["change"]]
    assert sorted(seqs) == list(range(1, before + writers * 15 + 1))
    assert counted() == before + writers * 15
    keys = [key for _, _, key, _, _ in changes_since(before)]
    assert sorted(keys) == sorted(
        f"p{m}-{n}" for m in range(writers) for n in range(15)
    )


def test_a_change_is_never_committed_after_one_with_a_higher_number(app):
    first_holds, seen = Barrier(2), []

    def first():
        with app.app_context():
            begin_write()
            commit_later = a_person("first")
            db.session.add(commit_later)
            db.session.flush()
            first_holds.wait()
            seen.append(changes.counter())
            db.session.commit()

    def second():
        with app.app_context():
            first_holds.wait()
            begin_write()
            commit(a_person("second"))

    before = counted()
    run(first, second)

    assert seen == [before]
    assert [change[2] for change in changes_since(before)] == ["first", "second"]


def test_loading_at_the_same_time_as_an_import_loses_nothing(app):
    before = counted()

    def load():
        with app.app_context():
            reference.load()

    def import_():
        with app.app_context():
            bring("places", "code,name\n5001,Trondhjem\n")

    run(load, import_)

    assert [change[2:] for change in changes_since(before)] == [
        ("5001", {"name": "Trondheim"}, {"name": "Trondhjem"})
    ]
