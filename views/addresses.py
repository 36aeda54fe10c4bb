"""Whole addresses, for mails and the command line: from settings, never a request."""

from typing import Any
from urllib.parse import urljoin

from flask import current_app

from views.language import in_address


def absolute(endpoint: str, **values: Any) -> str:
    """Return the whole address of an endpoint, under PUBLIC_BASE_URL."""
    return _whole(current_app.url_map.bind("").build(endpoint, values))


def of_meeting(key: str, language: str) -> str:
    """Return the whole address of a meeting's page, which needs a session."""
    return absolute("meetings.show", key=key, **in_address(language))


def _whole(path: str) -> str:
    return urljoin(base() + "/", path.lstrip("/"))


def base() -> str:
    """Return what every whole address begins with, without a slash at its end."""
    settings = current_app.config["SETTINGS"]
    found: str = settings.public_base_url or f"http://localhost:{settings.port}"
    return found.rstrip("/")
