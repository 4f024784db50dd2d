import json
from decimal import Decimal
from typing import Any

import pytest

from diptych.apis.model_page import NotAModelListError, read_model_page
from diptych.core.endpoint import Prices
from diptych.core.offered_models import OfferedModel


def read(data: Any) -> tuple[OfferedModel, ...]:
    return read_model_page(json.dumps(data).encode()).models


def ids(data: Any) -> list[str]:
    return [model.id for model in read(data)]


def only(**entry: Any) -> OfferedModel:
    """What is read of one entry of OpenAI's form."""
    (model,) = read({"object": "list", "data": [{"id": "m", **entry}]})
    return model


def test_a_page_of_anthropics_form() -> None:
    entry = {
        "type": "model",
        "id": "claude-opus-5-5",
        "display_name": "Claude Opus 5.5",
        "created_at": "2026-02-01T00:00:00Z",
        "max_input_tokens": 1_000_000,
    }
    page = read_model_page(json.dumps({"data": [entry], "has_more": True, "last_id": "claude-opus-5-5"}).encode())

    assert page.models == (OfferedModel("claude-opus-5-5", "Claude Opus 5.5", 1_000_000, None, None, 1_769_904_000.0),)
    assert page.last_id == "claude-opus-5-5"


@pytest.mark.parametrize("more", [{"has_more": False, "last_id": "m"}, {"last_id": "m"}, {"has_more": True}])
def test_a_page_that_promises_no_other_is_the_last(more: dict[str, Any]) -> None:
    assert read_model_page(json.dumps({"data": [{"id": "m"}], **more}).encode()).last_id == ""


@pytest.mark.parametrize(
    "data",
    [
        {"object": "list", "data": [{"id": "a"}, {"id": "b"}]},
        {"data": [{"id": "a"}, {"id": "b"}]},
        {"models": [{"name": "x"}], "data": [{"id": "a"}, {"id": "b"}]},  # llama.cpp sends both
        {"data": None, "models": [{"name": "a"}, {"model": "b"}]},
        {"models": ["a", "b"]},
        [{"id": "a"}, {"id": "b"}],
        ["a", "b"],
        {"data": ["a", {"id": "b"}, {"id": 7}, {"id": None, "name": "c"}, {"id": "  "}, {}, 7, None, [], "\ud800"]},
    ],
)
def test_the_forms_that_servers_send(data: Any) -> None:
    assert ids(data) == ["a", "b"]


@pytest.mark.parametrize("data", [{"data": None}, {"data": []}, []])
def test_a_server_may_have_no_models(data: Any) -> None:
    assert ids(data) == []


@pytest.mark.parametrize(
    ("entry", "window"),
    [
        ({"context_length": 131_072}, 131_072),
        ({"context_window": 8_192}, 8_192),
        ({"max_model_len": 32_768}, 32_768),
        ({"max_context_length": 4_096}, 4_096),
        ({"meta": {"n_ctx_train": 40_960}}, 40_960),
        ({"meta": {"n_ctx": 8_192, "n_ctx_train": 40_960}}, 8_192),
        ({"context_length": 0, "max_model_len": 5}, 5),
        ({"context_length": -1}, None),
        ({"context_length": True}, None),
        ({"context_length": "many"}, None),
        ({"context_length": 10**30}, None),
        ({"meta": [1]}, None),
        ({}, None),
    ],
)
def test_the_context_window_under_the_names_that_servers_give_it(entry: dict[str, Any], window: int | None) -> None:
    assert only(**entry).context_window == window


@pytest.mark.parametrize(
    ("entry", "prices"),
    [
        ({"pricing": {"prompt": "0.000003", "completion": "0.000015"}}, ("3", "15", None, None)),
        (
            {
                "pricing": {
                    "prompt": "0.000003",
                    "completion": "0.000015",
                    "input_cache_read": "0.0000003",
                    "input_cache_write": "0.00000375",
                }
            },
            ("3", "15", "0.3", "3.75"),
        ),
        ({"input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05}, ("3", "15", None, None)),
        ({"pricing": {"prompt": "0", "completion": "0"}}, ("0", "0", None, None)),
        ({"pricing": {"prompt": "1e-999999", "completion": "0"}}, ("0", "0", None, None)),
        ({"pricing": {"prompt": "-1", "completion": "-1"}}, None),
        ({"pricing": {"prompt": "0.1"}}, None),
        ({"pricing": {"prompt": "free", "completion": "NaN"}}, None),
        ({"pricing": {"prompt": True, "completion": []}}, None),
        ({"pricing": {"prompt": "1e999999", "completion": "1"}}, None),
        ({"pricing": {"input": 0.2, "output": 0.6}}, None),  # per million tokens at one server, per token at another
        ({"pricing": "cheap"}, None),
    ],
)
def test_the_prices_that_a_server_tells(entry: dict[str, Any], prices: tuple[str | None, ...] | None) -> None:
    expected = None
    if prices:
        before, after, *cache = (None if each is None else Decimal(each) for each in prices)
        assert before is not None
        assert after is not None
        expected = Prices(before, after, *cache)
    model = only(**entry)
    assert (model.prices, model.price_source) == (expected, "server" if expected else None)


@pytest.mark.parametrize(
    ("entry", "created"),
    [
        ({"created": 1_700_000_000}, 1_700_000_000.0),
        ({"created": 0}, None),
        ({"created": -5}, None),
        ({"created": 1_700_000_000_000}, None),
        ({"created": True}, None),
        ({"created_at": "2023-11-14T22:13:20Z"}, 1_700_000_000.0),
        ({"created_at": "2023-11-14T22:13:20"}, 1_700_000_000.0),
        ({"created_at": "1970-01-01T00:00:00Z"}, None),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, None),
        ({"created_at": "yesterday"}, None),
    ],
)
def test_when_a_model_was_made(entry: dict[str, Any], created: float | None) -> None:
    assert only(**entry).created == created


def test_a_title_that_is_only_the_id_is_none() -> None:
    assert only(name="m").title == ""
    assert only(name="The M").title == "The M"
    assert only(name="half \ud800").title == ""


@pytest.mark.parametrize(
    ("body", "what", "said"),
    [
        (b"", "nothing", ""),
        (b"<!doctype html><title>404</title>", "a web page", ""),
        (b"Not here", "text that is not JSON", ""),
        (b'{"data": [', "text that is not JSON", ""),
        (b"[" * 100_000, "text that is not JSON", ""),
        (b'"ok"', "JSON of another form", ""),
        (b'{"status": "ok"}', "JSON of another form", ""),
        (b'{"data": {"id": "m"}}', "JSON of another form", ""),
        (b'{"error": {"message": "no database"}}', "JSON of another form", "no database"),
    ],
)
def test_what_is_not_a_list(body: bytes, what: str, said: str) -> None:
    with pytest.raises(NotAModelListError) as raised:
        read_model_page(body)

    assert (raised.value.what, raised.value.said) == (what, said)


def test_bytes_that_are_not_utf_8_lose_nothing_beside_them() -> None:
    assert [model.id for model in read_model_page(b'\xef\xbb\xbf["a\xff", "b"]').models] == ["a�", "b"]
