"""Agendas and the backlog: what is to be talked of, where, and in which order."""

import pytest

from coordinator import agendas, invitations, meetings
from coordinator.access import READER, UNIT
from coordinator.editing import NotAllowed
from coordinator.errors import NotFound
from coordinator.meeting_values import ItemWanted
from coordinator.meetings import IsCancelled
from models import db
from tests.exchanging import counted, stored
from tests.meetings import a_meeting, agency, bring_network, organizer, send


@pytest.fixture
def unit(app):
    bring_network()
    return organizer()


def wanted(title, *steps, **more):
    return ItemWanted(title, None, steps, **more)


def on(meeting):
    """Return titles and steps of a meeting: of its items in order, and of itself."""
    found = meetings.profile(meeting, UNIT)
    db.session.rollback()
    return [one.title for one in found.agenda], found.meeting.steps


def waiting(**asked):
    found = [(one.title, one.network) for one in agendas.backlog(UNIT, **asked)]
    db.session.rollback()
    return found


def test_an_item_comes_last_and_brings_its_steps_to_the_meeting(unit):
    key = a_meeting(unit, agenda=[])

    first = agendas.add(key, wanted("Ett", "talk", "report_child"), unit)
    agendas.add(key, wanted("To", "health", "talk"), unit)

    assert on(key) == (["Ett", "To"], ("talk", "report_child", "health"))
    agendas.change(first, wanted("Nytt", "health"), unit)
    assert on(key) == (["Nytt", "To"], ("health", "talk"))
    agendas.remove(first, unit)
    assert on(key) == (["To"], ("health", "talk"))


def test_items_are_shifted_and_stop_at_the_ends(unit):
    key = a_meeting(unit, agenda=[])
    a, _b, c = [agendas.add(key, wanted(name), unit) for name in "abc"]

    agendas.shift(c, -1, unit)
    assert on(key)[0] == ["a", "c", "b"]
    agendas.shift(a, -1, unit)
    agendas.shift(a, 9, unit)
    assert on(key)[0] == ["c", "b", "a"]
    agendas.shift(c, -9, unit)
    assert on(key)[0] == ["c", "b", "a"]


def test_what_was_not_come_to_waits_for_its_network_and_says_where_it_was(unit):
    key, later = a_meeting(unit, network="forum"), a_meeting(unit, agenda=[])
    (item,) = [one.key for one in meetings.agenda_of([key], UNIT)]
    db.session.rollback()
    agendas.add(None, wanted("For alle"), unit)

    agendas.put_off(item, unit)

    assert on(key) == ([], ())
    assert waiting() == [("For alle", None), ("Melding", "forum")]
    assert waiting(network="forum") == waiting()
    assert waiting(network="other") == [("For alle", None)]
    counter = counted()
    agendas.put_off(item, unit)
    agendas.shift(item, 1, unit)
    assert counted() == counter
    agendas.take_up([item], later, unit)
    assert on(later) == (["Melding"], ("report_child",))
    assert agendas.item(item, UNIT).carried_from == key
    db.session.rollback()


def test_items_are_taken_up_in_the_order_asked_or_not_at_all(unit):
    key = a_meeting(unit)
    one, two = [agendas.add(None, wanted(name), unit) for name in ("Ett", "To")]
    on_it = meetings.agenda_of([key], UNIT)[0].key
    db.session.rollback()
    before = stored("agenda_item", "meeting")

    for keys in ([one, "nope"], [one, on_it]):
        with pytest.raises(NotFound):
            agendas.take_up(keys, key, unit)
    assert stored("agenda_item", "meeting") == before

    agendas.take_up([two, one], key, unit)
    assert on(key)[0] == ["Melding", "To", "Ett"]
    assert waiting() == []


def test_an_agenda_is_the_units_to_write_and_the_backlog_its_to_read(unit):
    key, other = a_meeting(unit), agency()
    item = meetings.agenda_of([key], UNIT)[0].key
    db.session.rollback()
    waits = agendas.add(None, wanted("Venter"), unit)
    before = stored("agenda_item")

    for verb in (
        lambda: agendas.add(key, wanted("X"), other),
        lambda: agendas.add(None, wanted("X"), other),
        lambda: agendas.change(item, wanted("X"), other),
        lambda: agendas.remove(waits, other),
        lambda: agendas.shift(item, 1, other),
        lambda: agendas.put_off(item, other),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert stored("agenda_item") == before
    assert agendas.item(item, READER).title == "Melding"
    assert agendas.backlog(READER) == []
    with pytest.raises(NotFound):
        agendas.item(waits, READER)
    db.session.rollback()


def test_the_agenda_of_a_cancelled_meeting_stands(unit):
    key = a_meeting(unit)
    item = meetings.agenda_of([key], UNIT)[0].key
    db.session.rollback()
    invitations.cancel(key, "", unit)
    before = stored("agenda_item")

    for verb in (
        lambda: agendas.add(key, wanted("X"), unit),
        lambda: agendas.change(item, wanted("X"), unit),
        lambda: agendas.remove(item, unit),
        lambda: agendas.take_up([], key, unit),
    ):
        with pytest.raises(IsCancelled):
            verb()
    assert stored("agenda_item") == before


def test_another_agenda_is_news_to_attendees_and_no_new_sequence(unit):
    key = a_meeting(unit)
    send(key, unit)
    was = meetings.profile(key, UNIT).meeting
    db.session.rollback()

    agendas.add(key, wanted("Enda en"), unit)

    now = meetings.profile(key, UNIT).meeting
    db.session.rollback()
    assert now.revised_at > was.revised_at
    assert now.sequence == was.sequence
