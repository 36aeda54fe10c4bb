"""Mails of meetings in words: why one is asked, when, where, and what has changed.

From what the outbox tells alone (coordinator/letters.py): a second try says the same.
Of a protected meeting nothing but the time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from coordinator import content_lines, letters, rrule, zones
from coordinator.outbox import Delivery
from coordinator.recurrence import Override, Series
from views import mail_calendars, mail_reasons, when
from views.addresses import of_meeting
from views.when import Span

KINDS = frozenset(
    {
        letters.REQUEST,
        letters.CANCEL,
        letters.DECLINE_COUNTER,
        letters.RECEIPT,
        letters.REMINDER,
    }
)
LONGEST_SUBJECT = 150
OCCURRENCE = frozenset({"occurrence_moved", "occurrence_cancelled", "occurrence_back"})
ENDED = frozenset({"cancelled", "uninvited", "occurrence_cancelled"})


@dataclass(frozen=True)
class Fact:
    """A line of the panel: what it is, its lines, and where a link leads."""

    label: str
    lines: Sequence[str]
    more: Sequence[str] = ()
    link: str = ""
    words: str = ""


@dataclass(frozen=True)
class Item:
    """A line of the agenda, and why the reader is needed for it."""

    number: int
    title: str
    minutes: int | None
    why: str


@dataclass
class MeetingMail:
    """All that the mail says, ready to be laid out as text and as HTML."""

    subject: str
    heading: str
    lead: list[str]
    unit: str
    changes: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    asks: str = ""
    answers: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    agenda: list[Item] = field(default_factory=list)
    invited: list[str] = field(default_factory=list)
    page: str = ""
    why: str = ""


def words(delivery: Delivery, unit: str) -> MeetingMail:
    """Return what the mail says, in the language that is in force."""
    make = {letters.RECEIPT: _receipt, letters.DECLINE_COUNTER: _declined}
    if special := make.get(delivery.kind):
        return special(delivery, unit)
    return _Telling(delivery, unit).mail()


class _Telling:
    """One mail of a meeting, told to one reader."""

    def __init__(self, delivery: Delivery, unit: str) -> None:
        told = delivery.told
        self.told, self.unit, self.language = told, unit, delivery.language
        self.is_reminder = delivery.kind == letters.REMINDER
        self.what = "reminder" if self.is_reminder else told["what"]
        self.event: Mapping[str, Any] = told["events"][0]
        self.reader = _zone(told["timezone"], self.event["timezone"])
        self.is_protected = told["is_protected"]
        self.is_one = bool(self.event["recurrence_id"])
        self.rule = None
        starts = datetime.fromisoformat(self.event["starts"])
        if self.event["rrule"]:
            timezone = self.event["timezone"]
            self.rule = rrule.read(self.event["rrule"], starts, timezone)
        self.span = self._span(self.event)
        self.title = self.event["title"]
        self.reasons = [] if self.is_protected else told["reasons"]

    def _span(self, event: Mapping[str, Any], **old: str) -> Span:
        merged = {**event, **old}
        return when.read(
            datetime.fromisoformat(merged["starts"]),
            datetime.fromisoformat(merged["ends"]),
            merged["timezone"],
            self.reader,
        )

    @property
    def name(self) -> str:
        """What the meeting is called in this mail."""
        return self.title or mail_calendars.without_title(self.unit)

    def mail(self) -> MeetingMail:
        """Return the whole of it."""
        page = mail_calendars.answer_page(self.told["invitation"], self.language)
        found = MeetingMail(
            self._subject(), self._heading(), self._lead(), self.unit, why=self._why()
        )
        found.changes = [*self._reason(), *self._changes()]
        found.facts = list(self._facts())
        if self.what in ENDED:
            return found
        found.page = page
        found.asks, found.answers = self._asks()
        found.notes = self._notes()
        if not self.is_protected:
            found.agenda = self._agenda()
            found.invited = [name for name, _address, _part in self.told["attendees"]]
        return found

    # What happened

    def _subject(self) -> str:
        prefix = {
            "invited": _("Invitasjon"),
            "invited_again": _("Invitasjon"),
            "refreshed": _("Invitasjon"),
            "updated": _("Endret"),
            "moved": _("Endret"),
            "occurrence_moved": _("Endret"),
            "occurrence_back": _("Endret"),
            "cancelled": _("Avlyst"),
            "occurrence_cancelled": _("Avlyst"),
            "uninvited": _("Ikke lenger invitert"),
            "reminder": _("Påminnelse"),
        }[self.what]
        return subject(prefix, self.name, self.span.begins)

    def _heading(self) -> str:
        day = when.long_day(self.span.starts.date())
        heading = {
            "invited": self._invited,
            "invited_again": lambda: _("Du er invitert igjen"),
            "refreshed": lambda: _("Her er invitasjonen på nytt"),
            "updated": lambda: _("Møtet er endret"),
            "moved": self._moved,
            "occurrence_moved": lambda: _("Møtet %(day)s er endret", day=self._was()),
            "occurrence_back": lambda: _(
                "Møtet %(day)s er som planlagt likevel", day=day
            ),
            "cancelled": lambda: _("Møtet er avlyst"),
            "occurrence_cancelled": lambda: _("Møtet %(day)s er avlyst", day=day),
            "uninvited": lambda: _("Du trenger ikke komme likevel"),
            "reminder": lambda: _("Husk møtet %(when)s", when=self.span.begins),
        }[self.what]
        return str(heading())

    def _invited(self) -> str:
        if self.told["stands_in_for"] and not self.is_protected:
            return str(
                _("Du er bedt om å komme for %(name)s", name=self.told["stands_in_for"])
            )
        reasons = mail_reasons.clauses(self.reasons, self.told["network"], self.unit)
        if not reasons:
            return str(_("Du er invitert til et møte"))
        return str(_("Du er invitert fordi %(why)s", why=reasons[0]))

    def _moved(self) -> str:
        before = self.told["before"]
        if not {"starts", "ends", "timezone"}.isdisjoint(before):
            return str(_("Møtet har fått ny tid"))
        return str(_("Møtet er endret"))

    def _was(self) -> str:
        """The day of an occurrence as the rule has it, on the reader's clock."""
        original = self.event["recurrence_id"]
        return when.long_day(
            self._span(self.event, starts=original, ends=original).starts.date()
        )

    def _why(self) -> str:
        """Why the reader is asked, as a sentence; what calendars show too."""
        if self.what == "uninvited":
            return str(_("Du er ikke lenger invitert."))
        if self.what in ENDED:
            return str(_("Møtet er avlyst av %(unit)s.", unit=self.unit))
        if self.is_protected:
            return str(_("Du er invitert til et møte."))
        reasons = mail_reasons.clauses(self.reasons, self.told["network"], self.unit)
        if self.told["stands_in_for"]:
            name = self.told["stands_in_for"]
            reasons = [str(_("du kommer i stedet for %(name)s", name=name)), *reasons]
        if not reasons:
            return str(_("Du er invitert av %(unit)s.", unit=self.unit))
        return str(_("Du er invitert fordi %(why)s.", why=when.listing(reasons)))

    def _lead(self) -> list[str]:
        unit = self.unit
        if self.what == "cancelled":
            return [str(_("%(unit)s har avlyst møtet.", unit=unit))]
        if self.what == "uninvited":
            lead = _("%(unit)s har tatt deg av listen.", unit=unit)
            rest = _("Møtet går ut av kalenderen din. Du trenger ikke gjøre noe.")
            return [f"{lead} {rest}"]
        if self.what == "occurrence_cancelled":
            lead = _("%(unit)s har avlyst dette ene møtet.", unit=unit)
            return [f"{lead} {_('De andre i rekken er som før.')}"]
        if self.what in ("occurrence_moved", "occurrence_back"):
            lead = _("%(unit)s har endret dette ene møtet.", unit=unit)
            return [f"{lead} {_('De andre i rekken er som før.')}"]
        if self.what in ("moved", "updated"):
            return [str(_("%(unit)s har endret møtet.", unit=unit))]
        return self._as_whom()

    def _as_whom(self) -> list[str]:
        if self.is_protected:
            return [str(_("Hei! %(unit)s inviterer deg til et møte.", unit=self.unit))]
        told = self.told
        paragraphs = [mail_reasons.as_whom(told, self.unit)]
        if part := mail_reasons.PARTS.get(told["part"]):
            paragraphs[0] += f" {part}"
        if told["others"]:
            names = when.listing(told["others"])
            paragraphs.append(
                str(_("Denne e-posten gjelder også %(names)s.", names=names))
            )
        if self.is_one and self.what == "invited":
            paragraphs.append(str(_("Du er invitert til dette ene møtet i en rekke.")))
        return paragraphs

    def _reason(self) -> list[str]:
        reason = "" if self.is_protected else self.told["reason"]
        return [str(_("Grunn: %(reason)s", reason=one_line(reason)))] if reason else []

    # Old and new

    def _changes(self) -> list[str]:
        if self.what not in ("moved", "updated", "occurrence_moved"):
            return []
        before = dict(self.told["before"])
        if self.what == "occurrence_moved":
            return self._of_occurrence(before.get("overrides"))
        tell: dict[str, Callable[[], str]] = {
            "title": lambda: self._from_to(_("Tittel"), before["title"], self.title),
            "location": lambda: self._from_to(
                _("Sted"), before["location"], self.event["location"]
            ),
            "link": lambda: str(_("Lenken til videomøtet er endret.")),
            "part": lambda: str(
                mail_reasons.PARTS.get(self.told["part"], _("Rollen din er endret."))
            ),
            "agenda": lambda: str(_("Sakslisten er endret.")),
            "attendees": lambda: str(_("Listen over de inviterte er endret.")),
            "excepted": lambda: str(_("Hvilke møter som er avlyst, er endret.")),
            "overrides": lambda: str(_("Enkelte møter i rekken er endret.")),
            "rrule": lambda: self._from_to(
                _("Gjentas"), self._repeated(before), self._repeated({})
            ),
        }
        found = []
        if old := {
            name: before[name]
            for name in ("starts", "ends", "timezone")
            if name in before
        }:
            found.append(self._new_time(self._span(self.event, **old)))
        return found + [made() for name, made in tell.items() if name in before]

    def _new_time(self, old: Span) -> str:
        if old == self.span:
            return str(_("Tidssonen er endret."))
        return self._from_to(_("Tid"), old.in_sentence, self.span.in_sentence)

    def _from_to(self, label: str, old: str, new: str) -> str:
        nothing = _("ikke oppgitt")
        return f"{label}: {one_line(old) or nothing} → {one_line(new) or nothing}"

    def _repeated(self, before: Mapping[str, str]) -> str:
        event = {**self.event, **before}
        if not event["rrule"]:
            return str(_("bare én gang"))
        starts = datetime.fromisoformat(event["starts"])
        try:
            rule = rrule.read(event["rrule"], starts, event["timezone"])
        except rrule.BadRule:
            return ""
        return when.repeats(rule)

    def _of_occurrence(self, had: Sequence[str] | None) -> list[str]:
        original = self.event["recurrence_id"]
        if had is None:
            # As the rule has it; what ends when is the series' own.
            was = self._span(self.event, starts=original, ends=original)
            return [self._from_to(_("Tid"), was.begins, self.span.in_sentence)]
        starts, ends, location = had
        found = []
        was = self._span(self.event, starts=starts, ends=ends)
        if was != self.span:
            found.append(self._new_time(was))
        if not self.is_protected and location and location != self.event["location"]:
            found.append(self._from_to(_("Sted"), location, self.event["location"]))
        return found

    # The panel

    def _facts(self) -> list[Fact]:
        found = [Fact(_("Møte"), [one_line(self.name)])] if self.title else []
        more = [self.span.there] if self.span.there else []
        found.append(Fact(_("Når"), [self.span.day, self.span.hours], more))
        if self.rule and self.what not in OCCURRENCE:
            found.append(self._series())
        if self.what in ENDED:
            return found
        found += self._where()
        if by := self.told["answer_by"]:
            day = when.long_day(date.fromisoformat(by))
            found.append(Fact(_("Svar innen"), [day[:1].upper() + day[1:]]))
        return found

    def _where(self) -> list[Fact]:
        if self.is_protected:
            return [
                Fact(
                    _("Hvor"),
                    [str(_("Møtet er skjermet: sted og saksliste leses her."))],
                    link=of_meeting(self.told["meeting"], self.language),
                    words=str(_("Logg inn og les resten")),
                )
            ]
        place, link = one_line(self.event["location"]), self.event["link"]
        if not place and not link:
            return []
        words = _("eller bli med på video") if place else _("Bli med på video")
        return [Fact(_("Hvor"), [place] if place else [], link=link, words=str(words))]

    def _series(self) -> Fact:
        assert self.rule is not None
        series = self._as_series()
        more = [
            str(
                _("Dagene: %(days)s", days=", ".join(when.days_of(series, self.reader)))
            )
        ]
        if when.hours_vary(series, self.reader):
            more.append(
                str(
                    _(
                        "Klokkeslettet hos deg skifter noen uker, "
                        "fordi sommertid begynner på ulike dager."
                    )
                )
            )
        return Fact(_("Gjentas"), [when.repeats(self.rule)], more)

    def _as_series(self) -> Series:
        event = self.event
        overrides = {}
        for text in event["excepted"]:
            original = datetime.fromisoformat(text)
            overrides[original] = Override(original, original, is_cancelled=True)
        for one in self.told["events"][1:]:
            overrides[datetime.fromisoformat(one["recurrence_id"])] = Override(
                datetime.fromisoformat(one["starts"]),
                datetime.fromisoformat(one["ends"]),
            )
        return Series(
            datetime.fromisoformat(event["starts"]),
            datetime.fromisoformat(event["ends"]),
            event["timezone"],
            self.rule,
            overrides,
        )

    # What is asked of the reader

    def _asks(self) -> tuple[str, list[tuple[str, str]]]:
        given = self.told["answer"]
        asks = {
            "accepted": _("Du har svart at du kommer. Har noe endret seg?"),
            "tentative": _("Du har svart kanskje. Vet du mer nå?"),
            "declined": _("Du har svart at du ikke kommer. Har noe endret seg?"),
            "delegated": _("Du har sendt en stedfortreder. Har noe endret seg?"),
        }.get(given, _("Kommer du?"))
        choices = {
            "accepted": _("Ja, jeg kommer"),
            "tentative": _("Kanskje"),
            "declined": _("Nei, jeg kommer ikke"),
        }
        occurrence = {"occurrence": self.event["recurrence_id"]} if self.is_one else {}
        return str(asks), [
            (
                mail_calendars.answer_page(
                    self.told["invitation"], self.language, answer=code, **occurrence
                ),
                str(choice),
            )
            for code, choice in choices.items()
        ]

    def _notes(self) -> list[str]:
        notes = [
            _(
                "Du trenger ingen bruker. Svarer du i kalenderen din, får vi det også. "
                "Du kan sende en stedfortreder."
            )
        ]
        if self.rule and not self.is_one:
            notes.append(
                _("Svaret gjelder alle møtene. På svarsiden kan du velge ett av dem.")
            )
        return [str(note) for note in notes]

    def _agenda(self) -> list[Item]:
        return [
            Item(
                number,
                one_line(one["title"]),
                one["minutes"],
                mail_reasons.needed_for(number, self.reasons),
            )
            for number, one in enumerate(self.told["agenda"], start=1)
        ]


def _receipt(delivery: Delivery, unit: str) -> MeetingMail:
    """A reply came from another address than was invited: it waits for the unit."""
    told = delivery.told
    span = when.read(
        datetime.fromisoformat(told["starts"]),
        datetime.fromisoformat(told["ends"]),
        told["meeting_timezone"],
        told["timezone"],
    )
    title = "" if told["is_protected"] else told["title"]
    name = title or mail_calendars.without_title(unit)
    lead = _(
        "Svaret ditt kom fra en annen adresse enn den som er invitert. "
        "%(unit)s ser på det før det gjelder.",
        unit=unit,
    )
    found = MeetingMail(
        subject(_("Svaret ditt venter"), name, span.begins),
        str(_("Svaret ditt venter på et menneske")),
        [str(lead)],
        unit,
        facts=[
            *([Fact(_("Møte"), [one_line(title)])] if title else []),
            Fact(_("Når"), [span.day, span.hours]),
        ],
    )
    # Only who has the token already is handed the page where it answers.
    if told["invitation"]:
        found.page = mail_calendars.answer_page(told["invitation"], delivery.language)
        found.asks = str(_("Haster det?"))
        found.answers = [(found.page, str(_("Svar på svarsiden")))]
    return found


def _declined(delivery: Delivery, unit: str) -> MeetingMail:
    """A proposal of another time was not taken (DECLINECOUNTER)."""
    told = delivery.told
    page = mail_calendars.answer_page(told["invitation"], delivery.language)
    heading = _("Møtet blir ikke flyttet")
    lead = _(
        "%(unit)s har sett forslaget ditt om en annen tid. Møtet er som det var.",
        unit=unit,
    )
    reason = one_line(told.get("reason", ""))
    day = ""
    if original := told["events"][0].get("recurrence_id"):
        day = when.long_day(datetime.fromisoformat(original).date())
    return MeetingMail(
        subject(_("Forslaget ditt"), heading, day),
        str(heading),
        [str(lead)],
        unit,
        changes=[str(_("Grunn: %(reason)s", reason=reason))] if reason else [],
        asks=str(_("Kommer du?")),
        answers=[(page, str(_("Svar på svarsiden")))],
        page=page,
    )


def one_line(text: str) -> str:
    """Return the text as one line without control characters."""
    return " ".join(content_lines.clean(text).split())


def subject(prefix: str, name: str, day: str) -> str:
    """Return a subject of bounded length; its end, when it is, is never cut."""
    name, end = one_line(name), f", {day}" if day else ""
    room = LONGEST_SUBJECT - len(prefix) - len(end) - 2
    if len(name) > room:
        name = f"{name[: room - 1].rstrip()}…"
    return f"{prefix}: {name}{end}"


def _zone(wanted: str, own: str) -> str:
    return wanted if zones.known(wanted) else own
