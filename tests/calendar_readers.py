"""Other programs that read calendars, to compare with: what they make of our bytes."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

READER = Path(__file__).with_suffix(".mjs")
BIN = Path(__file__).parent.parent / ".venv/bin"


def node() -> str:
    """Return the path of node: ours, else the machine's."""
    found = shutil.which("node", path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    assert found, "node is missing"
    return found


def read_with_ical_js(
    calendars: Iterable[bytes], most: int = 1000, **asked: object
) -> list[Any]:
    """Return what ical.js reads of each calendar: a list, or a dict with its error."""
    wanted = [{"text": raw.decode(), "most": most, **asked} for raw in calendars]
    ended = subprocess.run(
        [node(), READER], input=json.dumps(wanted), capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout)


def moment(text: str) -> datetime:
    """Return a time as ical.js told it."""
    return datetime.fromisoformat(text)
