"""Errors as people and programs read them: a page, or problem+json (RFC 9457)."""

import json
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

from coordinator.errors import NotFound, SeveralSuccessors
from views.asked import BadParameter
from views.wording import PARAMETERS, problem

API = "/api/"
QUESTION = ("step", "track", "on", "lang")


def respond(status: int, detail: str, **more: Any) -> Response:
    """Return the error in the form that this address speaks."""
    if request.path.startswith(API):
        return _problem(status, detail, **more)
    page = render_template(
        "error.html", status=status, detail=detail, links=more.get("links", [])
    )
    return Response(page, status, mimetype="text/html")


def _problem(status: int, detail: str, **more: Any) -> Response:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
        **{name: value for name, value in more.items() if name != "links"},
    }
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, mimetype="application/problem+json")


def _name(parameter: str) -> str:
    return str(PARAMETERS.get(parameter, parameter))


def _bad_parameter(error: BadParameter) -> Response:
    sentence = _(
        "%(parameter)s (%(name)s) %(problem)s.",
        parameter=error.parameter,
        name=_name(error.parameter),
        problem=problem(error.code),
    )
    return respond(422, sentence, parameter=error.parameter)


def _not_found(error: NotFound) -> Response:
    sentence = _(
        "%(parameter)s: vi kjenner ikke noe %(name)s «%(value)s».",
        parameter=error.parameter,
        name=_name(error.parameter),
        value=error.value,
    )
    return respond(404, sentence, parameter=error.parameter)


def _several_successors(error: SeveralSuccessors) -> Response:
    sentence = _(
        "Stedet %(place)s er delt. Velg hvilket av disse det gjelder: %(successors)s.",
        place=error.place,
        successors=", ".join(error.successors),
    )
    links = [_with_place(code) for code in error.successors]
    return respond(
        409,
        sentence,
        parameter="place",
        successors=list(error.successors),
        links=links,
    )


def _with_place(code: str) -> tuple[str, dict[str, str]]:
    """Return the address of the same question about another place."""
    asked = {name: request.args[name] for name in QUESTION if request.args.get(name)}
    return code, asked | {"place": code}


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None:
        # A redirect, or a response made on purpose.
        return Response.force_type(error.get_response())  # type: ignore[return-value]
    sentences = {
        400: _("Forespørselen kan ikke leses."),
        404: _("Siden finnes ikke."),
        405: _("Denne adressen kan ikke brukes slik."),
        413: _("Det du sendte, er for stort."),
        500: _("Noe gikk galt hos oss. Prøv igjen om litt."),
    }
    response = respond(status, sentences.get(status, HTTPStatus(status).phrase))
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _database(error: OperationalError) -> Response:
    """Say that it is busy: the database is locked, restarting or not yet migrated."""
    response = respond(503, _("Tjenesten er opptatt. Prøv igjen om litt."))
    response.headers["Retry-After"] = "5"
    return response


def init_app(app: Flask) -> None:
    """Word every refusal; nothing of the inside is shown."""
    app.register_error_handler(BadParameter, _bad_parameter)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(SeveralSuccessors, _several_successors)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _http)
    app.register_error_handler(OperationalError, _database)
