"""A run's figures as short texts. What is unknown is "–", never 0."""

import sys
from decimal import Decimal, InvalidOperation

from diptych.core.metrics.cost import CostSource
from diptych.core.metrics.timing import Stamps
from diptych.core.run import Run

UNKNOWN = "–"

LEAST_SECONDS = 0.00005
"""The shortest duration that is not shown as zero."""

OWN_PRICES = "*"
"""After an amount that was computed by the prices in the user's config file."""


def usage(run: Run, room: int = sys.maxsize) -> str:
    """Return the tokens in and out, with those cached and those spent on reasoning, and the cost.

    Where that takes more than `room` characters, the cached tokens are left out, and then those spent on reasoning.

    >>> usage(run)  # doctest: +SKIP
    'in 8 · out 298 (64 reasoning) · cached 0 · $0.0031'
    """
    amount = f"cost {UNKNOWN}" if run.cost_usd is None else cost(run.cost_usd, run.cost_source)
    tokens = run.usage
    if tokens is None:
        return f"in {UNKNOWN} · out {UNKNOWN} · {amount}"
    reasoning = f" ({tokens.reasoning_tokens:,} reasoning)" if tokens.reasoning_tokens is not None else ""
    cached = ""
    if tokens.cache_read_tokens is not None:
        cached = f" · cached {tokens.cache_read_tokens:,}"
    if tokens.cache_write_tokens:
        cached += f" · cache written {tokens.cache_write_tokens:,}"
    counts = f"in {_count(tokens.input_tokens)} · out {_count(tokens.output_tokens)}"
    lines = (f"{counts}{details} · {amount}" for details in (f"{reasoning}{cached}", reasoning))
    return next((line for line in lines if len(line) <= room), f"{counts} · {amount}")


def cost(usd: str | None, source: CostSource | None = None) -> str:
    """Return dollars with four decimals; amounts below $0.001 with two significant digits.

    An asterisk marks an amount by the user's own prices.

    >>> cost("0.0012", "config")
    '$0.0012*'
    """
    try:
        amount = Decimal(usd or "")
    except InvalidOperation:
        return UNKNOWN
    mark = OWN_PRICES if source == "config" else ""
    if not amount or amount >= Decimal("0.001"):
        return f"${amount:.4f}{mark}"
    return f"${amount:.{1 - amount.adjusted()}f}{mark}"


def pace(run: Run, width: int = 0) -> str:
    """Return the rate in tokens per second; in events per second as long as tokens are not known."""
    tokens = run.tokens_per_second
    rate, unit = (run.events_per_second, "ev/s") if tokens is None else (tokens, "tok/s")
    return f"{UNKNOWN if rate is None else format(rate, '.0f'):>{width}} {unit}"


def seconds(value: float | None) -> str:
    """Return a duration with three significant digits at most, which takes five cells below 10,000 s.

    Below 10 ms it is in milliseconds: a server on the same machine may need no longer.
    """
    if value is None:
        return UNKNOWN
    if LEAST_SECONDS <= value < 0.00995:
        return f"{value * 1000:.1f}ms"
    if value < 9.995:
        return f"{value:.2f}s"
    return f"{value:.1f}s" if value < 99.95 else f"{value:.0f}s"


def time_since_t0(stamps: Stamps, at: float | None) -> str:
    """Return one of the stamps as seconds since t0, behind "≤" if Diptych itself read that event late."""
    return f"{'≤' if stamps.is_late(at) else ''}{seconds(stamps.since_t0(at))}"


def _count(tokens: int | None) -> str:
    return UNKNOWN if tokens is None else f"{tokens:,}"
