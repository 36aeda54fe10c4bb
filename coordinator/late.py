"""Modules that few requests need, loaded when something of them is first asked for.

openpyxl alone takes a tenth of a second, and brings along numpy, which shapely needs.
"""

from importlib import import_module
from typing import Any


class Late:
    """A module that is loaded by the first use of what it holds."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """Return what the module holds by that name."""
        return getattr(import_module(self._name), name)
