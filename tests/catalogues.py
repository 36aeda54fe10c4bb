"""`make check`: every text of the interface stands in every catalogue, whole.

Fails on a missing, unused, fuzzy or wrongly formatted translation.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "lazy_gettext": None,
    "_l": None,
}


def used() -> set[str | tuple[str, ...]]:
    """Return every text that code and templates ask to have translated."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    mappings = [
        (mapping["pattern"], mapping["method"])
        for mapping in settings["tool"]["babel"]["mappings"]
    ]
    found = extract_from_dir(str(ROOT), mappings, keywords=KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found}


def faults(language: str, texts: set[str | tuple[str, ...]]) -> Iterator[str]:
    """Yield what is wrong with a language's catalogue."""
    path = ROOT / "views" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue: Catalog = read_po(file, locale=language, abort_invalid=True)
    if catalogue.fuzzy:
        yield f"{language}: no header, so that nothing of it would be compiled"
    messages: dict[object, Message] = {m.id: m for m in catalogue if m.id}
    for text in texts - messages.keys():
        yield f"{language}: missing: {text!r}"
    for text, message in messages.items():
        strings = message.string
        if text not in texts:
            yield f"{language}: no longer used: {text!r}"
        elif not all(strings if isinstance(strings, tuple) else (strings,)):
            yield f"{language}: not translated: {text!r}"
        elif message.fuzzy:
            yield f"{language}: fuzzy: {text!r}"
        for error in message.check(catalogue):
            yield f"{language}: {error}: {text!r}"
    if catalogue.obsolete:
        yield f"{language}: {len(catalogue.obsolete)} obsolete texts"


def hidden_from_extraction() -> Iterator[str]:
    """Yield calls inside f-strings: Babel does not see them, so no one translates."""
    for path in (ROOT / "views").rglob("*.py"):
        if "{_(" in path.read_text(encoding="utf-8"):
            yield f"{path.relative_to(ROOT)}: a text to translate inside an f-string"


def main() -> int:
    """Print every fault; return the exit code."""
    texts = used()
    found = [fault for language in ("nn", "en") for fault in faults(language, texts)]
    found += hidden_from_extraction()
    sys.stderr.writelines(f"{fault}\n" for fault in sorted(found))
    return 1 if found or not texts else 0


if __name__ == "__main__":
    sys.exit(main())
