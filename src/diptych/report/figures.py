"""A run's figures in words. What is unknown is "–", never 0."""

from decimal import Decimal, InvalidOperation

from diptych.core.run import Run

UNKNOWN = "–"


def usage(run: Run) -> str:
    """The figures line: tokens in and out, what of them was cached or thought, and the cost."""
    tokens = run.usage
    if tokens is None:
        return f"in {UNKNOWN} · out {UNKNOWN} · {UNKNOWN}"
    reasoning = f" ({tokens.reasoning_tokens:,} reasoning)" if tokens.reasoning_tokens is not None else ""
    cached = ""
    if tokens.cache_read_tokens is not None:
        cached = f" · cached {tokens.cache_read_tokens:,}"
    if tokens.cache_write_tokens:
        cached += f" · cache written {tokens.cache_write_tokens:,}"
    counts = f"in {_count(tokens.input_tokens)} · out {_count(tokens.output_tokens)}{reasoning}{cached}"
    return f"{counts} · {cost(run.cost_usd)}"


def cost(usd: str | None) -> str:
    """Dollars with four decimals, or as many as two significant digits take where that is less than a cent's tenth."""
    try:
        amount = Decimal(usd or "")
    except InvalidOperation:
        return UNKNOWN
    if not amount or amount >= Decimal("0.001"):
        return f"${amount:.4f}"
    return f"${amount:.{1 - amount.adjusted()}f}"


def pace(run: Run, width: int = 0) -> str:
    """Tokens a second, or the events a second that stand in their place while and where these are unknown."""
    tokens = run.tokens_per_second
    rate, unit = (run.events_per_second, "ev/s") if tokens is None else (tokens, "tok/s")
    return f"{UNKNOWN if rate is None else format(rate, '.0f'):>{width}} {unit}"


def seconds(value: float | None) -> str:
    """A duration in at most three significant digits and at most five cells, `–` where unknown."""
    if value is None:
        return UNKNOWN
    if value < 9.995:
        return f"{value:.2f}s"
    return f"{value:.1f}s" if value < 99.95 else f"{value:.0f}s"


def _count(tokens: int | None) -> str:
    return UNKNOWN if tokens is None else f"{tokens:,}"
