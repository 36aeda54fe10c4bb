"""How it went: pictures, tables and the file are of the same numbers."""

import csv
import io
import re
from html import unescape

import pytest
import time_machine

from coordinator import state
from models import db
from tests.exchanging import bring, bring_all
from tests.functional.test_accounts import a_user, sign_in
from tests.functional.test_network_pages import MORE, words_of
from tests.networks import NETWORK

LINE = "owner,channel,value,audience\nannen,phone,73540006,public\n"


@pytest.fixture
def clock(app):
    """Yield the clock, which stands, later than the reference data was loaded."""
    with time_machine.travel("2031-08-15T12:00:00+02:00", tick=False) as clock:
        bring_all(NETWORK)
        bring_all(MORE)
        yield clock
        db.session.rollback()


@pytest.fixture
def unit(clock, client):
    a_user("kari@example.no")
    sign_in(client, "kari@example.no")
    return client


def passed(clock, unit):
    """Let months pass, with the worker at work."""
    state.analyse()
    clock.move_to("2031-10-05T12:00:00+02:00")
    bring("posts", "key,organisation,title\nny,annen,Dagvakt\n")
    bring("contact-points", LINE)
    state.analyse()
    clock.move_to("2031-11-23T12:00:00+01:00")
    bring("posts", "key,organisation,title,valid_to\nledig,bv-trondheim,V,2031-11-01\n")
    state.analyse()
    sign_in(unit, "kari@example.no")


def sections(page):
    """Return of each chart its pictures, and its table as rows of texts."""
    found = []
    for section in page.text.split('<section class="chart"')[1:]:
        table = section.split("<table")[1]
        rows = [
            [
                unescape(cell).strip()
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
            ]
            for row in table.split("<tr>")[1:]
        ]
        pictures = re.findall(r"<svg class=\"plot.*?</svg>", section, re.S)
        found.append((pictures, rows))
    return found


def drawn_values(picture):
    """Return the values of each line of a picture, measured on its own axis."""
    ticks = re.findall(r'M[\d.]+ ([\d.]+)H[\d.]+"/><text[^>]*>(\d+)', picture)
    (y0, v0), (y1, v1) = [(float(y), int(value)) for y, value in (ticks[0], ticks[-1])]
    lines = re.findall(r'<g class="line line-\d">(.*?)</g>', picture, re.S)
    return [
        [
            (float(dot.split(",")[1]) - y0) / (y1 - y0) * (v1 - v0)
            for run in re.findall(r'points="([^"]*)"', line)
            for dot in run.split()
        ]
        for line in lines
    ]


def test_what_is_drawn_is_what_the_table_says(clock, unit):
    passed(clock, unit)

    shown = sections(unit.get("/network/trends?period=6"))

    assert len(shown) == 4
    for pictures, (_header, *rows) in shown:
        assert len(pictures) == 2
        columns = list(zip(*(row[1:] for row in reversed(rows)), strict=True))
        told = [
            [int(v.removesuffix("\xa0%")) for v in values if v != "–"]
            for values in columns
        ]
        for picture in pictures:
            for values, line in zip(told, drawn_values(picture), strict=True):
                assert line == pytest.approx(values, abs=max(values) * 0.02 + 0.02)
                assert len(values) == len(line)


def test_the_numbers_of_today_are_those_of_the_state(clock, unit):
    passed(clock, unit)
    standing = state.of_network()
    db.session.rollback()
    count = {row.code: row.count for row in standing.rows}

    (_p, urgent), (_q, follow_up), _information, (_r, fresh) = sections(
        unit.get("/network/trends")
    )

    assert urgent[0][1:] == [
        "Haster, til sammen",
        "Steg uten ansvarlig",
        "Brutte overleveringer",
    ]
    assert urgent[1][:2] == ["I dag", str(standing.urgent)]
    column = follow_up[0].index("Ubesatte funksjoner")
    assert [row[column] for row in follow_up[1:5]] == [
        str(count["vacant"]),
        "2",
        "1",
        "1",
    ]
    assert sum(int(share.split("\xa0")[0]) for share in fresh[1][1:]) == 100


def test_the_file_holds_the_same_numbers(clock, unit):
    passed(clock, unit)
    file = unit.get("/network/trends.csv?period=6")
    header, *rows = csv.reader(io.StringIO(file.text.removeprefix("\ufeff")))
    shown = sections(unit.get("/network/trends?period=6"))

    assert file.mimetype == "text/csv"
    assert len(rows) == 7
    assert [row[0] for row in rows[-2:]] == ["2031-10-31", "2031-11-23"]
    told = [
        [cell.removesuffix("\xa0%").replace("–", "") for _p, table in shown
         for cell in table[1 + at][1:]]
        for at in range(7)
    ]  # fmt: skip
    assert [row[1:] for row in reversed(rows)] == told
    assert header[1:4] == [
        "Haster, til sammen",
        "Steg uten ansvarlig",
        "Brutte overleveringer",
    ]


def test_a_chart_begins_where_something_is_known_and_says_so(clock, unit):
    passed(clock, unit)

    words = words_of(unit.get("/network/trends?period=12"))

    assert "Målt fra 31. august 2031; før det vet vi det ikke." in words


def test_before_a_month_has_ended_nothing_is_drawn(unit):
    page = unit.get("/network/trends")

    pictures = [len(found) for found, _rows in sections(page)]
    assert pictures[:3] == [0, 0, 0]
    assert "Ingen måling ennå" in words_of(page)


def test_the_period_is_in_the_address(clock, unit):
    passed(clock, unit)
    for period, rows in (("6", 7), ("12", 13), ("24", 25), ("", 13)):
        page = unit.get(f"/network/trends?period={period}")
        assert len(sections(page)[0][1]) == rows + 1
        shown = period or "12"
        assert f'?period={shown}" aria-current="true">' in page.text
    for bad in ("7", "%00", "6&period=12"):
        assert unit.get(f"/network/trends?period={bad}").status_code == 422
        assert unit.get(f"/network/trends.csv?period={bad}").status_code == 422


def test_each_picture_says_in_words_how_it_went(clock, unit):
    passed(clock, unit)
    for pictures, (header, *_rows) in sections(unit.get("/network/trends?lang=en")):
        for picture in pictures:
            told = unescape(re.search(r"<desc[^>]*>(.*?)</desc>", picture)[1])
            assert 'role="img"' in picture
            assert all(f"{name}: " in told for name in map(unescape, header[1:]))
            assert "style=" not in picture


def test_only_the_unit_sees_how_it_went(clock, app, client):
    a_user("etat@example.no", "agency", "bv-trondheim")
    a_user("leser@example.no", "reader")
    for address in ("/network/trends", "/network/trends.csv"):
        assert client.get(address).status_code == 401
    for email in ("etat@example.no", "leser@example.no"):
        other = app.test_client()
        sign_in(other, email)
        for address in ("/network/trends", "/network/trends.csv"):
            assert other.get(address).status_code == 403


def test_the_state_leads_to_how_it_went(unit):
    assert 'href="/network/trends">Se utviklingen' in unit.get("/network").text
