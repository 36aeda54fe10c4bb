"""Content lines of iCalendar (RFC 5545 §3.1): escaped, validated and folded.

What a text may not hold is left out, so that no text can become a property of its own.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

LONGEST_LINE = 75
# C0, C1, the line and paragraph separators, and halves of characters.
_NEWLINES = re.compile(r"\r\n?|\x85|\u2028|\u2029")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_NAME_PART = r"[^\s\x00-\x20\x7f-\x9f\ud800-\udfff\"(),:;<>@\[\\\]`{|}^]"
_ADDRESS = re.compile(rf"{_NAME_PART}+@{_NAME_PART}+")
_URI = re.compile(
    r"(?:https?://|sips?:|tel:)[^\s\x00-\x20\x7f-\x9f\ud800-\udfff\"<>\\]+"
)
# What other programs decode in a parameter, each in its own way (RFC 6868).
_IN_QUOTES = str.maketrans({'"': "'", "\\": "/", "^": None, "\n": " "})
_ASCII = "".join(map(chr, range(33, 127)))


def clean(text: str) -> str:
    r"""Return the text without control characters; line ends are \n.

    >>> clean("a\rb\x00\u2028c")
    'a\nb\nc'
    """
    if text.isascii() and text.isprintable():
        return text
    return _CONTROLS.sub("", _NEWLINES.sub("\n", text).replace("\t", " "))


def escape(text: str) -> str:
    r"""Return the text as a TEXT value.

    >>> print(escape("a,b;c\\d\n"))
    a\,b\;c\\d\n
    """
    return (
        clean(text)
        .replace("\\", "\\\\")
        .replace(";", "\\;")
        .replace(",", "\\,")
        .replace("\n", "\\n")
    )


@lru_cache(maxsize=8192)
def quoted(text: str) -> str:
    """Return the text as a quoted parameter.

    >>> print(quoted('Kari "K" Nordmann; Ås'))
    "Kari 'K' Nordmann; Ås"
    """
    return f'"{clean(text).translate(_IN_QUOTES).strip()}"'


@lru_cache(maxsize=8192)
def mailto(address: str) -> str:
    """Return the address as a cal-address; raises ValueError for one that is none.

    >>> mailto("post@example.org")
    'mailto:post@example.org'
    """
    if len(address) > 320 or not _ADDRESS.fullmatch(address):
        raise ValueError("not an address of one person")
    if "%" in address or "?" in address or "#" in address:
        address = address.replace("%", "%25").replace("?", "%3F").replace("#", "%23")
    return f"mailto:{address}"


def uri(address: str) -> str:
    """Return the web address or number; raises ValueError for one that is none.

    >>> uri("https://example.org/møte")
    'https://example.org/m%C3%B8te'
    """
    if len(address) > 2000 or not _URI.fullmatch(address):
        raise ValueError("not an address on the web")
    return address if address.isascii() else quote(address, safe=_ASCII)


def utc(moment: datetime) -> str:
    """Return the moment in UTC.

    >>> utc(datetime(2027, 1, 4, 8, tzinfo=UTC))
    '20270104T080000Z'
    """
    if moment.tzinfo is None:
        raise ValueError("a moment carries its time zone")
    return f"{local(moment if moment.tzinfo is UTC else moment.astimezone(UTC))}Z"


def local(wall: datetime) -> str:
    """Return the wall time."""
    # Not strftime, which is slower and writes years before 1000 short.
    day = wall.year * 10000 + wall.month * 100 + wall.day
    clock = wall.hour * 10000 + wall.minute * 100 + wall.second
    return f"{day:08}T{clock:06}"


def folded(lines: Iterable[str]) -> bytes:
    """Return the lines as bytes, none over 75 octets, no character split.

    >>> [len(line) for line in folded(["SUMMARY:" + "å" * 40]).splitlines()]
    [74, 15]
    """
    short = [
        line if len(line) <= LONGEST_LINE and line.isascii() else _fold(line)
        for line in lines
    ]
    return "\r\n".join((*short, "")).encode()


def _fold(line: str) -> str:
    if line.isascii():
        rest = range(LONGEST_LINE, len(line), LONGEST_LINE - 1)
        ends = [line[at : at + LONGEST_LINE - 1] for at in rest]
        return "\r\n ".join((line[:LONGEST_LINE], *ends))
    octets, parts = line.encode(), []
    at, room = 0, LONGEST_LINE
    while len(octets) - at > room:
        end = at + room
        while octets[end] & 0xC0 == 0x80:  # inside of a character
            end -= 1
        parts.append(octets[at:end])
        at, room = end, LONGEST_LINE - 1
    return b"\r\n ".join((*parts, octets[at:])).decode()
