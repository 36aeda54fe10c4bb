"""The demo's files read by hand: who answers where, place by place, group by group.

A second reading, as slow and plain as the rules are written, that shares nothing with
the answer engine and the questions but the files themselves.
"""

from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from coordinator import demo, reference
from coordinator.columns import KINDS

EVERYONE = ("any", "self")
SETTLED = ("statutory", "agreed")
LEAVES = ("municipality", "city_district")


class Rule(NamedTuple):
    """A row of responsibility as it is written; no tracks: all of them."""

    step: str
    role: str
    holder: str
    place: str
    tracks: tuple[str, ...]
    status: str


class Standing(NamedTuple):
    """What is said of a step at one place for one group: who answers, who acts.

    `nobody` are the holders that lead to none.
    """

    is_answered_for: bool
    accountable: frozenset[str]
    acting: frozenset[str]
    nobody: frozenset[str]


class Files:
    """The reference and the demo on the day of loading."""

    def __init__(self, today):
        self.today = today
        self.process = reference.read_process()
        self.every_track = tuple(track["code"] for track in self.process["tracks"])
        self.tracks = {
            step["code"]: tuple(step["tracks"]) or self.every_track
            for step in self.process["steps"]
        }
        self.parents = {
            place["code"]: place["parents"] for place in reference.read_places()
        }
        self.leaves = self._leaves()
        self.kinds, self.serves = self._organisations()
        self.posts = {
            post["key"]: post["organisation"]
            for post in self._valid("posts")
            if post["organisation"] in self.kinds
        }
        self.rules = defaultdict(list)
        for rule in (*self._national(), *self._local()):
            self.rules[rule.step].append(rule)

    def _valid(self, kind):
        """Yield the rows of a demo file that stand today."""
        today = self.today.isoformat()
        for _number, _key, row in demo.read(KINDS[kind], self.today):
            if (row["valid_from"] or today) <= today <= (row["valid_to"] or today):
                yield row

    def _leaves(self):
        above_others = {up for parents in self.parents.values() for up in parents}
        return [
            place["code"]
            for place in reference.read_places()
            if place["kind"] in LEAVES and place["code"] not in above_others
        ]

    def _organisations(self):
        rows = list(self._valid("organisations"))
        kinds = {line["key"]: line["kind"] for line in self.process["lines"]}
        serves = {key: ["NO"] for key in kinds}
        kinds |= {row["key"]: row["kind"] for row in rows}
        serves |= {row["key"]: row["serves"].split("|") for row in rows}
        return kinds, serves

    def _national(self):
        for step in self.process["steps"]:
            for role in "RA":
                for kind in step["roles"][role]:
                    tracks = tuple(step.get("only", {}).get(kind, ()))
                    status = step["status"] if role == "A" else "proposed"
                    yield Rule(step["code"], role, f"kind:{kind}", "NO", tracks, status)

    def _local(self):
        for row in self._valid("responsibilities"):
            if row["role"] in "RA":
                tracks = tuple(filter(None, row["tracks"].split("|")))
                yield Rule(
                    *(row[name] for name in ("step", "role", "holder", "place")),
                    tracks,
                    row["status"],
                )

    @cache  # noqa: B019 - one reading lives as long as its test
    def above(self, place):
        """Return the place and all above it."""
        ups = (self.above(parent) for parent in self.parents[place])
        return frozenset({place}).union(*ups)

    def lies_below(self, lower, upper):
        """Return whether a place lies strictly below another."""
        return lower != upper and upper in self.above(lower)

    def holds(self, rule, others):
        """Return whether a rule stands, of those of its role that apply."""
        weighing = [
            one
            for one in others
            if one.status in SETTLED
            or not any(
                law.status == "statutory" and self.lies_below(one.place, law.place)
                for law in others
            )
        ]
        return rule in weighing and not any(
            self.lies_below(other.place, rule.place) for other in weighing
        )

    def stand(self, step, role, leaf, track):
        """Return the rules of a role that stand there for that group."""
        applying = [
            rule
            for rule in self.rules[step]
            if rule.role == role
            and rule.place in self.above(leaf)
            and (not rule.tracks or track in rule.tracks)
        ]
        standing = [rule for rule in applying if self.holds(rule, applying)]
        if role == "A" and any(rule.tracks for rule in standing):
            standing = [r for r in standing if r.tracks or r.status == "statutory"]
        return standing

    @cache  # noqa: B019 - one reading lives as long as its test
    def leads_to(self, holder, leaf):
        """Return the organisations that a holder means there."""
        if not holder.startswith("kind:"):
            key = self.posts.get(holder, holder)
            return frozenset({key} & self.kinds.keys())
        kind = holder.removeprefix("kind:")
        if kind in EVERYONE:
            return frozenset({"asker"})
        found = defaultdict(set)
        for key, of_kind in self.kinds.items():
            for place in self.above(leaf) & set(self.serves[key]):
                if of_kind == kind:
                    found[place].add(key)
        nearest = [p for p in found if not any(self.lies_below(q, p) for q in found)]
        return frozenset().union(*(found[place] for place in nearest))

    @cache  # noqa: B019 - one reading lives as long as its test
    def standing(self, step, leaf, track):
        """Return what is said of the step there for that group."""
        answering = self.stand(step, "A", leaf, track)
        acting = self.stand(step, "R", leaf, track)
        led = {r.holder: self.leads_to(r.holder, leaf) for r in (*answering, *acting)}
        accountable, acting = (
            frozenset().union(*(led[rule.holder] for rule in rules)) - {"asker"}
            for rules in (answering, acting)
        )
        nobody = frozenset(holder for holder, found in led.items() if not found)
        return Standing(bool(answering), accountable, acting, nobody)

    def everywhere(self):
        """Yield step, place, track and what is said of it, for all there are."""
        for step, tracks in self.tracks.items():
            for leaf in self.leaves:
                for track in tracks:
                    yield step, leaf, track, self.standing(step, leaf, track)

    def forums(self):
        """Return the forums where each organisation sits today, itself or by a post."""
        stand = {row["key"] for row in self._valid("networks")}
        found = defaultdict(set)
        for row in self._valid("memberships"):
            if row["network"] in stand:
                found[self.posts.get(row["holder"], row["holder"])].add(row["network"])
        for who, meeting in self.met():
            found[who].add(f"meeting {meeting}")
        return found

    def met(self):
        """Yield who was at which meeting of the twelve months before today."""
        days = {
            key: date.fromisoformat(row["starts"][:10])
            for _number, key, row in demo.read(KINDS["meetings"], self.today)
        }
        for _number, _key, row in demo.read(KINDS["attendances"], self.today):
            since = self.today - days[row["meeting"]]
            came = row["attended"] or str(row["answer"] == "accepted").lower()
            if came == "true" and timedelta(0) <= since <= timedelta(days=365):
                yield self.posts.get(row["holder"], row["holder"]), row["meeting"]

    def unmet(self):
        """Yield the handovers whose sides are not one and sit in no forum together."""
        forums = self.forums()
        for handover in self.process["handovers"]:
            first, then = handover["from"], handover["to"]
            for track in handover.get("tracks") or self.tracks[first]:
                later = handover.get("becomes", track)
                if track not in self.tracks[first] or later not in self.tracks[then]:
                    continue
                for leaf in self.leaves:
                    givers = self.standing(first, leaf, track)
                    takers = self.standing(then, leaf, later)
                    giving = givers.acting or givers.accountable
                    taking = takers.acting or takers.accountable
                    met = giving & taking or any(
                        forums[one] & forums[other]
                        for one in giving
                        for other in taking
                    )
                    if giving and taking and not met:
                        yield first, then, leaf, track, giving | taking
