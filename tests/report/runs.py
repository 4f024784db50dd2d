"""Runs made by hand, for reports."""

from typing import Any

from diptych.core.content import Complete, Content, Identity, Stop, Text, ToolArguments, ToolCall, UsageReport
from diptych.core.endpoint import Endpoint
from diptych.core.event import Event, RequestSent, ResponseBegan
from diptych.core.message import Message
from diptych.core.metrics.usage import Usage
from diptych.core.request import Label, Request
from diptych.core.run import Run
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings

T0 = 1_000.2
"""The stamp of t0; the round of every run here began at 1000."""

_ANTHROPIC = Endpoint(
    "anthropic", "anthropic-messages", "https://api.anthropic.com", "ANTHROPIC_API_KEY", "anthropic", Secret("sk-1")
)


def begun(side: Label = "left", **settings: Any) -> Run:
    """A run whose request has been sent and answered."""
    asked = Settings(_ANTHROPIC, "claude-sonnet-5-5", **settings)
    run = Run(side, Request(asked, (Message.of_text("user", "hi"),)), began=1_000.0)
    run.begin_attempt(1_000.15)
    run.connected(T0, 0.05)
    run.note(RequestSent(T0, "POST", "https://api.anthropic.com/v1/messages", (("accept", "*/*"),), b'{"stream":true}'))
    run.note(ResponseBegan(T0 + 0.31, 200, (("request-id", "req_01"),), clock="kernel"))
    run.request_id = "req_01"
    return run


def arrived(run: Run, at: float, name: str, *contents: Content, data: bytes = b"{}") -> None:
    """An event comes, so many seconds after t0."""
    run.add(Event(T0 + at, run.events + 1, name, data, contents))


def answered(side: Label = "left", **settings: Any) -> Run:
    """The run that design.md's example of `run --json` shows."""
    run = begun(side, **settings)
    arrived(run, 0.32, "message_start", Identity("claude-sonnet-5-5", "msg_01"))
    arrived(run, 0.33, "content_block_delta", Text("Hel"))
    arrived(run, 0.40, "content_block_delta", Text("lo!"))
    arrived(
        run, 0.44, "content_block_delta", ToolCall(1, "toolu_01", "get_weather"), ToolArguments(1, '{"city": "Paris"}')
    )
    usage = UsageReport(Usage(input_tokens=8, output_tokens=12), {"input_tokens": 8, "output_tokens": 12})
    arrived(run, 0.45, "message_delta", Stop("end_turn"), usage)
    arrived(run, 0.45, "message_stop", Complete())
    run.complete()
    return run


def said(*contents: Content, side: Label = "left") -> Run:
    """The run whose answer has these contents, and has not ended."""
    run = begun(side)
    for number, content in enumerate(contents):
        arrived(run, 0.1 + number / 10, "event", content)
    return run
