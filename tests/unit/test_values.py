from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator import values
from coordinator.values import Unreadable, has_controls, tells_location

READERS = {
    "key": values.read_key,
    "date": values.read_date,
    "boolean": values.read_boolean,
    "order": values.read_order,
    "text": values.read_text,
    "orgnr": values.read_orgnr,
    "phone": values.read_phone,
    "email": values.read_email,
    "web": values.read_web,
    "visit": values.read_visit,
    "hours": values.read_hours,
}


def refused(reader, text):
    with pytest.raises(Unreadable) as refusal:
        READERS[reader](text)
    return refusal.value.code


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        ("key", "bv-trondheim", "bv-trondheim"),
        ("key", "0301", "0301"),
        ("key", "pd-møre_1.a", "pd-møre_1.a"),
        ("key", "k" * 64, "k" * 64),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("boolean", "TRUE", True),
        ("boolean", "false", False),
        ("order", "-12", -12),
        ("order", "007", 7),
        ("orgnr", "974 760 673", "974760673"),
        ("phone", "22331160", "+4722331160"),
        ("phone", "+47 22 33 11 60", "+4722331160"),
        ("phone", "0047 22 33 11 60", "+4722331160"),
        ("phone", "+46 8 123 456 78", "+46812345678"),
        ("phone", "02800", "02800"),
        ("phone", "112", "112"),
        ("phone", "116 117", "116117"),
        ("phone", "800 33 321", "+4780033321"),
        ("phone", "２２３３１１６０", "+4722331160"),
        ("phone", "١١٢", "112"),
        ("email", "Post@Trondheim.no", "Post@trondheim.no"),
        ("web", "https://trondheim.no:8443/a?b=c", "https://trondheim.no:8443/a?b=c"),
        ("web", "http://trondheim.no", "http://trondheim.no"),
        ("hours", "Mo-Fr 08:00-15:30; PH off", "Mo-Fr 08:00-15:30; PH off"),
        ("hours", "", ""),
        ("visit", "Munkegata 1, 7013 Trondheim", "Munkegata 1, 7013 Trondheim"),
    ],
)
def test_a_value_is_read_as_people_write_it(reader, text, value):
    assert READERS[reader](text) == value


@pytest.mark.parametrize(
    ("reader", "text", "code"),
    [
        ("key", "../5001", "bad_key"),
        ("key", "-a", "bad_key"),
        ("key", "a b", "bad_key"),
        ("key", "a|b", "bad_key"),
        ("key", "kind:a", "bad_key"),
        ("key", "a\n", "bad_key"),
        ("key", "k" * 65, "too_long"),
        ("date", "2026-02-30", "bad_date"),
        ("date", "2026-2-3", "bad_date"),
        ("date", "23.11.2026", "bad_date"),
        ("date", "2026-11-23T00:00", "bad_date"),
        ("date", "0000-01-01", "bad_date"),
        ("date", "٢٠٢٦-11-23", "bad_date"),
        ("boolean", "yes", "bad_boolean"),
        ("boolean", "1", "bad_boolean"),
        ("order", "1.5", "bad_number"),
        ("order", "-", "bad_number"),
        ("order", "1234567", "bad_number"),
        ("order", "٣", "bad_number"),
        ("orgnr", "974760674", "bad_orgnr"),
        ("orgnr", "NO974760673X", "bad_orgnr"),
        ("phone", "12", "bad_phone"),
        ("phone", "+47 112", "bad_phone"),
        ("phone", "ring oss", "bad_phone"),
        ("phone", "22331160 ext. 5", "bad_phone"),
        ("phone", "+47223311601", "bad_phone"),
        ("email", "post@", "bad_email"),
        ("email", "post@localhost", "bad_email"),
        ("email", "Kari <post@trondheim.no>", "bad_email"),
        ("web", "trondheim.no", "bad_web"),
        ("web", "javascript:alert(1)", "bad_web"),
        ("web", "//trondheim.no", "bad_web"),
        ("web", "https://", "bad_web"),
        ("web", "https://a b.no", "bad_web"),
        ("web", "https://user:secret@trondheim.no", "bad_web"),
        ("web", "https://[", "bad_web"),
        ("web", "https://trondheim.no:99999", "bad_web"),
        ("web", f"https://trondheim.no/{'a' * 500}", "too_long"),
        ("hours", "8 til 15", "bad_hours"),
        ("hours", "Mo-Fr 08:00-15:30" * 40, "too_long"),
        ("visit", "a" * 501, "too_long"),
        ("text", "a" * 301, "too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code(reader, text, code):
    assert refused(reader, text) == code


@given(text=st.text(max_size=80), reader=st.sampled_from(sorted(READERS)))
@settings(deadline=None, max_examples=400, database=None)
def test_any_text_is_read_or_refused(text, reader):
    with suppress(Unreadable):
        READERS[reader](text)


HOURS = st.text(alphabet='MoTuWeThFrSaSuPH 0123456789:-;,+/"()week[]|off', max_size=30)


@given(text=HOURS)
@settings(deadline=None, max_examples=400, database=None)
def test_any_opening_hours_are_read_or_refused(text):
    with suppress(Unreadable):
        assert values.read_hours(text) == text


@given(number=st.integers(20_000_000, 79_999_999))
@settings(deadline=None, database=None)
def test_a_number_that_was_read_is_read_as_the_same_number(number):
    try:
        read = values.read_phone(str(number))
    except Unreadable:
        return
    assert values.read_phone(read) == read == f"+47{number}"


@pytest.mark.parametrize(
    "text",
    ["\0", "a\0", "a\nb", "\r", "\t", "\x1b[0m", "\x7f", "\x85", "\u2028", "\ud800"],
)
def test_characters_that_no_one_types_are_found(text):
    assert has_controls(text)


@pytest.mark.parametrize(
    "text", ["", "Ålesund", "a b", "ŋ", "日本", "\u200b", "\xa0", "😀"]
)
def test_what_people_type_is_let_through(text):
    assert not has_controls(text)


@pytest.mark.parametrize(
    "text",
    [
        "Storgata 5",
        "storgata 5b",
        "STORGATEN 12",
        "Karl Johans gate 1",
        "Storgt. 5",
        "Kirkevn 3",
        "Øvre Slottsgate 10, inngang bak",
        "0181 Oslo",
        "0181 OSLO",
        "59.9127, 10.7461",
        "59,9127 10,7461",
        "N 59.9127 E 10.7461",
        "lat 59.9127, lon 10.7461",
        "59° 54′ N",
        "geo:59.9,10.7",
        "https://maps.google.com/?q=x",
        "https://www.google.com/maps/place/x",
        "https://www.openstreetmap.org/node/1",
        "https://what3words.com/a.b.c",
        "///dyr.hus.bil",
    ],
)
def test_an_address_is_found_in_a_text(text):
    assert tells_location(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Krisesenteret",
        "Ring hele døgnet",
        "+4722331160",
        "22 33 11 60",
        "116 117",
        "Mo-Fr 08:00-15:30",
        "Vakttelefon 1, spør etter leder",
        "https://krisesenter.no",
        "post@krisesenter.no",
    ],
)
def test_a_text_without_an_address_is_let_through(text):
    assert not tells_location(text)
