"""The weekly mail: what is new in the network, to the unit, once; nothing hidden."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
import time_machine

from coordinator import accounts, outbox, own_connection, reminders, state
from coordinator.access import UNIT
from coordinator.opening import OSLO
from models import db
from tests.exchanging import bring_all
from tests.functional.test_mail import states, told
from tests.postbox import use
from views import mail

SUNDAY = datetime(2026, 11, 15, 12, tzinfo=OSLO)
WEDNESDAY = datetime(2026, 11, 18, 12, tzinfo=OSLO)
MONDAY = datetime(2026, 11, 23, 7, tzinfo=OSLO)
BEFORE = {
    "organisations": "key,name,kind,serves,protected\n"
    "nav,Nav Trondheim,nav_office,5001,\n"
    "kanari-org,Kanarihuset,crisis_centre,,true\n",
    "posts": "key,organisation,title\ngammel,nav,Gammel stilling\n",
}
AFTER = {
    "posts": "key,organisation,title\n"
    + "".join(f"ny-{n},nav,Ny stilling {n}\n" for n in range(7))
    + "kanari-post,kanari-org,Kanaristilling\n",
    "persons": "key,name\nkanari-kari,Kanari Kari\n",
    "holdings": "person,post,valid_to\nkanari-kari,kanari-post,2026-12-15\n",
    "networks": "key,name,mandate,valid_from,valid_to\n"
    "forum,Et forum,,2020-01-01,2026-12-15\n",
    "responsibilities": "step,role,holder,place,status\n"
    "health,A,kanari-post,5001,contested\nhealth,A,nav,5001,contested\n",
}


@pytest.fixture
def a_week(app):
    """Let a week pass in which the network got weak spots; yield the clock."""
    with time_machine.travel(SUNDAY, tick=False) as clock:
        bring_all(BEFORE)
        state.analyse()
        clock.move_to(WEDNESDAY)
        accounts.create("kari@example.no", "unit")
        accounts.create("ann@example.no", "unit", language="en")
        accounts.create("borte@example.no", "unit")
        accounts.create("leser@example.no", "reader")
        accounts.create("etat@example.no", "agency", "nav")
        gone = next(one for one in accounts.users(UNIT) if "borte" in one.email)
        db.session.rollback()
        accounts.set_disabled(gone.key, disabled=True)
        bring_all(AFTER)
        state.analyse()
        yield clock


def content(message, kind):
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


def texts(handler):
    return {
        recipients[0]: (
            message["Subject"],
            content(message, "plain"),
            content(message, "html"),
        )
        for recipients, message in handler.mails
    }


def test_the_unit_is_told_on_monday_what_is_new_since_the_one_before(
    app,
    a_week,
    postbox,
):
    use(app, smtp=app.config["SETTINGS"].smtp, public_base_url="https://n.example")
    a_week.move_to(MONDAY - timedelta(minutes=1))
    early = reminders.remind()
    a_week.move_to(MONDAY)
    written = reminders.remind()
    mail.deliver_due()

    assert (early, written) == (0, 2)
    found = texts(postbox)
    assert found.keys() == {"kari@example.no", "ann@example.no"}
    subject, plain, html = found["kari@example.no"]
    assert subject == "11 nye funn i nettverket"
    assert "uken som begynte 16. november" in plain
    assert "Ubesatte funksjoner: 7\n" in plain
    assert plain.count("Ny stilling") == html.count("Ny stilling") == 5
    assert "og 2 til" in plain
    assert "Et forum" in plain
    assert "Gammel stilling" not in plain
    assert "https://n.example/network\n" in plain
    assert 'href="https://n.example/network"' in html
    assert "fordi du er bruker i enheten" in plain
    assert "fordi du er bruker i enheten" in html
    english = found["ann@example.no"]
    assert english[0] == "11 new findings in the network"
    assert "https://n.example/network?lang=en\n" in english[1]
    assert told() == [None, None]


def test_nobody_hidden_is_named_in_a_mail_or_in_the_outbox(
    app,
    a_week,
    postbox,
):
    a_week.move_to(MONDAY)
    reminders.remind()

    kept = str(told()).casefold()
    mail.deliver_due()

    assert "ny-1" in kept
    for _subject, plain, html in texts(postbox).values():
        assert "kanari" not in (plain + html).casefold()
    assert "kanari" not in kept


def test_who_is_hidden_before_a_mail_leaves_is_not_named_in_it(
    app,
    a_week,
    postbox,
):
    a_week.move_to(MONDAY)
    reminders.remind()
    bring_all({"organisations": "key,protected\nnav,true\n"})
    mail.deliver_due()

    for _subject, plain, html in texts(postbox).values():
        assert "stilling" not in plain + html
        assert "Nav" not in plain + html
    assert len(postbox.mails) == 2


def test_a_week_is_told_of_once_by_however_many_workers(app, a_week):
    a_week.move_to(MONDAY + timedelta(days=2))
    db.session.remove()
    counts = []

    def work():
        with app.app_context():
            for _n in range(3):
                counts.append(reminders.remind())
            own_connection.disconnect()
            db.session.remove()

    workers = [Thread(target=work) for _n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(counts) == 2
    assert len(states()) == 2


def test_the_next_week_is_told_of_by_itself_and_nothing_where_nothing_is_new(
    app, a_week
):
    a_week.move_to(MONDAY)
    first = reminders.remind()
    bring_all({"posts": "key,organisation,title\nenda,nav,Enda en\n"})
    state.analyse()
    again = reminders.remind()
    a_week.shift(timedelta(days=7))
    second = reminders.remind()
    a_week.shift(timedelta(days=7))
    third = reminders.remind()

    assert (first, again, second, third) == (2, 0, 2, 0)
    newest = max(told(), key=lambda one: one["from"])
    assert [(row["row"], row["count"]) for row in newest["rows"]] == [("vacant", 1)]


def test_what_was_mended_before_monday_is_not_told_of(app, a_week):
    bring_all(
        {
            "posts": "key,organisation,title,valid_to\n"
            + "".join(f"ny-{n},nav,X,2026-11-17\n" for n in range(7)),
        }
    )
    state.analyse()
    a_week.move_to(MONDAY)
    reminders.remind()

    assert "vacant" not in {row["row"] for row in told()[0]["rows"]}


def test_a_new_user_is_not_told_of_the_week_before_she_came(app, a_week):
    a_week.move_to(MONDAY)
    reminders.remind()
    accounts.create("ny@example.no", "unit")

    assert reminders.remind() == 0


def test_before_anything_was_worked_out_there_is_nothing_to_tell(app):
    accounts.create("kari@example.no", "unit")

    assert reminders.remind(datetime(2100, 1, 4, 12, tzinfo=OSLO)) == 0
    assert states() == []


def test_seven_on_monday_is_by_the_clock_on_the_wall():
    for day in (datetime(2026, 3, 30), datetime(2026, 10, 26)):  # the clock was moved
        at = day.replace(hour=7, tzinfo=OSLO)

        assert reminders.last_week(at).due_at == at
        earlier = reminders.last_week(at - timedelta(seconds=1))
        assert earlier.until == at.date() - timedelta(days=7)


def test_the_command_works_it_out_writes_and_says_how_many(runner, a_week):
    a_week.move_to(MONDAY)

    done = [runner.invoke(args=["remind"]) for _n in range(2)]

    assert [one.exit_code for one in done] == [0, 0]
    assert [one.stderr for one in done] == ["2 mails written\n", "0 mails written\n"]
    assert outbox.listed(UNIT)[1] == 2
