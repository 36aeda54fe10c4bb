"""Whether those who are responsible for an agenda will be in the room."""

from datetime import UTC, datetime

import pytest

from coordinator import presence
from coordinator.guests import Guest, SentRow
from coordinator.invitees import Gap, Invitee, Reason

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def a_guest(*reasons, part="required", answer="needs-action", asked=True, **changed):
    reasons = tuple(Reason(role, item, "report_child") for role, item in reasons)
    invitee = Invitee("x", "x", None, "X", "", "", "", "x@x.example", part, reasons)
    bounced = changed.pop("bounced_at", None)
    sent = SentRow("i", "x@x.example", "X", {}, False, 0, 0, NOW, None, None, "", "",
                   bounced, "")  # fmt: skip
    kept = {"invitation": "i", "answer": answer, "sent": sent if asked else None}
    return Guest(invitee, "derived", **(kept | changed))


@pytest.mark.parametrize(
    ("guest", "state"),
    [
        (a_guest(answer="accepted"), "coming"),
        (a_guest(answer="tentative"), "maybe"),
        (a_guest(answer="declined"), "declined"),
        (a_guest(), "waiting"),
        (a_guest(asked=False), "not_invited"),
        (a_guest(bounced_at=NOW), "bounced"),
        (a_guest(part="informed"), "informed"),
        (a_guest(answer="accepted", is_removed=True), "removed"),
        (a_guest(answer="delegated"), "waiting"),
    ],
)
def test_a_guest_is_as_far_from_the_room_as_the_answer_says(guest, state):
    assert presence.state_of(guest) == state


def test_who_sends_a_deputy_is_there_when_the_deputy_is():
    sender = a_guest(("A", 1), answer="delegated")
    deputy = a_guest(answer="accepted", invitation="d", delegated_from="i")

    assert presence.state_of(sender, [sender, deputy]) == "coming"
    gone = deputy._replace(is_removed=True)
    assert presence.state_of(sender, [sender, gone]) == "waiting"


def test_the_one_who_is_farthest_decides_how_an_item_stands():
    guests = [
        a_guest(("A", 1), ("R", 2), answer="accepted"),
        a_guest(("R", 1)),
        a_guest(("R", 1)),
        a_guest(("R", 1), answer="tentative"),
    ]

    found = presence.of_items(guests, [], [])

    assert found == {
        1: {
            "A": presence.Standing("coming", 1, 1),
            "R": presence.Standing("waiting", 2, 3),
        },
        2: {"R": presence.Standing("coming", 1, 1)},
    }


def test_a_gap_is_farther_away_than_any_answer_and_the_unit_is_always_there():
    declined = a_guest(("R", 1), answer="declined")
    gap = Gap("no_address", 1, "report_child", "R", "bv", "BV")
    own = Reason("A", 1, "report_child")

    found = presence.of_items([declined], [gap], [own])

    assert found[1]["R"] == presence.Standing("missing", 1, 2)
    assert found[1]["A"].state == "coming"


def test_who_gives_advice_or_hears_of_it_carries_no_responsibility_into_the_room():
    guests = [a_guest(("C", 1), ("I", 2), ("owner", 3)), a_guest(("added", None))]

    assert presence.of_items(guests, [], []) == {}
