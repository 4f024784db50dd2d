"""Streams that break off, or that are none."""

import gzip
import zlib

from diptych.core.event import Event, RunFailed
from diptych.core.run import Run
from tests.faults.fault import (
    Fault,
    Group,
    begun,
    ending,
    error_event,
    hello,
    listed,
    piece,
    rest,
    unmarked,
)
from tests.support.answers import Answer, Repeat, raw
from tests.support.streams import CHAT_USAGE, DONE

_HTML = {"content-type": "text/html"}
_STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
_AFTER = r"after \d+ events"
_LOST = rf"^The connection to 127\.0\.0\.1:\d+ was lost {_AFTER} \(.+\)\. Send the prompt again\.$"
_CUT = rf"^The stream ended {_AFTER} without its end marker\. Send the prompt again for a whole answer\.$"
_NO_EVENT = r"^The server answered 200 without any event\. Check \w+_BASE_URL and whether the server streams\.$"


def _body_is_kept(run: Run) -> bool:
    return any(isinstance(line, RunFailed) and line.body for line in run.lines)


NO_STREAM = Group(
    "200, but no stream",
    [
        Fault(
            "200 with JSON",
            "answers 200 with a JSON object instead of a stream",
            "fails, quotes its message, and keeps the body to look at",
            lambda api: [Answer([b'{"error": {"message": "Streaming is off."}}'], framing="length")],
            "failed",
            r"^The server answered with JSON instead of an event stream: Streaming is off\. Check the base URL",
            holds=_body_is_kept,
        ),
        Fault(
            "200 with HTML",
            "answers 200 with a web page, as a captive portal does",
            "fails, says so, and keeps the body to look at",
            lambda api: [Answer([b"<!doctype html><title>Welcome</title>"], headers=_HTML, framing="length")],
            "failed",
            r"^The server answered with an HTML page instead of an event stream\. Check the base URL",
            holds=_body_is_kept,
        ),
        Fault(
            "200 with endless HTML",
            "answers 200 with a web page that never ends",
            "fails after 1 MiB or 5 s of it",
            lambda api: [Answer([b"<html>", Repeat(b"x" * 1024, 4096)], headers=_HTML, end="hang")],
            "failed",
            r"with an HTML page instead of an event stream",
            holds=_body_is_kept,
        ),
        Fault(
            "empty 200",
            "answers 200 and ends the body at once",
            "is cut; says that no event came",
            lambda api: [Answer((), framing="length")],
            "cut",
            _NO_EVENT,
        ),
        Fault(
            "200 with plain text",
            "answers 200 with words that are no stream",
            "is cut; says that no event came",
            lambda api: [Answer([b"It works!\n"], headers={"content-type": "text/plain"}, framing="length")],
            "cut",
            _NO_EVENT,
        ),
        Fault(
            "comments only",
            "sends comments, which are signs of life, and ends",
            "is cut; says that no event came",
            lambda api: [Answer([b": still here\n\n"] * 50)],
            "cut",
            _NO_EVENT,
        ),
        Fault(
            "another content type",
            "sends a right stream as `application/octet-stream`",
            "reads the whole answer",
            lambda api: [Answer(hello(api), headers={"content-type": "application/octet-stream"})],
            "complete",
            text="Hello",
        ),
    ],
)

BROKEN_OFF = Group(
    "A stream that breaks off",
    [
        Fault(
            "stall",
            "falls silent in the middle of the answer",
            "shows `quiet for 12 s` from 5 s on; fails after 60 s, or after `--timeout`",
            lambda api: [Answer(begun(api), end="hang")],
            "failed",
            rf"^The server fell silent for 1 s in the middle of the answer, {_AFTER}\. Send the prompt again, or allow",
            "Hel",
            timeout=1.0,
        ),
        Fault(
            "stall in the middle of an event",
            "falls silent half-way through an event",
            "fails likewise",
            lambda api: [Answer([*begun(api), rest(api)[0][:20]], end="hang")],
            "failed",
            r"^The server fell silent for 1 s",
            "Hel",
            timeout=1.0,
        ),
        Fault(
            "reset",
            "resets the connection between two events",
            "fails; says after how many events",
            lambda api: [Answer([*begun(api), 0.05], end="reset")],
            "failed",
            _LOST,
            "Hel",
        ),
        Fault(
            "reset in the middle of an event",
            "resets the connection at any byte of an event",
            "fails; the text so far is kept",
            lambda api: [Answer([*begun(api), rest(api)[0][:20], 0.05], end="reset")],
            "failed",
            _LOST,
            "Hel",
        ),
        Fault(
            "closed",
            "closes the connection before the body is whole",
            "fails; says after how many events",
            lambda api: [Answer(begun(api), end="drop")],
            "failed",
            _LOST,
            "Hel",
        ),
        Fault(
            "clean end without the marker",
            "ends the body as HTTP says, but without the API's end marker",
            "is cut, never complete",
            lambda api: [Answer(unmarked(api))],
            "cut",
            _CUT,
            "Hello",
        ),
        Fault(
            "clean end in the middle of an event",
            "ends the body as HTTP says, half-way through an event",
            "is cut; the half event is listed as malformed",
            lambda api: [Answer([*begun(api), rest(api)[0].removesuffix(b"\n\n")[:-5]])],
            "cut",
            _CUT,
            "Hel",
        ),
        Fault(
            "last event without its blank line",
            "ends the body right behind the last event's data",
            "reads the whole answer",
            lambda api: [Answer([b"".join(hello(api)).removesuffix(b"\n\n")])],
            "complete",
            text="Hello",
        ),
        Fault(
            "content length too great",
            "announces more bytes than it sends",
            "fails once the connection closes; the text is kept",
            lambda api: [
                raw(_STREAM + b"content-length: 100000\r\n\r\n", *unmarked(api)),
            ],
            "failed",
            _LOST,
            "Hello",
        ),
        Fault(
            "content length too great, marker sent",
            "announces more bytes than it sends, but the answer is whole",
            "is complete: what happens after the marker changes nothing",
            lambda api: [raw(_STREAM + b"content-length: 100000\r\n\r\n", *hello(api))],
            "complete",
            text="Hello",
        ),
        Fault(
            "content length too small",
            "announces fewer bytes than it sends",
            "is cut where the announced length ends",
            lambda api: [
                raw(_STREAM + b"content-length: %d\r\n\r\n" % len(b"".join(begun(api))), *hello(api)),
            ],
            "cut",
            _CUT,
            "Hel",
        ),
        Fault(
            "bad chunk size",
            "breaks the chunked encoding",
            "fails; says after how many events",
            lambda api: [
                raw(_STREAM + b"transfer-encoding: chunked\r\n\r\n", *map(_chunk, begun(api)), b"no size\r\n")
            ],
            "failed",
            _LOST,
            "Hel",
        ),
        Fault(
            "never closed",
            "keeps the connection open after the end marker",
            "is complete; leaves after 1 s (Chat Completions: 5 s, for usage that comes late)",
            lambda api: [Answer([*hello(api)], end="hang")],
            "complete",
            text="Hello",
        ),
        Fault(
            "lost after the marker",
            "resets the connection after the end marker",
            "is complete",
            lambda api: [Answer([*hello(api), 0.05], end="reset")],
            "complete",
            text="Hello",
        ),
    ],
)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


_ERROR = r"^The server broke off in %s with overloaded_error: Too many questions\. Send the prompt again\.$"

ERRORS = Group(
    "An error event",
    [
        Fault(
            "error event first",
            "begins a 200 stream with an error event",
            "fails with the server's words",
            lambda api: [Answer([error_event(api)])],
            "failed",
            _ERROR % "its first event",
        ),
        Fault(
            "error event in the middle",
            "sends an error event in the middle of the answer",
            "fails with the server's words; says in which event",
            lambda api: [Answer([*begun(api), error_event(api)])],
            "failed",
            _ERROR % r"event \d",
            "Hel",
        ),
        Fault(
            "error event, and then more",
            "sends an error event and goes on as if nothing were",
            "fails; what follows is kept too",
            lambda api: [Answer([*begun(api), error_event(api), *rest(api)])],
            "failed",
            _ERROR % r"event \d",
            "Hello",
        ),
        Fault(
            "error event after the stop reason",
            "sends an error event after the end marker",
            "fails, and keeps the stop reason",
            lambda api: [Answer([*hello(api), error_event(api)])],
            "failed",
            _ERROR % r"event \d",
            "Hello",
            holds=lambda run: run.stop_reason in ("end_turn", "stop", "completed"),
        ),
    ],
)

_USUAL_END = ("end_turn", "stop", "completed")

ENDINGS = Group(
    "Odd endings",
    [
        Fault(
            "`[DONE]` missing",
            "leaves out `[DONE]`",
            "is complete: the end marker is what counts",
            lambda api: [Answer([event for event in hello(api) if event != DONE])],
            "complete",
            text="Hello",
        ),
        Fault(
            "`[DONE]` doubled",
            "sends `[DONE]` twice",
            "is complete",
            lambda api: [Answer([*hello(api), DONE, DONE])],
            "complete",
            text="Hello",
        ),
        Fault(
            "`[DONE]` early",
            "sends `[DONE]` in the middle, then the rest",
            "is complete: reads on",
            lambda api: [Answer([*begun(api), DONE, *rest(api)])],
            "complete",
            text="Hello",
        ),
        Fault(
            "`[DONE]` alone",
            "sends `[DONE]` in the place of the end marker",
            "is cut: it says nothing about the answer",
            lambda api: [Answer([*unmarked(api), DONE])],
            "cut",
            _CUT,
            "Hello",
        ),
        Fault(
            "end twice",
            "sends its end (`finish_reason`, `message_stop`, `response.completed`) twice",
            "is complete; nothing is counted twice",
            lambda api: [Answer([*hello(api), *(event for event in ending(api) if event != CHAT_USAGE)])],
            "complete",
            text="Hello",
            holds=lambda run: run.stop_reason in _USUAL_END and run.usage is not None and run.usage.output_tokens == 3,
        ),
        Fault(
            "text after the end",
            "sends more text after the end marker",
            "is complete; what came is kept",
            lambda api: [Answer([*hello(api), *begun(api)])],
            "complete",
            text="HelloHel",
        ),
    ],
)


def _packed_bomb(begin: bytes, end: bytes) -> list[bytes | Repeat]:
    """64 MiB of one event between two parts of a stream, in deflate."""
    packer = zlib.compressobj(9, wbits=-15)

    def packed(data: bytes) -> bytes:
        return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)

    start = packed(begin + b"data: ")
    mebibyte = b"x" * 1024 * 1024
    return [start, packed(mebibyte), Repeat(packed(mebibyte), 63), packed(b"\n\n" + end) + packer.flush()]


def _dropped(run: Run) -> bool:
    return [line.dropped for line in run.lines if isinstance(line, Event) and line.dropped] == [48 * 1024 * 1024]


COMPRESSION = Group(
    "Compression that nobody asked for",
    [
        Fault(
            "gzip",
            "compresses the stream with gzip",
            "reads the whole answer",
            lambda api: [Answer([gzip.compress(b"".join(hello(api)))], headers={"content-encoding": "gzip"})],
            "complete",
            text="Hello",
        ),
        Fault(
            "deflate",
            "compresses the stream with deflate",
            "reads the whole answer",
            lambda api: [Answer([zlib.compress(b"".join(hello(api)))], headers={"content-encoding": "deflate"})],
            "complete",
            text="Hello",
        ),
        Fault(
            "unknown compression",
            "sends the stream in a compression that cannot be undone (Brotli)",
            "fails, and says so",
            lambda api: [Answer([b"\x1b\x07gibberish"], headers={"content-encoding": "br"})],
            "failed",
            r"^The server sent its answer compressed \(br\), which was not asked for and cannot be undone\.",
        ),
        Fault(
            "broken gzip",
            "says gzip and sends something else",
            "fails, and says so",
            lambda api: [Answer(hello(api), headers={"content-encoding": "gzip"})],
            "failed",
            r"sent a compressed body that cannot be read, before the first event \(.+\)\. Send the prompt again\.$",
        ),
        Fault(
            "bomb",
            "hides an event of 64 MiB in 64 KB of deflate",
            "keeps 16 MiB of the event, marks it, and reads on to the whole answer",
            lambda api: [
                Answer(
                    _packed_bomb(b"".join(begun(api)), b"".join(rest(api))),
                    headers={"content-encoding": "deflate"},
                )
            ],
            "complete",
            text="Hello",
            holds=_dropped,
        ),
    ],
)

STOPPING = Group(
    "Stopping",
    [
        Fault(
            "a server that ignores cancellation",
            "goes on sending after the connection was closed",
            "is stopped at once; the connection is closed, and the other side goes on",
            lambda api: [Answer([*begun(api), *[Repeat(b": more\n\n", 8192)] * 2000], stubborn=True)],
            "stopped",
            r"^Stopped by the user\.$",
            "Hel",
            is_stopped=True,
        ),
        Fault(
            "stopped while nothing comes",
            "stalls in the middle of the answer",
            "is stopped at once; the connection is closed",
            lambda api: [Answer(begun(api), end="hang")],
            "stopped",
            r"^Stopped by the user\.$",
            "Hel",
            is_stopped=True,
        ),
        Fault(
            "stopped in a flood",
            "sends events as fast as it can, without end",
            "is stopped at once; what came is kept",
            lambda api: [Answer([*begun(api), *[Repeat(piece(api, "lo"), 4096)] * 1000], stubborn=True)],
            "stopped",
            r"^Stopped by the user\.$",
            "Hel",
            is_stopped=True,
            holds=lambda run: listed(run, b"lo"),
        ),
    ],
)
