"""Mails as they leave: rendered in the recipient's language, plain and HTML."""

import os
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from email_validator import validate_email
from flask import current_app, render_template
from flask_babel import force_locale, format_date, ngettext
from flask_babel import gettext as _

from coordinator import accounts, catalogue, outbox, reminders
from coordinator.access import READER
from coordinator.calendar_objects import Method
from coordinator.outbox import Delivery
from models import db
from views import mail_calendars, mail_meetings, reply_tokens
from views.addresses import absolute
from views.config import LOCAL_HOSTS, Smtp
from views.language import in_address
from views.network.telling import Telling
from views.network.words import ROWS

TIMEOUT = 30


class NotDelivered(Exception):
    """The mail did not leave; `for_good` where trying again would not help."""

    def __init__(self, fault: str, *, for_good: bool) -> None:
        super().__init__(fault)
        self.fault, self.for_good = fault, for_good


def deliver_due() -> tuple[int, int]:
    """Deliver every mail that is due; return how many left and how many did not.

    One that fails never stops the others. No address is logged. A link that was used,
    renewed or grew old while its mail waited is not sent: the mail is withdrawn.
    """
    left = stayed = 0
    while deliveries := outbox.claim():
        for delivery in deliveries:
            if _leads_nowhere(delivery):
                outbox.drop(delivery.key)
                continue
            try:
                _send(_made(delivery), delivery.key)
            except NotDelivered as problem:
                outbox.failed(delivery.key, problem.fault, for_good=problem.for_good)
                stayed += 1
            except Exception as problem:
                # A mail that cannot be made must not keep the rest from leaving.
                name = type(problem).__name__
                current_app.logger.exception("mail %s: %s", delivery.key, name)
                outbox.failed(delivery.key, name, for_good=True)
                stayed += 1
            else:
                outbox.sent(delivery.key)
                left += 1
    return left, stayed


def _leads_nowhere(delivery: Delivery) -> bool:
    secret = delivery.told.get("secret")
    return secret is not None and accounts.link_works_until(secret) is None


def _made(delivery: Delivery) -> EmailMessage:
    """Return the mail; what was read for it stays open neither for SMTP nor a write."""
    try:
        return render(delivery)
    finally:
        db.session.rollback()


@dataclass(frozen=True)
class Letter:
    """A mail in words: its texts, and for a meeting where replies go and what is told.

    `calendar` is an iCalendar object of that `method`; `first` the outbox key of the
    mail that this one goes on from.
    """

    subject: str
    text: str
    html: str
    reply_to: str = ""
    first: str = ""
    method: Method | None = None
    calendar: bytes = b""


def render(delivery: Delivery) -> EmailMessage:
    """Return the mail as it leaves: one recipient, plain text and HTML.

    Nothing in it is of this moment: a second try sends the same.
    """
    settings = current_app.config["SETTINGS"]
    with force_locale(delivery.language):
        unit = settings.unit.name or _("Koordineringsenheten")
        is_meeting = delivery.kind in mail_meetings.KINDS
        letter = (_of_meeting if is_meeting else _of_account)(delivery, unit)
    message = EmailMessage()
    message["From"] = _address(settings.mail_from, unit)
    message["To"] = Address(addr_spec=_in_ascii(delivery.recipient))
    if letter.reply_to:
        message["Reply-To"] = _address(letter.reply_to, unit)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(delivery.written_at)
    message["Message-ID"] = _message_id(delivery.key)
    if letter.first and letter.first != delivery.key:
        message["In-Reply-To"] = message["References"] = _message_id(letter.first)
    message["Auto-Submitted"] = "auto-generated"
    # Lines of 76 signs and no more: a server on the way need not break any.
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar:
        _add_calendar(message, letter)
    # Last: what is set before becomes the first part's.
    message["Content-Language"] = delivery.language
    return message


def _add_calendar(message: EmailMessage, letter: Letter) -> None:
    """Add the calendar as the last alternative, and as a file (RFC 6047 §2.4).

    As bytes: as text its line ends would change. In base64, lest a server fold it anew.
    """
    message.add_alternative(
        letter.calendar,
        maintype="text",
        subtype="calendar",
        cte="base64",
        params={"charset": "UTF-8", "method": str(letter.method)},
    )
    message.add_attachment(
        letter.calendar,
        maintype="application",
        subtype="ics",
        cte="base64",
        filename="invite.ics",
    )


def _message_id(key: str) -> str:
    domain = urlsplit(absolute("guide.ask")).hostname or "localhost"
    return f"<{key}@{domain}>"


def _of_account(delivery: Delivery, unit: str) -> Letter:
    words = _words(delivery) | {"unit": unit, "language": delivery.language}
    return Letter(
        render_template("mail/subject.txt", **words).strip(),
        render_template("mail/body.txt", **words),
        render_template("mail/body.html", **words),
    )


def _of_meeting(delivery: Delivery, unit: str) -> Letter:
    told = delivery.told
    mail = mail_meetings.words(delivery, unit)
    contact = current_app.config["SETTINGS"].unit
    words = {"mail": mail, "contact": contact, "language": delivery.language}
    method = mail_calendars.method(delivery)
    return Letter(
        mail.subject,
        render_template("mail/meeting.txt", **words),
        render_template("mail/meeting.html", **words),
        reply_tokens.address(told["invitation"]) if told.get("invitation") else "",
        told.get("references", ""),
        method,
        mail_calendars.made(
            told,
            method,
            mail_calendars.Frame(
                _in_ascii(delivery.recipient),
                delivery.written_at,
                delivery.language,
                unit,
                mail.why,
            ),
        )
        if method
        else b"",
    )


def _in_ascii(address: str) -> str:
    """Return the address with its domain as every server takes it (RFC 5891)."""
    found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    return found.ascii_email or address


def _address(text: str, name: str) -> Address:
    _name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=address)


def _words(delivery: Delivery) -> dict[str, Any]:
    if delivery.kind == reminders.WEEKLY:
        return _weekly(delivery)
    told, link = delivery.told, ""
    if secret := told.get("secret"):
        link = absolute("account.link", secret=secret)
    subject, paragraphs, action = {
        "invitation": lambda: (
            _("Du er invitert til Coordinator"),
            [
                _("Du kan nå logge inn i nettverkskatalogen."),
                _("Velg et passord først. Lenken virker én gang, i sju dager."),
            ],
            _("Velg passord"),
        ),
        "reset": lambda: (
            _("Nytt passord til Coordinator"),
            [
                _("Noen har bedt om nytt passord for denne adressen."),
                _("Var det ikke deg, trenger du ikke gjøre noe."),
                _("Lenken virker én gang, i én time."),
            ],
            _("Velg nytt passord"),
        ),
        "password_changed": lambda: (
            _("Passordet ditt er endret"),
            [
                _("Passordet for denne adressen er nettopp endret."),
                _("Var det ikke deg, si fra til enheten med en gang."),
            ],
            "",
        ),
    }[delivery.kind]()
    return {
        "subject": subject,
        "paragraphs": paragraphs,
        "action": action,
        "link": link,
        "sections": (),
        "why": "",
    }


def _weekly(delivery: Delivery) -> dict[str, Any]:
    """Return what is new in the network, as words that mail may carry."""
    rows = delivery.told["rows"]
    count = sum(row["count"] for row in rows)
    examples = {row["row"]: reminders.still_open(row["examples"]) for row in rows}
    telling = Telling(
        (one for found in examples.values() for one in found),
        READER,
        catalogue.current(READER),
        delivery.language,
    )
    first = format_date(date.fromisoformat(delivery.told["from"]), "d. MMMM")
    return {
        "subject": ngettext(
            "%(num)s nytt funn i nettverket", "%(num)s nye funn i nettverket", count
        ),
        "paragraphs": [_("Dette er nytt fra uken som begynte %(day)s.", day=first)],
        "sections": [
            (
                f"{ROWS[row['row']][0]}: {row['count']}",
                [telling.sentence(one) for one in examples[row["row"]]],
                row["count"] - len(examples[row["row"]]),
            )
            for row in rows
        ],
        "action": _("Se hele nettverket"),
        "link": absolute("network.index", **in_address(delivery.language)),
        "why": _(
            "Du får denne hver mandag når noe er nytt, fordi du er bruker i enheten. "
            "Det som gjelder skjermede instanser, er bare talt med."
        ),
    }


# Sending


def _send(message: EmailMessage, key: str) -> None:
    smtp = server()
    if smtp is None:
        _keep(message, key)
        return
    try:
        with _connected(smtp) as connection:
            connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, _text = next(iter(refused.recipients.values()))
        raise NotDelivered(f"SMTP {code}", for_good=code >= 500) from refused
    except smtplib.SMTPResponseException as answer:
        code = answer.smtp_code
        raise NotDelivered(f"SMTP {code}", for_good=500 <= code != 535) from answer
    except (OSError, smtplib.SMTPException) as problem:
        raise NotDelivered(type(problem).__name__, for_good=False) from problem


def server() -> Smtp | None:
    """Return the server that mails leave by; None where they are kept as files.

    Without PUBLIC_BASE_URL links lead to this machine: then none leaves it.
    """
    settings = current_app.config["SETTINGS"]
    smtp: Smtp | None = settings.smtp
    is_here = smtp is not None and smtp.host in LOCAL_HOSTS
    return smtp if settings.public_base_url or is_here else None


@contextmanager
def _connected(smtp: Smtp) -> Iterator[smtplib.SMTP]:
    make = smtplib.SMTP_SSL if smtp.scheme == "smtps" else smtplib.SMTP
    with make(smtp.host, smtp.port, timeout=TIMEOUT) as connection:
        if smtp.scheme == "smtp+starttls":
            connection.starttls()
        if smtp.user:
            connection.login(smtp.user, smtp.password)
        yield connection


def _keep(message: EmailMessage, key: str) -> None:
    """Write the mail to INSTANCE/mail, exactly as it would have left."""
    folder: Path = current_app.config["SETTINGS"].instance / "mail"
    folder.mkdir(exist_ok=True, mode=0o700)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    path = folder / f"{moment}-{key[:8]}.eml"
    waiting = path.with_suffix(".part")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(message.as_bytes())
    waiting.replace(path)
