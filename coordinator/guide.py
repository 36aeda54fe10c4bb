"""Who acts on a step, here, for this person: the heart of the product.

`decide` holds the rules and is pure; `who_acts` reads what it needs through the gate.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from coordinator import catalogue, facts, precedence
from coordinator.access import PUBLIC, Viewer
from coordinator.catalogue import Catalogue, SourceRow, StepRow
from coordinator.facts import Facts, OrganisationFact, Rule
from coordinator.freshness import is_overdue, is_stale
from coordinator.opening import OSLO
from coordinator.precedence import Verdict, Weighed
from coordinator.resolution import Actor, Point, Resolver
from graphs import places as place_graph
from models import ROLES, LocalisedText


class Question(NamedTuple):
    """What is asked: codes, a day, and the moment of asking (with its zone).

    `doors` is the moment at which doors are tried, where that is another.
    """

    step: str
    place: str
    track: str | None
    on: date
    at: datetime
    doors: datetime | None = None


@dataclass(frozen=True)
class First:
    """Where the one on top stands: `roles[role][index]`."""

    role: str
    index: int


class Unresolved(NamedTuple):
    """A holder that resolves to nobody here and now."""

    role: str
    holder: str


class Next(NamedTuple):
    """A step that follows; `track` is the person's track from there on."""

    step: str
    track: str | None
    share: LocalisedText | None
    note: LocalisedText | None
    known_gap: bool


class Appeal(NamedTuple):
    """Where a decision is appealed: a kind, and its organisations here."""

    kind: str
    organisations: tuple[tuple[OrganisationFact, tuple[Point, ...]], ...]


@dataclass(frozen=True)
class Answer:
    """Who acts, why, and what else the asker must know. Codes, no wording.

    `share` holds a text for each way the step is begun: one when a track was asked.
    `fallbacks` are those with a line who stand in for whoever does it, open or not, in
    the order to try them; the last resort stands last.
    """

    step: StepRow
    place: str
    asked_place: str
    track: str | None
    on: date
    status: str
    first: First | None
    overrides: tuple[str, ...]
    roles: dict[str, tuple[Actor, ...]]
    pending: tuple[Actor, ...]
    others: tuple[Actor, ...]
    unresolved: tuple[Unresolved, ...]
    flags: tuple[str, ...]
    rights: tuple[str, ...]
    share: tuple[LocalisedText, ...]
    appeal: tuple[Appeal, ...]
    next: tuple[Next, ...]
    sources: tuple[SourceRow, ...]
    fallbacks: tuple[Actor, ...] = ()

    @property
    def on_top(self) -> Actor | None:
        """The actor to call first, if there is one."""
        return self.roles[self.first.role][self.first.index] if self.first else None


class StandsIn(NamedTuple):
    """Why a fallback is on top: someone is closed, or not found; a name or a holder."""

    because: str
    whom: str


def why_stands_in(answer: Answer) -> StandsIn | None:
    """Return why the one on top stands in; None where it stands in for nobody.

    It stands in within its own role: first for whoever is not found there, else for
    whoever is closed; `because` is missing, closed, or nobody.
    """
    top = answer.on_top
    if top is None or answer.first is None or not top.fallback:
        return None
    role = answer.first.role
    for one in answer.unresolved:
        if one.role == role:
            return StandsIn("missing", one.holder)
    for actor in answer.roles[role]:
        is_closed = any(point.open_now is False for point in actor.contact_points)
        if actor.organisation and not actor.fallback and is_closed:
            return StandsIn("closed", actor.organisation.name)
    return StandsIn("nobody", "")


def who_acts(
    step: str,
    place: str,
    track: str | None = None,
    on: date | None = None,
    viewer: Viewer = PUBLIC,
    *,
    now: datetime | None = None,
    known: Catalogue | None = None,
) -> Answer:
    """Return who acts on the step in the place for the track, or say it is unclear.

    `on` is a day in Europe/Oslo, today when None; `now` the moment of asking. No track
    asks for every track. `known` is the viewer's catalogue, read when not given.
    Raise NotFound for an unknown step, place or track, and
    SeveralSuccessors for a place that was divided before the day.
    """
    now = (now or datetime.now(OSLO)).astimezone(OSLO)
    known = known or catalogue.current(viewer)
    question = Question(step, place, track, on or now.date(), now)
    here = known.standing_place(place, question.on).code
    asked = known.step(step)
    kinds = {*asked.fallback, *asked.appeal, _last_resort(asked, track, known)}
    gathered = facts.gather([step], known.at_or_above(here), kinds, viewer)
    return decide(question, gathered, known)


def who_acts_on_each(
    steps: Sequence[StepRow],
    place: str,
    track: str | None = None,
    viewer: Viewer = PUBLIC,
    *,
    on: date | None = None,
    now: datetime | None = None,
    doors: datetime | None = None,
    known: Catalogue | None = None,
) -> list[Answer]:
    """Return the answer of each step here, in as many statements as for one.

    `on` is a day in Europe/Oslo, today when None; `now` the moment of asking; `doors`
    the moment whose open and closed doors count, where that is another.

    Raise NotFound for an unknown place or track, SeveralSuccessors for a divided place.
    """
    now = (now or datetime.now(OSLO)).astimezone(OSLO)
    known = known or catalogue.current(viewer)
    day = on or now.date()
    here = known.standing_place(place, day).code
    kinds = {
        kind
        for step in steps
        for kind in (*step.fallback, *step.appeal, _last_resort(step, track, known))
    }
    codes = [step.code for step in steps]
    gathered = facts.gather(codes, known.at_or_above(here), kinds, viewer)
    questions = (Question(code, place, track, day, now, doors) for code in codes)
    return [decide(question, gathered, known) for question in questions]


def decide(question: Question, facts: Facts, known: Catalogue) -> Answer:
    """Return the answer that the rules give on these facts."""
    step = known.step(question.step)
    track = known.track(question.track) if question.track is not None else None
    asked = known.place(question.place)
    place = known.standing_place(asked.code, question.on)
    flags = {"merged_place": place.code != asked.code}
    overrides = _overrides(known, is_child=track is None or track.child)

    if not step.is_for(question.track):
        return Answer(
            step=step,
            place=place.code,
            asked_place=asked.code,
            track=question.track,
            on=question.on,
            status=precedence.least_settled([]),
            first=None,
            overrides=overrides,
            roles=dict.fromkeys(ROLES, ()),
            pending=(),
            others=(),
            unresolved=(),
            flags=_raised(flags | {"not_for_track": True}),
            rights=(),
            share=(),
            appeal=(),
            next=_steps_instead(step, question.track, known),
            sources=(),
        )

    within = known.at_or_above(place.code)
    verdict = precedence.weigh(
        (
            rule
            for rule in facts.rules
            if rule.step == step.code
            and precedence.applies(
                rule, within=within, track=question.track, on=question.on
            )
        ),
        lies_below=lambda lower, upper: place_graph.lies_below(
            known.graph, lower, upper
        ),
        track=question.track,
    )
    is_today = question.on == question.at.astimezone(OSLO).date()
    resolver = Resolver(
        facts,
        known.graph,
        place.code,
        within,
        question.on,
        question.doors or (question.at if is_today else None),
    )
    roles, unresolved = _fill(verdict, step, resolver)
    roles, first = _put_first(roles, verdict, step, question.track, known, resolver)
    sources = _sources(verdict, step, known)
    accountable = [weighed.rule for weighed in verdict.standing["A"]]
    flags |= {
        "overlap": question.track is not None and _overlaps(roles["A"]),
        "no_accountable": not accountable,
        "unresolved": bool(unresolved),
        "pending": bool(verdict.pending),
        "stale": _is_stale(verdict, sources, question.on),
    }
    return Answer(
        step=step,
        place=place.code,
        asked_place=asked.code,
        track=question.track,
        on=question.on,
        status=precedence.least_settled(accountable),
        first=first,
        overrides=overrides,
        roles=roles,
        pending=tuple(_beaten(verdict.pending, resolver)),
        others=tuple(_beaten(verdict.others, resolver)),
        unresolved=tuple(unresolved),
        flags=_raised(flags),
        rights=_rights(step, is_child=track is not None and track.child),
        share=_shares(step, question.track, known),
        appeal=tuple(
            Appeal(
                kind,
                tuple(
                    (organisation, resolver.points(organisation))
                    for organisation, _ in resolver.serving(kind)
                ),
            )
            for kind in step.appeal
        ),
        next=_next(step, question.track, known),
        sources=sources,
        fallbacks=_stand_ins(step, question.track, known, resolver),
    )


FLAGS = (
    "overlap",
    "no_accountable",
    "unresolved",
    "pending",
    "merged_place",
    "not_for_track",
    "stale",
)


def _raised(flags: dict[str, bool]) -> tuple[str, ...]:
    return tuple(flag for flag in FLAGS if flags.get(flag))


def _overrides(known: Catalogue, *, is_child: bool) -> tuple[str, ...]:
    """Danger goes before every answer; the child rule also when age is not known."""
    return tuple(code for code in known.overrides if code != "minor" or is_child)


def _fill(
    verdict: Verdict, step: StepRow, resolver: Resolver
) -> tuple[dict[str, tuple[Actor, ...]], list[Unresolved]]:
    """Resolve what stands; add fallbacks where nobody is found or nobody is open."""
    roles: dict[str, tuple[Actor, ...]] = {}
    unresolved: list[Unresolved] = []
    for role, standing in verdict.standing.items():
        named: list[Actor] = []
        fallbacks: list[Actor] = []
        for weighed in standing:
            found = resolver.resolve(weighed)
            named += found
            if not found:
                unresolved.append(Unresolved(role, weighed.rule.holder))
            stand_ins = resolver.fall_back(weighed.rule, step.fallback)
            if not found:
                fallbacks += stand_ins
            elif _is_closed(found):
                fallbacks += [stand_in for stand_in in stand_ins if stand_in.is_open]
        roles[role] = _each_once([*named, *fallbacks])
    return roles, list(dict.fromkeys(unresolved))


def _is_closed(found: Iterable[Actor]) -> bool:
    """Whether a holder that is an organisation has no point open now, of all it has."""
    organisations = [actor for actor in found if actor.organisation]
    return bool(organisations) and not any(actor.is_open for actor in organisations)


def _each_once(actors: Iterable[Actor]) -> tuple[Actor, ...]:
    found: dict[tuple[str, ...], Actor] = {}
    for actor in actors:
        found.setdefault(actor.identity, actor)
    return tuple(found.values())


def _last_resort(step: StepRow, track: str | None, known: Catalogue) -> str:
    """Return the kind to call when the roles give no line: by the person's age."""
    tracks = [track] if track is not None else list(step.tracks)
    children = [known.track(code).child for code in tracks]
    return "child_welfare_duty" if children and all(children) else "rosa"


def _stand_ins(
    step: StepRow, track: str | None, known: Catalogue, resolver: Resolver
) -> tuple[Actor, ...]:
    kinds = dict.fromkeys((*step.fallback, _last_resort(step, track, known)))
    found = resolver.fall_back(_rule_of_last_resort(step, resolver.place), kinds)
    return _each_once(actor for actor in found if actor.is_reachable)


def _rule_of_last_resort(step: StepRow, place: str) -> Rule:
    return Rule("", step.code, "R", "", place, status="unclear")


def _put_first(
    roles: dict[str, tuple[Actor, ...]],
    verdict: Verdict,
    step: StepRow,
    track: str | None,
    known: Catalogue,
    resolver: Resolver,
) -> tuple[dict[str, tuple[Actor, ...]], First | None]:
    """Choose the one on top; the last resort joins the Responsible as a fallback."""
    for role in "RA":
        if chosen := _first_of(roles[role]):
            return roles, First(role, roles[role].index(chosen))
    asker_acts = any(w.rule.kind == "any" for w in verdict.standing["R"])
    consulted = [actor for actor in roles["C"] if actor.is_open_line]
    if asker_acts and consulted:
        return roles, First("C", roles["C"].index(consulted[0]))
    kind = _last_resort(step, track, known)
    rule = _rule_of_last_resort(step, resolver.place)
    found = [
        replace(actor, place=actor.serves_place or actor.place)
        for actor in resolver.fall_back(rule, [kind])
    ]
    responsible = _each_once([*roles["R"], *found])
    lines = [actor for actor in found if actor.is_reachable]
    if not lines:
        return roles, None
    chosen = next((actor for actor in lines if actor.is_open_line), lines[0])
    identities = [actor.identity for actor in responsible]
    index = identities.index(chosen.identity)
    return roles | {"R": responsible}, First("R", index)


def _first_of(actors: Iterable[Actor]) -> Actor | None:
    """Return the first open one, else the first open fallback, else the first.

    A fallback counts for its role: it stands in for whoever is closed or not found.
    """
    reachable = [actor for actor in actors if actor.is_reachable]
    named = [actor for actor in reachable if not actor.fallback]
    fallbacks = [actor for actor in reachable if actor.fallback]
    by_preference = [
        *(actor for actor in named if actor.is_open_line),
        *(actor for actor in fallbacks if actor.is_open_line),
        *named,
        *fallbacks,
    ]
    return next(iter(by_preference), None)


def _overlaps(accountable: Iterable[Actor]) -> bool:
    """Whether two different organisations answer for it; a fallback does not."""
    organisations = {
        actor.organisation.key
        for actor in accountable
        if actor.organisation and not actor.fallback
    }
    return len(organisations) > 1


def _beaten(weighed: Iterable[Weighed], resolver: Resolver) -> Iterable[Actor]:
    """Resolve what was beaten or waits, so that its line is not lost."""
    for one in weighed:
        rule, reasons = one
        nobody = Actor(
            rule.role, rule.holder, rule.place, rule.status, rule.confirmed_on, reasons
        )
        for actor in resolver.resolve(one) or [nobody]:
            yield replace(actor, reasons=reasons)


def _is_stale(verdict: Verdict, sources: Iterable[SourceRow], on: date) -> bool:
    """Whether a confirmation of who does it or answers for it, or a source, is old."""
    rules = [w.rule for role in "AR" for w in verdict.standing[role]]
    return any(is_stale(rule.confirmed_on, on) for rule in rules) or any(
        is_overdue(source.next_check_on, on) for source in sources
    )


def _sources(
    verdict: Verdict, step: StepRow, known: Catalogue
) -> tuple[SourceRow, ...]:
    keys = [
        key
        for role in ROLES
        for weighed in verdict.standing[role]
        for key in weighed.rule.sources
    ]
    keys += [*step.law, *step.duty, *([step.source] if step.source else [])]
    return tuple(
        known.sources[key] for key in dict.fromkeys(keys) if key in known.sources
    )


def _rights(step: StepRow, *, is_child: bool) -> tuple[str, ...]:
    more = step.rights_minor if is_child else ()
    return tuple(dict.fromkeys((*step.rights, *more)))


def _shares(
    step: StepRow, track: str | None, known: Catalogue
) -> tuple[LocalisedText, ...]:
    """Return what may be shared on the way into the step, a text for each case."""
    tracks = known.tracks if track is None else [track]
    codes = dict.fromkeys(step.shares[code] for code in tracks if code in step.shares)
    return tuple(known.sharing_rules[code] for code in codes)


def _share_into(
    step: StepRow, track: str | None, known: Catalogue
) -> LocalisedText | None:
    shares = _shares(step, track, known)
    return shares[0] if len(shares) == 1 else None


def _next(step: StepRow, track: str | None, known: Catalogue) -> tuple[Next, ...]:
    found = []
    for handover in known.handovers:
        if handover.from_step != step.code:
            continue
        if track is not None and handover.tracks and track not in handover.tracks:
            continue
        target = known.steps.get(handover.to_step)
        then = handover.becomes or track
        if target is None or not target.is_for(then):
            continue
        share = known.sharing_rules.get(handover.share or "")
        found.append(
            Next(
                target.code,
                then,
                share or _share_into(target, then, known),
                handover.note,
                handover.known_gap,
            )
        )
    return tuple(found)


def _steps_instead(
    step: StepRow, track: str | None, known: Catalogue
) -> tuple[Next, ...]:
    """Return the steps of the same phase that are meant for the track."""
    return tuple(
        Next(other.code, track, _share_into(other, track, known), None, False)
        for other in known.steps.values()
        if other.phase == step.phase and other.is_for(track)
    )
