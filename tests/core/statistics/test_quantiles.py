from statistics import median, quantiles

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.core.statistics.quantiles import quantile

VALUES = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=100)
SHARES = st.floats(0, 1)


@given(VALUES, SHARES)
def test_numpy_computes_the_same(values: list[float], share: float) -> None:
    assert quantile(sorted(values), share) == pytest.approx(float(np.quantile(values, share)), rel=1e-9, abs=1e-6)


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=100))
def test_the_standard_library_computes_the_same_quartiles(values: list[float]) -> None:
    values.sort()
    ours = [quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)]

    assert ours == pytest.approx(quantiles(values, n=4, method="inclusive"), rel=1e-9, abs=1e-6)
    assert ours[1] == pytest.approx(median(values), rel=1e-9, abs=1e-6)


@given(VALUES, SHARES, SHARES)
def test_a_larger_share_has_no_smaller_quantile(values: list[float], one: float, other: float) -> None:
    values.sort()

    assert quantile(values, min(one, other)) <= quantile(values, max(one, other)) + 1e-6
    assert (quantile(values, 0), quantile(values, 1)) == (values[0], values[-1])
