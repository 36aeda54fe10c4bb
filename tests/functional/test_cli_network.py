"""The network's questions in a terminal, and what the worker does by hand."""

import csv
import io
import json
import logging
from threading import Event, Thread

import pytest
import time_machine

from coordinator.questions import QUESTIONS
from models import db
from tests.exchanging import bring_all
from tests.functional.test_api_network import NETWORK
from views import worker
from views.api.network_schemas import NETWORK_SCHEMAS
from views.cli import tables

ARGUMENTS = {"way-in": ["politi", "rosa"], "what-if": ["kari"], "as-of": ["2027-01-01"]}
ASKED = (*QUESTIONS, *ARGUMENTS)
HIDDEN = {
    "organisations": "key,name,kind,serves,protected\n"
    "kanari,Kanarihuset,crisis_centre,5001,true\n",
    "posts": "key,organisation,title\nkanari-post,kanari,Kanarileder\n",
    "responsibilities": "step,role,holder,place,status\n"
    "health,A,kanari-post,5001,contested\n",
}


@pytest.fixture
def run(runner):
    """Return how a command is run, in the network of the API's tests."""
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        bring_all(NETWORK)
        db.session.rollback()

        def ran(command, *arguments, **environment):
            given = [command, *ARGUMENTS.get(command, []), *arguments]
            return runner.invoke(args=given, env=environment)

        yield ran


def told(result):
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_every_question_is_answered_in_every_form(run):
    for question in ASKED:
        table = told(run(question))
        found = told(run(question, "--format", "json"))
        rows = list(csv.DictReader(io.StringIO(told(run(question, "--format", "csv")))))

        NETWORK_SCHEMAS[question].model_validate_json(found, strict=True)
        findings = json.loads(found)["findings"]
        assert [row["key"] for row in rows] == [one["key"] for one in findings]
        assert bool(table) == bool(findings)
        if question != "way-in" and findings:
            assert len(table.splitlines()) == len(findings) + 2


def test_a_table_has_names_beside_keys(run):
    lines = told(run("contested")).splitlines()

    assert lines[0].split() == ["Hva", "Steg", "Sted", "Hvem"]
    assert lines[2].split("  ") == [
        "Avklares",
        "Helsehjelp (health)",
        "Trøndelag (50)",
        "ROSA Midt (rosa)",
    ]
    assert told(run("contested", "--lang", "en")) != "\n".join(lines)


def test_a_way_in_is_told_one_below_the_other(run):
    lines = told(run("way-in")).splitlines()

    assert lines[2:] == [
        "Politiet (politi)",
        "Vakt, Politiet (politi-vakt)",
        "Kari Nordmann (kari)",
        "Leder, Barnevernet (bv-leder)",
        "Barnevernet (bv)",
        "Forum (network:forum)",
        "ROSA Midt (rosa)",
    ]


def test_a_table_fits_the_terminal(run):
    for columns in ("40", "80", "120"):
        for question in ASKED:
            lines = told(run(question, COLUMNS=columns)).splitlines()
            # However narrow it is, something of each column is shown.
            width = max(int(columns), 9 * 10)
            assert all(len(line) <= width for line in lines), (question, columns)


def test_what_is_not_about_findings_goes_to_standard_error(run):
    result = run("silos")

    assert "funn" in result.stderr
    assert "Anslag" in result.stderr
    assert "funn" not in result.stdout


def test_of_a_day_a_step_a_place_and_a_track(run):
    def keys(*arguments):
        found = json.loads(told(run(*arguments, "--format", "json")))
        return {one["key"] for one in found["findings"]}

    assert keys("vacant", "--on", "2026-12-16") > keys("vacant")
    assert keys("gaps", "--place", "0301") < keys("gaps")
    assert keys("gaps", "--step", "advice") < keys("gaps")
    assert keys("broken-handovers", "--track", "adult") < keys("broken-handovers")
    assert keys("as-of", "--compare", "2027-01-01") == set()


WRONG = [
    (["gaps", "--on", "2026-02-30"], "--on"),
    (["as-of", "i går"], "DATE"),
    (["as-of", "2026-11-23", "--compare", "x"], "--compare"),
    (["gaps", "--step", "nowhere"], "step"),
    (["gaps", "--place", "nowhere"], "place"),
    (["gaps", "--track", "nowhere"], "track"),
    (["way-in", "nobody", "bv"], "from"),
    (["way-in", "bv", "nobody"], "to"),
    (["what-if", "kari", "nobody"], "without"),
]


def test_what_is_not_known_is_named_in_one_sentence(run, runner):
    for arguments, named in WRONG:
        result = runner.invoke(args=arguments)

        assert (result.exit_code, result.stdout) == (1, ""), arguments
        assert result.stderr.startswith(named)
        assert len(result.stderr.splitlines()) == 1


def test_the_operator_is_told_nothing_of_protected_organisations(run, runner):
    before = {one: told(run(one, "--format", "csv")) for one in ASKED}
    bring_all(HIDDEN)
    db.session.rollback()

    for question in ASKED:
        result = run(question, "--format", "csv")
        assert told(result) == before[question]
        assert "Skjermede instanser er ikke med" in result.stderr
    for arguments in (["what-if", "kanari"], ["way-in", "kanari-post", "bv"]):
        assert runner.invoke(args=arguments).exit_code == 1


def test_a_reason_that_is_a_formula_is_only_text(run):
    answer = json.loads(told(run("contested", "--format", "json")))
    reason = '=HYPERLINK("https://x.example")'
    answer["findings"][0]["accepted"] = {"until": "2027-01-01", "reason": reason}

    _header, row = csv.reader(tables.csv(answer, "nb"))

    assert row[-1] == f"'{reason}"


# What the worker does


def test_analyse_says_whether_there_was_anything_to_do(run):
    first, second = run("analyse"), run("analyse")

    assert (first.exit_code, first.stdout) == (0, "")
    assert "worked out;" in first.stderr
    assert "nothing to do" in second.stderr


def test_a_job_that_fails_is_logged_without_what_it_knew_and_stops_no_other(
    app, caplog
):
    done, address = [], "kari@example.no"

    def fails():
        raise ValueError(address)

    with caplog.at_level(logging.ERROR):
        for work in (fails, lambda: done.append(1)):
            worker.job(app, "a job", work)()

    assert done == [1]
    assert "a job: ValueError" in caplog.text
    assert "in fails" in caplog.text
    assert "kari@" not in caplog.text


def test_a_job_is_never_done_twice_at_once(app):
    begun, may_end, done = Event(), Event(), []

    def work():
        begun.set()
        may_end.wait()
        done.append(1)

    run_job = worker.job(app, "a job", work)
    first = Thread(target=run_job)
    first.start()
    begun.wait()
    run_job()
    may_end.set()
    first.join()
    run_job()

    assert done == [1, 1]
