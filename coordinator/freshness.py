"""When a claim must be confirmed again."""

from datetime import date, timedelta

CONFIRM_AFTER = timedelta(days=365)
DUE_SOON = timedelta(days=30)


def is_stale(confirmed: date | None, on: date) -> bool:
    """Return whether a confirmation has grown old by that day.

    What was never confirmed is "not confirmed", which is said in its own words.
    """
    return confirmed is not None and confirmed + CONFIRM_AFTER < on


def is_overdue(next_check: date | None, on: date) -> bool:
    """Return whether a source should have been checked before that day."""
    return next_check is not None and next_check < on
