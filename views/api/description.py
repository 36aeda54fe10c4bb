"""What the OpenAPI document says besides the shapes: parameters, and the problems."""

from typing import Any

from apiflask import APIFlask
from pydantic import BaseModel

from models import LANGUAGES
from views.api.meeting_schemas import (
    CancelWritten,
    MeetingChanged,
    MeetingWritten,
)
from views.api.schemas import Problem
from views.asked import LARGEST_LIMIT, LONGEST_QUERY, USUAL_LIMIT

# No control characters, separators of lines, or marks of a broken encoding.
_TYPED = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]*$"
# ISO 8601 has a year 0; nobody's calendar has.
_DAY = {"type": "string", "format": "date", "pattern": r"^(?!0000)\d{4}-\d{2}-\d{2}$"}
_CODE = {"type": "string", "pattern": r"^\w[\w.-]*$", "maxLength": 64}


def _parameter(
    name: str, about: str, schema: dict[str, Any], *, required: bool = False
) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": about,
        "required": required,
        "schema": schema,
    }


LANGUAGE = _parameter(
    "lang",
    "Language of texts",
    {"type": "string", "enum": list(LANGUAGES), "default": "nb"},
)
LIMIT = _parameter(
    "limit",
    "Results on a page",
    {
        "type": "integer",
        "minimum": 1,
        "maximum": LARGEST_LIMIT,
        "default": USUAL_LIMIT,
    },
)
ANSWER_PARAMETERS = [
    _parameter("step", "Code of a step", _CODE, required=True),
    _parameter("place", "Code of a place", _CODE, required=True),
    _parameter("track", "Code of a track; left out: every track", _CODE),
    _parameter("on", "A day, today when left out", _DAY),
    LANGUAGE,
]
GUIDE_PARAMETERS = [
    _parameter("place", "Code of a place; left out: the whole country", _CODE),
    _parameter("track", "Code of a track; left out: every track", _CODE),
    LANGUAGE,
]
SEARCH_PARAMETERS = [
    _parameter(
        "q",
        "What is looked for, in any language and anyone's words",
        {
            "type": "string",
            "pattern": _TYPED,
            "minLength": 1,
            "maxLength": LONGEST_QUERY,
        },
        required=True,
    ),
    LIMIT,
    _parameter(
        "skip", "How many to pass over", {"type": "integer", "minimum": 0, "default": 0}
    ),
    LANGUAGE,
]
LIST_PARAMETERS = [
    _parameter(
        "q",
        "Text to look for in names",
        {"type": "string", "pattern": _TYPED, "maxLength": LONGEST_QUERY},
    ),
    LIMIT,
    _parameter(
        "after",
        "The key after which the page begins",
        {"type": "string", "pattern": _TYPED, "maxLength": 600},
    ),
    LANGUAGE,
]
# A key, `network:` or `meeting:` before one, or the parts of a membership's.
_TAKEN_OUT = {"type": "string", "pattern": _TYPED, "minLength": 1, "maxLength": 600}
NETWORK_PARAMETERS = [
    _parameter("on", "A day, today when left out", _DAY),
    _parameter("step", "Code of a step: findings about it alone", _CODE),
    _parameter(
        "place",
        "Code of a place: findings that hold there, or somewhere below it",
        _CODE,
    ),
    _parameter("track", "Code of a track: findings that hold for it", _CODE),
    LANGUAGE,
]
MORE_PARAMETERS = {
    "way-in": [
        _parameter("from", "Key of an entry", _CODE, required=True),
        _parameter("to", "Key of an entry", _CODE, required=True),
    ],
    "what-if": [
        _parameter(
            "without",
            "Key of what is taken out: an organisation, a post, a person, a "
            "membership, a holding, `network:` and the key of a network, or "
            "`meeting:` and that of a meeting; may be given several times",
            {"type": "array", "items": _TAKEN_OUT, "minItems": 1, "maxItems": 50},
            required=True,
        ),
    ],
    "as-of": [
        _parameter("compare", "The day compared with, today when left out", _DAY),
    ],
}
PROBLEMS = {
    "401": "The bearer token is not known, or was taken back",
    "404": "Unknown step, place or track",
    "409": "The place was divided; `successors` names its parts",
    "422": "A parameter is missing or malformed; `parameter` names it",
}


def _problem(about: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": about,
        "content": {"application/problem+json": {"schema": schema}},
    }


NETWORK_PROBLEMS = {
    **PROBLEMS,
    "401": "No bearer token, or one that is not known",
    "403": "Readers are not answered",
    "404": "Unknown step, place, track or key; `parameter` names it",
}
READING_PROBLEMS = {
    "401": "No bearer token, or one that is not known",
    "404": "No such meeting, or none that the reader may see",
}
WRITING_PROBLEMS = {
    **READING_PROBLEMS,
    "403": "Only the unit organizes meetings",
    "404": "Unknown meeting, step, place, track, network or organisation; "
    "`parameter` names it",
    "409": "The meeting is cancelled, or a place was divided",
    "413": "The body is too large",
    "415": "The body is not JSON",
    "422": "A field is missing or malformed; `parameter` names it",
}
# What is sent, by the end of the address and the method.
BODIES: dict[tuple[str, str], tuple[type[BaseModel], bool]] = {
    ("/meetings", "post"): (MeetingWritten, True),
    ("/meetings/{key}", "patch"): (MeetingChanged, True),
    ("/meetings/{key}/cancel", "post"): (CancelWritten, False),
}
_REFERENCE = "#/components/schemas/{model}"
LIST_PROBLEMS = {status: PROBLEMS[status] for status in ("401", "422")}


def _of(
    path: str, method: str
) -> tuple[list[dict[str, Any]], dict[str, str], list[Any]]:
    """Return what an address takes, how it refuses, and what signs in."""
    anyone: list[Any] = [{}, {"token": []}]
    if method != "get":
        return _in_path(path), WRITING_PROBLEMS, anyone[1:]
    if path.endswith("/meetings/{key}"):
        return _in_path(path), READING_PROBLEMS, anyone[1:]
    if path.endswith("/answers"):
        return ANSWER_PARAMETERS, PROBLEMS, anyone
    if path.endswith("/guide"):
        return GUIDE_PARAMETERS, PROBLEMS, anyone
    if path.endswith("/search"):
        return SEARCH_PARAMETERS, LIST_PROBLEMS, anyone
    _before, is_network, question = path.partition("/network/")
    if is_network:
        more = MORE_PARAMETERS.get(question, [])
        return [*more, *NETWORK_PARAMETERS], NETWORK_PROBLEMS, anyone[1:]
    return LIST_PARAMETERS, LIST_PROBLEMS, anyone


def describe(app: APIFlask) -> None:
    """Complete the OpenAPI document of the application."""

    @app.spec_processor
    def complete(document: Any) -> Any:
        document["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"}
        }
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        for path, operations in document["paths"].items():
            for method in operations.keys() & {"get", "post", "patch"}:
                operation = operations[method]
                parameters, statuses, security = _of(path, method)
                operation["parameters"] = parameters
                operation["security"] = security
                for status, about in statuses.items():
                    operation["responses"][status] = _problem(about)
                if written := BODIES.get((path.removeprefix("/api/v1"), method)):
                    operation["requestBody"] = _body(document, *written)
        return document


def _in_path(path: str) -> list[dict[str, Any]]:
    if "{key}" not in path:
        return []
    return [
        {**_parameter("key", "The meeting's id", _CODE, required=True), "in": "path"}
    ]


def _body(document: Any, shape: type[BaseModel], is_required: bool) -> dict[str, Any]:
    """Return what is sent, its shape and those within it told among the schemas."""
    schema = shape.model_json_schema(ref_template=_REFERENCE)
    within = schema.pop("$defs", {})
    document["components"]["schemas"] |= {**within, shape.__name__: schema}
    content = {"schema": {"$ref": _REFERENCE.format(model=shape.__name__)}}
    return {"required": is_required, "content": {"application/json": content}}
