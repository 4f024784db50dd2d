"""Reads the body of one response into a run: every chunk is stamped when it arrives, then decoded, then folded."""

import sys
from collections.abc import AsyncIterator, Iterable

import httpx2

from diptych.apis.dialect import Dialect
from diptych.apis.failures import server_message
from diptych.core.event import Event
from diptych.core.failure import Failure
from diptych.core.run import Run
from diptych.core.secret import Secrets
from diptych.core.sse import Decoder, ServerSentEvent
from diptych.wire.client import Clock
from diptych.wire.lag import LoopLag
from diptych.wire.silence import SilenceLimits, SilenceWatch

_LATE_EVENTS = 1.0
"""Seconds to read on after an error, after usage, or after the server said that nothing follows."""

_LEADS_OF_OTHER_FORMS = (b"{", b"[", b"<")

_MOST_OF_OTHER_BODY = 64 * 1024
"""Bytes read of a body that is no event stream."""


class NotAStreamError(Exception):
    """The body is JSON or HTML instead of server-sent events."""

    def __init__(self, failure: Failure, body: bytes) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.body = body


async def read_stream(
    run: Run,
    response: httpx2.Response,
    dialect: Dialect,
    watch: SilenceWatch,
    limits: SilenceLimits,
    clock: Clock,
    lag: LoopLag,
) -> None:
    """Read until the body ends, or until the watch says that late events have had their time.

    Raises `NotAStreamError`, `TimeoutError` from the watch, and httpx2's errors when the connection is lost.
    """
    decoder = Decoder()
    chunks = response.aiter_bytes()
    start = lead = b""
    patience: float | None = None
    with lag:
        async for chunk in chunks:
            at = clock()
            watch.heard()
            if not lead:
                start += chunk
                lead = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
                if lead in _LEADS_OF_OTHER_FORMS:
                    raise await _not_a_stream(start, chunks, response, run.request.settings.endpoint.secrets)
            _add(run, dialect, decoder.feed(chunk), at, lag.at(at))
            if run.stamps.first_token is not None:
                watch.limit = limits.after_content
            if patience != (patience := _patience(run, dialect)) and patience is not None:
                watch.end_in(patience)
        at = clock()
        _add(run, dialect, decoder.end(), at, lag.at(at))


def _add(run: Run, dialect: Dialect, events: Iterable[ServerSentEvent], at: float, late: float) -> None:
    secrets = run.request.settings.endpoint.secrets
    for event in events:
        if (scrubbed := secrets.scrub_event(event.data)) is not event.data:
            event = ServerSentEvent(event.name, scrubbed, event.dropped)
        if secrets.variable_in(event.name):
            event = ServerSentEvent(secrets.scrub(event.name), event.data, event.dropped)
        name, meanings = dialect.read(event)
        run.add(Event(at, run.events + 1, sys.intern(name), event.data, meanings, event.dropped, late))


def _patience(run: Run, dialect: Dialect) -> float | None:
    """The seconds to read on for what may come late; None while the answer is not over."""
    if run.saw_end_of_stream or run.failure or run.usage_is_final:
        return _LATE_EVENTS
    return dialect.late_usage if run.saw_marker else None


async def _not_a_stream(
    start: bytes, rest: AsyncIterator[bytes], response: httpx2.Response, secrets: Secrets
) -> NotAStreamError:
    read = bytearray(start)
    async for chunk in rest:
        read += chunk
        if len(read) > _MOST_OF_OTHER_BODY:
            break
    body = secrets.scrub_bytes(bytes(read))[:_MOST_OF_OTHER_BODY]
    form = "an HTML page" if body.lstrip().startswith(b"<") else "JSON"
    said = server_message(body)
    sentence = f"The server answered with {form} instead of an event stream"
    sentence += f": {said}." if said else "."
    sentence += " Check the base URL and whether the server streams."
    return NotAStreamError(Failure("response", sentence, response.status_code), body)
