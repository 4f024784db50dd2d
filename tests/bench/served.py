"""How true the times are at which `diptych serve` sends a recording, beside a plain asyncio server."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median

from diptych.apis.openai_chat import OpenAIChat
from diptych.apis.sse import ServerSentEvent
from diptych.codec.recording_lines import recording_objects
from diptych.core.endpoint import Endpoint
from diptych.core.event import Event, RequestSent, ResponseBegan
from diptych.core.json_text import to_json
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from tests.bench.bench import COMMAND, Bench, ratios
from tests.bench.figures import Figure, percentile
from tests.bench.load import ROOT, BenchError
from tests.bench.processes import for_modules

MODEL = "served"
QUESTION = "bench"

_RATE = 50
"""Events per second of each stream, on average."""

_WANTED = 2_000
"""Microseconds by which 95 % of the events may be late."""


def served(bench: Bench) -> Iterator[Figure]:
    """Yield by how much events arrive later than they were recorded, for one client and for 50 at once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        delays = _write_recording(folder / "recording.jsonl", 100 if bench.quick else 500)
        (folder / "delays.json").write_text(json.dumps(delays))
        for clients in (1, 50):
            times = bench.repeats(5, 3)
            late = [{kind: _late(bench, kind, folder, clients) for kind in ("plain", "diptych")} for _ in times]
            yield from _figures(clients, [each["diptych"] for each in late], [each["plain"] for each in late])


def _figures(clients: int, own: list[list[float]], plain: list[list[float]]) -> Iterator[Figure]:
    """Yield the medians of all repeats."""
    who = "1 client" if clients == 1 else f"{clients} clients"
    for percent, wanted in ((50, None), (95, _WANTED), (99, None)):
        one, other = ([1e6 * percentile(late, percent) for late in each] for each in (own, plain))
        remark = f"{median(one):,.0f} µs / {median(other):,.0f} µs"
        yield Figure(f"served to {who}: events are later than recorded, p{percent}", median(one), "µs", wanted)
        yield Figure(
            "  over a plain asyncio server's", ratios(list(zip(one, other, strict=True))), "ratio", 1, remark=remark
        )


def _write_recording(path: Path, events: int) -> list[float]:
    """Write a recording with a stream; return how long after its request each event came, in seconds."""
    rng = Random(1)
    endpoint = Endpoint("openai", "openai-chat", "http://127.0.0.1", "OPENAI_API_KEY")
    message = Message.of_text("user", QUESTION)
    run = Run("left", Request(Settings(endpoint, MODEL), (message,)), 0.0)
    body = json.dumps({"model": MODEL, "stream": True, "messages": [{"role": "user", "content": QUESTION}]})
    run.begin_attempt(0.0)
    run.note(RequestSent(0.0, "POST", "http://127.0.0.1/v1/chat/completions", (), body.encode(), 0.0))
    run.note(ResponseBegan(0.2, 200, (("content-type", "text/event-stream"),)))
    dialect, at, delays = OpenAIChat(), 0.2, []
    for number in range(events):
        at = round(at + rng.expovariate(_RATE), 6)
        delays.append(at)
        choice = {"index": 0, "delta": {"content": f"{number} "}, "finish_reason": None}
        data = json.dumps({"id": "served", "object": "chat.completion.chunk", "choices": [choice]}).encode()
        kind, contents = dialect.decode(ServerSentEvent("", data))
        run.add(Event(at, number + 1, kind, data, contents))
    run.complete()
    lines = map(to_json, recording_objects(Round(QUESTION, 0.0, (run,))))
    path.write_text("".join(f"{line}\n" for line in lines))
    return delays


def _late(bench: Bench, kind: str, folder: Path, clients: int) -> list[float]:
    """Return by how many seconds each event was late for each of the clients of a server."""
    with _server(bench, kind, folder) as port:
        command = [sys.executable, "-m", "tests.bench.served_client", str(port), str(folder / "delays.json")]
        asked = subprocess.run(
            [*command, str(clients)],
            cwd=ROOT,
            env=for_modules(bench.environment),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    if asked.returncode:
        raise BenchError(f"The clients failed: {asked.stderr.strip()}")
    late: list[float] = json.loads(asked.stdout)
    return late


@contextmanager
def _server(bench: Bench, kind: str, folder: Path) -> Iterator[int]:
    """Run a server, and yield its port."""
    command = [COMMAND, "serve", str(folder / "recording.jsonl")]
    if kind == "plain":
        command = [sys.executable, "-m", "tests.bench.served_plain", str(folder / "delays.json")]
    environment = for_modules(bench.environment)
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=nothing, text=True) as process:
        try:
            assert process.stdout
            yield int(process.stdout.readline().rpartition(":")[2])
        finally:
            process.kill()
