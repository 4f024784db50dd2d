"""Reads the body of a response into a run: each chunk is stamped when it arrives, then decoded, then folded."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import aclosing

import httpx2

from diptych.apis.dialect import Dialect
from diptych.apis.other_bodies import first_byte, is_other_body, json_of, not_a_stream
from diptych.apis.sse import Decoder, ServerSentEvent
from diptych.core.body_pieces import PieceTracker
from diptych.core.event import Event
from diptych.core.failure import Failure
from diptych.core.frame import bare_frame
from diptych.core.run import Run
from diptych.core.secrets.streaming import SplitSecrets
from diptych.core.secrets.values import Secrets
from diptych.core.text.excerpt import in_sentence
from diptych.wire.bounded_body import read_some, unreadable_encoding
from diptych.wire.clock import Clock
from diptych.wire.idle_timeout import IdleLimits, IdleTimeout
from diptych.wire.lag import LoopLag, StreamLag
from diptych.wire.stamped.piece import Piece
from diptych.wire.stamped.stamped_body import stamped_body

_LATE_EVENTS = 1.0
"""Seconds to read on after an error, or after the server said that nothing follows."""

_AFTER_USAGE = 3.0
"""Seconds to read on after the terminal event and the usage: some servers send one message after another."""

_LATE_USAGE = 5.0
"""Seconds to read on after the terminal event for usage that comes late."""

_DOUBTFUL_END = 15.0
"""Seconds to read on after a terminal event that came with content or before any: some servers send one per event.
The same after what only looks like an error, and where only the terminal event is missing."""

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
    reader = _BodyReader(run, response, dialect, idle, limits, clock, StreamLag(loop_lag))
    async with aclosing(stamped_body(response, clock)) as arriving:
        with loop_lag:
            await reader.read(arriving)


class _BodyReader:
    """Decodes the events of one body and adds them to its run, without the secrets in them."""

    def __init__(
        self,
        run: Run,
        response: httpx2.Response,
        dialect: Dialect,
        idle: IdleTimeout,
        limits: IdleLimits,
        clock: Clock,
        lag: StreamLag,
    ) -> None:
        self._run = run
        self._response = response
        self._dialect = dialect
        self._idle = idle
        self._limits = limits
        self._clock = clock
        self._lag = lag
        self._secrets = run.request.settings.endpoint.secrets
        self._split_secrets = SplitSecrets(self._secrets)
        self._decoder = Decoder(scrub=self._secrets.scrub_event)
        self._start = self._first_byte = b""
        self._pieces = PieceTracker()  # of a body that may not be a stream
        self._patience: float | None = None
        self._progress = 0

    async def read(self, arriving: AsyncIterator[Sequence[Piece]]) -> None:
        """Read the pieces until they end, or until it turns out that they are not a stream of events."""
        try:
            await self._read(arriving)
        finally:
            self._run.rest = self._decoder.rest()

    async def _read(self, arriving: AsyncIterator[Sequence[Piece]]) -> None:
        async for pieces in arriving:
            self._idle.heard()
            for number, piece in enumerate(pieces, start=1):
                late = self._lag.lateness(piece)
                self._run.stamps.heard = piece.at
                self._run.body_size += len(piece.data)
                if not self._first_byte and self._has_other_form(piece):
                    following = self._chunks(pieces[number:], arriving)
                    self._add([await self._whole_answer(following, piece.at)], piece.at, late)
                    return
                await self._fold(piece, late)
                if not piece.is_exact:
                    self._lag.done(piece, self._clock())
            self._limit_silence()
        now = self._clock()
        self._add(self._decoder.end(), now, self._lag.lateness(Piece(b"", now, now)))

    def _has_other_form(self, piece: Piece) -> bool:
        """Whether the first bytes of the body show that it is JSON or HTML."""
        self._pieces.add(len(piece.data), piece.at)
        self._start += piece.data
        self._first_byte = first_byte(self._start)
        return is_other_body(self._start, self._dialect)

    async def _whole_answer(self, following: AsyncIterator[bytes], at: float) -> ServerSentEvent:
        """Return the body of a server that does not stream as one event. Raises `NotAStreamError` for any other."""
        self._decoder = Decoder()  # which keeps nothing of this body: the answer or the error has all of it
        body = await read_some(following, self._start)
        data = json_of(body)
        if not self._dialect.is_whole_answer(data):
            raise _not_a_stream(body, self._response, self._secrets)
        return ServerSentEvent("", data, 0, bare_frame(body, data), self._pieces.take(len(body), at))

    async def _chunks(self, read: Sequence[Piece], arriving: AsyncIterator[Sequence[Piece]]) -> AsyncIterator[bytes]:
        """Yield the bytes of pieces that were read, and of those that follow."""
        for piece in read:
            self._pieces.add(len(piece.data), piece.at)
            yield piece.data
        async for pieces in arriving:
            for piece in pieces:
                self._pieces.add(len(piece.data), piece.at)
                yield piece.data

    async def _fold(self, piece: Piece, late: float) -> None:
        """Add the events that a piece completes. Its stamp is right for the last of them if both end together."""
        for portion, at in _portions(piece):
            if portion is not piece.data:
                await asyncio.sleep(0)  # lets other runs read, and a stop take effect
            events = self._decoder.feed(portion, at)
            if late and piece.is_exact and piece.data.endswith(_LINE_ENDS):
                self._add(events[:-1], piece.at, late)
                self._add(events[-1:], piece.at, 0.0)
            else:
                self._add(events, piece.at, late)

    def _add(self, events: Iterable[ServerSentEvent], at: float, late: float) -> None:
        """Add events that came at one time, which may be `late` by that number of seconds."""
        run, secrets = self._run, self._secrets
        for event in events:
            read, pieces = event.data, event.pieces
            if (scrubbed := secrets.scrub_event(event.data)) is not event.data:
                event = event._replace(data=scrubbed)
            if event.name and secrets.variable_in(event.name):
                event = event._replace(name=secrets.scrub(event.name))
            name, contents = self._dialect.decode(event)
            data, contents = self._split_secrets.scrub(event.data, contents)
            if pieces and data is not read:
                pieces = None  # their sizes are those of other bytes
            run.add(
                Event(at, run.events + 1, sys.intern(name), data, contents, event.dropped, late, event.frame, pieces)
            )

    def _limit_silence(self) -> None:
        """Allow as much silence as fits what has come so far."""
        run, idle = self._run, self._idle
        if run.stamps.first_token is not None:
            idle.limit = self._limits.after_content
        before, self._patience = self._patience, _patience(run)
        if self._patience != before or (self._patience is not None and run.end.progress != self._progress):
            idle.end_in(self._patience)  # something came after the terminal event, and more may follow
        self._progress = run.end.progress


def _portions(piece: Piece) -> Iterable[tuple[bytes, float | None]]:
    """Return the bytes of a piece in portions that take a few milliseconds each; one of usual size stays whole.

    The last portion has the stamp of the piece, which ends with it.
    """
    data = piece.data
    if len(data) <= _PORTION:
        return ((data, piece.at),)
    starts = range(0, len(data), _PORTION)
    return ((data[start : start + _PORTION], piece.at if start == starts[-1] else None) for start in starts)


def _patience(run: Run) -> float | None:
    """Return the seconds to read on for what may come late; None while the answer is not over."""
    if run.has_doubtful_failure:
        return _DOUBTFUL_END
    if run.failure:
        return _LATE_EVENTS
    if not run.server_is_done:
        return _DOUBTFUL_END if run.lacks_only_its_end else None
    if run.end.saw_terminal_event and run.end.saw_end_of_stream:
        return _LATE_EVENTS
    if not run.end.terminal_event_is_plain:
        return _DOUBTFUL_END
    return _AFTER_USAGE if run.usage_is_final else _LATE_USAGE


def _not_a_stream(body: bytes, response: httpx2.Response, secrets: Secrets) -> NotAStreamError:
    body = secrets.scrub_bytes(body)
    return NotAStreamError(not_a_stream(body, response.status_code), body)


def _unreadable(encoding: str, response: httpx2.Response) -> NotAStreamError:
    sentence = (
        f"The server sent its answer compressed ({in_sentence(encoding)}), which was not asked for and"
        " cannot be decompressed. Look for a proxy in between."
    )
    return NotAStreamError(Failure("response", sentence, response.status_code), b"")
