"""No key that a server sends back is written, into the history or a recording."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.round import Round
from diptych.core.run import Run, State
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings
from diptych.store.database import connect
from diptych.store.history_writer import HistorySink
from diptych.store.recorder import Recorder
from diptych.store.recording_files import RecordingFile
from tests.support import streams
from tests.support.answers import Answer, json_answer
from tests.support.asking import Asker, settings
from tests.support.asking import new_run as asked_run
from tests.support.loopback import LoopbackServer

ROOT = Path(__file__).parents[2]


PLANTED = "sk-planted-key"
ECHO = {"x-echo": f"you sent {PLANTED}", "set-cookie": PLANTED, "x-api-key": PLANTED}


def record(folder: Path, asked: Settings, times: int) -> tuple[list[State], bytes]:
    """Ask so many times; the states of the runs, and every byte that was written of them."""
    history = folder / "history.db"
    states: list[State] = []

    async def ask(recorder: Recorder) -> Run:
        run = asked_run(asked, observer=recorder)
        recorder.round_began(1, Round("hi", 0.0, (run,)))
        async with Asker(asked) as asker:
            return await asker.ask(run)

    keeper = Recorder(HistorySink(history))
    with closing(connect(history)):  # so that the log is not tidied away
        for number in range(times):
            file = Recorder(RecordingFile(folder / f"{number}.jsonl"))
            states += [asyncio.run(ask(keeper)).state, asyncio.run(ask(file)).state]
            file.close()
        keeper.close()
        written = [each.read_bytes() for each in folder.rglob("*") if each.is_file()]
    return states, b"".join((*written, history.read_bytes()))


@pytest.mark.parametrize("api", streams.APIS)
def test_no_key_that_a_server_sends_back_is_written(tmp_path: Path, server: LoopbackServer, api: ApiName) -> None:
    busy = json_answer(503, f'{{"error": {{"message": "busy, {PLANTED}"}}}}', retry_after="0", **ECHO)
    stream = Answer(streams.STREAMS[api]("Hello"), headers={"content-type": "text/event-stream", **ECHO})
    wrong = json_answer(401, f'{{"error": {{"message": "wrong key {PLANTED}"}}}}', **ECHO)
    server.plan(*(busy, stream) * 2, *(wrong,) * 2)

    states, written = record(tmp_path, settings(api, server.url, key=Secret(PLANTED)), 2)

    assert states == ["complete", "complete", "failed", "failed"]
    assert (b"busy, [redacted]" in written, b"wrong key [redacted]" in written) == (True, True)
    assert PLANTED.encode() not in written


def test_no_key_in_an_answer_that_is_no_stream_is_written(tmp_path: Path, server: LoopbackServer) -> None:
    server.plan(*(json_answer(200, f'{{"error": {{"message": "no stream for {PLANTED}"}}}}', **ECHO),) * 2)

    states, written = record(tmp_path, settings("openai-chat", server.url, key=Secret(PLANTED)), 1)

    assert states == ["failed", "failed"]
    assert PLANTED.encode() not in written
