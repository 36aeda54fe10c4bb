"""What each invitee is sent: the difference from what they last saw, and no more."""

from datetime import datetime
from typing import Any

import pytest

from coordinator import (
    agendas,
    guest_lists,
    invitations,
    meetings,
    occurrences,
    replies,
)
from coordinator.access import UNIT, select_to_write
from coordinator.editing import NotAllowed
from coordinator.meeting_values import ItemWanted
from coordinator.meetings import IsCancelled
from models import Message, Sent, db
from tests import meetings as there
from tests.exchanging import bring
from tests.meetings import ITEM, a_meeting, change, guest, preview, send

ASKED = [
    "Barne-, ungdoms- og familiedirektoratet (Bufdir)",
    "Kari",
    "Ola",
    "ROSA Midt",
    "Vaktleder",
]
SECOND, THIRD = datetime(2026, 12, 16, 10), datetime(2026, 12, 23, 10)
WEEKLY = {"rrule": "FREQ=WEEKLY;COUNT=5"}


@pytest.fixture
def beforehand():
    return there.bring_network


@pytest.fixture
def unit(app):
    return there.organizer()


def to_all(what, occurrence=""):
    return [(name, what, occurrence) for name in ASKED]


def mails(key) -> list[dict[str, Any]]:
    """Return what the mails to the meeting's invitees tell, in the order of writing."""
    statement = select_to_write(Message).order_by(Message.written_at)
    found = [one.told for one in db.session.scalars(statement) if one.told]
    db.session.rollback()
    return [told for told in found if told.get("meeting") == key]


def mail_to(key, name) -> dict[str, Any]:
    """Return the newest mail to the guest of that name."""
    return [told for told in mails(key) if told["name"] == name][-1]


def test_everyone_but_those_who_are_only_informed_is_asked_once(unit):
    key = a_meeting(unit)

    assert preview(key) == to_all("invited")
    assert send(key, unit) == to_all("invited")
    assert preview(key) == send(key, unit) == []


def test_point_05_sequence_is_0_first_and_stays_so_until_it_is_sent(unit):
    key = a_meeting(unit)

    change(key, unit, starts="2026-12-10T10:00", ends="2026-12-10T11:00")

    assert there.sequence(key) == 0


@pytest.mark.parametrize(
    ("changed", "rises"),
    [
        ({"starts": "2026-12-09T09:00"}, True),
        ({"ends": "2026-12-09T12:00"}, True),
        ({"timezone": "Europe/London"}, True),
        (WEEKLY, True),
        ({"location": "Møterom 3, Storgata 1, Oslo"}, True),
        ({"location": "Møterom 4, Storgata 1, Trondheim"}, False),
        ({"title": "Barn i Trondheim, igjen"}, False),
        ({"link": "https://video.example/et-annet"}, False),
        ({"agenda": [ITEM | {"title": "Meldinger"}]}, False),
    ],
)
def test_point_05_sequence_rises_with_time_rule_and_town_and_not_with_words(
    unit, changed, rises
):
    key = a_meeting(unit)
    send(key, unit)

    change(key, unit, **changed)

    assert there.sequence(key) == int(rises)
    assert preview(key) == to_all("moved" if rises else "updated")


def test_point_38_saving_again_what_is_there_sends_nothing(unit):
    key = a_meeting(unit, **WEEKLY)
    send(key, unit)
    before = meetings.profile(key, UNIT).meeting
    db.session.rollback()

    change(key, unit, **WEEKLY)

    assert meetings.profile(key, UNIT).meeting == before
    assert preview(key) == []


def test_point_38_what_was_changed_back_before_it_was_sent_is_sent_to_nobody(unit):
    key = a_meeting(unit)
    send(key, unit)

    change(key, unit, starts="2026-12-09T09:00")
    change(key, unit)

    assert preview(key) == []


def test_point_07_an_answer_stands_after_a_small_change_and_not_after_a_move(unit):
    key = a_meeting(unit)
    send(key, unit)
    replies.answer(guest(key, "Kari").invitation, "accepted")

    change(key, unit, title="Barn")
    send(key, unit)
    assert guest(key, "Kari").answer == mail_to(key, "Kari")["answer"] == "accepted"

    change(key, unit, title="Barn", starts="2026-12-09T09:00")
    assert guest(key, "Kari").answer == "accepted"
    send(key, unit)
    assert guest(key, "Kari").answer == mail_to(key, "Kari")["answer"] == "needs-action"


def test_point_33_a_move_tells_the_old_time_and_the_new(unit):
    key = a_meeting(unit)
    send(key, unit)
    change(key, unit, starts="2026-12-09T09:00")
    send(key, unit)

    told = mail_to(key, "Kari")

    assert told["before"] == {"starts": "2026-12-09T10:00"}
    assert told["events"][0]["starts"] == "2026-12-09T09:00"


def test_point_40_who_is_taken_off_alone_is_told_and_by_a_higher_sequence(unit):
    key = a_meeting(unit)
    send(key, unit)
    guest_lists.remove(key, guest(key, "Ola").invitation, unit)

    assert send(key, unit) == [("Ola", "uninvited", "")]
    (event,) = mail_to(key, "Ola")["events"]
    assert (event["sequence"], event["status"]) == (1, "")
    assert send(key, unit) == []


def test_point_42_who_is_asked_again_gets_a_higher_sequence_than_the_cancel(unit):
    key = a_meeting(unit)
    send(key, unit)
    who = guest(key, "Ola").invitation
    guest_lists.remove(key, who, unit)
    send(key, unit)
    guest_lists.set_part(key, who, "required", unit)

    assert send(key, unit) == [("Ola", "invited_again", "")]
    (event,) = mail_to(key, "Ola")["events"]
    assert (event["sequence"], event["status"]) == (2, "confirmed")
    assert preview(key) == []


def test_who_no_longer_answers_for_it_is_taken_off_and_the_next_one_asked(unit):
    key = a_meeting(unit)
    send(key, unit)

    change(key, unit, starts="2027-01-13T10:00", ends="2027-01-13T11:00")

    found = {name: what for name, what, _ in preview(key)}
    assert (found["Kari"], found["Nils"]) == ("uninvited", "invited")


def test_who_has_another_address_is_cancelled_at_the_old_and_asked_at_the_new(unit):
    key = a_meeting(unit)
    send(key, unit)
    points = "owner,channel,value,audience,order\n"
    bring("contact-points", f"{points}kari,email,ny@bv.example,network,-1\n")

    posts = invitations.send(key, unit)

    assert [(one.what, one.address) for one in posts] == [
        ("uninvited", "kari@bv.example"),
        ("invited", "ny@bv.example"),
    ]
    assert preview(key) == []


def test_point_39_cancelling_tells_all_who_have_it_why_and_the_rest_nothing(unit):
    key = a_meeting(unit)
    send(key, unit)
    guest_lists.add(key, "senter", "optional", unit)

    posts = invitations.cancel(key, "Slått sammen med et annet", unit)

    assert there.told(posts) == to_all("cancelled")
    told = mail_to(key, "Kari")
    (event,) = told["events"]
    assert told["reason"] == "Slått sammen med et annet"
    assert (told["method"], event["status"], event["sequence"]) == (
        "CANCEL",
        "cancelled",
        1,
    )
    with pytest.raises(IsCancelled):
        invitations.send(key, unit)
    with pytest.raises(IsCancelled):
        invitations.cancel(key, "", unit)


def test_point_22_one_occurrence_that_moves_is_sent_alone(unit):
    key = a_meeting(unit, **WEEKLY)
    send(key, unit)
    times = {"starts": "2026-12-17T09:00", "ends": "2026-12-17T10:00"}
    occurrences.move(key, SECOND, times, unit)

    assert send(key, unit) == to_all("occurrence_moved", "2026-12-16T10:00")
    (event,) = mail_to(key, "Kari")["events"]
    assert event["recurrence_id"] == "2026-12-16T10:00"
    assert (event["starts"], event["rrule"], event["sequence"]) == (
        "2026-12-17T09:00",
        "",
        1,
    )
    assert there.sequence(key) == 0


def test_point_22_who_is_asked_afterwards_gets_the_series_with_what_has_moved(unit):
    key = a_meeting(unit, **WEEKLY)
    times = {"starts": "2026-12-17T09:00", "ends": "2026-12-17T10:00"}
    occurrences.move(key, SECOND, times, unit)
    occurrences.cancel(key, THIRD, "", unit)
    send(key, unit)

    whole, moved = mail_to(key, "Kari")["events"]

    assert (whole["rrule"], whole["excepted"]) == (
        "FREQ=WEEKLY;COUNT=5",
        ["2026-12-23T10:00"],
    )
    assert (moved["recurrence_id"], moved["starts"]) == (
        "2026-12-16T10:00",
        "2026-12-17T09:00",
    )


def test_point_23_one_occurrence_that_is_cancelled_is_sent_alone_and_excepted(unit):
    key = a_meeting(unit, **WEEKLY)
    send(key, unit)
    occurrences.cancel(key, SECOND, "Juleferie", unit)

    assert send(key, unit) == to_all("occurrence_cancelled", "2026-12-16T10:00")
    told = mail_to(key, "Kari")
    (event,) = told["events"]
    assert (told["method"], told["reason"]) == ("CANCEL", "Juleferie")
    assert (event["status"], event["sequence"]) == ("cancelled", 1)
    assert there.sequence(key) == 1
    assert preview(key) == []


def test_a_cancelled_occurrence_that_is_held_after_all_is_told_with_the_series(unit):
    key = a_meeting(unit, **WEEKLY)
    send(key, unit)
    replies.answer(guest(key, "Kari").invitation, "accepted")
    occurrences.cancel(key, SECOND, "", unit)
    send(key, unit)
    occurrences.restore(key, SECOND, unit)

    assert send(key, unit) == to_all("moved")
    assert mail_to(key, "Kari")["events"][0]["excepted"] == []
    assert guest(key, "Kari").answer == "accepted"


def test_an_answer_to_the_series_is_none_to_an_occurrence_that_moved(unit):
    key = a_meeting(unit, **WEEKLY)
    send(key, unit)
    kari = guest(key, "Kari").invitation
    replies.answer(kari, "accepted")
    times = {"starts": "2026-12-17T09:00", "ends": "2026-12-17T10:00"}
    occurrences.move(key, SECOND, times, unit)
    send(key, unit)

    assert replies.answers_of([kari]) == {kari: {SECOND: "needs-action"}}
    assert mail_to(key, "Kari")["answer"] == "needs-action"
    assert guest(key, "Kari").answer == "accepted"


def test_point_24_this_and_following_is_a_series_of_its_own(unit):
    key = a_meeting(unit, **WEEKLY)
    times = {"starts": "2026-12-31T10:00", "ends": "2026-12-31T11:30"}
    occurrences.move(key, datetime(2026, 12, 30, 10), times, unit)
    send(key, unit)
    guest_lists.add(key, "senter", "optional", unit)

    new = occurrences.split(key, THIRD, unit)

    old, rest = (meetings.profile(one, UNIT) for one in (key, new))
    db.session.rollback()
    assert (old.meeting.rrule, rest.meeting.rrule) == (
        "FREQ=WEEKLY;COUNT=2",
        "FREQ=WEEKLY;COUNT=3",
    )
    assert old.meeting.sequence == 1
    assert (rest.meeting.starts, rest.meeting.sequence) == (THIRD, 0)
    assert rest.meeting.uid != old.meeting.uid
    assert old.overrides == ()
    assert [one.original for one in rest.overrides] == [datetime(2026, 12, 30, 10)]
    assert [item.title for item in rest.agenda] == ["Melding"]
    assert ("Krisesenteret", "invited", "") in preview(new)
    send(new, unit)
    assert mail_to(new, "Kari")["events"][0]["related_to"] == old.meeting.uid


def test_point_25_what_a_new_rule_does_not_make_is_let_go_and_told(unit):
    key = a_meeting(unit, **WEEKLY)
    occurrences.cancel(key, SECOND, "", unit)

    lost = change(key, unit, rrule="FREQ=WEEKLY;INTERVAL=2;COUNT=5")

    assert lost == [SECOND]
    assert meetings.profile(key, UNIT).overrides == ()


def test_point_27_who_is_asked_to_one_occurrence_gets_that_alone(unit):
    key = a_meeting(unit, **WEEKLY)
    send(key, unit)
    guest_lists.add(key, "senter", "optional", unit, only=SECOND)

    assert send(key, unit) == [("Krisesenteret", "invited", "2026-12-16T10:00")]
    (event,) = mail_to(key, "Krisesenteret")["events"]
    assert (event["recurrence_id"], event["rrule"]) == ("2026-12-16T10:00", "")
    occurrences.cancel(key, THIRD, "", unit)
    assert ("Krisesenteret", "occurrence_cancelled", "2026-12-23T10:00") not in preview(
        key
    )


def test_point_31_the_list_of_those_who_come_is_shown_only_where_it_was_opened(unit):
    closed, opened = a_meeting(unit), a_meeting(unit, shows_attendees="true")
    send(closed, unit)
    send(opened, unit)

    assert mail_to(closed, "Kari")["attendees"] == []
    names = [name for name, _address, _part in mail_to(opened, "Kari")["attendees"]]
    assert names == ASKED


def test_a_protected_meeting_tells_nothing_but_when(unit):
    key = a_meeting(unit, audience="unit", shows_attendees="true", network="forum")
    send(key, unit)
    change(
        key,
        unit,
        audience="unit",
        shows_attendees="true",
        network="forum",
        title="Noe annet",
        location="Et annet sted, Oslo",
        starts="2026-12-09T09:00",
    )
    send(key, unit)

    said = repr(mails(key))

    for canary in ("Barn i Trondheim", "Storgata", "video.example", "Melding", "Noe"):
        assert canary not in said
    assert "Samarbeidsgruppen" not in said
    assert "2026-12-09T09:00" in said


def test_what_was_open_and_is_protected_now_is_not_told_once_more(unit):
    key = a_meeting(unit)
    send(key, unit)
    change(key, unit, audience="unit")
    send(key, unit)

    told = mail_to(key, "Kari")

    assert "Barn i Trondheim" not in repr(told)


def test_point_36_the_mail_and_what_is_kept_of_it_are_one_transaction(unit, app):
    key = a_meeting(unit)
    send(key, unit)

    kept = {
        row.invitation: row.message
        for row in db.session.execute(select_to_write(Sent.invitation, Sent.message))
    }
    written = {
        row.key: row.told["invitation"]
        for row in db.session.execute(select_to_write(Message.key, Message.told))
        if row.told and row.told.get("meeting") == key
    }
    db.session.rollback()
    assert {message: invitation for invitation, message in kept.items()} == written


def test_refresh_sends_the_meeting_as_it_is_to_the_one_who_asked(unit):
    key = a_meeting(unit)
    send(key, unit)
    ola = guest(key, "Ola").invitation
    replies.answer(ola, "accepted")

    assert invitations.resend(ola, "invitee")

    told = mail_to(key, "Ola")
    assert (told["what"], told["method"], told["answer"]) == (
        "refreshed",
        "REQUEST",
        "accepted",
    )
    assert len(mails(key)) == len(ASKED) + 1
    guest_lists.remove(key, ola, unit)
    send(key, unit)
    assert not invitations.resend(ola, "invitee")


def test_only_the_unit_sends(unit):
    key = a_meeting(unit)

    with pytest.raises(NotAllowed):
        invitations.send(key, there.agency())


def test_taking_an_item_off_the_agenda_takes_off_who_came_for_it(unit):
    key = a_meeting(unit)
    other = ItemWanted("Hus", organisations=("senter",))
    item = agendas.add(key, other, unit)
    send(key, unit)
    agendas.put_off(item, unit)

    assert ("Krisesenteret", "uninvited", "") in preview(key)
    assert [one.title for one in agendas.backlog(UNIT)] == ["Hus"]
