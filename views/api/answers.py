"""GET /api/v1/answers: who acts on a step, here, for this person."""

import json

from flask import Response

from coordinator import catalogue, guide
from views import asked, kept
from views.api.blueprint import bp
from views.api.schemas import Answer
from views.presenting import present
from views.viewing import viewer


@bp.get("/answers")
@bp.output(Answer)
@bp.doc(operation_id="who_acts", summary="Who acts on a step, here, for this person")
def show() -> Response:
    """Return the answer, from memory while nothing has changed."""
    return Response(kept.body(_render), mimetype="application/json")


def _render() -> bytes:
    question = asked.question()
    known = catalogue.current(viewer())
    answer = guide.who_acts(
        question.step,
        question.place,
        question.track,
        question.on,
        viewer=viewer(),
        known=known,
    )
    values = present(answer, known, question.language)
    return json.dumps(values, ensure_ascii=False).encode()
