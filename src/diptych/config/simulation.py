"""Whether a model is simulated: decided here alone."""

from diptych.core.endpoint import Endpoint


def is_simulated(endpoint: Endpoint, *, everywhere: bool, without_key: bool = True) -> bool:
    """Whether the models of an endpoint are simulated.

    `everywhere` simulates all of them (`--demo`); `without_key` those of a service whose key is missing, which `diptych
    run` never does.
    """
    return everywhere or (without_key and endpoint.lacks_key)
