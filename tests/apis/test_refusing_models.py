import pytest

from diptych.apis.refusing_models import refusal


@pytest.mark.parametrize(
    "model",
    [
        "claude-opus-4-7",
        "claude-sonnet-5-5",
        "claude-opus-5",
        "anthropic/claude-opus-4.8",
        "gpt-5.6-terra",
        "o3",
        "gpt-6-sol",
    ],
)
def test_new_models_refuse_a_temperature(model: str) -> None:
    assert "temperature" in refusal(model, "temperature")
    assert "temperature" in refusal(model, "temperature", 0.5)
    assert refusal(model, "temperature", 1) == ""
    assert refusal(model, "effort") == refusal(model, "thinking") == ""


@pytest.mark.parametrize(
    "model",
    [
        "claude-opus-4-6",
        "claude-sonnet-4-20250514",
        "claude-3-5-sonnet-20241022",
        "gpt-4o",
        "gpt-5-chat-latest",
        "qwen3",
        "foo-o3",
    ],
)
def test_others_take_one(model: str) -> None:
    assert refusal(model, "temperature", 0.5) == ""


@pytest.mark.parametrize(
    "model",
    ["claude-haiku-4-5", "claude-sonnet-4-5-20250929", "claude-3-7-sonnet-latest", "gpt-4.1", "chatgpt-4o-latest"],
)
def test_models_that_do_not_know_an_effort(model: str) -> None:
    assert "refuse" in refusal(model, "effort", "low")


@pytest.mark.parametrize("model", ["claude-opus-4-5", "claude-sonnet-4-6", "qwen3", "gpt-5-chat-latest"])
def test_models_that_may_know_an_effort(model: str) -> None:
    assert refusal(model, "effort", "low") == ""
