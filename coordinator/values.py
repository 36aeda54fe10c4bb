"""Values as people write them: keys, dates, numbers, addresses; read, checked, written.

Each reader returns the value or raises `Unreadable` with a code that the views word.
"""

import re
import unicodedata
from datetime import date
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from opening_hours import ParserError  # type: ignore[attr-defined]
from phonenumbers import shortnumberinfo
from stdnum.exceptions import ValidationError
from stdnum.no import orgnr

from coordinator.opening import parse as parse_hours

LONGEST_KEY = 64
LONGEST_TEXT = 300
LONGEST_NOTE = 1000
LONGEST_MANDATE = 2000
LONGEST_CHAPTER = 20_000
LONGEST_ADDRESS = 500
LONGEST_PHRASE = 200

_KEY = re.compile(r"\w[\w.-]*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Unreadable(ValueError):
    """A value that cannot be read: a code, and what the wording needs."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def has_controls(text: str) -> bool:
    """Return whether the text holds characters that no one types.

    Control characters, surrogates, line and paragraph separators, and the mark that a
    broken encoding leaves (U+FFFD).
    """
    return text != "" and (
        (
            not text.isprintable()
            and any(
                unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
                for character in text
            )
        )
        or "\ufffd" in text
    )


def harmless(text: str) -> str:
    """Return a text so that a terminal shows it and does nothing else.

    Spaces of any width stand: numbers are written with them.

    >>> harmless(f"1{chr(160)}500 <b>{chr(27)}[2J") == f"1{chr(160)}500 <b>?[2J"
    True
    """
    return "".join(
        letter if letter.isprintable() or unicodedata.category(letter) == "Zs" else "?"
        for letter in text
    )


def read_key(text: str) -> str:
    """Read a key or code: letters, digits, `_`, `.` and `-`, at most 64."""
    if len(text) > LONGEST_KEY:
        raise Unreadable("too_long", longest=str(LONGEST_KEY))
    if not _KEY.fullmatch(text):
        raise Unreadable("bad_key")
    return text


def read_date(text: str) -> date:
    """Read a day as ISO 8601 writes it, 2026-11-23.

    >>> read_date("2026-11-23")
    datetime.date(2026, 11, 23)
    """
    if not _DATE.fullmatch(text):
        raise Unreadable("bad_date")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unreadable("bad_date") from None


def read_boolean(text: str) -> bool:
    """Read true, false or empty (false)."""
    try:
        return {"true": True, "false": False, "": False}[text.lower()]
    except KeyError:
        raise Unreadable("bad_boolean") from None


def read_order(text: str) -> int:
    """Read a place in an order: a whole number, 0 when empty."""
    if not re.fullmatch(r"-?\d{0,6}", text, re.ASCII) or text == "-":
        raise Unreadable("bad_number")
    return int(text or 0)


def read_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """Read a line of text."""
    if len(text) > longest:
        raise Unreadable("too_long", longest=str(longest))
    return text


def read_note(text: str) -> str:
    """Read a longer text."""
    return read_text(text, LONGEST_NOTE)


def read_chapter(text: str) -> str:
    """Read a text of many lines."""
    return read_text(text, LONGEST_CHAPTER)


def read_mandate(text: str) -> str:
    """Read what a forum is to do, the longest text there is."""
    return read_text(text, LONGEST_MANDATE)


def read_phrase(text: str) -> str:
    """Read a word or a phrase that people use: blanks in it count as one.

    >>> read_phrase("  sove   i natt ")
    'sove i natt'
    """
    phrase = unicodedata.normalize("NFC", " ".join(text.split()))
    if not phrase:
        raise Unreadable("required")
    if not any(character.isalnum() for character in phrase):
        raise Unreadable("no_word")
    return read_text(phrase, LONGEST_PHRASE)


def read_choice(text: str, choices: tuple[str, ...]) -> str:
    """Read one of a few words."""
    if text not in choices:
        raise Unreadable("bad_choice", choices=", ".join(choices))
    return text


def read_orgnr(text: str) -> str:
    """Read a Norwegian organisation number; spaces in it are let go."""
    try:
        return str(orgnr.validate(text))
    except ValidationError:
        raise Unreadable("bad_orgnr") from None


def read_phone(text: str) -> str:
    """Read a phone number: E.164, but a short Norwegian number as it is dialled.

    >>> read_phone("22 33 11 60"), read_phone("02800"), read_phone("116 117")
    ('+4722331160', '02800', '116117')
    """
    try:
        number = phonenumbers.parse(text, "NO")
    except phonenumbers.NumberParseException:
        raise Unreadable("bad_phone") from None
    if number.extension:
        raise Unreadable("bad_phone")
    digits = phonenumbers.normalize_digits_only(text)
    is_dialled = text.lstrip()[:1] != "+" and len(digits) <= 6
    if is_dialled and (
        phonenumbers.is_valid_number(number)
        or shortnumberinfo.is_valid_short_number_for_region(number, "NO")
    ):
        return digits
    # Norway first: asking which country's number it is takes twice the time.
    if is_dialled or not (
        phonenumbers.is_valid_number_for_region(number, "NO")
        or phonenumbers.is_valid_number(number)
    ):
        raise Unreadable("bad_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_email(text: str) -> str:
    """Read an e-mail address; nothing is looked up."""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Unreadable("bad_email") from None


def read_web(text: str) -> str:
    """Read a web address: http or https, with a host."""
    try:
        parts = urlsplit(text)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise Unreadable("bad_web") from None
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.username
        or not port_is_fine
        or any(character.isspace() for character in text)
    ):
        raise Unreadable("bad_web")
    return read_text(text, LONGEST_ADDRESS)


def read_visit(text: str) -> str:
    """Read an address where one may come in person."""
    return read_text(text, LONGEST_ADDRESS)


def read_hours(text: str) -> str:
    """Read opening hours in OpenStreetMap's notation; empty is unknown."""
    text = read_text(text, LONGEST_ADDRESS)
    if text:
        try:
            parse_hours(text)
        except ParserError:
            raise Unreadable("bad_hours") from None
    return text


VALUE_READERS = {
    "phone": read_phone,
    "email": read_email,
    "web": read_web,
    "visit": read_visit,
}

_STREET = (
    r"gata|gate|gaten|veien|vegen|vei|veg|allé|allè|alle|alléen|plass|plassen|torg"
    r"|torget|bakken|bakke|svingen|stien|sti|løkka|tunet|kroken|haugen|terrasse|gt|vn"
    r"|kai|kaia|kaien|brygge|brygga|smug|smuget|gård"
)
_LOCATION = re.compile(
    rf"""
    \d{{1,3}}[.,]\d{{3,}}\D{{1,12}}\d{{1,3}}[.,]\d{{3,}}          # 59.9127, 10.7461
    | \d{{1,3}}\s*°                                           # 59° 54′ N
    | \b[\w.-]*(?:{_STREET})\.?\s+\d                           # Storgata 5
    | \b\d{{4}}\s+(?-i:[A-ZÆØÅ])\w+                             # 0181 Oslo
    | \b(?:geo:|maps?[./]|openstreetmap|plus\.codes|what3words)
    | ///\w                                                  # ///dyr.hus.bil
    """,
    re.VERBOSE | re.IGNORECASE,
)


def tells_location(text: str) -> bool:
    """Return whether the text seems to hold an address, coordinates or a map link.

    Asked of what is kept about a protected organisation: better one refusal too many.

    >>> tells_location("Storgata 5"), tells_location("59.9127, 10.7461")
    (True, True)
    >>> tells_location("Ring hele døgnet"), tells_location("+4722331160")
    (False, False)
    """
    return _LOCATION.search(text) is not None
