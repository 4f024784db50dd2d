"""What a person sees while models answer without a screen: a line for each side, or the text of a single side."""

from collections.abc import Iterable
from typing import IO, Literal

from diptych.core.naming import model_name, side_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.headless.status_lines import StatusLines, is_terminal
from diptych.headless.streamed_answer import StreamedAnswer
from diptych.report.figures import seconds
from diptych.report.run_status import mark, silence, state_word

OutputForm = Literal["text", "json", "events"]
"""How `diptych run` prints: answers and figures, one object at the end, or a line per event."""

_INTERVAL = 0.1
"""Seconds between two drawings of the lines."""


class LiveDisplay:
    """Shows a round that runs: its sides on `lines`, if there are any, and on `out` the text of a single side.

    Without `lines` and `out` it shows nothing.
    """

    def __init__(self, lines: StatusLines | None = None, out: IO[str] | None = None) -> None:
        self._lines = lines
        self._out = out
        self._round: Round | None = None
        self._streamed: StreamedAnswer | None = None
        self._is_streaming = False
        self._drawn_at = float("-inf")

    @property
    def is_shown(self) -> bool:
        """Whether it has anything to show, so that it wants to be called again and again."""
        return self._lines is not None or self._out is not None

    def begin(self, round_: Round) -> None:
        """Show another round."""
        runs = tuple(round_.runs.values())
        self._round = round_
        self._streamed = StreamedAnswer(round_, runs[0]) if self._out is not None and len(runs) == 1 else None
        self._is_streaming = False

    def show(self, now: float) -> None:
        """Show what is new at the time `now` of the runs' clock."""
        if self._streamed is not None and self._out is not None and (text := self._streamed.grown()):
            self.erase()
            self._is_streaming = True
            self._out.write(text)
            self._out.flush()
        if self._lines is not None and self._round and not self._is_streaming and now - self._drawn_at >= _INTERVAL:
            self._drawn_at = now
            self._lines.draw(status_lines(self._round.runs.values(), now))

    def rest(self) -> str | None:
        """Return what is left to print of the answer of a single side; None if none of it was printed here."""
        self.erase()
        return None if self._streamed is None else self._streamed.rest()

    def erase(self) -> None:
        """Erase the lines, since something else is printed. They come again with the next call of `show`."""
        if self._lines is not None:
            self._lines.erase()
            self._drawn_at = float("-inf")


def live_display(
    form: OutputForm, wanted: bool | None, out: IO[str], err: IO[str] | None, *, is_ci: bool, can_draw: bool
) -> LiveDisplay:
    """Return what is shown live where output in this form goes to `out`, and messages to `err`.

    `wanted` is what the user asked for. None is the default: where both streams are a terminal, outside of continuous
    integration. `can_draw` is whether the terminal can place its cursor.
    """
    if wanted is None:
        wanted = is_terminal(out) and is_terminal(err) and not is_ci
    if not wanted:
        return LiveDisplay()
    prints_lines = form == "events" and is_terminal(out)  # they show enough of what happens
    lines = StatusLines(err) if err and is_terminal(err) and can_draw and not prints_lines else None
    return LiveDisplay(lines, out if form == "text" and is_terminal(out) else None)


def status_lines(runs: Iterable[Run], now: float) -> list[str]:
    """Return a line per run: its state, its events, its seconds so far, how long its server is silent, its model."""
    shown = tuple(runs)
    names = [clean_line(side_name(run.label)) for run in shown]
    width = max(map(len, names), default=0)
    return [f"{mark(run.state)} {name:<{width}}  {_line(run, now)}" for name, run in zip(names, shown, strict=True)]


def _line(run: Run, now: float) -> str:
    end = run.stamps.end
    elapsed = run.stamps.since_t0(end) if run.ended else now - (run.began if run.stamps.t0 is None else run.stamps.t0)
    parts = (
        clean_line(state_word(run, now)),
        counted(run.events, "event"),
        _thinking(run),
        seconds(elapsed),
        silence(run, now),
        clean_line(model_name(run.request.settings)),  # last, since what does not fit is cut
    )
    return " · ".join(filter(None, parts))


def _thinking(run: Run) -> str:
    """Return how much the model has thought; "" once it writes an answer, refuses, calls a tool or has ended."""
    is_thinking = run.thinking and not (run.text or run.refusal or run.tools or run.ended)
    return f"{counted(len(run.thinking), 'character')} of thinking" if is_thinking else ""
