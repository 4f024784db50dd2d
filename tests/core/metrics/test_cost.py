"""What a run cost."""

from decimal import Decimal

import pytest

from diptych.core.endpoint import Prices
from diptych.core.metrics.cost import configured_cost_usd, listed_cost_usd
from diptych.core.metrics.usage import Usage


def cost(provider: str, model: str, usage: Usage) -> Decimal:
    price = listed_cost_usd(provider, model, usage)
    assert price is not None
    return Decimal(price)


def test_input_and_output_have_the_list_price() -> None:
    usage = Usage(input_tokens=1_000_000, output_tokens=100_000)

    assert cost("anthropic", "claude-3-5-sonnet-20241022", usage) == Decimal("4.5")  # 3 $ and 15 $ a million
    assert cost("openai", "gpt-4o-2024-08-06", usage) == Decimal("3.5")  # 2.50 $ and 10 $


def test_cached_tokens_are_priced_as_such() -> None:
    read = Usage(input_tokens=1_000_000, cache_read_tokens=1_000_000, output_tokens=0)
    written = Usage(input_tokens=1_000_000, cache_write_tokens=1_000_000, output_tokens=0)

    assert cost("anthropic", "claude-3-5-sonnet-20241022", read) == Decimal("0.3")
    assert cost("anthropic", "claude-3-5-sonnet-20241022", written) == Decimal("3.75")


def test_tokens_cached_for_an_hour_cost_more() -> None:
    short = Usage(input_tokens=1000, cache_write_tokens=1000, output_tokens=0)
    long = Usage(input_tokens=1000, cache_write_tokens=1000, output_tokens=0, cache_write_1h_tokens=1000)

    assert cost("anthropic", "claude-sonnet-4-5", long) > cost("anthropic", "claude-sonnet-4-5", short)


def test_a_price_is_a_plain_decimal_not_rounded() -> None:
    assert listed_cost_usd("openai", "gpt-4o-mini", Usage(input_tokens=1, output_tokens=0)) == "0.00000015"


@pytest.mark.parametrize(
    ("provider", "model", "usage"),
    [
        ("openai", "no-such-model", Usage(input_tokens=1, output_tokens=1)),
        ("nobody", "gpt-4o", Usage(input_tokens=1, output_tokens=1)),
        ("openai", "gpt-4o", Usage(output_tokens=1)),
        ("openai", "gpt-4o", Usage(input_tokens=1)),
        ("openai", "gpt-4o", Usage(input_tokens=1, cache_read_tokens=2, output_tokens=1)),
    ],
    ids=["unknown model", "unknown provider", "no input", "no output", "more cached than input"],
)
def test_what_cannot_be_priced_has_no_price(provider: str, model: str, usage: Usage) -> None:
    assert listed_cost_usd(provider, model, usage) is None


def own(usage: Usage, **prices: str) -> str | None:
    return configured_cost_usd(Prices(**{name: Decimal(price) for name, price in prices.items()}), usage)


def test_own_prices_apply_to_each_kind_of_token() -> None:
    usage = Usage(input_tokens=1_000, cache_read_tokens=300, cache_write_tokens=200, output_tokens=100)

    assert own(usage, input="1", output="10") == "0.002"
    assert own(usage, input="1", output="10", cached_input="0.1") == "0.00173"
    assert own(usage, input="1", output="10", cached_input="0.1", cache_write="1.25") == "0.00178"
    assert own(usage, input="0", output="0") == "0"


def test_own_prices_are_exact() -> None:
    usage = Usage(input_tokens=2**53, output_tokens=1)

    assert own(usage, input="0.1", output="0.0000001") == "900719925.4740992000001"


@pytest.mark.parametrize(
    ("usage", "price"),
    [
        (Usage(input_tokens=1), "1"),
        (Usage(output_tokens=1), "1"),
        (Usage(input_tokens=1, cache_read_tokens=1, cache_write_tokens=1, output_tokens=1), "1"),
        (Usage(input_tokens=1, output_tokens=1), "Infinity"),
        (Usage(input_tokens=1, output_tokens=1), "NaN"),
    ],
    ids=["no output", "no input", "more cached than input", "infinite price", "price that is not a number"],
)
def test_what_own_prices_cannot_price(usage: Usage, price: str) -> None:
    assert own(usage, input=price, output="1") is None
