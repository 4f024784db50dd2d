"""The state of a side with its colours: in its status line, and in one line while it has no room."""

from typing import assert_never

from rich.cells import cell_len
from textual.content import Content

from diptych.config.sides import SideName
from diptych.core.run import Run, State
from diptych.core.text.sanitize import clean_line
from diptych.tui.figure_text import status
from diptych.tui.wrapping import shorten, shorten_foreign

_LEAST_NAME = 12


def status_content(run: Run, now: float, width: int, side: SideName, *, before: str = "") -> Content:
    """Return the status line of a run at the time `now` of its clock; `side` is the pane that shows it.

    `before` stands in front of the state, in its colour, and is not part of the `width`.
    """
    shown = status(run, now, width)
    state = (f"{before}{shown.mark} {shorten_foreign(shown.word)}", _style(shown.state, side))
    return Content.assemble(state, shown.figures)


def glance_content(
    name_of_side: str, model: str, run: Run | None, now: float, width: int, side: SideName, *, is_veiled: bool
) -> Content:
    """Return the state of a side whose pane is hidden; see `status_content`. Of a veiled run only whether it ended."""
    title = f"{name_of_side}: {shorten(clean_line(model), max(width // 2, _LEAST_NAME))}"
    if run is None:
        return Content.styled(title, "bold")
    if is_veiled:
        return Content.assemble((title, "bold"), f"  {'✔ ended' if run.ended else '● coming'}")
    state = status_content(run, now, width - cell_len(title) - 2, side, before="  ")
    return Content.styled(title, "bold") + state


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
