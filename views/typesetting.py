"""Paper: PDF/UA-1 by typst, from a template and values that it only ever prints.

Values reach the template as data, never as source: markup in them is text.
"""

import json
import re
import unicodedata
from functools import lru_cache
from threading import Lock
from typing import Any, Literal

import typst

from views.assets import BUILT
from views.config import ROOT

TEMPLATES = ROOT / "templates"
STANDARD: Literal["ua-1"] = "ua-1"
# What our font can show; PDF/UA forbids what has no glyph. A test sets each of them.
NOT_SHOWN = "\u25a1"
_SHOWN = re.compile(
    r"[\x20-\x7e\xa0-\u0148\u014a-\u01c3\u0259\u02b9-\u02bc\u0386-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce"
    r"\u0400-\u045f\u1e00-\u1e9b\u1e9e\u1ea0-\u1ef9\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026"
    r"\u2030\u2032\u2033\u2039\u203a\u20ac\u2116\u2122\u2190-\u2193\u2212\u25a1]"
)
_lock = Lock()


@lru_cache(maxsize=8)
def _compiler(template: str) -> typst.Compiler:
    """Return what compiles a template, with its fonts read and what it parsed kept."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(BUILT)],
    )
    return typst.Compiler(
        TEMPLATES / template, root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True
    )


def pdf(template: str, values: dict[str, Any]) -> bytes:
    """Return the template, filled with the values, as an accessible PDF."""
    given = {"values": json.dumps(shown(values), ensure_ascii=False)}
    with _lock:  # one compiler is for one at a time
        made = _compiler(template).compile(
            format="pdf", sys_inputs=given, pdf_standards=STANDARD
        )
    assert isinstance(made, bytes)
    return made


def shown(value: Any) -> Any:
    r"""Return the value, each text in it made of what our font can show.

    >>> shown({"name": ["Ođđa \n gávpot", "\u05d0\U0001f600!"]})
    {'name': ['Ođđa gávpot', '□□!']}
    """
    if isinstance(value, dict):
        return {name: shown(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [shown(one) for one in value]
    return _shown(value) if isinstance(value, str) else value


def _shown(text: str) -> str:
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(
        one if _SHOWN.fullmatch(one) else NOT_SHOWN
        for one in composed
        if unicodedata.category(one) not in ("Cc", "Cf", "Mn")
    )
