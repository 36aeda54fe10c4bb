"""Who is asked to a meeting, in words: why, by which letter, and how it stands."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from coordinator import catalogue, invitees, networks, presence, registers
from coordinator.access import UNIT
from coordinator.catalogue import Catalogue
from coordinator.guests import Guest, Guests
from coordinator.invitees import Gap, Reason
from models import PARTS, text_in
from views import when, wording
from views.cards import kind_label, line_to
from views.meetings import words

RACI = ("A", "R", "C", "I")
OF_ITEMS = (*RACI, "owner", "named")
MOST_SAID = 4


class Way(NamedTuple):
    """Something to do about it: the words, and where."""

    words: str
    href: str


class People:
    """Tells who must come to one meeting; names are read once."""

    def __init__(
        self, found: Guests, language: str, *, is_derived: bool = True
    ) -> None:
        self.found, self.language = found, language
        self.known: Catalogue = catalogue.current(UNIT)
        network = found.profile.meeting.network
        self.network = (
            networks.names([network], UNIT).get(network, "") if network else ""
        )
        self.key = found.profile.meeting.key
        self.is_off = found.profile.meeting.status == "cancelled"
        self.is_derived = is_derived and not self.is_off
        self.states = [self._state(one) for one in found.guests]

    def _state(self, guest: Guest) -> str:
        if self.is_off and guest.sent is not None and guest.sent.is_cancelled:
            return "called_off"
        return presence.state_of(guest, self.found.guests)

    def groups(self) -> list[dict[str, Any]]:
        """Return those who must come, should come, and only hear of it, in that order.

        Whom nobody can ask stands with whom they would be; who was taken off, last.
        """
        rows: dict[str, list[dict[str, Any]]] = {}
        for guest, state in zip(self.found.guests, self.states, strict=True):
            part = "removed" if state == "removed" else guest.invitee.part
            rows.setdefault(_group(part), []).append(self.row(guest, state))
        for gap in merged(self.found.gaps):
            rows.setdefault(_group(gap.part), []).append(self.missing(gap))
        titles = {**words.PARTS, "removed": words.STATES["removed"][0]}
        return [
            {"code": part, "title": titles[part], "rows": rows[part]}
            for part in ("required", "optional", "informed", "removed")
            if part in rows
        ]

    def row(self, guest: Guest, state: str) -> dict[str, Any]:
        """Return a guest in words."""
        invitee = guest.invitee
        if state == "removed" and guest.is_asked:
            state = "told_off"
        said, icon = words.STATES[state]
        own = [one for one in (invitee.title, invitee.organisation_name) if one]
        letter, why = self.why(invitee.reasons)
        if not self.is_derived:
            letter, why = "", [str(words.ORIGINS[guest.origin])]
        return {
            "who": guest.invitation or invitee.who,
            "name": invitee.name,
            "about": ", ".join(one for one in own if one != invitee.name),
            "organisation": invitee.organisation,
            "others": [
                ", ".join(filter(None, (one.name, one.organisation_name)))
                for one in invitee.others
            ],
            "is_chair": invitee.part == "chair",
            "part": invitee.part,
            "letter": letter,
            "why": why,
            "state": state,
            "said": said,
            "icon": icon,
            "comment": guest.comment if guest.answered_at else "",
            "deputy": guest.deputy if guest.answer == "delegated" else "",
            "stands_in": guest.origin == "delegate",
            "only": guest.only,
            "ways": [],
        }

    def missing(self, gap: "Missing") -> dict[str, Any]:
        """Return whom nobody can ask, in words, with what to do."""
        said, icon = words.STATES["missing"]
        letter, why = self.why(gap.reasons)
        return {
            "who": "",
            "name": self.name(gap),
            "about": self._about(gap),
            "organisation": "",
            "others": [],
            "is_chair": False,
            "part": gap.part,
            "letter": letter,
            "why": why,
            "state": "missing",
            "said": said,
            "icon": icon,
            "comment": "",
            "deputy": "",
            "stands_in": False,
            "only": None,
            "ways": [self.stand_in(gap)],
        }

    def name(self, gap: "Missing") -> str:
        """Return what the missing one is called; empty where nobody is pointed out."""
        kind = gap.holder.removeprefix("kind:")
        if gap.name:
            return gap.name
        if kind != gap.holder:
            return kind_label(kind, self.known, self.language)
        return gap.holder or str(_("Ingen er pekt ut"))

    def _about(self, gap: "Missing") -> str:
        titles = dict.fromkeys(self.step(one.step) for one in gap.reasons if one.step)
        places = dict.fromkeys(
            self.known.places[code].name
            for one in gap.reasons
            if one.item and (code := self.found.profile.agenda[one.item - 1].place)
        )
        if gap.reason == "no_accountable":
            return ", ".join(titles)
        held = registers.names([gap.holder], UNIT).get(gap.holder, "")
        return held if held and held != gap.name else ", ".join(places)

    def sentence(self, gap: "Missing") -> str:
        """Return what is missing as a sentence: who, for what, and why."""
        if gap.reason == "no_accountable":
            items = self._items(gap.reasons)
            return str(_("Ingen er pekt ut til å svare for %(items)s.", items=items))
        does = self.why(gap.reasons)[1]
        said = when.listing([one[:1].lower() + one[1:] for one in does])
        name = self.name(gap)
        reason = words.GAPS[gap.reason]
        if not said:
            return str(_("%(name)s %(reason)s.", name=name, reason=reason))
        return str(
            _("%(name)s %(does)s, men %(reason)s.", name=name, does=said, reason=reason)
        )

    def stand_in(self, gap: "Missing") -> Way:
        """Return where one finds somebody to ask instead."""
        kind = gap.holder.removeprefix("kind:")
        asked: dict[str, Any] = {"key": self.key, "part": gap.part}
        if kind != gap.holder:
            asked["kind"] = kind
        elif gap.holder:
            asked["near"] = gap.holder
        return Way(str(_("Finn erstatter")), url_for("organizing.guests", **asked))

    def calls(self, gaps: Iterable["Missing"], now: datetime) -> dict[str, Way]:
        """Return how the missing are called, those who have a number."""
        keys = {one.holder for one in gaps if one.holder and ":" not in one.holder}
        if not keys:
            return {}
        resolver = invitees.resolver_of(keys, self.found.day, UNIT, self.known)
        found: dict[str, Way] = {}
        for key in sorted(keys):
            for actor in invitees.resolve(resolver, key):
                line = line_to(actor, now)
                if line is not None and line.is_call and actor.organisation:
                    said = str(_("Ring %(name)s", name=actor.organisation.name))
                    found.setdefault(key, Way(said, line.href))
        return found

    def why(self, reasons: Sequence[Reason]) -> tuple[str, list[str]]:
        """Return the letter of the strongest role, and each reason as a sentence."""
        by_role: dict[str, list[Reason]] = {}
        for one in reasons:
            by_role.setdefault(one.role, []).append(one)
        letter = next((role for role in RACI if role in by_role), "")
        said = [
            str(words.WHY[role]) % {"items": self._items(by_role[role])}
            for role in OF_ITEMS
            if role in by_role
        ]
        said += [str(words.MEMBERS[role]) for role in words.MEMBERS if role in by_role]
        if not said and "added" in by_role:
            said.append(str(words.ADDED))
        notes = dict.fromkeys(code for one in reasons for code in one.found)
        said += [
            str(words.FOUND[code]).rstrip(".") for code in notes if code in words.FOUND
        ]
        return letter, said

    def _items(self, reasons: Iterable[Reason]) -> str:
        numbers = sorted({one.item for one in reasons if one.item is not None})
        listed = when.listing([str(one) for one in numbers])
        return str(_("sak %(numbers)s", numbers=listed))

    def step(self, code: str) -> str:
        """Return the title of a step."""
        found = self.known.steps.get(code)
        return text_in(found.title, self.language) if found else code

    def counts(self) -> list[tuple[str, str, str]]:
        """Return how many stand how: the state, the words, and the icon."""
        states = [one for one in self.states if one in words.COUNTS]
        states += ["missing" for one in merged(self.found.gaps) if one.is_needed]
        return [
            (state, str(words.COUNTS[state]) % {"number": many}, words.STATES[state][1])
            for state, many in presence.counts(states).items()
        ]


class Missing(NamedTuple):
    """One whom nobody can ask, for all the items that need them."""

    reason: str
    holder: str
    name: str
    part: str
    reasons: tuple[Reason, ...]

    @property
    def is_needed(self) -> bool:
        """Whether the meeting lacks something without them."""
        return self.part in ("chair", "required")


def merged(gaps: Iterable[Gap]) -> list[Missing]:
    """Return the gaps with all that one holder is missed for as one."""
    by_holder: dict[tuple[str, str, str], list[Gap]] = {}
    for gap in gaps:
        key = (gap.reason, gap.holder, gap.name)
        by_holder.setdefault(key, []).append(gap)
    return [
        Missing(
            reason,
            holder,
            name,
            min((one.part for one in few), key=PARTS.index),
            tuple(Reason(one.role, one.item, one.step) for one in few),
        )
        for (reason, holder, name), few in by_holder.items()
    ]


def _group(part: str) -> str:
    return "required" if part == "chair" else part


def letter_of(role: str) -> dict[str, Any]:
    """Return a role as its letter is shown."""
    return {"code": role, "letter": wording.LETTERS[role]}
