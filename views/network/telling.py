"""Findings in words: what each says, the records behind it, and the link that mends it.

The names of all findings of a page are read at once, a statement for each table.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from babel.lists import format_list
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from coordinator import networks, registers
from coordinator.access import UNIT, Viewer
from coordinator.catalogue import Catalogue
from coordinator.reference import WHOLE_COUNTRY
from graphs.findings import Finding
from models import text_in
from views.cards import kind_label
from views.network.words import REASONS

MOST_NAMED = 5
BATCH = 5000


class Link(NamedTuple):
    """Words, and where they lead; nowhere when empty."""

    words: str
    href: str = ""


def named(keys: Iterable[str], viewer: Viewer) -> dict[str, str]:
    """Return what the entries of these keys are called."""
    wanted, found = sorted(set(keys)), dict[str, str]()
    for start in range(0, len(wanted), BATCH):
        found |= registers.names(wanted[start : start + BATCH], viewer)
    return found


class Telling:
    """Tells findings to a viewer, in one language, with the names that they need."""

    def __init__(
        self,
        findings: Iterable[Finding],
        viewer: Viewer,
        known: Catalogue,
        language: str,
    ) -> None:
        self.viewer, self.known, self.language = viewer, known, language
        findings = list(findings)
        entries = {
            key
            for one in findings
            for key in (*one.organisations, *one.posts, *one.persons, one.holder)
            if key and not key.startswith("kind:")
        }
        forums = {key for one in findings for key in one.networks}
        self.names = named(entries, viewer) if entries else {}
        self.forums = networks.names(forums, viewer) if forums else {}

    # Names

    def step(self, code: str | None) -> str:
        """Return the title of a step."""
        step = self.known.steps.get(code or "")
        return text_in(step.title, self.language) if step else code or ""

    def place(self, code: str | None) -> str:
        """Return what a place is called, the whole country as such."""
        if code == WHOLE_COUNTRY:
            return str(_("hele landet"))
        place = self.known.places.get(code or "")
        return place.name if place else code or ""

    def track(self, code: str | None) -> str:
        """Return for whom a finding is; empty where it is for all."""
        track = self.known.tracks.get(code or "")
        return text_in(track.label, self.language) if track else code or ""

    def whom(self, finding: Finding) -> str:
        """Return for whom a finding is, also where its step is for one group alone."""
        step = self.known.steps.get(finding.step or "")
        only = step.tracks[0] if step and len(step.tracks) == 1 else None
        return self.track(finding.track or only) or str(_("Alle"))

    def name(self, key: str | None) -> str:
        """Return what an entry or a kind of organisation is called."""
        key = key or ""
        if key.startswith("kind:"):
            return kind_label(key[5:], self.known, self.language)
        return self.names.get(key, key)

    def listed(self, names: Collection[str]) -> str:
        """Return names in a row, as they are written in the language."""
        shown = list(names)[:MOST_NAMED]
        if more := len(names) - len(shown):
            shown.append(ngettext("%(num)s til", "%(num)s til", more))
        return str(format_list(shown, locale=self.language))

    def who(self, finding: Finding) -> str:
        """Return those whom the finding is about: posts, else organisations."""
        keys = finding.posts or finding.organisations or finding.persons
        if finding.holder and not keys:
            return self.name(finding.holder)
        return self.listed([self.name(key) for key in keys])

    # Sentences

    def sentence(self, finding: Finding, places: Collection[str] = ()) -> str:
        """Return the finding as one sentence, of several places where given."""
        where = self.listed([self.place(one) for one in places or (finding.place,)])
        persons = [self.name(key) for key in finding.persons]
        reason = finding.reason
        if reason == "cut_point" and not persons:
            reason = "cut_point_organisation"
        said = _SENTENCES[reason]() % {
            "step": self.step(finding.step),
            "to_step": self.step(finding.to_step),
            "place": where,
            "who": self.who(finding),
            "organisations": self.listed(
                [self.name(key) for key in finding.organisations]
            ),
            "holder": self.name(finding.holder),
            "person": self.listed(persons),
            "network": self.listed([self.forums.get(k, k) for k in finding.networks]),
            "source": self.source(finding.source),
        }
        if finding.track:
            said += " " + _("Gjelder: %(track)s.", track=self.track(finding.track))
        return said

    def example(self, findings: Collection[Finding]) -> str:
        """Return a sentence about the first, and of others like it elsewhere."""
        first, *others = findings
        alike = [
            one.place
            for one in others
            if one.place and one._replace(place=first.place) == first
        ]
        places = (first.place, *alike) if alike and first.place else ()
        return self.sentence(first, [place for place in places if place])

    def source(self, key: str | None) -> str:
        """Return the title of a source."""
        source = self.known.sources.get(key or "")
        return text_in(source.title, self.language) if source else key or ""

    def reason(self, finding: Finding) -> str:
        """Return what is wrong, in a few words."""
        return str(REASONS[finding.reason])

    # Links

    def subject(self, finding: Finding) -> Link:
        """Return what the finding is about, and its page: the head of its row."""
        if finding.step:
            words = self.step(finding.step)
            if finding.to_step:
                words = f"{words} → {self.step(finding.to_step)}"
            return Link(words, url_for("steps.show", code=finding.step))
        if finding.source:
            href = url_for("sources.show", key=finding.source)
            return Link(self.source(finding.source), href)
        behind = self.behind(finding)
        if finding.reason == "community":
            return Link(self.who(finding))
        return behind[0] if behind else Link(self.who(finding))

    def behind(self, finding: Finding) -> list[Link]:
        """Return the records behind the finding, those who are nearest first."""
        found = [
            Link(self.name(key), _record(register, key))
            for register, keys in (
                ("posts", finding.posts),
                ("persons", finding.persons),
                ("organisations", finding.organisations),
            )
            for key in keys
        ]
        found[:0] = [
            Link(self.forums.get(key, key), url_for("networks.show", key=key))
            for key in finding.networks
        ]
        holder = finding.holder or ""
        if holder.startswith("kind:"):
            href = url_for("records.index", register="organisations", kind=holder[5:])
            found.append(Link(self.name(holder), href))
        return found

    def mend(self, finding: Finding) -> Link | None:
        """Return the link that mends it; None where the viewer has none to follow."""
        link = _MENDS[finding.reason](finding)
        is_unit = self.viewer == UNIT
        return link if link and (is_unit or finding.reason in _BY_AGENCIES) else None


# What an agency can mend itself.
_BY_AGENCIES = frozenset(
    {"no_line", "vacant", "deputy_only", "contact_old", "holding_expires"}
    | {"only_person"}
)

_SENTENCES: Mapping[str, Callable[[], str]] = {
    "no_accountable": lambda: _("«%(step)s» mangler ansvarlig i %(place)s."),
    "no_line": lambda: _(
        "%(who)s svarer for «%(step)s» i %(place)s, "
        "men har verken telefon eller e-post."
    ),
    "two_accountable": lambda: _(
        "Mer enn én svarer for «%(step)s» i %(place)s: %(who)s."
    ),
    "contested": lambda: _(
        "Det avklares om %(holder)s skal ha «%(step)s» i %(place)s."
    ),
    "kind_not_served": lambda: _(
        "«%(step)s» er lagt til «%(holder)s», men ingen slik instans dekker %(place)s."
    ),
    "holder_ended": lambda: _(
        "%(holder)s er avviklet, men står fortsatt med «%(step)s» i %(place)s."
    ),
    "vacant": lambda: _("Ingen har funksjonen %(who)s."),
    "deputy_only": lambda: _("%(who)s har bare stedfortreder: %(person)s."),
    "contact_old": lambda: _(
        "Et kontaktpunkt hos %(holder)s er ikke bekreftet på over ett år."
    ),
    "responsibility_old": lambda: _(
        "Ansvaret %(holder)s har for «%(step)s» i %(place)s, "
        "er ikke bekreftet på over ett år."
    ),
    "source_overdue": lambda: _("Kilden «%(source)s» skulle vært kontrollert."),
    "responsibility_expired": lambda: _(
        "Ansvaret %(holder)s hadde for «%(step)s» i %(place)s, har løpt ut, "
        "og ingen har tatt over."
    ),
    "responsibility_expires": lambda: _(
        "Ansvaret %(holder)s har for «%(step)s» i %(place)s, løper ut innen 60 dager."
    ),
    "membership_expired": lambda: _(
        "Medlemskapet til %(holder)s i %(network)s har løpt ut."
    ),
    "membership_expires": lambda: _(
        "Medlemskapet til %(holder)s i %(network)s løper ut innen 60 dager."
    ),
    "network_expired": lambda: _("Mandatet til %(network)s har løpt ut."),
    "network_expires": lambda: _("Mandatet til %(network)s løper ut innen 60 dager."),
    "holding_expires": lambda: _(
        "%(person)s slutter innen 60 dager i funksjonen %(who)s."
    ),
    "only_person": lambda: _("%(person)s er alene om «%(step)s» i %(place)s."),
    "cut_point": lambda: _("Bare %(person)s knytter sammen %(organisations)s."),
    "cut_point_organisation": lambda: _(
        "Uten %(who)s faller en del av nettverket fra."
    ),
    "no_shared_network": lambda: _(
        "Fra «%(step)s» til «%(to_step)s» i %(place)s: "
        "%(organisations)s er ikke sammen i noe nettverk."
    ),
    "community": lambda: _("%(organisations)s samarbeider mest med hverandre."),
    "betweenness": lambda: _("Mange veier i nettverket går gjennom %(who)s."),
}


def _record(register: str, key: str) -> str:
    return url_for("records.show", register=register, address=key)


def _new(register: str, words: str, **given: str | None) -> Link:
    return Link(words, url_for("records.new", register=register, **given))  # type: ignore[arg-type]


def _listed(register: str, words: str, **given: str | None) -> Link:
    return Link(words, url_for("records.index", register=register, **given))  # type: ignore[arg-type]


def _first(*lists: tuple[str, ...]) -> str | None:
    return next((keys[0] for keys in lists if keys), None)


def _matrix(finding: Finding) -> Link:
    href = url_for(
        "matrix.index",
        place=finding.place or WHOLE_COUNTRY,
        track=finding.track,
        by="organisations",
        _anchor=f"{finding.step}.{_first(finding.organisations) or ''}",
    )
    return Link(_("Åpne matrisen"), href)


def _holders_rules(finding: Finding) -> Link:
    return _listed(
        "responsibilities",
        _("Rett ansvaret"),
        step=finding.step,
        holder=finding.holder,
        place=finding.place if finding.reason != "holder_ended" else None,
    )


def _holder_wanted(finding: Finding) -> Link:
    return _new("holdings", _("Pek ut innehaver"), post=_first(finding.posts))


def _deputy_wanted(finding: Finding) -> Link:
    post = _first(finding.posts)
    return _new("holdings", _("Pek ut stedfortreder"), post=post, deputy="true")


def _membership(finding: Finding) -> Link:
    network = _first(finding.networks)
    words = _("Forny medlemskapet")
    return _listed("memberships", words, network=network, holder=finding.holder)


def _mandate(finding: Finding) -> Link:
    key = _first(finding.networks)
    href = url_for("records.edit", register="networks", address=key)
    return Link(_("Forny mandatet"), href)


def _forums(_finding: Finding) -> Link:
    return Link(_("Sett dem i et nettverk"), url_for("networks.index"))


def _without(finding: Finding) -> Link:
    key = _first(finding.persons, finding.organisations)
    return Link(_("Se hva som faller bort"), url_for("network.what_if", without=key))


_MENDS: Mapping[str, Callable[[Finding], Link | None]] = {
    "no_accountable": lambda finding: _new(
        "responsibilities",
        _("Pek ut ansvarlig"),
        step=finding.step,
        role="A",
        place=finding.place,
        tracks=finding.track,
    ),
    "no_line": lambda finding: _new(
        "contact-points",
        _("Legg inn nummer"),
        owner=_first(finding.posts, finding.organisations),
    ),
    "two_accountable": _matrix,
    "contested": _matrix,
    "kind_not_served": lambda finding: _new(
        "organisations",
        _("Ny instans"),
        kind=(finding.holder or "").removeprefix("kind:"),
        serves=finding.place,
    ),
    "holder_ended": _holders_rules,
    "vacant": _holder_wanted,
    "deputy_only": _holder_wanted,
    "contact_old": lambda finding: _listed(
        "contact-points", _("Se kontaktpunktene"), owner=finding.holder
    ),
    "responsibility_old": _holders_rules,
    "source_overdue": lambda finding: Link(
        _("Kontroller kilden"),
        url_for("records.edit", register="sources", address=finding.source),
    ),
    "responsibility_expired": _holders_rules,
    "responsibility_expires": _holders_rules,
    "membership_expired": _membership,
    "membership_expires": _membership,
    "network_expired": _mandate,
    "network_expires": _mandate,
    "holding_expires": _holder_wanted,
    "only_person": _deputy_wanted,
    "cut_point": _forums,
    "no_shared_network": _forums,
    "community": _forums,
    "betweenness": _without,
}
