"""What elements say: keys made of names."""

from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.element_words import Keys, slug
from coordinator.values import LONGEST_KEY


class Counting(set):
    """Keys that are taken, and how often one looked."""

    looks = 0

    def __contains__(self, key):
        self.looks += 1
        return super().__contains__(key)


def test_ten_thousand_names_of_one_key_cost_a_look_or_two_each():
    for name in ("東京", "x" * 80, "Sør"):
        taken = Counting({slug(name)})
        keys = Keys(taken.__contains__)

        made = {keys.made(name) for _number in range(10_000)}

        assert len(made) == 10_000
        assert taken.looks <= 20_001
        assert max(map(len, made)) <= LONGEST_KEY


def test_names_that_differ_behind_where_a_number_goes_share_their_numbers():
    taken = Counting()
    keys = Keys(taken.__contains__)

    names = [f"{'x' * 60}{number % 40:02}" for number in range(8000)]

    assert len({keys.made(name) for name in names}) == 8000
    assert taken.looks <= 16_000


@settings(deadline=None)
@given(
    st.lists(st.text("aåß-1 東", max_size=70), max_size=30), st.sets(st.text("a-12"))
)
def test_a_key_is_made_once_and_is_nobody_elses(names, taken):
    keys = Keys(taken.__contains__)

    made = [keys.made(name) for name in names]

    assert len(set(made)) == len(made)
    assert taken.isdisjoint(made)
    assert all(0 < len(key) <= LONGEST_KEY for key in made)
