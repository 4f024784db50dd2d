"""Turns a run into its recording, which has the events but not what they mean."""

from diptych.core.event import Event
from diptych.core.recording import RecordedEvent, RecordedLine, RecordedRun
from diptych.core.run import Run


def recorded_run(run: Run) -> RecordedRun:
    """Return what a run was asked, and the lines that it has so far."""
    return RecordedRun(
        run.label,
        run.request.settings,
        [_line(line) for line in run.lines],
        run.ended,
        not run.ended,
        run.cost_usd,
        run.take,
        run.request.messages,
        keeps_bytes=run.keeps_bytes,
        rest=run.rest,
    )


def _line(line: Event | RecordedLine) -> RecordedLine:
    if isinstance(line, Event):
        return RecordedEvent(line.at, line.name, line.data, line.dropped, line.late, line.frame, line.pieces)
    return line
