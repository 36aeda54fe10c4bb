"""Bodies are kept by bytes: many small ones, few large ones, and never too much."""

import gzip

import pytest

from coordinator.lru import Cache
from views import kept

PACKED = {"Accept-Encoding": "gzip"}


def test_however_much_is_asked_no_more_is_kept_than_the_bound(app, client, monkeypatch):
    monkeypatch.setattr(kept, "KEPT_BYTES", 400_000)
    monkeypatch.setattr(kept, "MOST_OF_ONE", 200_000)
    kept.init_app(app)
    for number in range(16):
        assert client.get(f"/steps?n={number}").status_code == 200
        assert app.extensions["kept"].weight <= 400_000

    assert 0 < len(app.extensions["kept"]) < 16


@pytest.mark.parametrize("headers", [{}, PACKED])
def test_a_body_that_would_fill_the_memory_alone_is_answered_and_not_kept(
    app, client, monkeypatch, headers
):
    monkeypatch.setattr(kept, "MOST_OF_ONE", kept.BESIDE + 10)
    kept.init_app(app)

    assert client.get("/steps", headers=headers).status_code == 200
    assert len(app.extensions["kept"]) == 0


def test_the_bound_counts_what_stands_beside_small_bodies(app, client):
    client.get("/steps")

    memory: Cache[object, bytes] = app.extensions["kept"]
    assert memory.most == kept.KEPT_BYTES
    assert memory.weight > len(client.get("/steps").data)
    assert memory.heaviest < memory.most / 4


def test_who_unpacks_and_who_does_not_are_told_the_same(app, client):
    plain = client.get("/steps")
    packed = client.get("/steps", headers=PACKED)

    assert gzip.decompress(packed.data) == plain.data
    assert client.get("/steps", headers=PACKED).data == packed.data
    assert packed.headers["Vary"] == plain.headers["Vary"]


def test_a_page_for_those_who_unpack_is_kept_packed_alone(app, client):
    packed = client.get("/steps", headers=PACKED)

    memory = app.extensions["kept"]
    assert memory.weight == len(packed.data) + kept.BESIDE
