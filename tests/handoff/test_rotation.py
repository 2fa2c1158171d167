"""The rotation keeps everyone's share, whatever the weights."""

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.routing.rotation import LEAD, Rotation, Seat

weights = st.lists(st.integers(1, 9), min_size=1, max_size=8)
owed = st.lists(st.integers(-3 * LEAD, 3 * LEAD), min_size=8, max_size=8)


def deviations(given: Counter, weights: list[int], turns: int) -> list[Fraction]:
    total = sum(weights)
    return [abs(given[key] - Fraction(turns * w, total)) for key, w in enumerate(weights)]


@settings(max_examples=200, deadline=None)
@given(weights=weights, owed=owed, turns=st.integers(1, 120))
def test_within_one_of_the_weights_after_every_lead_whatever_is_owed(weights, owed, turns):
    rotation = Rotation(Seat(key, w, owed=owed[key]) for key, w in enumerate(weights))
    given = Counter()
    for turn in range(1, turns + 1):
        given[rotation.give().key] += 1
        assert max(deviations(given, weights, turn)) < 1


@settings(max_examples=60, deadline=None)
@given(weights=weights, turns=st.integers(1, 60), window=st.integers(1, 30))
def test_within_two_over_any_window_of_a_period(weights, turns, window):
    rotation = Rotation(Seat(key, w) for key, w in enumerate(weights))
    log = [rotation.give().key for _ in range(turns + window)]
    for start in range(turns):
        part = Counter(log[start : start + window])
        assert max(deviations(part, weights, window)) < 2


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.sets(st.integers(0, 3), min_size=1), min_size=1, max_size=80))
def test_who_comes_and_goes_with_every_lead_starves_nobody(steps):
    """Each lead is a period of its own: what one leaves too little the next makes good."""
    weights = {0: 3, 1: 1, 2: 1, 3: 2}
    seats = {key: Seat(key, weight) for key, weight in weights.items()}
    share, given = Counter(), Counter()
    for present in steps:
        rotation = Rotation(seats[key] for key in present)
        given[rotation.give().key] += 1
        for key in present:
            share[key] += Fraction(weights[key], sum(weights[k] for k in present))
        rotation.close()
    assert max(abs(share[key] - given[key]) for key in weights) < 2


def test_twice_the_weight_gets_twice_as_many():
    rotation = Rotation([Seat(1, 2), Seat(2, 1)])
    assert [rotation.give().key for _ in range(6)] == [1, 2, 1, 1, 2, 1]
