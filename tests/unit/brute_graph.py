"""The network's questions read naively from the design, to compare the answers with.

Written from the words, place by place and track by track, with loops over everything;
it shares only the plain rows.
"""

from graphs.findings import Finding

RANKS = ["country", "county", "municipality", "city_district", "police_district"]


class Country:
    """The places that stand on a day, and whom each step is for."""

    def __init__(self, places, steps, tracks, day):
        self.places = {
            one.code: one
            for one in places
            if (one.valid_from is None or one.valid_from <= day)
            and (one.valid_to is None or day <= one.valid_to)
        }
        self.steps, self.tracks = steps, tracks
        self.leaves = [
            code
            for code, one in self.places.items()
            if one.kind in ("municipality", "city_district")
            and not any(self.lies_below(other, code) for other in self.places)
        ]

    def reach(self, code):
        found = [code]
        for one in found:
            for parent in self.places[one].parents:
                if parent in self.places and parent not in found:
                    found.append(parent)
        return found

    def lies_below(self, lower, upper):
        if lower == upper or upper not in self.reach(lower):
            return False
        # In a circle nothing is below anything.
        return lower not in self.reach(upper)

    def leaves_of(self, code):
        if code in self.leaves:
            return {code}
        return {leaf for leaf in self.leaves if code in self.reach(leaf)}

    def widest(self, holds):
        """Return the widest places all of whose leaves are in `holds`."""
        whole = [
            code
            for code in self.places
            if self.leaves_of(code) and self.leaves_of(code) <= set(holds)
        ]
        tops = [
            code
            for code in whole
            if not any(self.lies_below(code, other) for other in whole)
        ]
        tops.sort(
            key=lambda code: (
                -len(self.leaves_of(code)),
                RANKS.index(self.places[code].kind),
                code,
            )
        )
        found, covered = [], set()
        for code in tops:
            if not self.leaves_of(code) <= covered:
                found.append(code)
                covered |= self.leaves_of(code)
        return found

    def state(self, seen):
        """Return findings of (finding, leaf, track), each once and as wide as true."""
        found = []
        for subject in {one for one, _, _ in seen}:
            tracks = self.steps.get(subject.step, ()) or self.tracks
            at = {}
            for leaf in self.leaves:
                held = [track for track in tracks if (subject, leaf, track) in seen]
                for track in [None] if len(held) == len(tracks) else held:
                    at.setdefault(track, []).append(leaf)
            for track, leaves in at.items():
                for place in self.widest(leaves):
                    found.append(subject._replace(place=place, track=track))
        return sorted(found, key=lambda one: one.key)


def each(cells):
    for cell in cells:
        for leaf in cell.places:
            yield cell, leaf, cell.track


def named(parties):
    return tuple(sorted({one.organisation for one in parties if one.organisation}))


def posts(parties):
    return tuple(sorted({one.post for one in parties if one.post}))


def gaps(cells):
    for cell, leaf, track in each(cells):
        if not cell.has_accountable:
            yield Finding("gaps", "no_accountable", cell.step), leaf, track
            continue
        asker = [one for one in cell.accountable if one.organisation is None]
        reached = [one for one in cell.accountable if one.has_line]
        if cell.accountable and not asker and not reached:
            who, where = named(cell.accountable), posts(cell.accountable)
            finding = Finding("gaps", "no_line", cell.step)
            yield finding._replace(organisations=who, posts=where), leaf, track


def overlaps(cells):
    for cell, leaf, track in each(cells):
        who = named(cell.accountable)
        if len(who) > 1:
            finding = Finding("overlaps", "two_accountable", cell.step)
            yield finding._replace(organisations=who), leaf, track


def coverage(cells):
    for cell, leaf, track in each(cells):
        for _, holder in cell.unresolved:
            reason = "holder_ended"
            if holder.startswith("kind:"):
                reason = "kind_not_served"
            yield Finding("coverage", reason, cell.step, holder=holder), leaf, track


def only_person(cells):
    for cell, leaf, track in each(cells):
        parties = cell.responsible
        if any(one.organisation is None or one.post is None for one in parties):
            continue
        persons = {person for one in parties for person in one.persons}
        if len(persons) == 1:
            finding = Finding("single-points", "only_person", cell.step)
            finding = finding._replace(
                organisations=named(parties),
                posts=posts(parties),
                persons=tuple(persons),
            )
            yield finding, leaf, track


def broken_handovers(cells, handovers, forums, steps, tracks):
    sides = {}
    for cell, leaf, track in each(cells):
        side = named(cell.responsible) or named(cell.accountable)
        sides[cell.step, leaf, track] = side
    for one in handovers:
        for (step, leaf, track), giver in sides.items():
            if step != one.from_step or (one.tracks and track not in one.tracks):
                continue
            taker = sides.get((one.to_step, leaf, one.becomes or track), ())
            if not giver or not taker or set(giver) & set(taker):
                continue
            if any(
                forum in forums.get(other, ())
                for first in giver
                for forum in forums.get(first, ())
                for other in taker
            ):
                continue
            finding = Finding("broken-handovers", "no_shared_network", one.from_step)
            both = tuple(sorted({*giver, *taker}))
            finding = finding._replace(organisations=both, to_step=one.to_step)
            yield finding, leaf, track


def states(cells, handovers, forums, steps, tracks):
    """Yield how each handover stands, leaf by leaf, where both steps are meant."""
    at = {(cell.step, leaf, track): cell for cell, leaf, track in each(cells)}
    for one in handovers:
        for (step, leaf, track), giver in at.items():
            if step != one.from_step or (one.tracks and track not in one.tracks):
                continue
            taker = at.get((one.to_step, leaf, one.becomes or track))
            if taker is not None:
                yield one, track, leaf, state(giver, taker, forums)


def state(giver, taker, forums):
    """Return the state of a handover between the two cells."""
    who = [
        named(cell.responsible) or named(cell.accountable) for cell in (giver, taker)
    ]
    is_asker = [
        not orgs and bool(cell.responsible or cell.accountable)
        for orgs, cell in zip(who, (giver, taker), strict=True)
    ]
    if all(who):
        meets = any(
            one == other or forums.get(one, set()) & forums.get(other, set())
            for one in who[0]
            for other in who[1]
        )
        if not meets:
            return "broken"
    for cell, orgs, asks in zip((giver, taker), who, is_asker, strict=True):
        if cell.is_contested or not (orgs or asks):
            return "unclear"
        if orgs and not cell.has_accountable:
            return "unclear"
    return "own" if any(is_asker) else "sound"
