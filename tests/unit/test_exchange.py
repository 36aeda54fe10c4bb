from datetime import date
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, given, settings

from coordinator import exchange, own_connection, records
from coordinator.access import Viewer
from coordinator.columns import KINDS
from models import OrganisationKind, db
from tests.exchanging import (
    all_taken_out,
    bring,
    bring_all,
    changes_since,
    counted,
    stored,
    taken_out,
)
from tests.networks import NETWORK, networks

pytestmark = pytest.mark.usefixtures("app")

EVERYTHING = Viewer("everything", "protected")


def found(kind, key):
    """Return the record as the unit sees it, by the first column that knows it."""
    known_by = KINDS[kind]
    rows = records.every(known_by, EVERYTHING)
    return next(row for row in rows if known_by.key(row) == key)


def audience_of(key):
    return next(row[2] for row in stored("entry")["entry"] if row[0] == key)


# What each kind holds once it is in


def test_a_place_is_imported_with_every_column():
    bring("places", NETWORK["places"])

    assert found("places", "5098") == {
        "code": "5098",
        "kind": "municipality",
        "name": "Gamleby",
        "parents": ("50", "pd-trondelag"),
        "other_names": (),
        "valid_from": None,
        "valid_to": date(2026, 12, 31),
        "successor": ("5099",),
    }


def test_an_organisation_is_imported_with_every_column():
    bring_all(NETWORK)

    assert found("organisations", "bv-trondheim") == {
        "key": "bv-trondheim",
        "name": "Barnevernet i Trondheim",
        "kind": "child_welfare",
        "parent": "tk",
        "orgnr": "974760673",
        "serves": ("5001",),
        "protected": False,
        "web": "https://trondheim.example/barnevern",
        "languages": ("nb", "en"),
        "valid_from": date(2020, 1, 1),
        "valid_to": date(2030, 12, 31),
    }


def test_posts_persons_and_holdings_are_imported_with_every_column():
    bring_all(NETWORK)

    assert found("posts", "bv-leder") == {
        "key": "bv-leder",
        "organisation": "bv-trondheim",
        "title": "Leder",
        "valid_from": date(2021, 1, 1),
        "valid_to": None,
    }
    assert found("persons", "kari") == {
        "key": "kari",
        "name": "Kari Nordmann",
        "languages": ("nb", "se"),
    }
    assert found("holdings", "ola|bv-leder|") == {
        "person": "ola",
        "post": "bv-leder",
        "deputy": True,
        "valid_from": None,
        "valid_to": date(2029, 12, 31),
    }


def test_a_contact_point_is_imported_with_every_column():
    bring_all(NETWORK)

    assert found("contact-points", "bv-trondheim|phone|+4772540000") == {
        "owner": "bv-trondheim",
        "channel": "phone",
        "value": "+4772540000",
        "audience": "public",
        "hours": "Mo-Fr 08:00-15:30",
        "order": 1,
        "note": "Sentralbord",
    }


def test_a_responsibility_is_imported_with_every_column():
    key = "report_child|A|bv-trondheim|5001|asylum_minor|minor|2026-01-01"

    bring_all(NETWORK)

    assert found("responsibilities", key) == {
        "step": "report_child",
        "role": "A",
        "holder": "bv-trondheim",
        "place": "5001",
        "tracks": ("asylum_minor", "minor"),
        "status": "agreed",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2027, 12, 31),
        "sources": ("seed", "own"),
        "order": 1,
    }


def test_networks_and_memberships_are_imported_with_every_column():
    bring_all(NETWORK)

    assert found("networks", "forum") == {
        "key": "forum",
        "name": "Regionalt forum",
        "mandate": "Samordne hjelpen, i hele fylket",
        "valid_from": date(2024, 1, 1),
        "valid_to": date(2027, 12, 31),
    }
    assert found("memberships", "forum|bv-leder|member|") == {
        "network": "forum",
        "holder": "bv-leder",
        "role": "member",
        "valid_from": None,
        "valid_to": date(2027, 6, 30),
    }


def test_one_holder_can_be_in_a_network_twice_at_a_time():
    bring_all(NETWORK)

    rows = "forum,tk,chair,2025-01-01,\nforum,tk,member,2024-01-01,2026-12-31\n"
    outcome = bring("memberships", f"network,holder,role,valid_from,valid_to\n{rows}")

    assert (outcome.errors, outcome.warnings) == ([], [])
    assert outcome.counts == (2, 0, 0)


def test_keys_of_networks_are_their_own_and_differ_by_case():
    bring_all(NETWORK)

    outcome = bring("networks", "key,name\ntk,Forum\nForum,Regionalt Forum\n")

    assert outcome.counts == (2, 0, 0)
    assert found("networks", "forum")["name"] == "Regionalt forum"
    bring("memberships", "network,holder,role\nForum,tk,deputy\n")
    assert found("memberships", "Forum|tk|deputy|")["network"] == "Forum"
    assert bring("memberships", "network,holder,role\nFORUM,tk,deputy\n").named == [
        (2, "network", "unknown_network")
    ]


def test_what_a_file_leaves_out_gets_its_default():
    bring_all(NETWORK)

    bring("contact-points", "owner,channel,value\ntk,phone,72540000\n")
    bring("responsibilities", "step,role,holder,place\nhealth,R,tk,5001\n")

    point = found("contact-points", "tk|phone|+4772540000")
    assert (point["audience"], point["hours"], point["order"]) == ("protected", "", 0)
    responsibility = found("responsibilities", "health|R|tk|5001||")
    assert (responsibility["status"], responsibility["tracks"]) == ("proposed", ())


# Known rows


def test_a_row_with_a_known_key_updates_and_others_are_added():
    bring_all(NETWORK)

    outcome = bring("persons", "key,name\nkari,Kari Hansen\nnils,Nils Hansen\n")

    assert outcome.counts == (1, 1, 0)
    assert found("persons", "kari")["name"] == "Kari Hansen"


def test_no_row_is_removed_by_a_file_that_does_not_name_it():
    bring_all(NETWORK)

    bring("persons", "key,name\nnils,Nils Hansen\n")

    assert found("persons", "ola")["name"] == "Ola Nordmann"


def test_a_missing_column_leaves_the_value():
    bring_all(NETWORK)

    bring("organisations", "key,name\nbv-trondheim,Nytt navn\n")

    changed = found("organisations", "bv-trondheim")
    assert changed["name"] == "Nytt navn"
    assert changed["parent"] == "tk"
    assert changed["serves"] == ("5001",)
    assert changed["valid_to"] == date(2030, 12, 31)


def test_an_empty_cell_clears_the_value():
    bring_all(NETWORK)

    bring(
        "organisations",
        "key,parent,orgnr,serves,web,languages,valid_from\nbv-trondheim,,,,,,\n",
    )

    changed = found("organisations", "bv-trondheim")
    cleared = ("parent", "orgnr", "web", "valid_from")
    assert [changed[name] for name in cleared] == [None] * 4
    assert (changed["serves"], changed["languages"]) == ((), ())


def test_a_known_contact_point_keeps_its_audience_when_the_column_is_missing():
    bring_all(NETWORK)

    bring(
        "contact-points", "owner,channel,value,note\ntk,visit,Munkegata 1,Inngang B\n"
    )

    point = found("contact-points", "tk|visit|Munkegata 1")
    assert (point["audience"], point["note"]) == ("public", "Inngang B")


def test_a_start_of_its_own_makes_a_responsibility_another_one():
    bring_all(NETWORK)
    header = "step,role,holder,place,valid_from\n"

    outcome = bring(
        "responsibilities", f"{header}report_child,C,kind:rosa,5001,2027-01-01"
    )

    assert outcome.counts == (1, 0, 0)


def test_the_order_of_tracks_makes_no_other_responsibility():
    bring_all(NETWORK)
    header = "step,role,holder,place,tracks,valid_from\n"
    row = "report_child,A,bv-trondheim,5001,asylum_minor|minor|minor,2026-01-01"

    outcome = bring("responsibilities", header + row)

    assert outcome.counts == (0, 0, 1)


def test_a_number_written_in_another_way_is_the_same_contact_point():
    bring_all(NETWORK)
    header = "owner,channel,value,audience,hours,order\n"

    outcome = bring(
        "contact-points", f"{header}kari,phone,0047 22 33 11 60,unit,24/7,2"
    )

    assert outcome.counts == (0, 0, 1)


def test_the_same_file_twice_changes_nothing():
    bring_all(NETWORK)
    before, counter = stored(), counted()

    for kind, text in NETWORK.items():
        outcome = bring(kind, text)
        assert outcome.counts == (0, 0, outcome.report.rows)

    assert (stored(), counted()) == (before, counter)


def test_what_is_exported_and_imported_again_changes_nothing():
    bring_all(NETWORK)
    before, counter = stored(), counted()

    for kind, text in all_taken_out().items():
        outcome = bring(kind, text)
        assert outcome.errors == []
        assert outcome.report.unchanged == outcome.report.rows > 0

    assert (stored(), counted()) == (before, counter)


def test_everything_exported_makes_the_same_network_elsewhere():
    bring_all(NETWORK)
    files = all_taken_out()
    _remove_everything_imported()
    assert all_taken_out() != files

    bring_all(files)

    assert all_taken_out() == files


SOMEBODY = {
    "organisations": "key,name,kind,parent,protected\n"
    + "".join(f"o{n},Organisasjon {n},municipality,,false\n" for n in range(4)),
    "posts": "key,organisation,title\np0,o0,Leder\np1,o1,Leder\n",
    "persons": "key,name\nn0,Kari Nordmann\nn1,Ola Nordmann\n",
}


@settings(
    max_examples=6,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(files=networks())
def test_any_network_goes_in_whole_or_not_at_all_and_comes_out_as_it_went_in(files):
    bring_all(SOMEBODY)
    for kind, text in files.items():
        before, counter = stored(), counted()
        if bring(kind, text).errors:
            assert (stored(), counted()) == (before, counter)
    before, counter = stored(), counted()

    for kind, text in all_taken_out().items():
        assert bring(kind, text).errors == []

    assert (stored(), counted()) == (before, counter)


def _remove_everything_imported():
    """Leave the process alone, as in a database where it was just loaded."""
    for table in (
        "acceptance",
        "attendance",
        "meeting",
        "membership",
        "network",
        "responsibility",
        "contact_point",
        "holding",
        "service_area",
        "post",
        "person",
        "organisation",
        "entry",
        "place_successor",
        "place_parent",
        "place",
    ):
        db.session.execute(OrganisationKind.metadata.tables[table].delete())
    db.session.commit()


# References within the file and without


def test_a_parent_may_stand_below_its_child_in_the_file():
    outcome = bring("organisations", NETWORK["organisations"])

    assert outcome.counts == (2, 0, 0)


def test_a_parent_may_stand_thousands_of_rows_below_its_child():
    rows = [f"org-{n},Navn {n},municipality,org-{n + 1}" for n in range(2100)]

    outcome = bring(
        "organisations",
        "\n".join(["key,name,kind,parent", *rows, "org-2100,Øverst,municipality,"]),
    )

    assert (outcome.errors, outcome.counts) == ([], (2101, 0, 0))


def test_a_place_may_name_parents_and_successors_further_down():
    outcome = bring(
        "places",
        "code,kind,name,parents,valid_to,successor\n"
        "9901,municipality,Gammel,99,2026-12-31,9902\n"
        "9902,municipality,Ny,99,,\n"
        "99,county,Fylke,NO,,\n",
    )

    assert (outcome.errors, outcome.counts) == ([], (3, 0, 0))


def test_a_parent_that_is_nowhere_is_named():
    outcome = bring("organisations", "key,name,kind,parent\na,A,municipality,b\n")

    assert outcome.named == [(2, "parent", "unknown_parent")]
    assert outcome.errors[0].details == {"value": "b"}


def test_organisations_that_go_in_circles_are_refused():
    outcome = bring(
        "organisations",
        "key,name,kind,parent\n"
        "c,C,municipality,\na,A,municipality,b\nb,B,municipality,a\n",
    )

    assert outcome.named == [(3, "parent", "goes_in_circles")]
    assert outcome.errors[0].details == {"keys": "a → b → a"}


def test_a_circle_closed_by_a_later_file_is_refused():
    bring_all(NETWORK)

    outcome = bring("organisations", "key,parent\ntk,bv-trondheim\n")

    assert outcome.named == [(2, "parent", "goes_in_circles")]


def test_places_that_go_in_circles_are_refused():
    header = "code,parents,valid_to,successor\n"
    ends = "5001,50,2026-01-01,5006\n5006,50,2026-01-01,5001\n"

    outcomes = [bring("places", header + rows) for rows in ("50,5001,,\n", ends)]

    assert [outcome.named for outcome in outcomes] == [
        [(2, "parents", "goes_in_circles")],
        [(2, "successor", "goes_in_circles")],
    ]


def test_organisations_posts_and_persons_share_one_namespace():
    bring_all(NETWORK)
    taken = {
        "organisations": "key,name,kind\nkari,K,municipality\nbv-leder,B,court\n",
        "posts": "key,organisation,title\ntk,tk,Ordfører\nola,tk,Ola\n",
        "persons": "key,name\nbv-leder,Leder\ntk,Tora K\n",
    }

    for kind, text in taken.items():
        both = {(2, "key", "key_taken"), (3, "key", "key_taken")}
        assert both <= set(bring(kind, text).named)


# Rows that contradict each other


def test_two_rows_about_the_same_record_that_differ_are_refused():
    outcome = bring("persons", "key,name\nkari,Kari\nola,Ola\nkari,Karin\n")

    assert outcome.named == [(4, None, "contradicts_row")]
    assert outcome.errors[0].details == {"key": "kari", "row": "2"}


def test_two_rows_that_say_the_same_are_one():
    outcome = bring("persons", "key,name,languages\nkari,Kari,nb\nkari,Kari,nb\n")

    assert (outcome.errors, outcome.report.created) == ([], 1)


def test_a_contradiction_is_found_thousands_of_rows_later():
    rows = [f"p{n},Navn" for n in range(2100)]

    outcome = bring("persons", "\n".join(["key,name", *rows, "p0,Annet navn"]))

    assert outcome.named == [(2102, None, "contradicts_row")]


# One bad row


def test_one_bad_row_and_nothing_is_written():
    before, counter = stored(), counted()
    rows = [f"p{n},Navn" for n in range(2100)]

    outcome = bring("persons", "\n".join(["key,name", *rows, "p2100,"]))

    assert outcome.named == [(2102, "name", "required")]
    assert (stored(), counted()) == (before, counter)


def test_every_bad_row_is_named():
    rows = ["a,", *(f"p{n},Navn" for n in range(2100)), "b!,B", "c,C", "d,D,D", ","]

    outcome = bring("persons", "\n".join(["key,name", *rows]))

    assert outcome.named == [
        (2, "name", "required"),
        (2103, "key", "bad_key"),
        (2105, None, "wrong_cell_count"),
    ]


def test_every_bad_cell_of_a_row_is_named():
    outcome = bring("organisations", "key,name,kind,orgnr,web\n!,,!,1,2\n")

    assert outcome.named == [
        (2, "key", "bad_key"),
        (2, "name", "required"),
        (2, "kind", "bad_key"),
        (2, "orgnr", "bad_orgnr"),
        (2, "web", "bad_web"),
    ]


def test_a_dry_run_counts_and_changes_nothing():
    before, counter = stored(), counted()

    outcome = bring("organisations", NETWORK["organisations"], dry_run=True)

    assert outcome.counts == (2, 0, 0)
    assert (stored(), counted()) == (before, counter)


def test_a_dry_run_names_what_is_wrong():
    outcome = bring("persons", "key,name\nkari,\n", dry_run=True)

    assert outcome.named == [(2, "name", "required")]


WRONG = [
    # The header
    ("persons", "key,name,age\n", (1, "age", "unknown_column")),
    ("persons", "key,name,name\n", (1, "name", "repeated_column")),
    ("persons", "name\nKari\n", (1, "key", "missing_column")),
    ("persons", "key\tname\nkari\tKari\n", (1, None, "wrong_separator")),
    ("persons", "", (1, None, "empty_file")),
    ("persons", b"key,n\xe5vn\n", (1, "'n\\ufffdvn'", "not_utf8")),
    ("persons", "key,name\n".encode("utf-16"), (1, None, "not_utf8")),
    ("persons", "key,name\n".encode("utf-16-le"), (1, None, "not_a_table")),
    # The row
    ("persons", "key,name\nkari;Kari\n", (2, None, "wrong_cell_count")),
    ("persons", 'key,name\nkari,"Kari\n', (2, None, "broken_row")),
    ("persons", 'key,name\nk,"Kari\nola,Ola\n', (2, None, "broken_row")),
    ("persons", 'key,name\n"kari"x,Kari\n', (2, None, "broken_row")),
    ("persons", f"key,name\nk,{'a' * 100_001}\n", (2, None, "line_too_long")),
    # The cell
    ("persons", "key,name\nkari,\n", (2, "name", "required")),
    ("persons", "key,name\n../kari,Kari\n", (2, "key", "bad_key")),
    ("persons", f"key,name\n{'k' * 65},Kari\n", (2, "key", "too_long")),
    ("persons", f"key,name\nkari,{'a' * 301}\n", (2, "name", "too_long")),
    ("persons", "key,name\nkari,Ka\0ri\n", (2, "name", "control_character")),
    ("persons", 'key,name\nkari,"K\nI"\n', (2, "name", "control_character")),
    ("persons", b"key,name\nkari,K\xe5ri\n", (2, "name", "not_utf8")),
    ("posts", "key,valid_to\nbv-leder,2026-02-30\n", (2, "valid_to", "bad_date")),
    ("posts", "key,valid_to\nbv-leder,1.2.2026\n", (2, "valid_to", "bad_date")),
    (
        "holdings",
        "person,post,deputy\nkari,bv-leder,ja\n",
        (2, "deputy", "bad_boolean"),
    ),
    ("places", "code,kind\n5001,village\n", (2, "kind", "bad_choice")),
    ("organisations", "key,orgnr\ntk,123456789\n", (2, "orgnr", "bad_orgnr")),
    ("organisations", "key,web\ntk,javascript:1\n", (2, "web", "bad_web")),
    # What does not go together
    (
        "posts",
        "key,valid_from,valid_to\nbv-leder,2026-02-02,2026-02-01\n",
        (2, "valid_to", "ends_before_start"),
    ),
    (
        "posts",
        "key,valid_to\nbv-leder,2020-12-31\n",
        (2, "valid_to", "ends_before_start"),
    ),
    (
        "places",
        "code,successor\n5001,5006\n",
        (2, "successor", "successor_without_end"),
    ),
    (
        "places",
        "code,valid_to\n5098,\n",
        (2, "successor", "successor_without_end"),
    ),
    ("persons", "key\nnils\n", (2, "name", "required")),
    (
        "organisations",
        "key,name,kind\nmeg,Meg,self\n",
        (2, "kind", "kind_without_organisations"),
    ),
    (
        "organisations",
        "key,name,kind,protected\nly,Ly,shelter_ngo,false\n",
        (2, "protected", "kind_is_protected"),
    ),
    # What names itself
    ("organisations", "key,parent\ntk,tk\n", (2, "parent", "names_itself")),
    ("places", "code,parents\n5001,5001\n", (2, "parents", "names_itself")),
    (
        "places",
        "code,valid_to,successor\n5001,2026-01-01,5001\n",
        (2, "successor", "names_itself"),
    ),
    # What nobody knows
    ("organisations", "key,kind\ntk,bakery\n", (2, "kind", "unknown_kind")),
    (
        "organisations",
        "key,serves\ntk,5001|9999\n",
        (2, "serves", "unknown_serves"),
    ),
    ("organisations", "key,parent\ntk,kari\n", (2, "parent", "unknown_parent")),
    ("places", "code,parents\n5001,99\n", (2, "parents", "unknown_parents")),
    (
        "places",
        "code,valid_to,successor\n5001,2026-01-01,99\n",
        (2, "successor", "unknown_successor"),
    ),
    (
        "posts",
        "key,organisation,title\nx,kari,X\n",
        (2, "organisation", "unknown_organisation"),
    ),
    ("holdings", "person,post\ntk,bv-leder\n", (2, "person", "unknown_person")),
    ("holdings", "person,post\nkari,tk\n", (2, "post", "unknown_post")),
    ("networks", "key\nnytt\n", (2, "name", "required")),
    (
        "networks",
        f"key,mandate\nforum,{'a' * 2001}\n",
        (2, "mandate", "too_long"),
    ),
    (
        "networks",
        "key,valid_to\nforum,2023-12-31\n",
        (2, "valid_to", "ends_before_start"),
    ),
    (
        "memberships",
        "network,holder,role\nintet,tk,member\n",
        (2, "network", "unknown_network"),
    ),
    (
        "memberships",
        "network,holder,role\nforum,ingen,member\n",
        (2, "holder", "unknown_holder"),
    ),
    (
        "memberships",
        "network,holder,role\nforum,kari,member\n",
        (2, "holder", "person_as_member"),
    ),
    (
        "memberships",
        "network,holder,role\nforum,kind:rosa,member\n",
        (2, "holder", "bad_key"),
    ),
    (
        "memberships",
        "network,holder,role\nforum,tk,boss\n",
        (2, "role", "bad_choice"),
    ),
    (
        "memberships",
        "network,holder,role\nforum,tk,\n",
        (2, "role", "required"),
    ),
    (
        "memberships",
        "network,holder,role,valid_from,valid_to\n"
        "forum,tk,member,2026-01-02,2026-01-01\n",
        (2, "valid_to", "ends_before_start"),
    ),
]


def test_what_is_wrong_is_named_with_its_row_and_column_and_nothing_is_written():
    bring_all(NETWORK)
    before, counter = stored(), counted()

    found = [(kind, text, *bring(kind, text).named) for kind, text, _ in WRONG]

    assert found == WRONG
    assert (stored(), counted()) == (before, counter)


WRONG_POINTS = [
    ("nobody,phone,22331160", ("owner", "unknown_owner")),
    ("tk,fax,22331160", ("channel", "bad_choice")),
    ("tk,phone,12", ("value", "bad_phone")),
    ("tk,email,post@", ("value", "bad_email")),
    ("tk,web,trondheim.example", ("value", "bad_web")),
    (f"tk,visit,{'a' * 501}", ("value", "too_long")),
    ("tk,phone,22331160,secret", ("audience", "bad_choice")),
    ("tk,phone,22331160,public,8 til 15", ("hours", "bad_hours")),
    ("tk,phone,22331160,public,,først", ("order", "bad_number")),
    (f"tk,phone,22331160,public,,,{'a' * 1001}", ("note", "too_long")),
]


def test_what_is_wrong_with_a_contact_point_is_named():
    bring_all(NETWORK)
    header = "owner,channel,value,audience,hours,order,note"
    rows = [row + "," * (6 - row.count(",")) for row, _ in WRONG_POINTS]

    outcome = bring("contact-points", "\n".join([header, *rows]))

    named = [(n, *one[1]) for n, one in enumerate(WRONG_POINTS, start=2)]
    assert sorted(outcome.named) == named


WRONG_RESPONSIBILITIES = [
    ("bake,A,tk,5001,,,", ("step", "unknown_step")),
    ("talk,X,tk,5001,,,", ("role", "bad_choice")),
    ("talk,A,kari,5001,,,", ("holder", "unknown_holder")),
    ("talk,A,kind:bakery,5001,,,", ("holder", "unknown_holder")),
    ("talk,A,sort:bakery,5001,,,", ("holder", "bad_key")),
    ("talk,A,tk,9999,,,", ("place", "unknown_place")),
    ("talk,A,tk,5001,toddler,,", ("tracks", "unknown_tracks")),
    ("talk,A,tk,5001,,certain,", ("status", "bad_choice")),
    ("talk,A,tk,5001,,,hearsay", ("sources", "unknown_sources")),
]


def test_what_is_wrong_with_a_responsibility_is_named():
    bring_all(NETWORK)
    header = "step,role,holder,place,tracks,status,sources"
    rows = [row for row, _ in WRONG_RESPONSIBILITIES]

    outcome = bring("responsibilities", "\n".join([header, *rows]))

    named = [(n, *one[1]) for n, one in enumerate(WRONG_RESPONSIBILITIES, start=2)]
    assert sorted(outcome.named) == named


def test_text_as_long_as_may_be_is_kept_whole():
    name = "å" * 300

    outcome = bring("places", f"code,kind,name\n9901,municipality,{name}\n")

    assert outcome.errors == []
    assert found("places", "9901")["name"] == name


# Warnings


def test_a_missing_audience_column_means_protected_and_is_told_once():
    bring_all(NETWORK)

    outcome = bring(
        "contact-points",
        "owner,channel,value\ntk,phone,22331160\ntk,phone,22331161\n",
    )

    assert outcome.errors == []
    assert [(w.row, w.column, w.code) for w in outcome.warnings] == [
        (1, "audience", "audience_missing")
    ]


def test_an_empty_audience_means_protected_and_the_row_is_told():
    bring_all(NETWORK)

    outcome = bring(
        "contact-points", "owner,channel,value,audience\ntk,phone,22331160,\n"
    )

    assert found("contact-points", "tk|phone|+4722331160")["audience"] == "protected"
    assert [(w.row, w.code) for w in outcome.warnings] == [(2, "audience_missing")]


def test_a_track_that_the_step_is_not_for_is_warned_of():
    bring_all(NETWORK)

    outcome = bring(
        "responsibilities",
        "step,role,holder,place,tracks\nreport_child,A,tk,5001,adult\n",
    )

    assert outcome.errors == []
    assert [(w.row, w.code) for w in outcome.warnings] == [(2, "step_not_for_track")]


# Protected organisations

SHELTER = "key,name,kind,serves\nly,Krisesenteret,crisis_centre,5001\n"
HIDE = "key,protected\nly,true\n"


def a_shelter(*, protected=True):
    """An organisation with a child, a post and someone who holds it."""
    bring_all(
        {
            "organisations": "key,name,kind,parent,protected\n"
            f"ly,Senteret,crisis_centre,,{'true' if protected else 'false'}\n"
            "ly-nord,Avdeling nord,crisis_centre,ly,\n",
            "posts": "key,organisation,title\nly-leder,ly-nord,Leder\n",
            "persons": "key,name\nkari,Kari Nordmann\n",
            "holdings": "person,post\nkari,ly-leder\n",
        }
    )


OWNERS = ["ly", "ly-nord", "ly-leder", "kari"]
POINTS = "owner,channel,value,audience\n"
ADDRESSES = POINTS + "".join(f"{owner},visit,Storgata 5,public\n" for owner in OWNERS)
TELLING = [
    ("visit", "Bak kirken", "", "channel"),
    ("web", "https://maps.example/ly", "", "value"),
    ("web", "https://www.google.com/maps/place/ly", "", "value"),
    ("email", "post@ly.example", "Storgata 5", "note"),
    ("phone", "22331161", "0181 Oslo", "note"),
    ("phone", "22331162", "59.9127; 10.7461", "note"),
    ("phone", "22331163", "N 59.9127 E 10.7461", "note"),
    ("phone", "22331164", "Storgt. 5", "note"),
]


def test_no_point_may_tell_where_a_protected_organisation_is():
    a_shelter()
    before, counter = stored(), counted()
    points = [(owner, *telling) for owner in OWNERS[:3] for telling in TELLING]
    rows = [",".join(cells) for *cells, _ in points]

    outcome = bring("contact-points", "\n".join(["owner,channel,value,note", *rows]))

    columns = [column for *_, column in points]
    assert outcome.named == [
        (number, column, "protected_address")
        for number, column in enumerate(columns, start=2)
    ]
    assert (stored(), counted()) == (before, counter)


def test_no_point_may_tell_where_someone_in_a_protected_post_is():
    a_shelter()
    before, counter = stored(), counted()
    header = "owner,channel,value,audience\n"

    outcome = bring("contact-points", f"{header}kari,visit,Bak kirken,unit\n")

    assert outcome.named == [(2, None, "would_expose")]
    assert (stored(), counted()) == (before, counter)


def test_a_protected_organisation_may_have_numbers():
    a_shelter()
    rows = [f"{owner},phone,22331160,Hele døgnet,unit" for owner in OWNERS]

    outcome = bring(
        "contact-points", "\n".join(["owner,channel,value,note,audience", *rows])
    )

    assert outcome.counts == (4, 0, 0)


def test_who_has_an_address_cannot_become_protected():
    a_shelter(protected=False)
    bring("contact-points", ADDRESSES)
    before, counter = stored(), counted()

    outcome = bring("organisations", HIDE)

    assert outcome.named == [(2, None, "would_expose")] * 4
    assert sorted(one.details["owner"] for one in outcome.errors) == sorted(OWNERS)
    assert (stored(), counted()) == (before, counter)


def test_who_has_an_address_cannot_be_moved_below_a_protected_one():
    a_shelter(protected=False)
    bring("contact-points", ADDRESSES.replace("ly,visit,Storgata 5,public\n", ""))
    bring("organisations", "key,parent,protected\nly-nord,,\nly,,true\n")

    outcome = bring("organisations", "key,name,parent\nly-nord,Nord,ly\n")

    assert outcome.named == [(2, None, "would_expose")] * 3


def test_a_post_with_an_address_cannot_move_to_a_protected_organisation():
    a_shelter()
    bring("organisations", "key,name,kind\nåpen,Åpen,crisis_centre\n")
    bring("posts", "key,organisation\nly-leder,åpen\n")
    owners = ("ly-leder", "kari")
    rows = "".join(f"{owner},visit,Storgata 5,public\n" for owner in owners)
    assert bring("contact-points", POINTS + rows).errors == []

    outcome = bring("posts", "key,organisation\nly-leder,ly\n")

    assert outcome.named == [(2, None, "would_expose")] * 2


def test_a_person_with_an_address_cannot_come_to_a_protected_post():
    a_shelter()
    bring("persons", "key,name\nola,Ola Nordmann\n")
    bring(
        "contact-points", "owner,channel,value,audience\nola,visit,Storgata 5,network\n"
    )

    outcome = bring("holdings", "person,post\nola,ly-leder\n")

    assert outcome.named == [(2, None, "would_expose")]


def test_a_change_of_kind_that_hides_is_refused_while_there_is_an_address():
    a_shelter(protected=False)
    bring(
        "contact-points", "owner,channel,value,audience\nly,visit,Storgata 5,public\n"
    )

    outcome = bring("organisations", "key,kind\nly,shelter_ngo\n")

    assert outcome.named == [(2, None, "would_expose")]


TELLING_NAMES = [
    (
        "organisations",
        "key,name,kind,protected\nx,Storgata 5,crisis_centre,true\n",
        (2, "name", "protected_address"),
    ),
    (
        "organisations",
        "key,name,kind,protected,web\nx,X,crisis_centre,true,https://maps.example\n",
        (2, "web", "protected_address"),
    ),
    (
        "organisations",
        "key,name,kind\nx,Storgata 5,shelter_ngo\n",
        (2, "name", "protected_address"),
    ),
    (
        "organisations",
        "key,name\nly,Storgata 5\n",
        (2, "name", "protected_address"),
    ),
    (
        "organisations",
        "key,name,kind,parent\nx,Storgata 5,crisis_centre,ly\n",
        (2, "name", "protected_address"),
    ),
    (
        "posts",
        "key,organisation,title\nx,ly,Leder i Storgata 5\n",
        (2, "title", "protected_address"),
    ),
]


def test_no_name_may_tell_where_a_protected_organisation_is():
    a_shelter()
    before, counter = stored(), counted()

    found = [(kind, text, *bring(kind, text).named) for kind, text, _ in TELLING_NAMES]

    assert found == TELLING_NAMES
    assert (stored(), counted()) == (before, counter)


def test_who_tells_an_address_by_name_cannot_become_protected():
    a_shelter(protected=False)
    bring("organisations", "key,name\nly-nord,Storgata 5\n")
    bring("posts", "key,title\nly-leder,Leder i Storgata 5\n")

    outcome = bring("organisations", HIDE)

    assert outcome.named == [
        (2, "name", "protected_address"),
        (2, "title", "protected_address"),
    ]


def test_a_shelter_is_protected_unless_anyone_says_so():
    bring("organisations", "key,name,kind,protected\na,A,shelter_ngo,\n")
    bring("organisations", "key,name,kind\nb,B,shelter_ngo\n")

    assert [found("organisations", key)["protected"] for key in "ab"] == [True, True]
    assert [audience_of(key) for key in "ab"] == ["unit", "unit"]


def test_an_emptied_protected_cell_says_what_the_kind_says():
    a_shelter()

    outcome = bring("organisations", "key,protected\nly,\n")

    assert outcome.counts == (0, 1, 0)
    assert audience_of("ly") == "public"


def test_what_lies_below_a_protected_organisation_is_hidden_with_it():
    a_shelter(protected=False)

    bring("organisations", HIDE)

    assert [audience_of(key) for key in ("ly", "ly-nord", "ly-leder")] == ["unit"] * 3
    assert audience_of("kari") == "network"


def test_what_is_no_longer_protected_is_shown_again():
    a_shelter()

    bring("organisations", "key,protected\nly,false\n")

    assert [audience_of(key) for key in ("ly", "ly-nord", "ly-leder")] == ["public"] * 3


def test_an_export_leaves_protected_rows_out():
    a_shelter()
    bring("contact-points", "owner,channel,value,audience\nly,phone,22331161,public\n")
    bring("responsibilities", "step,role,holder,place\ntalk,R,ly-leder,5001\n")
    bring("networks", "key,name\nforum,Forum\n")
    rows = "forum,ly,member\nforum,ly-leder,chair\n"
    bring("memberships", f"network,holder,role\n{rows}")

    files = all_taken_out()

    assert [kind for kind, text in files.items() if "ly" in text.split(",")] == []
    assert "ly-" not in "".join(files.values())
    assert "+4722331161" not in files["contact-points"]


def test_an_export_holds_lines_that_are_not_public():
    bring_all(NETWORK)

    assert "kari,phone,+4722331160,unit,24/7,2," in taken_out("contact-points")


# Changes


def test_a_created_record_is_a_change_with_every_field():
    seq = counted()

    bring("persons", NETWORK["persons"])

    assert changes_since(seq) == [
        (
            "import",
            "person",
            "kari",
            None,
            {"key": "kari", "name": "Kari Nordmann", "languages": ["nb", "se"]},
        ),
        (
            "import",
            "person",
            "ola",
            None,
            {"key": "ola", "name": "Ola Nordmann", "languages": []},
        ),
    ]


def test_an_updated_record_is_a_change_of_the_fields_that_differ():
    bring_all(NETWORK)
    seq = counted()

    bring(
        "organisations",
        "key,name,web,valid_to\nbv-trondheim,Barnevernet i Trondheim,,2031-01-01\n",
    )

    assert changes_since(seq) == [
        (
            "import",
            "organisation",
            "bv-trondheim",
            {"web": "https://trondheim.example/barnevern", "valid_to": "2030-12-31"},
            {"web": None, "valid_to": "2031-01-01"},
        )
    ]


def test_a_moved_link_is_two_changes():
    bring_all(NETWORK)
    seq = counted()

    bring("organisations", "key,serves\ntk,5006\n")

    assert [change[1:] for change in changes_since(seq)] == [
        ("service_area", "tk|5001", {"organisation": "tk", "place": "5001"}, None),
        ("service_area", "tk|5006", None, {"organisation": "tk", "place": "5006"}),
    ]


def test_the_counter_is_the_number_of_changes_ever_made():
    bring_all(NETWORK)

    seqs = [row[0] for row in stored("change")["change"]]

    assert sorted(seqs) == list(range(1, counted() + 1))


# Two imports at once


def test_an_import_reads_nothing_while_another_one_writes(app, tmp_path):
    path = tmp_path / "persons.csv"
    path.write_text(NETWORK["persons"], encoding="utf-8")
    other_reads, reports = Event(), []

    def bring_persons(hear_bytes):
        with app.app_context():
            reports.append(
                exchange.import_file(
                    "persons",
                    path,
                    hear_error=pytest.fail,
                    hear_warning=pytest.fail,
                    hear_bytes=hear_bytes,
                )
            )
            own_connection.disconnect()

    other = Thread(target=bring_persons, args=[lambda _count: other_reads.set()])

    def start_the_other(_count):
        if not other.ident:
            other.start()
            assert not other_reads.wait(0.5)

    bring_persons(start_the_other)
    other.join()

    assert [report.created for report in reports] == [2, 0]
    assert other_reads.is_set()
