"""The collector rests while much is built, and only then."""

import gc

import pytest

from graphs.memory import uncollected


def test_the_collector_comes_back_even_after_a_mistake():
    with pytest.raises(ValueError, match="mistake"), uncollected():
        raise ValueError("mistake")

    assert gc.isenabled()


def test_one_rest_within_another_does_not_end_it():
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()

    assert gc.isenabled()
