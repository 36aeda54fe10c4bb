"""Mails that nobody should send: none of them may change an answer or a meeting."""

from datetime import UTC, datetime, timedelta

from tests.replying import ORGANIZER, SHAPES, Reply, bounce

THIEF = "thief@else.example"


def corpus(kari: Reply, ola: Reply) -> dict[str, bytes]:
    """Return the mails by what is wrong with them.

    The meeting has been moved once: SEQUENCE 1 was asked, 0 is old.
    """
    return {
        **_forged(kari, ola),
        **_of_other_methods(kari),
        **_malformed(kari),
        **_huge(kari),
        **_of_machines(kari),
    }


def _forged(kari: Reply, ola: Reply) -> dict[str, bytes]:
    mail = kari.mail()
    own = f"From: {kari.address}".encode()
    other_token = f"{kari.to[:-20]}{'a' if kari.to[-20] != 'a' else 'b'}{kari.to[-19:]}"

    def from_(text: str) -> bytes:
        return mail.replace(own, f"From: {text}".encode())

    return {
        "another sender": kari.but(sender=THIEF).mail(),
        "another attendee": kari.but(attendee=THIEF).mail(),
        "a stranger altogether": kari.but(sender=THIEF, attendee=THIEF).mail(),
        "a subdomain": kari.but(sender="kari@post.bv.example").mail(),
        "two From": mail.replace(own, own + f"\r\nFrom: {THIEF}".encode()),
        "two From, ours last": mail.replace(own, f"From: {THIEF}\r\n".encode() + own),
        "two senders": from_(f"{kari.address}, {THIEF}"),
        "a name like an address": from_(f'"{kari.address}" <{THIEF}>'),
        "a comment like an address": from_(f"{THIEF} ({kari.address})"),
        "an address after a comment": from_(f"{kari.address}){THIEF}"),
        "an encoded address": from_("=?utf-8?q?kari=40bv=2Eexample?="),
        "a group": from_(f"kari: {kari.address}, {THIEF};"),
        "a quoted local part": from_(f'"{kari.address}"@else.example'),
        "a letter that looks alike": from_("k\u0430ri@bv.example"),
        "a letter that folds alike": from_("\u212aari@bv.example"),
        "no sender": mail.replace(own, b"X-From: nobody"),
        "an empty sender": from_("<>"),
        "no token": kari.but(to=ORGANIZER).mail(),
        "a token that we did not make": kari.but(to=other_token).mail(),
        "the token of another": kari.but(to=ola.to).mail(),
        "another for her, with his token": kari.but(
            to=ola.to, sender=ola.address, attendee=kari.address
        ).mail(),
        "an unknown UID": kari.but(uid="00000000-0000-4000-8000-000000000000").mail(),
        "a UID in capitals": kari.but(uid=kari.uid.upper()).mail(),
        "a UID with a tail": kari.but(uid=f"{kari.uid}@else.example").mail(),
        "an old SEQUENCE": kari.but(sequence=0).mail(),
        "no SEQUENCE": kari.but(sequence=-1).mail(),
        "a stamp of next year": kari.but(
            stamp=datetime.now(UTC) + timedelta(days=365)
        ).mail(),
        "no stamp": kari.but(stamp=None).mail(),
        "two attendees": kari.but(
            more=[f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ola.address}"]
        ).mail(),
        "a deputy who is herself": kari.but(
            answer="DELEGATED", parameters=f';DELEGATED-TO="mailto:{kari.address}"'
        ).mail(),
        "no such occurrence": kari.but(
            recurrence="RECURRENCE-ID:20300101T000000Z"
        ).mail(),
        "a name with a line in it": kari.but(
            sender=THIEF,
            parameters=f';X="\\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{kari.address}"',
        ).mail(),
    }


def _of_other_methods(kari: Reply) -> dict[str, bytes]:
    methods = ("REQUEST", "CANCEL", "ADD", "PUBLISH", "DECLINECOUNTER", "X-REPLY")
    return {
        **{f"method {one}": kari.but(method=one).mail() for one in methods},
        "no method": kari.mail(kari.calendar().replace("METHOD:REPLY\r\n", "")),
        "a proposal without a time": kari.but(method="COUNTER").mail(),
        "an answer that is none": kari.but(answer="NEEDS-ACTION").mail(),
        "an answer of no calendar": kari.but(answer="X-PERHAPS").mail(),
    }


def _malformed(kari: Reply) -> dict[str, bytes]:
    said = kari.calendar()
    event = kari.event()
    other = kari.but(uid="another").event()
    nobody = "\r\n".join(line for line in said.split("\r\n") if "ATTENDEE" not in line)
    thief = kari.but(sender=THIEF)
    return {
        "nothing": b"",
        "no headers": b"\r\n\r\nhei",
        "headers alone": f"From: {kari.address}\r\nTo: {kari.to}".encode(),
        "a calendar cut short": kari.mail(said[: len(said) // 2]),
        "no attendee": kari.mail(nobody),
        "two meetings": kari.mail(kari.calendar(event, other)),
        "no calendar in the calendar": kari.mail("hei"),
        "NUL in everything": kari.mail(said.replace("Noe", "N\0e"))
        .replace(b"Subject: ", b"Subject: \0")
        .replace(b"From: k", b"From: \0k"),
        "another alphabet": thief.mail(said.encode("utf-16")),
        "half an alphabet": thief.mail(b"\xff\xfe" + said.encode("utf-16-le")[:-3]),
        "an unknown charset": thief.mail().replace(b"UTF-8", b"no-such-charset"),
        "base64 that is none": SHAPES["outlook"](thief).replace(
            b"QkVHSU46", b"!!!!\xff=="
        ),
        "a boundary that never comes": thief.mail().replace(
            b'boundary="', b'boundary="x'
        ),
        "a content type of nonsense": b'Content-Type: ;;;="\r\n' + thief.mail(),
        "a calendar by its name alone": thief.mail().replace(
            b"text/calendar", b"application/octet-stream"
        ),
    }


def _huge(kari: Reply) -> dict[str, bytes]:
    thief = kari.but(sender=THIEF)
    crowd = [f"ATTENDEE:mailto:nr{n}@else.example" for n in range(10_000)]
    part = b"--b\r\nContent-Type: text/calendar\r\n\r\nhei\r\n"
    head = f"From: {THIEF}\r\nTo: {kari.to}\r\nMIME-Version: 1.0\r\n".encode()
    nested, forwarded = thief.mail(), thief.mail()
    for n in range(200):
        start = f'Content-Type: multipart/mixed; boundary="n{n}"\r\n\r\n--n{n}\r\n'
        nested = start.encode() + nested + f"\r\n--n{n}--\r\n".encode()
    for _ in range(100):
        forwarded = b"Content-Type: message/rfc822\r\n\r\n" + forwarded
    return {
        "ten thousand attendees": kari.but(more=crowd).mail(),
        "a rule of every second": thief.but(
            more=["RRULE:FREQ=SECONDLY;COUNT=99999999", "RDATE:20261209T090000Z"]
        ).mail(),
        "five thousand parts of a calendar": kari.mail(
            kari.calendar(*(kari.event() for _ in range(5_000)))
        ),
        "a comment of a megabyte": kari.but(comment="x" * 900_000).mail(),
        "ten megabytes": thief.mail() + b"x" * 10_000_000,
        "a header of a hundred thousand": b"X-Long: " + b"x" * 100_000 + b"\r\n" + head,
        "a sender of fifty thousand": head.replace(THIEF.encode(), b"(" * 50_000),
        "a thousand parts": head
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + part * 1_000
        + b"--b--\r\n",
        "two hundred multiparts in each other": head + nested,
        "a hundred mails in each other": head + forwarded,
    }


def _of_machines(kari: Reply) -> dict[str, bytes]:
    def with_(*headers: tuple[str, str]) -> bytes:
        return kari.but(headers=headers).mail()

    return {
        "out of office": with_(("Auto-Submitted", "auto-replied")),
        "an old machine": with_(("X-Autoreply", "yes")),
        "a list": with_(("List-Id", "<list.else.example>")),
        "bulk": with_(("Precedence", "bulk")),
        "our own mail": kari.but(sender=ORGANIZER).mail(),
        "our own mail, tagged": kari.but(sender=kari.to).mail(),
        "a bounce of a mail that we never sent": bounce("0" * 32),
        "a mail that was read": bounce("0" * 32).replace(b"Action: failed", b"X: y"),
    }
