"""What time undoes: the last day, the day after, and who takes over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import expiry
from graphs.claims import Claim
from graphs.expiry import CheckedSource, Dated, Line, Mandate, Seat, Tenure
from tests.unit.drawn_networks import STEPS, TODAY, TRACKS

DAY = timedelta(days=1)
CLAIM = Claim("r", "report", "A", "nav", "50", organisation="nav")
SEAT = Seat("forum", "nav", organisation="nav")
MEANT = {step: tracks or TRACKS for step, tracks in STEPS.items()}


def ends(days):
    return {"valid_to": TODAY + days * DAY}


def reasons(**rows):
    return [one.reason for one in expiry.stale(Dated(**rows, tracks=MEANT), TODAY)]


@pytest.mark.parametrize(("days", "old"), [(365, False), (366, True)])
def test_a_confirmation_is_old_after_a_year(days, old):
    confirmed = TODAY - days * DAY

    assert reasons(lines=[Line("nav", confirmed)]) == ["contact_old"] * old
    claim = CLAIM._replace(confirmed_on=confirmed)
    assert reasons(claims=[claim]) == ["responsibility_old"] * old


def test_what_was_never_confirmed_is_not_old():
    assert reasons(lines=[Line("nav")], claims=[CLAIM]) == []


def test_an_old_line_names_its_owner_and_whom_it_concerns_once():
    old = Line("ann", TODAY - 400 * DAY, "nav", person="ann")

    [found] = expiry.stale(Dated(lines=[old, old]), TODAY)

    assert (found.organisations, found.persons, found.holder) == (
        ("nav",),
        ("ann",),
        "ann",
    )


def test_who_is_consulted_or_informed_need_not_confirm():
    old = CLAIM._replace(confirmed_on=TODAY - 400 * DAY)

    assert reasons(claims=[old._replace(role="C"), old._replace(role="I")]) == []


def test_what_does_not_stand_today_is_not_old():
    old = CLAIM._replace(confirmed_on=TODAY - 400 * DAY, **ends(-400))

    assert reasons(claims=[old]) == []


@pytest.mark.parametrize(("days", "overdue"), [(-1, True), (0, False)])
def test_a_source_is_overdue_the_day_after_it_should_be_checked(days, overdue):
    [*found] = expiry.stale(
        Dated(sources=[CheckedSource("law", TODAY + days * DAY)]), TODAY
    )

    assert [(one.reason, one.source) for one in found] == [
        ("source_overdue", "law")
    ] * overdue


@pytest.mark.parametrize(
    ("days", "how"),
    [
        (-366, None),
        (-365, "expired"),
        (-1, "expired"),
        (0, "expires"),
        (60, "expires"),
        (61, None),
    ],
)
def test_a_mandate_is_told_from_sixty_days_before_to_a_year_after(days, how):
    found = reasons(
        claims=[CLAIM._replace(**ends(days))],
        mandates=[Mandate("forum", **ends(days))],
        seats=[SEAT._replace(**ends(days))],
    )

    kinds = ("membership", "network", "responsibility")
    assert found == [f"{kind}_{how}" for kind in kinds if how]


def test_a_holding_is_told_before_it_ends_and_a_vacancy_after():
    soon, gone = (Tenure("lead", "ann", **ends(days)) for days in (60, -1))

    assert reasons(tenures=[soon]) == ["holding_expires"]
    assert reasons(tenures=[gone]) == []


def test_another_row_for_the_same_takes_over():
    ended, begun = CLAIM._replace(**ends(-1)), CLAIM._replace(holder="udi")

    assert reasons(claims=[ended, begun]) == []
    assert reasons(claims=[ended, begun._replace(place="03")]) == [
        "responsibility_expired"
    ]
    assert reasons(claims=[ended, begun._replace(role="R")]) == [
        "responsibility_expired"
    ]


def test_a_successor_must_be_there_the_day_after():
    ending = SEAT._replace(**ends(10))
    follows = SEAT._replace(valid_from=TODAY + 11 * DAY)
    late = SEAT._replace(valid_from=TODAY + 12 * DAY)

    assert reasons(seats=[ending, follows]) == []
    assert reasons(seats=[ending, late]) == ["membership_expires"]


def test_another_member_or_another_forum_takes_over_for_nobody():
    ended = SEAT._replace(**ends(-1))

    assert reasons(seats=[ended, SEAT._replace(holder="udi")]) == ["membership_expired"]
    assert reasons(seats=[ended, SEAT._replace(network="other")]) == [
        "membership_expired"
    ]


def test_a_deputy_does_not_take_over_from_a_holder():
    ending = Tenure("lead", "ann", **ends(10))

    assert reasons(tenures=[ending, Tenure("lead", "bo")]) == []
    assert reasons(tenures=[ending, Tenure("lead", "bo", deputy=True)]) == [
        "holding_expires"
    ]


def test_a_mandate_for_some_names_them():
    [found] = expiry.stale(
        Dated(claims=[CLAIM._replace(tracks=("minor",), **ends(1))], tracks=MEANT),
        TODAY,
    )

    assert (found.step, found.place, found.track) == ("report", "50", "minor")


# Random rows, read naively.

FROM = st.sampled_from([None, *(TODAY + n * DAY for n in (-400, -10, 0, 1, 30, 61))])
UNTIL = st.sampled_from(
    [None, *(TODAY + n * DAY for n in (-366, -365, -11, -1, 0, 29, 60, 61))]
)
CONFIRMED = st.sampled_from([None, TODAY, TODAY - 365 * DAY, TODAY - 366 * DAY])
ROWS = st.builds(
    Dated,
    claims=st.lists(
        st.builds(
            Claim,
            st.just("r"),
            st.just("report"),
            st.sampled_from("AC"),
            st.sampled_from(["nav", "udi"]),
            st.sampled_from(["03", "50"]),
            st.just(()),
            st.just("agreed"),
            organisation=st.none(),
            post=st.none(),
            valid_from=FROM,
            valid_to=UNTIL,
            confirmed_on=CONFIRMED,
        ),
        max_size=4,
    ),
    mandates=st.lists(
        st.builds(Mandate, st.sampled_from("fg"), FROM, UNTIL), max_size=3
    ),
    seats=st.lists(
        st.builds(
            Seat,
            st.sampled_from("fg"),
            st.sampled_from("no"),
            FROM,
            UNTIL,
            organisation=st.none(),
            post=st.none(),
        ),
        max_size=4,
    ),
    tenures=st.lists(
        st.builds(
            Tenure,
            st.sampled_from("pq"),
            st.sampled_from("ab"),
            st.booleans(),
            FROM,
            UNTIL,
            st.none(),
        ),
        max_size=4,
    ),
)


def stands(row, day):
    return (row.valid_from or day) <= day <= (row.valid_to or day)


def read(rows, same):
    """Yield each row that ended or ends soon, with no other of the same after it."""
    for row in rows:
        if row.valid_to is None:
            continue
        left = (row.valid_to - TODAY).days
        others = [one for one in rows if same(one) == same(row)]
        if -365 <= left < 0 and not any(stands(one, TODAY) for one in others):
            yield "expired", row
        after = row.valid_to + DAY
        if 0 <= left <= 60 and not any(stands(one, after) for one in others):
            yield "expires", row


@settings(deadline=None, database=None)
@given(ROWS)
def test_what_ends_is_what_the_words_say(rows):
    expected = {
        (f"responsibility_{how}", one.place, one.holder)
        for how, one in read(rows.claims, lambda row: (row.step, row.role, row.place))
    }
    expected |= {
        ("responsibility_old", one.place, one.holder)
        for one in rows.claims
        if one.role == "A" and stands(one, TODAY) and one.confirmed_on
        if (TODAY - one.confirmed_on).days > 365
    }
    expected |= {
        (f"network_{how}", one.network)
        for how, one in read(rows.mandates, lambda row: row.network)
    }
    expected |= {
        (f"membership_{how}", one.network, one.holder)
        for how, one in read(rows.seats, lambda row: (row.network, row.holder))
    }
    expected |= {
        ("holding_expires", one.post, one.person)
        for how, one in read(rows.tenures, lambda row: (row.post, row.deputy))
        if how == "expires"
    }

    found = expiry.stale(rows, TODAY)

    told = {
        tuple(filter(None, (one.reason, one.place, *rest, one.holder)))
        for one in found
        for rest in [(*one.networks, *one.posts, *one.persons)]
    }
    assert told == expected
    assert len(found) == len(told)
    assert expiry.stale(replace(rows, claims=rows.claims[::-1]), TODAY) == found
