"""Forms of pages, read as a browser would send them."""

import re
from html import unescape


def form_of(html: str) -> dict[str, list[str]]:
    """Return what a browser would send of the page's last form, unchanged."""
    html = html[html.rindex('<form class="record"') :]
    html = html[: html.index("</form>")]
    found: dict[str, list[str]] = {}
    for field in re.finditer(
        r'<input type="(hidden)" name="(\w+)" value="([^"]*)"'
        r'|<input class="[^"]*" type="(text|date|datetime-local)"'
        r' id="\w+" name="(\w+)" value="([^"]*)"',
        html,
    ):
        name = field[2] or field[5]
        found.setdefault(name, []).append(unescape(field[3] or field[6] or ""))
    for name, body in re.findall(
        r'<select class="ds-input" id="\w+" name="(\w+)"[^>]*>(.*?)</select>',
        html,
        re.S,
    ):
        chosen = re.search(r'value="([^"]*)" selected', body)
        first = re.search(r'value="([^"]*)"', body)
        option = chosen or first
        assert option, name
        found[name] = [unescape(option[1])]
    for name, text in re.findall(
        r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', html, re.S
    ):
        found[name] = [unescape(text)]
    for name, code in re.findall(
        r'type="checkbox" id="[^"]+" name="(\w+)" value="([^"]+)" aria-invalid="false"'
        r" checked",
        html,
    ):
        found.setdefault(name, []).append(code)
    return found
