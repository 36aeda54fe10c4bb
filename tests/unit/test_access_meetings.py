"""Who sees which meetings, agendas, guests and answers: the gate, table by table."""

import pytest

from coordinator import accounts
from coordinator.access import (
    OPERATOR,
    PUBLIC,
    READER,
    UNIT,
    agency,
    select_to_write,
)
from models import User, db
from tests.exchanging import bring_all
from tests.factories import (
    a_feed,
    a_kept_meeting,
    a_received,
    a_sent,
    an_answer,
    an_attendance,
    an_invitation,
    an_item,
    an_occurrence,
    asked,
    keep,
)
from tests.unit.test_access import AGENCIES, seen

VIEWERS = {
    "public": PUBLIC,
    "reader": READER,
    "operator": OPERATOR,
    "asked": agency("etat"),
    "below": agency("etat-under"),
    "other": agency("annen"),
    "unit": UNIT,
}
MEETINGS = ("apent", "lukket", "skjult")


@pytest.fixture
def _meetings(app):
    """Three meetings: one with an open list, one without, one for those asked alone.

    To each are asked a post of a protected agency, and another agency; to the hidden
    one only the first.
    """
    bring_all(AGENCIES)
    accounts.create("kari@example.no", "unit")
    user = db.session.scalars(select_to_write(User.key)).one()
    asked = [
        an_invitation(holder, meeting)
        for meeting, holders in zip(
            MEETINGS, [("etat-post", "annen")] * 2 + [("etat-post",)], strict=True
        )
        for holder in holders
    ]
    keep(
        [
            a_kept_meeting("apent", shows_attendees=True),
            a_kept_meeting("lukket"),
            a_kept_meeting("skjult", audience="unit"),
        ],
        [
            *asked,
            *(an_item(f"sak-{meeting}", meeting) for meeting in MEETINGS),
            *(an_occurrence(meeting) for meeting in MEETINGS),
            *(an_attendance(one.holder, one.meeting) for one in asked),
            an_item("venter", None),
            an_invitation(None, "apent", key="stand-in"),
            a_received("apent"),
            a_feed(user),
        ],
        [*(an_answer(one.key) for one in asked), a_sent(asked[0].key)],
    )


OPEN = {"apent", "lukket"}
ALL = {*OPEN, "skjult"}
EXPECTED = {
    "meeting": {
        "public": set(),
        "reader": OPEN,
        "operator": OPEN,
        "asked": ALL,
        "below": ALL,
        "other": OPEN,
        "unit": ALL,
    },
    "agenda_item": {
        "public": set(),
        "reader": {"sak-apent", "sak-lukket"},
        "asked": {"sak-apent", "sak-lukket", "sak-skjult"},
        "other": {"sak-apent", "sak-lukket"},
        "unit": {"sak-apent", "sak-lukket", "sak-skjult", "venter"},
    },
    "invitation": {
        "public": set(),
        "reader": {asked("annen", "apent")},
        "operator": {asked("annen", "apent")},
        "asked": {
            asked("annen", "apent"),
            asked("etat-post", "apent"),
            asked("etat-post", "lukket"),
            asked("etat-post", "skjult"),
        },
        "below": {
            asked("annen", "apent"),
            asked("etat-post", "apent"),
            asked("etat-post", "lukket"),
            asked("etat-post", "skjult"),
        },
        "other": {asked("annen", "apent"), asked("annen", "lukket")},
        "unit": {
            asked("annen", "apent"),
            asked("annen", "lukket"),
            asked("etat-post", "apent"),
            asked("etat-post", "lukket"),
            asked("etat-post", "skjult"),
            "stand-in",
        },
    },
    "attendance": {
        "public": set(),
        "reader": {"apent|annen", "lukket|annen"},
        "operator": {"apent|annen", "lukket|annen"},
        "other": {"apent|annen", "lukket|annen"},
        "asked": {
            "apent|annen",
            "lukket|annen",
            "apent|etat-post",
            "lukket|etat-post",
            "skjult|etat-post",
        },
        "unit": {
            "apent|annen",
            "lukket|annen",
            "apent|etat-post",
            "lukket|etat-post",
            "skjult|etat-post",
        },
    },
}


@pytest.mark.usefixtures("_meetings")
def test_each_sees_of_meetings_what_is_for_her():
    for table, by_viewer in EXPECTED.items():
        for viewer, expected in by_viewer.items():
            found = {key for (key,) in seen(table, VIEWERS[viewer])}
            assert found == expected, (table, viewer)


@pytest.mark.usefixtures("_meetings")
def test_occurrences_go_with_their_meeting_and_answers_with_their_invitation():
    for viewer in VIEWERS.values():
        meetings, asked, times, answers = (
            {key.partition("|")[0] for (key,) in seen(table, viewer)}
            for table in ("meeting", "invitation", "occurrence", "occurrence_answer")
        )
        assert times == meetings
        assert answers == asked - {"stand-in"}


@pytest.mark.usefixtures("_meetings")
def test_addresses_are_for_the_unit_and_feeds_for_nobody():
    for table in ("sent", "received"):
        for name, viewer in VIEWERS.items():
            assert len(seen(table, viewer)) == (name == "unit"), (table, name)
    assert [seen("feed", viewer) for viewer in VIEWERS.values()] == [set()] * 7


@pytest.mark.usefixtures("_meetings")
def test_who_was_taken_off_the_list_of_a_hidden_meeting_sees_it_no_more():
    keep([an_invitation("annen", "skjult", is_removed=True)])

    for table in ("meeting", "agenda_item", "occurrence"):
        names = {key for (key,) in seen(table, VIEWERS["other"])}
        assert not [one for one in names if "skjult" in one], table
    assert (asked("annen", "skjult"),) not in seen("invitation", VIEWERS["other"])
