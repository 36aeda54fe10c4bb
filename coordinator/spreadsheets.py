"""Tables as files: CSV and XLSX, read row by row and written back without loss."""

import csv
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from io import SEEK_END
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, NamedTuple
from xml.etree import ElementTree

from coordinator.late import Late

openpyxl, cells_of_workbooks = Late("openpyxl"), Late("openpyxl.cell")
escapes, faults = Late("openpyxl.utils.escape"), Late("openpyxl.utils.exceptions")
readers = Late("openpyxl.reader.excel")

LARGEST_WORKBOOK = 20 * 1024 * 1024
HIGHEST_RATIO = 100
LONGEST_LINE = 100_000
LONGEST_SHOWN = 80
MOST_SHEETS = 20
MOST_INFLATED = 200 * 1024 * 1024
MOST_COLUMNS = 1000
# As many as a workbook has by its own format, whatever numbers its rows bear.
MOST_ROWS = 2**20
# After one another, where someone waits for a page: each takes its time to read.
MOST_EMPTY_ROWS = 50_000
# Also of empty ones, to the left of a cell far away.
MOST_CELLS = 20_000_000
SEPARATORS = ",;"

# A cell that begins with one of these is run as a formula by spreadsheet programs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_HARMLESS = frozenset("0123456789 +-")
# Damaged, cut short, locked with a password, packed in a way we do not know.
_BROKEN_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    EOFError,
    RuntimeError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
_ENCODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


Cells = dict[str, str]


class Broken(Exception):
    """A file, or a row of it, that cannot be read at all."""

    def __init__(self, code: str, row: int, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.row = row
        self.details = details


class Sheet(NamedTuple):
    """A header and the rows below it, numbered as the file numbers them (header: 1).

    A row that cannot be read has no cells. `name` is that of a sheet beside others.
    """

    header: list[str]
    rows: Iterator[tuple[int, list[str] | None]]
    name: str = ""


def read(path: Path, on_bytes: Callable[[int], None]) -> Sheet:
    """Read a table; `on_bytes` hears how many bytes were read since it last heard.

    Raise Broken when there is no table in the file; a damaged workbook may first show
    it on the way through the rows.
    """
    if path.suffix.lower() == ".xlsx":
        return _read_workbook(path, on_bytes)
    return _read_csv(path, on_bytes)


def read_each(path: Path) -> Iterator[Sheet]:
    """Yield every table of a file: a workbook has one on each sheet.

    Raise Broken as `read` does, and for tens of thousands of empty rows after one
    another, but of too many columns only where a sheet is taken by `named`. Empty
    sheets are left out, and those of a chart.
    """
    if path.suffix.lower() != ".xlsx":
        yield _read_csv(path, lambda _bytes: None)
        return
    with path.open("rb") as file:
        # Once for all sheets: each time, all of them would be passed through.
        sheets = _opened(file).worksheets
        if len(sheets) > MOST_SHEETS:
            raise Broken("too_many_sheets", 1, most=str(MOST_SHEETS))
        for sheet in sheets:
            name = sheet.title if len(sheets) > 1 else ""
            rows = _rows_of(sheet, MOST_EMPTY_ROWS)
            with _named_in_faults(name):
                _, header = next(rows, (1, []))
            if header:
                yield _sheet(header, rows)._replace(name=name)


@contextmanager
def _named_in_faults(sheet: str) -> Iterator[None]:
    """Let what is broken tell of which sheet it is, where there are several."""
    try:
        yield
    except Broken as broken:
        if sheet:
            broken.details["sheet"] = sheet
        raise


def _lines(path: Path, on_bytes: Callable[[int], None]) -> Iterator[str]:
    """Yield the lines, each decoded by itself so that a broken one spoils no other."""
    with path.open("rb") as file:
        for number, line in enumerate(
            iter(lambda: file.readline(LONGEST_LINE), b""), 1
        ):
            if len(line) == LONGEST_LINE:
                raise Broken("line_too_long", number, longest=str(LONGEST_LINE))
            on_bytes(len(line))
            if number == 1:
                if line.startswith((b"\xff\xfe", b"\xfe\xff")):
                    raise Broken("not_utf8", 1)
                line = line.removeprefix(b"\xef\xbb\xbf")
            # What is broken becomes U+FFFD, so that its row and column can be named.
            yield line.decode("utf-8", errors="replace")


def _read_csv(path: Path, on_bytes: Callable[[int], None]) -> Sheet:
    lines = _lines(path, on_bytes)
    first = next(lines, "")
    if not first.strip():
        raise Broken("empty_file", 1)
    if "\0" in first:
        raise Broken("not_a_table", 1)
    if not any(separator in first for separator in SEPARATORS) and "\t" in first:
        raise Broken("wrong_separator", 1)
    separator = max(SEPARATORS, key=first.count)
    try:
        header = next(csv.reader([first], delimiter=separator))
    except csv.Error:
        raise Broken("broken_row", 1) from None
    _check_width(header)
    return Sheet([name.strip() for name in header], _csv_rows(lines, separator))


def _csv_rows(
    lines: Iterator[str], separator: str
) -> Iterator[tuple[int, list[str] | None]]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        # The line where the row begins: an open quote swallows those below.
        number = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None
            continue
        cells = [cell.strip() for cell in cells]
        if any(cells):
            yield number, [_unescaped(cell) for cell in cells]


def _read_workbook(path: Path, on_bytes: Callable[[int], None]) -> Sheet:
    """Read the first sheet, a row at a time: a stray cell far away takes no memory."""
    rows = _workbook_rows(path)
    on_bytes(path.stat().st_size)
    _, header = next(rows, (1, []))
    if not header:
        raise Broken("empty_file", 1)
    _check_width(header)
    return _sheet(header, rows)


def check_archive(file: IO[bytes], most_inflated: int = MOST_INFLATED) -> None:
    """Raise Broken for an archive that is too large, or would be once unpacked.

    Nothing is unpacked to see it: no more than it says comes out of it.
    """
    size = file.seek(0, SEEK_END)
    if size > LARGEST_WORKBOOK:
        largest = f"{LARGEST_WORKBOOK // 2**20} MB"
        raise Broken("file_too_large", 1, largest=largest)
    most = min(max(size * HIGHEST_RATIO, LARGEST_WORKBOOK), most_inflated)
    try:
        with zipfile.ZipFile(file) as archive:
            inflated = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Broken("not_a_table", 1) from None
    if inflated > most:
        raise Broken("swells", 1, largest=f"{most // 2**20} MB")
    file.seek(0)


def named(sheet: Sheet, most_rows: int, most_cells: int) -> list[tuple[int, Cells]]:
    """Return each row's number and cells by the names of their columns, no empty ones.

    Raise Broken for a row that cannot be read, for two columns of one name, and where
    there is more than so much; it tells the sheet where there are several.
    """
    with _named_in_faults(sheet.name):
        return _named(sheet, most_rows, most_cells)


def _named(sheet: Sheet, most_rows: int, most_cells: int) -> list[tuple[int, Cells]]:
    _check_width(sheet.header)
    named = Counter(name for name in sheet.header if name)
    if twice := sorted(name for name in named if named[name] > 1):
        raise Broken("repeated_column", 1, column=twice[0][:LONGEST_SHOWN])
    found: list[tuple[int, Cells]] = []
    held = 0
    for number, cells in sheet.rows:
        if cells is None:
            raise Broken("broken_row", number)
        if len(cells) != len(sheet.header):
            counts = {"found": str(len(cells)), "expected": str(len(sheet.header))}
            raise Broken("wrong_cell_count", number, **counts)
        row = {
            name: cell for name, cell in zip(sheet.header, cells, strict=True) if cell
        }
        held += len(row)
        if len(found) == most_rows:
            raise Broken("too_many_rows", number, most=str(most_rows))
        if held > most_cells:
            raise Broken("too_many_cells", number, most=str(most_cells))
        found.append((number, row))
    return found


def _check_width(header: Sequence[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise Broken("too_many_columns", 1, most=str(MOST_COLUMNS))


def _sheet(header: list[str], rows: Iterator[tuple[int, list[str]]]) -> Sheet:
    return Sheet(
        header,
        (
            (number, [_unescaped(cell) for cell in _padded(cells, len(header))])
            for number, cells in rows
            if cells
        ),
    )


def _workbook_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open("rb") as file:
        book = _opened(file)
        yield from _rows_of(book.worksheets[0]) if book.worksheets else ()


def _opened(file: IO[bytes]) -> Any:
    """Return the workbook in the file; raise Broken for none, or one too large.

    Nothing of a sheet of a chart is read, at which openpyxl may fail.
    """
    check_archive(file)
    try:
        reader = readers.ExcelReader(file, read_only=True, data_only=True)
        # What stands in its place keeps the names of other sheets with these.
        reader.read_chartsheet = lambda _sheet, _where: reader.wb._sheets.append(
            SimpleNamespace(defined_names={})
        )
        reader.read()
        return reader.wb
    except (*_BROKEN_WORKBOOK, faults.InvalidFileException):
        raise Broken("not_a_table", 1) from None


def _rows_of(
    sheet: Any, most_empty: int = MOST_ROWS
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's cells as text, without the empty ones at its end."""
    number, read, last = 1, 0, 0
    sheet.reset_dimensions()
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            read += len(cells)
            if number > MOST_ROWS:
                raise Broken("too_many_rows", number, most=str(MOST_ROWS))
            if read > MOST_CELLS:
                raise Broken("too_many_cells", number, most=str(MOST_CELLS))
            texts = [_as_text(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                last = number
            elif number - last > most_empty:
                raise Broken("too_many_empty_rows", last + 1, most=str(most_empty))
            yield number, texts
    except _BROKEN_WORKBOOK:
        raise Broken("not_a_table", number) from None


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(escapes.unescape(str(cell))).strip()


def write(file: IO[str], header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write CSV: commas, quotes where needed, a line feed after each row."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_escaped(cell) for cell in cells] for cells in rows)


def write_workbook(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write XLSX with one sheet; every cell is text, so that none is a formula."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(list(header))
    for cells in rows:
        sheet.append([_text_cell(sheet, cell) for cell in cells])
    workbook.save(path)


def _text_cell(sheet: Any, text: str) -> Any:
    # `_x0041_` means A in a workbook; an underscore of our own is written as `_x005F_`.
    kept = _ENCODED.sub("_x005F_", f"'{text}" if _looks_escaped(text) else text)
    cell = cells_of_workbooks.WriteOnlyCell(sheet, value=kept)
    cell.data_type = "s"
    return cell


def _escaped(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet program would run.

    A number is harmless: `+4722331160` stands as it is. `_unescaped` takes off again
    what this puts on.
    """
    runs = cell.startswith(_FORMULA) and not _HARMLESS.issuperset(cell)
    return f"'{cell}" if runs or _looks_escaped(cell) else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if _looks_escaped(cell) else cell


def _looks_escaped(cell: str) -> bool:
    return cell.startswith("'") and cell[1:].lstrip("'").startswith(_FORMULA)
