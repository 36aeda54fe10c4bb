"""Cells say of every place and track what the answer engine says when it is asked."""

from hypothesis import given, settings

from coordinator import cells, guide
from coordinator.cells import Ground
from coordinator.resolution import LINES, WITHOUT_LINES
from graphs.cells import Party
from tests.factories import (
    a_catalogue,
    a_place,
    a_question,
    a_rule,
    a_step,
    an_organisation,
    some_facts,
)
from tests.unit.random_networks import Network, networks


def a_ground(facts, step):
    held = {}
    for holding in facts.holdings:
        held[holding.post] = (*held.get(holding.post, ()), holding)
    return Ground(
        tuple(rule for rule in facts.rules if rule.step == step),
        facts.organisations,
        facts.posts,
        held,
        frozenset(
            owner
            for owner, points in facts.points.items()
            if any(point.channel in LINES for point in points)
        ),
    )


def parties(answer, role, facts):
    """Read the parties of a role off an answer: no stand-ins, deputies too."""
    found = {}
    for actor in answer.roles[role]:
        if actor.fallback:
            continue
        organisation = actor.organisation.key if actor.organisation else None
        post = actor.post.key if actor.post else None
        has_line = (
            organisation is None
            or actor.organisation.kind == WITHOUT_LINES
            or any(point.channel in LINES for point in actor.contact_points)
        )
        found[organisation, post] = found.get((organisation, post), False) or has_line
    return {
        Party(organisation, post, persons(post, answer.on, facts), has_line)
        for (organisation, post), has_line in found.items()
    }


def persons(post, on, facts):
    held = (one for one in facts.holdings if one.post == post)
    return tuple(
        sorted(
            {
                one.person.key
                for one in held
                if (one.valid_from or on) <= on <= (one.valid_to or on)
            }
        )
    )


def from_answers(network, step):
    found = {}
    for place in network.known.places:
        for track in network.known.tracks:
            if not step.is_for(track):
                continue
            question = network.question._replace(
                step=step.code, place=place, track=track
            )
            if network.known.standing_place(place, question.on).code != place:
                continue
            answer = guide.decide(question, network.facts, network.known)
            found[place, track] = (
                "no_accountable" not in answer.flags,
                parties(answer, "A", network.facts),
                parties(answer, "R", network.facts),
                {one for one in answer.unresolved if one.role in "AR"},
            )
    return found


def from_cells(network, step, leaves):
    known = network.known
    above = {code: known.at_or_above(code) for code in known.places}
    found = cells.of_step(
        step,
        a_ground(network.facts, step.code),
        known,
        above,
        leaves,
        network.question.on,
    )
    return {
        (place, cell.track): (
            cell.has_accountable,
            set(cell.accountable),
            set(cell.responsible),
            set(cell.unresolved),
        )
        for cell in found
        for place in cell.places
    }


def undivided(network):
    """Leave out places that were divided: there the asker must choose."""
    places = network.known.places.values()
    return all(len(place.successors) <= 1 for place in places)


@settings(max_examples=250, deadline=None)
@given(networks().filter(undivided))
def test_a_cell_says_what_the_engine_answers_in_each_of_its_places(network):
    step = network.known.steps[network.question.step]

    said = from_answers(network, step)

    assert from_cells(network, step, {place for place, _ in said}) == said


def test_places_that_the_same_rules_reach_share_a_cell():
    towns = [a_place(code, "NO") for code in ("5001", "4601", "1103")]
    known = a_catalogue([a_place("NO"), *towns], [a_step(tracks=("minor",))])
    facts = some_facts(a_rule(status="statutory"), an_organisation(serves=("5001",)))
    network = Network(a_question(), facts, known)

    found = cells.of_step(
        known.steps["report_child"],
        a_ground(network.facts, "report_child"),
        known,
        {code: known.at_or_above(code) for code in known.places},
        ["5001", "4601", "1103"],
        network.question.on,
    )

    assert {cell.places for cell in found} == {
        frozenset({"5001"}),
        frozenset({"4601", "1103"}),
    }
