import pytest

from diptych.core.statistics.spread import Spread, spread


def test_values_in_any_order_have_median_interval_quartiles_and_range() -> None:
    assert spread([8.0, 1.0, 7.0, 2.0, 6.0, 3.0, 5.0, 4.0, 9.0]) == Spread(
        n=9, median=5.0, interval=(2.0, 8.0), p25=3.0, p75=7.0, p95=None, min=1.0, max=9.0
    )


@pytest.mark.parametrize(("count", "p95"), [(19, None), (20, 19.05), (21, 20.0)])
def test_a_95th_percentile_needs_twenty_values(count: int, p95: float | None) -> None:
    of_all = spread(range(1, count + 1))

    assert of_all
    assert of_all.p95 == (None if p95 is None else pytest.approx(p95))


def test_few_values_have_a_range_but_no_interval() -> None:
    assert spread([2.0]) == Spread(1, 2.0, None, 2.0, 2.0, None, 2.0, 2.0)
    assert spread([]) is None
