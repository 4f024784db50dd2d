"""Streams that end early or in an unusual way, or that are stopped."""

from typing import Any

from tests.faults.fault import (
    Fault,
    Group,
    begun,
    ending,
    error_event,
    hello,
    piece,
    rest,
    unmarked,
)
from tests.support.answers import Answer, Repeat, raw
from tests.support.streams import CHAT_USAGE, DONE, framed

_STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
_AFTER = r"after \d+ events"
_LOST = rf"^The connection to 127\.0\.0\.1:\d+ was lost {_AFTER} \(.+\)\. Send the prompt again\.$"
_CUT = rf"^The stream ended {_AFTER} without its end marker\. Send the prompt again for a whole answer\.$"


BROKEN_OFF = Group(
    "A stream that ends early",
    [
        Fault(
            "stall",
            "falls silent in the middle of the answer",
            "shows `silent 12 s` from 1 s on; fails after 60 s, or after `--timeout`",
            lambda api: [Answer(begun(api), end="hang")],
            "failed",
            rf"^The server fell silent for 1\.5 s in the middle of the answer, {_AFTER}\. "
            r"Send the prompt again, or allow",
            "Hel",
            timeout=1.5,
        ),
        Fault(
            "stall in the middle of an event",
            "falls silent in the middle of an event",
            "fails in the same way",
            lambda api: [Answer([*begun(api), rest(api)[0][:20]], end="hang")],
            "failed",
            r"^The server fell silent for 1\.5 s",
            "Hel",
            timeout=1.5,
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
            "fails; keeps the text so far",
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
            "ends the body as HTTP demands, but without the API's end marker",
            "is cut, not complete",
            lambda api: [Answer(unmarked(api))],
            "cut",
            _CUT,
            "Hello",
        ),
        Fault(
            "clean end in the middle of an event",
            "ends the body as HTTP demands, in the middle of an event",
            "is cut; lists the incomplete event as malformed",
            lambda api: [Answer([*begun(api), rest(api)[0].removesuffix(b"\n\n")[:-5]])],
            "cut",
            _CUT,
            "Hel",
        ),
        Fault(
            "last event without its blank line",
            "ends the body right after the data of the last event",
            "reads the whole answer",
            lambda api: [Answer([b"".join(hello(api)).removesuffix(b"\n\n")])],
            "complete",
            text="Hello",
        ),
        Fault(
            "content length too great",
            "announces more bytes than it sends",
            "fails once the connection is closed; keeps the text",
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
            "is complete; nothing after the end marker can change that",
            lambda api: [raw(_STREAM + b"content-length: 100000\r\n\r\n", *hello(api))],
            "complete",
            text="Hello",
        ),
        Fault(
            "content length too small",
            "announces fewer bytes than it sends",
            "is cut at the announced length",
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
            "is complete; closes the connection after 3 s, or after 5 s if the usage has not come",
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


_ERROR = r"^The server reported an error in %s: overloaded_error: Too many questions\. Send the prompt again\.$"

_OTHER_ERRORS: dict[str, dict[str, Any]] = {
    "code, message": {"code": "too_many", "message": "Too many questions"},
    "error_type, error_message": {"error_type": "too_many", "error_message": "Too many questions"},
    "detail": {"detail": "Too many questions"},
    "base_resp": {"base_resp": {"status_code": 1008, "status_msg": "Too many questions"}},
    "an error in an extension object": {"x_gateway": {"error": {"message": "Too many questions"}}},
}


def _other_error(form: str, data: dict[str, Any]) -> Fault:
    return Fault(
        f"an error as {form}",
        "reports an error in another form",
        "fails with the server's words",
        lambda api: [Answer([*begun(api), framed(data)])],
        "failed",
        r"^The server reported an error in event \d: (\w+: )?Too many questions\. Send the prompt again\.$",
        "Hel",
        family="an error by another name",
        variant=f"`{form}`",
    )


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
            "sends an error event and continues the answer",
            "fails; keeps what follows",
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
        *(_other_error(form, data) for form, data in _OTHER_ERRORS.items()),
        Fault(
            "an error without its frame",
            "sends an error as a line of JSON without `data:`",
            "fails with the server's words",
            lambda api: [Answer([*begun(api), b'{"error": {"message": "Too many questions"}}\n'])],
            "failed",
            r": Too many questions\.",
            "Hel",
        ),
        Fault(
            "a page in the middle",
            "sends an HTML page in the middle of the answer, and ends",
            "is cut; lists the page as unreadable",
            lambda api: [Answer([*begun(api), b"<html>\n<h1>502 Bad Gateway</h1>\n</html>\n"])],
            "cut",
            _CUT,
            "Hel",
            holds=lambda run: run.unread == 1,
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
            "is complete, since only the end marker counts",
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
            "continues to read, and is complete",
            lambda api: [Answer([*begun(api), DONE, *rest(api)])],
            "complete",
            text="Hello",
        ),
        Fault(
            "`[DONE]` alone",
            "sends `[DONE]` instead of the end marker",
            "is cut, since `[DONE]` does not say that the answer is whole",
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
            "end marker first",
            "sends its end marker first, and then the answer",
            "continues to read, and is complete",
            lambda api: [Answer([*ending(api), *unmarked(api)])],
            "complete",
            text="Hello",
        ),
        Fault(
            "text after the end, and silence",
            "sends more text after the end marker, then falls silent",
            "fails, since the answer is not whole",
            lambda api: [Answer([*hello(api), piece(api, " and")], end="hang")],
            "failed",
            rf"^The server fell silent for 1\.5 s in the middle of the answer, {_AFTER}\.",
            "Hello and",
            timeout=1.5,
        ),
        Fault(
            "text after the end",
            "sends more text after the end marker",
            "is complete; keeps all text",
            lambda api: [Answer([*hello(api), piece(api, " and")])],
            "complete",
            text="Hello and",
        ),
    ],
)


STOPPING = Group(
    "Stopping",
    [
        Fault(
            "a server that ignores cancellation",
            "continues to send after the connection was closed",
            "is stopped at once; closes the connection, and does not disturb the other side",
            lambda api: [Answer([*begun(api), *[Repeat(b": more\n\n", 8192)] * 2000], stubborn=True)],
            "stopped",
            r"^Stopped by the user\.$",
            "Hel",
            is_stopped=True,
        ),
        Fault(
            "stopped while nothing comes",
            "stalls in the middle of the answer",
            "is stopped at once; closes the connection",
            lambda api: [Answer(begun(api), end="hang")],
            "stopped",
            r"^Stopped by the user\.$",
            "Hel",
            is_stopped=True,
        ),
        Fault(
            "stopped in a flood",
            "sends events endlessly, as fast as it can",
            "is stopped at once; keeps what came",
            lambda api: [Answer([*begun(api), *[Repeat(piece(api, "lo"), 4096)] * 1000], stubborn=True)],
            "stopped",
            r"^Stopped by the user\.$",
            "Hello",
            is_stopped=True,
        ),
    ],
)
