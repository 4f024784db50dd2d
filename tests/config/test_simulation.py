"""Whether a model is simulated."""

import pytest

from diptych.config.environment import endpoints
from diptych.config.simulation import is_simulated


@pytest.mark.parametrize(
    ("endpoint", "everywhere", "without_key", "expected"),
    [
        ("openai", False, True, False),
        ("openai", True, True, True),
        ("anthropic", False, True, True),
        ("anthropic", False, False, False),
        ("anthropic", True, False, True),
    ],
)
def test_a_model_is_simulated_in_a_demo_and_where_its_key_is_missing(
    endpoint: str, everywhere: bool, without_key: bool, expected: bool
) -> None:
    known = endpoints({"OPENAI_API_KEY": "sk-0123456789"})

    assert is_simulated(known[endpoint], everywhere=everywhere, without_key=without_key) is expected
