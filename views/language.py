"""Which language a reader chose: bokmål unless chosen, never the browser's guess.

The choice stands in the address, `lang`, and follows every link: no cookie is needed.
"""

from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, has_request_context, request
from werkzeug.datastructures import MultiDict

from models import LANGUAGES


def chosen_language() -> str:
    """Return the language of this request: `lang` in the address, else bokmål."""
    if not has_request_context():
        return LANGUAGES[0]
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


def other_languages() -> list[tuple[str, str, str]]:
    """Return code, own name and address of this page in each other language."""
    here = chosen_language()
    if request.method not in ("GET", "HEAD"):
        return []  # what was typed would be lost
    return [
        (code, NAMES[code], _in_language(code)) for code in LANGUAGES if code != here
    ]


def _in_language(code: str) -> str:
    asked = MultiDict(request.args)
    asked.pop("lang", None)
    if code != LANGUAGES[0]:
        asked["lang"] = code
    query = urlencode(list(asked.items(multi=True)))
    return f"{quote(request.path)}?{query}" if query else quote(request.path)


def in_address(language: str) -> dict[str, str]:
    """Return what an address for a reader of that language has in it."""
    return {} if language == LANGUAGES[0] else {"lang": language}


def init_app(app: Flask) -> None:
    """Let every link of a page keep the language that was chosen."""

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, Any]) -> None:
        language = chosen_language()
        if language != LANGUAGES[0] and not endpoint.startswith(("api.", "openapi")):
            values.setdefault("lang", language)

    app.jinja_env.globals["other_languages"] = other_languages
