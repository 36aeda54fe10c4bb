"""The process as a flow: a picture of who hands over to whom, and its list."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from coordinator import catalogue, flows
from coordinator.access import READER, UNIT
from coordinator.catalogue import Catalogue
from coordinator.flows import SHOWN, UNTOLD, WHENEVER, Flow, HandingOver
from coordinator.reference import WHOLE_COUNTRY
from models import text_in
from views import by_place, kept, places
from views.cards import kind_label
from views.filters import number
from views.language import chosen_language
from views.network import flow_drawing
from views.network.blueprint import bp
from views.network.flow_drawing import short
from views.network.telling import named
from views.viewing import viewer

# What a state is called, what it means, and its icon.
STATE_WORDS = {
    "broken": (_l("Brutt"), _l("partene møtes ikke"), "cross"),
    "unclear": (
        _l("Uklar"),
        _l("en side mangler, avklares eller har ingen som svarer for den"),
        "unclear",
    ),
    "own": (_l("Du selv"), _l("den som er bekymret, tar kontakt"), "user"),
    "sound": (_l("I orden"), _l("partene møtes"), "check"),
}
# The same for an agency, that is told what is found of itself and nothing of others.
AGENCY_WORDS = STATE_WORDS | {
    "unclear": (
        _l("Uklar"),
        _l("det avklares hva dere har ansvaret for, eller overleveringen er svak"),
        "unclear",
    ),
    "sound": (_l("Ingen funn"), _l("ingenting er funnet hos dere"), "check"),
    UNTOLD: (
        _l("Mellom andre"),
        _l("tilstanden vises bare for dem det gjelder"),
        "circle",
    ),
}
# Why a handover is no better than it is, and what is told of it.
REASONS = {
    "no_shared_network": _l("De to sidene har ikke noe nettverk eller møte sammen."),
    "contested": _l("Det avklares hvem som har ansvaret."),
    "nobody": _l("Ingen står på den ene siden."),
    "no_accountable": _l("Ingen svarer for den ene siden."),
    "known_gap": _l("Overleveringen er kjent som svak."),
}
# What can be taken up in a meeting.
AMISS = ("broken", "unclear")
MOST_NAMED = 3


class Part(NamedTuple):
    """A part of the list: what its table is called, and what unfolds it if folded.

    Whatever is folded is printed all the same.
    """

    rows: list[dict[str, Any]]
    caption: str
    summary: str = ""


@bp.get("/flow")
def flow() -> BaseResponse | tuple[str, int]:
    """Show the process as a flow, whole or of a place and a track."""
    try:
        by_place.here(catalogue.current(viewer()))
    except by_place.FAULTS as error:
        return by_place.ask_again(error, "network.flow", str(_("Forløpet som flyt")))
    return kept.page(_render)


def _render() -> bytes:
    known, language = catalogue.current(viewer()), chosen_language()
    here = by_place.here(known)
    found = flows.compose(here.place or WHOLE_COUNTRY, here.track, viewer())
    titles = {code: text_in(step.title, language) for code, step in known.steps.items()}
    rows = _rows(found, here, titles, known, language)
    steps = _steps(found, titles, known, language)
    return render_template(
        "network/flow.html",
        place_name=places.where(known, here.standing),
        picture=flow_drawing.picture(steps, rows) if steps else None,
        steps=steps,
        parts=_parts(rows),
        states=[
            (state, words, meaning, icon, _share(state, found))
            for state, (words, meaning, icon) in _state_words().items()
        ],
        findings=url_for(
            "network.ask",
            question="broken-handovers",
            place=here.place,
            track=here.track,
        )
        if found.count("broken")
        else "",
        has_places=found.places.total() > 1,
        is_agency=viewer().own is not None,
        **by_place.filters(known),
    ).encode()


def _state_words() -> dict[str, Any]:
    return STATE_WORDS if viewer().own is None else AGENCY_WORDS


def _share(state: str, found: Flow) -> str:
    """Return how many are in that state, and of what: what the legend counts."""
    some, every = number(found.count(state)), len(found.handovers)
    if found.judged == every or state == UNTOLD:
        words = ngettext(
            "%(some)s av %(num)s overlevering i forløpet",
            "%(some)s av %(num)s overleveringer i forløpet",
            every,
            some=some,
        )
    else:
        words = ngettext(
            "%(some)s av %(num)s overlevering der dere er part",
            "%(some)s av %(num)s overleveringer der dere er part",
            found.judged,
            some=some,
        )
    return str(words)


def _rows(
    found: Flow,
    here: by_place.Here,
    titles: Mapping[str, str],
    known: Catalogue,
    language: str,
) -> list[dict[str, Any]]:
    """Return the handovers in words, the gravest first: what the list says."""
    told = sorted(found.handovers, key=lambda one: SHOWN.index(one.state))
    state_words = _state_words()
    keys = {key for one in told for key in (*one.givers, *one.takers)}
    # Whoever looks: it is printed and taken along, and holds nobody who is protected.
    names = named(keys, READER)
    return [
        {
            "state": one.state,
            "words": state_words[one.state][0],
            "icon": state_words[one.state][2],
            "reasons": [
                words for code, words in REASONS.items() if code in one.reasons
            ],
            "from": (titles[one.from_step], _step(one.from_step)),
            "to": (titles[one.to_step], _step(one.to_step)),
            "where": _where(one, found),
            "givers": _who(one.givers, one.asker_gives, names),
            "takers": _who(one.takers, one.asker_takes, names),
            "shares": [
                text_in(known.sharing_rules[code], language)
                for code in one.shares
                if code in known.sharing_rules
            ],
            "notes": [text_in(note, language) for note in one.notes],
            "finding": _finding(one, here) if one.state == "broken" else "",
            "meeting": _take_up(one, titles, here) if one.state in AMISS else "",
            "ends": (one.from_step, one.to_step),
        }
        for one in told
    ]


def _parts(rows: list[dict[str, Any]]) -> list[Part]:
    """Return the list in parts, in its order: where nothing is amiss is folded."""
    weakest = _("Overleveringene, de svakeste først")
    by_state: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        folded = "" if row["state"] in AMISS else row["state"]
        by_state.setdefault(folded, []).append(row)
    return [
        Part(
            part,
            str(_state_words()[state][0] if state else weakest),
            _summary(state, len(part)),
        )
        for state, part in by_state.items()
    ]


def _summary(state: str, count: int) -> str:
    if state == UNTOLD:
        return str(
            ngettext("Vis %(num)s mellom andre", "Vis %(num)s mellom andre", count)
        )
    if state == "own":
        return str(
            ngettext(
                "Vis %(num)s der du selv tar kontakt",
                "Vis %(num)s der du selv tar kontakt",
                count,
            )
        )
    if state == "sound" and viewer().own is not None:
        return str(ngettext("Vis %(num)s uten funn", "Vis %(num)s uten funn", count))
    if state == "sound":
        return str(
            ngettext("Vis %(num)s som er i orden", "Vis %(num)s som er i orden", count)
        )
    return ""


def _finding(one: HandingOver, here: by_place.Here) -> str:
    """Return where the question lists it: the same place and track, each finding."""
    return url_for(
        "network.ask",
        question="broken-handovers",
        step=one.from_step,
        to=one.to_step,
        place=here.place,
        track=here.track,
    )


def _take_up(one: HandingOver, titles: Mapping[str, str], here: by_place.Here) -> str:
    """Return where the unit puts it on a meeting's agenda; nothing for an agency."""
    if viewer() != UNIT:
        return ""
    words = f"{titles[one.from_step]} → {titles[one.to_step]}"
    return url_for(
        "organizing.new_waiting",
        title=short(words),
        steps=f"{one.from_step}|{one.to_step}",
        place=here.place,
        track=here.track,
    )


def _steps(
    found: Flow, titles: Mapping[str, str], known: Catalogue, language: str
) -> list[dict[str, Any]]:
    """Return the steps in words: what the boxes, the lanes and the columns say."""
    return [
        {
            "code": one.step.code,
            "title": titles[one.step.code],
            "href": _step(one.step.code),
            "lane": WHENEVER if one.is_whenever else one.kind,
            "who": kind_label(one.kind, known, language)
            if one.kind
            else str(_("Ingen")),
            "phase": text_in(known.phases.get(one.step.phase or ""), language),
            "is_whenever": one.is_whenever,
        }
        for one in found.steps
    ]


def _step(code: str) -> str:
    return url_for("steps.show", code=code)


def _where(one: HandingOver, found: Flow) -> str:
    """Return how far it is so; nothing for one place, or where nothing is amiss."""
    if one.places is None or one.places.of_all <= 1:
        return ""
    some, of_all = one.places
    if some == of_all:
        return str(_all_places(of_all, found)) if one.state in AMISS else ""
    told = [_some_places(some, of_all, found)]
    if one.counties is not None:
        told.append(
            ngettext(
                "%(some)s av %(num)s fylke",
                "%(some)s av %(num)s fylker",
                one.counties.of_all,
                some=number(one.counties.some),
            )
        )
    return ", ".join(map(str, told))


def _some_places(some: int, of_all: int, found: Flow) -> str:
    words = {"some": number(some), "of_all": number(of_all)}
    if not found.places["municipality"]:
        return str(_("%(some)s av %(of_all)s bydeler", **words))
    if found.places.keys() == {"municipality"}:
        return str(_("%(some)s av %(of_all)s kommuner", **words))
    return str(_("%(some)s av %(of_all)s kommuner og bydeler", **words))


def _all_places(of_all: int, found: Flow) -> str:
    if not found.places["municipality"]:
        return str(_("alle %(of_all)s bydeler", of_all=number(of_all)))
    if found.places.keys() == {"municipality"}:
        return str(_("alle %(of_all)s kommuner", of_all=number(of_all)))
    return str(_("alle %(of_all)s kommuner og bydeler", of_all=number(of_all)))


def _who(keys: tuple[str, ...], is_asker: bool, names: Mapping[str, str]) -> str:
    seen = [names[key] for key in keys if key in names]
    shown = seen[:MOST_NAMED]
    if more := len(seen) - len(shown):
        shown.append(str(ngettext("%(num)s til", "%(num)s til", more)))
    if hidden := len(keys) - len(seen):
        shown.append(str(ngettext("%(num)s skjermet", "%(num)s skjermede", hidden)))
    if is_asker:
        shown.append(str(_("du som møter personen")))
    return ", ".join(shown) or str(_("ingen"))
