"""Errors as people and programs read them: a page, or problem+json (RFC 9457)."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from coordinator import catalogue, health
from coordinator.access import PUBLIC
from coordinator.errors import NotFound, SeveralSuccessors
from views.asked import BadParameter
from views.wording import NOT_FOUND, PARAMETERS
from views.wording import problem as word_problem

API = "/api/"
CALENDAR = ".ics"

AskedWrongly = BadParameter | NotFound | SeveralSuccessors


@dataclass(frozen=True)
class Fault:
    """What was asked wrongly: status, parameter, sentence, and parts to choose from."""

    status: int
    parameter: str
    sentence: str
    successors: tuple[str, ...] = ()


def word(error: AskedWrongly) -> Fault:
    """Return the fault in the reader's language."""
    match error:
        case BadParameter():
            name = str(PARAMETERS.get(error.parameter, error.parameter)).capitalize()
            sentence = _(
                "%(name)s %(problem)s.", name=name, problem=word_problem(error.code)
            )
            return Fault(422, error.parameter, sentence)
        case NotFound():
            sentence = str(NOT_FOUND[error.parameter]) % {"value": error.value}
            return Fault(404, error.parameter, sentence)
    known = catalogue.current(PUBLIC).places
    sentence = _(
        "%(place)s er delt. Velg hvilket av disse det gjelder: %(successors)s.",
        place=known[error.place].name,
        successors=", ".join(known[code].name for code in error.successors),
    )
    return Fault(409, "place", sentence, error.successors)


def asked_wrongly(error: AskedWrongly) -> Response:
    """Return what was asked wrongly, as a page or a problem."""
    fault = word(error)
    if not request.path.startswith(API):
        return page(fault.status, fault.sentence)
    divided = {"successors": list(fault.successors)} if fault.successors else {}
    detail = f"{fault.parameter}: {fault.sentence}"
    return problem(fault.status, detail, parameter=fault.parameter, **divided)


def page(status: int, sentence: str) -> Response:
    """Return a page that says the sentence."""
    page = render_template("error.html", sentence=sentence, urgent=_urgent())
    return Response(page, status, mimetype="text/html")


def _urgent() -> str:
    """Return what to do in danger, also when the database does not answer."""
    return str(_("Er noen i fare nå, ring 112."))


def problem(status: int, detail: str, **more: Any) -> Response:
    """Return a problem as RFC 9457 has it, with more of what it is about."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
        **more,
    }
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, mimetype="application/problem+json")


def _respond(status: int, sentence: str) -> Response:
    """Return the error in the form that this address speaks."""
    if request.path.endswith(CALENDAR):  # its address may be a secret, and stays out
        return Response(f"{sentence}\n", status, mimetype="text/plain")
    speak = problem if request.path.startswith(API) else page
    return speak(status, sentence)


def of_http(error: HTTPException) -> Response:
    """Return what is said of a refusal wherever nothing else is."""
    status = error.code or 500
    if error.response is not None:
        # A redirect, or a response made on purpose.
        return Response.force_type(error.get_response())  # type: ignore[return-value]
    sentences = {
        400: _("Forespørselen kan ikke leses."),
        404: _("Siden finnes ikke."),
        401: _("Du må logge inn for å bruke denne adressen."),
        405: _("Denne adressen kan ikke brukes slik."),
        403: _("Du har ikke tilgang til dette.")
        if request.method in ("GET", "HEAD")
        else _("Dette må sendes fra vår egen side av en som har lov til det."),
        413: _("Det du sendte, er for stort."),
        415: _("Det du sender, må være JSON."),
        429: _("Det er kommet for mange forespørsler herfra. Prøv igjen om litt."),
        500: _("Noe gikk galt hos oss. Prøv igjen om litt."),
    }
    sentence = sentences.get(status, HTTPStatus(status).phrase)
    if isinstance(error, CSRFError):
        sentence = _("Skjemaet er for gammelt. Gå tilbake, last siden på nytt og send.")
    if isinstance(error, SecurityError) and not request.path.startswith(API):
        # A host that is not ours: the links of a page cannot be built.
        return Response(f"<h1>{sentence}</h1>", status, mimetype="text/html")
    response = _respond(status, sentence)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"  # RFC 6750, section 3
    if wait := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(wait)
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _database(error: DBAPIError) -> Response:
    """Say that it is busy: the database is locked, restarting or not yet migrated."""
    is_bug = isinstance(error, ProgrammingError) and not health.missing()
    current_app.logger.error("database: %s", type(error.orig).__name__)
    if is_bug:
        return of_http(InternalServerError())
    response = _respond(503, _("Tjenesten er opptatt. Prøv igjen om litt."))
    response.headers["Retry-After"] = "5"
    return response


def _log(error: Any) -> None:
    """Log a fault by the rule of its address: the address itself may hold a secret."""
    rule = request.url_rule.rule if request.url_rule else "?"
    current_app.logger.error("Exception on %s", rule, exc_info=error)


def init_app(app: Flask) -> None:
    """Word every refusal; nothing of the inside is shown."""
    app.log_exception = _log  # type: ignore[assignment, method-assign]
    for kind in (BadParameter, NotFound, SeveralSuccessors):
        app.register_error_handler(kind, asked_wrongly)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(InternalServerError, of_http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(ProgrammingError, _database)
