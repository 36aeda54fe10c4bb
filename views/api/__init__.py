"""The API: `/api/v1/…`, JSON in the shapes of its OpenAPI document."""

from views.api.blueprint import bp
from views.api.description import describe

from views.api import answers, lists, meetings, network  # isort: skip  # they join `bp`

__all__ = ["answers", "bp", "describe", "lists", "meetings", "network"]
