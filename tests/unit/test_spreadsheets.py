import csv
import io
import zipfile
from datetime import date, datetime
from itertools import pairwise

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator import spreadsheets
from coordinator.spreadsheets import Broken
from tests.networks import text

HEADER = ["key", "name"]
FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "＝1+1",
    "＋x",
    "－x",
    "＠x",
    "'=1+1",
    "''=1+1",
    "'+x",
    "=",
    "=1;2",
    '="a"',
]
HARMLESS = [
    "+4722331160",
    "+47 22 33 11 60",
    "-1",
    "+1",
    "- 12",
    "'s-Hertogenbosch",
    "'",
]


@pytest.fixture
def read(tmp_path):
    """Return what is read from a file with this content: header and numbered rows."""

    def read_from(content, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        sheet = spreadsheets.read(path, lambda _count: None)
        return sheet.header, list(sheet.rows)

    return read_from


def refused(read, content, name="file.csv"):
    with pytest.raises(Broken) as refusal:
        read(content, name)
    return refusal.value.code, refusal.value.row


def as_csv(rows):
    file = io.StringIO(newline="")
    spreadsheets.write(file, HEADER, rows)
    return file.getvalue()


# CSV in


@pytest.mark.parametrize(
    "content",
    [
        "key,name\nkari,Kari\n",
        "key;name\nkari;Kari\n",
        "\ufeffkey,name\nkari,Kari\n",
        "\ufeffkey;name\r\nkari;Kari\r\n",
        "key,name\nkari,Kari",
        '"key","name"\n"kari","Kari"\n',
        " key , name \n kari , Kari \n",
    ],
)
def test_a_table_is_read_however_it_was_saved(read, content):
    assert read(content) == (HEADER, [(2, ["kari", "Kari"])])


def test_the_separator_is_the_header_lines(read):
    assert read("key;name\nkari;Hansen, Kari\n")[1] == [(2, ["kari", "Hansen, Kari"])]
    assert read("key,name\nkari,a;b\n")[1] == [(2, ["kari", "a;b"])]


def test_empty_rows_are_passed_over_and_rows_keep_their_numbers(read):
    rows = read("key,name\n\na,A\n,\n  ,  \nb,B\n")[1]

    assert rows == [(3, ["a", "A"]), (6, ["b", "B"])]


def test_a_cell_of_several_lines_is_numbered_where_it_begins(read):
    rows = read('key,name\na,"A\nB"\nb,B\n')[1]

    assert rows == [(2, ["a", "A\nB"]), (4, ["b", "B"])]


def test_a_row_that_cannot_be_read_has_no_cells_and_spoils_no_other(read):
    rows = read('key,name\na,A\n"b"x,B\nc,C\n')[1]

    assert rows == [(2, ["a", "A"]), (3, None), (4, ["c", "C"])]


def test_a_quote_that_is_never_closed_is_named_where_it_opens(read):
    rows = read('key,name\na,A\nb,"B\nc,C\nd,D\n')[1]

    assert rows == [(2, ["a", "A"]), (3, None)]


def test_a_broken_encoding_is_marked_in_its_cell_alone(read):
    rows = read("key,name\na,Å\n".encode() + b"b,\xe5\nc,C\n")[1]

    assert rows == [(2, ["a", "Å"]), (3, ["b", "\ufffd"]), (4, ["c", "C"])]


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("", "empty_file", 1),
        ("\n\n", "empty_file", 1),
        ("key\tname\n", "wrong_separator", 1),
        ("key,name\n".encode("utf-16"), "not_utf8", 1),
        ("key,name\n".encode("utf-16-be"), "not_a_table", 1),
        (b"PK\x03\x04\0\0", "not_a_table", 1),
        ("key,name\na,A\nb," + "b" * 100_000, "line_too_long", 3),
        ("k" * 200_000, "line_too_long", 1),
    ],
)
def test_a_file_that_is_no_table_is_refused(read, content, code, row):
    assert refused(read, content) == (code, row)


def test_every_byte_that_is_read_is_told(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("key,name\n" + "kari,Kari\n" * 1000, encoding="utf-8")
    told = []

    list(spreadsheets.read(path, told.append).rows)

    assert sum(told) == path.stat().st_size


# CSV out, and in again


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_would_run_is_disarmed_and_read_back_as_it_was(read, cell):
    content = as_csv([["kari", cell]])

    written = list(csv.reader(io.StringIO(content)))[1][1]
    assert written == f"'{cell}"
    assert read(content)[1] == [(2, ["kari", cell])]


@pytest.mark.parametrize("cell", HARMLESS)
def test_a_number_is_written_as_it_is(read, cell):
    content = as_csv([["kari", cell]])

    assert list(csv.reader(io.StringIO(content)))[1][1] == cell
    assert read(content)[1] == [(2, ["kari", cell])]


@given(rows=st.lists(st.tuples(text(40), text(40)), min_size=1, max_size=5))
@settings(deadline=None, max_examples=60, database=None)
def test_any_text_that_is_written_is_read_back_the_same(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("sheets")
    expected = [(number, list(cells)) for number, cells in enumerate(rows, start=2)]
    table, workbook = folder / "file.csv", folder / "file.xlsx"

    table.write_text(as_csv(rows), encoding="utf-8", newline="")
    spreadsheets.write_workbook(workbook, HEADER, rows)

    for path in (table, workbook):
        sheet = spreadsheets.read(path, lambda _count: None)
        assert (sheet.header, list(sheet.rows)) == (HEADER, expected)


@pytest.mark.parametrize(
    "cell", [*FORMULAS, *HARMLESS, "_x0041_", "a\xa0b", "#N/A", "TRUE"]
)
def test_a_workbook_keeps_any_text(read, tmp_path, cell):
    path = tmp_path / "written.xlsx"

    spreadsheets.write_workbook(path, HEADER, [["kari", cell]])

    assert read(path.read_bytes(), "file.xlsx")[1] == [(2, ["kari", cell])]
    (_, (_, kept)) = openpyxl.load_workbook(path).active.iter_rows()
    assert kept.data_type == "s"


# Workbooks


@pytest.fixture
def workbook(tmp_path):
    """Return the bytes of a workbook with these rows."""

    def bytes_of(*rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        path = tmp_path / "made.xlsx"
        book.save(path)
        return path.read_bytes()

    return bytes_of


def test_typed_cells_are_read_as_people_see_them(read, workbook):
    cells = [22331160, 1.5, True, False, date(2026, 11, 23), datetime(2026, 11, 23)]
    header = [str(number) for number in range(len(cells) + 1)]

    rows = read(workbook(header, [*cells, None]), "file.xlsx")[1]

    expected = ["22331160", "1.5", "true", "false", "2026-11-23", "2026-11-23", ""]
    assert rows == [(2, expected)]


def test_a_workbooks_empty_rows_are_passed_over_and_rows_keep_their_numbers(
    read, workbook
):
    content = workbook(HEADER, ["a", "A"], [None, None], ["b", "B"])

    assert read(content, "file.xlsx")[1] == [(2, ["a", "A"]), (4, ["b", "B"])]


def test_an_ending_in_capitals_is_a_workbook_too(read, workbook):
    assert read(workbook(HEADER), "FILE.XLSX") == (HEADER, [])


@pytest.mark.parametrize("content", [b"", b"key,name\n", b"PK\x03\x04 and no more"])
def test_what_only_ends_as_a_workbook_is_refused(read, content):
    assert refused(read, content, "file.xlsx") == ("not_a_table", 1)


def test_an_archive_that_is_no_workbook_is_refused(read):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("hello.txt", "hello")

    assert refused(read, content.getvalue(), "file.xlsx") == ("not_a_table", 1)


def test_a_damaged_workbook_is_refused(read, workbook):
    content = workbook(HEADER, *(["a", "A"] for _ in range(500)))

    codes = set()
    for at in range(40, len(content) - 40, len(content) // 60):
        damaged = content[:at] + bytes(40) + content[at + 40 :]
        try:
            read(damaged, "file.xlsx")
        except Broken as broken:
            codes.add(broken.code)

    assert codes == {"not_a_table"}


def test_a_workbook_that_swells_when_opened_is_refused(read, workbook):
    content = io.BytesIO(workbook(HEADER))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b"0" * 30_000_000)

    assert refused(read, content.getvalue(), "file.xlsx") == ("swells", 1)


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD2000"])
def test_a_cell_far_away_is_a_row_like_any_other(read, tmp_path, cell):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active[cell] = "x"
    path = tmp_path / "made.xlsx"
    book.save(path)

    header, rows = read(path.read_bytes(), "file.xlsx")

    assert header == HEADER
    ((number, cells),) = rows
    assert number == int(cell.lstrip("AXFD"))
    assert [text for text in cells if text] == ["x"]


def test_a_workbook_with_many_columns_is_read(read, workbook):
    header = [f"column {number}" for number in range(800)]

    assert read(workbook(header), "file.xlsx") == (header, [])


def test_a_workbook_cannot_reach_other_files(read, workbook, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("CANARY")
    original, changed = io.BytesIO(workbook(HEADER, ["a", "A"])), io.BytesIO()
    entity = f'<!DOCTYPE x [<!ENTITY y SYSTEM "file://{secret}">]>'
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name.endswith(("sheet1.xml", "sharedStrings.xml")):
                content = entity + content.replace(">A<", ">&y;<")
            target.writestr(name, content)

    try:
        found = read(changed.getvalue(), "file.xlsx")
    except Broken:
        return
    assert "CANARY" not in str(found)


def test_rows_of_a_large_file_are_read_one_by_one(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("key,name\n" + "kari,Kari\n" * 50_000, encoding="utf-8")
    told = []

    sheet = spreadsheets.read(path, told.append)
    first = next(sheet.rows)

    assert first == (2, ["kari", "Kari"])
    assert sum(told) < 100
    assert all(later[0] - earlier[0] == 1 for earlier, later in pairwise(sheet.rows))
