import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest

from coordinator import catalogue, demo, guide, reference
from coordinator.access import PUBLIC, UNIT, select_to_write
from coordinator.columns import KINDS
from coordinator.errors import SeveralSuccessors
from coordinator.facts import is_valid
from coordinator.opening import OSLO, is_open
from coordinator.reference import read_process
from coordinator.values import VALUE_READERS, tells_location
from models import Change, db
from tests.exchanging import all_taken_out, bring, changes_since, counted, stored
from tests.test_architecture import ROOT

TODAY = datetime.now(OSLO).date()
LATER = TODAY + timedelta(days=40)
COUNTIES = 15
POLICE_DISTRICTS = 12
USUAL_KINDS = (
    "child_welfare",
    "nav_office",
    "municipal_health",
    "specialist_health",
    "crisis_centre",
    "county_governor",
)
SHELTERS = "skjermet"
SOON = timedelta(days=60)
CONFIRMED_FOR = timedelta(days=365)
DUE_WITHIN = timedelta(days=30)
LINES = ("phone", "email")
VIEWERS = {"public": PUBLIC, "unit": UNIT}
DOCUMENT = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8")


@pytest.fixture
def beforehand(request):
    return the_demo if "network" in request.fixturenames else None


def the_demo():
    demo.load(TODAY)


@pytest.fixture
def network(app):
    """Return the demo's rows, read back from the database it was loaded into."""
    return the_rows()


def the_rows():
    """Return every row of the network, the links of each with it, and no reference."""
    found = {}
    for kind in KINDS.values():
        rows = db.session.execute(select_to_write(kind.table)).mappings()
        found[kind.name] = [SimpleNamespace(**row) for row in rows]
        for name, table in kind.links.items():
            linked = defaultdict(list)
            pairs = select_to_write(*table.primary_key.columns)
            for owner, other in db.session.execute(pairs):
                linked[owner].append(other)
            for row in found[kind.name]:
                own = row.code if kind.name == "places" else row.key
                setattr(row, name, linked[own])
    db.session.rollback()
    lines = {line["key"] for line in read_process()["lines"]}
    found["organisations"] = [o for o in found["organisations"] if o.key not in lines]
    found["contact-points"] = [
        p for p in found["contact-points"] if p.owner not in lines
    ]
    found["responsibilities"] = [
        rule for rule in found["responsibilities"] if "demo" in rule.sources
    ]
    return found


def tables_of(document):
    """Return the rows of every table, as lists of cells."""
    lines = [line for line in document.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]


def codes(cell):
    return re.findall(r"`([^`]+)`", cell)


ROWS = tables_of(DOCUMENT)
CONTENTS = tables_of(DOCUMENT.partition("## What is in it")[2])
SHOWN = [row for row in ROWS if "/answer?" in row[1]]
LISTED = {row[0]: codes(row[1]) for row in ROWS if row[0].endswith(":")}
COUNTED = {codes(row[0])[0]: int(row[1]) for row in CONTENTS if row[1].isdigit()}


# What it holds


def test_it_is_as_large_as_was_asked(network):
    sizes = {kind: len(rows) for kind, rows in network.items()}

    assert sizes["organisations"] >= 120
    assert sizes["posts"] >= 250
    assert sizes["persons"] >= 200
    assert sizes["contact-points"] >= 500


def test_the_document_counts_what_is_there(network):
    kinds = Counter(one.kind for one in network["organisations"])
    of_reference = ("places", "synonyms")
    sizes = {
        kind: len(rows) for kind, rows in network.items() if kind not in of_reference
    }

    assert sizes | kinds == COUNTED


def test_each_county_has_organisations_of_each_usual_kind(network):
    known = catalogue.current(UNIT)
    counties = defaultdict(set)
    for one in network["organisations"]:
        for place in one.serves if one.valid_to is None else ():
            counties[one.kind] |= {
                code
                for code in known.at_or_above(place)
                if known.places[code].kind == "county"
            }
    db.session.rollback()

    assert {kind: len(counties[kind]) for kind in USUAL_KINDS} == dict.fromkeys(
        USUAL_KINDS, COUNTIES
    )


def test_each_police_district_has_its_police(network):
    served = [
        place
        for one in network["organisations"]
        if one.kind == "police_district"
        for place in one.serves
    ]

    assert sorted(served) == sorted(reference.read_police_districts())
    assert len(served) == POLICE_DISTRICTS


def test_every_number_is_its_own_and_every_address_an_example(network):
    points = network["contact-points"]
    numbers = [one.value for one in points if one.channel == "phone"]
    hosts = {
        (urlsplit(one.value).hostname or one.value).rpartition("@")[2]
        for one in points
        if one.channel in ("email", "web")
    } | {urlsplit(one.web).hostname for one in network["organisations"] if one.web}

    assert len(numbers) == len(set(numbers))
    assert [one for one in numbers if not re.fullmatch(r"\+47\d\d0000\d\d", one)] == []
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_opening_hours_are_of_many_kinds(network):
    hours = Counter(one.hours for one in network["contact-points"])

    assert len(hours) >= 15
    assert hours["24/7"]
    assert hours[""]


def test_a_duty_is_open_whenever_the_office_is_closed(network):
    duty = next(
        one.hours
        for one in network["contact-points"]
        if one.owner == "barnevernvakt-trondheim" and one.channel == "phone"
    )
    open_at = partial(is_open_on, duty)

    assert [open_at(day, 3) for day in range(23, 30)] == [True] * 7
    assert [open_at(day, 12) for day in range(23, 30)] == [False] * 5 + [True] * 2
    assert [open_at(day, 20) for day in range(23, 30)] == [True] * 7


def is_open_on(hours, day, hour):
    moment = datetime(2026, 11, day, hour, tzinfo=OSLO)
    return is_open(hours, moment)


# Loading


def test_loading_twice_changes_nothing(app):
    first = demo.load(TODAY)
    before, counter = stored(), counted()

    assert first > 0
    assert demo.load(TODAY) == 0
    assert (stored(), counted()) == (before, counter)


def test_loading_on_a_later_day_moves_dates_and_makes_no_new_row(app):
    demo.load(TODAY)
    before, counter = stored(), counted()

    moved = demo.load(LATER)
    after, moves = stored(), changes_since(counter)

    assert 0 < moved == len(moves)
    assert {table: len(rows) for table, rows in after.items() if table != "change"} == {
        table: len(rows) for table, rows in before.items() if table != "change"
    }
    of_meetings = {"starts", "ends", "last_day", "revised_at"}
    assert {column for move in moves for column in move[4]} == of_meetings | {
        "valid_to",
        "confirmed_on",
    }
    assert demo.load(LATER) == 0


def test_every_change_is_the_demos_own(app):
    counter = counted()
    demo.load(TODAY)

    assert {change[0] for change in changes_since(counter)} == {"demo"}


def test_what_others_have_changed_stays(app):
    demo.load(TODAY)
    changed = bring(
        "organisations", "key,name,serves\nbv-trondheim,Vårt navn,5001|5031\n"
    )
    bring("holdings", "person,post,valid_from,valid_to\n" + a_holding("2026-01-01"))
    before = stored()

    assert changed.counts == (0, 1, 0)
    assert demo.load(TODAY) == 0
    assert stored() == before


def a_holding(end):
    _, key, _ = demo.read(KINDS["holdings"], TODAY)[0]
    return ",".join([*key.split("|"), end]) + "\n"


def test_what_others_have_removed_does_not_come_back_nor_what_leads_to_it(app):
    demo.load(TODAY)
    post = "nav-voss-kontakt"
    remove_with_what_leads_to_it(post)
    before = stored()

    assert demo.load(TODAY) == 0
    assert stored() == before


def remove_with_what_leads_to_it(post):
    tables = {name: KINDS[name].table for name in ("holdings", "memberships", "posts")}
    leading = (
        tables["holdings"].c.post,
        tables["memberships"].c.holder,
        tables["posts"].c.key,
        db.metadata.tables["entry"].c.key,
    )
    db.session.rollback()
    removed = []
    for column in leading:
        keys = select_to_write(column.table.c.key).where(column == post)
        removed += [(column.table.name, key) for key in db.session.scalars(keys)]
        db.session.execute(column.table.delete().where(column == post))
    removed.remove(("entry", post))
    top = counted_in_session()
    for seq, (kind, key) in enumerate(removed, top + 1):
        db.session.add(
            Change(
                seq=seq,
                act=top + 1,
                at=datetime.now(OSLO),
                who="kari",
                kind=kind,
                key=key,
                audience="unit",
            )
        )
    counter = db.metadata.tables["change_counter"]
    db.session.execute(counter.update().values(value=top + len(removed)))
    db.session.commit()


def counted_in_session():
    counter = db.metadata.tables["change_counter"]
    return db.session.execute(select_to_write(counter.c.value)).scalar_one()


def test_a_row_that_does_not_fit_leaves_everything_as_it_was(runner):
    bring("persons", "key,name\nbv-trondheim,Kari\n")
    before, counter = stored(), counted()

    result = runner.invoke(args=["load-demo"])

    assert (result.exit_code, result.stdout) == (1, "")
    assert "organisations.csv row " in result.stderr
    assert ", key: " in result.stderr
    assert result.stderr.endswith("Nothing has changed.\n")
    assert (stored(), counted()) == (before, counter)


def test_the_command_says_what_it_did(runner):
    first = runner.invoke(args=["load-demo"])
    again = runner.invoke(args=["load-demo"])

    assert (first.exit_code, first.stdout) == (0, "")
    assert re.fullmatch(r"demo network: \d{4} records new or changed\n", first.stderr)
    assert again.stderr == "demo network: 0 records new or changed\n"


def test_the_reference_data_changes_nothing_of_it_nor_it_of_the_reference(app):
    demo.load(TODAY)

    assert reference.load() == 0
    assert demo.load(TODAY) == 0


def test_the_files_hold_values_as_an_export_writes_them(app):
    for kind in KINDS.values():
        for _, key, cells in demo.read(kind, TODAY):
            values = {c.name: c.value(cells.get(c.name, "")) for c in kind.columns}
            if kind.name == "contact-points":
                values["value"] = VALUE_READERS[values["channel"]](values["value"])

            assert kind.key(values) == key


def test_what_is_exported_is_imported_again_without_a_warning(app):
    demo.load(TODAY)

    for kind, text in all_taken_out().items():
        outcome = bring(kind, text)

        assert (outcome.errors, outcome.warnings) == ([], [])
        assert outcome.report.created + outcome.report.updated == 0


def test_a_banner_can_tell_that_it_is_loaded(network):
    source = catalogue.current(PUBLIC).sources["demo"]

    assert set(source.title) == set(source.note) == {"nb", "nn", "en"}
    assert {rule.sources for rule in network["responsibilities"]} == {("demo",)}


# Protected organisations


def test_protected_shelters_are_seen_by_nobody_outside(network, client):
    shelters = {o.key for o in network["organisations"] if o.kind == "shelter_ngo"}
    found = [
        client.get(f"/api/v1/{kind}?q={query}").json["results"]
        for kind in ("organisations", "posts", "contact-points", "responsibilities")
        for query in (SHELTERS, "botilbud")
    ]
    pages = "".join(client.get(shown(row)[0]).text for row in SHOWN)

    assert len(shelters) == len(LISTED["Protected, and seen by the unit alone:"]) > 0
    assert found == [[]] * len(found)
    assert SHELTERS not in pages
    assert not any(SHELTERS in text for text in all_taken_out().values())


def test_nothing_tells_where_a_protected_shelter_is(network):
    shelters = {o.key for o in network["organisations"] if o.kind == "shelter_ngo"}
    posts = {one.key for one in network["posts"] if one.organisation in shelters}
    holders = {one.person for one in network["holdings"] if one.post in posts}
    owners = shelters | posts | holders
    points = [one for one in network["contact-points"] if one.owner in owners]

    assert points
    assert {one.channel for one in points} <= set(LINES)
    assert {one.audience for one in points} == {"unit"}
    assert not any(tells_location(f"{one.value} {one.note}") for one in points)


# docs/demo.md: every row holds


def shown(row):
    """Return what a row shows: address, question, viewer and day."""
    address = re.search(r"\]\(http://localhost:8000(/answer\?[^)]*)\)", row[1]).group(1)
    query = dict(parse_qsl(urlsplit(address).query))
    day = timedelta(days=int(row[3].removeprefix("today") or 0))
    return address, query, VIEWERS[row[2]], TODAY + day


def the_answer(query, viewer, day):
    place, track = query["place"], query.get("track")
    return guide.who_acts(query["step"], place, track, day, viewer)


def named_in(actors):
    """Return the keys that actors are named by, each with why."""
    return {
        (one.key, reason)
        for actor in actors
        for one in (actor.organisation, actor.post, actor.person)
        if one
        for reason in (*actor.reasons, "")
    }


def everyone(answer):
    roles = [actor for actors in answer.roles.values() for actor in actors]
    return [*roles, *answer.pending, *answer.others]


def is_silent(answer, role, key):
    owners = [a for a in answer.roles[role] if a.organisation.key == key]
    return bool(owners) and not any(actor.is_reachable for actor in owners)


def holds(answer, promise):
    """Return whether an answer keeps a promise such as `flag overlap`."""
    word, *rest = promise.split()
    return {
        "flag": lambda flag: flag in answer.flags,
        "status": lambda status: answer.status == status,
        "first": lambda key: (key, "") in named_in([answer.on_top]),
        "pending": lambda key: (key, "") in named_in(answer.pending),
        "others": lambda key: (key, "") in named_in(answer.others),
        "unresolved": lambda role, holder: (role, holder) in answer.unresolved,
        "fallback": lambda role, key: (
            (key, "fallback_kind") in named_in(answer.roles[role])
        ),
        "silent": lambda role, key: is_silent(answer, role, key),
        "without": lambda key: (key, "") not in named_in(everyone(answer)),
        **{
            role: lambda key, reason="", role=role: (
                (key, reason) in named_in(answer.roles[role])
            )
            for role in "ARCI"
        },
    }[word](*rest)


@pytest.mark.usefixtures("network")
def test_every_answer_is_as_the_document_promises(client):
    assert len(SHOWN) >= 30
    for row in SHOWN:
        address, query, viewer, day = shown(row)
        promises = codes(row[4])
        assert promises, row
        if promises[0].startswith("asks "):
            with pytest.raises(SeveralSuccessors) as divided:
                the_answer(query, viewer, day)
            assert divided.value.successors == tuple(promises[0].split()[1:])
            assert client.get(address).status_code == 409
            continue
        answer = the_answer(query, viewer, day)
        db.session.rollback()
        broken = [promise for promise in promises if not holds(answer, promise)]
        assert broken == [], row


@pytest.mark.usefixtures("network")
def test_every_address_in_the_document_leads_to_a_page_and_a_command(client, runner):
    for row in SHOWN:
        address, query, viewer, day = shown(row)
        if "asks " in row[4]:
            continue
        api = client.get(address.replace("/answer?", "/api/v1/answers?"))
        options = [f"--{name}={query[name]}" for name in query if name != "step"]
        told = runner.invoke(args=["who", query["step"], *options])

        assert client.get(address).status_code == 200
        assert told.exit_code == 0
        if viewer is PUBLIC and day == TODAY:
            assert api.json["flags"] == list(the_answer(query, viewer, day).flags)
            db.session.rollback()


def ends_soon(row):
    return row.valid_to is not None and TODAY <= row.valid_to <= TODAY + SOON


def has_ended(row):
    return row.valid_to is not None and row.valid_to < TODAY


def is_stale(row):
    return row.confirmed_on is not None and row.confirmed_on + CONFIRMED_FOR < TODAY


def is_due(row):
    last = row.confirmed_on and row.confirmed_on + CONFIRMED_FOR
    return last is not None and TODAY <= last <= TODAY + DUE_WITHIN


def of(kind, condition, name):
    return lambda network: [name(row) for row in network[kind] if condition(row)]


def a_rule(row):
    holder = row.holder_key or f"kind:{row.holder_kind}"
    return f"{row.step} {row.role} {holder}"


def key_of(row):
    return row.key


def posts_held(network, *, as_deputy):
    return {
        one.post
        for one in network["holdings"]
        if one.deputy == as_deputy and is_valid(one, TODAY)
    }


def vacant(network):
    held = posts_held(network, as_deputy=True) | posts_held(network, as_deputy=False)
    return [p.key for p in network["posts"] if p.key not in held and not has_ended(p)]


def with_deputy_only(network):
    return posts_held(network, as_deputy=True) - posts_held(network, as_deputy=False)


def with_several_posts(network):
    held = Counter(
        one.person
        for one in network["holdings"]
        if is_valid(one, TODAY) and not one.deputy
    )
    return [person for person, posts in held.items() if posts > 1]


def without_a_line(network):
    reached = {one.owner for one in network["contact-points"] if one.channel in LINES}
    return [one.key for one in network["organisations"] if one.key not in reached]


def served_by_nobody(network):
    kinds = {kind["code"] for kind in read_process()["organisation_kinds"]}
    lines = {line["kind"] for line in read_process()["lines"]}
    served = {one.kind for one in network["organisations"]} | lines
    return kinds - served - {"any", "self"}


def a_seat(row):
    return f"{row.network} {row.holder}"


def has_status(status):
    return of("responsibilities", lambda rule: rule.status == status, a_rule)


LISTS = {
    "Vacant posts:": vacant,
    "Posts with only a deputy:": with_deputy_only,
    "Persons who hold several posts:": with_several_posts,
    "Holders who leave within 60 days:": of("holdings", ends_soon, lambda r: r.post),
    "Holders who have left:": of("holdings", has_ended, lambda r: r.post),
    "Ended organisations:": of("organisations", has_ended, key_of),
    "Ended posts:": of("posts", has_ended, key_of),
    "Organisations without a line:": without_a_line,
    "Kinds that nobody serves:": served_by_nobody,
    "Protected, and seen by the unit alone:": of(
        "organisations", lambda one: one.protected, key_of
    ),
    "Responsibilities that expire within 60 days:": of(
        "responsibilities", ends_soon, a_rule
    ),
    "Expired responsibilities:": of("responsibilities", has_ended, a_rule),
    "Networks whose mandate ends within 60 days:": of("networks", ends_soon, key_of),
    "Networks whose mandate has ended:": of("networks", has_ended, key_of),
    "Memberships that end within 60 days:": of("memberships", ends_soon, a_seat),
    "Memberships that have ended:": of("memberships", has_ended, a_seat),
    "Stale responsibilities:": of("responsibilities", is_stale, a_rule),
    "Responsibilities to confirm within 30 days:": of(
        "responsibilities", is_due, a_rule
    ),
    "Contested responsibilities:": has_status("contested"),
    "Unclear responsibilities:": has_status("unclear"),
    "Proposed responsibilities:": has_status("proposed"),
    "Stale contact points:": of("contact-points", is_stale, lambda r: r.owner),
    "Contact points to confirm within 30 days:": of(
        "contact-points", is_due, lambda r: r.owner
    ),
}


def test_every_list_in_the_document_is_whole(network):
    assert LISTED.keys() == LISTS.keys()
    for name, find in LISTS.items():
        assert sorted(find(network)) == sorted(LISTED[name]) != [], name


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/organisations/bv-trondheim", "Bekreftet "),
        ("/organisations/bv-bodo", "Ikke bekreftet siden "),
        ("/answer?step=report_child&place=1804&track=minor", "Ikke bekreftet siden "),
        ("/places/1804", "Ikke bekreftet siden "),
    ],
)
def test_a_line_says_when_it_was_last_confirmed(network, client, address, words):
    assert words in client.get(address).text


def test_nobody_is_told_to_doubt_the_emergency_number(network, client):
    assert "bekreftet" not in client.get("/organisations/line-emergency").text.lower()


def test_an_organisation_shows_what_a_rule_names_it_for_beyond_where_it_serves(
    network, client
):
    page = client.get("/organisations/htso").text

    assert "/answer?step=acute_housing&amp;place=0301" in page


def test_who_stands_in_never_says_that_an_open_door_is_closed(network, client):
    at = datetime(TODAY.year, TODAY.month, TODAY.day, 10, 10, tzinfo=OSLO)
    known = catalogue.current(PUBLIC)
    told = set()
    for place in ("5601", "5001", "4003", "0301"):
        for step in known.steps:
            found = guide.who_acts(step, place, "adult", now=at)
            if (why := guide.why_stands_in(found)) is None:
                continue
            told.add(why.because)
            actors = [a for a in found.roles[found.first.role] if not a.fallback]
            if why.because == "closed":
                (whom,) = [a for a in actors if a.organisation.name == why.whom][:1]
                assert not whom.is_open
            if why.because == "missing":
                assert guide.Unresolved(found.first.role, why.whom) in found.unresolved

    assert "missing" in told
