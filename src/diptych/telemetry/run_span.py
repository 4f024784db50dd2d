"""Makes the span of a run: a CLIENT span, named `chat MODEL`.

It begins when the first request is issued, before connecting, and ends with the last event from the server, or with
the failure or stop that ended the run. So it covers attempts that failed and the waits between them.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from diptych.core.event import AttemptFailed, Event, Note, RequestSent
from diptych.core.metrics.stalls import stalls
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import sendable
from diptych.telemetry import attributes as names
from diptych.telemetry.message_content import content_attributes
from diptych.telemetry.request_attributes import last_request, request_attributes
from diptych.telemetry.span_data import AttributeValue, SpanData, SpanEvent, WallClock

_ROUND = "diptych round"

CHAT = "chat"
"""The operation of every run, by the conventions."""


def run_span(run: Run, round_: Round, clock: WallClock, conversation: str, *, with_content: bool) -> SpanData:
    """Return the span of a run that has ended.

    `clock` maps the stamps of the run to the wall clock. `conversation` identifies the conversation that the round
    belongs to, "" if it belongs to none. Prompts and answers are in the span only with `with_content`.
    """
    notes = [line for line in run.lines if not isinstance(line, Event)]
    began = _issued(run, notes)
    ended = run.stamps.end if run.stamps.end is not None else _last_stamp(run, notes, began)
    settings, endpoint = run.request.settings, run.request.settings.endpoint
    found: dict[str, Any] = {
        names.OPERATION: CHAT,
        names.REQUEST_MODEL: settings.model,
        names.CONVERSATION: conversation or None,
        **request_attributes(last_request(notes), endpoint),
        **_response(run, began),
        **place_attributes(round_),
        **_of_run(run),
        names.ERROR_TYPE: _error_type(run),
    }
    if settings.simulated:
        del found[names.SERVER_ADDRESS], found[names.SERVER_PORT]  # nothing was sent there
    if with_content:
        found |= content_attributes(run)
    return SpanData(
        sendable(f"{CHAT} {settings.model}"),
        clock.nanoseconds(began),
        clock.nanoseconds(max(began, ended)),
        known_attributes(found),
        tuple(_events(run, notes, clock)),
        sendable(_error(run)),
    )


def round_span(round_: Round, spans: Sequence[SpanData]) -> SpanData:
    """Return the span that the runs of a round lie in."""
    began, ended = min(span.began for span in spans), max(span.ended for span in spans)
    return SpanData(_ROUND, began, ended, known_attributes(place_attributes(round_)))


def recorded_clock(run: Run, round_: Round) -> WallClock | None:
    """Return the clock of a run that was recorded; None if its date is not known.

    A recorded request says when it was sent. Recordings of older versions have only the date at which the round was
    asked, which is earlier than its zero by the time that the requests had to wait.
    """
    for line in run.lines:
        if isinstance(line, RequestSent) and line.date is not None:
            return WallClock(line.at, line.date)
    return None if round_.date is None else WallClock(run.began, round_.date)


def place_attributes(round_: Round) -> dict[str, Any]:
    """Return where a round belongs: its ID in the history, its experiment, its case and its repeat, None if unknown."""
    case = round_.experiment_case
    return {
        names.ROUND: round_.number,
        names.EXPERIMENT: case.experiment if case else None,
        names.CASE: case.case if case else None,
        names.REPEAT: case.repeat if case else None,
    }


def known_attributes(found: Mapping[str, Any]) -> dict[str, AttributeValue]:
    """Return the attributes that are known, with texts that UTF-8 can hold."""
    return {name: _sent_value(value) for name, value in found.items() if value is not None}


def _issued(run: Run, notes: Sequence[Note]) -> float:
    """Return the stamp at which the first request was issued, before connecting; when the run began without one."""
    for note in notes:
        if isinstance(note, RequestSent):
            return note.at - (note.connect or 0.0)
        if isinstance(note, AttemptFailed):
            break  # the first attempt reached no server
    return run.began


def _last_stamp(run: Run, notes: Sequence[Note], began: float) -> float:
    """Return the last stamp of a run that has no end."""
    return max(chain((began,), (note.at for note in notes), filter(None, (run.stamps.last_sign,))))


def _response(run: Run, issued: float) -> dict[str, Any]:
    usage, first = run.usage, run.stamps.first_event
    return {
        names.RESPONSE_ID: run.response_id,
        names.RESPONSE_MODEL: run.reported_model,
        names.RESPONSE_FINISH_REASONS: [run.stop_reason] if run.stop_reason else None,
        names.RESPONSE_TIME_TO_FIRST_CHUNK: None if first is None else first - issued,
        names.INPUT_TOKENS: usage and usage.input_tokens,
        names.OUTPUT_TOKENS: usage and usage.output_tokens,
        names.CACHE_READ_TOKENS: usage and usage.cache_read_tokens,
        names.CACHE_WRITE_TOKENS: usage and usage.cache_write_tokens,
        names.REASONING_TOKENS: usage and usage.reasoning_tokens,
    }


def _of_run(run: Run) -> dict[str, Any]:
    settings, timing = run.request.settings, run.stamps.timing()
    return {
        names.LABEL: run.label,
        names.TAKE: run.take,
        names.ENDPOINT: settings.endpoint.name,
        names.API: settings.endpoint.api,
        names.SIMULATED: True if settings.simulated else None,
        names.STATE: run.state,
        names.ATTEMPTS: len(run.attempts),
        names.EVENTS: run.events,
        names.UNREAD_EVENTS: run.unread or None,
        names.UNKNOWN_TIMES: list(run.stamps.unknown) or None,
        names.REQUEST_ID: run.request_id,
        names.CLOCK: run.clock,
        names.CONNECT: timing.connect,
        names.HEADERS: timing.headers,
        names.FIRST_TOKEN: timing.first_token,
        names.FIRST_ANSWER: timing.first_answer,
        names.LAST_TOKEN: timing.last_token,
        names.TOTAL: timing.end,
        names.TOKENS_PER_SECOND: run.tokens_per_second,
        names.COST: None if run.cost_usd is None else float(run.cost_usd),
        names.COST_SOURCE: run.cost_source,
    }


def _error_type(run: Run) -> str | None:
    """Return the HTTP status or the kind of a failure, `cut` for a stream without its terminal event, else None."""
    if run.failure:
        is_status = run.failure.kind == "http" and run.failure.status is not None
        return str(run.failure.status) if is_status else run.failure.kind
    return "cut" if run.state == "cut" else None


def _error(run: Run) -> str:
    """Return the sentence that the span's status has, "" for a run that did not fail."""
    if run.failure:
        return run.failure.message
    return "The stream ended without its terminal event." if run.state == "cut" else ""


def _events(run: Run, notes: Sequence[Note], clock: WallClock) -> list[SpanEvent]:
    """Return what happened within the run, in the order of time."""
    stamps = run.stamps
    events = [
        SpanEvent(name, clock.nanoseconds(at), {})
        for name, at in ((names.FIRST_TOKEN, stamps.first_token), (names.FIRST_ANSWER, stamps.first_answer))
        if at is not None
    ]
    for stall in stalls(run):
        seconds = known_attributes({names.SILENCE_SECONDS: stall.seconds})
        events.append(SpanEvent(names.SILENCE, clock.nanoseconds(stall.start), seconds))
    for note in notes:
        if isinstance(note, AttemptFailed):
            found = {
                names.ATTEMPT: note.attempt,
                names.ATTEMPT_STATUS: note.status,
                names.ATTEMPT_WAIT: note.wait,
                names.ATTEMPT_REASON: note.reason,
            }
            events.append(SpanEvent(names.ATTEMPT_FAILED, clock.nanoseconds(note.at), known_attributes(found)))
    return sorted(events, key=lambda event: event.at)


def _sent_value(value: AttributeValue) -> AttributeValue:
    match value:
        case str():
            return sendable(value)
        case list():
            return list(map(sendable, value))
        case float():
            return round(value, 9)  # a difference of stamps has digits that mean nothing
        case _:
            return value
