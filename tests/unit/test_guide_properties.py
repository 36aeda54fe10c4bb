"""The engine's answer is the one that the rules give when they are read naively."""

from hypothesis import given, settings

from coordinator import guide
from coordinator.errors import SeveralSuccessors
from tests.unit import brute_force
from tests.unit.random_networks import networks


def engine(network):
    question, facts, known = network.question, network.facts, network.known
    try:
        return brute_force.told(guide.decide(question, facts, known))
    except SeveralSuccessors as divided:
        return divided.place, divided.successors


def naive(network):
    try:
        return brute_force.read(network.question, network.facts, network.known)
    except brute_force.DividedPlace as divided:
        return divided.args


@settings(max_examples=700, deadline=None)
@given(networks())
def test_an_answer_is_what_a_naive_reading_of_the_rules_gives(network):
    assert engine(network) == naive(network)
