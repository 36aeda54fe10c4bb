"""Where tests keep what they throw away: in memory, where the machine has room for it.

A database is copied for nearly every test; on a disk that is most of the time it takes.
"""

import os
import re
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
# Two clusters, their copies and what two browsers keep take about a third of it.
ROOM = 4 * 2**30


def has_room() -> bool:
    """Return whether there is a file system in memory, with room on it and below it."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return False
    told = Path("/proc/meminfo").read_text(encoding="ascii")
    available = re.search(r"^MemAvailable:\s+(\d+) kB$", told, re.MULTILINE)
    return available is not None and int(available[1]) * 1024 >= ROOM


def use() -> None:
    """Have temporary folders made there, unless it is said where: by workers too."""
    if "TMPDIR" not in os.environ and has_room():
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
