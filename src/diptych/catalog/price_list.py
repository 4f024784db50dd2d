"""What genai-prices (https://github.com/pydantic/genai-prices) knows of a model: its context window and its prices."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from diptych.apis.import_lock import IMPORT_LOCK
from diptych.core.endpoint import Endpoint, Prices
from diptych.core.offered_models import OfferedModel


def completed(model: OfferedModel, endpoint: Endpoint) -> OfferedModel:
    """Return a model with what the server did not tell of it, as far as that is known.

    Prices that the user configured for the endpoint come before the server's. The price list is asked only for a
    provider's own service. It takes 150 ms to load.
    """
    if endpoint.prices:
        model = replace(model, prices=endpoint.prices, price_source="config")
    if endpoint.provider is None or (model.prices and model.context_window):
        return model
    window, prices = _listed(endpoint.provider, model.id)
    if model.prices is None and prices:
        model = replace(model, prices=prices, price_source="genai-prices")
    return replace(model, context_window=model.context_window or window)


def _listed(provider: str, model: str) -> tuple[int | None, Prices | None]:
    with IMPORT_LOCK:
        from genai_prices.data_snapshot import get_snapshot  # loads the whole price list

    try:
        _, known = get_snapshot().find_provider_model(model, None, provider, None)
    except (LookupError, ValueError):
        return None, None
    today = known.get_prices(datetime.now(UTC))
    before, after = _per_million(today.input_mtok), _per_million(today.output_mtok)
    return known.context_window, None if before is None or after is None else Prices(before, after)


def _per_million(price: Any) -> Decimal | None:
    """Return a price; of one that depends on the length of the prompt, the one for short prompts."""
    base = getattr(price, "base", price)
    return base if isinstance(base, Decimal) else None
