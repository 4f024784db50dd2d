"""Intervals of a median: that they are the narrowest which keep 95 %, and those that SciPy computes."""

import random
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.core.statistics.fair_coin import lower_tail
from diptych.core.statistics.median_interval import NO_INTERVAL, median_interval, median_ranks

VALUES = st.lists(st.floats(-1e9, 1e9), min_size=6, max_size=200)


@pytest.mark.parametrize(
    ("count", "ranks"),
    [(6, (1, 6)), (8, (1, 8)), (9, (2, 8)), (10, (2, 9)), (20, (6, 15)), (50, (18, 33)), (100, (40, 61))],
)
def test_the_ranks_are_those_of_published_tables(count: int, ranks: tuple[int, int]) -> None:
    assert median_ranks(count) == ranks  # Conover, Practical Nonparametric Statistics; Owen, Handbook of Tables


@pytest.mark.parametrize("count", [*range(6, 400), 1_000, 1_001, 4_000])
def test_the_interval_is_the_narrowest_that_keeps_95_per_cent(count: int) -> None:
    ranks = median_ranks(count)
    assert ranks
    lower, upper = ranks
    outside = sum(comb(count, number) for number in range(lower))  # whole numbers, of which none is rounded
    narrower = outside + comb(count, lower)

    assert lower + upper == count + 1
    assert 40 * outside <= 2**count < 40 * narrower


@pytest.mark.parametrize("count", range(6))
def test_fewer_than_six_values_have_no_interval(count: int) -> None:
    assert median_interval([float(number) for number in range(count)]) is None
    assert "93.75 %" in NO_INTERVAL


def test_a_million_values_have_one() -> None:
    assert median_ranks(1_000_000) == (499_020, 500_981)
    assert 1 - 2 * lower_tail(499_019, 1_000_000) == pytest.approx(0.95, abs=0.0005)


@pytest.mark.parametrize("count", [6, 7, 8, 11, 20, 37, 50, 101, 500])
def test_scipy_computes_the_same(count: int) -> None:
    from scipy.stats import quantile_test  # here, since every process of the tests imports this module

    chance = random.Random(count)
    values = sorted(chance.lognormvariate(0, 1) for _ in range(count))
    theirs = quantile_test(values, p=0.5).confidence_interval(confidence_level=0.95)

    assert median_interval(values) == (theirs.low, theirs.high)


@given(VALUES)
def test_the_interval_holds_the_median_of_the_values(values: list[float]) -> None:
    values.sort()
    interval = median_interval(values)

    assert interval
    assert interval[0] <= values[(len(values) - 1) // 2] <= values[len(values) // 2] <= interval[1]


@given(VALUES, st.floats(0.001, 1000))
def test_other_units_scale_the_interval(values: list[float], factor: float) -> None:
    values.sort()
    interval = median_interval(values)

    assert interval
    assert median_interval([value * factor for value in values]) == (interval[0] * factor, interval[1] * factor)


@given(VALUES)
def test_the_sign_of_values_only_turns_the_interval(values: list[float]) -> None:
    values.sort()
    interval = median_interval(values)

    assert interval
    assert median_interval(sorted(-value for value in values)) == (-interval[1], -interval[0])
