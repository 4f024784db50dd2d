import pytest

from diptych.core.listing import HistoryFilter
from diptych.tui.filtering import complete, parse_filter


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", HistoryFilter()),
        ("  two   clocks ", HistoryFilter("two clocks")),
        ("model:gpt", HistoryFilter(model="gpt")),
        ("model:llama3:8b x", HistoryFilter("x", model="llama3:8b")),
        ("why Endpoint:openai state:failed not", HistoryFilter("why not", endpoint="openai", state="failed")),
        ("state:f", HistoryFilter(state="failed")),
        ("state:S", HistoryFilter(state="s")),
        ("state:nope", HistoryFilter(state="nope")),
        ("model: state:", HistoryFilter()),
        ("model:a model:b", HistoryFilter(model="b")),
        ("http://x.test def f():", HistoryFilter("http://x.test def f():")),
    ],
)
def test_what_was_typed_becomes_a_filter(text: str, wanted: HistoryFilter) -> None:
    assert parse_filter(text) == wanted


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("model:GP", "model:gpt-5"),
        ("why endpoint:op", "why endpoint:openai"),
        ("state:fa", "state:failed"),
        ("model:", None),
        ("model:zzz", None),
        ("model:gpt why", None),
        ("other:gpt", None),
        ("", None),
    ],
)
def test_a_field_is_completed(text: str, whole: str | None) -> None:
    assert complete(text, ["claude-opus-5", "gpt-5"], ["openai"]) == whole
