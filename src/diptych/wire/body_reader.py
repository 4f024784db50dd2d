"""Reads the body of a response into a run: each chunk is stamped when it arrives, then decoded, then folded."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Sequence

import httpx2

from diptych.apis.dialect import Dialect
from diptych.apis.sse import Decoder, ServerSentEvent
from diptych.apis.status_errors import server_message
from diptych.core.event import Event
from diptych.core.failure import Failure
from diptych.core.frame import BARE_FRAME
from diptych.core.run import Run
from diptych.core.secrets.streaming import SplitSecrets
from diptych.core.secrets.values import Secrets
from diptych.core.text.excerpt import in_sentence
from diptych.wire.bounded_body import read_some, unreadable_encoding
from diptych.wire.clock import Clock
from diptych.wire.idle_timeout import IdleLimits, IdleTimeout
from diptych.wire.lag import LoopLag, StreamLag
from diptych.wire.stamped.body_pieces import body_pieces
from diptych.wire.stamped.piece import Piece

_LATE_EVENTS = 1.0
"""Seconds to read on after an error, or after the server said that nothing follows."""

_AFTER_USAGE = 3.0
"""Seconds to read on after the terminal event and the usage: some servers send one message after another."""

_LATE_USAGE = 5.0
"""Seconds to read on after the terminal event for usage that comes late."""

_DOUBTFUL_END = 15.0
"""Seconds to read on after a terminal event that came with content or before any: some servers send one per event.
The same after what only looks like an error, and after an end of the stream without a terminal event."""

_FIRST_BYTES_OF_OTHER_FORMS = (b"{", b"[", b"<")
"""Of JSON and HTML, which come instead of an event stream."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_LINE_ENDS = (b"\n", b"\r")

_PORTION = 16 * 1024
"""Bytes that are folded before other tasks may run: a chunk can be a megabyte and hold thousands of events."""


class NotAStreamError(Exception):
    """The body is not a stream of server-sent events; `body` is what was read of it."""

    def __init__(self, failure: Failure, body: bytes) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.body = body


async def read_stream(
    run: Run,
    response: httpx2.Response,
    dialect: Dialect,
    idle: IdleTimeout,
    limits: IdleLimits,
    clock: Clock,
    loop_lag: LoopLag,
) -> None:
    """Read until the body ends, or until late events have had their time.

    Raises `NotAStreamError`, `TimeoutError` from `idle`, and httpx2's errors when the connection is lost.
    """
    if encoding := unreadable_encoding(response):
        raise _unreadable(encoding, response)
    secrets = run.request.settings.endpoint.secrets
    folding = _Folding(run, dialect)
    decoder = Decoder(scrub=secrets.scrub_event)
    lag = StreamLag(loop_lag)
    arriving = body_pieces(response, clock)
    start = first_byte = b""
    patience: float | None = None
    progress = 0
    with loop_lag:
        async for pieces in arriving:
            idle.heard()
            for number, piece in enumerate(pieces, start=1):
                run.stamps.heard = piece.at
                run.body_size += len(piece.data)
                late = lag.lateness(piece)
                if not first_byte:
                    start += piece.data
                    first_byte = start.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1]
                    if first_byte in _FIRST_BYTES_OF_OTHER_FORMS and not dialect.is_line_of_stream(start):
                        chunks = _chunks(pieces[number:], arriving)
                        folding.add([await _whole_answer(run, response, dialect, chunks, start)], piece.at, late)
                        return
                for portion in _portions(piece.data):
                    if portion is not piece.data:
                        await asyncio.sleep(0)  # lets other runs read, and a stop take effect
                    folding.add_piece(decoder.feed(portion), piece, late)
                lag.done(piece, clock())
            if run.stamps.first_token is not None:
                idle.limit = limits.after_content
            before, patience = patience, _patience(run)
            if patience != before or (patience is not None and run.end.progress != progress):
                idle.end_in(patience)  # something came after the terminal event, and more may follow
            progress = run.end.progress
        now = clock()
        folding.add(decoder.end(), now, loop_lag.lateness(now))


class _Folding:
    """Decodes the events of one stream and adds them to its run, without the secrets in them."""

    def __init__(self, run: Run, dialect: Dialect) -> None:
        self._run = run
        self._dialect = dialect
        self._secrets = run.request.settings.endpoint.secrets
        self._split_secrets = SplitSecrets(self._secrets)

    def add(self, events: Iterable[ServerSentEvent], at: float, late: float) -> None:
        """Add events that came at one time, which may be late by so many seconds."""
        run, secrets = self._run, self._secrets
        for event in events:
            if (scrubbed := secrets.scrub_event(event.data)) is not event.data:
                event = event._replace(data=scrubbed)
            if event.name and secrets.variable_in(event.name):
                event = event._replace(name=secrets.scrub(event.name))
            name, contents = self._dialect.decode(event)
            data, contents = self._split_secrets.scrub(event.data, contents)
            run.add(Event(at, run.events + 1, sys.intern(name), data, contents, event.dropped, late, event.frame))

    def add_piece(self, events: Sequence[ServerSentEvent], piece: Piece, late: float) -> None:
        """Add the events that a piece completed. The last one came exactly when the piece did if both end together."""
        if late and piece.is_exact and piece.data.endswith(_LINE_ENDS):
            self.add(events[:-1], piece.at, late)
            self.add(events[-1:], piece.at, 0.0)
        else:
            self.add(events, piece.at, late)


async def _chunks(read: Sequence[Piece], arriving: AsyncIterator[Sequence[Piece]]) -> AsyncIterator[bytes]:
    """Yield the bytes of pieces that were read, and of those that follow."""
    for piece in read:
        yield piece.data
    async for pieces in arriving:
        for piece in pieces:
            yield piece.data


async def _whole_answer(
    run: Run, response: httpx2.Response, dialect: Dialect, chunks: AsyncIterator[bytes], start: bytes
) -> ServerSentEvent:
    """Return the body of a server that does not stream as one event. Raises `NotAStreamError` for any other body."""
    body = await read_some(chunks, start)
    if not dialect.is_whole_answer(body):
        raise _not_a_stream(body, response, run.request.settings.endpoint.secrets)
    return ServerSentEvent("", body.strip(), frame=BARE_FRAME)


def _portions(chunk: bytes) -> Iterable[bytes]:
    """Return a chunk in pieces that take a few milliseconds each; one of usual size stays whole."""
    if len(chunk) <= _PORTION:
        return (chunk,)
    return (chunk[start : start + _PORTION] for start in range(0, len(chunk), _PORTION))


def _patience(run: Run) -> float | None:
    """Return the seconds to read on for what may come late; None while the answer is not over."""
    if run.has_doubtful_failure:
        return _DOUBTFUL_END
    if run.failure:
        return _LATE_EVENTS
    if not run.server_is_done:
        return None
    if run.end.saw_terminal_event and run.end.saw_end_of_stream:
        return _LATE_EVENTS
    if not run.end.terminal_event_is_plain:
        return _DOUBTFUL_END
    return _AFTER_USAGE if run.usage_is_final else _LATE_USAGE


def _not_a_stream(body: bytes, response: httpx2.Response, secrets: Secrets) -> NotAStreamError:
    body = secrets.scrub_bytes(body)
    form = "an HTML page" if body.lstrip().startswith(b"<") else "JSON"
    said = server_message(body)
    sentence = f"The server answered with {form} instead of an event stream"
    sentence += f": {said}." if said else "."
    sentence += " Check the base URL and whether the server streams."
    return NotAStreamError(Failure("response", sentence, response.status_code), body)


def _unreadable(encoding: str, response: httpx2.Response) -> NotAStreamError:
    sentence = (
        f"The server sent its answer compressed ({in_sentence(encoding)}), which was not asked for and"
        " cannot be decompressed. Look for a proxy in between."
    )
    return NotAStreamError(Failure("response", sentence, response.status_code), b"")
