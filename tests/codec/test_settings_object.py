"""How a model is asked comes back as it was, without address and key, and is checked before it is believed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.codec.settings_object import read_settings, settings_members, settings_object, unnamed_settings_object
from diptych.core.endpoint import Endpoint, Prices
from diptych.core.json_text import parse_object, to_json
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings, ToolDefinition

SIDE = {"endpoint": "openai", "api": "openai-chat", "model": "m"}
TEXTS = st.text(st.characters(codec=None), max_size=20)
VALUES = st.none() | st.booleans() | st.integers() | TEXTS | st.lists(TEXTS, max_size=2)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=3)
AMOUNTS = st.floats(0, allow_infinity=False).map(lambda price: Decimal(repr(price)))
PRICES = st.none() | st.builds(Prices, AMOUNTS, AMOUNTS, st.none() | AMOUNTS, st.none() | AMOUNTS)
APIS = st.sampled_from(("anthropic-messages", "openai-chat"))


def nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels - 2):
        value = [value]
    return {"a": value}


@given(
    st.builds(
        Settings,
        st.builds(Endpoint, TEXTS, APIS, st.just(""), st.just(""), prices=PRICES),
        TEXTS,
        st.booleans(),
        TEXTS,
        st.integers(1, 2**40),
        OBJECTS,
        st.lists(st.builds(ToolDefinition, TEXTS, TEXTS, OBJECTS), max_size=2).map(tuple),
        st.none() | OBJECTS,
        TEXTS,
    )
)
def test_settings_come_back(settings: Settings) -> None:
    assert read_settings(parse_object(to_json(settings_object(settings)))) == settings


def test_neither_address_nor_key_is_written() -> None:
    endpoint = Endpoint("here", "openai-chat", "https://models.test", "HERE_KEY", key=Secret("sk-1"))
    written = settings_object(Settings(endpoint, "m"))

    assert list(written) == ["endpoint", "api", "model", "simulated", "system", "max_tokens", "params"]
    assert list(unnamed_settings_object(Settings(endpoint, "m"))) == ["system", "max_tokens", "params"]
    assert not any(secret in to_json(written) for secret in ("sk-1", "models.test"))


def test_users_get_the_names_of_tools_and_whether_there_is_a_schema() -> None:
    endpoint = Endpoint("here", "openai-chat", "https://models.test", "HERE_KEY", key=Secret("sk-1"))
    settings = Settings(endpoint, "m", False, "s", 7, {"n": 1}, (ToolDefinition("look"),), {"type": "object"}, "terse")

    assert settings_members(settings) == {
        "system": "s",
        "max_tokens": 7,
        "params": {"n": 1},
        "preset": "terse",
        "tools": ["look"],
        "schema": True,
    }


def test_own_prices_are_written_out() -> None:
    prices = Prices(Decimal("1E-7"), Decimal(2), cache_write=Decimal("0.50"))
    written = settings_object(Settings(Endpoint("here", "openai-chat", "", "", prices=prices), "m"))

    assert written["prices"] == {"input": "0.0000001", "output": "2", "cache_write": "0.50"}


def test_settings_have_neither_address_nor_key() -> None:
    settings = read_settings(SIDE | {"simulated": True, "system": "s", "max_tokens": 0, "params": nested(100)})

    assert (settings.name, settings.endpoint.base_url, settings.endpoint.key) == ("openai:m", "", None)
    assert (settings.simulated, settings.system, settings.max_tokens) == (True, "s", 1)


@pytest.mark.parametrize(
    ("side", "what"),
    [
        ([], "has settings that are not an object"),
        (SIDE | {"api": "gopher"}, "names an API that this version does not know, 'gopher'"),
        (SIDE | {"api": []}, "has no text as api"),
        (SIDE | {"endpoint": None}, "has no text as endpoint"),
        (SIDE | {"model": 4}, "has no text as model"),
        (SIDE | {"system": None}, "has no text as system"),
        (SIDE | {"params": []}, "has params that are not an object"),
        (SIDE | {"params": nested(102)}, "has params that are nested too deeply"),
        (SIDE | {"tools": {}}, "has tools that are not a list of objects"),
        (SIDE | {"tools": [1]}, "has tools that are not a list of objects"),
        (SIDE | {"tools": [{"name": "n"}]}, "has no text as description"),
        (SIDE | {"response_schema": []}, "has response_schema that are not an object"),
        (SIDE | {"preset": 7}, "has no text as preset"),
        (SIDE | {"prices": []}, "has prices that are not an object"),
        (SIDE | {"prices": {"input": "1"}}, "has prices that are not amounts"),
        (SIDE | {"prices": {"input": "1", "output": 2}}, "has prices that are not amounts"),
        (SIDE | {"prices": {"input": "1", "output": "1e5"}}, "has prices that are not amounts"),
        (SIDE | {"max_tokens": 1e3}, "has no whole number as max_tokens"),
    ],
)
def test_what_is_no_side(side: object, what: str) -> None:
    with pytest.raises(ValueError, match=f"^{what}$"):
        read_settings(side)
