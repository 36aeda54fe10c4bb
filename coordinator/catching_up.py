"""Catching up: a directory kept in memory follows Change rows, and equals a rebuild.

Kept by database and viewer, never shared between viewers. What a change names is read
again through the gate; what decides who may see other rows makes it read all anew.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func

from coordinator import catalogue, changes, directory
from coordinator.access import Viewer, select_to_write
from coordinator.directory import SOURCES, Directory
from models import Change, db, is_writing

# Beyond this many changes, reading all anew is quicker.
MOST_FOLLOWED = 5000
# Beyond this many viewers, the one least lately asked is forgotten.
MOST_VIEWERS = 12

# What an edit of these fields may hide or show are other rows than its own.
_DECIDING: dict[str, frozenset[str]] = {
    "organisation": frozenset({"protected", "parent", "kind"}),
    "post": frozenset({"organisation"}),
    "network": frozenset({"audience"}),
    "meeting": frozenset({"audience"}),
    "person": frozenset({"audience"}),
    "organisation_kind": frozenset({"protected", "audience"}),
}
# Whom a meeting of the unit is for hangs on who is asked to it.
_DECIDING_OWN_MEETINGS = frozenset({"holder", "is_removed"})
# What is an agency's own hangs on these, whatever of them changed.
_DECIDING_OWN = frozenset({"organisation", "post", "holding"})


class Touched(NamedTuple):
    """One change, without who and when."""

    kind: str
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Kept:
    """A directory and the seq of the newest change in it, for one viewer.

    `answers` is what was worked out on just these rows, emptied when one changes;
    `cells` is what stands for each step on a day, emptied step by step.
    """

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.lock = threading.RLock()
        self.seq = -1
        self.directory: Directory | None = None
        self.answers: dict[Any, Any] = {}
        self.cells: dict[Any, dict[str, Any]] = {}

    @property
    def current(self) -> Directory:
        """The directory; raise RuntimeError before it was ever read."""
        if self.directory is None:
            raise RuntimeError("nothing was read yet")
        return self.directory

    def catch_up(self) -> Directory:
        """Bring the directory to the newest change that this transaction sees."""
        newest = _newest()
        found = self.directory
        if found is not None and newest <= self.seq:
            return found
        touched = None if found is None else self._touched(newest)
        # What fails on its way leaves nothing half done: the next call reads all anew.
        self.directory = None
        if found is None or touched is None or self._hides_or_shows(touched):
            found = directory.read(self.viewer, catalogue.current(self.viewer))
            self.cells.clear()
        else:
            self._follow(found, touched)
        self.answers.clear()
        self.directory, self.seq = found, newest
        return found

    def _touched(self, newest: int) -> list[Touched] | None:
        """Return what changed since; None where that is too much to follow."""
        if self.seq < 0 or newest - self.seq > MOST_FOLLOWED:
            return None
        change = Change.__table__.c
        statement = select_to_write(
            change.kind, change.key, change.before, change.after
        ).where(change.seq > self.seq, change.seq <= newest)
        rows = db.session.connection().execute(statement.order_by(change.seq))
        return [Touched(*row) for row in rows]

    def _hides_or_shows(self, touched: Iterable[Touched]) -> bool:
        """Return whether one of them decides who may see other rows than its own."""
        for one in touched:
            if self.viewer.own is not None and _decides_own(one):
                return True
            if one.before is None or one.after is None:
                continue
            if _DECIDING.get(one.kind, frozenset()) & one.after.keys():
                return True
        return False

    def _follow(self, found: Directory, touched: list[Touched]) -> None:
        if {one.kind for one in touched} & set(catalogue.KEPT_KINDS):
            found.follow(catalogue.current(self.viewer))
            self.cells.clear()
        steps = Invalidated(found)
        for name in SOURCES:
            keys = {one.key for one in touched if one.kind == name}
            if not keys:
                continue
            rows = {
                row.key: row for row in directory.read_rows(name, self.viewer, keys)
            }
            for key in sorted(keys):
                row = rows.get(key)
                steps.note(name, found.put(name, key, row))
                steps.note(name, row)
        for of_day in self.cells.values():
            for step in steps.of(of_day):
                of_day.pop(step, None)


def _decides_own(one: Touched) -> bool:
    """Return whether the change decides what an agency sees besides the row itself."""
    if one.kind != "invitation":
        return one.kind in _DECIDING_OWN
    if one.before is None or one.after is None:
        return True
    return not _DECIDING_OWN_MEETINGS.isdisjoint(one.after)


class Invalidated:
    """Which steps' cells no longer hold, gathered change by change."""

    def __init__(self, found: Directory) -> None:
        self.directory = found
        self.entries: set[str] = set()
        self.steps: set[str] = set()

    def note(self, name: str, row: Any | None) -> None:
        """Take down what hangs on a row that came, went or changed."""
        if row is None:
            return
        match name:
            case "responsibility":
                self.steps.add(row.step)
            case "organisation":
                self.entries |= {row.key, f"kind:{row.kind}"}
            case "service_area":
                self._note_entry(row.organisation)
            case "post" | "person":
                self._note_entry(row.key)
            case "holding":
                self._note_entry(row.post)
            case "contact_point":
                self._note_entry(row.owner)

    def _note_entry(self, key: str) -> None:
        rows = self.directory.rows
        self.entries.add(key)
        if organisation := rows["organisation"].get(key):
            self.entries.add(f"kind:{organisation.kind}")
        for held in self.directory.of("holding", "person", key):
            self.entries.add(held.post)

    def of(self, kept: Iterable[str]) -> set[str]:
        """Return which of the kept steps must be worked out anew."""
        posts = self.directory.rows["post"]
        found = set(self.steps)
        for step in set(kept) - found:
            for rule in self.directory.of("responsibility", "step", step):
                at = posts.get(rule.holder)
                named = {rule.holder, at.organisation if at else rule.holder}
                if named & self.entries:
                    found.add(step)
                    break
        return found


_lock = threading.Lock()
_kept: WeakKeyDictionary[Engine, OrderedDict[Viewer, Kept]] = WeakKeyDictionary()


@contextmanager
def current(viewer: Viewer) -> Iterator[Kept]:
    """Let nobody else of this process change what is kept for the viewer meanwhile.

    It is no older than this call. What an open write sees is kept nowhere: it may yet
    be rolled back.
    """
    if db.session().in_transaction() and is_writing():
        alone = Kept(viewer)
        alone.catch_up()
        yield alone
        return
    kept = _of(viewer)
    with kept.lock:
        # Not even a transaction is needed to know that nothing changed.
        if kept.directory is None or changes.counter() != kept.seq:
            kept.catch_up()
        yield kept


def _of(viewer: Viewer) -> Kept:
    with _lock:
        viewers = _kept.setdefault(db.engine, OrderedDict())
        kept = viewers.setdefault(viewer, Kept(viewer))
        viewers.move_to_end(viewer)
        while len(viewers) > MOST_VIEWERS:
            viewers.popitem(last=False)
        return kept


def _newest() -> int:
    change = Change.__table__.c
    newest = select_to_write(func.max(change.seq))
    return int(db.session.connection().scalars(newest).one() or 0)
