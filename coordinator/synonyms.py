"""Synonyms: what they can stand for, and what each of those is called.

A subject is written `step:acute_housing`: what it is, and its code.
"""

from collections.abc import Mapping

from sqlalchemy import Table

from coordinator.access import select_to_write
from coordinator.catalogue import Catalogue
from models import (
    Chapter,
    LocalisedText,
    OrganisationKind,
    Right,
    Step,
    Synonym,
    db,
)

SUBJECTS: Mapping[str, Table] = {
    "step": Step.__table__,
    "right": Right.__table__,
    "kind": OrganisationKind.__table__,
    "guide": Chapter.__table__,
}
_PREFIXES = {table.name: prefix for prefix, table in SUBJECTS.items()}


def subjects(known: Catalogue) -> dict[str, LocalisedText]:
    """Return what each subject is called, steps first."""
    return {
        **{f"step:{code}": step.title for code, step in known.steps.items()},
        **{f"right:{code}": right.label for code, right in known.rights.items()},
        **{f"kind:{code}": kind.label for code, kind in known.kinds.items()},
        **{f"guide:{code}": one.title for code, one in known.chapters.items()},
    }


def subject_of(table: Table, key: str) -> str | None:
    """Return the subject that a record is; None for one that has no synonyms."""
    prefix = _PREFIXES.get(table.name)
    return f"{prefix}:{key}" if prefix else None


def keys_of(table: Table, key: str) -> list[str]:
    """Return the keys of the synonyms of a record, whoever may see them."""
    subject = subject_of(table, key)
    if subject is None:
        return []
    found = select_to_write(Synonym.key).where(Synonym.subject == subject)
    return list(db.session.scalars(found.order_by(Synonym.key)))


def is_there(subject: str) -> bool:
    """Return whether there is a record that the subject names."""
    prefix, _colon, code = subject.partition(":")
    if prefix not in SUBJECTS:
        return False
    (own,) = SUBJECTS[prefix].primary_key.columns
    found = select_to_write(own).where(own == code)
    return db.session.execute(found).first() is not None
