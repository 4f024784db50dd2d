"""Turns whole streams into runs, for the tests of dialects and runs.

Events are stamped 1.0, 2.0, 3.0 … in the order in which they come, and t0 is 0.0, so that the figures of a stream can
be read from the numbers of its events.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

from diptych.apis.registry import DIALECTS
from diptych.apis.sse import Decoder
from diptych.core.content import Content
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.event import Event
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.run import Run
from diptych.core.settings import Settings

APIS: tuple[ApiName, ...] = ("anthropic-messages", "openai-chat", "openai-responses")
STREAMS = sorted(Path(__file__).parent.glob("*/*.sse"))
"""The hand-written streams, which are in one folder per API."""


def stream(api: ApiName, name: str) -> bytes:
    """Return a hand-written stream."""
    return (Path(__file__).parent / api / f"{name}.sse").read_bytes()


def typed(*events: dict[str, Any]) -> bytes:
    """Return a stream whose events have their type as their name, as in Messages and Responses."""
    return b"".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events)


def untyped(*events: dict[str, Any] | str) -> bytes:
    """Return a stream of events without names, as in Chat Completions."""
    return b"".join(f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n".encode() for event in events)


def request(api: ApiName = "anthropic-messages", *, provider: str | None = None, **settings: Any) -> Request:
    """Return a request with one prompt."""
    endpoint = Endpoint("here", api, "https://models.test/v1", "HERE_API_KEY", provider)
    return Request(Settings(endpoint, **{"model": "some-model", **settings}), (Message.of_text("user", "hi"),))


def new_run(asked: Request | None = None) -> Run:
    """Return a run whose request has just been sent, at t0 = 0.0."""
    run = Run("left", asked or request(), began=0.0)
    run.begin_attempt(0.0)
    return run


def read(*events: Content | tuple[Content, ...], run: Run | None = None) -> Run:
    """Return a run that has read events with these contents."""
    run = run or new_run()
    for contents in events:
        contents = contents if isinstance(contents, tuple) else (contents,)
        seq = run.events + 1
        run.add(Event(float(seq), seq, "event", b"{}", contents))
    return run


def fold(api: ApiName, body: bytes, *, split: int | None = None, asked: Request | None = None) -> Run:
    """Return the run of a body that is read in chunks of `split` bytes, and ended as the wire ends it."""
    run, decoder, dialect = new_run(asked or request(api)), Decoder(), DIALECTS[api]()
    chunks = [body[start : start + split] for start in range(0, len(body), split)] if split else [body]
    framed = [event for chunk in chunks for event in decoder.feed(chunk)] + decoder.end()
    for number, event in enumerate(framed, 1):
        name, contents = dialect.decode(event)
        run.add(Event(float(number), number, name, event.data, contents, event.dropped))
    if run.end.saw_terminal_event or run.failure:
        run.complete()
    else:
        run.cut(len(framed) + 1.0)
    return run


def events(run: Run) -> list[Event]:
    """Return the wire events of a run."""
    return [line for line in run.lines if isinstance(line, Event)]


def names(run: Run) -> list[str]:
    """Return the wire names of a run's events."""
    return [event.name for event in events(run)]


def folded(run: Run) -> dict[str, Any]:
    """Return what a user sees of an answer, without what is empty or unknown."""
    usage = {} if run.usage is None else dataclasses.asdict(run.usage)
    everything: dict[str, Any] = {
        "text": "".join(run.text),
        "thinking": "".join(run.thinking),
        "redacted": run.redacted_thinking,
        "refusal": "".join(run.refusal),
        "tools": [(tool.id, tool.name, tool.arguments) for tool in run.tools],
        "stop": run.stop_reason,
        "detail": run.stop_detail,
        "usage": {name: count for name, count in usage.items() if count is not None},
        "error": run.failure and run.failure.message,
    }
    return {"state": run.state} | {name: value for name, value in everything.items() if value}
