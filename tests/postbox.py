"""A real SMTP server on this machine, and what it receives."""

from email import policy
from email.parser import BytesParser

from tests.conftest import settings


class Postbox:
    """A server's handler that keeps what comes, and refuses whom it is told to."""

    def __init__(self):
        self.mails, self.refuses = [], {}

    async def handle_RCPT(  # noqa: N802
        self, _server, _session, envelope, address, _options
    ):
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.mails.append((envelope.rcpt_tos, parsed(envelope.content)))
        return "250 OK"


def parsed(content):
    return BytesParser(policy=policy.default).parsebytes(content)


def use(app, **changed):
    known = app.config["SETTINGS"]
    values = {"smtp": known.smtp, "public_base_url": known.public_base_url} | changed
    app.config["SETTINGS"] = settings(known.instance, known.database_url, **values)
