"""What a run cost, from the price list of genai-prices (https://github.com/pydantic/genai-prices)."""

from diptych.core.metrics.usage import Usage


def cost_usd(provider: str, model: str, usage: Usage) -> str | None:
    """Return the price in US dollars as a decimal string, not rounded.

    Cached reads and writes have their own prices. Service tiers and fees for server tools are not included. None if
    the list does not know the model, if input or output tokens are unknown, or if the counts contradict each other.
    `docs/figures.md` explains this to users.
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
