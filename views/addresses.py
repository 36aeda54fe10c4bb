"""Whole addresses, for mails and the command line: from settings, never a request."""

from typing import Any
from urllib.parse import urljoin

from flask import current_app


def absolute(endpoint: str, **values: Any) -> str:
    """Return the whole address of an endpoint, under PUBLIC_BASE_URL."""
    settings = current_app.config["SETTINGS"]
    base = settings.public_base_url or f"http://localhost:{settings.port}"
    path = current_app.url_map.bind("").build(endpoint, values)
    return urljoin(base.rstrip("/") + "/", path.lstrip("/"))
