"""The API: `/api/v1/…`, JSON in the shapes of its OpenAPI document."""

from views.api.blueprint import bp
from views.api.description import describe

from views.api import answers, chapters, lists, meetings, network, search  # isort: skip  # they join `bp`

__all__ = [
    "answers",
    "bp",
    "chapters",
    "describe",
    "lists",
    "meetings",
    "network",
    "search",
]
