"""GET /api/v1/search: what fits what was typed, best first."""

from flask import Response, jsonify, request, url_for

from coordinator import search as searching
from views import asked
from views import search as pages
from views.api.blueprint import bp
from views.api.schemas import Found
from views.asked import BadParameter
from views.viewing import viewer

MOST = 1000


@bp.get("/search")
@bp.output(Found)
@bp.doc(operation_id="search", summary="What fits what was typed, best first")
def search() -> Response:
    """Return a page of what the viewer may see that fits `q`, in any language."""
    pages.count()
    text, language, limit = asked.text("q"), asked.language(), asked.limit()
    if not text:
        raise BadParameter("q", "required")
    skip = asked.count("skip")
    hits = searching.find(text, viewer(), language)
    shown = hits[skip : skip + limit]
    parents = searching.organisations_of(shown, viewer())
    following = None
    if len(hits) > skip + limit and skip + limit < MOST:
        given = {
            name: request.args[name]
            for name in ("q", "limit", "lang")
            if name in request.args
        }
        following = url_for("api.search", skip=skip + limit, **given)  # type: ignore[arg-type]
    results = [
        {
            "kind": hit.kind,
            "key": hit.key,
            "title": hit.title,
            "url": pages.address(hit, {"organisation": parents.get(hit.key)}, {}),
        }
        for hit in shown
    ]
    return jsonify(results=results, next=following)
