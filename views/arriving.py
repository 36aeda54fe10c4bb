"""Mails as they arrive: read as plain values, whatever is in them.

Anyone may send anything: size, parts and depth are bounded before anything is parsed.
Parts are judged by their Content-Type. Nothing of a body is handed on.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses, parseaddr

from flask import current_app

from coordinator import incoming
from coordinator.incoming import Malformed, Scheduling
from coordinator.verdicts import Arrived, Bounce, same_form
from views import reply_tokens

LARGEST = 1_000_000
LARGEST_HEADERS = 64_000
# Parsing costs lines times the depth of multiparts, so they are counted before.
MOST_BOUNDARIES = 100
MOST_PARTS = 100
DEEPEST = 10
MOST_CALENDARS = 10
MOST_TOKENS = 20
LONGEST_ADDRESS = 320
LONGEST_FROM = 2_000
# Where a server says whom the mail was for, and where a reply to it goes.
ADDRESSED = (
    "To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To",
    "X-Delivered-To", "Reply-To",
)  # fmt: skip
CALENDARS = ("text/calendar", "application/ics")
MACHINES = ("mailer-daemon", "postmaster", "no-reply", "noreply")
_TOKEN = re.compile(rf"\+([a-z2-7]{{{reply_tokens.LENGTH}}})@", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@[^<>@\s]+>")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n|\r\r")


class _TooMuch(Exception):
    """More parts than any person's mail has."""


def read(raw: bytes, received_at: datetime) -> Arrived:
    """Return what a mail says, and what it is where that is nothing for us."""
    mail, head = _envelope(raw, received_at)
    if mail.nature == "unreadable":
        return mail
    if len(raw) > LARGEST:
        return replace(mail, nature="too_large")
    try:
        whole = _parsed(raw)
        parts = list(_parts(whole))
    except _TooMuch:
        return replace(mail, nature="unreadable")
    if whole.get_content_type() == "multipart/report":
        return _of_report(mail, parts)
    if mail.nature:
        return mail
    return _with_calendars(mail, head, parts)


def read_headers(head: bytes, received_at: datetime) -> Arrived:
    """Return a mail that is too large to be fetched, by its headers alone."""
    mail, _head = _envelope(head, received_at)
    return replace(mail, nature=mail.nature or "too_large")


# Headers


def _envelope(raw: bytes, received_at: datetime) -> tuple[Arrived, Message]:
    """Return who sent it to which invitation, and whether a machine did."""
    # However its lines end, it is the same mail.
    digest = hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()
    end = _END_OF_HEADERS.search(raw, 0, LARGEST_HEADERS)
    if end is None and len(raw) > LARGEST_HEADERS:
        return Arrived(digest, received_at, nature="unreadable"), Message()
    head = message_from_bytes(
        raw[: end.start()] if end else raw, policy=policy.compat32
    )
    senders = tuple(_senders(head))
    mail = Arrived(
        digest,
        received_at,
        senders=senders,
        invitation=_invitation(_texts(head, *ADDRESSED)),
        nature=_nature(head, senders),
        is_automatic=_is_automatic(head, senders),
        dmarc=_dmarc(head, senders),
    )
    return mail, head


def _texts(head: Message, *names: str) -> list[str]:
    found = (str(value) for name in names for value in head.get_all(name, []))
    return [" ".join(text.split())[:LARGEST_HEADERS] for text in found]


def _senders(head: Message) -> Iterator[str]:
    """Yield each address in From, as two readers find it: who they differ on is none.

    A line that one reads as one address and another as two is no person's.
    """
    for text in _texts(head, "From"):
        if len(text) > LONGEST_FROM:
            yield ""
            continue
        loose = [address for _name, address in getaddresses([text])]
        strict: list[str] = []
        with suppress(ValueError, IndexError, AttributeError, TypeError):
            parsed = policy.default.header_factory("From", text)
            strict = [one.addr_spec for one in parsed.addresses]
        yield from map(_address, loose)
        if strict != loose:
            yield from map(_address, strict or [""])


def _address(text: str) -> str:
    is_plain = text.isprintable() and "@" in text and len(text) <= LONGEST_ADDRESS
    return same_form(text) if is_plain else ""


def _invitation(texts: Iterable[str]) -> str | None:
    """Return the one invitation whose token stands in an address; None for several."""
    tokens = [one for text in texts for one in _TOKEN.findall(text)][:MOST_TOKENS]
    found = {reply_tokens.invitation_of(one) for one in tokens} - {None}
    return found.pop() if len(found) == 1 else None


def _nature(head: Message, senders: Sequence[str]) -> str:
    precedence = _words(head, "Precedence")
    if _ours() in (_without_tag(one) for one in senders):
        return "own"
    if (
        "List-Id" in head
        or "List-Post" in head
        or precedence & {"list", "bulk", "junk"}
    ):
        return "list"
    is_answer = _words(head, "Auto-Submitted") & {"auto-replied", "auto-notified"}
    tells = "X-Autoreply" in head or "X-Autorespond" in head
    return "auto_reply" if is_answer or tells or "auto_reply" in precedence else ""


def _is_automatic(head: Message, senders: Sequence[str]) -> bool:
    """Return whether a machine sent it, or asks for no answer by one (RFC 3834)."""
    return bool(
        _words(head, "Auto-Submitted") - {"no"}
        or _words(head, "X-Auto-Response-Suppress") - {"none"}
        or "Precedence" in head
        or "<>" in _texts(head, "Return-Path")
        or any(one.partition("@")[0] in MACHINES for one in senders)
    )


def _words(head: Message, name: str) -> set[str]:
    texts = (_bare(text).lower() for text in _texts(head, name))
    return {word.strip() for text in texts for word in re.split("[,;]", text)[:9]}


def _ours() -> str:
    _name, address = parseaddr(current_app.config["SETTINGS"].mail_from)
    return same_form(address)


def _without_tag(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def _dmarc(head: Message, senders: Sequence[str]) -> bool | None:
    """Return whether our own server found dmarc=pass; None where none is named.

    Its line is the topmost that names it: whatever the sender put in stands below.
    Comments and quoted strings, which a sender may fill, say nothing.
    """
    ours: str = current_app.config["SETTINGS"].authserv_id
    if not ours:
        return None
    for text in _texts(head, "Authentication-Results"):
        first, *results = [part.strip() for part in _bare(text).split(";")]
        name, _, version = first.partition(" ")
        if name.lower() != ours.lower() or version.strip() not in ("", "1"):
            continue
        found = [one for one in results if re.match(r"dmarc\s*=", one, re.IGNORECASE)]
        domain = senders[0].rpartition("@")[2] if len(senders) == 1 else ""
        return len(found) == 1 and _passes(found[0], domain)
    return False


def _passes(result: str, domain: str) -> bool:
    if not re.match(r"dmarc\s*=\s*pass(\s|$)", result, re.IGNORECASE):
        return False
    of = re.search(r"\bheader\.from\s*=\s*(\S+)", result, re.IGNORECASE)
    return of is None or same_form(f"x@{of[1].rpartition('@')[2]}") == f"x@{domain}"


def _bare(text: str) -> str:
    """Return the text without quoted strings and comments, which may nest.

    >>> _bare('mx.example; spf=pass (dmarc=pass (x)) smtp.from="; dmarc=pass"; a=b')
    'mx.example; spf=pass  smtp.from=; a=b'
    """
    kept: list[str] = []
    depth, is_quoted, characters = 0, False, iter(text)
    for one in characters:
        if one == "\\":
            next(characters, "")
        elif one == '"' and not depth:
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif one in "()":
            depth = max(0, depth + (1 if one == "(" else -1))
        elif not depth:
            kept.append(one)
    return "".join(kept)


# Parts


def _parsed(raw: bytes) -> Message:
    if raw.lower().count(b"boundary") > MOST_BOUNDARIES:
        raise _TooMuch
    return message_from_bytes(raw, policy=policy.compat32)


def _parts(whole: Message) -> Iterator[Message]:
    """Yield every part, those of forwarded mails too."""
    waiting, count = [(whole, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        count += 1
        if count > MOST_PARTS or depth > DEEPEST:
            raise _TooMuch
        yield part
        if part.is_multipart():
            deeper = depth + (part.get_content_maintype() == "message")
            inside = [one for one in part.get_payload() if isinstance(one, Message)]
            waiting += [(one, deeper) for one in reversed(inside)]


def _with_calendars(mail: Arrived, head: Message, parts: Sequence[Message]) -> Arrived:
    found = [part for part in parts if part.get_content_type() in CALENDARS]
    if len(found) > MOST_CALENDARS:
        return replace(mail, nature="unreadable")
    said: list[Scheduling] = []
    # Most send the same twice, as an alternative and as a file.
    for payload in dict.fromkeys(part.get_payload(decode=True) for part in found):
        with suppress(Malformed):
            said += incoming.parse(payload if isinstance(payload, bytes) else b"")
    if found and not said:
        return replace(mail, nature="unreadable")
    invitation = mail.invitation
    if invitation is None:
        # Servers that drop what follows the plus leave the organizer's address alone.
        invitation = _invitation(one.organizer or "" for one in said)
    return replace(mail, said=tuple(said), invitation=invitation)


def _of_report(mail: Arrived, parts: Sequence[Message]) -> Arrived:
    """Return a report as a bounce, where it says that a mail failed (RFC 3464).

    One that says anything else, such as that a mail was read, is a machine's answer.
    """
    fields = [
        group
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for group in part.get_payload()
        if isinstance(group, Message)
    ]
    failed = [one for one in fields if str(one.get("Action", "")).lower() == "failed"]
    if not failed:
        return replace(mail, nature="auto_reply")
    status = _STATUS.search(str(failed[0].get("Status", "")))
    returned = [_headers_of(part) for part in parts[1:]]
    texts = [text for one in returned for text in _texts(one, "Message-ID")]
    known = (_MESSAGE_ID.search(text) for text in texts)
    message = next((one[1] for one in known if one), "")
    addresses = [text for one in returned for text in _texts(one, "Reply-To", "From")]
    return replace(
        mail,
        nature="",
        invitation=mail.invitation or _invitation(addresses),
        bounce=Bounce(message, status[0] if status else "5.0.0"),
    )


def _headers_of(part: Message) -> Message:
    """Return the headers that a part returns, which may come as text."""
    if part.get_content_type() != "text/rfc822-headers":
        return part
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    return message_from_bytes(raw[:LARGEST_HEADERS], policy=policy.compat32)
