"""Passwords: what is asked of them, how they are kept, and how they are checked."""

from collections.abc import Iterable
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from coordinator.errors import WeakPassword

SHORTEST, LONGEST = 12, 200
STRONG_ENOUGH = 3
"""zxcvbn's score for "safely unguessable": 10⁸ guesses or more."""

# What zxcvbn weighs at most; the whole password is hashed all the same.
_WEIGHED = 72
_CONTEXT = ("coordinator", "koordinator", "koordinering", "menneskehandel")
# argon2id with the library's defaults, RFC 9106's second choice: 64 MiB, 3 passes.
_hasher = PasswordHasher()


def keep(password: str, about: Iterable[str] = ()) -> str:
    """Return the password as it is kept: a hash by argon2id (RFC 9106).

    `about` are words that someone who knows the user would try. Raise WeakPassword
    with the code too_short, too_long or too_common.
    """
    if len(password) < SHORTEST:
        raise WeakPassword("too_short")
    if len(password) > LONGEST:
        raise WeakPassword("too_long")
    found = zxcvbn(password[:_WEIGHED], user_inputs=[*_CONTEXT, *about])
    if found["score"] < STRONG_ENOUGH:
        raise WeakPassword("too_common")
    return _hasher.hash(password)


def renew(password: str) -> str:
    """Return a password that was accepted before as it is kept today."""
    return _hasher.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Return whether the password is the one kept.

    It takes as long where nothing is kept, so that the time tells nobody who exists.
    """
    try:
        _hasher.verify(kept or _of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Return whether it was kept in a way that is weaker than today's."""
    return _hasher.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _of_nobody() -> str:
    return _hasher.hash("nobody has this password")
