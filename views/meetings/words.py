"""Words for the codes of meetings: states, reasons, gaps, mails, and what is wrong."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from coordinator.exchange import Finding
from views import meeting_faults

# How far someone is from the room: the words, and the icon.
STATES = {
    "coming": (_l("Kommer"), "open"),
    "maybe": (_l("Kanskje"), "unknown"),
    "declined": (_l("Kommer ikke"), "declined"),
    "waiting": (_l("Venter på svar"), "hourglass"),
    "not_invited": (_l("Ikke invitert ennå"), "not-confirmed"),
    "missing": (_l("Ingen å invitere"), "danger"),
    "bounced": (_l("E-posten kom ikke fram"), "danger"),
    "informed": (_l("Får referat"), "mail"),
    "removed": (_l("Tatt av listen"), "same"),
    "told_off": (_l("Tatt av listen, har ikke fått vite det"), "same"),
    "called_off": (_l("Har fått avlysning"), "cross"),
}
# What an answer that came by mail says.
OF_GIVEN = {
    "accepted": "coming",
    "tentative": "maybe",
    "declined": "declined",
}
# The same as counts, as the line above the table says them.
COUNTS = {
    "coming": _l("%(number)s kommer"),
    "maybe": _l("%(number)s kanskje"),
    "declined": _l("%(number)s kommer ikke"),
    "waiting": _l("%(number)s venter"),
    "not_invited": _l("%(number)s ikke invitert"),
    "missing": _l("%(number)s mangler"),
    "bounced": _l("%(number)s fikk ikke e-posten"),
}
# The same in the table of what is in the room, which has little space.
SHORT = {
    "waiting": _l("Venter"),
    "not_invited": _l("Ikke invitert"),
    "missing": _l("Mangler"),
    "removed": _l("Tatt av"),
    "bounced": _l("Kom ikke fram"),
    "informed": _l("Får bare referat"),
}
PARTS = {
    "chair": _l("Leder møtet"),
    "required": _l("Må være med"),
    "optional": _l("Bør være med"),
    "informed": _l("Får referatet"),
}
# Why one must come: what the role does with these items.
WHY = {
    "A": _l("Svarer for %(items)s"),
    "R": _l("Gjør %(items)s"),
    "C": _l("Gir råd i %(items)s"),
    "I": _l("Får vite om %(items)s"),
    "owner": _l("Legger fram %(items)s"),
    "named": _l("Er nevnt i %(items)s"),
}
MEMBERS = {
    "chair": _l("Leder nettverket"),
    "member": _l("Er medlem av nettverket"),
    "deputy": _l("Er stedfortreder i nettverket"),
    "observer": _l("Er observatør i nettverket"),
}
ADDED = _l("Lagt til av enheten")
# What is known of why, once nothing is derived any more.
ORIGINS = {
    "derived": _l("Hadde ansvar i sakene"),
    "network": _l("Var medlem av nettverket"),
    "added": ADDED,
    "delegate": _l("Kom i stedet for en annen"),
}
# How one was found, where it is not by holding the post.
FOUND = {
    "deputy": _l("Stillingen er ubesatt, stedfortrederen kommer."),
    "vacant_post": _l("Stillingen er ubesatt."),
}
GAPS = {
    "nobody": _l("ingen er funnet her"),
    "no_accountable": _l("ingen er pekt ut til å svare for det"),
    "no_address": _l("har ingen e-postadresse"),
    "gone": _l("er avsluttet"),
}
# The icon of what mails do.
MAILS = {
    "moved": "calendar",
    "updated": "edit",
    "invited": "invite",
    "invited_again": "invite",
    "uninvited": "same",
    "cancelled": "cross",
    "occurrence_moved": "calendar",
    "occurrence_cancelled": "cross",
    "occurrence_back": "calendar",
}
# What one mail is, as the list of mails says it.
MAIL = {
    "moved": _l("Ny tid"),
    "updated": _l("Rettelse"),
    "invited": _l("Invitasjon"),
    "invited_again": _l("Ny invitasjon"),
    "uninvited": _l("Trenger ikke komme likevel"),
    "cancelled": _l("Avlysning"),
    "occurrence_moved": _l("Ny tid for én gang"),
    "occurrence_cancelled": _l("Én gang er avlyst"),
    "occurrence_back": _l("Én gang er som i serien"),
}
# What differs from what invitees last got.
DIFFERS = {
    "starts": _l("tid"),
    "ends": _l("slutt"),
    "timezone": _l("tidssone"),
    "rrule": _l("gjentakelse"),
    "towns": _l("by"),
    "excepted": _l("avlyste ganger"),
    "title": _l("tittel"),
    "location": _l("sted"),
    "link": _l("lenke"),
    "part": _l("om en må være med"),
    "agenda": _l("saksliste"),
    "attendees": _l("hvem som kommer"),
    "overrides": _l("enkelte ganger"),
}
EVERY_TRACK = _l("Alle grupper")
LISTED = {
    "": _l("Kommende"),
    "past": _l("Har vært"),
    "cancelled": _l("Avlyst"),
}
AUDIENCES = {
    "network": _l("Åpent for alle som er logget inn"),
    "unit": _l("Skjermet: bare de som er invitert, og enheten"),
}
# What was just done, told once on the next page.
DONE = {
    "created": _l("Møtet er laget. Ingenting er sendt ennå."),
    "saved": _l("Lagret. Ingenting er sendt ennå."),
    "sent": _l("Sendt."),
    "settled": _l("Ordnet."),
    "not_settled": _l(
        "Det lot seg ikke gjøre, så e-posten venter fortsatt. Rett møtet for hånd."
    ),
    "nothing": _l("Ingenting var nytt for noen, så ingenting ble sendt."),
    "changed": _l(
        "Noe er endret siden du så på det, så ingenting ble sendt. Se igjen."
    ),
    "cancelled": _l("Møtet er avlyst. De som hadde det i kalenderen, får beskjed nå."),
    "deleted": _l("Utkastet er slettet. Sakene ligger i sakskøen."),
    "split": _l("Serien er delt. Dette er den nye; rett den og send."),
    "removed": _l("Tatt av listen. Ingenting er sendt ennå."),
    "backlog": _l("Saken ligger i sakskøen."),
    "gone": _l("Saken er slettet."),
    "moved": _l("Rekkefølgen er endret."),
    "lost": _l("Lagret. Noen ganger som var flyttet eller avlyst, er ikke med lenger."),
}
FIELDS = {
    "title": _l("Tittel"),
    "network": _l("Nettverk"),
    "starts": _l("Begynner"),
    "ends": _l("Slutter"),
    "timezone": _l("Tidssone"),
    "repeats": _l("Gjentas"),
    "until": _l("Siste dag"),
    "count": _l("Antall ganger"),
    "location": _l("Sted"),
    "link": _l("Lenke til videomøte"),
    "answer_by": _l("Svar innen"),
    "shows_attendees": _l("Vis de inviterte for hverandre"),
    "audience": _l("Hvem ser møtet"),
    "reason": _l("Grunn"),
    "minutes": _l("Minutter"),
    "steps": _l("Steg saken gjelder"),
    "place": _l("Sted saken gjelder"),
    "track": _l("Gruppe saken gjelder"),
    "organisations": _l("Instanser som må være med"),
    "owner": _l("Hvem legger fram"),
    "holder": _l("Hvem"),
    "part": _l("Må være med?"),
    "meeting": _l("Møte"),
    "agenda": _l("Sakslisten"),
    "clarifications": _l("Avklaringer"),
}
HINTS = {
    "starts": _l("Dag og klokkeslett, som 2026-12-09 10:00."),
    "timezone": _l("Der møtet holdes. Klokkeslettene over leses der."),
    "until": _l("Skriv den siste dagen, eller antall ganger."),
    "location": _l("Rom og adresse. Aldri adressen til et skjermet sted."),
    "link": _l("Begynner med https://"),
    "audience": _l(
        "Fra et skjermet møte sendes bare tiden. Resten leses etter innlogging."
    ),
    "shows_attendees": _l("Ellers ser hver bare seg selv."),
    "title": _l("Skriv aldri navn på noen som får hjelp."),
    "steps": _l("Ansvaret for disse avgjør hvem som må være med."),
    "place": _l("Tom: hele landet."),
    "organisations": _l("Én på hver linje."),
    "owner": _l("En instans eller en funksjon."),
    "reason": _l("Står i e-posten til dem som er invitert."),
}
# What is wrong in a form, where its fields say it otherwise than those of a program.
PROBLEMS = {
    "bad_local_time": _l(
        "er ikke en dag og et klokkeslett: skriv som 2026-12-09 10:00"
    ),
    "bad_date": _l("er ikke en dato: skriv år-måned-dag, som 2026-11-23"),
    "ends_before_start": _l("må være etter at møtet begynner"),
    "lasts_too_long": _l("er mer enn fjorten dager etter at møtet begynner"),
    "rule_endless": _l("må oppgis: en serie må ha en siste dag eller et antall ganger"),
    "rule_two_ends": _l("kan ikke oppgis sammen med antall ganger: velg én av dem"),
    "rule_too_long": _l("er for langt fram: en serie kan vare i fem år"),
    "rule_too_many": _l("gir for mange møter: en serie kan ha høyst 500"),
    "rule_start_not_in_rule": _l(
        "passer ikke med dagen møtet begynner: velg en dag som er med i serien"
    ),
}


def problem(code: str, details: dict[str, str]) -> str:
    """Return what is wrong with a field of a meeting, as the end of a sentence."""
    if code in PROBLEMS:
        return str(PROBLEMS[code])
    return meeting_faults.word(Finding(2, None, code, details))


def get_what(what: str, many: int) -> str:
    """Return how many get what by mail: "5 får ny tid"."""
    said: dict[str, str] = {
        "moved": ngettext("%(num)s får ny tid", "%(num)s får ny tid", many),
        "updated": ngettext("%(num)s får en rettelse", "%(num)s får en rettelse", many),
        "invited": ngettext("%(num)s blir invitert", "%(num)s blir invitert", many),
        "invited_again": ngettext(
            "%(num)s blir invitert på nytt", "%(num)s blir invitert på nytt", many
        ),
        "uninvited": ngettext(
            "%(num)s trenger ikke komme likevel",
            "%(num)s trenger ikke komme likevel",
            many,
        ),
        "cancelled": ngettext("%(num)s får avlysning", "%(num)s får avlysning", many),
        "occurrence_moved": ngettext(
            "%(num)s får ny tid for én gang", "%(num)s får ny tid for én gang", many
        ),
        "occurrence_cancelled": ngettext(
            "%(num)s får avlyst én gang", "%(num)s får avlyst én gang", many
        ),
        "occurrence_back": ngettext(
            "%(num)s får én gang som i serien", "%(num)s får én gang som i serien", many
        ),
    }
    return said[what]
