"""Whole addresses, for mails and the command line: from settings, never a request."""

from typing import Any
from urllib.parse import urljoin

from flask import current_app


def absolute(endpoint: str, **values: Any) -> str:
    """Return the whole address of an endpoint, under PUBLIC_BASE_URL."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return urljoin(base() + "/", path.lstrip("/"))


def base() -> str:
    """Return what every whole address begins with, without a slash at its end."""
    settings = current_app.config["SETTINGS"]
    found: str = settings.public_base_url or f"http://localhost:{settings.port}"
    return found.rstrip("/")
