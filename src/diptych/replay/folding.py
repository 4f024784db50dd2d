"""Recorded lines folded into a run again, by the same code that folds what arrives over the wire."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from diptych.apis.registry import DIALECTS
from diptych.apis.reported_times import header_times
from diptych.apis.sse import ServerSentEvent
from diptych.core.event import (
    AttemptFailed,
    Event,
    Line,
    RequestSent,
    ResponseBegan,
    RunCut,
    RunFailed,
    RunStopped,
    request_id,
)
from diptych.core.message import Message
from diptych.core.recording import RecordedEvent, RecordedRun, Recording
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run


def decode(recorded: RecordedRun) -> Iterator[Line]:
    """Yield the lines of a recorded run with what its events mean, as today's code reads them."""
    dialect = DIALECTS[recorded.settings.endpoint.api]()
    seq = 0
    for line in recorded.lines:
        if isinstance(line, RecordedEvent):
            seq += 1
            at, wire_name, data, dropped, late, frame, pieces = line
            name, contents = dialect.decode(ServerSentEvent(wire_name, data, dropped))
            yield Event(at, seq, sys.intern(name), data, contents, dropped, late, frame, pieces)
        else:
            yield line


def new_run(recorded: RecordedRun, recording: Recording) -> Run:
    """Return a run of which nothing has happened yet; its round begins at 0."""
    messages = recorded.messages or (Message.of_text("user", recording.prompt),)
    request = Request(recorded.settings, messages, recording.files)
    run = Run(recorded.label, request, began=0.0, take=recorded.take)
    run.keeps_bytes = recorded.keeps_bytes
    return run


def new_round(recording: Recording, runs: Sequence[Run]) -> Round:
    """Return the round of a recording with a run for each that was recorded, in their order, and what is said of it."""
    case, continues, blind = recording.experiment_case, recording.continues, recording.blind
    round_ = Round(recording.prompt, 0.0, runs, recording.date, case, continues=continues, blind=blind)
    round_.number = recording.number
    for recorded, run in zip(recording.runs, runs, strict=True):
        if recorded.counts:
            round_.choose_take(run)
    round_.put_note(recording.note)
    for vote in recording.votes:
        round_.put_vote(vote)
    return round_


def fold_line(run: Run, line: Line) -> None:
    """Add a line to a run, as the wire did when it arrived. A note about the end of a run ends it."""
    match line:
        case Event():
            run.add(line)
        case RequestSent(at=at, connect=connect):
            run.begin_attempt(at)
            run.request_id = None
            if connect is not None:
                run.connected(at, connect)
            run.note(line)
        case ResponseBegan(headers=headers):
            run.request_id = request_id(headers)
            run.server_times = header_times(headers)
            run.note(line)
        case AttemptFailed():
            run.note(line)
        case RunFailed(at=at, failure=failure, body=body):
            run.fail(failure, at, body)
        case RunStopped(at=at):
            run.stop(at)
        case RunCut(at=at):
            run.cut(at)
        case _:
            assert_never(line)


def finish(run: Run, recorded: RecordedRun) -> None:
    """End a run as its recording ended, after its last line. A run that was still live is left as it is."""
    run.rest = recorded.rest
    if not run.ended and not recorded.is_live:
        if recorded.ended:
            run.complete()
        else:
            run.break_off()
    run.cost_usd = recorded.cost_usd


def fold_conversation(recordings: Mapping[int, Recording]) -> dict[int, Round]:
    """Return the rounds of a conversation by their ids, oldest first: each follows the one before."""
    rounds: dict[int, Round] = {}
    before: Round | None = None
    for id, recording in recordings.items():  # noqa: A001 - the word users know
        round_ = rounds[id] = fold(recording)
        round_.follows, before = before, round_
    return rounds


def fold(recording: Recording) -> Round:
    """Return the whole round as it ended, or as far as it was recorded."""
    runs: list[Run] = []
    for recorded in recording.runs:
        run = new_run(recorded, recording)
        runs.append(run)
        for line in decode(recorded):
            if not run.ended:
                fold_line(run, line)
        finish(run, recorded)
    return new_round(recording, runs)
