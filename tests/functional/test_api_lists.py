import pytest

from coordinator import accounts
from coordinator.columns import KINDS
from tests.exchanging import bring, bring_all
from tests.networks import NETWORK
from views.api.schemas import LIST_SCHEMAS

EXCHANGED = [kind for kind in LIST_SCHEMAS if kind != "steps"]


def pages(client, address):
    """Yield each page of a list, the results of each and its address."""
    while address:
        response = client.get(address)
        assert response.status_code == 200
        yield address, response
        address = response.json["next"]


def results(client, address):
    return [row for _, page in pages(client, address) for row in page.json["results"]]


def key(kind, row):
    if kind == "steps":
        return row["code"]
    columns = KINDS[kind].columns
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in row.items()}
    return "|".join(
        c.cell(values[c.name]) for c in columns if c.name in KINDS[kind].known_by
    )


@pytest.fixture
def network(client):
    """Names that sort otherwise by code point than by language."""
    bring_all(NETWORK)
    keys = ("Aa", "aa", "a-b", "a_b", "a.b", "Å", "å", "ä", "z", "Æ", "01", "1", "ab")
    rows = "".join(f"{key},Navn,municipality,5001\n" for key in keys)
    assert bring("organisations", "key,name,kind,serves\n" + rows).errors == []


@pytest.fixture
def reader(app, network):
    """Return a program that reads as someone who is signed in."""
    accounts.create("leser@example.no", "reader")
    secret = accounts.issue_token("leser@example.no")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def test_every_list_reaches_every_row_once_in_the_order_of_code_points(reader):
    for kind in LIST_SCHEMAS:
        # Of thousands of synonyms a few will do.
        asked = f"/api/v1/{kind}?q={'lawyer' if kind == 'synonyms' else ''}"
        whole, by_twos, by_sevens = (
            [key(kind, row) for row in results(reader, f"{asked}&limit={limit}")]
            for limit in (100, 2, 7)
        )

        assert whole == by_twos == by_sevens == sorted(set(whole))


def test_the_lists_hold_what_the_network_holds(client, network):
    counts = {
        kind: len(results(client, f"/api/v1/{kind}?limit=100"))
        for kind in ("places", "steps", "organisations", "posts")
    }

    # 1 country, 15 counties, 357 municipalities, 15 + 12 districts, 2 of our own
    assert counts == {"places": 402, "steps": 36, "organisations": 22, "posts": 1}


def test_networks_and_their_members_are_for_those_who_are_signed_in(client, reader):
    for kind in ("networks", "memberships"):
        public = client.get(f"/api/v1/{kind}").json
        assert public == {"results": [], "next": None}
        assert results(reader, f"/api/v1/{kind}")

    assert reader.get("/api/v1/networks?q=SAMORDNE").json["results"] == [
        {
            "key": "forum",
            "name": "Regionalt forum",
            "mandate": "Samordne hjelpen, i hele fylket",
            "valid_from": "2024-01-01",
            "valid_to": "2027-12-31",
        }
    ]
    for asked in ("regionalt+leder", "forum+bv-leder"):
        assert reader.get(f"/api/v1/memberships?q={asked}").json["results"] == [
            {
                "network": "forum",
                "holder": "bv-leder",
                "role": "member",
                "valid_from": None,
                "valid_to": "2027-06-30",
            }
        ]


def test_meetings_and_who_was_there_are_for_those_who_are_signed_in(client, reader):
    for kind in ("meetings", "attendances"):
        public = client.get(f"/api/v1/{kind}").json
        assert public == {"results": [], "next": None}

    (meeting,) = reader.get("/api/v1/meetings?q=BARN").json["results"]
    uid = meeting.pop("uid")
    assert uid
    assert meeting == {
        "id": "var-26",
        "key": "var-26",
        "sequence": 0,
        "status": "confirmed",
        "network": "forum",
        "title": "Barn, og mer",
        "starts": "2026-03-10T10:00",
        "ends": "2026-03-10T11:30",
        "timezone": "Europe/Oslo",
        "steps": ["talk_child"],
    }
    assert reader.get("/api/v1/meetings/var-26").json["uid"] == uid
    for asked in ("barn+leder", "var-26+bv-leder"):
        assert reader.get(f"/api/v1/attendances?q={asked}").json["results"] == [
            {
                "meeting": "var-26",
                "holder": "bv-leder",
                "answer": "accepted",
                "attended": True,
            }
        ]


def test_every_list_has_the_shape_it_promises(reader):
    for kind, schema in LIST_SCHEMAS.items():
        for _, page in pages(reader, f"/api/v1/{kind}?limit=100"):
            assert schema.model_validate_json(page.data, strict=True).results


def test_each_object_carries_the_columns_of_its_exchange_file(reader):
    for kind in EXCHANGED:
        row = reader.get(f"/api/v1/{kind}?limit=1").json["results"][0]

        # What calendars know a meeting by is not for files to say.
        more = {"id", "uid", "sequence", "status"} if kind == "meetings" else set()
        assert row.keys() == {column.name for column in KINDS[kind].columns} | more


def test_a_list_holds_fifty_unless_asked(client):
    page = client.get("/api/v1/places").json

    assert len(page["results"]) == 50
    assert page["next"] is not None


def test_the_last_page_has_no_next_one(client, network):
    organisations = client.get("/api/v1/organisations?limit=22").json

    assert (len(organisations["results"]), organisations["next"]) == (22, None)


def test_the_next_page_keeps_the_question(client):
    page = client.get("/api/v1/places?q=nes&limit=2&lang=en").json

    following = client.get(page["next"]).json
    assert len(following["results"]) == 2
    assert "q=nes" in page["next"]
    assert "lang=en" in page["next"]


def test_the_next_page_is_at_this_address_whatever_is_asked(client):
    tricks = "_external=1&_scheme=javascript&_anchor=x&endpoint=x&_method=POST&self=1"

    page = client.get(f"/api/v1/places?limit=1&{tricks}")

    assert page.json["next"].startswith("/api/v1/places?")
    assert "javascript" not in page.json["next"]


SEARCHES = [
    ("places?q=trondheim", ["5001"]),
    ("places?q=TRÅANTE", ["5001"]),
    ("places?q=5001", ["5001"]),
    ("places?q=%20 trondheim%20", ["5001"]),
    ("places?q=%25", []),
    ("places?q=_rondheim", []),
    ("places?q='", []),
    ("places?q=%22", []),
    ("places?q=ingensteds", []),
    ("organisations?q=barnevernet+trondheim", ["bv-trondheim"]),
    ("organisations?q=974760673", ["bv-trondheim"]),
    ("posts?q=leder", ["bv-leder"]),
    ("steps?q=report+to+child", ["report_child"]),
    ("steps?q=report_child", ["report_child"]),
]


def test_a_search_finds_by_any_name(client):
    bring_all(NETWORK)

    found = []
    for address, _ in SEARCHES:
        rows = client.get(f"/api/v1/{address}").json["results"]
        found.append((address, [row.get("code") or row["key"] for row in rows]))

    assert found == SEARCHES


def test_a_search_does_not_find_by_what_it_does_not_show(client):
    bring_all(NETWORK)

    for hidden in ("kari", "leder@trondheim.example", "22331160", "forum"):
        for kind in EXCHANGED:
            page = client.get(f"/api/v1/{kind}?q={hidden}").json
            assert "kari" not in str(page["results"])


def test_contact_points_are_listed_only_when_they_are_public(client):
    bring_all(NETWORK)

    rows = results(client, "/api/v1/contact-points?limit=100")

    assert {row["audience"] for row in rows} == {"public"}
    assert {row["owner"] for row in rows} >= {"bv-trondheim", "tk", "line-rosa"}
    assert {"kari", "bv-leder"} & {row["owner"] for row in rows} == set()
