"""The importer alone, without start and exit: prints the rows and seconds it took."""

import sys
import time
from pathlib import Path

from coordinator import exchange
from wsgi import app


def main(kind: str, file: str) -> None:
    """Import the file and print its rows and the seconds it took."""
    with app.app_context():
        start = time.perf_counter()
        report = exchange.import_file(
            kind,
            Path(file),
            hear_error=lambda _finding: None,
            hear_warning=lambda _finding: None,
            hear_bytes=lambda _count: None,
        )
        took = time.perf_counter() - start
    print(report.rows, took)
    sys.exit(report.bad > 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
