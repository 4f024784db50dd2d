import pytest

from diptych.core.statistics.paired_difference import PairedDifference, paired_difference


def test_pairs_have_a_median_difference_with_its_interval_and_a_p_value() -> None:
    difference = paired_difference([0.5, 0.5, 0.5, 0.0, -0.5, 1.0, 2.0])

    assert difference == PairedDifference(n=7, median=0.5, interval=(-0.5, 2.0), min=-0.5, max=2.0, lower=1, higher=5)
    assert difference.equal == 1
    assert difference.p == pytest.approx(14 / 64)  # of six coins, one or none on either side; the tie does not count


def test_few_pairs_have_no_interval() -> None:
    difference = paired_difference([1.0, 2.0])

    assert difference
    assert (difference.median, difference.interval, difference.p) == (1.5, None, 0.5)


def test_no_pairs_have_no_difference() -> None:
    assert paired_difference([]) is None
