"""Suggestions from anyone: kept for the unit, never about a person."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from coordinator.access import Viewer, select_visible
from coordinator.errors import IdentityNumber
from models import Suggestion, begin_write, db

LONGEST = 2000
WHO = "anyone"

# Digits as people write long numbers: with up to three other signs between them.
_LONG_NUMBER = re.compile(r"\d(?:[\s./_\-\u2010-\u2015\u2212]{0,3}\d){10,}")
# A case number in the immigration register: the year, then eight digits.
_DUF = re.compile(r"(?:19[5-9]\d|20[0-4]\d)\d{8}")
_FIRST_CONTROL = 3, 7, 6, 1, 8, 9, 4, 5, 2, 1
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_SECOND_CONTROL = 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1


def keep(kind: str, text: str, **about: str | None) -> None:
    """Keep what someone told, and of which step, place, track and organisation.

    Raise IdentityNumber, and keep nothing, when the text holds the number of a person
    or of an immigration case.
    """
    if holds_identity_number(text):
        raise IdentityNumber
    db.session.rollback()  # the form was only read for; a write begins afresh
    begin_write()
    db.session.info["who"] = WHO
    db.session.add(
        Suggestion(
            key=uuid4().hex,
            at=datetime.now(UTC),
            kind=kind,
            text=text,
            audience="unit",
            **about,
        )
    )
    db.session.commit()


def holds_identity_number(text: str) -> bool:
    """Return whether the text holds a national identity, D-, H-, test or DUF number.

    Written with any signs between the digits, in any script's digits.

    >>> holds_identity_number("Nummeret er +47 22 33 11 60")
    False
    >>> holds_identity_number("DUF 2019/123456 78")
    True
    """
    for found in _LONG_NUMBER.findall(_plain(text)):
        digits = re.sub(r"\D", "", found)
        if _DUF.search(digits):
            return True
        windows = (digits[at : at + 11] for at in range(len(digits) - 10))
        if any(map(_is_personal, windows)):
            return True
    return False


def _plain(text: str) -> str:
    """Return the text with plain digits, and without signs that nobody sees."""
    folded = unicodedata.normalize("NFKC", text)
    seen = (one for one in folded if unicodedata.category(one) != "Cf")
    return "".join(str(unicodedata.digit(one, one)) for one in seen)


def _is_personal(digits: str) -> bool:
    """Return whether eleven digits are a Norwegian person's number.

    Days from 41 are D-numbers; months from 41 H-numbers, from 66 and 81 test numbers.
    Numbers given from 2032 on follow a wider rule (Skatteetaten); there are none yet.
    """
    day, month = int(digits[:2]), int(digits[2:4])
    is_date = (1 <= day % 40 <= 31 or 80 <= day <= 99) and any(
        1 <= month - shift <= 12 for shift in (0, 40, 65, 80)
    )
    values = [int(digit) for digit in digits]
    first = sum(w * d for w, d in zip(_FIRST_CONTROL, values, strict=False)) % 11
    second = sum(w * d for w, d in zip(_SECOND_CONTROL, values, strict=True)) % 11
    return is_date and first == second == 0


def has_unseen_signs(text: str) -> bool:
    """Return whether the text has signs that act instead of being read.

    Control signs (but a line break or a tab), and those that turn the direction.
    """
    return any(
        (unicodedata.category(one) == "Cc" and one not in "\n\t")
        or unicodedata.bidirectional(one) in _TURNING
        for one in text
    )


def newest(viewer: Viewer, limit: int = 100) -> Sequence[Any]:
    """Return the newest suggestions that the viewer may see, as rows."""
    table = Suggestion.__table__.c
    statement = select_visible(*table, viewer=viewer)
    return list(db.session.execute(statement.order_by(table.at.desc()).limit(limit)))
