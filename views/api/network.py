"""GET /api/v1/network/<question>: where the network is weak, for unit and agencies."""

import json
from collections.abc import Callable

from flask import Response, abort

from coordinator import questions
from coordinator.access import PUBLIC, Viewer
from coordinator.errors import NotFound
from views import asked, kept, network_answers
from views.api.blueprint import bp
from views.api.network_schemas import NETWORK_SCHEMAS
from views.network_answers import Asking, Values
from views.viewing import viewer

MOST_TAKEN_OUT = 50
LONGEST_TAKEN_OUT = 600


def _asker() -> Viewer:
    """Return who asks; 401 without a token, 403 where it is not for her."""
    found = viewer()
    if found == PUBLIC:
        abort(401)
    if not questions.may_ask(found):
        abort(403)
    return found


def _asking() -> Asking:
    return Asking(
        _asker(),
        asked.day("on"),
        asked.language(),
        asked.code("step"),
        asked.code("place"),
        asked.code("track"),
    )


def _way_in() -> Values:
    asking = _asking()
    source = asked.code("from", is_required=True) or ""
    target = asked.code("to", is_required=True) or ""
    return network_answers.way_in(source, target, asking)


def _what_if() -> Values:
    asking = _asking()
    without = asked.several("without", MOST_TAKEN_OUT, LONGEST_TAKEN_OUT)
    return network_answers.what_if(without, asking)


def _as_of() -> Values:
    return network_answers.as_of(asked.day("compare"), _asking())


_WITH_MORE: dict[str, Callable[[], Values]] = {
    "way-in": _way_in,
    "what-if": _what_if,
    "as-of": _as_of,
}


def _add_route(question: str) -> None:
    endpoint = f"network_{question.replace('-', '_')}"

    def render() -> bytes:
        read = _WITH_MORE.get(question)
        values = read() if read else network_answers.answer(question, _asking())
        return json.dumps(values, ensure_ascii=False).encode()

    def show() -> Response:
        return Response(kept.body(render), mimetype="application/json")

    show.__name__ = endpoint
    summary = f"What the network is asked: {question}"
    show = bp.doc(operation_id=f"ask_{endpoint}", summary=summary)(show)
    show = bp.output(NETWORK_SCHEMAS[question])(show)
    bp.get(f"/network/{question}", endpoint=endpoint)(show)


for _question in NETWORK_SCHEMAS:
    _add_route(_question)


@bp.get("/network/<question>")
@bp.doc(hide=True)
def network_unknown(question: str) -> Response:
    """Say that there is no such question, to those who may ask."""
    _asker()
    raise NotFound("question", asked.part("question"))
