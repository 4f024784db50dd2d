"""Runs as plain text, for a terminal or a pipe."""

from collections.abc import Iterator

from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.outcome import end_sentence, warnings
from diptych.report.figures import pace, seconds, usage


def heading(run: Run) -> str:
    """Which side this is, and who answers."""
    settings = run.request.settings
    return clean_line(f"── {run.label} · {settings.name}{' · simulated' if settings.simulated else ''} ──")


def answer(run: Run) -> str:
    """Everything the model said but for its thinking, and what ended it if that was no ordinary end."""
    parts = ["".join(run.text)]
    if run.refusal:
        parts.append(f"[refusal] {''.join(run.refusal)}")
    parts += [f"[tool] {tool.name} {tool.arguments}" for tool in run.tools]
    if run.state == "stopped" and not run.is_cancelled:
        parts.append("[stopped]")
    elif run.ended and (sentence := end_sentence(run)):
        parts.append(f"[{run.state}] {sentence}")
    parts += [f"[warning] {warning}" for warning in warnings(run)]
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())


def figures(run: Run) -> str:
    """A run's figures on one line."""
    return clean_line(" · ".join(_figures(run)))


def summary(round_: Round) -> str:
    """The figures of a round, a line a side."""
    names = {side: clean_line(run.request.settings.name) for side, run in round_.runs.items()}
    width = max(map(len, names.values()))
    return "\n".join(f"{names[side]:<{width}}  {figures(run)}" for side, run in round_.runs.items())


def whole_round(round_: Round) -> str:
    """A round from its prompt to its figures."""
    parts = [f"── prompt ──\n{round_.prompt.strip()}"]
    parts += [f"{heading(run)}\n{answer(run)}" for run in round_.runs.values()]
    return "\n\n".join((*parts, summary(round_)))


def _figures(run: Run) -> Iterator[str]:
    timing = run.stamps.timing()
    yield run.state if run.stop_reason is None else f"{run.state} ({run.stop_reason})"
    yield f"first token {seconds(timing.first_token)}"
    if timing.first_answer != timing.first_token:
        yield f"first answer {seconds(timing.first_answer)}"
    yield f"total {seconds(timing.end)}"
    if run.tokens_per_second is not None or run.events_per_second is not None:
        yield pace(run)
    yield usage(run)
