import re
from collections import Counter

import pytest

from coordinator import catalogue, reference
from coordinator.access import PUBLIC, select_to_write
from models import (
    LANGUAGES,
    Acceptance,
    ContactPoint,
    Handover,
    Organisation,
    Place,
    PlaceParent,
    Responsibility,
    ServiceArea,
    Step,
    Synonym,
    db,
)
from tests.exchanging import bring, changes_since, counted, stored

PROCESS = reference.read_process()
PLACES = {place["code"]: place for place in reference.read_places()}
DISTRICTS = reference.read_police_districts()

OSLO_DISTRICTS = 15
# A police district is not a county: who lies in a district that its county does not.
EXCEPTIONS = {
    "3201": ("32", "pd-oslo"),  # Bærum
    "3203": ("32", "pd-oslo"),  # Asker
    "4228": ("42", "pd-sorvest"),  # Sirdal
    "4611": ("46", "pd-sorvest"),  # Etne
    "4612": ("46", "pd-sorvest"),  # Sveio
    "4613": ("46", "pd-sorvest"),  # Bømlo
    "4614": ("46", "pd-sorvest"),  # Stord
    "4615": ("46", "pd-sorvest"),  # Fitjar
}


def codes(kind):
    return [code for code, place in PLACES.items() if place["kind"] == kind]


# Places


def test_the_country_has_as_many_parts_as_it_has():
    assert Counter(place["kind"] for place in PLACES.values()) == {
        "country": 1,
        "county": 15,
        "municipality": 357,
        "city_district": OSLO_DISTRICTS,
        "police_district": 12,
    }


def test_every_municipality_lies_in_its_county_and_in_one_police_district():
    districts = {}
    for code in codes("municipality"):
        county, district = PLACES[code]["parents"]
        assert county == code[:2]
        assert PLACES[county]["kind"] == "county"
        assert PLACES[district]["kind"] == "police_district"
        districts[code] = district

    covered = [code for municipalities in DISTRICTS.values() for code in municipalities]
    assert sorted(covered) == sorted(districts)


def test_counties_and_police_districts_lie_in_the_country_and_city_districts_in_oslo():
    parents = {kind: set() for kind in ("county", "police_district", "city_district")}
    for place in PLACES.values():
        if place["kind"] in parents:
            parents[place["kind"]].add(tuple(place["parents"]))

    assert parents == {
        "county": {("NO",)},
        "police_district": {("NO",)},
        "city_district": {("0301",)},
    }


def test_the_municipalities_whose_police_district_is_not_their_countys():
    most = {}
    for county in codes("county"):
        inside = [
            PLACES[c]["parents"][1] for c in codes("municipality") if c[:2] == county
        ]
        most[county] = Counter(inside).most_common(1)[0][0]

    found = {
        code: tuple(PLACES[code]["parents"])
        for code in codes("municipality")
        if PLACES[code]["parents"][1] != most[code[:2]]
    }
    assert found == EXCEPTIONS


def test_the_police_districts_cover_whole_counties_but_for_the_exceptions():
    counties = {
        district: sorted(
            {code[:2] for code in municipalities if code not in EXCEPTIONS}
        )
        for district, municipalities in DISTRICTS.items()
    }

    assert counties == {
        "pd-oslo": ["03"],
        "pd-ost": ["31", "32"],
        "pd-innlandet": ["34"],
        "pd-sorost": ["33", "39", "40"],
        "pd-agder": ["42"],
        "pd-sorvest": ["11"],
        "pd-vest": ["46"],
        "pd-mre": ["15"],
        "pd-trondelag": ["50"],
        "pd-nordland": ["18"],
        "pd-troms": ["55"],
        "pd-finnmark": ["56"],
    }


def test_a_place_has_no_beginning_unless_it_is_known(app):
    columns = (Place.valid_from, Place.valid_to)

    dates = set(map(tuple, db.session.execute(select_to_write(*columns))))

    assert dates == {(None, None)}


# The process


def referred():
    """Yield each code that the process refers to, with what it should be found in."""
    steps = {step["code"] for step in PROCESS["steps"]}
    known = {
        name: {row["code"] for row in PROCESS[name]}
        for name in (
            "organisation_kinds",
            "sources",
            "rights",
            "tracks",
            "phases",
            "pillars",
            "processes",
            "shares",
        )
    }
    for step in PROCESS["steps"]:
        lists = {
            "rights": [*step.get("rights", ()), *step.get("rights_minor", ())],
            "sources": [*step["law"], *step.get("duty", ()), step["src"]],
            "tracks": [*step["tracks"], *step["share"]],
            "shares": step["share"].values(),
            "phases": filter(None, [step["phase"]]),
            "pillars": filter(None, [step["pillar"]]),
            "processes": [step["process"]],
            "organisation_kinds": [
                *(kind for kinds in step["roles"].values() for kind in kinds),
                *step.get("fallback", ()),
                *step.get("appeal", ()),
                *step.get("may_identify", ()),
                *step.get("only", {}),
            ],
        }
        for name, values in lists.items():
            yield from ((step["code"], value, known[name]) for value in values)
    for handover in PROCESS["handovers"]:
        where = f"{handover['from']} → {handover['to']}"
        yield from ((where, handover[end], steps) for end in ("from", "to"))
        yield from ((where, track, known["tracks"]) for track in handover["tracks"])
        if handover.get("share"):
            yield where, handover["share"], known["shares"]
        if handover.get("becomes"):
            yield where, handover["becomes"], known["tracks"]
    for right in PROCESS["rights"]:
        yield from ((right["code"], step, steps) for step in right["steps"])
    for line in PROCESS["lines"]:
        yield line["key"], line["kind"], known["organisation_kinds"]


def test_every_code_that_is_referred_to_exists():
    missing = [(where, code) for where, code, known in referred() if code not in known]

    assert missing == []


def test_a_step_is_shared_in_for_each_of_its_tracks_and_for_no_other():
    every_track = [track["code"] for track in PROCESS["tracks"]]

    for step in PROCESS["steps"]:
        if step["code"] != "train_professions":  # about no one, so nothing is shared
            assert set(step["share"]) == set(step["tracks"] or every_track)


def test_a_limit_to_tracks_names_a_holder_and_tracks_of_the_step():
    for step in PROCESS["steps"]:
        holders = {kind for kinds in step["roles"].values() for kind in kinds}
        for kind, tracks in step.get("only", {}).items():
            assert kind in holders
            assert set(tracks) <= set(step["tracks"] or tracks)


def texts(node, where=""):
    """Yield every text of the process, with where it stands."""
    if isinstance(node, dict):
        if "nb" in node or "en" in node:
            yield where, node
        else:
            for key, value in node.items():
                yield from texts(value, f"{where}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            code = value.get("code", number) if isinstance(value, dict) else number
            yield from texts(value, f"{where}/{code}")


def test_every_text_is_in_every_language():
    found = dict(texts(PROCESS))

    assert len(found) > 200
    assert [
        where
        for where, text in found.items()
        if set(text) != set(LANGUAGES) or not all(map(str.strip, text.values()))
    ] == []


EMAIL = re.compile(r"[\w.+-]+@[\w.-]+")
NUMBER = re.compile(r"\+?\d(?: ?\d){4,}")


def test_no_text_holds_an_address_or_a_number_to_call():
    told = [
        (where, language)
        for where, text in texts(PROCESS)
        for language, words in text.items()
        if EMAIL.search(words) or NUMBER.search(words)
    ]

    assert told == []


def test_the_lines_are_functions_and_their_numbers_are_public():
    points = [point for line in PROCESS["lines"] for point in line["points"]]

    assert len(points) >= len(PROCESS["lines"])
    assert {point["channel"] for point in points} <= {"phone", "email", "web"}


def test_no_person_is_named(app):
    for table in ("person", "holding", "post"):
        assert stored(table) == {table: []}


# What is loaded


def test_all_of_it_is_loaded_and_seen_by_the_public(app):
    known = catalogue.current(PUBLIC)

    assert set(known.places) == set(PLACES)
    assert list(known.steps) == [
        step["code"] for step in sorted(PROCESS["steps"], key=lambda s: s["order"])
    ]
    assert len(known.handovers) == len(PROCESS["handovers"])
    assert set(known.rights) == {right["code"] for right in PROCESS["rights"]}


def test_the_status_of_a_step_is_that_of_who_answers_for_it(app):
    statuses = {step["code"]: step["status"] for step in PROCESS["steps"]}
    columns = (Responsibility.step, Responsibility.role, Responsibility.status)

    for step, role, status in db.session.execute(select_to_write(*columns)):
        assert status == (statuses[step] if role == "A" else "proposed")


def test_every_claim_is_not_confirmed(app):
    for model in (Responsibility, Organisation, ContactPoint):
        confirmed = db.session.scalars(select_to_write(model.confirmed_on))
        assert set(confirmed) == {None}


def test_loading_again_changes_nothing(app):
    before, counter = stored(), counted()

    changed = reference.load()

    assert changed == 0
    assert (stored(), counted()) == (before, counter)


# What the unit has changed


def the(model, key):
    column = model.__mapper__.primary_key[0]
    return db.session.execute(select_to_write(model).where(column == key)).scalar_one()


def reloaded():
    """Load again; return what that changed, which should be nothing."""
    before, counter = stored(), counted()
    reference.load()
    assert stored() == before
    return changes_since(counter)


def test_what_the_unit_edits_is_kept(app):
    db.session.info["who"] = "unit"
    the(Place, "5001").name = "Trondhjem"
    the(Step, "talk").title = {"nb": "Snakk"}
    the(Organisation, "line-rosa").name = "ROSA i dag"
    the(ContactPoint, "line-rosa|phone|+4722331160").hours = "Mo-Fr 08:00-15:30"
    the(Responsibility, "report_child|A|kind:child_welfare|NO||").status = "agreed"
    db.session.commit()

    assert reloaded() == []


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("places", "code,name,other_names\n5001,Trondhjem,\n"),
        ("places", "code,parents\n5001,50\n"),
        ("places", "code,parents\n4228,42|pd-agder\n"),
        ("places", "code,valid_to,successor\n5001,2026-12-31,5006\n"),
        ("organisations", "key,name\nline-rosa,ROSA i dag\n"),
        ("organisations", "key,serves\nline-rosa,50\n"),
        ("organisations", "key,protected\nline-rosa,true\n"),
        (
            "contact-points",
            "owner,channel,value,audience\nline-rosa,phone,22331160,unit\n",
        ),
        (
            "responsibilities",
            "step,role,holder,place,valid_to\n"
            "report_child,A,kind:child_welfare,NO,2026-12-31\n",
        ),
    ],
)
def test_what_a_file_changes_is_kept(app, kind, content):
    assert bring(kind, content).report.updated == 1

    assert reloaded() == []


def remove(model, *conditions):
    for record in db.session.scalars(select_to_write(model).where(*conditions)):
        db.session.delete(record)
    db.session.flush()


def test_what_the_unit_removes_stays_away(app):
    db.session.info["who"] = "unit"
    remove(ContactPoint, ContactPoint.owner == "line-udi")
    remove(ServiceArea, ServiceArea.organisation == "line-udi")
    for model, key in (
        (ContactPoint, "line-rosa|phone|+4722331160"),
        (Responsibility, "report_child|A|kind:child_welfare|NO||"),
        (Organisation, "line-udi"),
    ):
        db.session.delete(the(model, key))
    db.session.commit()

    assert reloaded() == []


def test_a_place_that_the_unit_removes_stays_away_with_its_links(app):
    db.session.info["who"] = "unit"
    remove(PlaceParent, PlaceParent.place == "5001")
    db.session.delete(the(Place, "5001"))
    db.session.commit()

    assert reloaded() == []


def test_a_step_that_the_unit_removes_stays_away_with_its_links(app):
    db.session.info["who"] = "unit"
    remove(Responsibility, Responsibility.step == "advice")
    remove(Handover, (Handover.from_step == "advice") | (Handover.to_step == "advice"))
    remove(Acceptance, Acceptance.step == "advice")
    remove(Synonym, Synonym.subject == "step:advice")
    db.session.delete(the(Step, "advice"))
    db.session.commit()

    assert reloaded() == []


def test_what_the_reference_gives_up_is_withdrawn_unless_the_unit_changed_it(
    app, monkeypatch
):
    bring("contact-points", "owner,channel,value,note\nline-udi,phone,23351500,Ny\n")
    lines = [line | {"points": []} for line in PROCESS["lines"]]
    monkeypatch.setattr(reference, "read_process", lambda: PROCESS | {"lines": lines})

    reference.load()

    left = db.session.scalars(select_to_write(ContactPoint.key)).all()
    assert left == ["line-udi|phone|+4723351500"]


def test_news_comes_where_the_unit_has_changed_nothing(app, monkeypatch):
    bring("organisations", "key,name\nline-rosa,ROSA i dag\n")
    older = dict(PROCESS)
    lines = [line | {"name": f"{line['name']} (ny)"} for line in PROCESS["lines"]]
    monkeypatch.setattr(reference, "read_process", lambda: older | {"lines": lines})
    counter = counted()

    reference.load()

    renamed = {change[2] for change in changes_since(counter)}
    assert renamed == {line["key"] for line in lines} - {"line-rosa"}


def test_a_place_that_the_unit_has_moved_is_not_moved_by_news(app, monkeypatch):
    bring("places", "code,parents\n5001,50|pd-oslo\n")
    news = [
        place | {"parents": (*place["parents"], "pd-nordland")}
        if place["code"] in ("5001", "5006")
        else place
        for place in reference.read_places()
    ]
    monkeypatch.setattr(reference, "read_places", lambda: news)
    counter = counted()

    reference.load()

    assert [change[2] for change in changes_since(counter)] == ["5006|pd-nordland"]
