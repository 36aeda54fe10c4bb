"""The worker: periodic jobs, run by huey. A job may be lost, a table row may not."""

import traceback
from collections.abc import Callable
from threading import Lock

from flask import Flask
from huey import SqliteHuey, crontab

from coordinator import meeting_reminders, pictures, reminders, state, upkeep
from models import db
from views import mail, mailbox

# Mail leaves also while the network is worked out.
THREADS = 2


def run(app: Flask) -> None:
    """Run the periodic jobs until SIGTERM or SIGINT."""
    queue = SqliteHuey(
        "coordinator",
        filename=str(app.config["SETTINGS"].instance / "huey.db"),
        timeout=10,
    )

    def periodic(
        name: str, work: Callable[[], object], **when: str
    ) -> Callable[[], object]:
        run_job = job(app, name, work)
        return queue.periodic_task(crontab(**when), name=name)(run_job)  # type: ignore[no-any-return]

    tidy = periodic("tidy", upkeep.tidy, minute="17")
    deliver = periodic("deliver", mail.deliver_due, minute="*")
    analyse = periodic("analyse", state.analyse, minute="*")
    lay_out = periodic("lay out", pictures.lay_out, minute="*")
    if app.config["SETTINGS"].imap is not None:
        periodic("receive", mailbox.receive, minute="*")
    periodic("remind", reminders.remind, minute="*/5")
    periodic("remind of meetings", meeting_reminders.remind, minute="*/5")
    # Once now, by the queue: where one fails, the worker lives on.
    for first in (deliver, tidy, analyse, lay_out):
        first()
    queue.create_consumer(workers=THREADS, worker_type="thread").run()


def job(app: Flask, name: str, work: Callable[[], object]) -> Callable[[], None]:
    """Return the work as a job: never twice at once, and its failure stops no other.

    What failed is logged without what an error says, which may be of a person.
    """
    lock = Lock()

    def run_job() -> None:
        if not lock.acquire(blocking=False):
            return
        try:
            with app.app_context():
                _try(app, name, work)
        finally:
            lock.release()

    return run_job


def _try(app: Flask, name: str, work: Callable[[], object]) -> None:
    try:
        work()
    except Exception as error:
        where = "".join(traceback.format_tb(error.__traceback__))
        app.logger.error("%s: %s\n%s", name, type(error).__name__, where)
    finally:
        db.session.remove()
