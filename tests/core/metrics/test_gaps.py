from statistics import quantiles

import pytest

from diptych.core.metrics.gaps import GapHistogram, GapLimits, gap_limits


def counted(*gaps: float) -> GapHistogram:
    histogram = GapHistogram()
    for gap in gaps:
        histogram.add(gap)
    return histogram


REGULAR = [0.01 * number for number in range(1, 102)]


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_a_quantile_is_off_by_at_most_two_per_cent(share: float) -> None:
    cuts = [REGULAR[0], *quantiles(REGULAR, n=4, method="inclusive"), REGULAR[-1]]

    assert counted(*REGULAR).quantile(share) == pytest.approx(cuts[int(share * 4)], rel=0.02)


def test_the_median_of_two_gaps_lies_between_them() -> None:
    assert counted(0.1, 2.4).quantile(0.5) == pytest.approx(1.25, rel=0.02)


def test_gaps_of_no_length_count_as_the_shortest() -> None:
    histogram = counted(0, 0, 0, 0.5)

    assert histogram.quantile(0.5) == 0
    assert histogram.quantile(1.0) == pytest.approx(0.5, rel=0.02)
    assert GapHistogram().quantile(0.5) == 0


def test_what_is_long_and_what_is_unusual_depends_on_the_other_gaps() -> None:
    limits = gap_limits(counted(*REGULAR))  # its quartiles are 0.26 and 0.76

    assert limits.long == pytest.approx(0.76 + 1.5 * 0.5, rel=0.03)
    assert limits.unusual == pytest.approx(0.76 + 3 * 0.5, rel=0.03)
    assert [limits.level(gap) for gap in (0.5, 2.0, 3.0)] == ["usual", "long", "unusual"]


def test_short_gaps_are_usual_however_regular_the_others_are() -> None:
    assert gap_limits(counted(*[0.001] * 100)) == GapLimits(0.05, 0.1)


def test_of_a_few_gaps_none_is_unusual() -> None:
    limits = gap_limits(counted(*[0.01] * 7))

    assert limits.level(100.0) == "usual"
