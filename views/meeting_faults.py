"""Words for what is wrong with a meeting as it was written."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from coordinator.exchange import Finding
from views import wording

# What is wrong with a field of a meeting, as the end of a sentence.
FAULTS = {
    "control_characters": _l("har tegn som ikke kan brukes (styretegn)"),
    "too_long": _l("er for lang: høyst %(longest)s tegn"),
    "too_many": _l("har for mange: høyst %(most)s"),
    "bad_date": _l("er ikke en dag som kan brukes"),
    "bad_local_time": _l("er ikke et tidspunkt: skriv som 2026-12-09T10:00"),
    "unknown_timezone": _l("er ikke en tidssone vi kjenner: %(value)s"),
    "ends_before_start": _l("må være etter starten"),
    "lasts_too_long": _l("er mer enn fjorten dager etter starten"),
    "no_such_time": _l(
        "finnes ikke: klokken stilles forbi %(time)s den natten i %(timezone)s"
    ),
    "time_comes_twice": _l(
        "kommer to ganger: klokken stilles tilbake over %(time)s den natten i "
        "%(timezone)s"
    ),
    "bad_minutes": _l("må være et helt tall fra 1 til %(most)s"),
    "divided_place": _l("er delt; velg et av disse: %(successors)s"),
    "rule_malformed": _l("er ikke en regel som kan leses: %(value)s"),
    "rule_unknown_part": _l("har en del vi ikke kjenner: %(value)s"),
    "rule_twice": _l("har samme del to ganger: %(value)s"),
    "rule_not_allowed": _l("har en del som ikke brukes her: %(value)s"),
    "rule_out_of_range": _l("har et tall som ikke kan brukes: %(value)s"),
    "rule_endless": _l("må ha en slutt: et antall ganger eller en siste dag"),
    "rule_two_ends": _l("kan ikke ha både et antall ganger og en siste dag"),
    "rule_too_long": _l("varer for lenge"),
    "rule_too_many": _l("gir for mange møter"),
    "rule_start_not_in_rule": _l("passer ikke med starten: den er ingen av dagene"),
    "wrong_type": _l("har feil form: %(expected)s"),
    "unknown_field": _l("er et felt vi ikke kjenner"),
    "not_json": _l("er ikke JSON"),
    "alone": _l("kan ikke endres sammen med andre felt"),
}


def word(finding: Finding) -> str:
    """Return what is wrong with the field, in the reader's language."""
    if finding.code in FAULTS:
        return str(FAULTS[finding.code]) % finding.details
    return wording.problem(finding.code, finding.details)


def sentence(finding: Finding) -> str:
    """Return the fault as a sentence that begins with the field's own name."""
    found = _("%(name)s %(problem)s.", name=finding.column, problem=word(finding))
    return str(found)
