"""The one blueprint whose routes the modules of this folder are."""

from apiflask import APIBlueprint

bp = APIBlueprint("network", __name__, url_prefix="/network", enable_openapi=False)
