import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from coordinator import recurrence, zones
from coordinator.calendar_objects import (
    AttendeeView,
    EventView,
    FeedHead,
    calendar,
    event_bytes,
    head_bytes,
    joined,
    zone_bytes,
    zone_span,
)
from coordinator.content_lines import clean
from tests.calendar_readers import moment, read_with_ical_js
from tests.unit.meetings_in_calendars import (
    CHAIR,
    FEED,
    HOUR,
    KARI,
    MEETING,
    MESSAGES,
    MONDAY,
    MOVED,
    NOW,
    OLA,
    ROOM,
    SERIES,
    WEEK,
)  # fmt: skip

CHANGING = ("Europe/Oslo", "America/New_York", "Australia/Sydney")
TIMED = ("REQUEST", "CANCEL", "PUBLISH", "REPLY", "COUNTER")
NASTY = (
    "\r\nATTENDEE:mailto:x@example.org", "\nX-A:1", "\rX-A:1", "a\r\n b", ";X=1", ":x",
    '"', '";X="', "\\n", "\\", "\\,", "^n^'", "\x00", "\x0b\x0c", "\x85X-A:1",
    "\u2028X-A:1", "\u2029", "\ud800", "END:VEVENT\nBEGIN:VEVENT", "日本語" * 40,
    "👩‍👩‍👧" * 30, "שלום " * 30, "å" * 75, "", " ", "\t",
)  # fmt: skip
texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=40), max_size=4).map("".join)


def message(name):
    method, views = MESSAGES[name]
    return calendar(views, method=method)


def event(raw):
    (found,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert not found.errors
    return found


def lines(raw):
    return raw.decode().replace("\r\n ", "").split("\r\n")


def names(raw):
    """Return the names of the properties, in order."""
    return [re.split("[:;]", line, maxsplit=1)[0] for line in lines(raw)]


def test_point_01_a_request_has_all_that_it_must_have():
    raw = message("invitation")

    must = {"METHOD", "VERSION", "PRODID", "UID", "DTSTAMP", "DTSTART", "DTEND",
            "SUMMARY", "ORGANIZER", "ATTENDEE", "SEQUENCE", "STATUS"}  # fmt: skip
    assert must <= set(names(raw))
    assert "VERSION:2.0" in lines(raw)


def hours_around_changes(zone):
    """Return the wall time of each hour of the days around a change in two years."""
    there = ZoneInfo(zone)
    at = datetime(2027, 1, 3, tzinfo=UTC)
    while at.year < 2029:
        near = (at - timedelta(days=1), at + timedelta(days=1))
        if len({other.astimezone(there).utcoffset() for other in near}) > 1:
            yield at.astimezone(there).replace(tzinfo=None, fold=0)
        at += HOUR


def test_point_03_all_readers_see_the_same_hours_around_each_change_of_clocks():
    bare = replace(MEETING, description="", location="", link="", alarms=())
    asked = [
        (method, [
            replace(bare, starts=wall, ends=wall + HOUR, timezone=zone)
            for wall in hours_around_changes(zone)
        ])
        for zone in CHANGING
        for method in TIMED
    ]  # fmt: skip
    calendars = [calendar(views, method=method) for method, views in asked]

    for (_, views), raw, by_ical_js in zip(
        asked, calendars, read_with_ical_js(calendars), strict=True
    ):
        by_icalendar = icalendar.Calendar.from_ical(raw).walk("VEVENT")
        assert len(views) == len(by_icalendar) > 90
        for view, python, javascript in zip(
            views, by_icalendar, by_ical_js, strict=True
        ):
            ends = (view.starts, view.ends)
            read = [zones.instant(wall, view.timezone) for wall in ends]
            ours = [at for at, _ in read]
            theirs = [python.start, python.end]
            assert [at.astimezone(UTC) for at in theirs] == ours
            # Of an hour that clocks show twice ical.js takes the second one.
            if all(certainty != "fold" for _, certainty in read):
                theirs = [javascript["starts"], javascript["ends"]]
                assert [moment(at) for at in theirs] == ours


@pytest.mark.parametrize("zone", CHANGING)
def test_point_03_every_hour_of_two_years_is_read_alike(zone):
    there, first = ZoneInfo(zone), datetime(2026, 11, 1, tzinfo=UTC)
    bare = replace(
        MEETING,
        description="",
        location="",
        link="",
        url="",
        alarms=(),
        attendees=(OLA,),
    )
    # Each second hour with its end: every hour is the start or the end of one.
    views, moments = [], []
    for hours in range(0, 2 * 366 * 24, 2):
        at = first + hours * HOUR
        wall, end = (
            one.astimezone(there).replace(tzinfo=None, fold=0)
            for one in (at, at + HOUR)
        )
        if end > wall:
            views.append(replace(bare, starts=wall, ends=end, timezone=zone))
            moments.append([at, at + HOUR])
    raw = calendar(views, method="REQUEST")

    by_icalendar = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    (by_ical_js,) = read_with_ical_js([raw])

    assert len(views) == len(by_icalendar) == len(by_ical_js) > 8700
    of_python, of_javascript = [], []
    for view, ours, python, javascript in zip(
        views, moments, by_icalendar, by_ical_js, strict=True
    ):
        if {zones.instant(one, zone)[1] for one in (view.starts, view.ends)} != {
            "exact"
        }:
            continue  # shown twice by clocks that night; see the test above
        if [python.start, python.end] != ours:
            of_python.append(view.starts)
        if [moment(javascript["starts"]), moment(javascript["ends"])] != ours:
            of_javascript.append(view.starts)
    assert (of_python, of_javascript) == ([], [])


def test_point_04_the_uid_is_the_same_in_every_message_and_feed():
    uids = {
        line for name in MESSAGES for line in lines(message(name)) if "5f0c" in line
    }

    assert uids == {"UID:5f0c@example.org"}


def test_point_05_sequence_is_the_meetings_own():
    assert event(message("invitation"))["SEQUENCE"] == 2
    assert event(message("cancellation"))["SEQUENCE"] == 2
    assert event(message("answer"))["SEQUENCE"] == 2


def test_point_06_dtstamp_is_the_moment_given_in_utc():
    oslo = NOW.astimezone(ZoneInfo("Europe/Oslo"))

    assert "DTSTAMP:20261201T120000Z" in lines(
        calendar([replace(MEETING, stamp=oslo)], method="REQUEST")
    )
    with pytest.raises(ValueError, match="zone"):
        event_bytes(replace(MEETING, stamp=NOW.replace(tzinfo=None)))


def test_point_07_who_has_not_answered_is_asked_to():
    asked = event(calendar([MEETING], method="REQUEST"))["ATTENDEE"]

    assert asked.params["PARTSTAT"] == "NEEDS-ACTION"
    assert asked.params["RSVP"] == "TRUE"


def test_point_08_each_has_the_role_of_their_part_and_a_room_is_a_room():
    informed = AttendeeView("i@example.org", role="informed")
    people = (CHAIR, KARI, OLA, ROOM, informed)

    found = event(calendar([replace(MEETING, attendees=people)], method="REQUEST"))

    said = [(a.params["ROLE"], a.params["CUTYPE"]) for a in found["ATTENDEE"]]
    assert said == [
        ("CHAIR", "INDIVIDUAL"),
        ("REQ-PARTICIPANT", "INDIVIDUAL"),
        ("OPT-PARTICIPANT", "INDIVIDUAL"),
        ("REQ-PARTICIPANT", "ROOM"),
        ("NON-PARTICIPANT", "INDIVIDUAL"),
    ]


def with_texts(one, two, three):
    people = (replace(KARI, name=one), replace(OLA, name=two))
    return replace(
        SERIES, uid=f"1{two}@example.org"[:60], summary=one, description=two * 9,
        location=three, organizer_name=three, attendees=people, comment=one,
        related_to=f"2{three}",
    )  # fmt: skip


@given(texts, texts, texts)
def test_point_09_no_line_is_over_75_octets_and_no_character_is_split(a, b, c):
    head = FeedHead(name=a, url="", description=f"{b}{c}")

    raw = calendar([with_texts(a, b, c)], method="REQUEST", feed=head)

    assert raw.endswith(b"END:VCALENDAR\r\n")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode()


@given(texts, texts, texts)
def test_point_11_no_text_becomes_a_property(a, b, c):
    plain = calendar([with_texts("a", "b", "c")], method="REQUEST")

    raw = calendar([with_texts(a, b, c)], method="REQUEST")

    (found,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    wanted = sorted(name for name, _ in event(plain).property_items(recursive=False))
    may_lack = {"DESCRIPTION": b, "LOCATION": c, "COMMENT": a}
    lacking = {name for name, text in may_lack.items() if not text}
    assert sorted(name for name, _ in found.property_items(recursive=False)) == [
        name for name in wanted if name not in lacking
    ]
    assert not found.errors


@given(texts, texts, texts)
def test_point_10_what_is_written_is_read_back(a, b, c):
    raw = calendar([with_texts(a, b, c)], method="REQUEST")

    found = event(raw)
    assert str(found["SUMMARY"]) == clean(a)
    assert str(found.get("DESCRIPTION", "")) == clean(b * 9)
    assert str(found.get("LOCATION", "")) == clean(c)


def test_point_10_ical_js_reads_texts_back_too():
    long = "Første; andre, tredje\\fjerde\n" * 170
    raws = [calendar([with_texts(text, text, text)], method="REQUEST")
            for text in (*NASTY, long)]  # fmt: skip
    plain = calendar([with_texts("a", "b", "c")], method="REQUEST")

    (expected,) = read_with_ical_js([plain], properties=True)
    empty = (["vevent", "description"], ["vevent", "location"], ["vevent", "comment"])
    without = [name for name in expected if name not in empty]
    for text, found in zip(
        (*NASTY, long), read_with_ical_js(raws, properties=True), strict=True
    ):
        assert found == (expected if text else without), text


@given(texts)
def test_point_12_a_name_holds_no_quote_and_no_control_character(name):
    raw = calendar(
        [replace(MEETING, attendees=(replace(KARI, name=name),))], method="REQUEST"
    )

    said = event(raw)["ATTENDEE"].params.get("CN", "")
    assert not re.search(r'["^\\\x00-\x1f\x7f-\x9f\u2028\u2029]', said)
    assert (said == "") == (clean(name).replace("^", "").strip() == "")


def test_point_12_a_name_is_otherwise_what_it_was():
    raw = calendar(
        [replace(MEETING, organizer_name='Åse "Bo" Ek; leder: A, B')], method="REQUEST"
    )

    assert event(raw)["ORGANIZER"].params["CN"] == "Åse 'Bo' Ek; leder: A, B"


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@x;X=1", "a@x\r\nX-A:1", "a b@x.no", 'a"@x.no', "a@x.no,b@x.no",
     "<a@x.no>", "mailto:a@x.no", "a@x.no\u2028", "a@" + "x" * 400],
)  # fmt: skip
def test_point_11_what_is_no_address_of_one_person_is_refused(address):
    for view in (
        replace(MEETING, attendees=(replace(KARI, address=address),)),
        replace(MEETING, organizer=address or "x"),
        replace(MEETING, attendees=(replace(KARI, delegated_to=address or "x"),)),
    ):
        with pytest.raises(ValueError, match="address"):
            event_bytes(view, "REQUEST")


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "https://x\r\nX-A:1", "https://x y",
     'https://x"', "example.org", "https://x\u2028", "https://",
     "https://" + "x" * 2000],
)  # fmt: skip
def test_point_11_what_is_no_link_is_refused(link):
    with pytest.raises(ValueError, match="web"):
        event_bytes(replace(MEETING, link=link), "REQUEST")


@pytest.mark.parametrize("zone", ["US/Eastern", "Oslo", "", "Europe/Oslo:1"])
def test_point_14_what_is_no_zone_is_refused(zone):
    with pytest.raises(ValueError, match="zone"):
        event_bytes(replace(MEETING, timezone=zone), "REQUEST")


@pytest.mark.parametrize("answer", ["ACCEPTED;X=1", "a\r\nb", ""])
def test_point_11_what_is_no_answer_is_refused(answer):
    with pytest.raises(ValueError, match="word"):
        event_bytes(
            replace(MEETING, attendees=(replace(KARI, answer=answer),)), "REPLY"
        )


def test_a_delegate_is_told_who_asked_them():
    away = replace(KARI, answer="delegated", delegated_to="vara@example.org")
    deputy = AttendeeView("vara@example.org", delegated_from=KARI.address)

    found = event(
        calendar([replace(MEETING, attendees=(away, deputy))], method="REQUEST")
    )

    first, second = found["ATTENDEE"]
    assert first.params["DELEGATED-TO"] == "mailto:vara@example.org"
    assert second.params["DELEGATED-FROM"] == "mailto:kari@example.org"


@pytest.mark.parametrize("method", ["PUBLISH", None])
def test_point_13_what_is_published_names_nobody_who_is_asked(method):
    everyone = (CHAIR, KARI, OLA)

    raw = calendar([replace(SERIES, attendees=everyone)], method=method, feed=FEED)

    assert "ATTENDEE" not in names(raw)
    assert b"kari" not in raw


@pytest.mark.parametrize("name", MESSAGES)
def test_point_14_zones_that_are_used_are_there_and_no_others(name):
    raw = message(name)

    used = set(re.findall(rb"(?<!\\);TZID=([^:;]+)", raw.replace(b"\r\n ", b"")))
    there = set(re.findall(rb"\r\nTZID:([^\r]+)", raw))
    assert used == there


def test_point_14_two_zones_are_both_there_once():
    other = replace(MEETING, timezone="America/New_York")

    raw = calendar([MEETING, other, SERIES], method=None)

    assert raw.count(b"BEGIN:VTIMEZONE") == 2


def test_a_meeting_in_utc_needs_no_zone():
    raw = calendar([replace(SERIES, timezone="UTC")], method="REQUEST")

    assert b"TZID" not in raw
    assert "DTSTART:20270104T090000Z" in lines(raw)


def test_point_17_a_time_that_clocks_skip_is_written_as_it_is_held():
    night = datetime(2027, 3, 28, 2, 30)
    raw = calendar(
        [replace(MEETING, starts=night, ends=night + HOUR)], method="REQUEST"
    )

    ((read,),) = read_with_ical_js([raw])

    held = zones.instant(night, "Europe/Oslo")[0]
    assert moment(read["starts"]) == event(raw).start == held
    assert moment(read["ends"]) == event(raw).end == held + HOUR


def test_point_17_an_end_that_clocks_skip_is_written_as_it_is_held():
    night = datetime(2027, 3, 28, 1, 30)
    raw = calendar(
        [replace(MEETING, starts=night, ends=night + HOUR)], method="REQUEST"
    )

    ((read,),) = read_with_ical_js([raw])

    assert moment(read["ends"]) - moment(read["starts"]) == HOUR


def test_point_18_there_are_no_all_day_meetings():
    # A meeting is held at a time; so no VALUE=DATE is ever written.
    for name in MESSAGES:
        assert b"VALUE=DATE:" not in message(name)


def test_point_19_what_is_kept_is_the_local_hour():
    raw = message("invitation to a series")

    assert "DTSTART;TZID=Europe/Oslo:20270104T090000" in lines(raw)
    assert event(raw).start.astimezone(UTC) == datetime(2027, 1, 4, 8, tzinfo=UTC)


def test_point_16_readers_keep_nine_o_clock_over_the_changes_of_clocks():
    raw = message("invitation to a series")

    (read,) = read_with_ical_js([raw])

    ours = [
        occurrence.starts_at
        for occurrence in recurrence.occurrences(SERIES.series)
        if occurrence.original not in SERIES.exdates
    ]
    assert [moment(found["starts"]) for found in read] == ours
    assert len({at.hour for at in ours}) == 2


def test_point_21_until_is_in_utc_and_there_is_no_count_beside_it():
    (rule,) = [line for line in lines(message("invitation to a series"))
               if line.startswith("RRULE:FREQ=WEEKLY")]  # fmt: skip

    assert rule == "RRULE:FREQ=WEEKLY;UNTIL=20271227T080000Z"


def test_point_22_a_moved_occurrence_is_sent_alone_with_its_original_start():
    raw = message("moved occurrence")

    assert raw.count(b"BEGIN:VEVENT") == 1
    assert "RECURRENCE-ID;TZID=Europe/Oslo:20270111T090000" in lines(raw)
    assert "DTSTART;TZID=Europe/Oslo:20270111T140000" in lines(raw)
    assert "FREQ=WEEKLY" not in raw.decode()


def test_point_22_a_feed_has_the_series_and_what_was_moved():
    raw = calendar([SERIES, MOVED], method=None, feed=FEED)

    (by_ical_js,) = read_with_ical_js([raw])
    python = recurring_ical_events.of(icalendar.Calendar.from_ical(raw))

    starts = {moment(found["starts"]) for found in by_ical_js}
    assert starts == {found.start for found in python.between("20270101", "20280101")}
    assert zones.instant(MOVED.starts, "Europe/Oslo")[0] in starts
    assert zones.instant(MONDAY + WEEK, "Europe/Oslo")[0] not in starts


def test_point_23_one_cancelled_occurrence_leaves_the_others():
    one = lines(message("cancelled occurrence"))
    (read,) = read_with_ical_js([message("invitation to a series")])

    assert "STATUS:CANCELLED" in one
    assert "RECURRENCE-ID;TZID=Europe/Oslo:20270111T090000" in one
    starts = [moment(found["starts"]) for found in read]
    cancelled = zones.instant(MONDAY + 2 * WEEK, "Europe/Oslo")[0]
    assert cancelled not in starts
    assert len(starts) == len(SERIES.series.originals) - 1


def test_point_24_what_goes_on_names_the_series_that_it_was():
    raw = message("series that goes on")

    assert "RELATED-TO;RELTYPE=SIBLING:4e@example.org" in lines(raw)


@pytest.mark.parametrize("name", MESSAGES)
def test_point_29_a_message_says_its_method(name):
    method, _ = MESSAGES[name]

    assert lines(message(name)).count(f"METHOD:{method}") == 1


def test_point_39_a_cancellation_says_what_it_cancels():
    raw = message("cancellation")

    must = {"UID", "SEQUENCE", "ORGANIZER", "ATTENDEE", "DTSTAMP", "DTSTART"}
    assert must <= set(names(raw))
    assert "STATUS:CANCELLED" in lines(raw)
    assert "BEGIN:VALARM" not in lines(raw)


def test_point_40_who_is_no_longer_asked_learns_no_status():
    raw = message("no longer asked")

    assert "METHOD:CANCEL" in lines(raw)
    assert "STATUS" not in names(raw)


def test_another_time_is_refused_without_telling_anything():
    said = set(names(message("another time refused")))

    assert not said & {"ATTENDEE", "DTSTART", "SUMMARY", "DESCRIPTION", "SEQUENCE"}


def test_point_57_the_same_meetings_are_the_same_bytes():
    views = [SERIES, MOVED]

    kept = [event_bytes(view) for view in views]
    spans = [zone_span(view) for view in views]
    again = joined(head_bytes(None, FEED), zone_bytes(spans), kept)

    assert calendar(views, method=None, feed=FEED) == again


def test_point_61_a_feed_says_how_often_it_is_to_be_read():
    said = lines(calendar([], method=None, feed=FEED))

    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in said
    assert "X-PUBLISHED-TTL:PT1H" in said
    assert "NAME:Møter i Oslo" in said
    assert "X-WR-CALNAME:Møter i Oslo" in said


def test_point_62_an_empty_feed_is_a_calendar():
    raw = calendar([], method=None, feed=FEED)

    assert icalendar.Calendar.from_ical(raw).walk("VEVENT") == []
    assert read_with_ical_js([raw]) == [[]]


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_is_read_by_ical_js_and_icalendar(name):
    raw = message(name)

    read = icalendar.Calendar.from_ical(raw)
    assert [part.errors for part in read.walk()] == [[] for _ in read.walk()]
    (found,) = read_with_ical_js([raw], properties=True)
    assert isinstance(found, list)


def test_a_uid_is_at_most_255_octets():
    with pytest.raises(ValueError, match="UID"):
        event_bytes(replace(MEETING, uid="å" * 200))


def test_an_event_of_another_day_has_the_zone_of_that_day():
    old = EventView("u", NOW, datetime(1995, 7, 1, 9), datetime(1995, 7, 1, 10),
                    "Europe/Oslo", "Da")  # fmt: skip

    ((read,),) = read_with_ical_js([calendar([old], method=None)])

    assert moment(read["starts"]) == datetime(1995, 7, 1, 7, tzinfo=UTC)
    assert zone_span(old)[1] == date(1995, 7, 1).year
