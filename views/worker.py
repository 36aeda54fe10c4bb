"""The worker: periodic jobs, run by huey. A job may be lost, a table row may not."""

from flask import Flask
from huey import SqliteHuey, crontab

from coordinator import upkeep
from views import mail


def run(app: Flask) -> None:
    """Run the periodic jobs until SIGTERM or SIGINT."""
    queue = SqliteHuey(
        "coordinator",
        filename=str(app.config["SETTINGS"].instance / "huey.db"),
        timeout=10,
    )

    @queue.periodic_task(crontab(minute="17"))
    def tidy() -> None:
        with app.app_context():
            upkeep.tidy()

    @queue.periodic_task(crontab(minute="*"))
    def deliver() -> None:
        with app.app_context():
            mail.deliver_due()

    deliver()
    tidy()  # once now, by the queue: where it fails, the worker lives on
    queue.create_consumer(workers=1, worker_type="thread").run()
