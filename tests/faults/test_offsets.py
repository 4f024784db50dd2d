"""A stream that ends at any of its bytes has the right state, and a text with which the whole text begins."""

import asyncio
from pathlib import Path

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.event import Event
from diptych.core.run import Run
from tests.faults.fault import begun, hello, rest
from tests.streams.folding import STREAMS as RECORDED
from tests.streams.folding import fold
from tests.support.answers import Answer
from tests.support.asking import Asker, new_run, play_in_turn, settings, text
from tests.support.loopback import LoopbackServer
from tests.support.streams import APIS

_AT_ONCE = 8
"""The number of simultaneous connections."""


def is_beginning_of(run: Run, whole: Run) -> bool:
    """Whether the whole answer begins with everything that a run kept."""
    events = [line.data for line in run.lines if isinstance(line, Event)]
    whole_events = [line.data for line in whole.lines if isinstance(line, Event)]
    last_may_be_half = not events or whole_events[len(events) - 1].startswith(events[-1])
    return (
        events[:-1] == whole_events[: len(events[:-1])]
        and last_may_be_half
        and text(whole).startswith(text(run))
        and "".join(whole.thinking).startswith("".join(run.thinking))
        and [tool.name for tool in run.tools] == [tool.name for tool in whole.tools][: len(run.tools)]
    )


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_stream_that_ends_cleanly_at_any_byte(path: Path) -> None:
    api: ApiName = next(api for api in APIS if api == path.parent.name)
    body = path.read_bytes()
    whole = fold(api, body)
    states = set()
    for size in range(0, len(body), max(1, len(body) // 1500)):  # every byte, except in long streams
        run = fold(api, body[:size])
        assert is_beginning_of(run, whole)
        states.add(run.state)

    assert "cut" in states
    assert states <= {"cut", whole.state}


@pytest.mark.parametrize("api", APIS)
def test_a_connection_that_is_lost_at_any_byte(api: ApiName) -> None:
    body = b"".join(hello(api))
    whole, *runs = play_in_turn(
        Answer([body]), *(Answer([body[:size]], end="drop") for size in range(len(body) + 1)), api=api
    )
    for run in runs:
        assert run.state == ("complete" if run.end.saw_terminal_event else "failed")
        assert is_beginning_of(run, whole)


@pytest.mark.parametrize("api", APIS)
async def test_a_real_connection_that_is_reset_at_every_byte_of_an_event(api: ApiName, server: LoopbackServer) -> None:
    before, event = b"".join(begun(api)), rest(api)[0]
    for size in range(len(event)):
        server.plan(Answer([before, event[:size], 0.05], end="reset"), key=f"{size} bytes")
    sizes = iter(range(len(event)))

    async def ask_in_turn() -> None:
        async with Asker(settings(api, server.url)) as asker:
            for size in sizes:  # a complete line is read before the blank line comes
                run = await asker.ask(new_run(settings(api, model=f"{size} bytes")))
                is_whole = event[:size].endswith(b"\n") and b"data: " in event[:size]
                assert (run.state, text(run)) == ("failed", "Hello" if is_whole else "Hel")
                assert run.failure is not None
                assert run.failure.kind == "connection"

    await asyncio.gather(*(ask_in_turn() for _ in range(_AT_ONCE)))
