"""What a mail about a meeting counts for, decided without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator import verdicts
from coordinator.incoming import Attendee, Scheduling
from coordinator.verdicts import Arrived, Invited, Verdict

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
KARI = "kari@bv.example"
UID = "5e0f6e0a-6a53-4a7c-9c3b-0f6d5a3e7b11"
STARTS = datetime(2026, 12, 9, 9, tzinfo=UTC)
SAID = Scheduling(
    method="REPLY",
    uid=UID,
    recurrence_id=None,
    sequence=2,
    dtstamp=NOW,
    attendees=(Attendee(KARI, "accepted"),),
    comment="",
    organizer=None,
    starts=STARTS,
    ends=STARTS + timedelta(hours=1),
)
MAIL = Arrived("0" * 64, NOW, senders=(KARI,), invitation="i1", said=(SAID,))
INVITED = Invited("i1", "m1", UID, KARI, has_token=True, sequence=2, asked_sequence=2)
OTHER = Attendee("ola@bv.example", "accepted")


def of(mail=MAIL, said=SAID, invited=INVITED, **changed):
    """Return the verdict of a reply as it should be, with these changes."""
    for name, value in changed.items():
        if name in Arrived.__dataclass_fields__ and name != "said":
            mail = replace(mail, **{name: value})
        elif name in Scheduling.__dataclass_fields__:
            said = replace(said, **{name: value})
        else:
            invited = replace(invited, **{name: value})
    return verdicts.verdict(mail, said, invited)


def test_point_43_a_reply_without_organizer_counts():
    assert of() == Verdict("applied")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"has_token": False}, "no_token"),
        ({"senders": ("ola@bv.example",)}, "other_sender"),
        ({"senders": (KARI, "ola@bv.example")}, "several_senders"),
        ({"senders": (KARI, "")}, "several_senders"),
        ({"senders": ()}, "several_senders"),
        ({"senders": (KARI.replace("bv", "post.bv"),)}, "other_sender"),
        ({"attendees": (OTHER,)}, "other_address"),
        ({"attendees": (SAID.attendees[0], OTHER)}, "several_attendees"),
        ({"dmarc": False}, "failed_dmarc"),
        ({"dtstamp": None}, "no_stamp"),
        ({"dtstamp": NOW + timedelta(hours=1)}, "stamp_ahead"),
        ({"recent": 5}, "too_many"),
        ({"is_known": False}, "unknown_occurrence"),
        ({"attendees": (Attendee(KARI, "delegated"),)}, "no_delegate"),
    ],
)
def test_point_45_whatever_does_not_fit_waits_for_the_organizer(changed, why):
    assert of(**changed) == Verdict("held", why)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"reply": (2, NOW)}, Verdict("repeated")),
        ({"reply": (2, NOW + timedelta(seconds=1))}, Verdict("old", "stamp")),
        ({"reply": (1, NOW + timedelta(hours=1))}, Verdict("applied")),
        ({"answered_at": NOW + timedelta(seconds=1)}, Verdict("old", "answered_since")),
        ({"answered_at": NOW + timedelta(milliseconds=9)}, Verdict("applied")),
        ({"can_answer": False}, Verdict("not_asked")),
        ({"is_over": True}, Verdict("too_late")),
        ({"of_sender": 50}, Verdict("too_many", "of_sender")),
        ({"attendees": (Attendee(KARI),)}, Verdict("no_answer")),
        ({"attendees": (Attendee(KARI, "x-maybe"),)}, Verdict("no_answer")),
        ({"attendees": ()}, Verdict("unreadable", "no_attendee")),
        ({"uid": "another"}, Verdict("unknown_meeting")),
        ({"method": "CANCEL"}, Verdict("foreign", "method")),
        ({"method": ""}, Verdict("foreign", "method")),
        ({"method": "REFRESH"}, Verdict("refreshed")),
        ({"method": "COUNTER"}, Verdict("proposal")),
    ],
)
def test_points_46_and_52_what_else_a_message_may_be(changed, expected):
    assert of(**changed) == expected


def test_point_46_an_answer_to_what_was_asked_before_is_old():
    said = replace(SAID, sequence=1)

    assert of(said=said) == Verdict("old", "sequence")


def test_point_46_a_sequence_that_was_never_sent_shuts_out_no_later_answer():
    said = replace(SAID, sequence=2**31 - 1)

    assert of(said=said) == Verdict("applied")
    assert of(said=said, reply=(2, NOW)) == Verdict("repeated")


def test_point_48_an_address_that_nobody_has_is_a_stranger():
    assert verdicts.verdict(MAIL, SAID, None) == Verdict("crasher")


@pytest.mark.parametrize(
    "changed",
    [
        {"starts": None},
        {"ends": None},
        {"ends": STARTS},
        {"ends": STARTS - timedelta(hours=1)},
        {"ends": STARTS + timedelta(days=15)},
        {"ends": datetime(2026, 12, 9, 11)},
    ],
)
def test_point_50_a_proposal_without_a_time_is_none(changed):
    assert of(method="COUNTER", **changed) == Verdict("unreadable", "no_time")


def test_point_50_a_proposal_says_where_it_may_not_be_the_invitees():
    assert of(method="COUNTER", has_token=False) == Verdict("proposal", "no_token")


def test_point_49_who_delegates_answers_and_the_delegate_does_not():
    kari = Attendee(KARI, "delegated", delegated_to="per@bv.example")
    per = Attendee("per@bv.example", "needs-action", delegated_from=KARI)

    assert of(attendees=(per, kari)) == Verdict("applied")
    later = {"original": datetime(2026, 12, 16, 10)}
    assert of(attendees=(kari,), **later) == Verdict("held", "delegates_occurrence")


GOOD = {
    "token": True,
    "sender": KARI,
    "attendee": KARI,
    "uid": UID,
    "sequence": 2,
    "dmarc": None,
    "partstat": "accepted",
    "method": "REPLY",
}
FINE = {
    "sender": ("Kari@BV.example",),
    "attendee": ("KARI@bv.example",),
    "sequence": (3, 2**31 - 1),
    "dmarc": (True,),
    "partstat": ("declined", "tentative"),
}
FAULTS = {
    "token": (False,),
    "sender": ("ola@bv.example", "kari@bv.example.evil", "\u212aari@bv.example", ""),
    "attendee": ("ola@bv.example", "kari@bv.examp1e"),
    "uid": (UID.upper(), "x", f"{UID}@bv.example"),
    "sequence": (0, 1),
    "dmarc": (False,),
    "partstat": ("needs-action", "completed", ""),
    "method": ("REQUEST", "COUNTER", "CANCEL", "REFRESH", "ADD", ""),
}


@st.composite
def replies(draw):
    """Draw a reply in which everything fits, but for at most two things."""
    said = dict(GOOD)
    for name, values in FINE.items():
        said[name] = draw(st.sampled_from((GOOD[name], *values)))
    faults = draw(st.sets(st.sampled_from(sorted(FAULTS)), max_size=2))
    for name in sorted(faults):
        said[name] = draw(st.sampled_from(FAULTS[name]))
    return said, bool(faults)


@given(replies())
def test_t14_an_answer_changes_only_where_everything_fits(drawn):
    reply, is_faulty = drawn
    said = replace(
        SAID,
        uid=reply["uid"],
        sequence=reply["sequence"],
        method=reply["method"],
        attendees=(Attendee(reply["attendee"], reply["partstat"]),),
    )
    sender = verdicts.same_form(reply["sender"])
    mail = replace(MAIL, senders=(sender,), dmarc=reply["dmarc"])

    found = verdicts.verdict(mail, said, replace(INVITED, has_token=reply["token"]))

    assert (found.code == "applied") == (not is_faulty)
