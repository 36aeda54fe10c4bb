"""Who must come to a meeting: derived from who is responsible for what it is about.

Accountable and Responsible are required, Consulted optional, Informed get the minutes.
Each is the holder on the meeting's day, else a deputy, else the function's own line;
nobody to write to is a gap. `merge` holds the rules and is pure.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from coordinator import catalogue, facts, guide, networks
from coordinator.access import UNIT, Viewer
from coordinator.catalogue import Catalogue
from coordinator.facts import Facts, Rule
from coordinator.guide import Answer
from coordinator.places import alphabetical
from coordinator.precedence import Weighed
from coordinator.resolution import WITHOUT_LINES, Actor, Resolver
from models import PARTS

COUNTRY = "NO"
# RACI → ROLE of RFC 5545 §3.2.16, by what the role asks of its holder.
PART_OF_ROLE = {"A": "required", "R": "required", "C": "optional", "I": "informed"}
PART_OF_MEMBER = {
    "chair": "required",
    "member": "required",
    "deputy": "optional",
    "observer": "optional",
}


class Topic(NamedTuple):
    """What an agenda item says of who must come; `number` counts from 1."""

    number: int
    steps: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    place: str | None = None
    track: str | None = None
    owner: str | None = None


class Reason(NamedTuple):
    """Why someone must come.

    `role` is a letter of RACI for a step of the item, `owner` or `named` for the item
    itself, the role of a membership for a network, or `added`. `found` are the
    engine's reasons: how the holder was found (post_holder, deputy, vacant_post …).
    """

    role: str
    item: int | None = None
    step: str | None = None
    network: str | None = None
    found: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The reason as the API tells it: `A:report_child`, `owner:2`, `member:key`."""
        about = self.step or self.network or (str(self.item) if self.item else "")
        return f"{self.role}:{about}" if about else self.role


class Claim(NamedTuple):
    """Somebody who should come, for one reason."""

    part: str
    reason: Reason
    holder: str
    name: str
    title: str = ""
    organisation: str = ""
    organisation_name: str = ""
    person: str | None = None
    email: str = ""

    @property
    def who(self) -> str:
        """The person's key, else the holder's: what makes two claims one invitee."""
        return self.person or self.holder


@dataclass(frozen=True)
class Invitee:
    """One who comes: by one address, for all these reasons.

    `others` are those who share the address, and hear of it by the same mail.
    """

    who: str
    holder: str
    person: str | None
    name: str
    title: str
    organisation: str
    organisation_name: str
    email: str
    part: str
    reasons: tuple[Reason, ...]
    others: tuple[Claim, ...] = ()

    @property
    def everyone(self) -> frozenset[str]:
        """The keys of all who are asked by this invitee's mail."""
        return frozenset({self.who, *(one.who for one in self.others)})


class Gap(NamedTuple):
    """Somebody who should be there and cannot be asked.

    `reason` is nobody (the holder resolves to no one), no_accountable (no one answers
    for the step), no_address, or gone (a named holder that has ended).
    """

    reason: str
    item: int | None
    step: str | None
    role: str
    holder: str
    name: str = ""
    part: str = "required"


@dataclass(frozen=True)
class Derived:
    """Who must come, whom nobody can ask, and what the unit itself answers for."""

    invitees: tuple[Invitee, ...] = ()
    gaps: tuple[Gap, ...] = ()
    own: tuple[Reason, ...] = field(default=())


def derive(
    topics: Sequence[Topic],
    on: date,
    *,
    network: str | None = None,
    added: Mapping[str, str] | None = None,
    viewer: Viewer = UNIT,
    known: Catalogue | None = None,
) -> Derived:
    """Return who must come to a meeting on that day about these topics.

    A topic's place and track default to the whole country and every track. `network`
    brings its members of that day; `added` are holders that the organizer added, with
    the part of each. Raise NotFound for an unknown step, place, track or network, and
    SeveralSuccessors for a place that was divided before the day.
    """
    known = known or catalogue.current(viewer)
    claims: list[Claim] = []
    gaps: list[Gap] = []
    own: list[Reason] = []
    for topic in topics:
        place = topic.place or COUNTRY
        steps = [known.step(code) for code in topic.steps]
        answers = guide.who_acts_on_each(
            steps, place, topic.track, viewer, on=on, known=known
        )
        for answer in answers:
            _of_answer(topic, answer, claims, gaps, own)
    wanted = _named(topics, network, added or {}, viewer, on)
    if wanted:
        _of_holders(wanted, on, viewer, known, claims, gaps, own)
    invitees, unreachable = merge(claims)
    return Derived(invitees, tuple(dict.fromkeys([*gaps, *unreachable])), tuple(own))


def _of_answer(
    topic: Topic,
    answer: Answer,
    claims: list[Claim],
    gaps: list[Gap],
    own: list[Reason],
) -> None:
    """Take the roles of an answer as claims; fallbacks stand in at the phone alone."""
    step = answer.step.code
    for role, actors in answer.roles.items():
        for actor in actors:
            reason = Reason(role, topic.number, step, found=actor.reasons)
            _take(actor, PART_OF_ROLE[role], reason, claims, own)
    for missing in answer.unresolved:
        part = PART_OF_ROLE[missing.role]
        gaps.append(
            Gap("nobody", topic.number, step, missing.role, missing.holder, part=part)
        )
    if "no_accountable" in answer.flags:
        gaps.append(Gap("no_accountable", topic.number, step, "A", ""))


def _take(
    actor: Actor, part: str, reason: Reason, claims: list[Claim], own: list[Reason]
) -> None:
    organisation, post, person = actor.organisation, actor.post, actor.person
    if organisation is None or actor.fallback:
        return
    if organisation.kind == WITHOUT_LINES:
        own.append(reason)  # the unit calls the meeting: it is there
        return
    emails = [one.value for one in actor.contact_points if one.channel == "email"]
    claims.append(
        Claim(
            part,
            reason,
            post.key if post else organisation.key,
            person.name if person else post.title if post else organisation.name,
            post.title if post else "",
            organisation.key,
            organisation.name,
            person.key if person else None,
            next(iter(emails), ""),
        )
    )


def _named(
    topics: Iterable[Topic],
    network: str | None,
    added: Mapping[str, str],
    viewer: Viewer,
    on: date,
) -> list[tuple[str, str, Reason]]:
    """Return holders that are asked by name: with the part of each, and why."""
    found = [
        (key, "required", Reason("named", topic.number))
        for topic in topics
        for key in topic.organisations
    ]
    found += [
        (topic.owner, "required", Reason("owner", topic.number))
        for topic in topics
        if topic.owner
    ]
    if network:
        found += [
            (
                member.holder,
                PART_OF_MEMBER[member.role],
                Reason(member.role, network=network),
            )
            for member in networks.members_on(network, viewer, on)
        ]
    return [*found, *((key, part, Reason("added")) for key, part in added.items())]


def _of_holders(
    wanted: Sequence[tuple[str, str, Reason]],
    on: date,
    viewer: Viewer,
    known: Catalogue,
    claims: list[Claim],
    gaps: list[Gap],
    own: list[Reason],
) -> None:
    resolver = resolver_of({key for key, _, _ in wanted}, on, viewer, known)
    names = _names(resolver.facts)
    for key, part, reason in wanted:
        actors = resolve(resolver, key)
        for actor in actors:
            _take(actor, part, reason._replace(found=actor.reasons), claims, own)
        if not actors:
            gaps.append(
                Gap(
                    "gone",
                    reason.item,
                    None,
                    reason.role,
                    key,
                    names.get(key, ""),
                    part,
                )
            )


def resolver_of(
    keys: Collection[str], on: date, viewer: Viewer, known: Catalogue
) -> Resolver:
    """Return what finds the persons and lines of these holders on that day."""
    found = facts.of_holders(keys, viewer)
    within = known.at_or_above(COUNTRY)
    return Resolver(found, known.graph, COUNTRY, within, on, None)


def resolve(resolver: Resolver, key: str) -> list[Actor]:
    """Return who holds the organisation or post of that key; nobody where it ended."""
    return resolver.resolve(Weighed(Rule("", "", "R", key, COUNTRY), ()))


def claims_of(resolver: Resolver, key: str) -> list[Claim]:
    """Return who holds the organisation or post, as claims without a reason."""
    claims: list[Claim] = []
    for actor in resolve(resolver, key):
        _take(actor, "required", Reason("added", found=actor.reasons), claims, [])
    return claims


def _names(found: Facts) -> dict[str, str]:
    return {key: one.name for key, one in found.organisations.items()} | {
        key: one.title for key, one in found.posts.items()
    }


def merge(claims: Iterable[Claim]) -> tuple[tuple[Invitee, ...], tuple[Gap, ...]]:
    """Return one invitee for each address, and a gap for each who has none.

    Who is claimed twice comes once, by the strongest part, for every reason. Of those
    who share an address the strongest stands for them all.
    """
    by_who: dict[str, list[Claim]] = {}
    for claim in claims:
        by_who.setdefault(claim.who, []).append(claim)
    by_address: dict[str, list[list[Claim]]] = {}
    gaps: list[Gap] = []
    for few in by_who.values():
        email = next((one.email for one in few if one.email), "")
        if email:
            by_address.setdefault(email.casefold(), []).append(few)
        else:
            gaps += [_without_address(one) for one in few]
    invitees = [_as_one(groups) for groups in by_address.values()]
    return tuple(sorted(invitees, key=in_order)), tuple(gaps)


def _without_address(claim: Claim) -> Gap:
    reason = claim.reason
    return Gap(
        "no_address",
        reason.item,
        reason.step,
        reason.role,
        claim.holder,
        claim.name,
        claim.part,
    )


def _as_one(groups: list[list[Claim]]) -> Invitee:
    """Return the invitee of one address; each group is one person's or holder's."""
    ranked = sorted(groups, key=lambda few: (_strongest(few), few[0].name, few[0].who))
    first = ranked[0]
    best = min(first, key=lambda one: PARTS.index(one.part))
    email = next(one.email for one in first if one.email)
    every = [one for few in ranked for one in few]
    return Invitee(
        who=best.who,
        holder=best.holder,
        person=best.person,
        name=best.name,
        title=best.title,
        organisation=best.organisation,
        organisation_name=best.organisation_name,
        email=email,
        part=min((one.part for one in every), key=PARTS.index),
        reasons=tuple(dict.fromkeys(one.reason for one in every)),
        others=tuple(
            min(few, key=lambda one: PARTS.index(one.part)) for few in ranked[1:]
        ),
    )


def _strongest(few: Iterable[Claim]) -> int:
    return min(PARTS.index(one.part) for one in few)


def in_order(invitee: Invitee) -> tuple[int, str, str]:
    """Return how invitees are listed: by part, then by name."""
    return PARTS.index(invitee.part), alphabetical(invitee.name), invitee.who
