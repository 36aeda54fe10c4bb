"""Texts that the unit writes in Markdown, as HTML that can do no harm."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

# A chapter's own heading is h2; what its text heads begins a level below.
HIGHEST, LOWEST = 3, 6
TAGS = {
    *("a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li"),
    *("ol", "p", "pre", "strong", "ul"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}

_markdown = MarkdownIt("commonmark", {"html": False}).disable("image")


@lru_cache(maxsize=256)
def markup(text: str) -> Markup:
    r"""Return Markdown as HTML, its highest heading h3; markup in it is shown as text.

    >>> markup("# Hei <b>du</b>")
    Markup('<h3>Hei &lt;b&gt;du&lt;/b&gt;</h3>\n')
    """
    tokens = _markdown.parse(text)
    _lower(tokens)
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    # Cleaned once more: what the one lets through, the other does not know.
    return Markup(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="noreferrer",
        )
    )


def _lower(tokens: list[Token]) -> None:
    """Move headings so that the highest is the first below the chapter's own."""
    headings = [token for token in tokens if token.type.startswith("heading_")]
    levels = {int(token.tag[1:]) for token in headings}
    if not levels:
        return
    by = HIGHEST - min(levels)
    for token in headings:
        token.tag = f"h{min(LOWEST, int(token.tag[1:]) + by)}"
