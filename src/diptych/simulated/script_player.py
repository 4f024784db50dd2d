"""Performs a script: turns its steps into the bytes of an API's events, with the waits between them."""

from collections.abc import Iterator, Sequence
from typing import assert_never

import httpx2

from diptych.simulated.pacing import Pace, tokens
from diptych.simulated.script import (
    CallTool,
    Drop,
    Fail,
    ModelOutput,
    Refuse,
    Say,
    Script,
    Silence,
    StopReason,
    Think,
    TokenCounts,
)
from diptych.simulated.stream_writer import StreamWriter

Beat = float | bytes
"""Seconds to wait, or bytes to send."""

_SHARED_WRITE = 0.1
"""The probability that a token is sent together with the next one."""


def perform(script: Script, writer: StreamWriter) -> Iterator[Beat]:
    """Yield what the server does after it has sent the headers.

    Raises:
        httpx2.ReadError: the connection is lost, as the script says.
    """
    limit = min(script.token_limit, writer.question.token_limit)
    spoken = thought = 0
    stop_reason = StopReason.DONE
    yield writer.begin()
    yield script.pace.after_headers
    for step in script.steps:
        match step:
            case Say() | Think() | CallTool() | Refuse():
                wanted = tokens(step.text)
                sent = wanted[: limit - spoken]
                yield writer.open(step)
                yield from _send(step, sent, script.pace, writer)
                spoken += len(sent)
                thought += len(sent) if isinstance(step, Think) else 0
                if len(sent) < len(wanted):
                    stop_reason = StopReason.LENGTH
                    break
                stop_reason = step.stop_reason
            case Silence(seconds=seconds):
                yield seconds
            case Fail():
                yield writer.fail()
                return
            case Drop():
                raise httpx2.ReadError("Simulated loss of the connection.")
            case _:
                assert_never(step)
    yield writer.end(stop_reason, TokenCounts(writer.question.input_tokens, spoken, thought))


def _send(content: ModelOutput, sent: Sequence[str], pace: Pace, writer: StreamWriter) -> Iterator[Beat]:
    wait, write = 0.0, b""
    for token in sent:
        write += writer.piece(content, token)
        if writer.rng.random() >= _SHARED_WRITE:
            yield wait
            yield write
            wait, write = 0.0, b""
        wait += pace.gap(writer.rng)
    yield wait
    yield write
