"""What the keys and codes of findings are called, for one viewer in one language."""

from collections.abc import Iterable

from coordinator import catalogue, networks, registers
from coordinator.access import Viewer
from graphs.findings import Finding
from models import text_in
from views.cards import kind_label

KIND = "kind:"
FORUM = "network:"


def entries_of(finding: Finding) -> list[str]:
    """Return the keys of all entries that the finding names, its holder the last."""
    holder = finding.holder or KIND
    named = (*finding.organisations, *finding.posts, *finding.persons)
    holders = [] if holder.startswith(KIND) else [holder]
    return list(dict.fromkeys((*named, *holders)))


class Names:
    """The names of what some findings speak of; "" for what the viewer does not see."""

    def __init__(
        self, findings: Iterable[Finding], viewer: Viewer, language: str
    ) -> None:
        findings = list(findings)
        self.known = catalogue.current(viewer)
        self.language = language
        self._entries = registers.names(
            (key for one in findings for key in entries_of(one)), viewer
        )
        self._networks = networks.names(
            (key for one in findings for key in one.networks), viewer
        )

    def step(self, code: str) -> str:
        """Return the title of a step."""
        found = self.known.steps.get(code)
        return text_in(found.title, self.language) if found else ""

    def place(self, code: str) -> str:
        """Return the name of a place."""
        found = self.known.places.get(code)
        return found.name if found else ""

    def track(self, code: str) -> str:
        """Return what a track is called."""
        found = self.known.tracks.get(code)
        return text_in(found.label, self.language) if found else ""

    def source(self, key: str) -> str:
        """Return the title of a source."""
        found = self.known.sources.get(key)
        return text_in(found.title, self.language) if found else ""

    def network(self, key: str) -> str:
        """Return the name of a forum."""
        return self._networks.get(key, "")

    def who(self, key: str) -> str:
        """Return the name of an entry, or of a kind of organisation."""
        if key.startswith(KIND):
            return kind_label(key.removeprefix(KIND), self.known, self.language)
        return self._entries.get(key, "")
