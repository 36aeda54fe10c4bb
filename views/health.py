"""Whether the service can answer: migrated and loaded."""

from apiflask import APIBlueprint
from flask import Response, jsonify

from coordinator import health

bp = APIBlueprint("health", __name__, enable_openapi=False)


@bp.get("/healthz")
def show() -> tuple[Response, int]:
    """Answer 200 once the database is migrated and the reference data loaded."""
    missing = health.missing()
    if missing:
        return jsonify(status="starting", missing=missing), 503
    return jsonify(status="ok"), 200
