"""Files that commands write: whole, or as they were before."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """Yield a path beside the file to write to, and put it in place when it is whole.

    Where the disk says no, the command ends with why.
    """
    unfinished = file.with_name(f".{file.name}.part")
    try:
        yield unfinished
        unfinished.replace(file)
    except OSError as error:
        raise click.FileError(str(file), error.strerror) from None
    finally:
        unfinished.unlink(missing_ok=True)
