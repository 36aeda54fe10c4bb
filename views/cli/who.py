"""`flask who STEP --place --track --on`: the answer, readable in a terminal."""

import sys

import click
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from coordinator import catalogue, guide
from coordinator.access import PUBLIC
from coordinator.catalogue import Catalogue
from coordinator.errors import NotFound, SeveralSuccessors
from coordinator.values import Unreadable, read_date
from models import LANGUAGES, text_in
from views import wording
from views.cards import kind_label
from views.cli.database import needs_database
from views.filters import phone
from views.presenting import Values, present


@click.command("who")
@click.argument("step")
@click.option("--place", required=True, help="Code of a place, such as 5001.")
@click.option("--track", help="adult, minor, asylum_adult or asylum_minor.")
@click.option("--on", help="A day, such as 2026-11-23; today when left out.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@needs_database
def who(step: str, place: str, track: str | None, on: str | None, lang: str) -> None:
    """Say who acts on STEP in a place, and why. Shows what the public may see."""
    with current_app.test_request_context(), force_locale(lang):
        try:
            day = read_date(on) if on else None
            answer = guide.who_acts(step, place, track, day, PUBLIC)
        except Unreadable as unreadable:
            _refuse(f"--on: «{on}» {wording.problem(unreadable.code)}")
        except NotFound as missing:
            unknown = wording.problem("unknown_value", {"value": missing.value})
            _refuse(f"{missing.parameter}: {unknown}")
        except SeveralSuccessors as divided:
            _refuse(
                _(
                    "Stedet %(place)s er delt. "
                    "Velg hvilket av disse det gjelder: %(successors)s.",
                    place=divided.place,
                    successors=", ".join(divided.successors),
                )
            )
        known = catalogue.current(PUBLIC)
        for line in _lines(present(answer, known, lang), known, lang):
            click.echo(line)


def _refuse(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)


def _lines(answer: Values, known: Catalogue, language: str) -> list[str]:
    first = answer["first"]
    on_top = answer["roles"][first["role"]][first["index"]] if first else None
    titles = "; ".join(source["title"] for source in answer["sources"])
    return [
        *_heading(answer, known, language),
        *(["", *_actor(on_top, known, language, mark="→ ")] if on_top else []),
        *_roles(answer, known, language),
        *_texts(answer),
        "",
        _line(_("Kilder"), titles),
    ]


def _line(heading: str, text: object) -> str:
    return f"{heading}: {text}"


def _heading(answer: Values, known: Catalogue, language: str) -> list[str]:
    track = known.tracks.get(answer["track"] or "")
    label = text_in(track.label, language) if track else _("alle grupper")
    return [
        f"{answer['title']} · {answer['place_name']} · {label} · {answer['on']}",
        _line(_("Ansvaret er"), wording.STATUSES[answer["status"]]),
        *(f"! {override['text']}" for override in answer["overrides"]),
        *(f"* {wording.FLAGS[flag]}" for flag in answer["flags"]),
    ]


def _roles(answer: Values, known: Catalogue, language: str) -> list[str]:
    groups = [
        (f"{wording.ROLES[role]} ({role})", actors)
        for role, actors in answer["roles"].items()
    ]
    groups += [
        (_("Venter på avtale"), answer["pending"]),
        (_("Gjelder også, men noe annet går foran"), answer["others"]),
    ]
    lines = []
    for heading, actors in groups:
        if actors:
            lines += ["", heading]
            for actor in actors:
                lines += _actor(actor, known, language)
    missing = [f"{one['label']} ({one['role']})" for one in answer["unresolved"]]
    if missing:
        lines += ["", _line(_("Ikke funnet her"), ", ".join(missing))]
    return lines


def _texts(answer: Values) -> list[str]:
    steps = ", ".join(f"{one['title']} ({one['step']})" for one in answer["next"])
    texts = [
        (_("Hva kan deles"), answer["share"]),
        (_("Frist"), answer["deadline"]),
        (_("Gjelder for"), answer["condition"]),
        (_("Neste steg"), steps),
    ]
    return [
        line for heading, text in texts if text for line in ("", f"{heading}: {text}")
    ]


def _actor(
    actor: Values, known: Catalogue, language: str, mark: str = "  "
) -> list[str]:
    via = actor["via"].partition(":")
    names = [
        actor["person"] and actor["person"]["name"],
        actor["post"] and actor["post"]["title"],
        actor["organisation"] and actor["organisation"]["name"],
    ]
    name = ", ".join(filter(None, names)) or kind_label(via[2], known, language)
    stand_in = _("reserve")
    reserve = f" [{stand_in}]" if actor["fallback"] else ""
    why = " ".join(str(wording.REASONS[reason]) for reason in actor["reasons"])
    return [
        f"{mark}{name}{reserve}",
        *(f"    {_point(point)}" for point in actor["contact_points"]),
        f"    {wording.STATUSES[actor['status']]}. {why}",
    ]


def _point(point: Values) -> str:
    is_phone = point["channel"] == "phone"
    value = phone(point["value"]) if is_phone else point["value"]
    opening = {
        True: _("Åpent nå"),
        False: _("Stengt nå"),
        None: _("Åpningstid ikke oppgitt"),
    }[point["open_now"]]
    if point["hours"] and point["open_now"] is None:
        opening = _("Vi vet ikke om det er åpent")
    note = f" – {point['note']}" if point["note"] else ""
    return f"{wording.CHANNELS[point['channel']]}: {value} ({opening}){note}"
