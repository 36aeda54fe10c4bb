import csv
import io
import os
import subprocess
import sys

import click
import openpyxl
import pytest

from coordinator.columns import KINDS
from tests.exchanging import bring_all, counted, stored
from tests.networks import NETWORK
from views.cli.whole_file import written_whole
from views.config import ROOT

BAD_ROWS = "key,name\nkari,Kari\n../x,X\nola,\n"


@pytest.fixture
def file(tmp_path):
    """Return a file with a text in it."""

    def write(text, name="file.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def run(runner, *arguments):
    return runner.invoke(args=list(arguments))


# who


def test_who_says_who_to_call_and_why(runner):
    result = run(runner, "who", "report_child", "--place", "5001", "--track", "minor")

    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Melding til barnevernet · Trondheim")
    assert "Ansvaret er: Lovfestet" in lines
    assert "→ Alarmtelefonen for barn og unge [reserve]" in lines
    assert "Telefon: 116 111 (Åpent nå)" in result.stdout
    assert "Ikke funnet her: Kommunal barnevernstjeneste (A)" in lines


def test_who_speaks_the_language_asked_for(runner):
    result = run(runner, "who", "report_child", "--place", "5001", "--lang", "en")

    assert result.stdout.startswith("Report to child welfare · ")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["bake", "--place", "5001"], "step"),
        (["talk", "--place", "../5001"], "place"),
        (["talk", "--place", "5001", "--track", "toddler"], "track"),
        (["talk", "--place", "5001", "--on", "2026-02-30"], "--on"),
    ],
)
def test_who_names_what_it_does_not_know(runner, arguments, named):
    result = run(runner, "who", *arguments)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(named)
    assert len(result.stderr.splitlines()) == 1


def test_who_names_the_parts_of_a_divided_place(runner):
    bring_all(
        {
            "places": "code,kind,name,parents,valid_to,successor\n"
            "5098,municipality,Gamleby,50,2020-12-31,5001|5006\n"
        }
    )

    result = run(runner, "who", "talk", "--place", "5098")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "5001, 5006" in result.stderr


# import


def test_an_import_says_what_it_did(runner, file):
    first = run(runner, "import", "persons", file(NETWORK["persons"]))
    again = run(runner, "import", "persons", file(NETWORK["persons"]))

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout == "2 rader: 2 nye, 0 endret, 0 uendret\n"
    assert again.stdout == "2 rader: 0 nye, 0 endret, 2 uendret\n"
    one = "".join(NETWORK["persons"].splitlines(keepends=True)[:2])
    alone = run(runner, "import", "persons", file(one))
    assert alone.stdout == "1 rad: 0 nye, 0 endret, 1 uendret\n"


def test_a_refused_import_names_every_bad_row_and_writes_nothing(runner, file):
    before, counter = stored(), counted()

    result = run(runner, "import", "persons", file(BAD_ROWS))

    assert (result.exit_code, result.stdout) == (1, "")
    told = [line for line in result.stderr.splitlines() if line.startswith("rad ")]
    assert [line.partition(":")[0] for line in told] == ["rad 3, key", "rad 4, name"]
    assert result.stderr.endswith("2 feil. Ingenting er endret.\n")
    assert (stored(), counted()) == (before, counter)


def test_a_dry_run_says_what_it_would_do(runner, file):
    counter = counted()

    result = run(runner, "import", "persons", file(NETWORK["persons"]), "--dry-run")

    assert result.exit_code == 0
    assert result.stdout.startswith("2 rader: 2 nye")
    assert counted() == counter


def test_a_warning_is_told_beside_the_result(runner, file):
    points = file("owner,channel,value\nline-rosa,phone,22331161\n")

    result = run(runner, "import", "contact-points", points)

    assert (result.exit_code, result.stdout[:7]) == (0, "1 rad: ")
    assert "Advarsel: rad 1, audience" in result.stderr


def test_every_refusal_is_worded_in_every_language(runner, file):
    broken = {
        "persons": BAD_ROWS,
        "organisations": "key,name,kind,orgnr,web,parent,valid_from,valid_to\n"
        "a,A,bakery,1,x,b,2026-02-01,2026-01-01\n"
        "b,B,court,,,b,,\n"
        "c,C,self,,,,,\n",
        "contact-points": "owner,channel,value,hours,order\nx,fax,1,8-15,a\n",
        "holdings": "person,post,deputy\nx,y,ja\n",
        "places": "code,successor,color\n",
    }

    for language in ("nb", "nn", "en"):
        for kind, text in broken.items():
            result = run(runner, "import", kind, file(text), "--lang", language)

            assert result.exit_code == 1
            assert "%(" not in result.stderr
            assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "bakeries", "file.csv"],
        ["import", "persons", "nowhere.csv"],
        ["import", "persons", "/"],
        ["import", "persons"],
        ["export", "bakeries"],
        ["who", "talk"],
    ],
)
def test_a_command_used_wrongly_says_how_it_is_used(runner, arguments):
    result = run(runner, *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage:" in result.stderr


def test_an_empty_file_is_refused(runner, file):
    result = run(runner, "import", "persons", file(""))

    assert result.exit_code == 1
    assert "rad 1: filen er tom" in result.stderr


# export


def test_an_export_goes_to_standard_output_alone(runner):
    bring_all(NETWORK)

    for kind in KINDS:
        result = run(runner, "export", kind)

        assert (result.exit_code, result.stderr) == (0, "")
        header, *rows = csv.reader(io.StringIO(result.stdout))
        assert header == [column.name for column in KINDS[kind].columns]
        assert rows


def test_an_export_is_imported_again_from_either_kind_of_file(runner, tmp_path):
    bring_all(NETWORK)
    before, counter = stored(), counted()

    for kind in KINDS:
        for name in ("out.csv", "out.XLSX"):
            path = str(tmp_path / name)
            exported = run(runner, "export", kind, path)
            imported = run(runner, "import", kind, path)

            assert (exported.exit_code, exported.stdout) == (0, "")
            assert imported.exit_code == 0, imported.stderr
            assert " 0 nye, 0 endret" in imported.stdout

    assert (stored(), counted()) == (before, counter)


def test_a_file_that_cannot_be_written_is_named(runner, tmp_path):
    result = run(runner, "export", "persons", str(tmp_path / "no" / "where.csv"))

    assert result.exit_code not in (0, None)
    assert isinstance(result.exception, SystemExit), result.exception
    assert "where.csv" in result.stderr


def test_an_export_leaves_nothing_but_its_file(runner, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()

    run(runner, "export", "places", str(folder / "places.csv"))

    assert os.listdir(folder) == ["places.csv"]


def test_no_cell_of_an_exported_workbook_is_a_formula(runner, tmp_path):
    bring_all({"persons": 'key,name\nkari,"=HYPERLINK(""http://x"")"\n'})
    path = tmp_path / "persons.xlsx"

    run(runner, "export", "persons", str(path))

    cells = [cell for row in openpyxl.load_workbook(path).active for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert cells[4].value.endswith('=HYPERLINK("http://x")')


# load-reference, and all of them on a database that is not ready


def test_loading_the_reference_data_again_changes_nothing(runner):
    before, counter = stored(), counted()

    result = run(runner, "load-reference")

    assert (result.exit_code, result.stdout) == (0, "")
    assert " 0 records" in result.stderr
    assert (stored(), counted()) == (before, counter)


@pytest.mark.parametrize(
    "arguments",
    [
        ["who", "talk", "--place", "5001"],
        ["export", "places"],
        ["import", "persons", "/dev/null"],
        ["load-demo"],
        ["load-reference"],
    ],
)
def test_on_an_empty_database_a_command_says_what_is_missing(
    empty_database_url, tmp_path, arguments
):
    result = subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": empty_database_url, "INSTANCE": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (result.returncode != 0, result.stdout) == (True, "")
    assert "Traceback" not in result.stderr
    assert "flask db upgrade" in result.stderr


def test_a_file_that_cannot_be_finished_leaves_the_one_before(tmp_path):
    path = tmp_path / "network.json"
    path.write_text("before")

    def write_half():
        with written_whole(path) as unfinished:
            unfinished.write_text("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(click.FileError) as refused:
        write_half()

    assert refused.value.message == "No space left on device"
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [
        ("network.json", "before")
    ]
