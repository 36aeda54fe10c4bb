"""Words for codes: rules speak in codes, people read these."""

from flask_babel import lazy_gettext as _l

from models import LANGUAGES

ROLES = {
    "R": _l("Gjør det"),
    "A": _l("Svarer for det"),
    "C": _l("Kan gi råd"),
    "I": _l("Får vite om det"),
}

# What one is in a network, from the one who leads it to the one who only listens.
MEMBER_ROLES = {
    "chair": _l("Leder"),
    "deputy": _l("Stedfortreder"),
    "member": _l("Medlem"),
    "observer": _l("Observatør"),
}

# What one who is invited to a meeting has answered.
ANSWERS = {
    "needs-action": _l("Har ikke svart"),
    "accepted": _l("Kommer"),
    "tentative": _l("Kanskje"),
    "declined": _l("Kommer ikke"),
    "delegated": _l("Sender en annen"),
}

# Which networks a list shows, besides those that stand or are to come.
NETWORK_STATES = {"ended": _l("Avsluttet"), "all": _l("Alle")}

# What stands for a role where there is no room for its name; read out by its name.
LETTERS = {"R": "R", "A": "A", "C": _l("K"), "I": "I"}

# What is needed: its name, a few words more, its icon, and whom it is for.
NEEDS = {
    "report_child": (
        _l("Melde fra til barnevernet"),
        _l("Gå til denne først når personen kan være under 18"),
        "megaphone",
        "for-minors",
    ),
    "safe_place": (_l("Et trygt sted i natt"), "", "house", ""),
    "advice": (
        _l("Råd fra noen som kan dette"),
        _l("Uten å si hvem det gjelder"),
        "advice",
        "",
    ),
    "health": (_l("Helsehjelp"), "", "health", ""),
    "lawyer": (_l("Advokat"), "", "lawyer", ""),
    "protection": (_l("Trusler eller beskyttelse"), "", "shield", ""),
    "police": (_l("Anmelde til politiet"), "", "document", ""),
}

STATUSES = {
    "statutory": _l("Lovfestet"),
    "agreed": _l("Avtalt"),
    "proposed": _l("Foreslått"),
    "contested": _l("Avklares"),
    "unclear": _l("Uavklart"),
}

REASONS = {
    "nearest_place": _l(
        "Det som gjelder nærmest stedet, går foran det som gjelder videre."
    ),
    "names_track": _l("Gjelder uttrykkelig for denne gruppen."),
    "kind_serves_place": _l("Dekker dette stedet."),
    "kind_serves_wider_place": _l("Dekker et større område som stedet ligger i."),
    "post_holder": _l("Har stillingen nå."),
    "deputy": _l("Er stedfortreder. Stillingen har ingen innehaver nå."),
    "vacant_post": _l("Stillingen er ubesatt."),
    "function_line": _l("Er satt opp direkte, som organisasjon eller funksjon."),
    "fallback_kind": _l(
        "Er reserve når den som skulle gjort det, er stengt eller ikke er funnet."
    ),
    "everyone": _l("Gjelder alle som møter personen."),
    "statutory_stands": _l("Loven står ved lag til noe annet er avtalt."),
}

FLAGS = {
    "overlap": _l("Mer enn én organisasjon svarer for dette."),
    "no_accountable": _l("Ingen er pekt ut til å svare for dette."),
    "unresolved": _l("Vi fant ikke alle som har en rolle her."),
    "pending": _l("Det finnes et lokalt forslag som ikke er avtalt."),
    "merged_place": _l(
        "Stedet er slått sammen med et annet. Svaret gjelder det nye stedet."
    ),
    "not_for_track": _l("Dette steget gjelder ikke for den du spør om."),
    "stale": _l("Noe av dette skulle vært bekreftet på nytt."),
}

CHANNELS = {
    "phone": _l("Telefon"),
    "email": _l("E-post"),
    "web": _l("Nettside"),
    "visit": _l("Besøk"),
}

PARAMETERS = {
    "step": _l("steg"),
    "place": _l("sted"),
    "track": _l("gruppe"),
    "on": _l("dag"),
    "age": _l("alder"),
    "asylum": _l("asyl"),
    "need": _l("behov"),
    "lang": _l("språk"),
    "limit": _l("antall"),
    "skip": _l("plass i listen"),
    "kind": _l("type"),
    "q": _l("søk"),
    "after": _l("etter"),
    "as_of": _l("dag"),
    "since": _l("fra dag"),
    "until": _l("til dag"),
    "state": _l("utvalg"),
    "from": _l("fra"),
    "to": _l("til"),
    "without": _l("det som tas ut"),
    "compare": _l("dagen det sammenlignes med"),
    "reason": _l("grunn"),
    "accepted": _l("godtatt"),
    "holder": _l("hvem"),
    "view": _l("visning"),
    "month": _l("måned"),
    "mine": _l("mine"),
    "network": _l("nettverk"),
    "done": _l("melding"),
    "measure": _l("mål"),
    "around": _l("bare rundt"),
    "depth": _l("avstand"),
    "circle": _l("krets"),
    "selected": _l("valgt"),
    "sort": _l("rekkefølge"),
    "page": _l("side"),
}

USER_ROLES = {
    "unit": _l("Enheten"),
    "agency": _l("Etat"),
    "reader": _l("Leser"),
}

# What is wrong with a parameter or a cell. `%(…)s` names come from the finding.
PROBLEMS = {
    "required": _l("mangler"),
    "repeated": _l("er oppgitt mer enn én gang"),
    "key_of_another": _l("ville bli %(key)s, som er nøkkelen til en annen"),
    "of_another_kind": _l(
        "er en annen enn den som er registrert for navnet: "
        "oppgi nøkkelen %(key)s (Key) om det er den"
    ),
    "cannot_be_protected": _l("kan ikke skjermes: bare instanser kan det"),
    "not_a_text": _l("må være tekst eller tall"),
    "no_direction": _l(
        "er ikke til å lese ut av en fil uten retninger: lagre den som en rettet graf"
    ),
    "unknown_element": _l("finnes verken i filen eller i nettverket"),
    "repeated_element": _l("står to ganger i filen"),
    "too_many": _l("er oppgitt for mange ganger"),
    "too_long": _l("er for lang"),
    "control_character": _l("har tegn som ikke kan brukes (styretegn)"),
    "control_characters": _l("har tegn som ikke kan brukes (styretegn)"),
    "bad_key": _l(
        "er ikke en gyldig kode: bruk bokstaver, tall, punktum, strek og understrek"
    ),
    "bad_date": _l("er ikke en dato: skriv år-måned-dag, som 2026-11-23"),
    "bad_month": _l("er ikke en måned: skriv år-måned, som 2026-12"),
    "bad_boolean": _l("må være true, false eller tom"),
    "bad_number": _l("må være et helt tall"),
    "bad_depth": _l("må være et helt tall fra 1 til 3"),
    "bad_look": _l("må være tre tall med komma mellom, for eksempel 0.5,0.5,1.0"),
    "bad_choice": _l("må være en av: %(choices)s"),
    "no_word": _l("har verken bokstaver eller tall"),
    "bad_answer": _l("er ikke et av svarene i skjemaet"),
    "bad_language": _l("må være nb, nn eller en"),
    "bad_limit": _l("må være et helt tall fra 1 til 100"),
    "bad_phone": _l("er ikke et telefonnummer som kan ringes"),
    "bad_email": _l("er ikke en e-postadresse"),
    "bad_web": _l("er ikke en nettadresse: begynn med https://"),
    "bad_hours": _l("er ikke åpningstider: skriv som Mo-Fr 08:00-15:30 eller 24/7"),
    "bad_orgnr": _l("er ikke et organisasjonsnummer"),
    "not_utf8": _l("er ikke UTF-8: lagre filen som CSV UTF-8"),
    "unknown_column": _l("er en ukjent kolonne; disse finnes: %(columns)s"),
    "missing_column": _l("mangler i overskriftsraden"),
    "repeated_column": _l("står mer enn én gang i overskriftsraden"),
    "broken_row": _l("kan ikke leses: et anførselstegn er ikke lukket eller står feil"),
    "line_too_long": _l("er lengre enn %(longest)s tegn"),
    "wrong_cell_count": _l(
        "har %(found)s celler, overskriften har %(expected)s; sjekk skilletegnet"
    ),
    "wrong_separator": _l("skilletegnet må være komma eller semikolon"),
    "empty_file": _l("filen er tom"),
    "file_too_large": _l("filen er for stor, høyst %(largest)s"),
    "swells": _l("filen blir for stor når den pakkes ut, høyst %(largest)s"),
    "too_many_rows": _l("filen har flere enn %(most)s rader"),
    "too_many_columns": _l("filen har flere enn %(most)s kolonner"),
    "too_many_sheets": _l("filen har flere enn %(most)s ark"),
    "too_many_empty_rows": _l(
        "et ark har flere enn %(most)s tomme rader etter hverandre: slett dem"
    ),
    "too_many_cells": _l("filen har flere enn %(most)s celler"),
    "not_a_table": _l("filen er ikke en tabell som kan leses"),
    "ends_before_start": _l("er før valid_from"),
    "successor_without_end": _l("er oppgitt uten at stedet har en slutt (valid_to)"),
    "contradicts_row": _l("samme post (%(key)s) står annerledes i rad %(row)s"),
    "names_itself": _l("peker på seg selv"),
    "goes_in_circles": _l("går i ring: %(keys)s"),
    "key_taken": _l("nøkkelen %(key)s er alt i bruk av noe annet (%(kind)s)"),
    "kind_without_organisations": _l("er ikke en type som organisasjoner kan ha"),
    "kind_is_protected": _l("kan ikke være false: denne typen er alltid skjermet"),
    "protected_address": _l(
        "kan røpe hvor en skjermet organisasjon er; "
        "adresser, koordinater og besøkspunkter for den tas ikke imot"
    ),
    "would_expose": _l(
        "gjør en skjermet organisasjon synlig: "
        "kontaktpunktet til %(owner)s røper en adresse og må fjernes først"
    ),
    "in_the_future": _l("kan ikke være en dag som kommer"),
    "person_as_member": _l(
        "er en person: medlem er en instans eller en funksjon, uansett hvem som har den"
    ),
    "person_at_meeting": _l(
        "er en person: før opp instansen eller funksjonen som var med"
    ),
    "ends_too_early": _l("må være etter at møtet begynner"),
    "meeting_is_cancelled": _l("er et møte som er avlyst: det endres ikke mer"),
    "series_by_file": _l(
        "er tiden til en serie: den flyttes på møtets egen side, ikke i en fil"
    ),
    "steps_of_agenda": _l("tas ikke med: stegene til møtet er de i sakslisten"),
    "exists": _l("finnes fra før med samme innhold"),
    "agreed_by_hand": _l("kan ikke settes til avtalt for hånd: instansen sier selv ja"),
    "needs_source": _l("kan ikke være lovfestet uten en kilde"),
    "several": _l("passer med flere: velg en av %(names)s"),
    "audience_missing": _l(
        "er ikke oppgitt; punktet blir skjermet (protected) og vises ikke"
    ),
    "step_not_for_track": _l(
        "steget %(step)s gjelder ikke for %(track)s, så raden får ingen virkning der"
    ),
}

# The rungs of residence, from the first to the last.
PERMITS = {
    "reflection_period": _l("Refleksjonsperiode"),
    "temporary_permit": _l("Midlertidig tillatelse"),
    "witness_permit": _l("Vitnetillatelse"),
    "permanent_residence": _l("Permanent opphold"),
}

NOT_FOUND = {
    "organisation": _l("Vi kjenner ikke organisasjonen «%(value)s»."),
    "network": _l("Vi kjenner ikke nettverket «%(value)s»."),
    "meeting": _l("Vi kjenner ikke møtet «%(value)s»."),
    "occurrence": _l("Møtet har ingen gang som begynner %(value)s."),
    "agenda_item": _l("Vi kjenner ikke denne saken."),
    "mail": _l("Vi kjenner ikke denne e-posten."),
    "invitation": _l("Vi kjenner ikke denne invitasjonen."),
    "guest": _l("Vi finner ikke den du vil endre. Noen kan ha tatt den bort."),
    "question": _l("Vi kjenner ikke spørsmålet «%(value)s»."),
    "from": _l("Vi kjenner ikke «%(value)s» i nettverket den dagen."),
    "to": _l("Vi kjenner ikke «%(value)s» i nettverket den dagen."),
    "without": _l("Vi kjenner ikke «%(value)s» i nettverket."),
    "around": _l("Vi kjenner ikke «%(value)s» i nettverket."),
    "node": _l("Vi kjenner ikke «%(value)s» i nettverket."),
    "circle": _l("Vi kjenner ingen krets rundt «%(value)s»."),
    "right": _l("Vi kjenner ikke rettigheten «%(value)s»."),
    "source": _l("Vi kjenner ikke kilden «%(value)s»."),
    "chapter": _l("Vi kjenner ikke kapittelet «%(value)s» i veilederen."),
    "place": _l("Vi kjenner ikke stedet «%(value)s»."),
    "step": _l("Vi kjenner ikke steget «%(value)s»."),
    "track": _l("Vi kjenner ikke gruppen «%(value)s»."),
}

UNKNOWN = _l("finnes ikke: %(value)s")


def problem(code: str, details: dict[str, str] | None = None) -> str:
    """Return what is wrong, in the reader's language, as the end of a sentence."""
    words = (
        UNKNOWN
        if code.startswith("unknown_") and code not in PROBLEMS
        else PROBLEMS[code]
    )
    return str(words) % (details or {}) if details else str(words)


# Kinds of records: what many are called, what one is, and what a new one is.
KINDS = {
    "organisations": (_l("Instanser"), _l("Instans"), _l("Ny instans")),
    "posts": (_l("Funksjoner"), _l("Funksjon"), _l("Ny funksjon")),
    "persons": (_l("Personer"), _l("Person"), _l("Ny person")),
    "holdings": (
        _l("Hvem har hvilken funksjon"),
        _l("Innehaver av en funksjon"),
        _l("Ny innehaver"),
    ),
    "contact-points": (
        _l("Kontaktpunkter"),
        _l("Kontaktpunkt"),
        _l("Nytt kontaktpunkt"),
    ),
    "responsibilities": (_l("Ansvar"), _l("Ansvar"), _l("Nytt ansvar")),
    "networks": (_l("Nettverk"), _l("Nettverket"), _l("Nytt nettverk")),
    "memberships": (
        _l("Medlemskap"),
        _l("Medlemskapet"),
        _l("Nytt medlemskap"),
    ),
    "attendances": (
        _l("Hvem som har vært på møter"),
        _l("Møtedeltakelse"),
        _l("Ny møtedeltakelse"),
    ),
    "synonyms": (
        _l("Ord som folk bruker"),
        _l("Ord eller uttrykk"),
        _l("Nytt ord"),
    ),
    "places": (_l("Steder"), _l("Sted"), _l("Nytt sted")),
    "steps": (_l("Steg"), _l("Steg"), _l("Nytt steg")),
    "handovers": (_l("Overganger"), _l("Overgang"), _l("Ny overgang")),
    "rights": (_l("Rettigheter"), _l("Rettighet"), _l("Ny rettighet")),
    "indicators": (_l("Tegn i sjekklisten"), _l("Tegn"), _l("Nytt tegn")),
    "sources": (_l("Kilder"), _l("Kilde"), _l("Ny kilde")),
    "chapters": (_l("Kapitler i veilederen"), _l("Kapittel"), _l("Nytt kapittel")),
}

KINDS_ABOUT = {
    "organisations": _l("Hvem de er, hvor de hører til, og hvilke steder de dekker"),
    "posts": _l("Stillinger og vakter, også når ingen har dem"),
    "persons": _l("Hjelpere, med navn og språk. Aldri den som får hjelp"),
    "holdings": _l("Hvem som har en funksjon, fra og til, og stedfortredere"),
    "contact-points": _l("Telefon, e-post, nettside og besøk, med åpningstider"),
    "responsibilities": _l("Hvem som gjør og svarer for hvert steg, og hvor"),
    "networks": _l("Forum som møtes, hva de skal gjøre, og hvor lenge"),
    "memberships": _l("Hvem som er med i hvilket nettverk, som hva, fra og til"),
    "attendances": _l("Hva de svarte, og om de kom. Det viser hvem som har møttes"),
    "synonyms": _l("Hva folk skriver når de trenger noe, og hva de da skal finne"),
    "places": _l("Kommuner, bydeler, fylker og politidistrikter"),
    "steps": _l("Stegene i forløpet, med frister, vilkår og kilder"),
    "handovers": _l("Fra ett steg til det neste, og hva som kan deles"),
    "rights": _l("Hva den det gjelder, har rett til"),
    "indicators": _l("Tegn på utnytting. Ingen av dem teller mer enn andre"),
    "sources": _l("Lover, avtaler og sider som opplysningene bygger på"),
    "chapters": _l("Tekstene i veilederen om å identifisere mulige ofre"),
}

# What a column of a record is called; where kinds differ, by kind first.
COLUMNS = {
    "about": _l("Om"),
    "answer": _l("Svar"),
    "appeal": _l("Hvor det klages"),
    "attended": _l("Var med"),
    "audience": _l("Hvem som ser det"),
    "becomes": _l("Gruppen blir"),
    "channel": _l("Måte"),
    "checked_on": _l("Kontrollert"),
    "code": _l("Kode"),
    "condition": _l("Vilkår"),
    "confirmed_by": _l("Bekreftet av"),
    "confirmed_on": _l("Bekreftet"),
    "deadline": _l("Frist"),
    "deputy": _l("Stedfortreder"),
    "duty": _l("Kilder til plikten"),
    "fallback": _l("Reserver"),
    "from_step": _l("Fra steg"),
    "holder": _l("Hvem"),
    "holder_key": _l("Hvem"),
    "holder_kind": _l("Type instans"),
    "hours": _l("Åpningstid"),
    "key": _l("Nøkkel"),
    "kind": _l("Type"),
    "known_gap": _l("Kjent svak overgang"),
    "label": _l("Navn"),
    "language": _l("Hvilket språk"),
    "languages": _l("Språk"),
    "law": _l("Lover"),
    "mandate": _l("Mandat"),
    "meeting": _l("Møte"),
    "name": _l("Navn"),
    "network": _l("Hvilket nettverk"),
    "next_check_on": _l("Neste kontroll"),
    "note": _l("Merknad"),
    "order": _l("Rekkefølge"),
    "organisation": _l("Instans"),
    "orgnr": _l("Organisasjonsnummer"),
    "other_names": _l("Andre navn"),
    "owner": _l("Hører til"),
    "parent": _l("Del av"),
    "parents": _l("Ligger i"),
    "person": _l("Person"),
    "phase": _l("Fase"),
    "phrase": _l("Ord eller uttrykk"),
    "pillar": _l("Pilar"),
    "place": _l("Sted"),
    "post": _l("Funksjon"),
    "process": _l("Prosess"),
    "protected": _l("Skjermet"),
    "question": _l("Slags funn"),
    "reason": _l("Grunn"),
    "rights": _l("Rettigheter å nevne"),
    "rights_minor": _l("Rettigheter for barn"),
    "role": _l("Rolle"),
    "serves": _l("Dekker"),
    "share": _l("Hva som kan deles"),
    "shares": _l("Hva som kan deles"),
    "source": _l("Kilde"),
    "sources": _l("Kilder"),
    "status": _l("Status"),
    "step": _l("Steg"),
    "steps": _l("Steg som gir den"),
    "subject": _l("Hva det står for"),
    "successor": _l("Ble til"),
    "summary": _l("Hva det er"),
    "form": _l("Form for utnytting"),
    "text": _l("Tekst"),
    "title": _l("Tittel"),
    "to_step": _l("Til steg"),
    "track": _l("Gruppe"),
    "tracks": _l("Grupper"),
    "until": _l("Til og med"),
    "valid_from": _l("Gjelder fra"),
    "valid_to": _l("Gjelder til"),
    "value": _l("Nummer eller adresse"),
    "weakness": _l("Hva som er galt"),
    "web": _l("Nettside"),
}

HINTS = {
    "organisations.key": _l("Tom: lages av navnet. Kan ikke endres siden."),
    "organisations.protected": _l(
        "En skjermet instans ses bare av enheten. Den kan ikke ha adresse her."
    ),
    "organisations.serves": _l("Ett sted på hver linje, som Trondheim eller 5001."),
    "organisations.languages": _l("Språkkoder, én på hver linje, som nb eller ti."),
    "organisations.orgnr": _l("Ni sifre."),
    "persons.languages": _l("Språkkoder, én på hver linje, som nb eller ti."),
    "persons.name": _l("Bare hjelpere. Skriv aldri navn på noen som får hjelp."),
    "contact-points.hours": _l(
        "Som Mo-Fr 08:00-15:30 eller 24/7. Tom: åpningstiden er ikke oppgitt."
    ),
    "contact-points.value": _l("Telefonnummer, e-postadresse, nettadresse eller sted."),
    "contact-points.order": _l("Det laveste tallet står først."),
    "responsibilities.order": _l("Det laveste tallet står først."),
    "responsibilities.holder": _l("En instans, en funksjon eller en type instans."),
    "responsibilities.status": _l(
        "Avtalt settes av instansen selv. Lovfestet må ha en kilde."
    ),
    "responsibilities.tracks": _l("Ingen valgt: gjelder alle."),
    "steps.tracks": _l("Ingen valgt: gjelder alle."),
    "handovers.tracks": _l("Ingen valgt: gjelder alle."),
    "networks.key": _l("Tom: lages av navnet. Kan ikke endres siden."),
    "networks.mandate": _l("Hva nettverket skal gjøre, med noen få setninger."),
    "networks.valid_to": _l("Dagen mandatet går ut. Tom: til det blir avsluttet."),
    "attendances.attended": _l("Tom: ingen har notert om de kom."),
    "attendances.holder": _l("En instans eller en funksjon, aldri en person."),
    "memberships.holder": _l("En instans eller en funksjon, aldri en person."),
    "memberships.valid_to": _l("Den siste dagen som medlem. Tom: fortsatt med."),
    "steps.fallback": _l("Typer instanser, én på hver linje. Den første prøves først."),
    "steps.appeal": _l("Typer instanser, én på hver linje."),
    "synonyms.phrase": _l("Slik folk sier det. Søket kjenner bøying og skrivefeil."),
    "synonyms.subject": _l(
        "Navnet på et steg, en rettighet, en type instans eller et kapittel."
    ),
    **{
        f"chapters.text_{language}": _l(
            "Avsnitt skilles med en tom linje. ### foran en overskrift, - foran et "
            "punkt i en liste, **to stjerner** rundt det som skal være fett. Det som "
            "lages av registeret, kommer i tillegg, og blir aldri borte."
        )
        for language in LANGUAGES
    },
    "places.parents": _l("Ett sted på hver linje."),
    "places.successor": _l("Ett sted på hver linje."),
    "places.other_names": _l("Ett navn på hver linje."),
}

AUDIENCES = {
    "public": _l("Alle"),
    "network": _l("De som er logget inn"),
    "unit": _l("Enheten og instansen selv"),
    "protected": _l("Ingen ennå: vises ikke her"),
}

PLACE_KINDS = {
    "country": _l("Land"),
    "county": _l("Fylke"),
    "municipality": _l("Kommune"),
    "city_district": _l("Bydel"),
    "police_district": _l("Politidistrikt"),
}

INDICATOR_FORMS = {
    "general": _l("Generelle tegn"),
    "sexual": _l("Prostitusjon og andre seksuelle formål"),
    "labour": _l("Tvangsarbeid og tjenester"),
    "begging": _l("Tigging"),
    "crime": _l("Tvungne lovbrudd"),
    "war_service": _l("Krigstjeneste i et fremmed land"),
    "organs": _l("Fjerning av organer"),
    "child": _l("Barn under 18 år"),
}

# What searches find, in groups.
FOUND_KINDS = {
    "step": _l("Steg: hvem som gjør hva"),
    "right": _l("Rettigheter"),
    "guide": _l("Veilederen"),
    "organisation": _l("Instanser"),
    "post": _l("Funksjoner"),
    "person": _l("Personer"),
    "network": _l("Nettverk"),
    "meeting": _l("Møter"),
    "place": _l("Steder"),
    "source": _l("Kilder"),
}

# What is made of the records, beside the texts of the guide.
GENERATED = {
    "identifiers": _l("Hvem som kan identifisere"),
    "rights": _l("Det identifiseringen gir rett til"),
    "needs": _l("Hvem du ringer"),
}

# What a synonym can stand for.
SUBJECTS = {
    "step": _l("steg"),
    "right": _l("rettighet"),
    "kind": _l("type instans"),
    "guide": _l("kapittel i veilederen"),
}

YES_NO = {"true": _l("Ja"), "false": _l("Nei")}

LANGUAGE_NAMES = {"nb": _l("bokmål"), "nn": _l("nynorsk"), "en": _l("engelsk")}

# Tables, for what leans on a record and what changed.
TABLES = {
    "acceptance": _l("Godtatt funn"),
    "agenda_item": _l("Sak"),
    "attendance": _l("Møtedeltakelse"),
    "chapter": _l("Kapittel i veilederen"),
    "indicator": _l("Tegn i sjekklisten"),
    "contact_point": _l("Kontaktpunkt"),
    "handover": _l("Overgang"),
    "holding": _l("Innehaver av en funksjon"),
    "invitation": _l("Invitasjon"),
    "meeting": _l("Møte"),
    "membership": _l("Medlemskapet"),
    "network": _l("Nettverket"),
    "occurrence": _l("Én gang av en serie"),
    "occurrence_answer": _l("Svar på én gang"),
    "organisation": _l("Instans"),
    "organisation_kind": _l("Type instans"),
    "override": _l("Det som går foran"),
    "person": _l("Person"),
    "phase": _l("Fase"),
    "pillar": _l("Pilar"),
    "place": _l("Sted"),
    "place_parent": _l("Ligger i"),
    "place_successor": _l("Ble til"),
    "post": _l("Funksjon"),
    "process": _l("Prosess"),
    "responsibility": _l("Ansvar"),
    "right": _l("Rettighet"),
    "service_area": _l("Dekker"),
    "sharing_rule": _l("Hva som kan deles"),
    "source": _l("Kilde"),
    "step": _l("Steg"),
    "suggestion": _l("Melding om feil eller mangel"),
    "synonym": _l("Ord eller uttrykk"),
    "track": _l("Gruppe"),
    "user": _l("Bruker"),
}

WHO = {
    "import": _l("Import fra fil"),
    "reference": _l("Referansedata"),
    "demo": _l("Det oppdiktede nettverket"),
    "system": _l("Systemet"),
    "invitee": _l("Den som er invitert"),
}

CANNOT_UNDO = {
    "too_old": _l("Det er mer enn 30 dager siden."),
    "too_large": _l("Endringen er for stor til å angres her."),
    "changed_since": _l("Noe av det er endret siden. Angre det nyeste først."),
    "in_use": _l("Andre oppføringer bygger på det nå. Fjern dem først."),
    "missing": _l("Noe det viser til, finnes ikke lenger."),
    "already_sent": _l(
        "Møtet er sendt ut, og det som er sendt, kan ikke kalles tilbake. "
        "Endre eller avlys møtet i stedet, så får de inviterte vite det."
    ),
    "would_expose": _l("Det ville røpet hvor en skjermet instans er."),
}

MESSAGE_STATES = {
    "waiting": _l("Venter"),
    "sent": _l("Sendt"),
    "failed": _l("Kom ikke fram"),
    "withdrawn": _l("Trukket tilbake"),
}

MESSAGE_KINDS = {
    "invitation": _l("Invitasjon"),
    "reset": _l("Nytt passord"),
    "password_changed": _l("Passord endret"),
    "weekly": _l("Nytt i nettverket"),
    "meeting_request": _l("Møte: invitasjon"),
    "meeting_cancel": _l("Møte: avlysning"),
    "meeting_declinecounter": _l("Møte: forslag avslått"),
    "meeting_receipt": _l("Møte: kvittering"),
    "meeting_reminder": _l("Møte: påminnelse"),
}

# What the matrix finds wrong with a row, in a few words, and its icon.
CHECKS = {
    "none": (_l("Ingen svarer"), "danger"),
    "two": (_l("To svarer"), "danger"),
    "also_informed": (_l("A er også I"), "warning"),
    "unreachable": (_l("A kan ikke nås"), "unreachable"),
}

# What a finding does from one day, or one network, to another.
CHANGED = {"appears": _l("kommer"), "disappears": _l("forsvinner")}
