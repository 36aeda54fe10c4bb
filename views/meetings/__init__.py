"""Meetings: the list and the month, the page of each, and all that organizes them."""

from views.meetings.blueprint import bp, organizing

from views.meetings import lists, page, sending  # isort: skip  # their routes join
from views.meetings import agenda, guest_list, occurrences  # isort: skip
from views.meetings import organize, waiting  # isort: skip

__all__ = [
    "agenda",
    "bp",
    "guest_list",
    "lists",
    "occurrences",
    "organize",
    "organizing",
    "page",
    "sending",
    "waiting",
]
