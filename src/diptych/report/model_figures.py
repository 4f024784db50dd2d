"""What is known of a model, as short texts and as a JSON object."""

from datetime import UTC, datetime
from decimal import Decimal

from diptych.core.endpoint import Endpoint, Prices
from diptych.core.json_text import JsonObject
from diptych.core.offered_models import ModelList, OfferedModel
from diptych.core.text.sanitize import clean_line
from diptych.report.columns import aligned

_FIRST_MODELS = 1_546_300_800.0
"""The year 2019. Servers that do not know when a model was made send earlier dates."""

_DAY = 86_400


def window(tokens: int | None) -> str:
    """Return a context window in at most five characters, "" if it is not known.

    >>> window(131_072), window(1_000_000), window(1_050_000)
    ('131K', '1M', '1.05M')
    """
    if tokens is None:
        return ""
    for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "K")):
        if tokens >= size:
            return f"{tokens / size:.3g}{unit}"
    return str(tokens)


def price(prices: Prices | None) -> str:
    """Return the prices of input and output in US dollars per million tokens, "" if they are not known.

    >>> price(Prices(Decimal("2.50"), Decimal("10")))
    '$2.5 / $10'
    """
    return "" if prices is None else f"{_dollars(prices.input)} / {_dollars(prices.output)}"


def created_on(model: OfferedModel, asked: float) -> str:
    """Return the day on which a model was made, "" if it is not known.

    Some servers send the present time for every model, which tells nothing.
    """
    if model.created is None or not _FIRST_MODELS <= model.created < asked - _DAY:
        return ""
    return datetime.fromtimestamp(model.created, UTC).strftime("%Y-%m-%d")


def model_object(model: OfferedModel, endpoint: Endpoint, asked: float) -> JsonObject:
    """Return a model as a JSON object; what is not known is null. `asked` is when its server was asked."""
    prices = model.prices
    return {
        "endpoint": endpoint.name,
        "id": model.id,
        "title": model.title or None,
        "context_window": model.context_window,
        "prices": prices and prices_object(prices),
        "price_source": model.price_source,
        "created": None if model.created is None else _iso(model.created),
        "asked": _iso(asked),
    }


def prices_object(prices: Prices) -> JsonObject:
    """Return prices in US dollars per million tokens as decimal strings."""
    amounts = {
        "input": prices.input,
        "cached_input": prices.cached_input,
        "cache_write": prices.cache_write,
        "output": prices.output,
    }
    return {name: None if amount is None else _decimal(amount) for name, amount in amounts.items()}


def model_lines(models: ModelList, prefix: str = "") -> list[str]:
    """Return one line per model: its id after `prefix`, and in columns what is known of it."""
    rows = [
        (
            clean_line(prefix + model.id),
            window(model.context_window),
            price(model.prices),
            created_on(model, models.asked),
        )
        for model in models.models
    ]
    return aligned(rows, right=(1,))


def _dollars(amount: Decimal) -> str:
    return f"${_decimal(amount)}"


def _decimal(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
