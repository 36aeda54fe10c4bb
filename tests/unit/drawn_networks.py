"""Networks drawn by hand: few lines, so that a reader sees the paper before her."""

from datetime import date

from graphs import grain, network
from graphs.cells import Cell, Party
from graphs.grain import Place
from graphs.network import Node, Tie

TODAY = date(2026, 11, 25)
TRACKS = ("adult", "minor")
#                        NO
#           03                      50
#          0301          5001  5006  5007
#     030101  030102      |      \   /
#     └── pd-oslo ──┘  pd-nidaros  pd-inn
PLACES = (
    Place("NO", "country"),
    Place("03", "county", ("NO",)),
    Place("50", "county", ("NO",)),
    Place("pd-oslo", "police_district", ("NO",)),
    Place("pd-nidaros", "police_district", ("NO",)),
    Place("pd-inn", "police_district", ("NO",)),
    Place("0301", "municipality", ("03", "pd-oslo")),
    Place("030101", "city_district", ("0301",)),
    Place("030102", "city_district", ("0301",)),
    Place("5001", "municipality", ("50", "pd-nidaros")),
    Place("5006", "municipality", ("50", "pd-inn")),
    Place("5007", "municipality", ("50", "pd-inn")),
)
STEPS = {"report": (), "settle": ("adult",), "house": ()}
NORWAY = grain.standing(PLACES, TODAY, tracks=TRACKS, steps=STEPS)
OSLO, TRONDELAG = ("030101", "030102"), ("5001", "5006", "5007")
EVERYWHERE = (*OSLO, *TRONDELAG)

NAV = Party("nav")
POLICE = Party("police", "desk", ("ann", "bo"))
ASKER = Party(None)


def a_cell(*places, step="settle", track="adult", **changed):
    """Return a cell in which someone with a line answers and acts."""
    values = {"has_accountable": True, "accountable": (NAV,), "responsible": (NAV,)}
    found = frozenset(places or EVERYWHERE)
    return Cell(step, track, found, **(values | changed))


def told(findings):
    """Return where and for whom each is found."""
    return [(one.place, one.track) for one in findings]


def kinds_of(graph, **kinds):
    """Say what the nodes are: organisations, unless said otherwise."""
    for node in graph:
        graph.nodes[node]["kind"] = kinds.get(node, "organisation")
    return graph


def a_network(*lines):
    """Return the network of lines as one would draw them.

    `lead at desk`, `ann holds lead`, `bo deputies lead`, `desk joins network:forum`,
    `sub below desk`; what follows are days, as valid_from=… and valid_to=….
    """
    nodes, ties = {}, []
    for line in lines:
        source, verb, target, *days = line.split()
        facts = {
            name: date.fromisoformat(day)
            for name, day in (one.split("=") for one in days)
        }
        kind, ends = VERBS[verb]
        for end, sort in zip((source, target), ends, strict=True):
            if sort:
                nodes.setdefault(end, Node(end, sort))
        if verb == "deputies":
            facts["deputy"] = True
        ties.append(Tie(source, target, kind, f"{source}|{target}", facts))
    return network.build(nodes.values(), ties)


VERBS = {
    "at": ("at", ("post", "organisation")),
    "holds": ("holds", ("person", "post")),
    "deputies": ("holds", ("person", "post")),
    "below": ("below", ("organisation", "organisation")),
    "joins": ("member", ("organisation", "network")),
    "sits": ("member", ("post", "network")),
}
