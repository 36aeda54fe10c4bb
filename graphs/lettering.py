"""How much room text takes in a picture, and its lines: servers draw without a font.

Widths are those of Inter, semibold, each letter rounded up: what fits here fits there.
"""

from collections.abc import Iterator
from itertools import islice

SIZE = 13  # pixels
ELLIPSIS, HYPHEN = "…", "-"

# In hundredths of the size of the letters.
_WIDTHS = {
    30: " ,.:;!'|·¡¦¹IijlıÌÍÎÏìíîï’",
    40: '()/[]\\`1frt´"“”«»‘',
    50: "-_{}*^°º²³–",
    58: "?Lakszxv7§¿àáâãäåçšžyý",
    62: "25EFJbcdeghnopquèéêëðñòóôõöøùúûüþÿčđŋÈÉÊË",
    68: "034689#$&+<=>BPRSTZ~×ÞßŠŽŧ",
    78: "ACDGHKNOQUVXYÀÁÂÃÄÅÇÐÑÒÓÔÕÖØÙÚÛÜÝČĐŊ",
    92: "wmM©æ→½¼…",
    105: "%@WÆŒœ—",
}
_HUNDREDTHS = {letter: wide for wide, letters in _WIDTHS.items() for letter in letters}
_OTHERS = 125


def width(text: str, size: int = SIZE) -> float:
    """Return at most how wide the text is, in pixels.

    >>> width("Bekymring"), width("W") > width("w") > width("i")
    (69.16, True)
    """
    return sum(_HUNDREDTHS.get(one, _OTHERS) for one in text) * size / 100


def lines(text: str, room: float, most: int, size: int = SIZE) -> list[str]:
    """Return the text on lines that fit the room; what goes beyond `most` is cut.

    A word that is longer than a line is broken by a hyphen.

    >>> lines("Søknad om refleksjonsperiode", 100, 3)
    ['Søknad om', 'refleksjonspe-', 'riode']
    >>> lines("Søknad om refleksjonsperiode", 100, 1)
    ['Søknad om …']
    """
    found: list[str] = []
    for word in text.split():
        longer = f"{found[-1]} {word}" if found else word
        if _fitting(longer, room, size) == len(longer):
            found[-1:] = [longer]
        else:
            found += islice(_pieces(word, room, size), most + 1)
        if len(found) > most:
            return [*found[: most - 1], _cut(found[most - 1], room, size)]
    return found


# So many letters of a broken word stand on its last line, where there is room.
_TAIL = 4


def _pieces(word: str, room: float, size: int) -> Iterator[str]:
    while (fits := _fitting(word, room, size)) < len(word) > 1:
        fits = max(1, _fitting(word, room - width(HYPHEN, size), size))
        fits = max(1, min(fits, len(word) - _TAIL))
        yield word[:fits] + HYPHEN
        word = word[fits:]
    yield word


def _fitting(text: str, room: float, size: int) -> int:
    """Return how many of its letters fit the room."""
    taken = 0.0
    for at, letter in enumerate(text):
        taken += width(letter, size)
        if taken > room:
            return at
    return len(text)


def _cut(line: str, room: float, size: int) -> str:
    kept = line[: _fitting(line, room - width(f" {ELLIPSIS}", size), size)]
    return f"{kept.rstrip(HYPHEN).rstrip()} {ELLIPSIS}".lstrip()
