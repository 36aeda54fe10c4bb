"""Files made to take all memory or time are refused before they take it."""

import io
import random
import zipfile

import openpyxl
import pytest
from openpyxl.reader.excel import ExcelReader

from coordinator import element_sheets, graph_files, spreadsheets
from coordinator.spreadsheets import Broken
from graphs.soundness import LIMITS, UNLIMITED, Unreadable

MANY = LIMITS.parts + 1
GRAPHML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{}</graphml>'
GEXF = '<gexf xmlns="http://www.gexf.net/1.2draft"><graph>{}</graph></gexf>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Label</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Type</t></is></c></row>'
)
BY_TEN = "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(10)
)
ENTITIES = f"<!DOCTYPE w [{BY_TEN}]>"


def archive(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


def a_workbook(rows, *, before="", padding=0):
    """Return a workbook whose only sheet has these rows, written as they are."""
    book, changed = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(book)
    sheet = (
        f"{before}<worksheet {MAIN}><sheetData>{HEADER}{rows}</sheetData></worksheet>"
    )
    with (
        zipfile.ZipFile(book) as source,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            is_sheet = name.endswith("sheet1.xml")
            target.writestr(name, before + sheet if is_sheet else source.read(name))
        # What does not pack lets the rest swell the more.
        target.writestr("noise", random.Random(1).randbytes(padding))
    return changed.getvalue()


def nodes(form):
    return {
        "graphml": lambda: GRAPHML.format(
            '<graph edgedefault="directed">'
            + "".join(f'<node id="{n}"/>' for n in range(MANY))
            + "</graph>"
        ),
        "gexf": lambda: GEXF.format(
            "<nodes>" + "".join(f'<node id="{n}"/>' for n in range(MANY)) + "</nodes>"
        ),
        "json": lambda: (
            '{"nodes":[' + ",".join(f'{{"id":{n}}}' for n in range(MANY)) + "]}"
        ),
    }[form]().encode()


def refused(data, form):
    with pytest.raises(Unreadable) as refusal:
        graph_files.read(data, form)
    return refusal.value.code, refusal.value.where


@pytest.mark.parametrize("form", ["graphml", "gexf", "json"])
def test_more_nodes_than_are_read_are_refused_with_how_many_may_be(form):
    assert refused(nodes(form), form) == ("too_many_parts", {"most": "50000"})
    assert len(graph_files.read(nodes(form), form, UNLIMITED)) == MANY


def test_ties_count_as_nodes_do():
    inner = '<node id="a"/>' + '<edge source="a" target="a"/>' * LIMITS.parts
    text = GRAPHML.format(f'<graph edgedefault="directed">{inner}</graph>')
    tie = '{"source":"a","target":"a"}'
    told = '{"nodes":[{"id":"a"}],"links":[' + ",".join([tie] * LIMITS.parts) + "]}"
    tables = archive(
        nodes_csv="key\na\n", ties_csv="source,target\n" + "a,a\n" * LIMITS.parts
    )

    for data, form in ((text.encode(), "graphml"), (told.encode(), "json")):
        assert refused(data, form)[0] == "too_many_parts"
    assert refused(tables, "csv")[0] == "too_many_parts"


def test_empty_elements_and_lists_are_counted_before_they_are_made():
    lists = b'{"nodes":[{"id":"a","serves":[' + b"[]," * LIMITS.elements + b"1]}]}"
    xml = GRAPHML.format("<x/>" * LIMITS.elements).encode()

    assert refused(lists, "json") == ("too_many_elements", {"most": "1000000"})
    assert refused(xml, "graphml") == ("too_many_elements", {"most": "1000000"})


def test_an_archive_that_swells_is_refused_before_it_is_unpacked():
    whole = archive(nodes_csv=b"key,name\n" + b"\n" * LIMITS.bytes, ties_csv=b"key\n")

    assert len(whole) < 100_000
    assert refused(whole, "csv") == ("swells", {"line": "1", "largest": "20 MB"})


def test_an_archive_that_says_less_than_it_holds_is_damaged():
    whole = bytearray(archive(nodes_csv=b"key\n" * 9000, ties_csv=b"key\n"))
    size = (36_000).to_bytes(4, "little")
    while (at := whole.find(size)) >= 0:
        whole[at : at + 4] = (4).to_bytes(4, "little")

    assert refused(bytes(whole), "csv")[0] == "not_a_graph"


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (b"key,name\n" + b"a,b\n" * MANY, "too_many_rows"),
        (b"key" + b",c" * 1000 + b"\n", "too_many_columns"),
        (b"key,name\na," + b"x" * 200_000 + b"\n", "line_too_long"),
        (b"key,key\na,b\n", "repeated_column"),
        (b"key,name\na,b,c\n", "wrong_cell_count"),
        (b'key,name\n"a"b,c\n', "broken_row"),
        (
            b",".join([b"key", *(b"c%d" % n for n in range(999))])
            + (b"\n" + b"x," * 999 + b"x") * 1001,
            "too_many_cells",
        ),
    ],
)
def test_a_table_that_is_too_much_is_refused_in_an_archive_and_alone(
    tmp_path, table, code
):
    assert refused(archive(nodes_csv=table, ties_csv=b"key\n"), "csv")[0] == code

    path = tmp_path / "elements.csv"
    path.write_bytes(table.replace(b"key", b"label"))
    with pytest.raises(Unreadable) as refusal:
        element_sheets.read(path)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        (
            '<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>',
            {},
            "too_many_rows",
        ),
        (
            "".join(
                f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="ZZZ{n}"><v/></c></row>'
                for n in range(2, 1200)
            ),
            {"padding": 9000},
            "too_many_cells",
        ),
        ("<row/>" * 4_000_000, {}, "swells"),
        (
            '<row r="2"><c r="A2" t="inlineStr"><is><t>&e9;</t></is></c></row>',
            {"before": ENTITIES},
            "not_a_table",
        ),
        ('<row r="2"><c r="A2" t="s"><v>99999999</v></c></row>', {}, "not_a_table"),
    ],
)
def test_a_workbook_that_is_a_bomb_is_refused_as_a_sheet_and_as_a_table(
    tmp_path, rows, options, code
):
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(a_workbook(rows, **options))

    with pytest.raises(Unreadable) as refusal:
        element_sheets.read(path)
    with pytest.raises(Broken) as broken:
        list(spreadsheets.read(path, lambda _bytes: None).rows)

    assert broken.value.code == code
    # Someone waits for a sheet.
    sooner = {"too_many_rows": "too_many_empty_rows"}
    assert refusal.value.code == sooner.get(code, code)


def test_the_strings_of_a_workbook_are_read_once_for_all_its_sheets(
    tmp_path, monkeypatch
):
    book = openpyxl.Workbook()
    for _number in range(10):
        book.create_sheet().append(["Label", "Type"])
    path = tmp_path / "many.xlsx"
    book.save(path)
    opened = []
    read = ExcelReader.read_strings

    def look(reader):
        opened.append(reader)
        return read(reader)

    monkeypatch.setattr(ExcelReader, "read_strings", look)
    assert len(list(spreadsheets.read_each(path))) == 10
    assert len(opened) == 1


def test_a_sheet_larger_than_files_may_be_is_not_read(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(LIMITS.bytes + 1)

    with pytest.raises(Unreadable) as refusal:
        element_sheets.read(path)

    assert (refusal.value.code, refusal.value.where) == ("too_large", {"most": "20"})


def test_a_sheet_of_nothing_but_empty_rows_is_refused_where_they_begin(tmp_path):
    path = tmp_path / "sheet.xlsx"
    most = spreadsheets.MOST_EMPTY_ROWS
    for empty, is_read in ((most, True), (most + 1, False)):
        rows = "<row/>" * empty + '<row><c t="inlineStr"><is><t>A</t></is></c></row>'
        path.write_bytes(a_workbook(rows))
        if is_read:
            assert len(element_sheets.read(path)) == 1
            continue
        with pytest.raises(Unreadable) as refusal:
            element_sheets.read(path)
        assert refusal.value.code == "too_many_empty_rows"
        assert refusal.value.where == {"line": "2", "most": str(most)}


def a_book(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


ELEMENTS = [["Label", "Type"], ["Senteret", "crisis_centre"]]


def test_sheets_that_are_neither_elements_nor_ties_are_passed_over(tmp_path):
    notes = [["hello"], ["a", "b"], ["c"]]

    graph = element_sheets.read(a_book(tmp_path / "x.xlsx", Notes=notes, El=ELEMENTS))

    assert list(graph) == ["Senteret"]
    with pytest.raises(Unreadable) as refusal:
        element_sheets.read(a_book(tmp_path / "y.xlsx", Notes=notes))
    assert refusal.value.code == "no_elements"


def test_a_fault_in_a_workbook_names_the_sheet(tmp_path):
    wrong = [["Label", "Type"], ["Senteret", "crisis_centre", "too much"]]

    for sheets, named in (
        ({"El": ELEMENTS, "Wrong": wrong}, {"sheet": "Wrong"}),
        ({"Wrong": wrong}, {}),
        ({"Wrong": wrong, "El": ELEMENTS}, {"sheet": "Wrong"}),
    ):
        with pytest.raises(Unreadable) as refusal:
            element_sheets.read(a_book(tmp_path / "x.xlsx", **sheets))
        assert refusal.value.code == "wrong_cell_count"
        counts = {"line": "2", "found": "3", "expected": "2"}
        assert refusal.value.where == counts | named


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["Label", "Type"], [None, "rosa"]], "no_key"),
        ([["Label", "Type"], ["Senteret", "rosa"]], "repeated_key"),
        ([["From", "To"], ["Senteret", None]], "no_key"),
        ([["Label"] + ["x"] * 1000], "too_many_columns"),
        ([["Label", "Type", "Type"]], "repeated_column"),
    ],
)
def test_what_is_wrong_below_a_good_sheet_is_not_said_of_the_good_one(
    tmp_path, rows, code
):
    with pytest.raises(Unreadable) as refusal:
        element_sheets.read(a_book(tmp_path / "x.xlsx", El=ELEMENTS, Wrong=rows))

    assert (refusal.value.code, refusal.value.where["sheet"]) == (code, "Wrong")


def test_a_sheet_that_cannot_even_be_begun_is_named(tmp_path):
    path, broken = tmp_path / "x.xlsx", tmp_path / "y.xlsx"
    a_book(path, El=ELEMENTS, Torn=ELEMENTS)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            is_torn = name == "xl/worksheets/sheet2.xml"
            new.writestr(name, held[: held.index(b"</row>")] if is_torn else held)

    with pytest.raises(Unreadable) as refusal:
        element_sheets.read(broken)

    assert refusal.value.code == "not_a_table"
    assert refusal.value.where["sheet"] == "Torn"


def test_a_wide_sheet_that_is_neither_is_passed_over(tmp_path):
    wide = [[f"column {n}" for n in range(1001)]]

    graph = element_sheets.read(a_book(tmp_path / "x.xlsx", Wide=wide, El=ELEMENTS))

    assert list(graph) == ["Senteret"]


@pytest.mark.parametrize("at", [0, 1])
def test_a_sheet_of_a_chart_is_passed_over(tmp_path, at):
    book = openpyxl.load_workbook(a_book(tmp_path / "x.xlsx", El=ELEMENTS))
    book.create_chartsheet("Chart", at)
    book["El"].print_area = "A1:B2"
    book.save(tmp_path / "x.xlsx")

    assert list(element_sheets.read(tmp_path / "x.xlsx")) == ["Senteret"]
    sheet = spreadsheets.read(tmp_path / "x.xlsx", lambda _bytes: None)
    assert list(sheet.rows) == [(2, ["Senteret", "crisis_centre"])]


def test_more_sheets_than_are_read_are_refused_not_forgotten(tmp_path):
    for number in (spreadsheets.MOST_SHEETS, spreadsheets.MOST_SHEETS + 1):
        sheets = {
            f"Sheet {n}": [["Label", "Type"], [f"S{n}", "rosa"]] for n in range(number)
        }
        path = a_book(tmp_path / "x.xlsx", **sheets)
        if number == spreadsheets.MOST_SHEETS:
            assert len(element_sheets.read(path)) == number
            continue
        with pytest.raises(Unreadable) as refusal:
            element_sheets.read(path)
        assert refusal.value.code == "too_many_sheets"
