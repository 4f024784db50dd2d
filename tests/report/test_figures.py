"""A run's figures in words."""

import pytest

from diptych.core.content import UsageReport
from diptych.core.metrics.usage import Usage
from diptych.report.figures import cost, seconds, usage
from tests.report.runs import arrived, begun


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (Usage(), "in – · out – · cost –"),
        (Usage(8, output_tokens=12), "in 8 · out 12 · cost –"),
        (Usage(8, output_tokens=298, reasoning_tokens=64), "in 8 · out 298 (64 reasoning) · cost –"),
        (Usage(12_345, 10_000, 2_000, 1), "in 12,345 · out 1 · cached 10,000 · cache written 2,000 · cost –"),
        (Usage(8, 0, 0, 12, 0), "in 8 · out 12 (0 reasoning) · cached 0 · cost –"),
    ],
)
def test_usage(tokens: Usage, words: str) -> None:
    run = begun()
    arrived(run, 0.4, "message_delta", UsageReport(tokens, {}))

    assert usage(run) == words


def test_a_narrow_place_leaves_out_the_cached_tokens_and_then_those_spent_on_reasoning() -> None:
    run = begun()
    arrived(run, 0.4, "message_delta", UsageReport(Usage(8, 0, 0, 298, 64), {}))

    assert usage(run, 49) == "in 8 · out 298 (64 reasoning) · cached 0 · cost –"
    assert usage(run, 48) == "in 8 · out 298 (64 reasoning) · cost –"
    assert usage(run, 37) == "in 8 · out 298 · cost –"


def test_usage_before_any_came() -> None:
    assert usage(begun()) == "in – · out – · cost –"


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        (None, "–"),
        ("0", "$0.0000"),
        ("0.0031", "$0.0031"),
        ("12.5", "$12.5000"),
        ("0.000136", "$0.00014"),
        ("0.00000012", "$0.00000012"),
    ],
)
def test_cost(usd: str | None, words: str) -> None:
    assert cost(usd) == cost(usd, "genai-prices") == words


def test_a_cost_by_the_users_own_prices_is_marked() -> None:
    assert cost("0.0012", "config") == "$0.0012*"
    assert cost("0.0000123", "config") == "$0.000012*"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (0.0, "0.00s"),
        (0.00004, "0.00s"),
        (0.0009, "0.9ms"),
        (0.00994, "9.9ms"),
        (0.00996, "0.01s"),
        (0.4149, "0.41s"),
        (9.996, "10.0s"),
        (12.34, "12.3s"),
        (99.96, "100s"),
        (1234.5, "1234s"),
    ],
)
def test_seconds(value: float | None, words: str) -> None:
    assert seconds(value) == words
