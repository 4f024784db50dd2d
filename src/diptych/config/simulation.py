"""Which models are simulated: decided here alone."""

from typing import Literal

from diptych.core.endpoint import Endpoint

Simulation = Literal["all", "without key", "none"]
"""Which models are simulated: all of them (`--demo`), those of a service whose key is missing, or none, as in `diptych
run`."""


def is_simulated(endpoint: Endpoint, simulation: Simulation) -> bool:
    """Whether the models of an endpoint are simulated."""
    return simulation == "all" or (simulation == "without key" and endpoint.lacks_key)
