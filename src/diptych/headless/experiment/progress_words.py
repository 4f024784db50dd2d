"""The words that say how far an experiment has come."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.report.figures import cost, seconds

if TYPE_CHECKING:
    from diptych.headless.experiment.progress import ProgressNow

_MOST_MODELS = 12
"""Models that have a line; with more of them, the others are left out."""


def model_lines(now: "ProgressNow") -> Sequence[str]:
    """Return a line for each model."""
    labels = list(now.models)[:_MOST_MODELS]
    names = {label: clean_line(now.models[label]) for label in labels}
    width = max(map(len, names.values()), default=0)
    lines = [
        f"{names[label]:<{width}}  first token {seconds(now.medians.get(label))}"
        f" (median of {counted(now.tally.complete[label], 'answer')})"
        for label in labels
    ]
    hidden = len(now.models) - len(labels)
    return [*lines, f"… and {counted(hidden, 'more model')}"] if hidden else lines


def done(now: "ProgressNow") -> str:
    """Return how many answers there are, of how many."""
    tally = now.tally
    return f"{tally.done:,} of {counted(tally.planned, 'answer')}"


def counts(now: "ProgressNow") -> Sequence[str]:
    """Return what is counted: failures, tokens, cost, and the time that is left."""
    tally = now.tally
    left = tally.seconds_left(now.elapsed)
    parts = [f"{tally.failed:,} failed"]
    if tally.not_passed:
        parts.append(f"{tally.not_passed:,} not passed")
    parts.append(counted(tally.tokens, "token"))
    if tally.has_costs:
        parts.append(cost(f"{tally.cost:f}"))
    if left is not None and tally.done < tally.planned:
        parts.append(f"about {_duration(left)} left")
    return parts


def pauses(now: "ProgressNow") -> Sequence[str]:
    """Return a sentence for each endpoint that wants to be left alone."""
    return [
        f"{clean_line(endpoint)} wants to be left alone for {_duration(left)}" for endpoint, left in now.pauses.items()
    ]


def _duration(amount: float) -> str:
    """Return seconds as `12 s`, `3 min 05 s` or `2 h 10 min`."""
    whole = math.ceil(amount)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60:,} h {minutes % 60:02} min"
