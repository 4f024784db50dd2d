"""The clock that stamps what happens on the wire."""

from collections.abc import Callable

Clock = Callable[[], float]
"""Returns the present moment in seconds; only differences between two moments have a meaning."""
