"""What people ask for in their own words, and the step that each need leads to."""

from coordinator.catalogue import Catalogue
from coordinator.errors import NotFound

# Need → the steps that meet it; the first that is meant for the track is the one.
NEEDS: dict[str, tuple[str, ...]] = {
    "report_child": ("report_child",),
    "safe_place": ("acute_housing", "acute_housing_asylum", "acute_placement_child"),
    "advice": ("advice", "advice_child"),
    "health": ("health",),
    "lawyer": ("legal_aid",),
    "protection": ("threat_protection",),
    "police": ("report_police",),
}


def step_for(need: str, track: str | None, known: Catalogue) -> str:
    """Return the code of the step that meets the need for the track.

    Where none is meant for it, the first: its answer says which steps are. Raise
    NotFound for an unknown need.
    """
    try:
        steps = NEEDS[need]
    except KeyError:
        raise NotFound("step", need) from None
    meant = (code for code in steps if known.step(code).is_for(track))
    return next(meant, steps[0])
