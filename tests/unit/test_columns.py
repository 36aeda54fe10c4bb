from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.columns import KINDS
from coordinator.values import Unreadable

# design.md §8: the columns are a public contract, in this order.
COLUMNS = {
    "places": "code, kind, name, parents, other_names, valid_from, valid_to, successor",
    "organisations": "key, name, kind, parent, orgnr, serves, protected, web, "
    "languages, valid_from, valid_to",
    "posts": "key, organisation, title, valid_from, valid_to",
    "persons": "key, name, languages",
    "holdings": "person, post, deputy, valid_from, valid_to",
    "contact-points": "owner, channel, value, audience, hours, order, note",
    "responsibilities": "step, role, holder, place, tracks, status, valid_from, "
    "valid_to, sources, order",
    "networks": "key, name, mandate, valid_from, valid_to",
    "memberships": "network, holder, role, valid_from, valid_to",
    "meetings": "key, network, title, starts, ends, timezone, steps",
    "attendances": "meeting, holder, answer, attended",
    "synonyms": "subject, language, phrase",
}
KNOWN_BY = {
    "places": "code",
    "organisations": "key",
    "posts": "key",
    "persons": "key",
    "holdings": "person, post, valid_from",
    "contact-points": "owner, channel, value",
    "responsibilities": "step, role, holder, place, tracks, valid_from",
    "networks": "key",
    "memberships": "network, holder, role, valid_from",
    "meetings": "key",
    "attendances": "meeting, holder",
    "synonyms": "subject, language, phrase",
}


def column(kind, name):
    return KINDS[kind].column(name)


def test_the_columns_are_those_that_were_promised():
    assert {
        name: ", ".join(column.name for column in kind.columns)
        for name, kind in KINDS.items()
    } == COLUMNS


def test_a_row_is_known_by_what_was_promised():
    assert {name: ", ".join(kind.known_by) for name, kind in KINDS.items()} == KNOWN_BY


def test_a_key_is_made_of_what_a_row_is_known_by():
    row = {
        "step": "talk",
        "role": "A",
        "holder": "kind:rosa",
        "place": "NO",
        "tracks": ("adult", "minor"),
        "valid_from": date(2026, 1, 1),
        "status": "agreed",
    }

    assert (
        KINDS["responsibilities"].key(row)
        == "talk|A|kind:rosa|NO|adult|minor|2026-01-01"
    )


def test_an_empty_cell_is_the_empty_value():
    empty = {
        ("organisations", "serves"): (),
        ("organisations", "protected"): None,
        ("organisations", "parent"): None,
        ("holdings", "deputy"): False,
        ("contact-points", "audience"): "protected",
        ("contact-points", "hours"): "",
        ("contact-points", "order"): 0,
        ("responsibilities", "status"): "proposed",
        ("posts", "valid_to"): None,
        ("meetings", "timezone"): "Europe/Oslo",
        ("meetings", "network"): None,
        ("attendances", "answer"): None,
        ("attendances", "attended"): None,
    }

    assert {where: column(*where).value("") for where in empty} == empty


def test_an_empty_cell_that_must_be_filled_is_refused():
    for where in (("persons", "name"), ("persons", "key"), ("contact-points", "value")):
        with pytest.raises(Unreadable, match="required"):
            column(*where).value("")


def test_a_set_is_sorted_and_a_list_keeps_its_order_and_both_hold_each_once():
    assert column("organisations", "serves").value("50| 03 ||50|") == ("03", "50")
    assert column("organisations", "languages").value("se|nb|se") == ("se", "nb")


def test_a_bad_part_of_a_list_is_refused():
    with pytest.raises(Unreadable, match="bad_key"):
        column("organisations", "serves").value("50|../03")


def test_a_holder_is_a_key_or_a_kind():
    holder = column("responsibilities", "holder")

    assert [holder.value(cell) for cell in ("tk", "kind:rosa")] == ["tk", "kind:rosa"]
    for cell in ("kind:", "kind:a b", "post:tk", "kind", ":tk"):
        if cell != "kind":
            with pytest.raises(Unreadable, match="bad_key"):
                holder.value(cell)


CELLS = {
    "valid_from": st.dates().map(date.isoformat),
    "order": st.integers(-999_999, 999_999).map(str),
    "starts": st.datetimes(datetime(1990, 1, 1), datetime(2199, 12, 31)).map(
        lambda moment: moment.isoformat(timespec="minutes")
    ),
    "attended": st.sampled_from(["true", "false", ""]),
    "deputy": st.sampled_from(["true", "false", "", "TRUE"]),
    "serves": st.lists(st.from_regex(r"\A\w{1,5}\Z"), max_size=4).map("|".join),
    "status": st.sampled_from(["agreed", "", "unclear"]),
    "other_names": st.lists(st.text("abæø 1"), max_size=3).map("|".join),
}


@given(st.data())
@settings(deadline=None, database=None)
def test_what_is_written_of_a_value_is_read_back_as_the_same_value(data):
    name = data.draw(st.sampled_from(sorted(CELLS)))
    tested = next(c for kind in KINDS.values() for c in kind.columns if c.name == name)
    value = tested.value(data.draw(CELLS[name]))

    assert tested.value(tested.cell(value)) == value
