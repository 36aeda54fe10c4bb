"""Rights: which steps give them, who delivers them, and residence as a ladder."""

from typing import NamedTuple

from coordinator.catalogue import Catalogue, RightRow, StepRow


class Rung(NamedTuple):
    """A kind of permit to stay, the step that gives it, and its right if it is one."""

    code: str
    step: str
    right: str | None


# One permit leads to the next; the witness permit lies between two rights.
RESIDENCE = (
    Rung("reflection_period", "reflection_period", "reflection_period"),
    Rung("temporary_permit", "limited_permit", "temporary_permit"),
    Rung("witness_permit", "permanent_residence", None),
    Rung("permanent_residence", "permanent_residence", "permanent_residence"),
)


def delivered_by(right: RightRow, known: Catalogue) -> list[StepRow]:
    """Return the steps that deliver the right, in the order of the process."""
    return [step for step in known.steps.values() if step.code in right.steps]


def told_in(right: RightRow, known: Catalogue) -> list[StepRow]:
    """Return the other steps in which the person is to hear of the right."""
    return [
        step
        for step in known.steps.values()
        if right.code in (*step.rights, *step.rights_minor)
        and step.code not in right.steps
    ]
