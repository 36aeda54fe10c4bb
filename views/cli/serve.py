"""`flask serve` runs web and worker and stops both; `flask worker` runs one alone."""

import signal
import socket
import sys
from collections.abc import Callable
from multiprocessing import Process, connection, get_context
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlalchemy.exc import DBAPIError

from coordinator import accounts
from models import db
from views import worker as background
from views.addresses import absolute

ADDRESS = "127.0.0.1"
STOPS_WITHIN = 10
WEB_THREADS = 4
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Start the web server and the worker; when one ends, or on Ctrl-C, stop both."""
    app = _this_app()
    port = app.config["SETTINGS"].port
    if not _is_free(port):
        click.echo(
            f"PORT {port} is in use: stop what uses it, or set another.", err=True
        )
        sys.exit(1)
    click.echo(f"http://localhost:{port}", err=True)
    _invite_the_first()
    sys.exit(_run_together([_serve_web, background.run], app))


def _invite_the_first() -> None:
    """Print the link that creates the first unit user, where there is none yet."""
    try:
        secret = accounts.first_link()
    except DBAPIError:
        return  # not migrated: /healthz says so
    finally:
        # No connection may be open when the processes are forked.
        db.session.remove()
        db.engine.dispose()
    if secret:
        click.echo("The first user of the unit signs in once here:", err=True)
        click.echo(absolute("account.link", secret=secret), err=True)


def _is_free(port: int) -> bool:
    """Whether no one listens there: two web servers would share the requests."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, port))
        except OSError:
            return False
    return True


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run the periodic jobs until told to stop."""
    background.run(_this_app())


def _this_app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _serve_web(app: Flask) -> None:
    """Serve the application that is already loaded: starting takes half the time."""
    server = Granian(
        "wsgi:app",
        address=ADDRESS,
        port=app.config["SETTINGS"].port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=WEB_THREADS,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    )
    server.serve(target_loader=lambda *_args: app, wrap_loader=False)


def _run_together(jobs: list[Callable[[Flask], None]], app: Flask) -> int:
    """Run each job in a process of its own until one ends or we are told to stop.

    All stay in our process group, so that a signal to the group reaches every one.
    Return 0 when we were told to stop, 1 when a job ended by itself.
    """
    # Forked, not spawned, to share what is loaded; no thread or connection is open yet.
    fork = get_context("fork")
    children = [fork.Process(target=_run, args=(job, app)) for job in jobs]
    stop = _Stop()
    # A signal that comes between two starts waits until we listen: none is left alone.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    for child in children:
        child.start()
    stop.listen()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    while not stop.asked and all(child.is_alive() for child in children):
        connection.wait([child.sentinel for child in children], timeout=0.2)
    for child in children:
        child.terminate()
    for child in children:
        _wait_for(child)
    return 0 if stop.asked else 1


def _run(job: Callable[[Flask], None], app: Flask) -> None:
    # Ctrl-C reaches the whole group, but only the parent shall act on it: a web server
    # that heard it twice left its worker behind. To a child it says SIGTERM.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    job(app)


class _Stop:
    """Remembers that we were told to stop."""

    asked = False

    def listen(self) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, self._ask)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


def _wait_for(child: "Process | Any") -> None:
    child.join(STOPS_WITHIN)
    if child.is_alive():
        child.kill()
        child.join()
