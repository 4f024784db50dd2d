"""How a model is asked, as a JSON object and back: in the header of a recording and in the history.

The object has neither the key nor the address of the endpoint. What is read is not trusted: `read_settings` raises
`ValueError` with words that follow "it ".
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args

from diptych.codec.checked_fields import objects, text, whole
from diptych.core.endpoint import ApiName, Endpoint, Prices
from diptych.core.json_text import JsonObject, is_too_deep
from diptych.core.settings import Settings, ToolDefinition

_NAMES = ("endpoint", "api", "model", "simulated")

_PRICES = ("input", "output", "cached_input", "cache_write")
_PRICE = re.compile(r"[0-9]{1,400}(\.[0-9]{1,400})?")
"""Any number that a float can be, written out."""


def settings_object(settings: Settings) -> JsonObject:
    """Return settings as an object; tools, a response schema, a preset and the user's own prices only where set."""
    fields: JsonObject = {
        "endpoint": settings.endpoint.name,
        "api": settings.endpoint.api,
        "model": settings.model,
        "simulated": settings.simulated,
        "system": settings.system,
        "max_tokens": settings.max_tokens,
        "params": dict(settings.params),
    }
    if settings.tools:
        fields["tools"] = [
            {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
            for tool in settings.tools
        ]
    if settings.response_schema is not None:
        fields["response_schema"] = dict(settings.response_schema)
    if settings.preset:
        fields["preset"] = settings.preset
    if prices := settings.endpoint.prices:
        fields["prices"] = {name: f"{price:f}" for name in _PRICES if (price := getattr(prices, name)) is not None}
    return fields


def unnamed_settings_object(settings: Settings) -> JsonObject:
    """Return settings as an object without the names that the history keeps in columns."""
    return {name: value for name, value in settings_object(settings).items() if name not in _NAMES}


def settings_members(settings: Settings) -> JsonObject:
    """Return what `settings` holds in the JSON for users: of tools the names, and whether there is a schema."""
    return {
        "system": settings.system,
        "max_tokens": settings.max_tokens,
        "params": dict(settings.params),
        "preset": settings.preset,
        "tools": [tool.name for tool in settings.tools],
        "schema": settings.response_schema is not None,
    }


def read_settings(value: Any) -> Settings:
    """Return the settings that an object holds."""
    if not isinstance(value, dict):
        raise ValueError("has settings that are not an object")
    api = text(value, "api")
    if api not in get_args(ApiName):
        raise ValueError(f"names an API that this version does not know, {api[:40]!r}")
    return Settings(
        Endpoint(text(value, "endpoint"), api, "", "", prices=_read_prices(value)),  # type: ignore[arg-type]  # checked above
        text(value, "model"),
        value.get("simulated") is True,
        text(value, "system") if "system" in value else "",
        whole(value, "max_tokens", 1) or 1,
        _read_mapping(value, "params"),
        tuple(map(_read_tool, objects(value, "tools"))),
        None if value.get("response_schema") is None else _read_mapping(value, "response_schema"),
        text(value, "preset") if "preset" in value else "",
    )


def _read_prices(fields: Mapping[str, Any]) -> Prices | None:
    """Return the prices by which the cost was computed, None where these are not the user's own."""
    if fields.get("prices") is None:
        return None
    prices = _read_mapping(fields, "prices")
    known = {name: prices[name] for name in _PRICES if name in prices}
    if not {"input", "output"} <= known.keys() or not all(_is_price(price) for price in known.values()):
        raise ValueError("has prices that are not amounts")
    return Prices(**{name: Decimal(price) for name, price in known.items()})


def _is_price(price: Any) -> bool:
    return isinstance(price, str) and bool(_PRICE.fullmatch(price))


def _read_tool(tool: Mapping[str, Any]) -> ToolDefinition:
    return ToolDefinition(text(tool, "name"), text(tool, "description"), _read_mapping(tool, "parameters"))


def _read_mapping(fields: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = fields.get(key, {})
    if not isinstance(value, dict):
        raise ValueError(f"has {key} that are not an object")
    if is_too_deep(value):
        raise ValueError(f"has {key} that are nested too deeply")
    return value
