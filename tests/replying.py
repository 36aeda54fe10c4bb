"""Replies to invitations as five calendars write them, and as nobody should."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from quopri import encodestring
from uuid import uuid4

from coordinator import guests, meetings, zones
from coordinator.access import UNIT
from models import db
from tests.meetings import guest
from views import reply_tokens

ORGANIZER = "coordinator@localhost"
WINDOWS_ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\n"
    "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\n"
    "TZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\n"
    "END:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\n"
    "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\n"
    "END:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
)


@dataclass(frozen=True)
class Reply:
    """What a reply says, and how: as it should be, unless something is changed."""

    uid: str
    address: str
    to: str
    starts: datetime
    sequence: int = 0
    answer: str = "ACCEPTED"
    comment: str = ""
    sender: str = ""
    attendee: str = ""
    method: str = "REPLY"
    stamp: datetime | None = field(
        default_factory=lambda: datetime.now(UTC) + timedelta(seconds=2)
    )
    recurrence: str = ""
    more: Sequence[str] = ()
    parameters: str = ""
    headers: Sequence[tuple[str, str]] = ()

    def but(self, **changed: object) -> "Reply":
        """Return the same with something else in it."""
        return replace(self, **changed)  # type: ignore[arg-type]

    # The parts

    def event(self, *, organizer: str = "", zone: str = "") -> str:
        """Return the VEVENT, in UTC unless a zone is named."""
        attendee = self.attendee or self.address
        when = f"DTSTART:{utc(self.starts)}"
        if zone:
            when = f'DTSTART;TZID="{zone}":{self.starts:%Y%m%dT%H%M%S}'
        lines = [
            "BEGIN:VEVENT",
            f"UID:{self.uid}",
            when,
            f"DTSTAMP:{self.stamp:%Y%m%dT%H%M%SZ}" if self.stamp else "",
            organizer,
            f"ATTENDEE;CN=Kari;PARTSTAT={self.answer}{self.parameters}:mailto:{attendee}",
            self.recurrence,
            f"SEQUENCE:{self.sequence}" if self.sequence >= 0 else "",
            f"COMMENT:{self.comment}" if self.comment else "",
            "SUMMARY:Noe helt annet",
            *self.more,
            "END:VEVENT",
        ]
        return "\r\n".join(line for line in lines if line)

    def calendar(self, *events: str, before: str = "") -> str:
        """Return the VCALENDAR around events: its own, unless others are given."""
        inside = "\r\n".join(
            events or [self.event(organizer=f"ORGANIZER:mailto:{self.to}")]
        )
        return (
            f"BEGIN:VCALENDAR\r\nPRODID:-//Example//EN\r\nVERSION:2.0\r\n"
            f"METHOD:{self.method}\r\n{before}{inside}\r\nEND:VCALENDAR\r\n"
        )

    def mail(self, calendar: str | bytes | None = None) -> bytes:
        """Return a plain mail with the calendar in it, as Google's are built."""
        said = self.calendar() if calendar is None else calendar
        raw = said if isinstance(said, bytes) else said.encode()
        mail = self._begun()
        mail.set_content("Kari svarte.")
        mail.add_alternative("<p>Kari svarte.</p>", subtype="html")
        mail.add_alternative(
            raw, "text", "calendar", params={"method": self.method, "charset": "UTF-8"}
        )
        mail.add_attachment(raw, "application", "ics", filename="invite.ics")
        return mail.as_bytes()

    def _begun(self) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self.sender or self.address
        mail["To"] = self.to
        mail["Subject"] = "Godtatt: møtet"
        mail["Message-ID"] = f"<{uuid4()}@mail.example>"
        for name, value in self.headers:
            mail[name] = value
        return mail


def utc(wall: datetime, timezone: str = "Europe/Oslo") -> str:
    """Return a wall time as a calendar says it in UTC."""
    return f"{zones.instant(wall, timezone)[0]:%Y%m%dT%H%M%SZ}"


def to(key: str, name: str) -> Reply:
    """Return the reply of the invitee of that name, as they should send it."""
    invitation = guest(key, name).invitation
    assert invitation is not None
    sent = guests.sent_of([invitation])[invitation]
    meeting = meetings.profile(key, UNIT).meeting
    db.session.rollback()
    return Reply(
        uid=meeting.uid,
        address=sent.address,
        to=reply_tokens.address(invitation),
        starts=meeting.starts,
        sequence=sent.sequence,
    )


# As calendars write them


def google(reply: Reply) -> bytes:
    """Return it with an alternative and a file of the same, times in UTC."""
    return reply.but(parameters=";CUTYPE=INDIVIDUAL;X-NUM-GUESTS=0").mail()


def outlook(reply: Reply) -> bytes:
    """Return it as Exchange does: no ORGANIZER, a zone of Windows, all in base64."""
    event = reply.event(zone="W. Europe Standard Time").replace("mailto:", "MAILTO:")
    event = event.replace("SUMMARY:", "SUMMARY;LANGUAGE=nb-NO:Godtatt: ")
    event = event.replace("COMMENT:", "COMMENT;LANGUAGE=nb-NO:")
    said = reply.calendar(
        event.replace("END:VEVENT", "CLASS:PUBLIC\r\nPRIORITY:5\r\nEND:VEVENT"),
        before=WINDOWS_ZONE,
    )
    return _by_hand(
        reply,
        'multipart/alternative; boundary="=_alt_1"',
        '--=_alt_1\r\nContent-Type: text/plain; charset="utf-8"\r\n\r\n \r\n'
        '--=_alt_1\r\nContent-Type: text/calendar; charset="utf-8"; method=REPLY\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
        f"{_base64(said.encode())}\r\n--=_alt_1--\r\n",
    )


def apple(reply: Reply) -> bytes:
    """Return it nested in two multiparts, quoted-printable, lower case within."""
    said = reply.calendar(
        reply.event(
            organizer=f'ORGANIZER;CN="Enheten":mailto:{reply.to}', zone="Europe/Oslo"
        )
    )
    quoted = encodestring(said.replace("\r\n", "\n").encode()).decode()
    return _by_hand(
        reply,
        'multipart/alternative; boundary="Apple-Mail-1"',
        "--Apple-Mail-1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nKari\r\n"
        "--Apple-Mail-1\r\nContent-Type: multipart/mixed;\r\n"
        ' boundary="Apple-Mail-2"\r\n\r\n--Apple-Mail-2\r\n'
        "Content-Type: text/calendar; method=reply; charset=utf-8;\r\n"
        " name=iCal-20261126-090000.ics\r\n"
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{quoted}\r\n"
        "--Apple-Mail-2--\r\n--Apple-Mail-1--\r\n",
    )


def thunderbird(reply: Reply) -> bytes:
    """Return it beside a text, with the zone by Mozilla's old name."""
    zone = "/mozilla.org/20070129_1/Europe/Oslo"
    said = reply.calendar(
        reply.event(
            organizer=f'ORGANIZER;SENT-BY="mailto:{ORGANIZER}":mailto:{reply.to}',
            zone=zone,
        )
    )
    return _by_hand(
        reply,
        'multipart/mixed; boundary="------------030801"',
        "--------------030801\r\nContent-Type: text/plain; charset=UTF-8;\r\n"
        " format=flowed\r\n\r\nKari har svart.\r\n--------------030801\r\n"
        "Content-Type: text/calendar; method=REPLY; charset=UTF-8\r\n"
        'Content-Disposition: attachment; filename="invite.ics"\r\n'
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{said}\r\n--------------030801--\r\n",
    )


def davmail(reply: Reply) -> bytes:
    """Return it as a gateway does: a calendar alone, METHOD in blanks, no SEQUENCE."""
    said = reply.but(sequence=-1).calendar().replace("METHOD:REPLY", "METHOD: Reply ")
    said = said.replace("mailto:", "MAILTO:")
    return _by_hand(reply, "text/calendar; charset=UTF-8; method=REPLY", said)


SHAPES = {
    "google": google,
    "outlook": outlook,
    "apple": apple,
    "thunderbird": thunderbird,
    "davmail": davmail,
}


def _by_hand(reply: Reply, content_type: str, body: str) -> bytes:
    return (
        f"From: Kari <{reply.sender or reply.address}>\r\nTo: {reply.to}\r\n"
        f"Subject: =?utf-8?q?Godtatt=3A_m=C3=B8tet?=\r\nMIME-Version: 1.0\r\n"
        f"Message-ID: <{uuid4()}@mail.example>\r\nContent-Type: {content_type}\r\n\r\n"
        f"{body}"
    ).encode()


def _base64(raw: bytes) -> str:
    text = b64encode(raw).decode()
    return "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))


def bounce(message_id: str, *, action: str = "failed") -> bytes:
    """Return a report that a mail of ours did not arrive (RFC 3464)."""
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\n"
        f"To: {ORGANIZER}\r\nReturn-Path: <>\r\nAuto-Submitted: auto-replied\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status;\r\n"
        ' boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\n'
        "No such user.\r\n--b1\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; noen@bv.example\r\nAction: {action}\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 noen@bv.example\r\n\r\n"
        "--b1\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: {ORGANIZER}\r\nMessage-ID: <{message_id}@localhost>\r\n\r\n--b1--\r\n"
    ).encode()
