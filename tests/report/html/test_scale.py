"""Numbers to draw with."""

import pytest

from diptych.report.html.scale import Scale, thinned


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (0.0, [0]),
        (5e-324, [0]),
        (float("inf"), [0]),
        (1.0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (4.9, [0, 1, 2, 3, 4]),
        (10.0, [0, 2, 4, 6, 8, 10]),
        (11.0, [0, 5, 10]),
        (886.0, [0, 200, 400, 600, 800]),
        (0.003, [0, 0.001, 0.002, 0.003]),
    ],
)
def test_ticks_are_round(top: float, ticks: list[float]) -> None:
    assert list(Scale(top, 0, 100).ticks()) == pytest.approx(ticks)


def test_values_are_placed_between_two_ends() -> None:
    assert [Scale(4.0, 100, 20).place(value) for value in (0, 1, 4)] == [100, 80, 20]
    assert Scale(0.0, 100, 20).place(0.0) == 100


def test_few_points_are_kept() -> None:
    assert list(thinned([0, 0, 5], [1, 2, 3], 3)) == [(0, 1), (0, 2), (5, 3)]


def test_many_points_become_the_first_and_the_last_of_each_stretch() -> None:
    points = [float(x) for x in range(101)]

    assert list(thinned(points, points, 5)) == [(0, 0), (24, 24), (49, 49), (74, 74), (100, 100)]


def test_points_of_one_moment_become_two() -> None:
    assert list(thinned([1, 1, 1], [1, 2, 3], 2)) == [(1, 1), (1, 3)]
