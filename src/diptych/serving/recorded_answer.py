"""Makes the answers of recorded runs ready to be served: one for each attempt, with what was asked."""

import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus

from diptych.core.endpoint import ApiName
from diptych.core.event import ResponseBegan, RunFailed
from diptych.core.exchange import Exchange, exchanges
from diptych.core.frame import bare_frame
from diptych.core.json_text import parse_json
from diptych.core.message import Message
from diptych.core.noted_body import with_contents
from diptych.core.recording import RecordedRun, Recording
from diptych.core.request import Request
from diptych.core.secrets.values import REDACTED
from diptych.core.timed_body import TimedBytes, timed_body
from diptych.serving.comparable_conversation import ComparableConversation, read_conversation
from diptych.serving.timed_answer import TimedAnswer, chunks, header_lines

_RESET = os.strerror(errno.ECONNRESET)
"""A part of the message of a failure if the server reset the connection."""

_FIRST_FINAL_STATUS = 200

_LONGEST_READ = 4.0
"""Seconds. Diptych gives up on the body of an error after 5 s, so one that took longer than this may have no end."""


@dataclass(slots=True)
class RecordedAnswer:
    """The answer to one recorded attempt. `name` is a reference to its run, such as `12:left`.

    `model` is "" and `conversation` None if the recording does not say what was asked. `played` counts the requests
    that got this answer. `whole` is the answer to a request without `stream`, once one came.
    """

    name: str
    api: ApiName
    model: str
    conversation: ComparableConversation | None
    answer: TimedAnswer
    played: int = 0
    whole: TimedAnswer | None = None


def recorded_answers(name: str, recording: Recording, run: RecordedRun) -> Iterator[RecordedAnswer]:
    """Yield the answers that a run got, in order. `name` is the name of the run."""
    api, model = run.settings.endpoint.api, run.settings.model
    messages = run.messages or (Message.of_text("user", recording.prompt),)
    request = Request(run.settings, messages, recording.files)
    found = exchanges(run)
    for number, exchange in enumerate(found, 1):
        attempt = f"{name} (attempt {number} of {len(found)})" if len(found) > 1 else name
        asked_model, conversation = _asked(api, model, with_contents(exchange.request.body, request))
        yield RecordedAnswer(
            attempt, api, asked_model, conversation, _timed(exchange, run, is_last=number == len(found))
        )


def _asked(api: ApiName, model: str, body: bytes) -> tuple[str, ComparableConversation | None]:
    """Return the model and the conversation that the body of a request names."""
    try:
        fields = parse_json(body.decode())
    except ValueError:
        return model, None
    if not isinstance(fields, dict):
        return model, None
    named = fields.get("model")
    return named if isinstance(named, str) else model, read_conversation(api, fields)


def _timed(exchange: Exchange, run: RecordedRun, *, is_last: bool) -> TimedAnswer:
    """Return an exchange as an answer that is ready to be sent."""
    sent, response = exchange.request.at, exchange.response
    ends = max(exchange.ended_at - sent, 0.0)
    was_reset = _RESET in _why_lost(exchange, run, is_last=is_last)
    if response is None or response.status < _FIRST_FINAL_STATUS:
        return TimedAnswer(None, b"", 0.0, (), (), exchange.ending, ends, was_reset=was_reset)
    api, begins = run.settings.endpoint.api, max(response.at - sent, 0.0)
    headers, ends = header_lines(response.headers, redacted=REDACTED), max(ends, begins)
    if not run.keeps_bytes and _is_whole_answer(exchange, response):
        event = exchange.events[0]
        exchange = replace(exchange, events=(event._replace(frame=bare_frame(event.data, event.data)),))
    body = timed_body(replace(exchange, body=b""), api, keeps_bytes=run.keeps_bytes)
    pieces: Iterable[TimedBytes] = (TimedBytes(max(piece.at - sent, begins), piece.data) for piece in body)
    is_stream = len(exchange.events) > 1 and not exchange.body
    if not is_stream:
        pieces = list(pieces)
        if exchange.body:
            is_older = _body_may_be_older(exchange, ends - begins)
            pieces.insert(0, TimedBytes(begins if is_older else ends, exchange.body))
        is_stream = bool(exchange.events) and not _is_document(pieces[0].data)
        if exchange.ending == "clean" and not is_stream and pieces:
            whole, due = b"".join(piece.data for piece in pieces), pieces[-1].at
            return TimedAnswer(response.status, headers, begins, (whole,), (due,), "clean", due)
    writes, delays = chunks(pieces)
    return TimedAnswer(
        response.status,
        headers,
        begins,
        writes,
        delays,
        exchange.ending,
        ends,
        is_chunked=True,
        is_stream=is_stream,
        was_reset=was_reset,
    )


def _why_lost(exchange: Exchange, run: RecordedRun, *, is_last: bool) -> str:
    """Return what the recording says about the failure of an attempt; "" for nothing."""
    if exchange.failed:
        return exchange.failed.reason
    return "".join(line.failure.message for line in run.lines if is_last and isinstance(line, RunFailed))


def _body_may_be_older(exchange: Exchange, seconds: float) -> bool:
    """Whether a body without times may have come long before the end, which came `seconds` after the head.

    The end is noted when the body of an error has been read, and with a refused key after another one was looked up.
    """
    is_refused_key = exchange.failed is not None and exchange.failed.status == HTTPStatus.UNAUTHORIZED
    return is_refused_key or seconds >= _LONGEST_READ


def _is_whole_answer(exchange: Exchange, response: ResponseBegan) -> bool:
    """Whether the only event of an older recording, which does not say so, is a whole body and not a stream."""
    kinds = [value.lower() for name, value in response.headers if name.lower() == "content-type"]
    return len(exchange.events) == 1 and bool(kinds) and "json" in kinds[0]


def _is_document(start: bytes) -> bool:
    """Whether a body that begins so is JSON or HTML instead of a stream of events."""
    return start.lstrip()[:1] in (b"{", b"[", b"<")
