"""Editing, deleting and taking back, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from coordinator import accounts, deletion, editing, guide, history, records
from coordinator.access import UNIT, select_to_write
from coordinator.columns import EDITED, KINDS
from coordinator.editing import Collision, Gone, Invalid, NotAllowed
from coordinator.opening import OSLO
from models import Base, db
from models.change import jsonable
from tests.exchanging import bring_all, stored
from tests.networks import NETWORK, WITHOUT_MEETINGS

ORGANISATION, POINT = KINDS["organisations"], KINDS["contact-points"]
LINE = "bv-trondheim|phone|+4772540000"
ASIDE = {"change", "user", "user_session", "one_time_link", "change_counter"}


def an_account(role="unit", organisation=None, name="kari"):
    accounts.create(f"{name}@example.no", role, organisation)
    found = [user for user in accounts.users(UNIT) if user.email.startswith(name)]
    db.session.rollback()
    return accounts.Account(
        found[0].key, found[0].email, role, organisation, "nb", "", datetime.now(UTC)
    )


def the_network():
    bring_all(WITHOUT_MEETINGS)


@pytest.fixture
def beforehand():
    return the_network


@pytest.fixture
def unit(app):
    return an_account()


def form(kind, key, account):
    found = editing.read(kind, key, account)
    db.session.rollback()
    return found


def change(kind, key, account, /, **cells):
    """Save a record as from a form that was opened now."""
    found = form(kind, key, account)
    sent = found.cells | cells
    return editing.save(kind, sent, account, key=key, read_version=found.version)


def cell(kind, key, name):
    row = records.one(kind, UNIT, key)
    db.session.rollback()
    return row and row[name]


def rows():
    """Return what every table holds, but for what tells of the writing itself."""
    db.session.rollback()
    return {name: found for name, found in stored().items() if name not in ASIDE}


def codes(refused):
    return {(one.column, one.code) for one in refused.value.findings}


# Saving


def test_a_record_is_saved_and_its_version_grows(unit):
    before = form(ORGANISATION, "bv-trondheim", unit).version

    saved = change(ORGANISATION, "bv-trondheim", unit, name="Barnevernet her")

    assert saved.key == "bv-trondheim"
    assert cell(ORGANISATION, "bv-trondheim", "name") == "Barnevernet her"
    assert form(ORGANISATION, "bv-trondheim", unit).version > before


def test_what_serves_where_is_part_of_the_version(unit):
    before = form(ORGANISATION, "bv-trondheim", unit).version

    change(ORGANISATION, "bv-trondheim", unit, serves="5001|5035")

    assert cell(ORGANISATION, "bv-trondheim", "serves") == ("5001", "5035")
    assert form(ORGANISATION, "bv-trondheim", unit).version > before


@pytest.mark.parametrize("name", EDITED)
def test_every_kind_of_record_is_saved_as_it_was_read_without_a_change(unit, name):
    bring_all(NETWORK)
    kind = EDITED[name]
    if kind.name in KINDS:
        keys = [kind.key(row) for row in records.every(kind, UNIT)][:3]
    else:
        own = next(iter(kind.table.primary_key.columns))
        keys = list(db.session.scalars(select_to_write(own).limit(3)))
    before = rows()

    acts = [change(kind, key, unit).act for key in keys]

    assert keys
    assert acts == [None] * len(keys)
    assert rows() == before


def test_a_new_record_gets_a_key_from_its_name(unit):
    first, second = (
        editing.save(ORGANISATION, {"name": "Nye Åpne Dører", "kind": "rosa"}, unit).key
        for _again in range(2)
    )

    assert first == "nye-åpne-dører"
    assert second.startswith("nye-åpne-dører-")


def test_a_line_with_a_new_number_keeps_its_history(unit):
    saved = change(POINT, LINE, unit, value="72 54 00 01")

    assert saved.key == "bv-trondheim|phone|+4772540001"
    assert cell(POINT, saved.key, "note") == "Sentralbord"
    assert records.one(POINT, UNIT, LINE) is None
    made, imported = history.of(POINT, saved.key, UNIT)
    assert (made.who, imported.who) == (unit.key, "import")


def test_what_is_wrong_is_said_of_its_field_and_nothing_is_written(unit):
    before = rows()

    with pytest.raises(Invalid) as refused:
        change(POINT, LINE, unit, value="1", hours="alltid", order="x")
    assert codes(refused) >= {("hours", "bad_hours"), ("order", "bad_number")}
    with pytest.raises(Invalid) as refused:
        change(POINT, LINE, unit, value="1")
    assert codes(refused) == {("value", "bad_phone")}
    with pytest.raises(Invalid) as refused:
        change(ORGANISATION, "bv-trondheim", unit, parent="bv-trondheim", orgnr="9")
    assert codes(refused) >= {("orgnr", "bad_orgnr")}
    with pytest.raises(Invalid) as refused:
        change(ORGANISATION, "tk", unit, parent="bv-trondheim")
    assert codes(refused) == {("parent", "goes_in_circles")}

    assert rows() == before


def test_a_record_is_not_saved_over_another(unit):
    point = {"owner": "tk", "channel": "phone", "value": "72540002", "audience": "unit"}
    made = editing.save(POINT, point, unit)

    for sent in (point, point | {"value": "+47 72 54 00 02"}):
        with pytest.raises(Invalid) as refused:
            editing.save(POINT, sent, unit)
        assert codes(refused) == {("owner", "exists")}
    with pytest.raises(Invalid):
        change(POINT, made.key, unit, owner="bv-trondheim", value="72540000")


def test_agreed_is_not_said_by_hand(unit):
    rule = {"step": "talk", "role": "A", "holder": "tk", "place": "5001"}
    kind = KINDS["responsibilities"]

    for status, code in (("agreed", "agreed_by_hand"), ("statutory", "needs_source")):
        with pytest.raises(Invalid) as refused:
            editing.save(kind, rule | {"status": status}, unit)
        assert codes(refused) == {("status", code)}

    editing.save(kind, rule | {"status": "statutory", "sources": "seed"}, unit)
    agreed = next(
        kind.key(row) for row in records.every(kind, UNIT) if row["status"] == "agreed"
    )
    change(kind, agreed, unit, order="3")


# Two editors


def test_the_second_of_two_editors_sees_both_versions_and_nothing_is_lost(unit):
    read = form(ORGANISATION, "bv-trondheim", unit)
    other = an_account(name="ola")
    change(ORGANISATION, "bv-trondheim", other, name="Fra Ola", web="https://o.example")
    db.session.rollback()

    with pytest.raises(Collision) as refused:
        editing.save(
            ORGANISATION,
            read.cells | {"name": "Fra Kari"},
            unit,
            key=read.key,
            read_version=read.version,
        )

    both = refused.value
    assert both.who == other.key
    assert both.saved["name"] == "Fra Ola"
    assert both.read == read.cells
    assert cell(ORGANISATION, "bv-trondheim", "name") == "Fra Ola"
    editing.save(
        ORGANISATION,
        both.saved | {"name": "Fra Kari"},
        unit,
        key=read.key,
        read_version=both.version,
    )
    assert cell(ORGANISATION, "bv-trondheim", "name") == "Fra Kari"
    assert cell(ORGANISATION, "bv-trondheim", "web") == "https://o.example"


def test_what_was_deleted_meanwhile_is_gone(unit):
    read = form(POINT, LINE, unit)
    deletion.remove(POINT, LINE, unit, read_version=read.version)

    with pytest.raises(Gone):
        editing.save(POINT, read.cells, unit, key=LINE, read_version=read.version)


# Who may


@pytest.fixture
def agency(unit):
    bring_all(
        {
            "organisations": "key,name,kind,parent,serves\n"
            "under,Under barnevernet,child_welfare,bv-trondheim,5001\n"
            "annen,En annen,child_welfare,,5001\n",
            "posts": "key,organisation,title\nannen-post,annen,Leder\n",
            "persons": "key,name\nderes,Deres\nvår,Vår\n",
            "holdings": "person,post\nderes,annen-post\n",
            "contact-points": "owner,channel,value,audience\n"
            "annen,phone,73540005,network\nderes,phone,73540006,network\n",
        }
    )
    db.session.rollback()
    return an_account("agency", "bv-trondheim", "etat")


def test_an_agency_edits_its_own_and_what_lies_below(agency):
    change(ORGANISATION, "bv-trondheim", agency, name="Nytt navn")
    change(ORGANISATION, "under", agency, name="Også nytt")
    change(POINT, LINE, agency, hours="24/7")
    change(KINDS["posts"], "bv-leder", agency, title="Sjef")
    change(KINDS["persons"], "kari", agency, name="Kari N.")
    change(POINT, "kari|phone|+4722331160", agency, note="Vakt")
    person = editing.save(KINDS["persons"], {"name": "Ny"}, agency).key
    change(KINDS["persons"], person, agency, name="Ny, med nytt navn")
    held = {"person": person, "post": "bv-leder", "deputy": "true"}
    editing.save(KINDS["holdings"], held, agency)

    assert cell(ORGANISATION, "under", "name") == "Også nytt"
    assert cell(POINT, LINE, "hours") == "24/7"


def test_where_an_organisation_belongs_and_serves_is_for_the_unit(agency):
    cells = {"kind": "rosa", "parent": "tk", "serves": "NO", "protected": "true"}
    before = {name: cell(ORGANISATION, "bv-trondheim", name) for name in cells}

    change(ORGANISATION, "bv-trondheim", agency, **cells, valid_to="2026-01-01")

    assert {name: cell(ORGANISATION, "bv-trondheim", name) for name in cells} == before
    assert str(cell(ORGANISATION, "bv-trondheim", "valid_to")) == "2030-12-31"


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("organisations", "annen"),
        ("organisations", "tk"),
        ("posts", "annen-post"),
        ("persons", "deres"),
        ("persons", "vår"),
        ("contact-points", "annen|phone|+4773540005"),
        ("contact-points", "deres|phone|+4773540006"),
        ("holdings", "deres|annen-post|"),
        ("responsibilities", "report_child|C|kind:rosa|5001||"),
        ("networks", "forum"),
        ("memberships", "forum|bv-leder|member|"),
        ("steps", "talk"),
        ("sources", "seed"),
        ("places", "5001"),
    ],
)
def test_an_agency_changes_and_deletes_nothing_of_anothers(agency, kind, key):
    before = rows()
    read = form(EDITED[kind], key, agency)

    with pytest.raises(NotAllowed):
        editing.save(
            EDITED[kind], read.cells, agency, key=key, read_version=read.version
        )
    with pytest.raises(NotAllowed):
        deletion.remove(EDITED[kind], key, agency, read_version=read.version)

    assert rows() == before


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("organisations", {"name": "Ny", "kind": "rosa"}),
        ("responsibilities", {"step": "talk", "role": "A", "holder": "bv-trondheim"}),
        ("networks", {"name": "Vårt eget"}),
        ("memberships", {"network": "forum", "holder": "bv-leder", "role": "chair"}),
        ("posts", {"organisation": "annen", "title": "Ny"}),
        ("holdings", {"person": "deres", "post": "bv-leder"}),
        ("holdings", {"person": "vår", "post": "bv-leder"}),
        ("holdings", {"person": "kari", "post": "annen-post"}),
        ("contact-points", {"owner": "annen", "channel": "phone", "value": "72540009"}),
        ("contact-points", {"owner": "deres", "channel": "phone", "value": "72540009"}),
    ],
)
def test_an_agency_makes_nothing_that_leads_to_anothers(agency, kind, cells):
    before = rows()

    with pytest.raises(NotAllowed):
        editing.save(EDITED[kind], cells, agency)

    assert rows() == before


def test_an_agency_hands_nothing_over_to_another(agency):
    with pytest.raises(NotAllowed):
        change(KINDS["posts"], "bv-leder", agency, organisation="annen")
    with pytest.raises(NotAllowed):
        change(POINT, LINE, agency, owner="annen")


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("responsibilities", {"step": "talk", "role": "R", "place": "5001"}),
        ("memberships", {"network": "forum", "role": "observer"}),
    ],
)
def test_an_agency_takes_nothing_of_the_units_away_with_its_post(
    name, claim, unit, agency
):
    editing.save(KINDS[name], claim | {"holder": "bv-leder"}, unit)
    before = rows()
    read = form(KINDS["posts"], "bv-leder", agency)

    with pytest.raises(deletion.InUse) as refused:
        deletion.remove(KINDS["posts"], "bv-leder", agency, read_version=read.version)

    assert refused.value.by[KINDS[name].table.name] >= 1
    assert rows() == before
    deletion.remove(KINDS["posts"], "bv-leder", unit, read_version=read.version)


def test_an_agency_takes_back_its_own_while_it_is_its_own(unit, agency):
    post = {"organisation": "under", "title": "Vakt"}
    made = editing.save(KINDS["posts"], post, agency)
    act = change(KINDS["posts"], made.key, agency, title="Leder").act
    gone = change(KINDS["posts"], made.key, agency, title="Sjef").act
    history.undo(gone, agency)
    back = change(KINDS["posts"], made.key, agency, title="Vakt").act
    change(ORGANISATION, "under", unit, parent="annen")
    before = rows()

    for one in (back, act, made.act):
        with pytest.raises((NotAllowed, history.CannotUndo)):
            history.undo(one, agency)

    with pytest.raises(NotAllowed):
        history.undo(back, agency)
    assert rows() == before


def test_what_an_agency_may_not_see_is_unknown_to_it(agency):
    bring_all({"organisations": "key,name,kind,protected\nskjult,S,rosa,true\n"})
    point = {"channel": "phone", "value": "72540009", "audience": "unit"}

    refusals = []
    for owner in ("skjult", "finnes-ikke"):
        with pytest.raises(Invalid) as refused:
            editing.save(POINT, {"owner": owner, **point}, agency)
        refusals.append(codes(refused))

    assert refusals[0] == refusals[1] == {("owner", "unknown_owner")}
    with pytest.raises(Gone):
        editing.read(ORGANISATION, "skjult", agency)


def test_a_reader_changes_nothing(unit):
    reader = an_account("reader", name="leser")
    read = form(ORGANISATION, "bv-trondheim", reader)

    with pytest.raises(NotAllowed):
        editing.save(
            ORGANISATION, read.cells, reader, key=read.key, read_version=read.version
        )
    with pytest.raises(NotAllowed):
        editing.save(KINDS["persons"], {"name": "Ny"}, reader)


# Deleting and taking back


def test_an_organisation_goes_with_all_that_is_its_own_and_comes_back(unit):
    before = rows()
    read = form(ORGANISATION, "bv-trondheim", unit)

    act = deletion.remove(ORGANISATION, "bv-trondheim", unit, read_version=read.version)
    gone = rows()
    history.undo(act, unit)

    assert records.one(ORGANISATION, UNIT, "bv-trondheim") is not None
    assert not [row for row in gone["contact_point"] if "bv-" in row[0]]
    assert not [row for row in gone["entry"] if row[0].startswith("bv-")]
    assert [row[0].split("|")[1] for row in gone["membership"]] == ["tk", "tk"]
    assert rows() == before


@pytest.mark.parametrize(
    ("kind", "key", "left"),
    [
        ("networks", "forum", {"gammelt|tk|observer|"}),
        ("posts", "bv-leder", {"gammelt|tk|observer|", "forum|tk|chair|2024-01-01"}),
    ],
)
def test_a_network_and_a_post_go_with_their_memberships_and_come_back(
    unit, kind, key, left
):
    before = rows()
    read = form(EDITED[kind], key, unit)

    act = deletion.remove(EDITED[kind], key, unit, read_version=read.version)
    gone = {row[0] for row in rows()["membership"]}
    history.undo(act, unit)

    assert gone == left
    assert rows() == before


def test_a_membership_with_another_role_keeps_its_history(unit):
    kind = KINDS["memberships"]

    saved = change(kind, "forum|bv-leder|member|", unit, role="deputy")

    assert saved.key == "forum|bv-leder|deputy|"
    made, imported = history.of(kind, saved.key, UNIT)
    assert (made.who, imported.who) == (unit.key, "import")


def test_what_others_lean_on_is_not_deleted(unit):
    an_account("agency", "bv-trondheim", "etat")
    for kind, key, by in (
        ("organisations", "tk", {"organisation": 1}),
        ("organisations", "bv-trondheim", {"user": 1}),
        ("sources", "seed", None),
        ("steps", "talk", None),
        ("places", "50", None),
        ("rights", "reflection_period", None),
    ):
        read = form(EDITED[kind], key, unit)
        before = rows()
        with pytest.raises(deletion.InUse) as refused:
            deletion.remove(EDITED[kind], key, unit, read_version=read.version)
        assert refused.value.by
        assert by in (None, refused.value.by)
        assert rows() == before


def test_a_change_is_taken_back_and_that_too(unit):
    before = rows()
    act = change(POINT, LINE, unit, value="72540001", hours="24/7").act
    after = rows()

    back = history.undo(act, unit)
    undone = rows()
    history.undo(back, unit)

    assert undone == before
    assert rows() == after


def test_a_change_is_not_taken_back_over_a_newer_one(unit):
    first = change(ORGANISATION, "bv-trondheim", unit, name="Først").act
    change(ORGANISATION, "bv-trondheim", unit, name="Så")
    other = change(ORGANISATION, "bv-trondheim", unit, web="https://n.example").act

    with pytest.raises(history.CannotUndo) as refused:
        history.undo(first, unit)
    history.undo(other, unit)

    assert refused.value.code == "changed_since"
    assert refused.value.records == (("organisation", "bv-trondheim"),)
    assert cell(ORGANISATION, "bv-trondheim", "name") == "Så"


def test_a_new_record_is_not_taken_back_from_under_others(unit):
    made = editing.save(ORGANISATION, {"name": "Ny", "kind": "rosa"}, unit)
    editing.save(KINDS["posts"], {"organisation": made.key, "title": "Vakt"}, unit)

    with pytest.raises(history.CannotUndo) as refused:
        history.undo(made.act, unit)

    assert refused.value.code == "in_use"
    assert refused.value.records[0][0] == "post"


def test_what_leads_to_something_gone_does_not_come_back(unit):
    post = KINDS["posts"]
    first = form(post, "bv-leder", unit)
    act = deletion.remove(post, "bv-leder", unit, read_version=first.version)
    read = form(ORGANISATION, "bv-trondheim", unit)
    deletion.remove(ORGANISATION, "bv-trondheim", unit, read_version=read.version)

    with pytest.raises(history.CannotUndo) as refused:
        history.undo(act, unit)

    assert refused.value.code == "missing"
    assert refused.value.records == (("organisation", "bv-trondheim"),)


def test_a_deletion_is_undone_for_thirty_days(unit):
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False) as clock:
        read = form(POINT, LINE, unit)
        act = deletion.remove(POINT, LINE, unit, read_version=read.version)
        clock.shift(timedelta(days=30))
        history.undo(act, unit)
        read = form(POINT, LINE, unit)
        act = deletion.remove(POINT, LINE, unit, read_version=read.version)
        clock.shift(timedelta(days=30, seconds=1))
        with pytest.raises(history.CannotUndo) as refused:
            history.undo(act, unit)

    assert refused.value.code == "too_old"


def test_an_address_does_not_come_back_to_what_is_protected_now(unit):
    visit = "tk|visit|Munkegata 1"
    read = form(POINT, visit, unit)
    act = deletion.remove(POINT, visit, unit, read_version=read.version)
    bring_all({"organisations": "key,protected\ntk,true\n"})
    db.session.rollback()

    with pytest.raises(history.CannotUndo) as refused:
        history.undo(act, unit)

    assert refused.value.code == "would_expose"
    assert records.one(POINT, UNIT, visit) is None


def test_what_a_change_keeps_of_a_value_is_read_back_as_it_was(unit):
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select_to_write(*table.columns)):
            for column in table.columns:
                value = row._mapping[column]
                if not isinstance(value, datetime):
                    assert history.value_of(column, jsonable(value)) == value


def test_an_act_that_changed_much_is_counted_and_not_read_whole(unit):
    (first, *_rest) = reversed(history.acts(UNIT, limit=100))

    assert first.who == "reference"
    assert first.size > history.MOST_SHOWN == len(first.rows)


def test_acts_are_found_by_who_when_and_what(unit):
    act = change(POINT, LINE, unit, note="Ny").act
    today = datetime.now(OSLO).date()

    assert [one.act for one in history.acts(UNIT, who=unit.key)] == [act]
    assert history.acts(UNIT, since=today + timedelta(days=1)) == []
    assert history.acts(UNIT, until=today - timedelta(days=1)) == []
    assert history.acts(UNIT, kind="contact_point")[0].act == act
    assert act not in [one.act for one in history.acts(UNIT, before=act)]


# As of a day


def test_the_past_is_read_as_it_was_after_every_act(unit):
    """Rewinding to each day gives what was stored then, links and entries too."""
    start = datetime.now(UTC) + timedelta(days=2)
    kept = {}
    with time_machine.travel(start, tick=False) as clock:
        for name in range(6):
            match name:
                case 0:
                    change(POINT, LINE, unit, value="72540001")
                case 1:
                    change(ORGANISATION, "tk", unit, serves="50|5001", name="Ny")
                case 2:
                    read = form(ORGANISATION, "bv-trondheim", unit)
                    act = deletion.remove(
                        ORGANISATION, read.key, unit, read_version=read.version
                    )
                case 3:
                    history.undo(act, unit)
                case 4:
                    bring_all({"posts": "key,organisation,title\nny,tk,Ny\n"})
                case 5:
                    change(EDITED["steps"], "talk", unit, title_en="Talk", tracks="")
            kept[clock.shift(timedelta(0)) or datetime.now(OSLO).date()] = rows()
            clock.shift(timedelta(days=1))
        now = rows()
        for day, before in kept.items():
            with history.as_of(day):
                assert stored_now() == before, day
        assert rows() == now


def stored_now():
    return {name: found for name, found in stored().items() if name not in ASIDE}


def test_an_answer_as_of_yesterday_has_yesterdays_number(unit):
    start = datetime.now(UTC) + timedelta(days=1)
    with time_machine.travel(start, tick=False):
        change(POINT, LINE, unit, value="72540001")
        with history.as_of((start - timedelta(days=1)).astimezone(OSLO).date()):
            answer = guide.who_acts("report_child", "5001", "minor", viewer=UNIT)
            before = [p.value for p in answer.roles["A"][0].contact_points]
        with history.as_of(start.astimezone(OSLO).date()):
            answer = guide.who_acts("report_child", "5001", "minor", viewer=UNIT)
            now = [p.value for p in answer.roles["A"][0].contact_points]

    assert before == ["+4772540000"]
    assert now == ["+4772540001"]


def test_before_anything_was_kept_there_is_no_past(unit):
    with pytest.raises(history.TooLongAgo), history.as_of(date(2020, 1, 1)):
        pass


def test_the_difference_is_net(unit):
    start = datetime.now(UTC) + timedelta(days=1)
    today = datetime.now(OSLO).date()
    tomorrow = today + timedelta(days=1)
    with time_machine.travel(start, tick=False):
        change(ORGANISATION, "tk", unit, name="Et navn", web="https://a.example")
        change(ORGANISATION, "tk", unit, name="Trondheim kommune")
        act = change(POINT, LINE, unit, note="Ny").act
        history.undo(act, unit)
        editing.save(ORGANISATION, {"name": "Ny", "kind": "rosa"}, unit)
        rows_, count = history.difference(today, tomorrow, UNIT)
        backwards = history.difference(tomorrow, today, UNIT)

    assert count == 2
    found = {row.key: (row.before, row.after) for row in rows_}
    assert found["tk"] == ({"web": None}, {"web": "https://a.example"})
    assert found["ny"][0] is None
    assert backwards[1] == 2
    assert history.difference(today, today, UNIT) == ([], 0)
