from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.core.statistics.fair_coin import lower_tail


@given(st.integers(0, 400), st.integers(-2, 402))
def test_the_tail_is_the_sum_of_its_terms(tosses: int, heads: int) -> None:
    exact = sum(comb(tosses, number) for number in range(heads + 1)) / 2**tosses

    assert lower_tail(heads, tosses) == pytest.approx(exact, rel=1e-11)


@pytest.mark.parametrize("heads", [497_000, 499_020, 499_999, 500_000, 500_980, 502_000])
def test_a_million_tosses_do_not_overflow(heads: int) -> None:
    from scipy.stats import binom  # here, since every process of the tests imports this module, and SciPy is large

    assert lower_tail(heads, 1_000_000) == pytest.approx(float(binom.cdf(heads, 1_000_000, 0.5)), rel=1e-7)


def test_what_no_float_can_hold_is_nothing() -> None:
    assert lower_tail(3, 1_000_000) == 0.0


@pytest.mark.parametrize(("heads", "tail"), [(-1, 0.0), (0, 0.125), (1, 0.5), (2, 0.875), (3, 1.0), (4, 1.0)])
def test_three_tosses(heads: int, tail: float) -> None:
    assert lower_tail(heads, 3) == pytest.approx(tail)
