"""Reads the answer to `GET /v1/models`: the forms of Anthropic, OpenAI, and the many servers that imitate them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, DecimalException
from typing import Any

from diptych.apis.lenient_json import mapping, string, whole
from diptych.apis.status_errors import server_message
from diptych.core.endpoint import Prices
from diptych.core.json_text import JsonObject, parse_lenient_json
from diptych.core.offered_models import OfferedModel, PriceSource

_CONTEXT_WINDOW = (
    "context_length",  # OpenRouter, Together
    "context_window",  # Groq
    "max_model_len",  # vLLM
    "max_context_length",  # LM Studio, Mistral
    "max_input_tokens",  # Anthropic, LiteLLM
    "n_ctx",  # llama.cpp: the window it was started with
    "n_ctx_train",  # llama.cpp: the window that the model was trained with
)
"""What servers call the context window, by preference. Some of them put it into an object `meta`."""

_LARGEST_WINDOW = 10**10
_MILLION = 1_000_000
_DECIMALS = 6
"""Decimals of a price per million tokens that are kept."""


class NotAModelListError(Exception):
    """The answer is not a list of models. `what` says what it is instead, `said` quotes an error that it holds."""

    def __init__(self, what: str, said: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.said = said


@dataclass(frozen=True, slots=True)
class ModelPage:
    """One page of a server's models. `last_id` names the model after which the next page begins, "" at the end."""

    models: tuple[OfferedModel, ...]
    last_id: str = ""


def read_model_page(body: bytes) -> ModelPage:
    """Read one page. Entries without an id are left out. Raises `NotAModelListError`."""
    text = body.decode("utf-8-sig", "replace").strip()
    try:
        data = parse_lenient_json(text)
    except ValueError:
        what = "nothing" if not text else "a web page" if text.startswith("<") else "text that is not JSON"
        raise NotAModelListError(what) from None
    entries = _entries(data)
    if entries is None:
        raise NotAModelListError("JSON of another form", server_message(body) if _is_error(data) else "")
    models = tuple(_models(entries))
    has_more = isinstance(data, dict) and data.get("has_more") is True
    return ModelPage(models, string(data, "last_id") if has_more else "")


def _entries(data: Any) -> list[Any] | None:
    """Return the list in the answer; None if it has none. An Ollama without models has null in place of the list."""
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        return None
    for name in ("data", "models"):
        if isinstance(data.get(name), list):
            return list(data[name])
    return [] if "data" in data and data["data"] is None else None


def _is_error(data: Any) -> bool:
    return isinstance(data, dict) and bool(data.get("error") or data.get("detail") or data.get("message"))


def _models(entries: list[Any]) -> Iterator[OfferedModel]:
    for entry in entries:
        if isinstance(entry, str):
            entry = {"id": entry}
        if isinstance(entry, dict) and (name := _id(entry)):
            prices = _prices(entry)
            source: PriceSource | None = None if prices is None else "server"
            yield OfferedModel(name, _title(entry, name), _context_window(entry), prices, source, _created(entry))


def _id(entry: JsonObject) -> str:
    """Return what a request has to call the model; "" if it is missing or not a string."""
    key = next((key for key in ("id", "name", "model") if key in entry), "")
    return _text(entry, key)


def _title(entry: JsonObject, name: str) -> str:
    title = _text(entry, "display_name") or _text(entry, "name")
    return "" if title == name else title


def _text(entry: JsonObject, key: str) -> str:
    """Return a string without the white space around it; "" for one that holds half a character."""
    text = string(entry, key).strip()
    try:
        text.encode()
    except UnicodeEncodeError:
        return ""
    return text


def _context_window(entry: JsonObject) -> int | None:
    for container in (entry, mapping(entry, "meta")):
        for key in _CONTEXT_WINDOW:
            size = whole(container, key)
            if size is not None and 0 < size < _LARGEST_WINDOW:
                return size
    return None


def _prices(entry: JsonObject) -> Prices | None:
    """Return what the server says that it charges.

    Only two forms are read, OpenRouter's and LiteLLM's, which count US dollars per token. Elsewhere the same names
    stand for prices per token at one server and per million tokens at another.
    """
    pricing = mapping(entry, "pricing")
    prices = _per_million(pricing, "prompt"), _per_million(pricing, "completion")
    cached, written = _per_million(pricing, "input_cache_read"), _per_million(pricing, "input_cache_write")
    if prices == (None, None):
        prices = _per_million(entry, "input_cost_per_token"), _per_million(entry, "output_cost_per_token")
    before, after = prices
    return None if before is None or after is None else Prices(before, after, cached, written)


def _per_million(container: JsonObject, key: str) -> Decimal | None:
    """Return a price per token as one per million tokens; None if it is not known. A price below 0 means "varies"."""
    value = container.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        price = Decimal(str(value)) * _MILLION
    except DecimalException:
        return None
    return round(price, _DECIMALS) if price.is_finite() and 0 <= price < _MILLION else None


def _created(entry: JsonObject) -> float | None:
    """Return when the model was made. Servers that do not know it send 0."""
    value = entry.get("created", entry.get("created_at"))
    seconds = 0.0
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value) if abs(value) < 1e12 else 0.0
    elif isinstance(value, str):
        try:
            date = datetime.fromisoformat(value)
        except ValueError:
            return None
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    return seconds if seconds > 0 and math.isfinite(seconds) else None
