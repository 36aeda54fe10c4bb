"""What was done to meetings, told and taken back, but for what has left by mail."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from coordinator import (
    agendas,
    deletion,
    editing,
    guest_lists,
    history,
    invitations,
    meetings,
    occurrences,
    replies,
)
from coordinator.access import READER, UNIT, select_to_write
from coordinator.columns import EDITED
from coordinator.errors import NotFound
from coordinator.meeting_values import ItemWanted
from models import Change, db
from tests.exchanging import bring, bring_all, stored
from tests.meetings import (
    ITEM,
    a_meeting,
    bring_network,
    change,
    guest,
    organizer,
    send,
)

SERIES = {"rrule": "FREQ=WEEKLY;BYDAY=WE;COUNT=4"}
OF_MEETINGS = ("meeting", "agenda_item", "occurrence", "invitation", "attendance")
FIRST = datetime(2026, 12, 9, 10)


@pytest.fixture
def account(app):
    bring_network()
    return organizer()


def newest():
    """Return the act that was done last."""
    acts = select_to_write(Change.act).order_by(Change.seq.desc()).limit(1)
    found = db.session.scalars(acts).one()
    db.session.rollback()
    return found


def item_of(key):
    """Return the first item of the meeting's agenda."""
    found = meetings.agenda_of([key], UNIT)[0].key
    db.session.rollback()
    return found


def kinds_of(key, viewer=UNIT):
    """Return the kinds that each act of the meeting touched, newest first."""
    acts = history.of_meeting(key, viewer)
    db.session.rollback()
    return [sorted({row.kind for row in act.rows}) for act in acts]


# Taking back


def test_each_thing_that_is_done_to_an_unsent_meeting_is_taken_back(account):
    key = a_meeting(account, **SERIES)
    item = item_of(key)
    acts = (
        lambda: change(key, account, title="Nytt", starts="2026-12-16T09:00",
                       ends="2026-12-16T10:00", answer_by="2026-12-01"),
        lambda: occurrences.cancel(key, FIRST, "Snø", account),
        lambda: agendas.put_off(item, account),
        lambda: guest_lists.add(key, "rosa-midt", "optional", account),
        lambda: invitations.cancel(key, "Nei", account),
        lambda: meetings.delete(key, account),
    )  # fmt: skip

    for do in acts:
        before = stored(*OF_MEETINGS)
        do()
        assert stored(*OF_MEETINGS) != before
        history.undo(newest(), account)
        assert stored(*OF_MEETINGS) == before


@pytest.mark.parametrize(
    "do",
    [
        lambda key, account: change(key, account, title="Nytt"),
        lambda key, account: occurrences.cancel(key, FIRST, "Snø", account),
        lambda key, account: agendas.remove(item_of(key), account),
        lambda key, account: invitations.cancel(key, "Nei", account),
        lambda key, account: replies.answer(guest(key, "Kari").invitation, "declined"),
        lambda key, account: replies.answer(
            guest(key, "Kari").invitation, "declined", original=FIRST
        ),
    ],
    ids=["change", "occurrence", "agenda", "cancel", "answer", "to one occurrence"],
)
def test_what_is_done_to_a_meeting_that_was_sent_is_not_called_back(account, do):
    key = a_meeting(account, **SERIES)
    send(key, account)
    db.session.rollback()
    before_any = newest()

    do(key, account)
    after = stored(*OF_MEETINGS)

    for act in {newest(), before_any}:
        with pytest.raises(history.CannotUndo) as refused:
            history.undo(act, account)
        assert (refused.value.code, refused.value.records) == (
            "already_sent",
            (("meeting", key),),
        )
    assert stored(*OF_MEETINGS) == after


def test_who_was_seen_there_is_taken_back_though_the_meeting_was_sent(account):
    key = a_meeting(account)
    send(key, account)
    bring("attendances", f"meeting,holder,attended\n{key},politi,true\n")

    history.undo(newest(), account)

    assert stored("attendance")["attendance"] == []


def test_the_backlog_is_taken_back_whatever_was_sent(account):
    key = a_meeting(account)
    send(key, account)
    item = agendas.add(None, ItemWanted("Venter", None, ("talk",)), account)

    history.undo(newest(), account)

    with pytest.raises(NotFound):
        agendas.item(item, UNIT)
    db.session.rollback()


# Telling


def test_the_history_of_a_meeting_holds_its_agenda_its_invitees_and_their_answers(
    account,
):
    key, other = a_meeting(account), a_meeting(account)
    item = item_of(key)
    send(key, account)
    replies.answer(guest(key, "Kari").invitation, "accepted", comment="Gjerne")
    agendas.put_off(item, account)
    change(other, account, title="Et annet")

    found = kinds_of(key)

    assert found == [
        ["agenda_item", "meeting"],
        ["attendance", "invitation"],
        ["invitation", "meeting"],
        ["agenda_item", "meeting"],
    ]
    assert kinds_of(key, READER) == kinds_of("nope") == []


def test_the_history_of_a_meeting_holds_what_it_no_longer_has(account):
    key = a_meeting(account, **SERIES)
    item = item_of(key)
    agendas.remove(item, account)
    occurrences.cancel(key, FIRST, "", account)
    occurrences.restore(key, FIRST, account)

    found = [kind for act in kinds_of(key) for kind in act]

    assert found.count("agenda_item") == 2
    assert found.count("occurrence") == 2


def test_the_past_of_meetings_is_read_and_nothing_is_kept_of_it(account):
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3), tick=True):
        key = a_meeting(account, **SERIES)
        occurrences.cancel(key, FIRST, "", account)
        send(key, account)
        replies.answer(guest(key, "Kari").invitation, "accepted")
        before = stored()

        with history.as_of(date.today() - timedelta(days=1)):
            assert meetings.listed(UNIT) == []

    assert stored() == before


# Deleting what meetings lean on


def remove(kind, key, account):
    version = editing.version(EDITED[kind], key)
    db.session.rollback()
    deletion.remove(EDITED[kind], key, account, read_version=version)


@pytest.mark.parametrize(
    ("kind", "key", "named", "by"),
    [
        ("organisations", "rosa-midt", {"organisations": ["rosa-midt"]}, "agenda_item"),
        ("organisations", "rosa-midt", {"owner": "rosa-midt"}, "agenda_item"),
        ("steps", "report_child", {}, "agenda_item"),
        ("places", "5001", {}, "agenda_item"),
    ],
)
def test_what_an_agenda_names_is_not_deleted(account, kind, key, named, by):
    a_meeting(account, agenda=[ITEM | named])

    with pytest.raises(deletion.InUse) as refused:
        remove(kind, key, account)

    assert refused.value.by[by] == 1


@pytest.mark.parametrize(
    ("kind", "key", "by"),
    [
        ("organisations", "bv", {"invitation", "attendance"}),
        ("posts", "leder", {"invitation", "attendance"}),
        ("persons", "kari", {"invitation"}),
        ("networks", "forum", {"meeting"}),
        ("steps", "report_child", {"agenda_item", "meeting"}),
    ],
)
def test_whom_meetings_remember_is_not_deleted(account, kind, key, by):
    meeting = a_meeting(account, network="forum")
    send(meeting, account)
    replies.answer(guest(meeting, "Kari").invitation, "accepted")

    with pytest.raises(deletion.InUse) as refused:
        remove(kind, key, account)

    assert by <= refused.value.by.keys()


def test_the_steps_of_a_meeting_without_an_agenda_stay_too(account):
    bring_all(
        {
            "meetings": "key,title,starts,ends,steps\n"
            "m,M,2026-03-10T10:00,2026-03-10T11:00,talk\n"
        }
    )

    assert deletion.leaning_on(EDITED["steps"], "talk")["meeting"] == 1
    db.session.rollback()
