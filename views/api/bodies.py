"""Bodies of requests: JSON, read and checked by its shape; what is wrong is named."""

import json
from typing import Any, TypeVar

from flask import Response, abort, request
from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError

from coordinator.editing import Collision, Invalid
from coordinator.exchange import Finding
from coordinator.meetings import IsCancelled
from views import errors, meeting_faults
from views.api.blueprint import bp

Shape = TypeVar("Shape", bound=BaseModel)
# A name that does not exist is not found, as where an address holds it.
NOT_FOUND = frozenset(
    f"unknown_{name}"
    for name in ("step", "place", "track", "network", "organisation", "owner")
)
MOST_TOLD = 20
# What JSON calls the types that a field may have.
_EXPECTED = {
    "string_type": "string",
    "bool_type": "boolean",
    "int_type": "integer",
    "list_type": "array",
    "model_type": "object",
}


def read(shape: type[Shape], *, may_be_empty: bool = False) -> Shape:
    """Return the body of this request as the shape; raise Invalid, or 415 and 413."""
    raw = request.get_data()
    if not raw and may_be_empty:
        return shape()
    if not request.is_json:
        abort(415)
    try:
        values = json.loads(raw.decode())
    except (ValueError, RecursionError):
        raise Invalid([Finding(1, "body", "not_json")]) from None
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise Invalid([_finding(dict(one)) for one in faults[:MOST_TOLD]]) from None


def _finding(fault: dict[str, Any]) -> Finding:
    name = ".".join(map(str, fault["loc"])) or "body"
    if fault["type"] == "missing":
        return Finding(1, name, "required")
    if fault["type"] == "extra_forbidden":
        return Finding(1, name, "unknown_field")
    expected = _EXPECTED.get(fault["type"], fault["type"])
    return Finding(1, name, "wrong_type", {"expected": expected})


@bp.errorhandler(Invalid)
def invalid(error: Invalid) -> Response:
    """Say all that is wrong, and name the first of it as the parameter."""
    findings = error.findings
    malformed = [one for one in findings if one.code not in NOT_FOUND]
    first, status = (malformed or findings)[0], 422 if malformed else 404
    divided: dict[str, Any] = {}
    if not malformed or [one.code for one in malformed] == ["divided_place"]:
        status = 409 if malformed else 404
        divided = _successors(first)
    told = [
        {
            "parameter": one.column,
            "code": one.code,
            "detail": meeting_faults.sentence(one),
        }
        for one in findings
    ]
    detail = meeting_faults.sentence(first)
    return errors.problem(
        status, detail, parameter=first.column, errors=told, **divided
    )


def _successors(finding: Finding) -> dict[str, Any]:
    successors = finding.details.get("successors", "")
    return {"successors": successors.split(", ")} if successors else {}


@bp.errorhandler(IsCancelled)
def is_cancelled(_error: IsCancelled) -> Response:
    """Say that nothing more is done with a cancelled meeting."""
    return errors.problem(409, _("Møtet er avlyst."))


@bp.errorhandler(Collision)
def collision(_error: Collision) -> Response:
    """Say that someone else was quicker."""
    return errors.problem(409, _("Noen andre har endret dette i mellomtiden."))
