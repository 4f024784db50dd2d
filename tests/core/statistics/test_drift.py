import random

import pytest

from diptych.core.statistics.drift import median_crossings_test


@pytest.mark.parametrize(
    ("values", "p"),
    [
        ([], 1.0),
        ([1.0], 1.0),
        ([2.0, 2.0, 2.0], 1.0),
        ([1.0, 2.0, 3.0, 4.0, 11.0, 12.0, 13.0, 14.0], 8 / 128),  # one crossing in seven steps
        ([1.0, 14.0, 2.0, 13.0], 1.0),
        ([1.0, 2.0, 5.0, 8.0, 9.0], 4 / 8),  # the median does not count
    ],
)
def test_the_p_value_is_that_of_so_few_crossings(values: list[float], p: float) -> None:
    assert median_crossings_test(values) == pytest.approx(p)


@pytest.mark.parametrize("size", [12, 20, 51])
def test_independent_values_rarely_seem_to_drift(size: int) -> None:
    chance = random.Random(size)
    tests = [median_crossings_test([chance.lognormvariate(0, 1) for _ in range(size)]) for _ in range(2_000)]

    assert sum(p <= 0.05 for p in tests) / len(tests) <= 0.05
