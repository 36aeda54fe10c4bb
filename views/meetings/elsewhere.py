"""Addresses of what belongs to meetings and lies elsewhere: the page of answers."""

from flask import url_for

from views import reply_tokens


def answer(invitation: str) -> str:
    """Return where one answers the invitation."""
    return url_for("replies.show", token=reply_tokens.token(invitation))
