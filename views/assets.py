"""What pages are dressed in: styles, scripts, fonts and icons, named by their content.

`collect` makes `views/built/` from our own files and those that npm installed; a name
that holds a hash of the content can be kept by browsers for ever.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

FOLDER = Path(__file__).parent
OWN = FOLDER / "static"
BUILT = FOLDER / "built"
MANIFEST = BUILT / "manifest.json"
PREFIX = "/static/"

DESIGN = "@digdir/designsystemet-css/dist"
FONTS = "@fontsource-variable/inter/files"
PAPER_FONTS = "@expo-google-fonts/inter"
EXIT = "govuk-frontend/dist/govuk/components/exit-this-page"
PICTURES = {
    "graphology.js": "graphology/dist/graphology.umd.min.js",
    "sigma.js": "sigma/dist/sigma.min.js",
}

# The parts of the design system that pages use, in its own order: the whole of it is
# three times as heavy.
PARTS = ("base", "button", "input", "skip-link", "suggestion", "table")
LAYERS = b"@layer ds.theme, ds.base, ds.components;"

# Icons by the name that templates use, and the file they come from.
ICONS = {
    "advice": "Chat",
    "agreed": "Handshake",
    "arrow-right": "ArrowRight",
    "branch": "Branching",
    "calendar": "Calendar",
    "circle": "Circle",
    "check": "Checkmark",
    "chevron": "ChevronRight",
    "clock": "Clock",
    "closed": "Moon",
    "contested": "Chat",
    "copy": "Files",
    "cross": "XMark",
    "declined": "XMarkOctagon",
    "danger": "ExclamationmarkTriangleFill",
    "document": "FileText",
    "down": "ArrowDown",
    "download": "Download",
    "edit": "Pencil",
    "health": "FirstAidKit",
    "hourglass": "Hourglass",
    "house": "House",
    "info": "InformationSquareFill",
    "invite": "PersonPlus",
    "information": "InformationSquare",
    "lawyer": "PersonGavel",
    "link": "Link",
    "mail": "EnvelopeClosed",
    "megaphone": "Megaphone",
    "menu": "MenuHamburger",
    "not-confirmed": "CircleBroken",
    "open": "CheckmarkCircleFill",
    "phone": "Phone",
    "phone-fill": "PhoneFill",
    "pin": "LocationPin",
    "plus": "Plus",
    "print": "PrinterSmall",
    "proposed": "Pencil",
    "repeats": "ArrowsSquarepath",
    "return": "Airplane",
    "same": "Minus",
    "send": "Paperplane",
    "search": "MagnifyingGlass",
    "shield": "Shield",
    "stop": "XMarkOctagonFill",
    "statutory": "Paragraph",
    "unclear": "Questionmark",
    "unfold": "ChevronUpDown",
    "unknown": "QuestionmarkCircle",
    "unreachable": "PhoneSlash",
    "up": "ArrowUp",
    "user": "PersonCircle",
    "visit": "Buildings3",
    "warning": "ExclamationmarkTriangle",
    "web": "Globe",
}


class NotCollected(Exception):
    """The assets are not there yet: `flask collect-assets` makes them."""


def collect(node_modules: Path) -> int:
    """Make the folder of assets anew; return how many there are.

    Raise FileNotFoundError, naming the file, when npm has not installed a package.
    """
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir()
    names: dict[str, str] = {}
    for name, content in _contents(node_modules):
        # What comes later may speak of what came before by its plain name.
        for plain, hashed in names.items():
            for before in ('"', '"./'):
                spoken, meant = f'{before}{plain}"', f'{before}{hashed}"'
                content = content.replace(spoken.encode(), meant.encode())
        digest = hashlib.sha256(content).hexdigest()[:12]
        stem, dot, ending = name.rpartition(".")
        names[name] = f"{stem}.{digest}{dot}{ending}"
        (BUILT / names[name]).write_bytes(content)
    compressor = Compressor(use_brotli=False, quiet=True)
    for hashed in names.values():
        if compressor.should_compress(hashed):
            list(compressor.compress(str(BUILT / hashed)))
    MANIFEST.write_text(json.dumps(names, indent=1), encoding="utf-8")
    return len(names)


def _contents(packages: Path) -> Iterable[tuple[str, bytes]]:
    """Yield each asset's plain name and content; what others speak of goes first."""
    for part in ("latin", "latin-ext"):
        font = packages / FONTS / f"inter-{part}-wght-normal.woff2"
        yield f"inter-{part}.woff2", font.read_bytes()
    for weight in ("400Regular", "600SemiBold"):  # for paper, which takes no woff2
        font = packages / PAPER_FONTS / weight / f"Inter_{weight}.ttf"
        yield f"inter-{weight[:3]}.ttf", font.read_bytes()
    yield "icons.svg", _sprite(packages / "@navikt/aksel-icons/dist/svg")
    yield "icon.svg", (OWN / "icon.svg").read_bytes()
    styles = (
        packages / DESIGN / "theme/designsystemet.css",
        *(packages / DESIGN / f"src/{part}.css" for part in PARTS),
    )
    layered = (b"@layer ds.components{%s}" % style.read_bytes() for style in styles[1:])
    theme = _light_on_paper(styles[0].read_bytes())
    own = (OWN / "site.css").read_bytes()
    yield "site.css", b"\n".join([LAYERS, theme, *layered, own])
    yield "desk.css", (OWN / "desk.css").read_bytes()
    yield "desk.js", (OWN / "desk.js").read_bytes()
    components = packages / "@digdir/designsystemet-web/dist/umd/index.js"
    yield "components.js", _without_map(components.read_bytes())
    leave = packages / EXIT / "exit-this-page.bundle.mjs"
    yield "exit-this-page.js", _without_map(leave.read_bytes())
    for name, file in PICTURES.items():  # on the pages with a picture alone
        yield name, _without_map((packages / file).read_bytes())
    yield "picture.js", (OWN / "picture.js").read_bytes()
    yield "keeping.js", (OWN / "keeping.js").read_bytes()
    yield "search.js", (OWN / "search.js").read_bytes()
    yield "site.js", (OWN / "site.js").read_bytes()


def _light_on_paper(theme: bytes) -> bytes:
    """Return the theme, its dark colours for screens alone."""
    return theme.replace(
        b"@media (prefers-color-scheme:dark)",
        b"@media screen and (prefers-color-scheme:dark)",
    )


def _without_map(script: bytes) -> bytes:
    return re.sub(rb"//# sourceMappingURL=\S+", b"", script)


def _sprite(icons: Path) -> bytes:
    """Return one file with every icon as a symbol of its own."""
    symbols = []
    for name, file in sorted(ICONS.items()):
        drawing = (icons / f"{file}.svg").read_text(encoding="utf-8")
        inner = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")].strip()
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none">{inner}</symbol>'
        )
    text = f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'
    return text.encode()


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    try:
        return dict(json.loads(MANIFEST.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NotCollected("run `flask collect-assets`, or `make run`") from None


def address(name: str) -> str:
    """Return where browsers find the asset; raise KeyError for one that is not."""
    return PREFIX + _names()[name]


def init_app(app: Flask) -> None:
    """Serve them, compressed and to be kept, and tell templates where they are."""
    app.jinja_env.globals["asset"] = address
    if BUILT.is_dir():
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=str(BUILT),
            prefix=PREFIX,
            immutable_file_test=lambda _path, url: bool(_HASHED.search(url)),
        )


_HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
