"""What a run cost, from the price list that genai-prices brings along (https://github.com/pydantic/genai-prices)."""

from diptych.core.metrics.usage import Usage


def cost_usd(provider: str, model: str, usage: Usage) -> str | None:
    """The price in US dollars as a plain decimal string, not rounded.

    Cached reads and writes are priced as such. None where the list does not know the model, where input or output
    tokens are unknown, or where the counts contradict each other. Service tiers and fees for server tools are not
    in it.
    """
    if usage.input_tokens is None or usage.output_tokens is None:
        return None
    import genai_prices  # loads its whole price list: only when there is something to price

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
