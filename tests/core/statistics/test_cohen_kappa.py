"""Cohen's kappa, against examples that were worked out by hand."""

import pytest

from diptych.core.statistics.cohen_kappa import cohen_kappa


def table(*rows: tuple[int, ...]) -> list[tuple[int, int]]:
    """Votes by a table of counts: a row for each category of the one voter, a column for each of the other."""
    return [
        (row, column) for row, counts in enumerate(rows) for column, count in enumerate(counts) for _ in range(count)
    ]


def test_an_example_of_three_categories() -> None:
    # 69 of 100 agree. By chance: (0.50 · 0.55) + (0.30 · 0.25) + (0.20 · 0.20) = 0.39. κ = (0.69 - 0.39) / 0.61.
    agreement = cohen_kappa(table((40, 5, 5), (10, 17, 3), (5, 3, 12)))

    assert (agreement.n, agreement.agreed) == (100, 69)
    assert agreement.kappa == pytest.approx((0.69 - 0.39) / 0.61)


def test_an_example_of_two_categories() -> None:
    # 35 of 50 agree. By chance: (0.5 · 0.6) + (0.5 · 0.4) = 0.5. κ = (0.7 - 0.5) / 0.5.
    assert cohen_kappa(table((20, 5), (10, 15))).kappa == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("rows", "kappa"),
    [
        (((5, 0), (0, 5)), 1.0),
        (((0, 5), (5, 0)), -1.0),
        (((25, 25), (25, 25)), 0.0),
        (((9, 1), (0, 0)), 0.0),  # one voter always says the same: nothing beyond chance
    ],
)
def test_the_ends_of_the_scale(rows: tuple[tuple[int, ...], ...], kappa: float) -> None:
    assert cohen_kappa(table(*rows)).kappa == pytest.approx(kappa)


@pytest.mark.parametrize("votes", [[], [("tie", "tie")] * 7])
def test_where_it_is_not_defined(votes: list[tuple[str, str]]) -> None:
    agreement = cohen_kappa(votes)

    assert agreement.kappa is None
    assert (agreement.n, agreement.agreed) == (len(votes), len(votes))
