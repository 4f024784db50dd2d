"""What a run cost, from the prices in the config file or the price list of genai-prices.

The list is https://github.com/pydantic/genai-prices. `docs/explanation/figures.md` explains costs to users.
"""

from decimal import Decimal, localcontext
from typing import Literal

from diptych.core.endpoint import Endpoint, Prices
from diptych.core.metrics.usage import Usage

CostSource = Literal["genai-prices", "config"]
"""Where prices come from: the price list, or the `prices` of the endpoint in the user's config file."""

_MILLION = 1_000_000


def cost_usd(endpoint: Endpoint, model: str, usage: Usage) -> str | None:
    """Return what this usage costs by the endpoint's own prices, else by the price list if it knows the provider."""
    if endpoint.prices:
        return configured_cost_usd(endpoint.prices, usage)
    return listed_cost_usd(endpoint.provider, model, usage) if endpoint.provider else None


def listed_cost_usd(provider: str, model: str, usage: Usage) -> str | None:
    """Return the price by the list in US dollars as a decimal string, not rounded.

    Cached reads and writes have their own prices. Service tiers and fees for server tools are not included. None if
    the list does not know the model, if input or output tokens are unknown, or if the counts contradict each other.
    """
    if usage.input_tokens is None or usage.output_tokens is None:
        return None
    import genai_prices  # imported here, since it loads its whole price list

    tokens = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        cache_write_1h_tokens=usage.cache_write_1h_tokens,
    )
    try:
        price = genai_prices.calc_price(tokens, model, provider_id=provider)
    except (LookupError, ValueError):
        return None
    return f"{price.total_price.normalize():f}"


def configured_cost_usd(prices: Prices, usage: Usage) -> str | None:
    """Return the price by the user's own prices in US dollars as a decimal string, not rounded.

    Cached reads and writes that have no price of their own cost the same as other input. None if input or output tokens
    are unknown, if more of the input was cached than there was, or if a price is infinite.
    """
    if usage.input_tokens is None or usage.output_tokens is None:
        return None
    read, written = usage.cache_read_tokens or 0, usage.cache_write_tokens or 0
    counts = (
        (usage.input_tokens - read - written, prices.input),
        (read, prices.input if prices.cached_input is None else prices.cached_input),
        (written, prices.input if prices.cache_write is None else prices.cache_write),
        (usage.output_tokens, prices.output),
    )
    if any(tokens < 0 or not price.is_finite() for tokens, price in counts):
        return None
    with localcontext(prec=100):
        total = sum(tokens * price for tokens, price in counts) / Decimal(_MILLION)
        return f"{total.normalize():f}"
