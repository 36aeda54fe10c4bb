from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coordinator import incoming
from coordinator.calendar_objects import calendar
from coordinator.incoming import Attendee, Malformed, parse
from tests.unit.meetings_in_calendars import MESSAGES, MOVED, SERIES

KARI = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:kari@example.org"
NINE_IN_OSLO = datetime(2027, 1, 11, 8, tzinfo=UTC)


def reply(*lines, method="METHOD:REPLY"):
    said = ["BEGIN:VCALENDAR", "VERSION:2.0", method, *component(*lines)]
    return "\r\n".join([*said, "END:VCALENDAR", ""]).encode()


def component(*lines):
    uid = [] if any(line.startswith("UID") for line in lines) else ["UID:1@example.org"]
    return ["BEGIN:VEVENT", *uid, *lines, "END:VEVENT"]


def only(raw):
    (found,) = parse(raw)
    return found


@pytest.mark.parametrize("name", MESSAGES)
def test_what_we_write_is_read_back(name):
    method, views = MESSAGES[name]

    for found, view in zip(parse(calendar(views, method=method)), views, strict=True):
        assert (found.method, found.uid) == (method, view.uid)
        assert found.dtstamp == view.stamp
        assert found.organizer == view.organizer
        assert found.comment == view.comment


def test_point_43_a_reply_without_organizer_is_read():
    found = only(reply(KARI, "SEQUENCE:3", "DTSTAMP:20261201T120000Z"))

    assert found.organizer is None
    assert found.attendees == (Attendee("kari@example.org", "accepted"),)
    assert (found.method, found.sequence) == ("REPLY", 3)
    assert found.dtstamp == datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "method", ["METHOD: reply ", "method:Reply", "METHOD;X-A=1:REPLY", "METHOD:REPLY\t"]
)
def test_point_53_a_method_is_read_however_it_is_written(method):
    assert only(reply(KARI, method=method)).method == "REPLY"


@pytest.mark.parametrize(
    "address",
    ["MAILTO:KARI@EXAMPLE.ORG", "mailto:kari%40example.org", "Mailto: kari@example.org",
     "mailto:Kari@Example.org?subject=x", "kari@example.org"],
)  # fmt: skip
def test_point_53_an_address_is_read_however_it_is_written(address):
    found = only(reply(f"ATTENDEE;PARTSTAT=Accepted:{address}"))

    assert found.attendees == (Attendee("kari@example.org", "accepted"),)


def test_point_53_without_a_sequence_it_is_the_first():
    assert only(reply(KARI)).sequence == 0
    assert only(reply(KARI, "SEQUENCE:much")).sequence == 0


@pytest.mark.parametrize(
    "original",
    ["RECURRENCE-ID;TZID=Europe/Oslo:20270111T090000",
     "RECURRENCE-ID;TZID=W. Europe Standard Time:20270111T090000",
     'RECURRENCE-ID;TZID="W. Europe Standard Time":20270111T090000',
     "RECURRENCE-ID;TZID=/example.org/20070129_1/Europe/Oslo:20270111T090000",
     "RECURRENCE-ID;VALUE=DATE-TIME;TZID=America/New_York:20270111T030000",
     "RECURRENCE-ID:20270111T080000Z"],
)  # fmt: skip
def test_point_53_an_occurrence_is_known_in_whatever_zone_it_is_named(original):
    assert only(reply(KARI, original)).recurrence_id == NINE_IN_OSLO


@pytest.mark.parametrize("zone", ["", ";TZID=Customized Time Zone", ";TZID=../../x"])
def test_point_53_a_zone_that_only_the_sender_knows_leaves_a_wall_time(zone):
    found = only(reply(KARI, f"RECURRENCE-ID{zone}:20270111T090000"))

    assert found.recurrence_id == datetime(2027, 1, 11, 9)


@pytest.mark.parametrize(
    "original",
    ["RECURRENCE-ID:soon", "RECURRENCE-ID:", "RECURRENCE-ID", "RECURRENCE-ID:2027",
     "RECURRENCE-ID;X=" + "a" * 9000 + ":20270111T080000Z",
     "RECURRENCE-ID;TZID=Europe/Oslo:00010101T000000"],
)  # fmt: skip
def test_an_answer_to_an_unreadable_occurrence_is_no_answer_to_all(original):
    with pytest.raises(Malformed):
        parse(reply(KARI, original))


def test_an_answer_to_an_occurrence_and_all_later_ones_says_so():
    original = "RECURRENCE-ID;RANGE=THISANDFUTURE:20270111T080000Z"

    assert only(reply(KARI, original)).is_of_all_later
    assert not only(reply(KARI)).is_of_all_later


def test_point_53_a_series_and_its_occurrences_are_each_read():
    second = component(KARI, "RECURRENCE-ID:20270111T080000Z")
    third = component("ATTENDEE;PARTSTAT=DECLINED:mailto:kari@example.org",
                      "RECURRENCE-ID:20270118T080000Z")  # fmt: skip
    raw = reply("UID:1@example.org", KARI, "END:VEVENT", *second, *third[:-1])

    found = parse(raw)

    assert [one.recurrence_id for one in found] == [
        None,
        NINE_IN_OSLO,
        datetime(2027, 1, 18, 8, tzinfo=UTC),
    ]
    assert found[2].attendees[0].partstat == "declined"


def test_point_49_delegation_is_read_both_ways():
    found = only(
        reply(
            'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="MAILTO:Vara@example.org"'
            ":mailto:kari@example.org",
            'ATTENDEE;DELEGATED-FROM="mailto:kari@example.org":mailto:vara@example.org',
        )
    )

    assert found.attendees == (
        Attendee("kari@example.org", "delegated", delegated_to="vara@example.org"),
        Attendee("vara@example.org", delegated_from="kari@example.org"),
    )


def test_a_secretary_is_named():
    sent_by = 'ATTENDEE;SENT-BY="mailto:sek@example.org":mailto:kari@example.org'

    assert only(reply(sent_by)).attendees[0].sent_by == "sek@example.org"


def test_a_comment_and_a_request_status_are_kept():
    found = only(
        reply(
            KARI, "COMMENT:Kommer\\, men sent\\nHilsen K", "REQUEST-STATUS:2.0;Success"
        )
    )

    assert found.comment == "Kommer, men sent\nHilsen K"
    assert found.request_status == ("2.0;Success",)


def test_point_50_another_time_is_read_in_utc():
    found = only(
        reply(
            KARI,
            "DTSTART;TZID=W. Europe Standard Time:20270111T090000",
            "DTEND;TZID=W. Europe Standard Time:20270111T103000",
            method="METHOD:COUNTER",
        )
    )

    assert (found.starts, found.ends) == (
        NINE_IN_OSLO,
        datetime(2027, 1, 11, 9, 30, tzinfo=UTC),
    )


def test_an_answer_does_without_the_times_that_it_repeats_wrongly():
    found = only(reply(KARI, "DTSTART:soon", "DTEND:later", "DURATION:x"))

    assert (found.starts, found.ends) == (None, None)
    assert found.attendees


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_point_54_other_encodings_are_read(encoding):
    raw = reply(KARI, "COMMENT:Blåbær").decode().encode(encoding)

    assert only(raw).comment == "Blåbær"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_point_54_other_line_ends_are_read(end):
    raw = reply(KARI, "COMMENT:Ja", "\t takk").decode().replace("\r\n", end).encode()

    assert only(raw).comment == "Ja takk"


def test_point_54_bytes_that_are_no_utf_8_are_read():
    assert only(reply(KARI, "COMMENT:Blåbær").decode().encode("latin-1")).comment == (
        "Blåbær"
    )


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"x" * 10_000_000, "too_large"),
        (reply(*[KARI] * 10_000), "too_many_attendees"),
        (reply(*component(KARI) * 500), "too_many_components"),
        (reply(*[""] * 400_000), "too_many_lines"),
        (reply(*["COMMENT:x"] * 40_000), "too_many_lines"),
        (b"PK\x03\x04" + bytes(500), "not_a_calendar"),
        (b"\x1f\x8b" + bytes(500), "not_a_calendar"),
        (b"", "not_a_calendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no_event"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 490, "no_event"),
        (reply("UID:", KARI), "no_uid"),
        (reply("DTSTAMP:now", KARI), "unreadable"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_point_54_what_is_no_reply_is_refused(raw, reason):
    with pytest.raises(Malformed) as refused:
        parse(raw)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "bomb",
    [
        ("RRULE:FREQ=SECONDLY", "DTSTART:20160101T000000Z"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "RDATE:" + "20270101T000000Z," * 50_000),
        ("ATTENDEE" + ";A=B" * 100_000 + ":mailto:x@example.org",),
        ("ATTENDEE;CN=" + '"a",' * 100_000 + ":mailto:x@example.org",),
        ("DESCRIPTION:" + "x" * 900_000,),
    ],
    ids=["rule", "dates", "parameters", "quotes", "text"],
)
def test_point_54_nothing_of_others_is_expanded(bomb):
    found = only(reply(KARI, *bomb))

    assert found.attendees == (Attendee("kari@example.org", "accepted"),)


def test_point_54_a_time_zone_of_others_is_not_learned():
    zone = ("END:VEVENT", "BEGIN:VTIMEZONE", "TZID:Europe/Oslo", "BEGIN:STANDARD",
            "DTSTART:19700101T000000", "TZOFFSETFROM:+0900", "TZOFFSETTO:+0900",
            "RRULE:FREQ=SECONDLY", "END:STANDARD", "END:VTIMEZONE")  # fmt: skip
    original = "RECURRENCE-ID;TZID=Europe/Oslo:20270111T090000"
    raw = reply("UID:1@example.org", KARI, *zone, *component(KARI, original)[:-1])

    assert parse(raw)[1].recurrence_id == NINE_IN_OSLO


def test_a_rule_that_comes_back_is_not_read():
    (series, moved) = parse(calendar([SERIES, MOVED], method="REQUEST"))

    assert series.recurrence_id is None
    assert moved.recurrence_id == NINE_IN_OSLO


lines_of_others = st.lists(
    st.builds(
        "{}{}:{}".format,
        st.sampled_from(sorted(incoming.READ)),
        st.sampled_from(["", ";", ";X=", ";TZID=Europe/Oslo", ";VALUE=DATE", ';A="b']),
        st.text(max_size=30)
        | st.sampled_from(["20270111T080000Z", "VEVENT", "VCALENDAR", "-P9W", "PT1H"]),
    )
    | st.text(max_size=40),
    max_size=12,
)


@given(lines_of_others)
@example(["DTSTAMP:99991231T235959Z", "DURATION:P9999999D"])
@example(["END:VEVENT", "BEGIN:VEVENT"])
def test_point_54_whatever_comes_is_read_or_refused(lines):
    raw = "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "BEGIN:VEVENT",
            "UID:1",
            *lines,
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    ).encode("utf-8", "replace")
    try:
        found = parse(raw)
    except Malformed:
        return
    for one in found:
        assert one.uid
        for at in (one.recurrence_id, one.starts, one.ends):
            assert at is None or at.tzinfo in (None, UTC)


@given(st.binary(max_size=200))
def test_point_54_whatever_bytes_come_are_read_or_refused(raw):
    with pytest.raises(Malformed):
        parse(b"BEGIN:VCALENDAR\r\n" + raw)
