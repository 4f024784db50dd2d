"""What stands above an answer in every export: its side, its model and, where there are several takes, which one."""

from diptych.core.naming import model_title, side_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean_line


def heading(run: Run, take: str = "") -> str:
    """Return the line above an answer in plain text; `take` is what `take_name` returned."""
    names = (side_name(run.label), model_title(run.request.settings), take)
    return clean_line(f"── {' · '.join(filter(None, names))} ──")


def take_name(round_: Round, run: Run) -> str:
    """Return which take of its side a run is, such as `take 2 of 3`; "" where the side was asked once.

    Exports show only the take that counts, so that this says that there are others.
    """
    takes = round_.takes(run.label)
    return f"take {takes.index(run) + 1} of {len(takes)}" if len(takes) > 1 else ""
