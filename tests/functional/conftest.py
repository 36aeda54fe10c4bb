"""What functional tests share: a server that receives mails, and someone signed in."""

import socket

import pytest
from aiosmtpd.controller import Controller

from tests.functional.test_accounts import a_user, sign_in
from tests.postbox import Postbox, use
from views.config import Smtp


@pytest.fixture
def unit(client):
    """Return someone of the unit, signed in."""
    a_user("kari@example.no")
    sign_in(client, "kari@example.no")
    return client


@pytest.fixture
def postbox(app):
    """Yield what a real SMTP server on this machine receives."""
    handler = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    use(app, smtp=Smtp("smtp", "127.0.0.1", port, "", ""))
    yield handler
    controller.stop()
