from decimal import Decimal

import pytest

from diptych.core.endpoint import Prices
from diptych.core.offered_models import ModelList, OfferedModel
from diptych.report.model_figures import created_on, model_lines, price, window

ASKED = 1_800_000_000.0


@pytest.mark.parametrize(
    ("tokens", "shown"),
    [
        (None, ""),
        (512, "512"),
        (4_096, "4.1K"),
        (131_072, "131K"),
        (1_000_000, "1M"),
        (1_050_000, "1.05M"),
        (10**9, "1G"),
    ],
)
def test_a_context_window_takes_five_characters_at_most(tokens: int | None, shown: str) -> None:
    assert window(tokens) == shown


def test_prices_have_no_needless_zeros() -> None:
    assert price(None) == ""
    assert price(Prices(Decimal("2.50"), Decimal("100"))) == "$2.5 / $100"
    assert price(Prices(Decimal("0"), Decimal("0.000001"))) == "$0 / $0.000001"


@pytest.mark.parametrize(
    ("created", "shown"),
    [(None, ""), (0.0, ""), (ASKED - 100, ""), (ASKED + 10**9, ""), (1_745_000_000.0, "2025-04-18")],
)
def test_only_a_date_that_tells_something_is_shown(created: float | None, shown: str) -> None:
    assert created_on(OfferedModel("m", created=created), ASKED) == shown


def test_columns_of_which_nothing_is_known_are_left_out() -> None:
    models = ModelList((OfferedModel("a"), OfferedModel("longer", context_window=1_000)), ASKED)

    assert model_lines(models, "x:") == ["x:a", "x:longer  1K"]
    assert model_lines(ModelList((), ASKED)) == []
