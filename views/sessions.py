"""Sessions in signed cookies; a request that brings none pays nothing for them."""

import time
from copy import deepcopy
from functools import cached_property, lru_cache
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

KEPT_COOKIES = 1024
A_DAY = 24 * 60 * 60


class Sessions(SecureCookieSessionInterface):
    """Flask's own, but a signature is checked once a day, and the signer made once.

    Making it took a tenth of the time of a kept answer, checking another (measured).
    Whose session it is, and whether it still is one, the database is asked each time.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._checked = lru_cache(maxsize=KEPT_COOKIES)(self._check)

    @cached_property
    def _signer(self) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(self._app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and checks the cookies of the application."""
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session that the cookie holds; a new one without any cookie."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        signed = request.cookies.get(self.get_cookie_name(app), "")
        held = self._checked(signed, int(time.time() // A_DAY))
        return self.session_class(deepcopy(held))

    def _check(self, signed: str, _day: int) -> dict[str, Any]:
        """Return what a cookie holds; nothing where the signature is not ours."""
        lasts = int(self._app.permanent_session_lifetime.total_seconds())
        try:
            held: dict[str, Any] = (
                self._signer.loads(signed, max_age=lasts)
                if signed and self._signer
                else {}
            )
        except BadSignature:
            return {}
        return held
