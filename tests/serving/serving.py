"""Records what a server did, and serves it again, all in one loop."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from diptych.codec.recording_lines import RecordingReader, recording_objects
from diptych.core.endpoint import ApiName
from diptych.core.recording import Recording
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.serving.matching import RecordedAnswers
from diptych.serving.recorded_answer import RecordedAnswer, recorded_answers
from diptych.serving.recording_server import HOST, RecordingServer
from diptych.wire.idle_timeout import IdleLimits
from tests.support.asking import Asker, new_run, settings


async def asked(api: ApiName, url: str, prompt: str = "hi", *, silence: float | None = None, model: str = "m") -> Run:
    """Ask a server as the program does, which allows that much silence, and return the run when it has ended.

    Connecting may take longer, since it does on a machine that stalls.
    """
    limits = IdleLimits() if silence is None else IdleLimits(silence, silence)
    asked = settings(api, url, model=model)
    async with Asker(asked, limits=limits) as asker:
        return await asker.ask(new_run(asked, prompt, began=time.perf_counter()))


def recording_of(*runs: Run) -> Recording:
    """Return the recording of a round with these runs, read from what would be written."""
    reader = RecordingReader()
    for line in recording_objects(Round("hi", runs[0].began, runs)):
        reader.read(json.loads(json.dumps(line)))
    return reader.recording()


def answers_of(*recordings: Recording) -> Iterator[RecordedAnswer]:
    """Yield the answers of recordings, named by their numbers from 1."""
    for number, recording in enumerate(recordings, 1):
        for run in recording.runs:
            yield from recorded_answers(f"{number}:{run.label}", recording, run)


@asynccontextmanager
async def serving(
    *recordings: Recording, speed: float = 1.0, is_lenient: bool = False, log: list[str] | None = None
) -> AsyncIterator[str]:
    """Serve recordings in the running loop, and yield the URL."""
    lines = [] if log is None else log
    server = RecordingServer(RecordedAnswers(list(answers_of(*recordings)), is_lenient=is_lenient), speed, lines.append)
    port = await server.listen(0)
    try:
        yield f"http://{HOST}:{port}"
    finally:
        await server.close()
