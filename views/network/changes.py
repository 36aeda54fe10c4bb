"""What comes and what goes with a change, question by question, in words."""

from collections.abc import Iterable
from typing import Any

from coordinator.catalogue import Catalogue
from coordinator.questions import Changed
from views.network.telling import Telling
from views.network.words import QUESTIONS
from views.viewing import viewer

MOST_SHOWN = 50


def grouped(
    changed: Iterable[Changed], known: Catalogue, language: str
) -> list[dict[str, Any]]:
    """Return the findings that come and go by question, each as a sentence."""
    by_question: dict[str, dict[str, list[Any]]] = {}
    for change, finding in changed:
        parts = by_question.setdefault(
            finding.question, {"appears": [], "disappears": []}
        )
        parts[change].append(finding)
    shown = [
        one
        for parts in by_question.values()
        for found in parts.values()
        for one in found[:MOST_SHOWN]
    ]
    telling = Telling(shown, viewer(), known, language)
    return [
        {
            "question": question,
            "title": QUESTIONS[question][0],
            "why": QUESTIONS[question][1],
            "parts": [
                {
                    "change": change,
                    "count": len(found),
                    "sentences": [telling.sentence(one) for one in found[:MOST_SHOWN]],
                    "more": max(0, len(found) - MOST_SHOWN),
                }
                for change, found in parts.items()
                if found
            ],
        }
        for question, parts in by_question.items()
    ]
