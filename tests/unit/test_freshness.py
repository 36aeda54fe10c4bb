"""When a claim must be confirmed again."""

from datetime import date, timedelta

from coordinator.freshness import is_overdue, is_stale

DAY = date(2026, 11, 23)


def test_a_confirmation_is_fresh_for_a_whole_year():
    assert not is_stale(DAY - timedelta(days=365), DAY)
    assert not is_stale(DAY, DAY)


def test_a_confirmation_is_stale_the_day_after_a_year():
    assert is_stale(DAY - timedelta(days=366), DAY)


def test_what_was_never_confirmed_is_not_stale():
    assert not is_stale(None, DAY)


def test_a_source_is_not_overdue_on_the_day_of_its_check():
    assert not is_overdue(DAY, DAY)


def test_a_source_is_overdue_the_day_after_its_check():
    assert is_overdue(DAY - timedelta(days=1), DAY)


def test_a_source_without_a_next_check_is_never_overdue():
    assert not is_overdue(None, DAY)
