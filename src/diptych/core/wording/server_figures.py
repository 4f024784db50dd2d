"""Figures that a server reports, in words: its own times, and its counts of tokens."""

from collections.abc import Iterable

from diptych.core.metrics.server_times import ServerTime
from diptych.core.metrics.usage import Usage
from diptych.core.wording.durations import measured_time


def server_times(times: Iterable[ServerTime]) -> str:
    """Return times that a server reports.

    >>> server_times([ServerTime("timings", "prompt_ms", 0.0123)])
    'timings.prompt_ms 12.3 ms'
    """
    return " · ".join(f"{time.label} {measured_time(time.seconds)}" for time in times)


def server_times_sentence(times: Iterable[ServerTime]) -> str:
    """Return what a server reports of its times, as a sentence."""
    return f"Times that the server reports for its work: {server_times(times)}."


def token_counts(usage: Usage) -> str:
    """Return the counts of tokens in and out that are known.

    >>> token_counts(Usage(input_tokens=8))
    'in 8'
    """
    parts = (("in", usage.input_tokens), ("out", usage.output_tokens))
    return " · ".join(f"{word} {number}" for word, number in parts if number is not None)
