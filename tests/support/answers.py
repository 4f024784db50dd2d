"""Planned answers: what a test's server sends, when, and how it ends.

The loopback server and the fake transport both send them. An answer is written as a transcript:

    Answer([delta("Hel"), 0.5, delta("lo"), Gate("more"), *the_end], end="drop")
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal


@dataclass(frozen=True)
class Gate:
    """A place where the server waits until the test opens the gate of this name. Until then it repeats `beat`."""

    name: str
    beat: bytes = b""


@dataclass(frozen=True)
class Repeat:
    """The same bytes many times in one write, for what would be too long to be passed to the server byte by byte."""

    data: bytes
    times: int


Step = bytes | float | Gate | Repeat
"""Bytes to send at once, seconds to wait, or a gate to wait at."""

End = Literal["clean", "drop", "reset", "hang"]
"""How the body ends: as HTTP demands, with the connection closed before that, with a TCP reset, or never."""

Framing = Literal["chunked", "close", "length"]


@dataclass(frozen=True)
class Answer:
    """One HTTP answer. `before` is sent before the status line. With status 0, only the end follows it.

    A `stubborn` server continues to send after the client has closed the connection, for as long as it can.
    """

    steps: Sequence[Step] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "text/event-stream"})
    before: Sequence[Step] = ()
    end: End = "clean"
    framing: Framing = "chunked"
    stubborn: bool = False

    @property
    def bytewise(self) -> "Answer":
        """The same answer in writes of one byte."""
        return replace(self, steps=[part for step in self.steps for part in _bytes_of(step)])

    @property
    def body(self) -> bytes:
        """The bytes of the body that are sent."""
        return b"".join(step for step in self.steps if isinstance(step, bytes))

    def as_json(self) -> dict[str, Any]:
        """Return the answer in the form that the server's control endpoint accepts."""
        return {
            "before": [_step_as_json(step) for step in self.before],
            "status": self.status,
            "headers": self.headers,
            "steps": [_step_as_json(step) for step in self.steps],
            "end": self.end,
            "framing": self.framing,
            "stubborn": self.stubborn,
        }


def json_answer(status: int, text: str, **headers: str) -> Answer:
    """Return an answer that is not a stream. A keyword such as `retry_after` is the header `retry-after`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer([text.encode()], status, {"content-type": "application/json", **named}, framing="length")


def raw(*steps: Step, end: End = "drop") -> Answer:
    """Return an answer of raw bytes, without any status line or header that is not in them."""
    return Answer(before=steps, status=0, end=end)


def lost() -> Answer:
    """Return an answer that is a lost connection, before any header."""
    return Answer(status=0, end="drop")


def _bytes_of(step: Step) -> list[Step]:
    return [step[i : i + 1] for i in range(len(step))] if isinstance(step, bytes) else [step]


def _step_as_json(step: Step) -> dict[str, Any]:
    match step:
        case bytes():
            return {"write": step.decode("latin-1")}
        case Gate(name, beat):
            return {"gate": name, "beat": beat.decode("latin-1")}
        case Repeat(data, times):
            return {"write": data.decode("latin-1"), "times": times}
        case _:
            return {"wait": step}
