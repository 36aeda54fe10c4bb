"""The letters that XML 1.0 has (section 2.2): a reader stops at any other."""

import re

NOT_A_LETTER = "\ufffd"
# Control characters, halves of pairs of surrogates, and the last two of the plane.
_NO_LETTERS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def only_letters(text: str) -> str:
    r"""Return the text with U+FFFD for what XML has no letter for.

    >>> only_letters("a\x00b\ud800c")
    'a\ufffdb\ufffdc'
    """
    return _NO_LETTERS.sub(NOT_A_LETTER, text)
