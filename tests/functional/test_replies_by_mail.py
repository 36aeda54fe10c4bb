"""Replies that come by mail, from the bytes of a mail to what stands in the network."""

from datetime import UTC, datetime, timedelta

import pytest

from coordinator import (
    arrivals,
    inbox,
    invitations,
    letters,
    meetings,
    occurrences,
    replies,
    upkeep,
)
from coordinator.access import UNIT, select_to_write
from coordinator.editing import Invalid, NotAllowed
from coordinator.errors import NotFound
from models import Change, Invitation, Message, Received, db
from tests import meetings as there
from tests import replying
from tests.meetings import a_meeting, change, guest, preview, send
from tests.replying import SHAPES, to
from views import arriving, mail

WEEKLY = {"rrule": "FREQ=WEEKLY;COUNT=5"}
SECOND = datetime(2026, 12, 16, 10)


@pytest.fixture
def unit(app):
    there.bring_network()
    return there.organizer()


@pytest.fixture
def asked(unit):
    """Return a meeting that was sent."""
    key = a_meeting(unit)
    send(key, unit)
    return key


@pytest.fixture
def series(unit):
    """Return a weekly meeting that was sent."""
    key = a_meeting(unit, **WEEKLY)
    send(key, unit)
    return key


def take(raw, at=None):
    return arrivals.take(arriving.read(raw, at or datetime.now(UTC)))


def one(column, *conditions):
    found = db.session.scalars(select_to_write(column).where(*conditions)).all()
    db.session.rollback()
    return list(found)


def waiting(key):
    found = inbox.waiting(key)
    db.session.rollback()
    return found


def answer(key, name="Kari"):
    return guest(key, name).answer


def mails(kind):
    columns = Message.recipient, Message.told
    rows = db.session.execute(select_to_write(*columns).where(Message.kind == kind))
    found = [tuple(row) for row in rows]
    db.session.rollback()
    return found


def later(seconds):
    return datetime.now(UTC) + timedelta(seconds=seconds)


def test_points_43_44_replies_of_five_calendars_set_the_answer(asked):
    kari = to(asked, "Kari")
    given = ["ACCEPTED", "DECLINED", "TENTATIVE", "ACCEPTED", "DECLINED"]

    for number, (name, shape) in enumerate(SHAPES.items()):
        reply = kari.but(
            answer=given[number], comment=f"Hilsen {name}", stamp=later(number)
        )
        # They come an hour apart: five in one hour are all that is taken from one.
        assert take(shape(reply), datetime.now(UTC)) == "applied", name

        found = guest(asked, "Kari")
        assert (found.answer, found.comment, found.answered_by) == (
            given[number].lower(),
            f"Hilsen {name}",
            "mail",
        )
    assert answer(asked, "Ola") == "needs-action"
    assert waiting(asked) == []


def test_point_45_an_answer_from_another_address_waits_for_one_click(asked, unit):
    reply = to(asked, "Kari").but(sender="sekretaer@bv.example", comment="Hun kommer")

    assert take(reply.mail()) == "held"

    assert answer(asked) == "needs-action"
    (row,) = waiting(asked)
    (item,) = row.items
    assert (row.sender, item.name, item.answer, item.why, item.comment) == (
        "sekretaer@bv.example",
        "Kari",
        "accepted",
        "other_sender",
        "Hun kommer",
    )
    ((recipient, told),) = mails(letters.RECEIPT)
    assert recipient == "sekretaer@bv.example"
    assert told["invitation"] == guest(asked, "Kari").invitation

    assert mail.deliver_due()[1] == 0
    inbox.settle(row.digest, unit, accept=True)

    assert answer(asked) == "accepted"
    assert waiting(asked) == []
    with pytest.raises(NotFound):
        inbox.settle(row.digest, unit, accept=False)


def test_point_45_what_the_organizer_refuses_changes_nothing(asked, unit):
    take(to(asked, "Kari").but(sender="noen@else.example").mail())
    (row,) = waiting(asked)

    with pytest.raises(NotAllowed):
        inbox.settle(row.digest, there.agency(), accept=True)
    inbox.settle(row.digest, unit, accept=False)

    assert answer(asked) == "needs-action"
    assert waiting(asked) == []


def test_point_45_a_receipt_goes_once_a_day_never_to_machines_and_tells_no_secret(
    asked,
):
    reply = to(asked, "Kari").but(sender="alias@bv.example")
    machine = reply.but(
        sender="alias2@bv.example", headers=[("Auto-Submitted", "auto-generated")]
    )
    without_token = reply.but(sender="alias3@bv.example", to=replying.ORGANIZER)

    for number, one_of in enumerate((reply, machine, without_token)):
        take(one_of.but(stamp=later(number)).mail())
        take(one_of.but(stamp=later(number + 5)).mail())

    told = dict(mails(letters.RECEIPT))
    assert sorted(told) == ["alias3@bv.example", "alias@bv.example"]
    assert told["alias@bv.example"]["invitation"]
    # Whoever has no token is not handed one: the link answers for Kari.
    assert told["alias3@bv.example"]["invitation"] == ""
    assert told["alias3@bv.example"]["title"] == ""


def test_point_46_old_replies_are_kept_and_do_not_count(asked, unit):
    before = to(asked, "Kari")
    change(asked, unit, starts="2026-12-10T10:00", ends="2026-12-10T11:30")
    send(asked, unit)

    assert take(before.mail()) == "old"
    now = to(asked, "Kari")
    assert now.sequence == before.sequence + 1
    assert take(now.but(stamp=later(9)).mail()) == "applied"
    assert take(now.but(answer="DECLINED", stamp=later(5)).mail()) == "old"

    assert answer(asked) == "accepted"
    verdicts = [one.verdict for one in inbox.came(asked)]
    assert sorted(verdicts) == ["applied", "old", "old"]


def test_point_46_and_t16_a_reply_sent_a_thousand_times_is_one_change(asked):
    reply = to(asked, "Kari")
    raw = reply.mail()
    take(raw)
    changes = one(Change.seq)

    # The same bytes, then the same calendar in other mails.
    again = arriving.read(raw, datetime.now(UTC))
    assert {arrivals.take(again) for _ in range(930)} == {"repeated"}
    codes = [take(reply.mail()) for _ in range(70)]

    assert one(Change.seq) == changes
    assert set(codes) == {"repeated", "too_many"}
    assert answer(asked) == "accepted"


@pytest.mark.parametrize(
    "recurrence",
    [
        "RECURRENCE-ID:20261216T090000Z",
        "RECURRENCE-ID;TZID=Europe/Oslo:20261216T100000",
        'RECURRENCE-ID;TZID="Eastern Standard Time":20261216T040000',
        "RECURRENCE-ID;VALUE=DATE:20261216",
    ],
)
def test_point_47_an_answer_to_one_occurrence_is_of_it_alone(series, recurrence):
    kari = to(series, "Kari")

    assert take(kari.but(answer="DECLINED", recurrence=recurrence).mail()) == "applied"

    found = replies.answers_of([guest(series, "Kari").invitation])
    db.session.rollback()
    assert list(found.values()) == [{SECOND: "declined"}]
    assert answer(series) == "needs-action"


def test_point_47_no_such_occurrence_and_one_that_was_moved_since(series, unit):
    kari = to(series, "Kari")
    nowhere = kari.but(recurrence="RECURRENCE-ID:20261217T090000Z")
    second = kari.but(recurrence="RECURRENCE-ID:20261216T090000Z")
    cells = {"starts": "2026-12-16T13:00", "ends": "2026-12-16T14:00"}
    occurrences.move(series, SECOND, cells, unit)
    send(series, unit)

    assert take(nowhere.mail()) == "held"
    assert take(second.mail()) == "old"
    assert take(second.but(sequence=1, stamp=later(3)).mail()) == "applied"


def test_point_48_a_stranger_is_listed_and_not_added(asked, unit):
    before = one(Invitation.key)
    stranger = to(asked, "Kari").but(
        to=replying.ORGANIZER,
        sender="gjest@else.example",
        attendee="gjest@else.example",
    )
    known = stranger.but(
        sender="post@statsforvalter.example", attendee="post@statsforvalter.example"
    )

    assert take(stranger.mail()) == "crasher"
    assert take(known.mail()) == "crasher"

    assert one(Invitation.key) == before
    assert mails(letters.RECEIPT) == []
    first, second = waiting(asked)
    assert first.items[0].attendee == "gjest@else.example"
    with pytest.raises(Invalid):
        inbox.settle(first.digest, unit, accept=True)
    inbox.settle(second.digest, unit, accept=True)
    added = guest(asked, "Statsforvalteren")
    assert (added.invitee.part, added.is_asked) == ("optional", False)
    assert [row.digest for row in waiting(asked)] == [first.digest]


def test_point_49_a_delegate_is_invited_and_the_delegator_shown(asked):
    reply = to(asked, "Kari").but(
        answer="DELEGATED",
        parameters=';DELEGATED-TO="mailto:per.hansen@bv.example"',
        more=[
            'ATTENDEE;PARTSTAT=NEEDS-ACTION;DELEGATED-FROM="mailto:kari@bv.example"'
            ":mailto:per.hansen@bv.example"
        ],
    )

    assert take(reply.mail()) == "applied"

    assert (answer(asked), guest(asked, "Kari").deputy) == ("delegated", "Per Hansen")
    per = guest(asked, "Per Hansen")
    assert per.delegated_from == guest(asked, "Kari").invitation
    sent = [recipient for recipient, _told in mails("meeting_request")]
    assert sent.count("per.hansen@bv.example") == 1
    own = to(asked, "Per Hansen").but(
        parameters=';DELEGATED-FROM="mailto:kari@bv.example"'
    )
    assert take(own.mail()) == "applied"
    assert answer(asked, "Per Hansen") == "accepted"


def test_point_50_a_proposal_waits_and_moves_the_meeting_when_accepted(asked, unit):
    counter = to(asked, "Kari").but(
        method="COUNTER", starts=datetime(2026, 12, 11, 9), more=["DURATION:PT1H"]
    )

    assert take(counter.mail()) == "proposal"

    assert meetings.profile(asked, UNIT).meeting.starts == datetime(2026, 12, 9, 10)
    db.session.rollback()
    (row,) = waiting(asked)
    assert row.items[0].starts == datetime(2026, 12, 11, 9)
    assert row.items[0].ends == datetime(2026, 12, 11, 10)
    before = there.sequence(asked)
    inbox.settle(row.digest, unit, accept=True)

    meeting = meetings.profile(asked, UNIT).meeting
    db.session.rollback()
    assert (meeting.starts, meeting.sequence) == (datetime(2026, 12, 11, 9), before + 1)
    assert {what for _name, what, _of in preview(asked)} == {"moved"}
    assert waiting(asked) == []


def test_point_50_a_refused_proposal_is_told_to_the_invitee(series, unit):
    counter = to(series, "Kari").but(
        method="COUNTER",
        starts=datetime(2026, 12, 16, 13),
        recurrence="RECURRENCE-ID:20261216T090000Z",
        more=["DURATION:PT1H"],
    )
    take(counter.mail())
    (row,) = waiting(series)

    inbox.settle(row.digest, unit, accept=False)

    ((recipient, told),) = mails(letters.DECLINE_COUNTER)
    assert recipient == "kari@bv.example"
    assert told["method"] == "DECLINECOUNTER"
    assert told["events"][0]["recurrence_id"] == "2026-12-16T10:00"
    assert preview(series) == []
    assert mail.deliver_due()[1] == 0

    take(counter.but(stamp=later(9), starts=datetime(2026, 12, 16, 14)).mail())
    (row,) = waiting(series)
    inbox.settle(row.digest, unit, accept=True)
    (moved,) = meetings.overrides_of([series], UNIT)
    db.session.rollback()
    assert (moved.original, moved.starts) == (SECOND, datetime(2026, 12, 16, 14))


def test_point_51_who_asks_again_gets_the_invitation_and_nobody_else_does(asked):
    before = len(mails("meeting_request"))

    assert take(to(asked, "Kari").but(method="REFRESH").mail()) == "refreshed"

    after = mails("meeting_request")
    assert len(after) == before + 1
    refreshed = [to for to, told in after if told["what"] == "refreshed"]
    assert refreshed == ["kari@bv.example"]


def test_point_52_and_t15_no_mail_changes_a_meeting(asked, unit):
    before = meetings.profile(asked, UNIT)
    db.session.rollback()
    kari = to(asked, "Kari")

    for method in ("REQUEST", "CANCEL", "ADD", "PUBLISH", "DECLINECOUNTER", "", "X"):
        sent = kari.but(method=method, stamp=later(1), starts=datetime(2027, 1, 1, 9))
        assert take(sent.mail()) == "foreign"
    assert take(kari.but(starts=datetime(2027, 1, 1, 9)).mail()) == "applied"

    assert meetings.profile(asked, UNIT) == before
    db.session.rollback()


def test_point_53_a_reply_of_several_parts_is_read_whole(series):
    kari = to(series, "Kari").but(sequence=-1)
    events = [
        kari.event(),
        kari.but(
            answer="DECLINED", recurrence="RECURRENCE-ID:20261216T090000Z"
        ).event(),
        kari.but(
            answer="TENTATIVE", recurrence="RECURRENCE-ID:20261223T090000Z"
        ).event(),
    ]

    assert take(kari.mail(kari.calendar(*events))) == "applied"

    assert answer(series) == "accepted"
    found = replies.answers_of([guest(series, "Kari").invitation])
    db.session.rollback()
    assert list(found.values()) == [
        {SECOND: "declined", datetime(2026, 12, 23, 10): "tentative"}
    ]


def test_point_37_a_bounce_marks_the_invitee(asked):
    key = guest(asked, "Kari").sent.message

    assert take(replying.bounce(key, action="delayed")) == "auto_reply"
    assert guest(asked, "Kari").sent.bounced_at is None
    assert take(replying.bounce("0" * 32)) == "auto_reply"
    assert take(replying.bounce(key)) == "bounced"

    found = guest(asked, "Kari").sent
    assert (found.bounce, found.bounced_at is not None) == ("5.1.1", True)
    assert guest(asked, "Ola").sent.bounced_at is None


def test_point_56_the_last_answer_by_time_counts_whichever_way_it_came(asked):
    kari = to(asked, "Kari")
    early = kari.but(stamp=datetime.now(UTC) - timedelta(minutes=5))

    replies.answer(guest(asked, "Kari").invitation, "declined")

    assert take(early.mail()) == "old"
    assert answer(asked) == "declined"
    assert [row.items[0].answer for row in inbox.came(asked)] == ["accepted"]
    db.session.rollback()
    assert take(kari.but(stamp=later(3)).mail()) == "applied"
    assert answer(asked) == "accepted"


def test_t16_the_sixth_answer_of_an_hour_waits_for_the_organizer(asked):
    kari = to(asked, "Kari")

    codes = [take(kari.but(stamp=later(n)).mail()) for n in range(7)]

    assert codes == ["applied"] * 5 + ["held"] * 2


def test_nobody_who_was_taken_off_or_whose_meeting_is_cancelled_answers(asked, unit):
    kari = to(asked, "Kari")
    invitations.cancel(asked, "Syk", unit)

    assert take(kari.mail()) == "not_asked"
    assert answer(asked) == "needs-action"


def test_a_comment_is_kept_as_text_without_controls_and_not_too_long(asked):
    said = "Ja\\n" + "x" * 600 + "\u202e\u2028"

    take(to(asked, "Kari").but(comment=said).mail())

    found = guest(asked, "Kari").comment
    assert len(found) == 500
    assert found.isprintable()


def test_nothing_of_a_body_and_no_address_is_in_the_history(asked):
    take(to(asked, "Kari").mail())

    kept = str(one(Received.told)) + str(one(Change.after))
    assert "svarte" not in kept
    assert "Noe helt annet" not in kept
    assert "@" not in str(one(Change.after, Change.kind == "invitation"))


def test_mails_of_no_meeting_wait_to_be_seen_and_are_forgotten_when_old(unit):
    written = b"From: noen@else.example\r\nSubject: hei\r\n\r\nHei\r\n"
    take(written)
    take(written + b"x", datetime.now(UTC) - timedelta(days=91))

    upkeep.tidy()

    (row,) = inbox.unplaced()
    db.session.rollback()
    assert (row.sender, row.verdict) == ("noen@else.example", "written")
    inbox.settle(row.digest, unit, accept=True)
    assert inbox.unplaced() == []
