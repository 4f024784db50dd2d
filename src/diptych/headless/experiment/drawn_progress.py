"""How far an experiment has come, drawn in place on a terminal with Rich."""

import math
from collections.abc import Sequence
from typing import IO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.headless.experiment.progress_display import ProgressNow, count_words, done_words, pause_words
from diptych.report.figures import seconds

_INTERVAL = 0.1
"""Seconds between two drawings."""

_MOST_MODELS = 12
"""Models that have a line; with more of them, the others are left out."""

_BAR = 30
"""Columns of the bar."""

_INDENT = "  "

_NARROWEST_NAME = 8
"""Columns that the name of a model has at least; on a narrower terminal, the figures are cut."""


class DrawnProgress:
    """Draws a bar and a line for each model in place. A terminal that cannot be written to any more gets nothing."""

    def __init__(self, terminal: IO[str]) -> None:
        self._console = Console(file=terminal, highlight=False, markup=False, emoji=False)
        self._live: Live | None = None
        self._drawn_at = -math.inf
        self._is_gone = False

    def show(self, now: ProgressNow) -> None:
        """Draw this, unless something was drawn just before."""
        if self._is_gone or now.elapsed - self._drawn_at < _INTERVAL:
            return
        self._drawn_at = now.elapsed
        try:
            self._draw(now)
        except OSError:
            self._is_gone, self._live = True, None

    def _draw(self, now: ProgressNow) -> None:
        if self._live is None:  # one that was stopped would move the cursor up, over what was printed since
            self._live = Live(
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        self._live.update(_drawing(now, self._console.width), refresh=True)

    def erase(self) -> None:
        """Erase the lines."""
        live, self._live = self._live, None
        if live is not None:
            try:
                live.stop()
            except OSError:
                self._is_gone = True
            self._drawn_at = -math.inf


def _drawing(now: ProgressNow, columns: int) -> RenderableType:
    counts = now.counts
    head = Table.grid(padding=(0, 1))
    head.add_row(
        Text(now.name),
        ProgressBar(total=max(counts.planned, 1), completed=counts.done, width=_BAR),
        Text(done_words(now)),
    )
    lines: list[RenderableType] = [head, _line(" · ".join(count_words(now)))]
    lines.extend(_line(model) for model in _model_lines(now, columns - len(_INDENT)))
    lines.extend(_line(pause) for pause in pause_words(now))
    if now.problem:
        lines.append(Text(clean_line(now.problem)))
    return Group(*lines)


def _line(text: str) -> Text:
    return Text(f"{_INDENT}{text}", no_wrap=True, overflow="ellipsis")


def _model_lines(now: ProgressNow, columns: int) -> Sequence[str]:
    """Return a line for each model. Names are shortened where the columns do not suffice, so that figures are seen."""
    labels = list(now.models)[:_MOST_MODELS]
    names = [Text(clean_line(now.models[label])) for label in labels]
    figures = [
        f"  first token {seconds(now.medians.get(label))} (median of {counted(now.counts.complete[label], 'answer')})"
        for label in labels
    ]
    widest = max((name.cell_len for name in names), default=0)
    room = columns - max(map(len, figures), default=0)
    for name in names:
        name.truncate(max(min(widest, room), _NARROWEST_NAME), overflow="ellipsis", pad=True)
    lines = [f"{name.plain}{shown}" for name, shown in zip(names, figures, strict=True)]
    hidden = len(now.models) - len(labels)
    return [*lines, f"… and {counted(hidden, 'more model')}"] if hidden else lines
