"""What was measured, each figure beside its goal: on the screen and in two files."""

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from bench import load
from bench.servers import CORES, LOAD_CORE, SERVER_CORE
from views.config import ROOT

FOLDER = Path(__file__).parent / "results"
PACKAGES = ("Flask", "granian", "SQLAlchemy", "Jinja2", "networkx", "psycopg")
PASS, FAIL, NOT_MEASURED, NO_GOAL = "PASS", "FAIL", "NOT MEASURED", "–"
HEADER = ("", "median", "min–max", "rounds", "goal", "")


@dataclass(frozen=True)
class Goal:
    """A bound that the median must keep."""

    bound: float
    at_least: bool

    def is_met(self, value: float) -> bool:
        """Return whether the value keeps it."""
        return value >= self.bound if self.at_least else value <= self.bound


def at_least(bound: float) -> Goal:
    """Return the goal of being so much or more."""
    return Goal(bound, at_least=True)


def at_most(bound: float) -> Goal:
    """Return the goal of being so much or less."""
    return Goal(bound, at_least=False)


@dataclass(frozen=True)
class Figure:
    """One figure: its value in each round, and the goal of the median if it has one."""

    name: str
    unit: str
    values: Sequence[float] = ()
    goal: Goal | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the goal is met; without values nothing is said."""
        if not self.values:
            return NOT_MEASURED
        if self.goal is None:
            return NO_GOAL
        return PASS if self.goal.is_met(median(self.values)) else FAIL

    @property
    def cells(self) -> tuple[str, ...]:
        """The figure as a row of the table."""
        goal = ""
        if self.goal:
            goal = f"{'≥' if self.goal.at_least else '≤'} {self._text(self.goal.bound)}"
        if not self.values:
            return self.name, "", "", "0", goal, self._end
        low, high = self._text(min(self.values)), self._text(max(self.values))
        middle, rounds = self._text(median(self.values)), str(len(self.values))
        return self.name, middle, f"{low}–{high}", rounds, goal, self._end

    @property
    def _end(self) -> str:
        return f"{self.verdict} {self.note}".strip()

    def _text(self, value: float) -> str:
        if self.unit == "%":
            return f"{value:.1%}".replace("%", " %")
        number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
        return f"{number} {self.unit}"

    def as_json(self) -> dict[str, Any]:
        """Return everything of it."""
        return {
            "name": self.name,
            "unit": self.unit,
            "median": median(self.values) if self.values else None,
            "values": list(self.values),
            "goal": self.goal
            and {"bound": self.goal.bound, "least": self.goal.at_least},
            "verdict": self.verdict,
            "note": self.note,
        }


@dataclass
class Report:
    """All figures of a run, with what is needed to compare it with another."""

    options: dict[str, Any]
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    surroundings: dict[str, str] = field(default_factory=lambda: _surroundings())

    def add(self, figures: Sequence[Figure]) -> None:
        """Take figures in and show them at once."""
        self.figures += figures
        print(_table([figure.cells for figure in figures]), flush=True)

    def note(self, text: str) -> None:
        """Take a remark in and show it at once."""
        self.notes.append(text)
        print(text, flush=True)

    @property
    def is_whole(self) -> bool:
        """Whether all that was to be measured was measured."""
        return all(figure.verdict != NOT_MEASURED for figure in self.figures)

    def save(self) -> Path:
        """Write it as JSON and as Markdown; return the latter's path."""
        self.surroundings["load average at the end"] = _load_average()
        FOLDER.mkdir(exist_ok=True)
        path = FOLDER / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
        values = {
            "surroundings": self.surroundings,
            "options": self.options,
            "notes": self.notes,
            "figures": [figure.as_json() for figure in self.figures],
        }
        path.write_text(json.dumps(values, ensure_ascii=False, indent=1), "utf-8")
        markdown = path.with_suffix(".md")
        markdown.write_text(self._markdown(), "utf-8")
        return markdown

    def _markdown(self) -> str:
        rows = [HEADER, ["---"] * len(HEADER), *(f.cells for f in self.figures)]
        lines = ["# Benchmarks", ""]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
        lines += ["", *(f"- {note}" for note in self.notes), ""]
        lines += [f"- {name}: {value}" for name, value in self.surroundings.items()]
        lines += [f"- option {name}: {value}" for name, value in self.options.items()]
        return "\n".join(lines) + "\n"


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = (62, 14, 22, 3, 16)
    return "\n".join(
        "  ".join(
            [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
            + [row[-1]]
        ).rstrip()
        for row in rows
    )


def code_changed_since(moment: float) -> list[str]:
    """Return which of our files are newer: servers started later ran other code."""
    return sorted(
        str(path.relative_to(ROOT))
        for layer in ("bench", "coordinator", "graphs", "models", "templates", "views")
        for path in (ROOT / layer).rglob("*.*")
        if path.suffix in (".py", ".html", ".mo") and path.stat().st_mtime > moment
    )


def _load_average() -> str:
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def _surroundings() -> dict[str, str]:
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _output("git", "describe", "--always", "--dirty"),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        "SQLite": sqlite3.sqlite_version,
        "load by": _output("wrk", "-v").split("[")[0]
        if load.TOOL == "wrk"
        else "python",
        "system": platform.platform(),
        "cores": f"{len(CORES)}; server on {SERVER_CORE}, load on {LOAD_CORE}"
        + (" (the same: figures are too low)" if LOAD_CORE == SERVER_CORE else ""),
        "load average at the start": _load_average(),
    }


def _output(*command: str) -> str:
    found = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    return (found.stdout.strip() or "unknown").splitlines()[0]
