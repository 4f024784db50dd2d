"""Whether a model is simulated."""

import pytest

from diptych.config.environment import configured_endpoints
from diptych.config.simulation import Simulation, is_simulated


@pytest.mark.parametrize(
    ("endpoint", "simulation", "expected"),
    [
        ("openai", "without key", False),
        ("openai", "all", True),
        ("anthropic", "without key", True),
        ("anthropic", "none", False),
        ("anthropic", "all", True),
    ],
)
def test_a_model_is_simulated_in_a_demo_and_where_its_key_is_missing(
    endpoint: str, simulation: Simulation, expected: bool
) -> None:
    known = configured_endpoints({"OPENAI_API_KEY": "sk-0123456789"})

    assert is_simulated(known[endpoint], simulation) is expected
