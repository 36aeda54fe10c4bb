"""Which language a reader chose: bokmål unless chosen, never the browser's guess."""

from flask import has_request_context, request

from models import LANGUAGES


def chosen_language() -> str:
    """Return the language of this request: `lang` in the address, else bokmål."""
    if not has_request_context():
        return LANGUAGES[0]
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]
