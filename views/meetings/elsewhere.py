"""Addresses of what belongs to meetings and lies elsewhere: feeds, files, answers."""

from typing import Any

from flask import current_app, url_for


def address(endpoint: str, **values: Any) -> str:
    """Return the address of the endpoint; empty where this site has none."""
    if endpoint not in current_app.view_functions:
        return ""
    return url_for(endpoint, **values)


def subscribe() -> str:
    """Return where one gets an address for one's calendar."""
    return address("feeds.index")


def calendar_file(key: str) -> str:
    """Return the meeting as a file for a calendar."""
    return address("feeds.single", key=key)


def answer(invitation: str) -> str:
    """Return where one answers the invitation."""
    return address("replies.own", invitation=invitation)
