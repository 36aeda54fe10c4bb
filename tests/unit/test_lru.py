"""What was made once is kept within a bound, and nobody waits for another's."""

from threading import Event, Thread

import pytest

from coordinator.lru import Cache

# So long is waited before a test that hangs is told; a sound one never waits for it.
LONG = 60


def never():
    raise AssertionError("made again")


def test_what_is_kept_is_not_made_again():
    cache = Cache(2)

    assert cache.get("a", lambda: 1) == 1
    assert cache.get("a", never) == 1
    assert len(cache) == 1


def test_the_one_least_lately_asked_for_goes_first():
    cache = Cache(2)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda: 1)

    assert [key in cache for key in "abc"] == [True, False, True]


def test_it_holds_no_more_than_its_weight_in_all():
    cache = Cache(100, len)
    for number in range(50):
        cache.get(number, lambda: b"x" * 30)
        assert cache.weight <= 100

    assert (len(cache), cache.weight) == (3, 90)
    assert 49 in cache


def test_what_alone_is_too_heavy_is_made_and_drives_nothing_out():
    cache = Cache(100, len, heaviest=40)
    cache.get("small", lambda: b"x" * 40)

    assert cache.get("large", lambda: b"x" * 41) == b"x" * 41
    assert "large" not in cache
    assert "small" in cache
    assert cache.weight == 40


def test_what_raises_is_not_kept():
    cache = Cache(2)
    with pytest.raises(AssertionError):
        cache.get("a", never)

    assert len(cache) == 0
    assert cache.get("a", lambda: 1) == 1


def test_what_is_cleared_is_made_again():
    cache = Cache(100, len)
    cache.get("a", lambda: b"old")
    cache.clear()

    assert (len(cache), cache.weight) == (0, 0)
    assert cache.get("a", lambda: b"new") == b"new"


def test_who_asks_for_another_is_answered_while_one_is_made():
    cache, begun, finish = Cache(9), Event(), Event()

    def slow():
        begun.set()
        assert finish.wait(LONG)
        return "slow"

    first = Thread(target=lambda: cache.get("a", slow))
    first.start()
    assert begun.wait(LONG)
    answered = []
    second = Thread(target=lambda: answered.append(cache.get("b", lambda: "quick")))
    second.start()
    second.join(LONG)
    before = list(answered)
    finish.set()
    first.join()

    assert before == ["quick"]
    assert cache.get("a", never) == "slow"


def test_those_who_ask_for_the_same_at_once_have_it_made_once():
    cache, finish, made, got = Cache(9), Event(), [], []

    def slow():
        made.append(1)
        assert finish.wait(LONG)
        return object()

    threads = [
        Thread(target=lambda: got.append(cache.get("a", slow))) for _number in range(8)
    ]
    for thread in threads:
        thread.start()
    finish.set()
    for thread in threads:
        thread.join()

    assert len(made) == 1
    assert len(got) == 8
    assert len({id(one) for one in got}) == 1


def test_who_waited_for_what_failed_makes_it_anew():
    cache, begun, fail, got = Cache(9), Event(), Event(), []

    def failing():
        begun.set()
        assert fail.wait(LONG)
        raise ValueError("broken")

    def try_it():
        with pytest.raises(ValueError, match="broken"):
            cache.get("a", failing)

    first = Thread(target=try_it)
    first.start()
    assert begun.wait(LONG)
    second = Thread(target=lambda: got.append(cache.get("a", lambda: "whole")))
    second.start()
    fail.set()
    first.join()
    second.join()

    assert got == ["whole"]
    assert cache.get("a", never) == "whole"
