"""Opening hours in words, as they stand on paper."""

import pytest
from flask_babel import force_locale

from views.hours import in_words

WORDS = {
    "Mo-Fr 08:00-15:30": (
        "man–fre 8–15.30",
        "mån–fre 8–15.30",
        "Mon–Fri 8:00–15:30",
    ),
    "Mo-Fr 08:00-20:00; Sa 10:00-16:00": (
        "man–fre 8–20, lør 10–16",
        "mån–fre 8–20, lau 10–16",
        "Mon–Fri 8:00–20:00, Sat 10:00–16:00",
    ),
    "Mo-Fr 08:00-11:30,12:00-15:00": (
        "man–fre 8–11.30 og 12–15",
        "mån–fre 8–11.30 og 12–15",
        "Mon–Fri 8:00–11:30 and 12:00–15:00",
    ),
    "24/7": ("Hele døgnet", "Heile døgnet", "Round the clock"),
    "Mo-Su 00:00-24:00": (
        "man–søn hele døgnet",
        "mån–søn heile døgnet",
        "Mon–Sun round the clock",
    ),
    "Mo-Fr 15:30-24:00; Sa,Su,PH 00:00-24:00": (
        "man–fre 15.30–24, lør–søn hele døgnet, også helligdager",
        "mån–fre 15.30–24, lau–søn heile døgnet, også heilagdagar",
        "Mon–Fri 15:30–24:00, Sat–Sun round the clock, public holidays too",
    ),
    "": (
        "Åpningstid ikke oppgitt",
        "Opningstid ikkje oppgitt",
        "Opening hours not given",
    ),
    "Jun-Aug Mo-Fr 09:00-12:00": (
        "Åpningstidene varierer",
        "Opningstidene varierer",
        "Opening hours vary",
    ),
    "off": ("Stengt", "Stengt", "Closed"),
}


@pytest.mark.parametrize("hours", WORDS)
def test_hours_are_told_in_each_language(app, hours):
    told = []
    for language in ("nb", "nn", "en"):
        with app.test_request_context(), force_locale(language):
            told.append(in_words(hours))

    assert tuple(told) == WORDS[hours]
