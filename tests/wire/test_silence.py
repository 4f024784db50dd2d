"""How long a server may be silent."""

import pytest

from diptych.wire.silence import SilenceLimits
from tests.support.answers import Answer
from tests.support.asking import Asker, notes, play, settings, text
from tests.support.loopback import LoopbackServer
from tests.support.streams import APIS, chat

each_api = pytest.mark.parametrize("api", APIS)


def test_silence_before_the_headers() -> None:
    run = play(Answer(before=[30.0]), limits=SilenceLimits(20.0, 5.0))

    assert notes(run) == ["request", "failed: timeout"]
    assert run.failure is not None
    assert run.failure.message.startswith("The server did not answer for 20 s.")
    assert run.stamps.timing().end == pytest.approx(20.0)


def test_silence_before_the_first_content() -> None:
    role, *_ = chat("hi")

    run = play(Answer([10.0, role, 15.0, b": alive\n", 30.0]), limits=SilenceLimits(20.0, 5.0))

    assert run.failure is not None
    assert run.failure.message.startswith("The server sent nothing for 20 s, after 1 event.")
    assert run.stamps.timing().end == pytest.approx(45.0)


def test_silence_in_the_middle_of_the_answer() -> None:
    role, hi, *_ = chat("hi")

    run = play(Answer([role, 10.0, hi, 4.0, b": alive\n", 30.0]), limits=SilenceLimits(20.0, 5.0))

    assert (run.state, text(run)) == ("failed", "hi")
    assert run.failure is not None
    assert run.failure.message.startswith("The server fell silent for 5 s in the middle of the answer, after 2 events.")
    assert run.stamps.timing().end == pytest.approx(19.0)


def test_by_default_ten_minutes_before_content_and_one_after() -> None:
    assert play(Answer(chat("hi"), before=[590.0])).state == "complete"
    assert play(Answer([*chat("hi")[:2], 59.0, *chat("hi")[2:]])).state == "complete"
    assert play(Answer([*chat("hi")[:2], 62.0])).state == "failed"


async def test_a_time_out_over_a_real_connection_closes_it(server: LoopbackServer) -> None:
    server.plan(Answer([*chat("hi")[:2]], end="hang"))
    async with Asker(settings("openai-chat", server.url), limits=SilenceLimits(0.05, 0.05)) as asker:
        run = await asker.ask()
        assert notes(run) == ["request", "response 200", "failed: timeout"]
        assert not (await server.agone()).answered
