"""Small random countries and the cells of them, often at the edge."""

from datetime import timedelta

from hypothesis import strategies as st

from graphs.cells import Cell, Party
from graphs.grain import Place
from graphs.handovers import Handover
from tests.unit.brute_graph import RANKS, Country
from tests.unit.drawn_networks import TODAY, TRACKS

DAY = timedelta(days=1)
STEPS = {"report": (), "settle": ("adult",), "house": ("adult", "minor")}
ORGANISATIONS = ("nav", "police", "udi", "shelter")
DAYS = st.sampled_from([None, None, None, TODAY - DAY, TODAY, TODAY + DAY])


@st.composite
def countries(draw):
    """A country of few places: some lie in several, some in each other."""
    codes = [f"p{number}" for number in range(draw(st.integers(1, 8)))]
    places = [
        Place(
            code,
            draw(st.sampled_from([*RANKS, "municipality", "municipality"])),
            tuple(draw(st.sets(st.sampled_from([*codes, "gone"]), max_size=2))),
            draw(DAYS),
            draw(DAYS),
        )
        for code in codes
    ]
    return places, Country(places, STEPS, TRACKS, TODAY)


# Few parties, so that the same ones meet again elsewhere.
PARTIES = st.sampled_from(
    [
        *(Party(key, has_line=line) for key in ORGANISATIONS for line in (True, False)),
        Party("nav", "lead", ("ann",)),
        Party("nav", "lead", ("ann",), has_line=False),
        Party("nav", "aide", ("ann", "bo")),
        Party("udi", "desk", ("ann",)),
        Party("udi", "desk", ()),
        Party(None),
    ]
)
SIDES = st.lists(PARTIES, max_size=2).map(tuple)
UNRESOLVED = st.lists(
    st.sampled_from([("A", "kind:house"), ("R", "kind:house"), ("R", "ended")]),
    max_size=2,
).map(tuple)


@st.composite
def cells(draw, country):
    """For each step and track the places in groups, and who stands for each."""
    found = []
    if not country.leaves:
        return found
    kinds = [
        (
            draw(st.booleans()),
            draw(SIDES),
            draw(SIDES),
            draw(UNRESOLVED),
            draw(st.booleans()),
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    for step, meant in STEPS.items():
        for track in meant or TRACKS:
            groups = {}
            for leaf in country.leaves:
                at = draw(st.integers(0, len(kinds) - 1))
                groups.setdefault(at, set()).add(leaf)
            for at, leaves in groups.items():
                found.append(Cell(step, track, frozenset(leaves), *kinds[at]))
    return found


HANDOVERS = st.lists(
    st.builds(
        Handover,
        st.sampled_from(list(STEPS)),
        st.sampled_from(list(STEPS)),
        st.sampled_from([(), ("adult",), ("minor",), TRACKS]),
        st.sampled_from([None, None, "adult", "minor"]),
    ),
    max_size=4,
)
FORUMS = st.dictionaries(
    st.sampled_from(ORGANISATIONS),
    st.frozensets(st.sampled_from("fg"), max_size=2),
    max_size=4,
)
