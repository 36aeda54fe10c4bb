"""The blueprints whose routes the modules of this folder are.

`meetings` is for those who are signed in, `organizing` for who organizes: the unit.
"""

from apiflask import APIBlueprint

bp = APIBlueprint("meetings", __name__, url_prefix="/meetings", enable_openapi=False)
organizing = APIBlueprint(
    "organizing", __name__, url_prefix="/meetings", enable_openapi=False
)
