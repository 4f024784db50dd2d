"""Streams whose events are not as the API describes them, and bytes in every form that the standard allows."""

import json
from typing import Any

from diptych.core.endpoint import ApiName
from diptych.core.run import Run
from tests.faults.fault import Fault, Group, begun, hello, listed, malformed, piece, rest, with_usage
from tests.support.answers import Answer, Repeat
from tests.support.streams import data_of, framed

_INPUT = {"anthropic-messages": "input_tokens", "openai-chat": "prompt_tokens", "openai-responses": "input_tokens"}
_OUTPUT = _INPUT | {
    "anthropic-messages": "output_tokens",
    "openai-chat": "completion_tokens",
    "openai-responses": "output_tokens",
}


def _usage(name: str, server: str, outcome: str, value: Any) -> Fault:
    def holds(run: Run) -> bool:
        counts = (None, None) if run.usage is None else (run.usage.input_tokens, run.usage.output_tokens)
        return counts == (None, None) and run.cost_usd is None

    return Fault(
        name,
        server,
        outcome,
        lambda api: [Answer(with_usage(api, {_INPUT[api]: value, _OUTPUT[api]: value}))],
        "complete",
        text="Hello",
        holds=holds,
    )


USAGE = Group(
    "Usage",
    [
        Fault(
            "usage missing",
            "never sends usage",
            "is complete; tokens and cost are – on the screen and null in JSON",
            lambda api: [Answer(with_usage(api, None))],
            "complete",
            text="Hello",
            holds=lambda run: run.usage is None and run.tokens_per_second is None,
        ),
        Fault(
            "usage doubled",
            "sends usage twice",
            "takes the later value, and does not add the two",
            lambda api: [Answer([*hello(api)[:-1], *hello(api)[-2:]])],
            "complete",
            text="Hello",
            holds=lambda run: run.usage is not None and run.usage.output_tokens == 3,
        ),
        _usage("usage negative", "counts -5 tokens", "shows –, since that is not a count", -5),
        _usage("usage a string", 'counts `"many"` tokens', "shows –, since that is not a count", "many"),
        _usage("usage a fraction", "counts 1.5 tokens", "shows –", 1.5),
        _usage("usage an object", "counts `{}` tokens", "shows –", {}),
        _usage("usage absurd", "counts 10^300 tokens", "shows –", 10**300),
        _usage(
            "usage without end",
            "counts a number of 4,000 digits",
            "shows –; keeps the text in the same event",
            10**4000,
        ),
        Fault(
            "usage a list",
            "sends `usage: [1, 2]`",
            "shows –",
            lambda api: [Answer(with_usage(api, [1, 2]))],
            "complete",
            text="Hello",
            holds=lambda run: run.usage is None,
        ),
    ],
)


def _between(name: str, server: str, outcome: str, event: bytes, **more: Any) -> Fault:
    """Return the fault of an unusual event in the middle of a complete answer."""
    return Fault(
        name,
        server,
        outcome,
        lambda api: [Answer([*begun(api), event, *rest(api)])],
        "complete",
        text="Hello",
        **more,
    )


def _each_replaced(data: Any, value: Any) -> list[Any]:
    """Return the copies of the data in which one value is replaced, one copy per value."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    replaced = []
    for key, inner in items:
        if key == "text" or key == "content":
            continue  # another text would be another answer
        for new in (value, *_each_replaced(inner, value)):
            copy: Any = dict(data) if isinstance(data, dict) else list(data)
            copy[key] = new
            replaced.append(copy)
    return replaced


DEEP = b'{"type":' + b"[" * 100_000 + b"]" * 100_000 + b"}"

EVENTS = Group(
    "Events that are not as the API describes them",
    [
        _between(
            "malformed JSON in one event",
            "sends an event whose data is not JSON",
            "marks the event as unreadable, warns of it and reads on; `diptych run` exits with 1",
            b"data: {no json\n\n",
            holds=lambda run: malformed(run) == 1 and listed(run, b"{no json"),
        ),
        _between(
            "no object",
            "sends a number instead of an object",
            "marks the event as malformed, and reads on",
            b"data: 17\n\n",
            holds=lambda run: malformed(run) == 1,
        ),
        _between(
            "no data",
            "sends an event with a name and no data",
            "lists it, and reads on",
            b"event: heartbeat\n\n",
        ),
        _between(
            "deep nesting",
            "nests an event's JSON 100,000 levels deep",
            "marks the event as malformed, and reads on",
            b"data: " + DEEP + b"\n\n",
            holds=lambda run: malformed(run) == 1,
        ),
        _between(
            "unknown event type",
            "sends an event of an unknown type",
            "lists it as unknown with its data, and reads on",
            framed({"type": "aurora.begins", "colour": "green"}, "aurora.begins"),
            holds=lambda run: listed(run, b"green"),
        ),
        Fault(
            "unknown block type",
            "sends a content block, delta or item of an unknown type",
            "lists it, and reads on",
            lambda api: [Answer([*begun(api), *_unknown_blocks(api), *rest(api)])],
            "complete",
            text="Hello",
            holds=lambda run: listed(run, b"hologram"),
        ),
        *(
            Fault(
                f"{words} everywhere",
                "sends each of its events again with one value after another replaced",
                "marks or ignores what it cannot read; keeps the text",
                lambda api, value=value: [Answer([*begun(api), *_without_text(api, value), *rest(api)])],  # type: ignore[misc]
                "complete",
                text="Hello",
                family="wrong types everywhere",
                variant=words,
            )
            for words, value in (
                ("null", None),
                ("a number", 7),
                ("a list", [1]),
                ("an object", {"a": 1}),
                ("true", True),
            )
        ),
        Fault(
            "1 MB deltas",
            "sends pieces of a megabyte each",
            "keeps them all",
            lambda api: [Answer([*begun(api), *[piece(api, "x" * 1_000_000)] * 4, *rest(api)])],
            "complete",
            text="Hel" + "x" * 4_000_000 + "lo",
        ),
        Fault(
            "an event over the size limit",
            "sends an event of 20 MB",
            "keeps 16 MiB of it, marks it as malformed, and reads on",
            lambda api: [Answer([*begun(api), b"data: ", Repeat(b"x" * 1000, 20_000), b"\n\n", *rest(api)])],
            "complete",
            text="Hello",
            holds=lambda run: malformed(run) == 1,
        ),
        Fault(
            "100,000 events in one write",
            "sends 100,000 events at once",
            "lists them all, and does not delay the other side",
            lambda api: [Answer([*begun(api), Repeat(piece(api, "l"), 100_000), *rest(api)])],
            "complete",
            text="Hel" + "l" * 100_000 + "lo",
            holds=lambda run: run.events >= 100_000,
        ),
    ],
)


def _unknown_blocks(api: ApiName) -> list[bytes]:
    match api:
        case "anthropic-messages":
            block = {"type": "hologram", "light": 1}
            return [
                framed({"type": "content_block_start", "index": 1, "content_block": block}),
                framed({"type": "content_block_delta", "index": 1, "delta": {"type": "hologram_delta"}}),
                framed({"type": "content_block_stop", "index": 1}),
            ]
        case "openai-chat":
            return [framed({"choices": [{"index": 0, "delta": {"hologram": {"light": 1}}}]})]
        case "openai-responses":
            item = {"type": "hologram", "light": 1}
            return [
                framed({"type": "response.output_item.added", "output_index": 5, "item": item}),
                framed({"type": "response.hologram.delta", "output_index": 5, "delta": "light"}),
            ]


def _without_text(api: ApiName, value: Any) -> list[bytes]:
    """Return the events so far with their values replaced, except those that still carry text."""
    return [event for event in _spoilt_events(api, value) if b"Hel" not in event]


def _spoilt_events(api: ApiName, value: Any) -> list[bytes]:
    spoilt: list[bytes] = []
    for event in begun(api):
        name = event.partition(b"data: ")[0]
        data = json.loads(data_of(event))
        spoilt += [name + framed(json.dumps(each)) for each in _each_replaced(data, value)]
    return spoilt


def _bytes(name: str, server: str, change: Any, text: str = "Hello", **more: Any) -> Fault:
    return Fault(
        name,
        server,
        more.pop("outcome", "reads the whole answer"),
        lambda api: [Answer([change(b"".join(hello(api)))])],
        "complete",
        text=text,
        **more,
    )


BYTES = Group(
    "Bytes and lines",
    [
        _bytes("CRLF", "ends lines with CRLF", lambda body: body.replace(b"\n", b"\r\n")),
        _bytes("CR", "ends lines with CR", lambda body: body.replace(b"\n", b"\r")),
        _bytes("a byte-order mark", "begins with a byte-order mark", lambda body: b"\xef\xbb\xbf" + body),
        _bytes("no space after the colon", "writes `data:{`", lambda body: body.replace(b"data: ", b"data:")),
        _bytes(
            "comments between all lines",
            "puts comments between all lines",
            lambda body: body.replace(b"\n", b"\n: comment\n"),
        ),
        _bytes(
            "other fields",
            "sends `id:`, `retry:` and unknown fields",
            lambda body: body.replace(b"data: ", b"id: 7\nretry: 1\nx-field: y\ndata: "),
        ),
        _bytes(
            "one newline between events",
            "ends events with one newline instead of two",
            lambda body: body.replace(b"\n\n", b"\n"),
        ),
        _bytes(
            "framed twice",
            "frames every event twice (`data: data: {…}`)",
            lambda body: b"".join(b"data: " + line + b"\n\n" for line in body.split(b"\n")),
        ),
        _bytes(
            "thinking in tags",
            "leaves the thinking in the text, between `<think>` and `</think>`",
            lambda body: body.replace(b"Hel", b"<think>Hm.</think>Hel"),
            outcome="shows it as thinking",
            holds=lambda run: str(run.thinking) == "Hm.",
        ),
        Fault(
            "one byte at a time",
            "sends each byte in a separate write",
            "reads the whole answer",
            lambda api: [Answer(hello(api)).bytewise],
            "complete",
            text="Hello",
        ),
        _between(
            "bad UTF-8",
            "sends bytes that are not UTF-8",
            "lists the event with its bytes, and reads on",
            b'data: {"type": "\xff\xfe"}\n\n',
            holds=lambda run: listed(run, b"\xff\xfe"),
        ),
        Fault(
            "bad UTF-8 in the text",
            "sends bytes that are not UTF-8 in the middle of the text",
            "shows � instead; keeps the raw bytes",
            lambda api: [Answer([*begun(api), piece(api, "__").replace(b"__", b"\xc3("), *rest(api)])],
            "complete",
            text="Hel\ufffd(lo",
            holds=lambda run: listed(run, b"\xc3("),
        ),
        Fault(
            "a split multi-byte character",
            "sends the four bytes of a character in two writes",
            "reads the whole answer",
            lambda api: [
                Answer(
                    [
                        *begun(api),
                        *[part for half in _split(piece(api, "__"), "🌍".encode()) for part in (half, 0.02)],
                        *rest(api),
                    ]
                )
            ],
            "complete",
            text="Hel🌍lo",
        ),
        Fault(
            "half a surrogate pair",
            "sends half of a character, as JSON allows (`\\ud83c`)",
            "keeps it as it came; the screen shows � instead",
            lambda api: [Answer([*begun(api), piece(api, "\ud83c"), *rest(api)])],
            "complete",
            text="Hel\ud83clo",
        ),
        Fault(
            "control characters",
            "writes escape sequences into the text",
            "keeps them as they came; the screen shows harmless characters",
            lambda api: [Answer([*begun(api), piece(api, "\x1b]0;pwned\x07"), *rest(api)])],
            "complete",
            text="Hel\x1b]0;pwned\x07lo",
        ),
    ],
)


def _split(event: bytes, character: bytes) -> tuple[bytes, bytes]:
    head, _, tail = event.partition(b"__")
    return head + character[:2], character[2:] + tail
