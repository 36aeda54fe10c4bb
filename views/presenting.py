"""An answer as JSON-able values in one language: what the API sends and pages show."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from flask import current_app

from coordinator.catalogue import Catalogue, SourceRow
from coordinator.facts import OrganisationFact
from coordinator.guide import Answer, Appeal, Next
from coordinator.resolution import Actor, Point
from models import LocalisedText, text_in
from views.cards import kind_label
from views.config import Unit

Values = dict[str, Any]


def present(answer: Answer, known: Catalogue, language: str) -> Values:
    """Return the answer in the shape of the API, texts in the language."""

    def text(value: LocalisedText | None) -> str | None:
        return text_in(value, language) or None

    step, is_meant = answer.step, "not_for_track" not in answer.flags

    return {
        "step": step.code,
        "title": text(step.title),
        "summary": text(step.summary) if is_meant else None,
        "place": answer.place,
        "place_name": known.places[answer.place].name,
        "asked_place": answer.asked_place,
        "asked_place_name": known.places[answer.asked_place].name,
        "track": answer.track,
        "on": answer.on.isoformat(),
        "status": answer.status,
        "first": asdict(answer.first) if answer.first else None,
        "overrides": [
            {"code": code, "text": text(known.overrides[code])}
            for code in answer.overrides
        ],
        "roles": {
            role: [_actor(actor) for actor in actors]
            for role, actors in answer.roles.items()
        },
        "pending": [_beaten(actor) for actor in answer.pending],
        "others": [_beaten(actor) for actor in answer.others],
        "unresolved": [
            {
                "role": role,
                "holder": holder,
                "label": _holder_label(holder, known, language),
            }
            for role, holder in answer.unresolved
        ],
        "flags": list(answer.flags),
        "rights": [
            {"code": code, "label": text(known.rights[code].label)}
            for code in answer.rights
            if code in known.rights
        ],
        "share": share_text(answer, known, language),
        "deadline": text(step.deadline) if is_meant else None,
        "condition": text(step.condition) if is_meant else None,
        "note": text(step.note) if is_meant else None,
        "appeal": [_appeal(appeal, known, language) for appeal in answer.appeal],
        "next": [_next(one, known, language) for one in answer.next],
        "unit": _unit(current_app.config["SETTINGS"].unit),
        "sources": [_source(source, language) for source in answer.sources],
    }


def share_text(answer: Answer, known: Catalogue, language: str) -> str | None:
    """Return what may be shared; where no track was asked, for whom each text is."""
    if len(answer.share) < 2:
        return " ".join(text_in(share, language) for share in answer.share) or None
    shares = answer.step.shares
    tracks = {
        shares[code]: text_in(track.label, language)
        for code, track in reversed(known.tracks.items())
        if code in shares
    }
    return " ".join(
        f"{label}: {text_in(known.sharing_rules[rule], language)}"
        for rule, label in reversed(tracks.items())
    )


def _holder_label(holder: str, known: Catalogue, language: str) -> str:
    prefix, _, kind = holder.partition(":")
    return kind_label(kind, known, language) if prefix == "kind" else holder


def named(organisation: OrganisationFact | None) -> Values | None:
    """Return an organisation by key, name and kind."""
    if organisation is None:
        return None
    return {
        "key": organisation.key,
        "name": organisation.name,
        "kind": organisation.kind,
    }


def points_of(points: Iterable[Point]) -> list[Values]:
    """Return contact points as the API sends them."""
    return [
        {
            "channel": point.channel,
            "value": point.value,
            "open_now": point.open_now,
            "audience": point.audience,
            "hours": point.hours,
            "note": point.note,
            "confirmed": point.confirmed.isoformat() if point.confirmed else None,
        }
        for point in points
    ]


def _actor(actor: Actor) -> Values:
    post, person = actor.post, actor.person
    return {
        "organisation": named(actor.organisation),
        "post": {"key": post.key, "title": post.title} if post else None,
        "person": (
            {
                "key": person.key,
                "name": person.name,
                "languages": list(person.languages),
            }
            if person
            else None
        ),
        "via": actor.via,
        "place": actor.place,
        "serves_place": actor.serves_place,
        "status": actor.status,
        "confirmed": actor.confirmed.isoformat() if actor.confirmed else None,
        "fallback": actor.fallback,
        "reasons": list(actor.reasons),
        "contact_points": points_of(actor.contact_points),
    }


def _beaten(actor: Actor) -> Values:
    """Return what waits or was beaten, with its role and the one reason why."""
    return {"role": actor.role, "reason": actor.reasons[0], **_actor(actor)}


def _appeal(appeal: Appeal, known: Catalogue, language: str) -> Values:
    return {
        "kind": appeal.kind,
        "label": kind_label(appeal.kind, known, language),
        "organisations": [
            {**(named(organisation) or {}), "contact_points": points_of(points)}
            for organisation, points in appeal.organisations
        ],
    }


def _next(one: Next, known: Catalogue, language: str) -> Values:
    step = known.steps[one.step]
    return {
        "step": one.step,
        "title": text_in(step.title, language),
        "track": one.track,
        "share": text_in(one.share, language) or None,
        "note": text_in(one.note, language) or None,
        "known_gap": one.known_gap,
    }


def _source(source: SourceRow, language: str) -> Values:
    return {
        "key": source.key,
        "title": text_in(source.title, language),
        "note": text_in(source.note, language) or None,
        "checked": source.checked_on.isoformat() if source.checked_on else None,
    }


def _unit(unit: Unit) -> Values:
    lines = (("phone", unit.phone), ("email", unit.email))
    return {
        "name": unit.name,
        "contact_points": [
            {"channel": channel, "value": value} for channel, value in lines if value
        ],
    }
