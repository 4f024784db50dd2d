"""Turns a call that another program captured into a recorded run.

Its lines are those that Diptych would have recorded if it had asked itself: for each attempt the request and the
response, then the events, and how it ended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from urllib.parse import urlsplit

import httpx2

from diptych.apis.other_bodies import is_other_body, not_a_stream
from diptych.apis.registry import DIALECTS
from diptych.apis.sse import Decoder, ServerSentEvent
from diptych.apis.status_errors import StatusError, server_message, status_failure
from diptych.captures.asked_model import AskedModel
from diptych.captures.repeated_requests import seconds_between
from diptych.core.body_pieces import NO_REST, BodyRest
from diptych.core.capture import Capture
from diptych.core.event import AttemptFailed, RequestSent, ResponseBegan, RunCut, RunFailed, request_id
from diptych.core.failure import Failure
from diptych.core.frame import bare_frame
from diptych.core.noted_body import without_contents
from diptych.core.recording import RecordedEvent, RecordedLine, RecordedRun, Recording
from diptych.core.request import Label, Request
from diptych.core.run import Run
from diptych.core.text.excerpt import in_sentence
from diptych.core.unknown_times import UnknownTime
from diptych.replay.folding import decode, fold_line, new_run

_OF_LOST_CONNECTION = "The connection to "
"""The beginning of Diptych's own sentences about lost connections, which its HARs hold."""


def recorded_call(attempts: Sequence[Capture], asked: AskedModel, label: Label, began: float = 0.0) -> RecordedRun:
    """Return the run of a call, whose attempts have no secrets. All but the last one failed.

    `began` is when the first request was sent, on the clock of the round. The cost is unknown, since a capture does not
    say what the model cost on its day.
    """
    earlier: list[RecordedLine] = []
    for number, (failed, following) in enumerate(pairwise(attempts), 1):
        earlier += _failed_attempt(_moved(failed, began), asked, number, seconds_between(failed, following), began)
        began = max(_start(failed, following, began), earlier[-1].at)
    capture = _moved(attempts[-1], began)
    lines: list[RecordedLine] = [*earlier, *_beginning(capture, asked, began)]
    body, rest = capture.body, NO_REST
    failure: Failure | None = None
    if not _is_success(capture):
        body = b""
    elif not is_other_body(body, DIALECTS[asked.api]()):
        events, rest = _events(capture, began)
        lines.extend(events)
    elif DIALECTS[asked.api]().is_whole_answer(body):
        data = body.strip()
        lines.append(RecordedEvent(_end(capture, began), "", data, frame=bare_frame(body, data)))
    else:
        failure = not_a_stream(body, capture.status or 0)
    recorded = RecordedRun(
        label, asked.settings, lines, ended=False, messages=asked.messages, keeps_bytes=True, rest=rest
    )
    run = _folded(recorded)
    is_whole = run.failure is not None or run.end.saw_terminal_event
    if failure := failure or _failure(capture, asked, run):
        lines.append(RunFailed(_end(capture, began), failure, body if failure.kind == "response" else b""))
    elif not is_whole and capture.ending == "clean":
        lines.append(RunCut(_end(capture, began)))
    elif not is_whole:
        return recorded  # it is not known whether more was to come
    return replace(recorded, ended=True)


def _start(earlier: Capture, later: Capture, began: float) -> float:
    """Return when the later of two requests was sent if the earlier one was sent at `began`; never before its end."""
    apart = 0.0 if earlier.date is None or later.date is None else later.date - earlier.date
    return began + apart


def _failed_attempt(
    capture: Capture, asked: AskedModel, number: int, wait: float | None, began: float
) -> Iterator[RecordedLine]:
    """Yield the lines of an attempt that failed, and was repeated after `wait` seconds, None if that is not known."""
    yield from _beginning(capture, asked, began)
    failure = _lost(capture) if capture.status is None else _refused(capture, capture.status, asked)
    wait = None if wait is None else max(wait, 0.0)
    yield AttemptFailed(_end(capture, began), number, capture.status, wait, failure.message)


def _moved(capture: Capture, began: float) -> Capture:
    """Return a capture whose times are on the clock of the round."""
    return replace(
        capture,
        pieces=tuple(piece._replace(at=began + piece.at) for piece in capture.pieces),
        headers_at=None if capture.headers_at is None else began + capture.headers_at,
        ended_at=None if capture.ended_at is None else began + capture.ended_at,
    )


def _end(capture: Capture, began: float) -> float:
    """Return when the exchange ended, as far as it is known."""
    if capture.ended_at is not None:
        return capture.ended_at
    return capture.pieces[-1].at if capture.pieces else began


def _is_success(capture: Capture) -> bool:
    return capture.status is not None and 200 <= capture.status < 300


def _beginning(capture: Capture, asked: AskedModel, began: float) -> Iterator[RequestSent | ResponseBegan]:
    sent = without_contents(capture.request_body, Request(asked.settings, asked.messages, asked.files))
    request = (capture.method, capture.url, capture.request_headers, sent, capture.connect, capture.date)
    yield RequestSent(began, *request, tuple(_unknown_times(capture)))
    if capture.status is not None:
        at = capture.headers_at
        if at is None:
            at = capture.pieces[0].at if capture.pieces else _end(capture, began)
        body = b"" if _is_success(capture) else capture.body
        yield ResponseBegan(at, capture.status, capture.response_headers, body)


def _unknown_times(capture: Capture) -> Iterator[UnknownTime]:
    if capture.status is not None and capture.headers_at is None:
        yield "headers"
    if _is_success(capture) and not capture.times_known:
        yield "events"
    if capture.ended_at is None:
        yield "end"


def _events(capture: Capture, began: float) -> tuple[list[RecordedEvent], BodyRest]:
    """Return the events of a body, each stamped with the piece that completes it, and what follows them."""
    decoder = Decoder()
    events = [_recorded(event, piece.at) for piece in capture.pieces for event in decoder.feed(piece.data, piece.at)]
    events += [_recorded(event, _end(capture, began)) for event in decoder.end()]
    return events, decoder.rest()


def _recorded(event: ServerSentEvent, at: float) -> RecordedEvent:
    return RecordedEvent(at, event.name, event.data, event.dropped, 0.0, event.frame, event.pieces)


def _folded(recorded: RecordedRun) -> Run:
    """Return the run with all lines of its recording, not ended."""
    run = new_run(recorded, Recording("", None, ()))
    for line in decode(recorded):
        fold_line(run, line)
    return run


def _failure(capture: Capture, asked: AskedModel, run: Run) -> Failure | None:
    """Return why the exchange failed, None if it did not or if the events say it."""
    if capture.status is None or (capture.ending == "lost" and not run.server_is_done):
        return _lost(capture)
    if capture.ending == "silent" and not run.server_is_done:
        return Failure("timeout", "The server sent nothing more, until the program that was asking gave up.")
    return None if _is_success(capture) else _refused(capture, capture.status, asked)


def _lost(capture: Capture) -> Failure:
    """Return the failure of an exchange that ended without a whole answer."""
    if capture.error.startswith(_OF_LOST_CONNECTION):
        return Failure("connection", capture.error)
    why = f" ({in_sentence(capture.error)})" if capture.error else ""
    return Failure("connection", f"The connection to the server was lost{why}.")


def _refused(capture: Capture, status: int, asked: AskedModel) -> Failure:
    """Return the failure of an exchange whose status says that it failed."""
    host = urlsplit(capture.url).netloc or "The server"
    if status in (401, 403):  # a capture does not say which key was sent, or no key
        said = server_message(capture.body)
        sentence = f"{host} refused the request or its key ({status}){f': {said}' if said else ''}."
        return Failure("http", sentence, status, request_id(capture.response_headers))
    headers = [
        (name.encode("utf-8", "replace"), value.encode("utf-8", "replace")) for name, value in capture.response_headers
    ]
    error = StatusError(status, httpx2.Headers(headers), capture.body)
    return status_failure(error, host, asked.settings)
