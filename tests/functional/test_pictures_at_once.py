"""While one viewer's picture is laid out, the others of the class are answered."""

from datetime import date
from threading import Event, Thread

import pytest

from coordinator import (
    own_connection,
    picture_differences,
    picture_layouts,
    pictures,
    questions,
)
from coordinator.access import UNIT
from coordinator.pictures import Wanted
from graphs import layout
from models import db
from tests.exchanging import bring, bring_all
from tests.networks import WITHOUT_MEETINGS

# So long is waited before a test that hangs is told; a sound one never waits for it.
LONG = 60


@pytest.fixture
def network(app):
    bring_all(WITHOUT_MEETINGS)
    db.session.rollback()


@pytest.fixture
def held(monkeypatch):
    """Let the first layout of all begin, and end when it may."""
    begun, finish, positions = Event(), Event(), layout.positions

    def slow(graph):
        if not begun.is_set():
            begun.set()
            assert finish.wait(LONG)
        return positions(graph)

    # Layouts are kept by their graph, whatever database it was read from.
    picture_layouts._laid_out.clear()
    monkeypatch.setattr(layout, "positions", slow)
    yield begun, finish
    finish.set()


def started(app, ask):
    """Ask in a thread of its own; return the thread, and where the answer will be."""
    answers = []

    def run():
        try:
            with app.app_context():
                answers.append(ask())
                db.session.remove()
        finally:
            own_connection.disconnect()

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread, answers


def other_things():
    """Ask what a page beside the picture asks, and for another picture."""
    return (
        pictures.confirmed("bv-trondheim", UNIT),
        len(questions.ask_each(UNIT)),
        pictures.view(Wanted(around="bv-trondheim", measure="degree"), UNIT),
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda: pictures.view(Wanted(place="5001"), UNIT),
        lambda: picture_differences.between(date(2029, 12, 31), date(2030, 1, 1), UNIT),
        lambda: picture_differences.without(["bv-trondheim"], UNIT),
    ],
    ids=["picture", "as-of", "what-if"],
)
def test_another_viewer_is_answered_while_a_picture_is_laid_out(
    app, network, held, ask
):
    begun, finish = held
    first, slow = started(app, ask)
    assert begun.wait(LONG)

    second, quick = started(app, other_things)
    second.join(LONG)

    assert not slow
    assert len(quick) == 1
    finish.set()
    first.join()
    assert slow == [ask()]


def test_a_change_comes_in_while_a_picture_is_laid_out(app, network, held):
    begun, finish = held
    first, slow = started(app, lambda: pictures.view(Wanted(place="5001"), UNIT))
    assert begun.wait(LONG)

    row = "ny,Ny instans,municipality,5001"
    assert not bring("organisations", f"key,name,kind,serves\n{row}\n").errors
    db.session.rollback()
    after = pictures.view(Wanted(kind="organisation"), UNIT)
    finish.set()
    first.join()

    assert "ny" in after.by_id
    assert "ny" not in slow[0].by_id
    assert "ny" in pictures.view(Wanted(place="5001"), UNIT).by_id


def test_a_picture_is_made_once_and_kept(app, network):
    wanted = Wanted(place="5001")

    assert pictures.view(wanted, UNIT) is pictures.view(wanted, UNIT)
