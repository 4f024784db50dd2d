import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.core.statistics.sign_test import sign_test

COUNTS = st.integers(0, 300)


def pvalue_of_scipy(wins: int, pairs: int) -> float:
    """What SciPy computes."""
    from scipy.stats import binomtest  # here, since every process of the tests imports this module

    return float(binomtest(wins, pairs).pvalue)


@given(COUNTS, COUNTS)
def test_scipy_computes_the_same(wins: int, losses: int) -> None:
    theirs = pvalue_of_scipy(wins, wins + losses) if wins + losses else 1.0

    assert sign_test(wins, losses) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize(("wins", "losses"), [(501_000, 499_000), (500_000, 500_000), (510_000, 490_000)])
def test_a_million_pairs_work(wins: int, losses: int) -> None:
    assert sign_test(wins, losses) == pytest.approx(pvalue_of_scipy(wins, 1_000_000), rel=1e-6)


@given(COUNTS, COUNTS)
def test_it_does_not_matter_who_wins(wins: int, losses: int) -> None:
    assert sign_test(wins, losses) == sign_test(losses, wins)
    assert 0 < sign_test(wins, losses) <= 1


def test_nothing_decided_says_nothing() -> None:
    assert sign_test(0, 0) == 1
