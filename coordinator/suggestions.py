"""Suggestions from anyone: kept for the unit, never about a person."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from stdnum.no import fodselsnummer

from coordinator.access import Viewer, select_visible
from coordinator.errors import IdentityNumber
from models import Suggestion, begin_write, db

LONGEST = 2000
WHO = "anyone"

# Digits as people write long numbers: with blanks, dots or dashes between them.
_LONG_NUMBER = re.compile(r"\d(?:[ .\-]?\d){10,}")
# A case number in the immigration register: the year, then eight digits.
_DUF = re.compile(r"(?:19|20)\d{10}")


def keep(kind: str, text: str, **about: str | None) -> None:
    """Keep what someone told, and of which step, place, track and organisation.

    Raise IdentityNumber, and keep nothing, when the text holds the number of a person
    or of an immigration case.
    """
    if holds_identity_number(text):
        raise IdentityNumber
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
    """Return whether the text holds a national identity, D- or DUF number.

    >>> holds_identity_number("Nummeret er +47 22 33 11 60")
    False
    >>> holds_identity_number("DUF 2019 123456 78")
    True
    """
    for found in _LONG_NUMBER.findall(text):
        digits = re.sub(r"\D", "", found)
        if _DUF.fullmatch(digits):
            return True
        parts = (digits[at : at + 11] for at in range(len(digits) - 10))
        if any(fodselsnummer.is_valid(part) for part in parts):
            return True
    return False


def newest(viewer: Viewer, limit: int = 100) -> Sequence[Any]:
    """Return the newest suggestions that the viewer may see, as rows."""
    table = Suggestion.__table__.c
    statement = select_visible(*table, viewer=viewer)
    return list(db.session.execute(statement.order_by(table.at.desc()).limit(limit)))
