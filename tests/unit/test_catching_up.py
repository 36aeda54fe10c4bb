"""What is kept of the directory equals what would be read anew, whatever was done."""

import gc
from datetime import date
from threading import Thread
from weakref import ref

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordinator import (
    access,
    catalogue,
    catching_up,
    deletion,
    directory,
    editing,
    history,
    own_connection,
    picture_grounds,
    pictures,
    questions,
    records,
    upsert,
)
from coordinator.access import OPERATOR, UNIT, agency, select_to_write
from coordinator.columns import KINDS
from coordinator.errors import Refused
from coordinator.pictures import Wanted
from models import (
    Change,
    Entry,
    Invitation,
    Meeting,
    Organisation,
    Post,
    begin_write,
    db,
    one_write,
)
from tests.exchanging import bring, bring_all, counted
from tests.networks import (
    DRAWN,
    MEETINGS,
    NETWORK,
    ORGANISATIONS,
    file_of,
    written,
)
from tests.unit.test_editing import an_account

VIEWERS = (UNIT, OPERATOR, agency("o0"), agency("o1"))
# Keys of organisations, posts and persons are one namespace: what was one thing may
# come back as another.
SHARED = {
    "organisations": "key,name,kind,parent\nshared,Delt,municipality,{}\n",
    "posts": "key,organisation,title\nshared,{},Delt\n",
    "persons": "key,name\nshared,Delt {}\n",
}
IN_PLACES = ("50", "03", "pd-trondelag", "50|pd-trondelag")


def picture(found):
    """Return all that a directory holds and has made of it, in no order."""
    graph = found.graph
    owners = {key for _table, by in found.index.items() for key in by}
    return {
        "rows": {name: rows for name, rows in found.rows.items() if rows},
        "index": {place: by for place, by in found.index.items() if by},
        "nodes": dict(graph.nodes(data=True)),
        "edges": {
            (source, target, key): facts
            for source, target, key, facts in graph.edges(keys=True, data=True)
        },
        "waiting": graph.graph["waiting"],
        "ties": graph.graph["ties"],
        "lines": {owner: found.has_line(owner) for owner in owners},
        "organisations": {
            key: found.organisation(key) for key in found.rows["organisation"]
        },
        "ground": {step: in_no_order(found.ground(step)) for step in found.known.steps},
        "places": found.known.places,
    }


def in_no_order(ground):
    return (
        set(ground.rules),
        ground.organisations,
        ground.posts,
        {post: set(held) for post, held in ground.holdings.items()},
        ground.has_line,
    )


def everything_found(reading):
    return {
        question: reading.ask(question).findings for question in questions.QUESTIONS
    }


def check(viewer):
    """Fail where what is kept for the viewer is not what she would read now."""
    with questions.reading(viewer) as (kept, reading):
        fresh = directory.read(viewer, catalogue.current(viewer))
        caught_up = picture(kept.current)
        for part, found in picture(fresh).items():
            assert caught_up[part] == found, (viewer, part)
        anew = questions.Reading(fresh, reading.on)
        assert everything_found(reading) == everything_found(anew), viewer
    db.session.rollback()


def look(viewer):
    """Catch up, and work out what is then kept with the rows."""
    with questions.reading(viewer) as (kept, reading):
        assert kept.current.graph is not None
        reading.ask("gaps")
    db.session.rollback()


# What may be done


def brought(kind, text):
    return lambda _unit: bring(kind, text)


def _imported():
    kinds = st.sampled_from(sorted(DRAWN))
    return kinds.flatmap(lambda kind: file_of(kind).map(lambda one: brought(kind, one)))


def _set(column, values):
    """Draw a file that sets one column of an organisation, and no other."""
    return st.builds(
        lambda key, value: brought(
            "organisations", written(["key", column], [[key, value]])
        ),
        st.sampled_from(ORGANISATIONS),
        st.sampled_from(values),
    )


def _shared():
    return st.builds(
        lambda kind, key: brought(kind, SHARED[kind].format(key)),
        st.sampled_from(sorted(SHARED)),
        st.sampled_from(ORGANISATIONS),
    )


def _places():
    header = "code,kind,name,parents,valid_to\n"
    return st.builds(
        lambda parents, last: brought(
            "places", f"{header}5099,municipality,Nyby,{parents},{last}\n"
        ),
        st.sampled_from(IN_PLACES),
        st.sampled_from(["", "2020-01-01"]),
    )


def removed(kind, number):
    def remove(unit):
        keys = [KINDS[kind].key(row) for row in records.every(KINDS[kind], UNIT)]
        own = [key for key in keys if key.split("|")[0] in OURS] or ["nobody"]
        key = own[number % len(own)]
        version = editing.version(KINDS[kind], key)
        db.session.rollback()
        deletion.remove(KINDS[kind], key, unit, read_version=version)

    return remove


OURS = {
    *ORGANISATIONS,
    *MEETINGS,
    "p0",
    "p1",
    "n0",
    "n1",
    "w1",
    "shared",
    "report_child",
}


def undone(back):
    def undo(unit):
        acts = select_to_write(Change.act).where(Change.who != "reference").distinct()
        newest = acts.order_by(Change.act.desc()).limit(8)
        found = list(db.session.scalars(newest))
        db.session.rollback()
        if found:
            history.undo(found[back % len(found)], unit)

    return undo


def moved_holding(number, day):
    """Save a holding with another first day: its key changes, in one act."""

    def save(unit):
        kind = KINDS["holdings"]
        rows = [dict(row) for row in records.every(kind, UNIT)]
        db.session.rollback()
        if rows:
            row = rows[number % len(rows)]
            key = kind.key(row)
            version = editing.version(kind, key)
            db.session.rollback()
            cells = {one.name: one.cell(row[one.name]) for one in kind.columns}
            cells["valid_from"] = day
            editing.save(kind, cells, unit, key=key, read_version=version)

    return save


def rolled_back(key):
    """Ask in a write that sees what never comes to be."""

    def write(_unit):
        begin_write()
        db.session.add(
            Organisation(key=f"never-{key}", name="X", kind="rosa", languages=())
        )
        db.session.flush()
        with questions.reading(UNIT) as (kept, _reading):
            assert f"never-{key}" in kept.current.rows["organisation"]
        db.session.rollback()

    return write


def asked(meeting, holder, audience, is_removed):
    """Let a meeting be for all or for those asked, and ask or take off an agency."""

    @one_write
    def ask(_unit):
        connection = db.session.connection()
        key = Meeting.__table__.c.key
        if db.session.scalars(select_to_write(key).where(key == meeting)).first():
            row = {"key": meeting, "audience": audience}
            upsert.write(connection, "a test", Meeting.__table__, [row])
            entry = Entry.__table__.c.key
            known = select_to_write(entry).where(entry == holder)
            seat = {"key": "s", "meeting": meeting, "is_removed": is_removed}
            seat["holder"] = db.session.scalars(known).first()
            upsert.write(connection, "a test", Invitation.__table__, [seat])

    return ask


ACTS = st.one_of(
    _imported(),
    _imported(),
    _set("protected", ["true", "false"]),
    _set("parent", ["", *ORGANISATIONS]),
    _set("kind", ["rosa", "child_welfare", "crisis_centre"]),
    _shared(),
    _places(),
    st.builds(removed, st.sampled_from(sorted(DRAWN)), st.integers(0, 9)),
    st.builds(undone, st.integers(0, 7)),
    st.builds(moved_holding, st.integers(0, 9), st.sampled_from(["", "2021-01-01"])),
    st.builds(rolled_back, st.sampled_from("ab")),
    st.builds(
        asked,
        st.sampled_from(MEETINGS),
        st.sampled_from(ORGANISATIONS),
        st.sampled_from(["network", "unit"]),
        st.booleans(),
    ),
)


def do(act, unit):
    """Do it; what is refused changes nothing."""
    try:
        act(unit)
    except Refused:
        pass
    finally:
        db.session.rollback()


@pytest.fixture
def unit(app):
    """Return an account of the unit, in a network where everyone has a part."""
    bring_all(
        {
            "organisations": "key,name,kind,serves\n"
            + "".join(f"{key},{key},child_welfare,5001\n" for key in ORGANISATIONS),
            "meetings": "key,title,starts,ends\n"
            "m0,M,2026-06-02T10:00,2026-06-02T11:00\n",
            "attendances": "meeting,holder,answer\n"
            "m0,o0,accepted\nm0,o1,accepted\nm0,o2,declined\n",
        }
    )
    return an_account()


OFTEN = settings(
    max_examples=10,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@OFTEN
@given(acts=st.lists(st.tuples(ACTS, st.booleans()), min_size=4, max_size=14))
def test_whatever_is_done_what_is_kept_is_what_would_be_read_anew(unit, acts):
    for act, looked in acts:
        do(act, unit)
        if looked:
            for viewer in VIEWERS:
                look(viewer)
    for viewer in VIEWERS:
        check(viewer)


@settings(OFTEN, max_examples=4)
@given(writers=st.lists(st.lists(ACTS, min_size=3, max_size=8), min_size=2, max_size=3))
def test_it_is_so_while_several_write_and_others_read(app, unit, writers):
    failures = []

    def alone(work):
        def run():
            try:
                with app.app_context():
                    work()
                    db.session.remove()
            except BaseException as failure:  # to be told by the test's own thread
                failures.append(failure)
            finally:
                own_connection.disconnect()

        return Thread(target=run)

    def write(acts):
        return lambda: [do(act, unit) for act in acts]

    def read(viewer):
        return lambda: [look(viewer) for _n in range(6)]

    threads = [alone(write(acts)) for acts in writers]
    threads += [alone(read(viewer)) for viewer in VIEWERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    for viewer in VIEWERS:
        check(viewer)


# By hand

# One after the other, what each leads to being kept from the one before.
STEPS = (
    ("contact-points", "owner,channel,value,audience\no0,phone,22331160,public\n"),
    ("contact-points", "owner,channel,value,audience\no0,phone,22331160,protected\n"),
    ("contact-points", "owner,channel,value,audience\no1,phone,22331160,unit\n"),
    ("organisations", "key,serves\no1,50\n"),
    ("organisations", "key,kind\no2,rosa\n"),
    ("organisations", "key,valid_to\no3,2020-01-01\n"),
    ("posts", "key,organisation,title\np0,o0,En\np1,o1,To\n"),
    ("responsibilities", "step,role,holder,place,status\nhealth,R,p0,5001,agreed\n"),
    ("persons", "key,name\nn0,Kari\nn1,Ola\n"),
    ("holdings", "person,post,valid_from\nn0,p0,2020-01-01\n"),
    ("holdings", "person,post,valid_from\nn1,p0,2020-01-01\n"),
    ("holdings", "person,post,valid_from,valid_to\nn1,p0,2020-01-01,2021-01-01\n"),
    ("posts", "key,valid_to\np0,2020-01-01\n"),
    ("posts", "key,valid_to\np0,\n"),
    ("contact-points", "owner,channel,value,audience\nn0,phone,22331161,network\n"),
    ("responsibilities", "step,role,holder,place,status\ntalk,A,o0,5001,contested\n"),
    ("networks", "key,name,valid_from\nw0,Forum,2020-01-01\n"),
    ("memberships", "network,holder,role\nw0,o0,member\nw0,p1,chair\n"),
    ("networks", "key,valid_to\nw0,2021-01-01\n"),
    ("places", "code,kind,name,parents\n5099,municipality,Nyby,50|pd-trondelag\n"),
    ("places", "code,parents\n5099,03\n"),
    ("places", "code,valid_to\n5099,2020-01-01\n"),
    ("organisations", "key,protected\no0,true\n"),
    ("organisations", "key,parent\no1,o0\n"),
    ("organisations", "key,parent\no1,\n"),
    ("organisations", "key,protected\no0,false\n"),
)


def test_each_kind_of_change_reaches_all_that_hangs_on_it(unit):
    for viewer in VIEWERS:
        look(viewer)
    for kind, text in STEPS:
        outcome = bring(kind, text)
        assert outcome.errors == []
        assert outcome.report.created + outcome.report.updated, text
        for viewer in VIEWERS[:2]:
            check(viewer)


def rows(viewer, name):
    with catching_up.current(viewer) as kept:
        found = dict(kept.current.rows[name])
    db.session.rollback()
    return found


def test_what_a_write_sees_is_kept_for_nobody_when_it_is_rolled_back(unit):
    look(UNIT)
    begin_write()
    db.session.add(Organisation(key="never", name="X", kind="rosa", languages=()))
    db.session.flush()
    with catching_up.current(UNIT) as kept:
        assert "never" in kept.current.rows["organisation"]
    db.session.rollback()

    assert "never" not in rows(UNIT, "organisation")
    # Its number in the row of changes is then another's.
    bring("organisations", "key,name,kind\never,Alltid,rosa\n")
    assert "ever" in rows(UNIT, "organisation")
    check(UNIT)


def test_unsaved_records_of_the_session_are_kept_for_nobody(unit):
    look(UNIT)
    db.session.add(Organisation(key="never", name="X", kind="rosa", languages=()))
    db.session.flush()
    with catching_up.current(UNIT):
        pass
    db.session.rollback()

    assert "never" not in rows(UNIT, "organisation")


def test_what_one_viewer_is_told_is_never_anothers(unit):
    bring_all(
        {
            "organisations": "key,protected\no0,true\n",
            "posts": "key,organisation,title\np0,o0,Skjult\n",
        }
    )
    seen = {viewer: rows(viewer, "post").keys() for viewer in VIEWERS}

    assert "p0" in seen[UNIT]
    assert "p0" in seen[agency("o0")]
    assert "p0" not in seen[OPERATOR]
    assert "p0" not in seen[agency("o1")]
    kept = []
    for viewer in VIEWERS:
        with catching_up.current(viewer) as one:
            kept.append(one)
    assert len({id(one.current) for one in kept}) == len(VIEWERS)
    assert len({id(one.current.graph) for one in kept}) == len(VIEWERS)


def test_a_directory_is_read_once_and_then_follows(unit, monkeypatch):
    bring_all(NETWORK)
    look(UNIT)
    with catching_up.current(UNIT) as kept:
        before = kept.current
    bring("organisations", "key,name\ntk,Et annet navn\n")

    look(UNIT)

    with catching_up.current(UNIT) as kept:
        assert kept.current is before
        assert kept.seq == counted()


def test_what_fails_on_its_way_is_read_anew(unit, monkeypatch):
    bring_all(NETWORK)
    look(UNIT)
    questions.ask("gaps", UNIT)
    bring_all(
        {
            "organisations": "key,serves\nbv-trondheim,0301\n",
            "contact-points": "owner,channel,value\ntk,phone,73540005\n",
        }
    )
    read_rows = directory.read_rows

    def cut(name, *rest):
        if name == "contact_point":
            raise ConnectionError
        return read_rows(name, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(directory, "read_rows", cut)
        with pytest.raises(ConnectionError):
            look(UNIT)
    db.session.rollback()

    check(UNIT)


def test_however_many_days_are_asked_of_few_are_kept(unit):
    bring_all(NETWORK)
    for year in range(2030, 2050):
        questions.as_of(date(year, 1, 1), None, UNIT)

    with catching_up.current(UNIT) as kept:
        days = set(kept.cells)
    assert questions.today() in days
    assert len(days) == questions.MOST_DAYS
    assert kept.answers.keys() == days


def test_what_can_be_drawn_of_a_day_goes_with_the_day(unit):
    bring_all(NETWORK)
    days = [date(year, 1, 1) for year in range(2030, 2032 + questions.MOST_DAYS)]
    grounds, views = [], []
    for day in days:
        grounds.append(ref(picture_grounds.ground(UNIT, day)))
        views.append(ref(pictures.view(Wanted(place="5001"), UNIT, day)))
    gc.collect()

    stays = [False, False] + [True] * questions.MOST_DAYS
    assert [one() is not None for one in grounds] == stays
    assert [one() is not None for one in views] == stays


def test_what_was_one_thing_comes_back_as_another(unit):
    bring("persons", "key,name\nshared,Først\n")
    look(UNIT)
    version = editing.version(KINDS["persons"], "shared")
    db.session.rollback()
    deletion.remove(KINDS["persons"], "shared", unit, read_version=version)
    bring("organisations", "key,name,kind,parent\nshared,Nå,rosa,o0\n")

    check(UNIT)


def test_a_post_that_moves_to_another_organisation_is_seen_with_it(unit):
    bring("organisations", "key,protected\no1,true\n")
    bring("posts", "key,organisation,title\np0,o0,En\n")
    for viewer in VIEWERS:
        look(viewer)
    begin_write()
    statement = select_to_write(Post).where(Post.key == "p0")
    db.session.scalars(statement).one().organisation = "o1"
    db.session.flush()
    access.reclassify(db.session.connection())
    db.session.commit()

    assert "p0" in rows(UNIT, "post")
    assert "p0" not in rows(OPERATOR, "post")
    assert "p0" not in rows(agency("o0"), "post")
    assert "p0" in rows(agency("o1"), "post")
