import pytest

from diptych.core.statistics.paired_difference import PairedDifference, paired_difference


def test_differences_are_second_minus_first_pair_by_pair() -> None:
    first = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    second = [1.5, 2.5, 3.5, 4.0, 4.5, 7.0, 9.0]

    difference = paired_difference(first, second)

    assert difference == PairedDifference(n=7, median=0.5, interval=(-0.5, 2.0), min=-0.5, max=2.0, lower=1, higher=5)
    assert difference.equal == 1
    assert difference.p == pytest.approx(14 / 64)  # of six coins, one or none on either side; the tie does not count


def test_few_pairs_have_no_interval() -> None:
    difference = paired_difference([1.0, 1.0], [2.0, 3.0])

    assert difference
    assert (difference.median, difference.interval, difference.p) == (1.5, None, 0.5)


def test_no_pairs_have_no_difference() -> None:
    assert paired_difference([], []) is None


def test_a_value_without_its_partner_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired_difference([1.0], [])
