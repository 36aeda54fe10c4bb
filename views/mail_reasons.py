"""Why someone is asked to a meeting, told to herself: "du svarer for sak 3"."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from views import when

# By what a role does with these items, the strongest first.
OF_ITEMS = {
    "A": _l("du svarer for %(items)s"),
    "R": _l("du har en oppgave i %(items)s"),
    "owner": _l("du legger fram %(items)s"),
    "named": _l("%(items)s gjelder dere"),
    "C": _l("du kan gi råd i %(items)s"),
    "I": _l("du bør vite om %(items)s"),
}
OF_NETWORK = {
    "chair": _l("du leder %(network)s"),
    "member": _l("du er med i %(network)s"),
    "deputy": _l("du er stedfortreder i %(network)s"),
    "observer": _l("du er observatør i %(network)s"),
}
NEEDED = {
    "A": _l("Her trenger vi deg: du svarer for steget."),
    "R": _l("Her trenger vi deg: du har en oppgave i steget."),
    "owner": _l("Her trenger vi deg: du legger fram saken."),
    "named": _l("Her trenger vi deg: saken gjelder dere."),
    "C": _l("Her vil vi gjerne ha råd fra deg."),
}
PARTS = {
    "chair": _l("Du leder møtet."),
    "optional": _l("Du velger selv om du vil være med."),
}


def clauses(reasons: Sequence[Mapping[str, Any]], network: str, unit: str) -> list[str]:
    """Return why, the strongest reason first, each as the end of a sentence."""
    found = []
    for role, words in OF_ITEMS.items():
        items = sorted({one["item"] for one in reasons if one["role"] == role} - {None})
        if items:
            numbers = when.listing([str(item) for item in items])
            found.append(str(words) % {"items": _("sak %(numbers)s", numbers=numbers)})
    for role, words in OF_NETWORK.items():
        if any(one["role"] == role and one["network"] for one in reasons):
            name = network or _("nettverket")
            found.append(str(words) % {"network": name})
    if any(one["role"] == "added" for one in reasons):
        found.append(str(_("%(unit)s vil ha deg med", unit=unit)))
    return found


def needed_for(item: int, reasons: Sequence[Mapping[str, Any]]) -> str:
    """Return why the reader is needed for an item of the agenda; empty where not."""
    roles = {one["role"] for one in reasons if one["item"] == item}
    return next((str(words) for role, words in NEEDED.items() if role in roles), "")


def as_whom(told: Mapping[str, Any], unit: str) -> str:
    """Return who invites, and whom she is asked as."""
    title, organisation = told["title_of_post"], told["organisation"]
    network = told["network"]
    meeting = _("møte i %(network)s", network=network) if network else _("møte")
    given = {"unit": unit, "meeting": meeting}
    if title and organisation:
        return str(
            _(
                "Hei! %(unit)s inviterer deg som %(title)s i %(organisation)s "
                "til %(meeting)s.",
                title=_in_sentence(title),
                organisation=organisation,
                **given,
            )
        )
    if organisation:
        return str(
            _(
                "Hei! %(unit)s inviterer %(organisation)s til %(meeting)s.",
                organisation=organisation,
                **given,
            )
        )
    return str(_("Hei! %(unit)s inviterer deg til %(meeting)s.", **given))


def _in_sentence(title: str) -> str:
    """Return a title within a sentence; ROSA and EU stay as they are."""
    return title if title[1:2].isupper() else f"{title[:1].lower()}{title[1:]}"
