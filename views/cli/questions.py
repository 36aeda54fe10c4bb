"""`flask gaps` and its sisters: the network's questions, in a terminal or for programs.

They show what an operator may see: nothing of protected organisations.
"""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NoReturn

import click
from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from coordinator import records
from coordinator.access import OPERATOR
from coordinator.columns import KINDS
from coordinator.errors import NotFound, SeveralSuccessors
from coordinator.values import Unreadable, read_date
from models import LANGUAGES
from views import errors, network_answers, wording
from views.cli import tables
from views.cli.database import needs_database
from views.network_answers import Asking, Values

Ask = Callable[..., Values]
FORMATS: dict[str, Callable[[Values, str], Iterator[str]]] = {
    "table": tables.terminal,
    "csv": tables.csv,
    "json": lambda answer, _language: iter(
        (json.dumps(answer, ensure_ascii=False, indent=2),)
    ),
}
COMMON = (
    click.Option(["--on"], help="A day, such as 2026-11-23; today when left out."),
    click.Option(
        ["--format"],
        type=click.Choice(list(FORMATS)),
        default="table",
        show_default=True,
    ),
    click.Option(
        ["--lang"], type=click.Choice(LANGUAGES), default="nb", show_default=True
    ),
)
NARROWING = (
    click.Option(["--step"], help="Code of a step: findings about it alone."),
    click.Option(
        ["--place"], help="Code of a place: findings that hold there or below it."
    ),
    click.Option(["--track"], help="Code of a track: findings that hold for it."),
)


def _command(
    question: str, help_text: str, ask: Ask, *more: click.Parameter
) -> click.Command:
    """Return the command that asks a question, with parameters of its own first."""

    @needs_database
    def run(**given: Any) -> None:
        with current_app.test_request_context(), force_locale(given["lang"]):
            answer = _answer(ask, given)
            for line in FORMATS[given["format"]](answer, given["lang"]):
                click.echo(line)
            for sentence in _remarks(answer):
                click.echo(sentence, err=True)

    return click.Command(
        question, callback=run, help=help_text, params=[*more, *COMMON]
    )


def _answer(ask: Ask, given: dict[str, Any]) -> Values:
    """Return what is found; say in one sentence what is unknown, and exit with 1."""
    days = {name: _day(name, given.get(name)) for name in ("on", "date", "compare")}
    asking = Asking(
        OPERATOR,
        days["date"] or days["on"],
        given["lang"],
        given.get("step"),
        given.get("place"),
        given.get("track"),
    )
    try:
        return ask(given | days, asking)
    except (NotFound, SeveralSuccessors) as unknown:
        fault = errors.word(unknown)
        _refuse(f"{fault.parameter}: {fault.sentence}")


def _day(name: str, text: str | None) -> date | None:
    try:
        return read_date(text) if text else None
    except Unreadable as unreadable:
        where = name.upper() if name == "date" else f"--{name}"
        _refuse(f"{where}: «{text}» {wording.problem(unreadable.code)}")


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


def _remarks(answer: Values) -> Iterator[str]:
    """Yield what one must know to read the answer rightly."""
    count = len(answer["findings"])
    if "path" not in answer:
        yield ngettext("%(num)s funn", "%(num)s funn", count)
    elif not count:
        yield _("Ingen kjenner noen som kjenner dem.")
    if answer["estimated"]:
        yield _("Anslag: en ny beregning med et annet utgangspunkt kan gi litt annet.")
    if records.hidden(KINDS["organisations"], OPERATOR):
        yield _("Skjermede instanser er ikke med, så enheten kan finne noe annet.")


def _plain(question: str, help_text: str) -> click.Command:
    def ask(_given: dict[str, Any], asking: Asking) -> Values:
        return network_answers.answer(question, asking)

    return _command(question, help_text, ask, *NARROWING)


gaps = _plain("gaps", "Steps that nobody answers for, or nobody who can be reached.")
overlaps = _plain("overlaps", "Steps that two organisations answer for.")
contested = _plain("contested", "Responsibilities that are disputed.")
vacant = _plain("vacant", "Posts that nobody holds, or only a deputy.")
stale = _plain("stale", "What is old, has ended or ends soon.")
single_points = _plain(
    "single-points", "Persons and organisations without whom a part falls off."
)
broken_handovers = _plain(
    "broken-handovers", "Handovers whose two sides share no network."
)
coverage = _plain("coverage", "Kinds and holders that lead to nobody somewhere.")
silos = _plain("silos", "Circles of organisations that keep to themselves.")
brokers = _plain("brokers", "Those through whom most others reach each other.")
way_in = _command(
    "way-in",
    "The shortest way between two entries, by people who know each other.",
    lambda given, asking: network_answers.way_in(given["from"], given["to"], asking),
    click.Argument(["from"]),
    click.Argument(["to"]),
)
what_if = _command(
    "what-if",
    "What breaks when these are taken out: organisations, posts, persons, "
    "memberships and holdings by key, a network as network:KEY.",
    lambda given, asking: network_answers.what_if(list(given["key"]), asking),
    click.Argument(["key"], nargs=-1, required=True),
    *NARROWING,
)
as_of = _command(
    "as-of",
    "What comes and goes from DATE to another day.",
    lambda given, asking: network_answers.as_of(given["compare"], asking),
    click.Argument(["date"]),
    click.Option(["--compare"], help="The other day; today when left out."),
    *NARROWING,
)
