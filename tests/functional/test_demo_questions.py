"""The network's questions asked of the demo: what docs/demo.md says, and no more."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from coordinator import demo, questions
from coordinator.access import UNIT
from models import db
from tests.demo_by_hand import Files
from tests.test_architecture import ROOT

TODAY = questions.today()
ASKED = [one for one in questions.QUESTIONS if one not in ("silos", "brokers")]
# What the document names of a finding, by its reason; of others the organisations.
MAIN = {
    "contested": ("holder",),
    "vacant": ("posts", "persons"),
    "deputy_only": ("posts",),
    "contact_old": ("holder",),
    "responsibility_old": ("holder",),
    "responsibility_expires": ("holder",),
    "responsibility_expired": ("holder",),
    "holding_expires": ("posts",),
    "membership_expires": ("networks", "holder"),
    "membership_expired": ("networks", "holder"),
    "network_expires": ("networks",),
    "network_expired": ("networks",),
    "only_person": ("posts", "persons"),
    "kind_not_served": ("holder",),
    "holder_ended": ("holder",),
}


def section(title):
    """Return the rows of the tables under a heading, as lists of cells."""
    text = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8")
    after = re.split(rf"^#+ {title}\n", text, flags=re.MULTILINE)[1]
    lines = re.split(r"^#", after, flags=re.MULTILINE)[0].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows]


def codes(cell):
    return re.findall(r"`([^`]+)`", cell)


def listed(title):
    """Return the findings that a table lists: question and words of each."""
    return sorted(
        (question, words)
        for row in section(title)
        for question in codes(row[0])
        for words in codes(row[1])
    )


TOTALS = {
    codes(row[0])[0]: (int(row[1]), int(row[2]))
    for row in section("What the network's questions find")
}
BY_RULE = {tuple(codes(row[0])): row for row in section("By rule")}


def in_words(finding):
    """Return question and words of a finding, as the document has them."""
    named = MAIN.get(finding.reason)
    if finding.reason == "cut_point":
        named = ("persons",) if finding.persons else ("organisations",)
    values = [getattr(finding, name) for name in named or ("organisations",)]
    keys = [key for one in values for key in ([one] if isinstance(one, str) else one)]
    said = (finding.step, finding.to_step, finding.place, finding.track)
    words = [finding.reason, *(one for one in said if one), *keys]
    return finding.question, " ".join(words)


def the_demo():
    demo.load(TODAY)


@pytest.fixture
def beforehand():
    return the_demo


@pytest.fixture(scope="module")
def told_on():
    """Return what was told on each kind of database."""
    return {}


@pytest.fixture
def asked(app, told_on):
    """Return what the unit is told of the demo on the day of loading."""
    kind = db.engine.dialect.name
    if kind not in told_on:
        told_on[kind] = questions.ask_each(UNIT, TODAY, only=ASKED)
    return told_on[kind]


def is_by_rule(finding, told):
    """Return whether the document has a rule for it rather than a line."""
    rule = BY_RULE.get((finding.question, finding.reason))
    return rule is not None and (
        finding.key in told.accepted or "Accepted until" not in rule[2]
    )


def test_all_that_is_planted_is_found_and_nothing_else_is_called_a_weak_spot(asked):
    found = [
        in_words(finding)
        for told in asked.values()
        for finding in told.findings
        if not is_by_rule(finding, told)
    ]

    assert sorted(found) == listed("Planted, one by one")


def test_the_document_counts_what_is_open_and_what_is_accepted(asked):
    sizes = {
        question: (len(told.open), len(told.accepted))
        for question, told in asked.items()
    }
    by_rule = Counter(
        (finding.question, finding.reason)
        for told in asked.values()
        for finding in told.findings
        if is_by_rule(finding, told)
    )

    assert sizes == TOTALS
    assert by_rule == {rule: int(row[1]) for rule, row in BY_RULE.items()}


def spread(findings, files):
    """Return what findings say at each place and for each group that they hold for."""
    return {
        (
            *filter(None, (finding.step, finding.to_step)),
            leaf,
            track,
            frozenset(finding.organisations or filter(None, [finding.holder])),
        )
        for finding in findings
        for leaf in files.leaves
        if finding.place in files.above(leaf)
        for track in ([finding.track] if finding.track else files.tracks[finding.step])
    }


def test_what_is_found_by_rule_is_what_the_files_say_place_by_place(asked):
    files = Files(TODAY)
    gaps, overlaps, coverage = set(), set(), set()
    for step, leaf, track, said in files.everywhere():
        if not said.is_answered_for:
            gaps.add((step, leaf, track, frozenset()))
        if len(said.accountable) > 1:
            overlaps.add((step, leaf, track, said.accountable))
        coverage |= {(step, leaf, track, frozenset({one})) for one in said.nobody}
    without_line = [f for f in asked["gaps"].findings if f.reason == "no_line"]
    unnamed = [f for f in asked["gaps"].findings if f not in without_line]

    assert spread(unnamed, files) == gaps
    assert spread(asked["overlaps"].findings, files) == overlaps
    assert spread(asked["coverage"].findings, files) == coverage


def test_a_handover_is_broken_where_the_files_know_of_no_common_forum(asked):
    files = Files(TODAY)

    assert spread(asked["broken-handovers"].findings, files) == set(files.unmet())


def test_only_what_lies_in_how_things_are_arranged_is_accepted(asked):
    files = Files(TODAY)
    arranged = set(codes(BY_RULE["gaps", "no_accountable"][2]))
    at_law = set(codes(BY_RULE["overlaps", "two_accountable"][2]))

    for question in ("gaps", "overlaps"):
        for finding in asked[question].findings:
            kinds = {files.kinds[one] for one in finding.organisations}
            expected = (
                finding.reason == "no_accountable" and finding.step in arranged
            ) or ({finding.step, finding.track} <= at_law and bool(kinds & at_law))
            until = asked[question].accepted.get(finding.key)

            assert (until is not None) == expected, finding
            assert until is None or until.until == date(2027, 6, 30)


def test_without_the_meeting_where_they_met_the_handover_is_broken(asked):
    healed = [codes(row[2])[0] for row in section("Healed by a meeting")]
    changed = questions.what_if([f"meeting:{one}" for one in healed], UNIT, TODAY)

    assert {one.change for one in changed} == {"appears"}
    found = sorted(in_words(one.finding) for one in changed)
    assert found == listed("Healed by a meeting")


def test_what_ends_in_thirty_days_is_a_broken_handover_on_the_day_after(asked):
    after = questions.ask_each(
        UNIT, TODAY + timedelta(days=31), only=["broken-handovers"]
    )
    before = {one.key for one in asked["broken-handovers"].findings}
    new = [one for one in after["broken-handovers"].findings if one.key not in before]

    assert sorted(map(in_words, new)) == listed("In thirty-one days")
