"""The rules of an answer read naively from the design, to compare the engine with.

Written from the words, with loops over everything; it shares only the plain rows.
"""

from datetime import date, time
from zoneinfo import ZoneInfo

from tests.factories import OFFICE_HOURS, SATURDAYS

HOLIDAYS = {date(2026, 12, 25), date(2026, 12, 26)}
UNSETTLED = ("proposed", "contested", "unclear")


class DividedPlace(Exception):
    pass


def read(question, facts, known):
    """Return the answer as plain values, in the same shape as `told`."""
    return Reading(question, facts, known).answer()


class Reading:
    def __init__(self, question, facts, known):
        self.question, self.facts, self.known = question, facts, known
        self.day, self.track = question.on, question.track
        self.step = known.steps[question.step]
        self.place = self.standing(question.place)
        self.here = self.above(self.place)
        now = question.at.astimezone(ZoneInfo("Europe/Oslo"))
        self.now = now if now.date() == self.day else None

    def answer(self):
        flags = set()
        if self.place != self.question.place:
            flags.add("merged_place")
        told = {
            "place": self.place,
            "status": "unclear",
            "first": None,
            "roles": {"A": [], "R": [], "C": [], "I": []},
            "pending": [],
            "others": [],
            "unresolved": [],
            "flags": flags,
        }
        if self.track and self.step.tracks and self.track not in self.step.tracks:
            flags.add("not_for_track")
            return told

        rows = [row for row in self.facts.rules if self.applies(row)]
        rows.sort(key=lambda row: (row.order, row.holder, row.key))
        standing = {role: [] for role in "ARCI"}
        for row in rows:
            fate, why = self.fate(row, rows)
            if fate == "stands":
                standing[row.role].append((row, why))
            else:
                told[fate] += self.whoever(row, why)
        for role in "ARCI":
            told["roles"][role] = self.actors(role, standing[role], told["unresolved"])
        told["first"] = self.first(told["roles"], standing["R"])

        told["status"] = self.status(standing["A"])
        self.flag(told, standing)
        told["pending"] = in_order(told["pending"])
        told["others"] = in_order(told["others"])
        return told

    def status(self, accountable):
        for status in ("unclear", "contested", "proposed", "agreed", "statutory"):
            if any(row.status == status for row, _ in accountable):
                return status
        return "unclear"

    def flag(self, told, standing):
        flags = told["flags"]
        named = {
            one["organisation"]
            for one in told["roles"]["A"]
            if one["organisation"] and not one["fallback"]
        }
        if self.track and len(named) >= 2:
            flags.add("overlap")
        if not standing["A"]:
            flags.add("no_accountable")
        if told["unresolved"]:
            flags.add("unresolved")
        if told["pending"]:
            flags.add("pending")
        if self.is_stale(standing):
            flags.add("stale")

    # 0 and 1: places, days and what applies.

    def standing(self, code):
        place = self.known.places[code]
        if place.valid_to is None or place.valid_to >= self.day:
            return code
        if len(place.successors) == 0:
            return code
        if len(place.successors) > 1:
            raise DividedPlace(code, place.successors)
        return self.standing(place.successors[0])

    def above(self, code):
        found = [code]
        for place in found:
            for parent in self.known.places[place].parents:
                if parent not in found:
                    found.append(parent)
        return found

    def below(self, lower, upper):
        return lower != upper and upper in self.above(lower)

    def is_valid(self, row):
        if row.valid_from is not None and self.day < row.valid_from:
            return False
        return not (row.valid_to is not None and self.day > row.valid_to)

    def applies(self, row):
        for_track = self.track is None or not row.tracks or self.track in row.tracks
        same_step = row.step == self.step.code
        return same_step and self.is_valid(row) and for_track and row.place in self.here

    # 2: what wins.

    def waits(self, row, rows):
        if row.role not in "AR" or row.status not in UNSETTLED:
            return False
        for other in rows:
            above = self.below(row.place, other.place)
            if other.role == row.role and other.status == "statutory" and above:
                return True
        return False

    def falls_to_place(self, row, rows):
        if row.role not in "AR" or self.waits(row, rows):
            return False
        for other in rows:
            nearer = other.role == row.role and self.below(other.place, row.place)
            if not nearer or self.waits(other, rows):
                continue
            if row.status != "statutory" or other.status in ("statutory", "agreed"):
                return True
        return False

    def falls_to_track(self, row, rows):
        if row.role != "A" or self.track is None:
            return False
        if row.tracks or row.status == "statutory":
            return False
        for other in rows:
            if other.role != "A" or self.track not in other.tracks:
                continue
            if not self.waits(other, rows) and not self.falls_to_place(other, rows):
                return True
        return False

    def fate(self, row, rows):
        """Return whether the row stands, is pending or among others, and why."""
        if self.waits(row, rows):
            return "pending", {"statutory_stands"}
        if self.falls_to_place(row, rows):
            return "others", {"nearest_place"}
        if self.falls_to_track(row, rows):
            return "others", {"names_track"}
        return "stands", self.against(row, rows)

    def against(self, row, rows):
        """Return why a row that stands does so, by what does not."""
        why = set()
        for other in rows:
            if other.role != row.role or row.role not in "AR":
                continue
            if self.waits(other, rows):
                if row.status == "statutory" and self.below(other.place, row.place):
                    why.add("statutory_stands")
            elif self.falls_to_place(other, rows):
                if self.below(row.place, other.place):
                    why.add("nearest_place")
            elif self.falls_to_track(other, rows):
                why.add("names_track" if row.tracks else "statutory_stands")
        return why

    # 3 and 4: from holders to actors.

    def serving(self, kind):
        pairs = []
        for organisation in self.facts.organisations.values():
            if organisation.kind == kind and self.is_valid(organisation):
                for place in organisation.serves:
                    if place in self.here:
                        pairs.append((organisation.key, place))
        nearest = {}
        for key, place in sorted(pairs):
            if not any(self.below(nearer, place) for _, nearer in pairs):
                nearest.setdefault(key, place)
        return sorted(nearest.items())

    def of_kind(self, row, kind, why):
        found = []
        for key, place in self.serving(kind):
            here = place == self.place
            how = "kind_serves_place" if here else "kind_serves_wider_place"
            actor = self.actor(row, f"kind:{kind}", why | {how}, key)
            found.append(actor | {"serves_place": place})
        return found

    def standing_in(self, row, kinds):
        found = []
        for kind in kinds:
            for actor in self.of_kind(row, kind, {"fallback_kind"}):
                found.append(actor | {"fallback": True})
        return found

    def holders(self, post):
        held = [
            holding
            for holding in self.facts.holdings
            if holding.post == post and self.is_valid(holding)
        ]
        deputies = sorted({one.person.key for one in held if one.deputy})
        holders = sorted({one.person.key for one in held if not one.deputy})
        if not self.facts.shows_holders:
            return [(None, "function_line")]
        if holders:
            return [(person, "post_holder") for person in holders]
        if deputies:
            return [(person, "deputy") for person in deputies]
        return [(None, "vacant_post")]

    def resolve(self, row, why):
        if row.holder in ("kind:any", "kind:self"):
            return [self.actor(row, row.holder, why | {"everyone"})]
        if row.holder.startswith("kind:"):
            return self.of_kind(row, row.holder.removeprefix("kind:"), why)
        post = self.facts.posts.get(row.holder)
        if post is not None and not self.is_valid(post):
            return []
        key = post.organisation if post else row.holder
        organisation = self.facts.organisations.get(key)
        if organisation is None or not self.is_valid(organisation):
            return []
        if post is None:
            how = why | {"function_line"}
            return [self.actor(row, f"organisation:{key}", how, key)]
        return [
            self.actor(row, f"post:{post.key}", why | {how}, key, post.key, person)
            for person, how in self.holders(post.key)
        ]

    def actor(self, row, via, why, organisation=None, post=None, person=None):
        known = self.facts.organisations.get(organisation)
        is_unit = known is not None and known.kind == "coordination_unit"
        return {
            "via": via,
            "organisation": organisation,
            "post": post,
            "person": person,
            "place": row.place,
            "serves_place": None,
            "status": row.status,
            "confirmed": row.confirmed_on,
            "fallback": False,
            "reasons": why,
            "points": [] if is_unit else self.points(person, post, organisation),
        }

    def whoever(self, row, why):
        """Return who a row that does not stand would give, if only its holder."""
        found = self.resolve(row, set()) or [self.actor(row, row.holder, why)]
        return [actor | {"reasons": why} for actor in found]

    def actors(self, role, standing, unresolved):
        named, fallbacks = [], []
        for row, why in standing:
            found = self.resolve(row, why)
            named += found
            stand_ins = self.standing_in(row, self.step.fallback)
            if not found:
                if (role, row.holder) not in unresolved:
                    unresolved.append((role, row.holder))
                fallbacks += stand_ins
            closed = [one for one in found if one["organisation"]]
            if closed and not any(has_open(one) for one in closed):
                fallbacks += [one for one in stand_ins if has_open(one)]
        return once(named + fallbacks)

    # 5 and 6: lines, and the one on top.

    def is_open(self, hours):
        if self.now is None or hours == "":
            return None
        if hours == "24/7":
            return True
        if self.now.date() in HOLIDAYS:
            return False
        weekday, clock = self.now.weekday(), self.now.time()
        if hours == OFFICE_HOURS:
            return weekday < 5 and time(8) <= clock < time(15, 30)
        assert hours == SATURDAYS
        return weekday == 5 and time(10) <= clock < time(12)

    def points(self, *owners):
        found = []
        for owner in owners:
            own = [
                (point.channel, point.value, self.is_open(point.hours), point.order)
                for point in self.facts.points.get(owner, ())
            ]
            own.sort(key=lambda point: point[1])
            own.sort(
                key=lambda point: ["phone", "email", "web", "visit"].index(point[0])
            )
            own.sort(key=lambda point: [True, None, False].index(point[2]))
            own.sort(key=lambda point: point[3])
            found += [point[:3] for point in own]
        return found

    def first(self, roles, responsible):
        for role in "RA":
            for is_wanted in (has_open_line, has_line):
                for fallback in (False, True):
                    for index, actor in enumerate(roles[role]):
                        if actor["fallback"] == fallback and is_wanted(actor):
                            return role, index
        if any(row.holder == "kind:any" for row, _ in responsible):
            for index, actor in enumerate(roles["C"]):
                if has_open_line(actor):
                    return "C", index
        return self.last_resort(roles)

    def last_resort(self, roles):
        tracks = [self.track] if self.track else self.step.tracks
        is_child = bool(tracks)
        for track in tracks:
            if not self.known.tracks[track].child:
                is_child = False
        kind = "child_welfare_duty" if is_child else "rosa"
        found = []
        for key, place in self.serving(kind):
            here = place == self.place
            how = "kind_serves_place" if here else "kind_serves_wider_place"
            found.append(
                {
                    "via": f"kind:{kind}",
                    "organisation": key,
                    "post": None,
                    "person": None,
                    "place": place,
                    "serves_place": place,
                    "status": "unclear",
                    "confirmed": None,
                    "fallback": True,
                    "reasons": {"fallback_kind", how},
                    "points": self.points(key),
                }
            )
        if not any(has_line(actor) for actor in found):
            return None
        before = roles["R"]
        roles["R"] = once(before + found)
        for is_wanted in (has_open_line, has_line):
            for actor in found:
                if is_wanted(actor):
                    return "R", roles["R"].index(actor)
        raise AssertionError("a line was there")

    def is_stale(self, standing):
        keys = {*self.step.law, *self.step.duty, self.step.source}
        for role, rows in standing.items():
            for row, _ in rows:
                keys |= set(row.sources)
                on = row.confirmed_on
                if role in "AR" and on and (self.day - on).days > 365:
                    return True
        sources = [self.known.sources[key] for key in keys if key in self.known.sources]
        return any(
            source.next_check_on and source.next_check_on < self.day
            for source in sources
        )


def who(actor):
    if actor["organisation"] is None:
        return actor["via"]
    return actor["organisation"], actor["post"], actor["person"]


def once(actors):
    found = []
    for actor in actors:
        if who(actor) not in [who(other) for other in found]:
            found.append(actor)
    return found


def has_open(actor):
    return any(open_now is True for _, _, open_now in actor["points"])


def has_line(actor):
    lines = [point for point in actor["points"] if point[0] in ("phone", "email")]
    return actor["organisation"] is not None and len(lines) > 0


def has_open_line(actor):
    lines = [point for point in actor["points"] if point[0] in ("phone", "email")]
    return actor["organisation"] is not None and any(line[2] is True for line in lines)


def in_order(actors):
    """Sort what no rule gives an order."""
    return sorted(
        actors, key=lambda actor: repr(actor | {"reasons": sorted(actor["reasons"])})
    )


def told(answer):
    """Return the engine's answer as plain values."""

    def key(row):
        return row.key if row else None

    def plain(actor):
        return {
            "via": actor.via,
            "organisation": key(actor.organisation),
            "post": key(actor.post),
            "person": key(actor.person),
            "place": actor.place,
            "serves_place": actor.serves_place,
            "status": actor.status,
            "confirmed": actor.confirmed,
            "fallback": actor.fallback,
            "reasons": set(actor.reasons),
            "points": [
                (point.channel, point.value, point.open_now)
                for point in actor.contact_points
            ],
        }

    return {
        "place": answer.place,
        "status": answer.status,
        "first": (answer.first.role, answer.first.index) if answer.first else None,
        "roles": {
            role: list(map(plain, found)) for role, found in answer.roles.items()
        },
        "pending": in_order(map(plain, answer.pending)),
        "others": in_order(map(plain, answer.others)),
        "unresolved": [(one.role, one.holder) for one in answer.unresolved],
        "flags": set(answer.flags),
    }
