"""Bodies that are not a stream, or that are compressed."""

import gzip
import zlib

from diptych.core.event import Event, RunFailed
from diptych.core.run import Run
from tests.faults.fault import (
    Fault,
    Group,
    begun,
    hello,
    rest,
)
from tests.support.answers import Answer, Repeat

_HTML = {"content-type": "text/html"}
_NO_EVENT = (
    r"^The server answered 200 without any event that could be read\."
    r" Check the base URL and whether the server streams\.$"
)


def _body_is_kept(run: Run) -> bool:
    return any(isinstance(line, RunFailed) and line.body for line in run.lines)


NO_STREAM = Group(
    "200, but not a stream",
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
            r"^The server answered with an HTML page instead of an event stream: Welcome\. Check the base URL",
            holds=_body_is_kept,
        ),
        Fault(
            "200 with endless HTML",
            "answers 200 with a web page that never ends",
            "fails after 1 MiB or 5 s",
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
            "answers 200 with a text that is not a stream",
            "is cut; says that no event came, and quotes the text",
            lambda api: [Answer([b"It works!"], headers={"content-type": "text/plain"}, framing="length")],
            "cut",
            r"^The server answered 200 without any event that could be read: It works!\. Check the base URL",
        ),
        Fault(
            "comments only",
            "sends only comments, and ends",
            "is cut; says that no event came",
            lambda api: [Answer([b": still here\n\n"] * 50)],
            "cut",
            _NO_EVENT,
        ),
        Fault(
            "another content type",
            "sends a valid stream as `application/octet-stream`",
            "reads the whole answer",
            lambda api: [Answer(hello(api), headers={"content-type": "application/octet-stream"})],
            "complete",
            text="Hello",
        ),
    ],
)


def _packed_bomb(begin: bytes, end: bytes) -> list[bytes | Repeat]:
    """Return two parts of a stream with an event of 64 MiB between them, in deflate."""
    packer = zlib.compressobj(9, wbits=-15)

    def packed(data: bytes) -> bytes:
        return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)

    start = packed(begin + b"data: ")
    mebibyte = b"x" * 1024 * 1024
    return [start, packed(mebibyte), Repeat(packed(mebibyte), 63), packed(b"\n\n" + end) + packer.flush()]


def _dropped(run: Run) -> bool:
    return [line.dropped for line in run.lines if isinstance(line, Event) and line.dropped] == [48 * 1024 * 1024]


COMPRESSION = Group(
    "Compression that was not requested",
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
            r"^The server sent its answer compressed \(br\), which was not asked for and cannot be decompressed\.",
        ),
        Fault(
            "broken gzip",
            "says gzip and sends something else",
            "fails, and says so",
            lambda api: [Answer(hello(api), headers={"content-encoding": "gzip"})],
            "failed",
            r"sent a compressed body that cannot be decompressed, before the first event \(.+\)\. Send the prompt"
            r" again\.$",
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
