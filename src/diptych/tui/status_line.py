"""The status line of a side with its colours."""

from typing import assert_never

from textual.content import Content

from diptych.config.sides import SideName
from diptych.core.run import Run, State
from diptych.tui.figure_text import status
from diptych.tui.wrapping import shorten_foreign


def status_content(run: Run, now: float, width: int, side: SideName, *, before: str = "") -> Content:
    """Return the status line of a run at the time `now` of its clock; `side` is the pane that shows it.

    `before` stands in front of the state, in its colour, and is not part of the `width`.
    """
    shown = status(run, now, width)
    state = (f"{before}{shown.mark} {shorten_foreign(shown.word)}", _style(shown.state, side))
    return Content.assemble(state, shown.figures)


def _style(state: State, side: SideName) -> str:
    match state:
        case "waiting" | "stopped":
            return "$muted bold"
        case "streaming":
            return f"${side} bold"
        case "complete":
            return "$success bold"
        case "cut":
            return "$warning bold"
        case "failed":
            return "$error bold"
        case _:
            assert_never(state)
