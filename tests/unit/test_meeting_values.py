"""What people write of a meeting: read as one, and all that is wrong told at once."""

from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordinator import catalogue, meeting_values
from coordinator.access import UNIT
from coordinator.editing import Invalid
from models import db
from tests.meetings import CELLS, ITEM, bring_network


@pytest.fixture
def read(app):
    bring_network()
    known = catalogue.current(UNIT)

    def of(**changed):
        try:
            return meeting_values.read_meeting(CELLS | changed, known)
        finally:
            db.session.rollback()

    return of


def refused(read, **changed):
    with pytest.raises(Invalid) as problem:
        read(**changed)
    return [(one.column, one.code) for one in problem.value.findings]


def test_what_is_right_is_read_as_it_was_meant(read):
    found = read(
        network="forum",
        rrule="FREQ=WEEKLY;COUNT=3",
        shows_attendees="true",
        answer_by="2026-12-02",
        agenda=[ITEM | {"organisations": "bv|politi", "owner": "leder"}],
    )

    assert (found.starts, found.ends) == (
        datetime(2026, 12, 9, 10),
        datetime(2026, 12, 9, 11, 30),
    )
    assert (found.timezone, found.network, found.audience) == (
        "Europe/Oslo",
        "forum",
        "network",
    )
    assert found.rule.text() == "FREQ=WEEKLY;COUNT=3"
    assert (found.shows_attendees, found.answer_by) == (True, date(2026, 12, 2))
    (item,) = found.agenda
    assert (item.minutes, item.organisations, item.owner) == (
        20,
        ("bv", "politi"),
        "leder",
    )


def test_a_meeting_of_nothing_says_all_that_it_lacks(read):
    assert refused(read, title="", starts="", ends="", agenda=[{}]) == [
        ("title", "required"),
        ("starts", "required"),
        ("ends", "required"),
        ("agenda.0.title", "required"),
    ]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"title": "a\r\nATTENDEE:x"}, ("title", "control_characters")),
        ({"title": "a\x00b"}, ("title", "control_characters")),
        ({"location": "a\u2028b"}, ("location", "control_characters")),
        ({"title": "x" * 10_000}, ("title", "too_long")),
        ({"location": "x" * 10_000}, ("location", "too_long")),
        ({"link": "javascript:alert(1)"}, ("link", "bad_web")),
        ({"link": "https://"}, ("link", "bad_web")),
        ({"starts": "2026-12-09T12:00"}, ("ends", "ends_before_start")),
        ({"ends": "2027-12-09T12:00"}, ("ends", "lasts_too_long")),
        ({"starts": "9. desember"}, ("starts", "bad_local_time")),
        ({"starts": "2026-12-09"}, ("starts", "bad_local_time")),
        ({"starts": "2026-12-09T10:00Z"}, ("starts", "bad_local_time")),
        ({"starts": "0001-01-01T10:00"}, ("starts", "bad_date")),
        ({"timezone": "Mars/Base"}, ("timezone", "unknown_timezone")),
        ({"timezone": "../etc"}, ("timezone", "unknown_timezone")),
        ({"network": "ingen"}, ("network", "unknown_network")),
        ({"audience": "public"}, ("audience", "bad_choice")),
        ({"shows_attendees": "kanskje"}, ("shows_attendees", "bad_boolean")),
        ({"answer_by": "snart"}, ("answer_by", "bad_date")),
        ({"agenda": [ITEM | {"steps": ["nope"]}]}, ("agenda.0.steps", "unknown_step")),
        ({"agenda": [ITEM | {"place": "9999"}]}, ("agenda.0.place", "unknown_place")),
        ({"agenda": [ITEM | {"track": "old"}]}, ("agenda.0.track", "unknown_track")),
        ({"agenda": [ITEM | {"owner": "x"}]}, ("agenda.0.owner", "unknown_owner")),
        (
            {"agenda": [ITEM, ITEM | {"organisations": ["x"]}]},
            ("agenda.1.organisations", "unknown_organisation"),
        ),
        ({"agenda": [ITEM | {"minutes": "0"}]}, ("agenda.0.minutes", "bad_minutes")),
        ({"agenda": [ITEM | {"minutes": "²"}]}, ("agenda.0.minutes", "bad_minutes")),
        ({"agenda": [ITEM] * 61}, ("agenda", "too_many")),
        ({"agenda": [ITEM | {"steps": ["a\x00"]}]}, ("agenda.0.steps", "bad_key")),
    ],
)
def test_what_is_wrong_is_told_by_field_and_reason(read, changed, found):
    assert refused(read, **changed) == [found]


def test_point_17_a_time_that_the_clock_skips_or_has_twice_is_refused(read):
    spring, autumn = "2027-03-28T02:30", "2026-10-25T02:30"

    assert refused(read, starts=spring, ends="2027-03-28T04:00") == [
        ("starts", "no_such_time")
    ]
    assert refused(read, starts=autumn, ends="2026-10-25T04:00") == [
        ("starts", "time_comes_twice")
    ]
    assert read(starts=autumn, ends="2026-10-25T04:00", timezone="Asia/Tokyo")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY;COUNT=3",
        "FREQ=MINUTELY;COUNT=3",
        "FREQ=DAILY;INTERVAL=0;COUNT=3",
        "FREQ=DAILY;COUNT=501",
        "FREQ=DAILY",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20991231",
        "FREQ=WEEKLY;COUNT=3;BYHOUR=1,2,3",
        "FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2;COUNT=5",
        "FREQ=WEEKLY;BYDAY=MO;COUNT=3",
        "nonsense",
        "FREQ=DAILY;COUNT=3;X=1",
    ],
)
def test_rules_that_never_end_or_go_off_are_refused(read, rule):
    ((column, code),) = refused(read, rrule=rule)

    assert column == "rrule"
    assert code.startswith("rule_")


NASTY = st.text(max_size=40) | st.sampled_from(["\x00", "\r\n", "'", '"', "|", "%s"])


@given(
    cells=st.fixed_dictionaries(
        {},
        optional={
            name: NASTY | st.none() | st.integers() | st.booleans()
            for name in (
                *CELLS,
                "rrule",
                "timezone",
                "network",
                "answer_by",
                "audience",
            )
            if name != "agenda"
        }
        | {
            "agenda": st.lists(
                st.dictionaries(
                    st.sampled_from(
                        ["title", "minutes", "steps", "place", "track", "owner"]
                    ),
                    NASTY | st.lists(NASTY, max_size=3),
                ),
                max_size=3,
            )
        },
    )
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_that_is_sent_goes_unread_or_unrefused(read, cells):
    try:
        found = read(**cells)
    except Invalid as problem:
        told = bool(problem.findings)
    else:
        told = bool(found.title) and found.ends > found.starts
    assert told
