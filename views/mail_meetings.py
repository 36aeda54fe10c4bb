"""Mails of meetings in words: why one is asked, when, where, and what has changed.

From what the outbox tells alone (coordinator/letters.py): a second try says the same.
Of a protected meeting nothing but the time.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import gettext as _

from coordinator import letters
from coordinator.outbox import Delivery
from views import mail_calendars, mail_changes, mail_panel, mail_reasons, when
from views.addresses import of_meeting
from views.mail_panel import Event, Fact, one_line

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
        self.event = Event(told["events"], told["timezone"])
        self.before = told["before"]
        if self.what == "occurrence_moved" and mail_changes.is_back(
            self.event, self.before
        ):
            self.what = "occurrence_back"
        self.is_protected = told["is_protected"]
        self.reasons = [] if self.is_protected else told["reasons"]

    @property
    def name(self) -> str:
        """What the meeting is called in this mail."""
        return self.event.title or mail_calendars.without_title(self.unit)

    def mail(self) -> MeetingMail:
        """Return the whole of it."""
        page = mail_calendars.answer_page(self.told["invitation"], self.language)
        found = MeetingMail(
            self._subject(), self._heading(), self._lead(), self.unit, why=self._why()
        )
        found.changes = [*self._reason(), *self._changes()]
        found.facts = self._facts()
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
        return subject(prefix, self.name, self.event.span.begins)

    def _heading(self) -> str:
        day = when.long_day(self.event.span.starts.date())
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
            "reminder": lambda: _("Husk møtet %(when)s", when=self.event.span.begins),
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
        if not mail_changes.TIMES.isdisjoint(self.before):
            return str(_("Møtet har fått ny tid"))
        return str(_("Møtet er endret"))

    def _was(self) -> str:
        """The day of an occurrence as the rule has it, on the reader's clock."""
        original = self.event.original
        was = self.event.span_of(starts=original, ends=original)
        return when.long_day(was.starts.date())

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
        unit, others = self.unit, _("De andre i rekken er som før.")
        if self.what == "cancelled":
            return [str(_("%(unit)s har avlyst møtet.", unit=unit))]
        if self.what == "uninvited":
            lead = _("%(unit)s har tatt deg av listen.", unit=unit)
            rest = _("Møtet går ut av kalenderen din. Du trenger ikke gjøre noe.")
            return [f"{lead} {rest}"]
        if self.what == "occurrence_cancelled":
            lead = _("%(unit)s har avlyst dette ene møtet.", unit=unit)
            return [f"{lead} {others}"]
        if self.what in ("occurrence_moved", "occurrence_back"):
            lead = _("%(unit)s har endret dette ene møtet.", unit=unit)
            return [f"{lead} {others}"]
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
        if self.event.original and self.what == "invited":
            paragraphs.append(str(_("Du er invitert til dette ene møtet i en rekke.")))
        return paragraphs

    def _reason(self) -> list[str]:
        reason = "" if self.is_protected else self.told["reason"]
        return [str(_("Grunn: %(reason)s", reason=one_line(reason)))] if reason else []

    def _changes(self) -> list[str]:
        if self.what in OCCURRENCE - ENDED:
            return mail_changes.of_occurrence(self.event, self.before)
        if self.what in ("moved", "updated"):
            part = mail_reasons.PARTS.get(self.told["part"], _("Rollen din er endret."))
            return mail_changes.of_meeting(self.event, self.before, str(part))
        return []

    def _facts(self) -> list[Fact]:
        found = mail_panel.what_and_when(self.event)
        if self.event.rule:
            found.append(mail_panel.series(self.event))
        if self.what in ENDED:
            return found
        rest = ""
        if self.is_protected:
            rest = of_meeting(self.told["meeting"], self.language)
        found += mail_panel.where(self.event, rest)
        if by := self.told["answer_by"]:
            found.append(mail_panel.answer_by(date.fromisoformat(by)))
        return found

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
        original = self.event.original
        occurrence = {"occurrence": original} if original else {}
        return str(asks), [
            (
                mail_calendars.answer_page(
                    self.told["invitation"], self.language, answer=code, **occurrence
                ),
                str(choice),
            )
            for code, choice in choices.items()
        ]

    @property
    def _asks_anew(self) -> bool:
        return bool(self.told["answer"] == "needs-action")

    def _notes(self) -> list[str]:
        notes = [
            _(
                "Du trenger ingen bruker. Svarer du i kalenderen din, får vi det også. "
                "Du kan sende en stedfortreder."
            )
        ]
        if self.what in ("moved", "occurrence_moved") and self._asks_anew:
            notes.insert(0, _("Har du svart før, gjelder det svaret ikke lenger."))
        if self.event.rule:
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
    """A reply came from another address than was invited: it waits for the unit.

    Whoever may have the link has an `invitation` in what is told.
    """
    told = delivery.told
    span = when.read(
        datetime.fromisoformat(told["starts"]),
        datetime.fromisoformat(told["ends"]),
        told.get("meeting_timezone", told["timezone"]),
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
    if told["invitation"]:
        page = mail_calendars.answer_page(told["invitation"], delivery.language)
        found.asks = str(_("Haster det?"))
        found.answers = [(page, str(_("Svar på svarsiden")))]
        found.page = page
    return found


def _declined(delivery: Delivery, unit: str) -> MeetingMail:
    """A proposal of another time was not taken (DECLINECOUNTER)."""
    told = delivery.told
    event = Event(told["events"], told["timezone"])
    page = mail_calendars.answer_page(told["invitation"], delivery.language)
    lead = _(
        "%(unit)s har sett forslaget ditt om en annen tid. Møtet er som det var.",
        unit=unit,
    )
    reason = "" if told["is_protected"] else one_line(told["reason"])
    name = event.title or mail_calendars.without_title(unit)
    return MeetingMail(
        subject(_("Ikke flyttet"), name, event.span.begins),
        str(_("Møtet blir ikke flyttet")),
        [str(lead)],
        unit,
        changes=[str(_("Grunn: %(reason)s", reason=reason))] if reason else [],
        facts=mail_panel.what_and_when(event),
        asks=str(_("Kommer du?")),
        answers=[(page, str(_("Svar på svarsiden")))],
        page=page,
    )


def subject(prefix: str, name: str, day: str) -> str:
    """Return a subject of bounded length; its end, when it is, is never cut."""
    name, end = one_line(name), f", {day}" if day else ""
    room = LONGEST_SUBJECT - len(prefix) - len(end) - 2
    if len(name) > room:
        name = f"{name[: room - 1].rstrip()}…"
    return f"{prefix}: {name}{end}"
