"""Holm's correction against an example computed by hand, a published one, and its own promise."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.core.statistics.holm import holm

P_VALUES = st.lists(st.floats(0, 1), max_size=30)


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        ([], []),
        ([0.03], [0.03]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),  # 0.04 × 1 may not be less than 0.03 × 2
        ([0.5, 0.6], [1.0, 1.0]),
        ([0.02, 0.02, 0.02], [0.06, 0.06, 0.06]),
        ([0.01, 0.02, 0.03, 0.04, 0.05], [0.05, 0.08, 0.09, 0.09, 0.09]),  # R: p.adjust((1:5)/100, "holm")
    ],
)
def test_the_values_are_those_computed_by_hand(p_values: list[float], adjusted: list[float]) -> None:
    assert holm(p_values) == pytest.approx(adjusted)


@given(P_VALUES)
def test_values_only_grow_and_keep_their_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)

    assert all(before <= after <= 1 for before, after in zip(p_values, adjusted, strict=True))
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert sorted(adjusted) == [adjusted[index] for index in order]


def test_five_per_cent_of_all_families_without_an_effect_have_a_false_alarm_at_most() -> None:
    chance = random.Random(7)
    families = [[chance.random() for _ in range(10)] for _ in range(4_000)]

    assert sum(min(holm(family)) <= 0.05 for family in families) / 4_000 == pytest.approx(0.0489, abs=0.011)
    assert sum(min(family) <= 0.05 for family in families) / 4_000 > 0.38  # without the correction
