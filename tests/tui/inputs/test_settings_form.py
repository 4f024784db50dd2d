from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.apis.sdk_fields import sdk_fields
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.settings import Settings, ToolDefinition
from diptych.tui.inputs.settings_form import Remark, read_texts, remarks, texts_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
EFFORT: st.SearchStrategy[Any] = st.sampled_from(["low", " low", "", "a\nb", None, 3, {}])
NAMED = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.sampled_from([0, 0.5, 1e-7, True, None, "0.5", "hot", -0.0]),
        "reasoning_effort": EFFORT,
        "output_config": st.fixed_dictionaries({}, optional={"effort": EFFORT, "format": JSON}) | JSON,
        "reasoning": st.fixed_dictionaries({}, optional={"effort": EFFORT, "summary": JSON}) | JSON,
        "thinking": st.sampled_from([{"type": "adaptive"}, {"type": "enabled", "budget_tokens": 2048}, {}, None]),
        "other": JSON,
    },
)


def of(api: ApiName, **settings: Any) -> Settings:
    return Settings(Endpoint("here", api, "https://models.test", "KEY"), settings.pop("model", "m"), **settings)


@given(st.sampled_from(get_args(ApiName)), NAMED)
def test_settings_are_read_as_they_are_shown(api: ApiName, params: dict[str, Any]) -> None:
    settings = of(api, system="Be brief.", max_tokens=100, params=params, tools=(ToolDefinition("look"),))
    assert read_texts(texts_of(settings), settings) == (settings, {})


def test_what_is_set_has_its_own_field() -> None:
    params = {"temperature": 0.5, "output_config": {"effort": "max", "x": 1}, "thinking": {"type": "adaptive"}, "n": 1}
    texts = texts_of(of("anthropic-messages", params=params))
    assert (texts["temperature"], texts["effort"], texts["thinking"]) == ("0.5", "max", "adaptive")
    assert texts["fields"] == 'output_config={"x": 1}\nn=1'


def test_an_emptied_field_is_not_sent() -> None:
    settings = of("openai-responses", params={"temperature": 0.5, "reasoning": {"effort": "low", "summary": "auto"}})
    texts = texts_of(settings) | {"temperature": " ", "effort": ""}
    read, _ = read_texts(texts, settings)
    assert read is not None
    assert read.params == {"reasoning": {"summary": "auto"}}


def test_fields_keep_their_order() -> None:
    settings = of("openai-chat", params={"n": 1, "temperature": 0.5, "seed": 2})
    read, _ = read_texts(texts_of(settings) | {"temperature": "1"}, settings)
    assert read is not None
    assert list(read.params.items()) == [("n", 1), ("temperature", 1), ("seed", 2)]


def test_everything_wrong_is_said_at_once() -> None:
    texts = {"system": "", "max_tokens": "x", "temperature": "0,5", "effort": "low", "fields": "reasoning=1\n\nn="}
    settings = of("openai-responses", max_tokens=5)
    read, errors = read_texts(texts, settings)  # type: ignore[arg-type]
    assert read is None
    assert errors == {
        "max_tokens": Remark("Max tokens is not a whole number above 0."),
        "temperature": Remark("The temperature is not a number."),
        "fields": Remark("Line 3: The value of n is not JSON. Text needs double quotes."),
    }
    assert errors == remarks(texts, settings, sdk_fields("openai-responses"))  # type: ignore[arg-type]


def test_what_is_set_twice_is_an_error() -> None:
    settings = of("openai-chat")
    texts = texts_of(settings) | {"temperature": "1", "fields": "temperature=0"}
    assert "remove one of the two" in read_texts(texts, settings)[1]["temperature"].sentence


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("temperature", "0.5", "Claude models from 4.7 on refuse a temperature."),
        ("effort", "huge", "The API knows low, medium, high, xhigh, max."),
        ("thinking", "enabled", 'enabled needs the request field thinking={"budget_tokens": 2048} as well.'),
        ("fields", "n=1\nstop_sequences=1", "Line 1: n is not known to this API."),
    ],
)
def test_hints(field: Any, text: str, sentence: str) -> None:
    settings = of("anthropic-messages", model="claude-opus-5")
    found = remarks(texts_of(settings) | {field: text}, settings, sdk_fields("anthropic-messages"))
    assert found == {field: Remark(sentence, is_error=False)}
    assert read_texts(texts_of(settings) | {field: text}, settings)[0] is not None


@pytest.mark.parametrize("temperature", ["-1", "1.01"])
def test_a_temperature_outside_of_the_range_of_the_api(temperature: str) -> None:
    settings = of("anthropic-messages")
    found = remarks(texts_of(settings) | {"temperature": temperature}, settings, sdk_fields("anthropic-messages"))
    assert found["temperature"].sentence == "The temperature is usually between 0 and 1."
