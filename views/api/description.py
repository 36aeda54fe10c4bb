"""What the OpenAPI document says besides the shapes: parameters, and the problems."""

from typing import Any

from apiflask import APIFlask

from models import LANGUAGES
from views.api.schemas import Problem
from views.asked import LARGEST_LIMIT, LONGEST_QUERY, USUAL_LIMIT

# No control characters, separators of lines, or marks of a broken encoding.
_TYPED = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]*$"
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
ANSWER_PARAMETERS = [
    _parameter("step", "Code of a step", _CODE, required=True),
    _parameter("place", "Code of a place", _CODE, required=True),
    _parameter("track", "Code of a track; left out: every track", _CODE),
    _parameter(
        "on", "A day, today when left out", {"type": "string", "format": "date"}
    ),
    LANGUAGE,
]
LIST_PARAMETERS = [
    _parameter(
        "q",
        "Text to look for in names",
        {"type": "string", "pattern": _TYPED, "maxLength": LONGEST_QUERY},
    ),
    _parameter(
        "limit",
        "Results on a page",
        {
            "type": "integer",
            "minimum": 1,
            "maximum": LARGEST_LIMIT,
            "default": USUAL_LIMIT,
        },
    ),
    _parameter(
        "after",
        "The key after which the page begins",
        {"type": "string", "pattern": _TYPED, "maxLength": 600},
    ),
    LANGUAGE,
]
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


def describe(app: APIFlask) -> None:
    """Complete the OpenAPI document of the application."""

    @app.spec_processor
    def complete(document: Any) -> Any:
        document["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"}
        }
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        for path, operations in document["paths"].items():
            is_answer = path.endswith("/answers")
            operation = operations["get"]
            operation["parameters"] = (
                ANSWER_PARAMETERS if is_answer else LIST_PARAMETERS
            )
            operation["security"] = [{}, {"token": []}]
            statuses = (
                PROBLEMS
                if is_answer
                else {status: PROBLEMS[status] for status in ("401", "422")}
            )
            for status, about in statuses.items():
                operation["responses"][status] = _problem(about)
        return document
