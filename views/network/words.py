"""What the network's questions and findings are called, and why each matters."""

from flask_babel import lazy_gettext as _l

# Icon and word; the icon's shape alone tells them apart too.
SEVERITIES = {
    "urgent": (_l("Haster"), "danger"),
    "follow_up": (_l("Følg opp"), "clock"),
    "information": (_l("Til orientering"), "information"),
}

# Each question: what its page is called, and why it matters, in one sentence.
QUESTIONS = {
    "gaps": (
        _l("Steg uten ansvarlig"),
        _l("Ingen vet hvem som skal svare, så ingen gjør det."),
    ),
    "broken-handovers": (
        _l("Brutte overleveringer"),
        _l("Partene kjenner ikke hverandre, og personen kan falle mellom dem."),
    ),
    "single-points": (
        _l("Én person alene"),
        _l("Slutter personen, er det ingen som gjør steget."),
    ),
    "overlaps": (
        _l("To ansvarlige"),
        _l("Begge kan tro at det er den andre som gjør det."),
    ),
    "contested": (
        _l("Uenighet om ansvar"),
        _l("Til det er avklart, vet ingen hvem som skal svare."),
    ),
    "vacant": (
        _l("Ubesatte funksjoner"),
        _l("Ingen tar telefonen på vegne av funksjonen."),
    ),
    "stale": (
        _l("Ikke bekreftet, eller utløpt"),
        _l("Det som står her, er kanskje ikke sant lenger."),
    ),
    "coverage": (
        _l("Steg lagt til noen som ikke finnes"),
        _l("På papiret gjør noen det, men der er det ingen å ringe."),
    ),
    "silos": (
        _l("Lukkede kretser"),
        _l("De som bare kjenner hverandre, får ikke hjelp av resten."),
    ),
    "brokers": (
        _l("De som binder sammen"),
        _l("Faller en av dem bort, blir veien mellom de andre lengre, eller borte."),
    ),
    "accepted": (
        _l("Godtatt inntil videre"),
        _l("Dette lever enheten med til en dag, og så tas det opp igjen."),
    ),
}

# Rows of the state that are a part of a question.
ROWS = QUESTIONS | {
    "old": (
        _l("Ikke bekreftet på lenge"),
        _l("Nummeret eller ansvaret kan være feil."),
    ),
    "ending": (
        _l("Mandater som utløper"),
        _l("Fornyes de ikke, mister nettverket den som har dem."),
    ),
}

REASONS = {
    "no_accountable": _l("Ingen ansvarlig"),
    "no_line": _l("Den ansvarlige har verken telefon eller e-post"),
    "two_accountable": _l("Mer enn én svarer"),
    "contested": _l("Avklares"),
    "kind_not_served": _l("Ingen instans av typen dekker stedet"),
    "holder_ended": _l("Den som står oppført, er avviklet"),
    "vacant": _l("Ubesatt"),
    "deputy_only": _l("Bare stedfortreder"),
    "contact_old": _l("Kontaktpunkt ikke bekreftet på over ett år"),
    "responsibility_old": _l("Ansvar ikke bekreftet på over ett år"),
    "source_overdue": _l("Kilden skulle vært kontrollert"),
    "responsibility_expired": _l("Ansvaret har løpt ut"),
    "responsibility_expires": _l("Ansvaret løper ut innen 60 dager"),
    "membership_expired": _l("Medlemskapet har løpt ut"),
    "membership_expires": _l("Medlemskapet løper ut innen 60 dager"),
    "network_expired": _l("Mandatet har løpt ut"),
    "network_expires": _l("Mandatet løper ut innen 60 dager"),
    "holding_expires": _l("Innehaveren slutter innen 60 dager"),
    "only_person": _l("Én person alene om steget"),
    "cut_point": _l("Eneste bindeledd"),
    "no_shared_network": _l("Ingen felles nettverk"),
    "community": _l("Samarbeider mest med hverandre"),
    "betweenness": _l("Mange veier går gjennom"),
}

EXTENTS = {
    "all": (_l("Alle"), "check"),
    "some": (_l("Noen"), "half"),
    "none": (_l("Ingen"), "cross"),
}
# The same of one place: somebody answers there and can be reached, or nobody.
REACHED = {
    "all": (_l("Dekket"), "check"),
    "none": (_l("Ingen som kan nås"), "cross"),
}
# How long ago contacts were confirmed (`coordinator/freshness.py`).
FRESHNESS = {
    "confirmed": _l("Bekreftet siste året"),
    "overdue": _l("Bekreftet for lenge siden"),
    "unconfirmed": _l("Ikke bekreftet"),
}

# What is wrong with what was typed in a form of these pages.
FAULTS = {
    ("until", "required"): _l("Skriv hvilken dag det skal tas opp igjen."),
    ("until", "bad_date"): _l(
        "Dagen er ikke en dato: skriv år-måned-dag, som 2026-11-23."
    ),
    ("until", "in_the_past"): _l("Dagen er alt passert. Velg en dag som kommer."),
    ("until", "too_far_ahead"): _l("Dagen er for langt fram. Velg en innen to år."),
    ("reason", "required"): _l("Skriv hvorfor enheten lever med dette."),
    ("reason", "too_long"): _l("Grunnen er for lang: høyst 500 tegn."),
    ("reason", "control_character"): _l("Grunnen har tegn som ikke kan brukes."),
    ("reason", "identity_number"): _l(
        "Grunnen ser ut til å ha nummeret til en person. Ta det bort."
    ),
    ("title", "required"): _l("Gi scenarioet en tittel."),
    ("title", "too_long"): _l("Tittelen er for lang: høyst 200 tegn."),
    ("title", "control_character"): _l("Tittelen har tegn som ikke kan brukes."),
    ("title", "identity_number"): _l(
        "Tittelen ser ut til å ha nummeret til en person. Ta det bort."
    ),
    ("without", "required"): _l("Velg først noe å ta ut."),
    ("without", "too_many"): _l("Ta ut høyst 20 om gangen."),
    ("without", "control_character"): _l("Søket har tegn som ikke kan brukes."),
    ("on", "bad_date"): _l(
        "«Se nettverket» er ikke en dato: skriv år-måned-dag, som 2026-11-23."
    ),
    ("compare", "bad_date"): _l(
        "«Sammenlign med» er ikke en dato: skriv år-måned-dag, som 2026-11-23."
    ),
}
