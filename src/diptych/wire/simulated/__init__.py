"""Simulated models: a transport that answers like a server of any of the three APIs."""

from diptych.wire.simulated.scenarios import SCENARIOS
from diptych.wire.simulated.script import Side
from diptych.wire.simulated.transport import SimulatedTransport

__all__ = ["SCENARIOS", "Side", "SimulatedTransport"]
