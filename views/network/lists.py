"""One question's findings: filtered, sorted, grouped, page by page, and as a file."""

import io
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, NamedTuple

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coordinator import catalogue, history, questions, spreadsheets, state
from coordinator.acceptances import Accepted
from coordinator.access import UNIT
from coordinator.catalogue import Catalogue
from coordinator.places import alphabetical
from coordinator.state import ENDING, OLD
from graphs.findings import Finding
from models import fold, text_in
from views import asked, places
from views.language import chosen_language
from views.network.blueprint import bp
from views.network.telling import Link, Telling
from views.network.words import REASONS
from views.network.words import ROWS as ROW_WORDS
from views.viewing import viewer

PAGE = 50
PARTS = {"old": OLD, "ending": ENDING}
FILTERS = ("step", "to", "place", "track", "reason", "holder", "q", "accepted")
GIVEN = (*FILTERS, "by", "sort")
SORTS = ("subject", "place", "track", "reason")
# What many findings are shown together by, from the outside in.
GROUPED = {"coverage": "holder", "broken-handovers": "to"}
AREAS = frozenset({"county", "country", "police_district"})


class Group(NamedTuple):
    """Findings that have something in common, and where they are listed."""

    words: str
    href: str
    number: int


class Findings:
    """What the address asks of one question, and what is found."""

    def __init__(self, question: str) -> None:
        if question not in questions.QUESTIONS:
            abort(404)
        self.question, self.viewer = question, viewer()
        self.known: Catalogue = catalogue.current(self.viewer)
        self.language = chosen_language()
        self.step, self.to = self._step("step"), self._step("to")
        self.typed_place = asked.text("place")
        self.place = (
            places.code_of(self.typed_place, self.known) if self.typed_place else ""
        )
        track = asked.text("track")
        self.track = self.known.track(track).code if track else ""
        self.reason = asked.choice("reason", {*REASONS, *PARTS})
        self.holder = asked.text("holder")
        self.wanted = asked.text("q")
        self.accepted = asked.choice("accepted", ("all", "only"))
        self.by = asked.choice("by", ("each",))
        self.sort = asked.choice("sort", {f"{w}{s}" for s in SORTS for w in ("", "-")})
        self.skip = asked.count("skip")
        self.answered = state.answer(question, self.viewer)

    def _step(self, name: str) -> str:
        code = asked.text(name)
        return self.known.step(code).code if code else ""

    @property
    def every(self) -> tuple[Finding, ...]:
        """All that the question finds, accepted or not."""
        return self.answered.asked.findings

    def acceptance(self, finding: Finding) -> Accepted | None:
        """Return what covers the finding; None where nothing does."""
        accepted = self.answered.asked.accepted
        return accepted.get(finding.key) if accepted else None

    @cached_property
    def found(self) -> list[Finding]:
        """The findings that pass every filter, in the order asked for."""
        reasons = PARTS.get(self.reason, {self.reason} if self.reason else None)
        tests: list[Callable[[Finding], bool]] = []
        if self.step:
            tests.append(lambda one: self.step in (one.step, one.to_step))
        if self.to:
            tests.append(lambda one: one.to_step == self.to)
        if self.track:
            tests.append(self._is_for_track)
        if reasons:
            tests.append(lambda one: one.reason in reasons)
        if self.holder:
            tests.append(lambda one: one.holder == self.holder)
        if self.place:
            tests.append(self._touches_place)
        found = [one for one in self.every if all(test(one) for test in tests)]
        found = self._accepted_or_not(found)
        if self.wanted:
            found = self._holding(found)
        return self._sorted(found)

    def _is_for_track(self, finding: Finding) -> bool:
        """Return whether it holds for the track: its own, or any of its step's."""
        step = self.known.steps.get(finding.step or "")
        is_for_all = finding.track is None and (step is None or step.is_for(self.track))
        return is_for_all or finding.track == self.track

    def _touches_place(self, finding: Finding) -> bool:
        """Return whether it is about the place, one below it, or one it lies in."""
        above = questions.ground(self.known, self.answered.asked.on).above
        where = finding.place or ""
        return self.place in above.get(where, (where,)) or where in above.get(
            self.place, ()
        )

    def _accepted_or_not(self, found: list[Finding]) -> list[Finding]:
        accepted = self.answered.asked.accepted
        if self.accepted == "all" or not (accepted or self.accepted):
            return found
        is_wanted = self.accepted == "only"
        return [one for one in found if (one.key in accepted) == is_wanted]

    def _holding(self, found: list[Finding]) -> list[Finding]:
        words = fold(self.wanted).split()
        telling = self.telling(found)
        return [
            one
            for one in found
            if all(word in fold(telling.sentence(one)) for word in words)
        ]

    def _sorted(self, found: list[Finding]) -> list[Finding]:
        by = self.sort.removeprefix("-")
        if not by:
            return found
        telling = self.telling(found if by == "subject" else ())
        keys: dict[str, Callable[[Finding], str]] = {
            "subject": lambda one: telling.subject(one).words,
            "place": lambda one: telling.place(one.place),
            "track": lambda one: telling.track(one.track),
            "reason": telling.reason,
        }
        return sorted(
            found,
            key=lambda one: alphabetical(keys[by](one)),
            reverse=self.sort.startswith("-"),
        )

    def telling(self, findings: Iterable[Finding]) -> Telling:
        """Return what tells these findings to the reader."""
        return Telling(findings, self.viewer, self.known, self.language)

    def address(self, **changed: Any) -> str:
        """Return the address of this list, other than it is now."""
        given = asked.given(*GIVEN) | changed
        return url_for("network.ask", question=self.question, **given)

    # Groups

    @property
    def groups(self) -> list[Group]:
        """The findings together where there are many; nothing where each is shown."""
        part = GROUPED.get(self.question)
        if part is None or self.by or self.wanted or len(self.found) <= PAGE:
            return []
        if not getattr(self, part):
            return self._by_subject(part)
        return [] if self.place else self._by_area()

    def _by_subject(self, part: str) -> list[Group]:
        counts: dict[tuple[str, str], int] = {}
        for one in self.found:
            both = (one.step or "", one.to_step or "")
            subject = both if part == "to" else ("", one.holder or "")
            counts[subject] = counts.get(subject, 0) + 1
        telling = self.telling(self.found if part == "holder" else ())
        return _most_first(
            Group(
                telling.name(second)
                if part == "holder"
                else f"{telling.step(first)} → {telling.step(second)}",
                self.address(holder=second)
                if part == "holder"
                else self.address(step=first, to=second),
                count,
            )
            for (first, second), count in counts.items()
        )

    def _by_area(self) -> list[Group]:
        above = questions.ground(self.known, self.answered.asked.on).above
        known, counts = self.known.places, dict[str, int]()
        for one in self.found:
            area = next(
                (
                    code
                    for code in sorted(above.get(one.place or "", ()))
                    if known[code].kind == "county"
                ),
                one.place or "",
            )
            counts[area] = counts.get(area, 0) + 1
        telling = self.telling(())
        return _most_first(
            Group(telling.place(area), self.address(place=area, by="each"), count)
            for area, count in counts.items()
        )


def _most_first(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda one: (-one.number, alphabetical(one.words)))


@bp.get("/<question>")
def ask(question: str) -> str:
    """List what a question finds; the address filters, sorts, groups and pages it."""
    shown = Findings(question)
    answered, found = shown.answered, shown.found
    groups = shown.groups
    page = [] if groups else found[shown.skip : shown.skip + PAGE]
    telling = shown.telling(page)
    following = shown.skip + PAGE
    part = shown.reason if shown.reason in PARTS else question
    title, why = ROW_WORDS[part]
    return render_template(
        "network/findings_list.html",
        question=question,
        title=title,
        why=why,
        answered=answered,
        groups=groups,
        columns=_columns(shown),
        rows=[_row(one, shown, telling) for one in page],
        total=len(found),
        of_all=len(shown.every),
        first=shown.skip + 1,
        last=shown.skip + len(page),
        previous=shown.address(skip=max(0, shown.skip - PAGE) or None)
        if shown.skip
        else "",
        next=shown.address(skip=following)
        if not groups and following < len(found)
        else "",
        each=shown.address(by="each") if groups else "",
        together=shown.address(by=None, place=None)
        if shown.by and question in GROUPED
        else "",
        file=url_for("network.download", question=question, **asked.given(*GIVEN)),  # type: ignore[arg-type]
        clear=url_for("network.ask", question=question),
        is_narrowed=bool(asked.given(*FILTERS)),
        filters=_filters(shown),
        is_unit=shown.viewer == UNIT,
        done=_done(),
    )


def _row(finding: Finding, shown: Findings, telling: Telling) -> dict[str, Any]:
    acceptance = shown.acceptance(finding)
    accept = ""
    is_counted = finding.question in state.COUNTED
    if shown.viewer == UNIT and acceptance is None and is_counted:
        accept = url_for(
            "network.ask_to_accept",
            question=shown.question,
            finding=state.digest(finding),
            next=_here(),
        )
    return {
        "subject": telling.subject(finding),
        "place": Link(
            telling.place(finding.place),
            url_for("places.show", code=finding.place) if finding.place else "",
        ),
        "track": telling.whom(finding),
        "reason": telling.reason(finding),
        "behind": telling.behind(finding),
        "mend": telling.mend(finding),
        "sentence": telling.sentence(finding),
        "accept": accept,
        "accepted": _accepted(acceptance, shown.language),
    }


def _accepted(acceptance: Accepted | None, language: str) -> dict[str, Any] | None:
    if acceptance is None:
        return None
    return {
        "key": acceptance.key,
        "until": acceptance.until,
        "reason": text_in(acceptance.reason, language),
    }


def _here() -> str:
    """Return the address of this list, to come back to."""
    return request.full_path.rstrip("?")


def _columns(shown: Findings) -> list[tuple[str, str, str, str]]:
    """Return name, words, how it is sorted now, and the address that turns it."""
    words = {
        "subject": _("Hva"),
        "place": _("Sted"),
        "track": _("Gjelder"),
        "reason": _("Grunn"),
    }
    used = {
        "subject": True,
        "place": any(one.place for one in shown.every),
        "track": any(one.track for one in shown.every),
        "reason": True,
    }
    found = []
    for name, label in words.items():
        if used[name]:
            now = {name: "ascending", f"-{name}": "descending"}.get(shown.sort, "")
            turned = f"-{name}" if now == "ascending" else name
            found.append((name, label, now, shown.address(sort=turned, skip=None)))
    return found


def _filters(shown: Findings) -> dict[str, Any]:
    """Return what the fields of the filters offer and hold."""
    known, language, every = shown.known, shown.language, shown.every
    steps = {one.step for one in every} | {one.to_step for one in every}
    tracks = {one.track for one in every if one.track}
    reasons = {one.reason for one in every}
    parts = [part for part, of in PARTS.items() if reasons & of]
    telling = Telling((), shown.viewer, known, language)
    holder = shown.telling([Finding("", "", holder=shown.holder)]).name(shown.holder)
    return {
        "steps": [
            (code, text_in(step.title, language))
            for code, step in known.steps.items()
            if code in steps
        ],
        "step": shown.step,
        "to": (shown.to, telling.step(shown.to)) if shown.to else None,
        "has_places": any(one.place for one in every),
        "place": shown.typed_place
        and (
            places.where(known, known.places[shown.place])
            if shown.place in known.places
            else shown.typed_place
        ),
        "tracks": [
            (code, text_in(track.label, language))
            for code, track in known.tracks.items()
            if tracks
        ],
        "track": shown.track,
        "reasons": [(part, ROW_WORDS[part][0]) for part in parts]
        + [(code, words) for code, words in REASONS.items() if code in reasons]
        if len(reasons) > 1
        else [],
        "reason": shown.reason,
        "holder": (shown.holder, holder) if shown.holder else None,
        "query": shown.wanted,
        "accepted": shown.accepted,
        "has_accepted": bool(shown.answered.asked.accepted) or bool(shown.accepted),
        "offered": places.offered(known),
        "sort": shown.sort,
        "by": shown.by,
    }


def _done() -> dict[str, Any] | None:
    """Return the act that the reader just did here, to be taken back."""
    act = asked.count("done")
    if not act or history.who_did(act) != current_user.account.key:
        return None
    return {"act": act, "is_deletion": False, "is_hidden": False}


@bp.get("/<question>/list.csv")
def download(question: str) -> Response:
    """Return the same list as a file, all pages of it."""
    shown = Findings(question)
    telling = shown.telling(shown.found)
    header = [
        _("Funn"),
        _("Steg"),
        _("Til steg"),
        _("Sted"),
        _("Stedsnummer"),
        _("Gjelder"),
        _("Grunn"),
        _("Instanser"),
        _("Funksjoner"),
        _("Personer"),
        _("Nettverk"),
        _("Godtatt til"),
    ]
    file = io.StringIO()
    file.write("\ufeff")  # by it spreadsheet programs know the letters
    rows = (_cells(one, shown, telling) for one in shown.found)
    spreadsheets.write(file, list(map(str, header)), rows)
    response = Response(file.getvalue(), mimetype="text/csv")
    attachment = f"attachment; filename={question}.csv"
    response.headers["Content-Disposition"] = attachment
    return response


def _cells(finding: Finding, shown: Findings, telling: Telling) -> list[str]:
    acceptance = shown.acceptance(finding)
    return [
        telling.sentence(finding),
        telling.step(finding.step),
        telling.step(finding.to_step),
        telling.place(finding.place),
        finding.place or "",
        telling.track(finding.track),
        telling.reason(finding),
        *(
            "|".join(map(telling.name, keys))
            for keys in (finding.organisations, finding.posts, finding.persons)
        ),
        "|".join(telling.forums.get(key, key) for key in finding.networks),
        acceptance.until.isoformat() if acceptance else "",
    ]
