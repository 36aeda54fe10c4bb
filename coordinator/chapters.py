"""What the identification guide makes of the process, beside its texts."""

from coordinator.catalogue import Catalogue, StepRow
from coordinator.needs import NEEDS

IDENTIFIED = "identified"
TRAINING = "train_professions"
JOURNEY = "journey"
_VERIFICATION = "verification"


def may_identify(known: Catalogue) -> tuple[str, ...]:
    """Return the kinds that may identify, the person herself among them, in order."""
    step = known.steps.get(IDENTIFIED)
    return step.may_identify if step else ()


def verifications(known: Catalogue) -> list[StepRow]:
    """Return the steps that verify, each by an authority of its own."""
    return [step for step in known.steps.values() if step.parallel == _VERIFICATION]


def by_phase(known: Catalogue) -> dict[str, list[StepRow]]:
    """Return the steps of the journey by phase, in order; no phase without any."""
    found: dict[str, list[StepRow]] = {}
    for phase in known.phases:
        steps = [
            step
            for step in known.steps.values()
            if step.phase == phase and step.process == JOURNEY
        ]
        if steps:
            found[phase] = steps
    return found


def steps_for_needs(track: str | None, known: Catalogue) -> list[StepRow]:
    """Return the steps that meet what people need, that are meant for the track."""
    codes = dict.fromkeys(code for steps in NEEDS.values() for code in steps)
    return [
        step for code in codes if (step := known.steps.get(code)) and step.is_for(track)
    ]
