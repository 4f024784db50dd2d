"""Performs a script: its steps in a dialect's bytes, each at its time."""

from collections.abc import Iterator, Sequence
from typing import assert_never

import httpx2

from diptych.simulated.framing import Dialect
from diptych.simulated.pacing import Pace, tokens
from diptych.simulated.script import (
    CallTool,
    Content,
    Drop,
    Ending,
    Fail,
    Refuse,
    Say,
    Script,
    Silence,
    Think,
    Usage,
)

Beat = float | bytes
"""Seconds to wait, or bytes to send."""

_SHARED_WRITE = 0.1
"""How likely a token is to be sent together with the next one."""


def perform(script: Script, dialect: Dialect) -> Iterator[Beat]:
    """Yield what a server does from the moment it has sent its headers.

    Raises:
        httpx2.ReadError: the script loses the connection.
    """
    room = min(script.token_limit, dialect.question.token_limit)
    spoken = thought = 0
    ending = Ending.DONE
    yield dialect.begin()
    yield script.pace.after_headers
    for step in script.steps:
        match step:
            case Say() | Think() | CallTool() | Refuse():
                wanted = tokens(step.text)
                sent = wanted[: room - spoken]
                yield dialect.open(step)
                yield from _speak(step, sent, script.pace, dialect)
                spoken += len(sent)
                thought += len(sent) if isinstance(step, Think) else 0
                if len(sent) < len(wanted):
                    ending = Ending.LENGTH
                    break
                ending = step.ending
            case Silence(seconds=seconds):
                yield seconds
            case Fail():
                yield dialect.fail()
                return
            case Drop():
                raise httpx2.ReadError("Simulated loss of the connection.")
            case _:
                assert_never(step)
    yield dialect.end(ending, Usage(dialect.question.input_tokens, spoken, thought))


def _speak(content: Content, sent: Sequence[str], pace: Pace, dialect: Dialect) -> Iterator[Beat]:
    wait, write = 0.0, b""
    for token in sent:
        write += dialect.piece(content, token)
        if dialect.rng.random() >= _SHARED_WRITE:
            yield wait
            yield write
            wait, write = 0.0, b""
        wait += pace.gap(dialect.rng)
    yield wait
    yield write
