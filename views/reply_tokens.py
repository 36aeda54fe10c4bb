"""Tokens of invitations: who holds one may answer it, by its link or by mail.

One is the invitation's key with a signature. Nothing of it is kept, and it says nothing
of anyone. It stands in the answer link and in the address that replies go to.
"""

import hmac
from base64 import b32decode, b32encode
from binascii import Error
from uuid import UUID

from flask import current_app

KEY_BYTES, SIGNATURE_BYTES = 16, 10
LENGTH = 42
# A local part has 64 octets at most (RFC 5321 §4.5.3.1.1), "+" and the token with it.
LONGEST_MAILBOX = 64 - 1 - LENGTH


def token(invitation: str) -> str:
    """Return the token of an invitation; the same each time."""
    raw = UUID(invitation).bytes + _signature(invitation)
    return b32encode(raw).decode("ascii").rstrip("=").lower()


def invitation_of(given: str) -> str | None:
    """Return the invitation whose token it is; None for what we did not make.

    Some mail servers change the case of an address: either is the same token.
    """
    if len(given) != LENGTH or not given.isascii():
        return None
    padded = given.upper() + "=" * (-LENGTH % 8)
    try:
        invitation = b32decode(padded)[:KEY_BYTES].hex()
    except Error:
        return None
    is_ours = hmac.compare_digest(token(invitation), given.lower())
    return invitation if is_ours else None


def address(invitation: str) -> str:
    """Return the address that replies to the invitation go to: ours, with its token."""
    mailbox, _at, domain = current_app.config["SETTINGS"].mail_from.rpartition("@")
    return f"{mailbox}+{token(invitation)}@{domain}"


def _signature(invitation: str) -> bytes:
    key = current_app.config["SETTINGS"].secret_key.encode()
    said = f"reply|{UUID(invitation).hex}".encode()
    return hmac.digest(key, said, "sha256")[:SIGNATURE_BYTES]
