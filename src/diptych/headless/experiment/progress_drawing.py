"""Draws how far an experiment has come, in place on a terminal."""

from typing import IO, TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from diptych.core.text.sanitize import clean_line
from diptych.headless.experiment.progress_words import counts, done, model_lines, pauses

if TYPE_CHECKING:
    from diptych.headless.experiment.progress import ProgressNow

_BAR = 30


class ProgressDrawing:
    """Lines at the end of a terminal, which are replaced until they are erased."""

    def __init__(self, terminal: IO[str]) -> None:
        self._live = Live(
            console=Console(file=terminal, highlight=False, markup=False, emoji=False),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def replace(self, now: "ProgressNow") -> None:
        """Draw this in place of what was drawn before."""
        self._live.update(_drawing(now), refresh=True)

    def erase(self) -> None:
        """Erase the lines for good: nothing can be drawn after that."""
        self._live.stop()


def _drawing(now: "ProgressNow") -> RenderableType:
    tally = now.tally
    head = Table.grid(padding=(0, 1))
    head.add_row(
        Text(now.name),
        ProgressBar(total=max(tally.planned, 1), completed=tally.done, width=_BAR),
        Text(done(now)),
    )
    lines: list[RenderableType] = [head, _line(" · ".join(counts(now)))]
    lines.extend(_line(model) for model in model_lines(now))
    lines.extend(_line(pause) for pause in pauses(now))
    if now.problem:
        lines.append(Text(clean_line(now.problem)))
    return Group(*lines)


def _line(text: str) -> Text:
    return Text(f"  {text}", no_wrap=True, overflow="ellipsis")
