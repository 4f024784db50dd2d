"""The clients whose times are checked: how each is told what to ask, and how what it claims is read."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.bench.bench import COMMAND
from tests.bench.processes import module
from tests.bench.truth_plan import Claim, TruthPlan, read_claims

_EVENT = re.compile(r'"id":"(\d+)".*"content":"(\d+) "')
"""What a content event of the server says: when the request arrived, and when the event was sent."""

_RESULT = "result"

_TOKENIZER = {
    "tokenizer.json": {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1, "[UNK]": 2}, "unk_token": "[UNK]"},
    },
    "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]"},
}
"""A tokenizer for AIPerf, which needs one to make its prompts, and would download its own."""


@dataclass(frozen=True)
class Load:
    """What a client is to ask: so many streams at once, so many `times` in turn."""

    plan: TruthPlan
    streams: int
    times: int


@dataclass(frozen=True)
class Client:
    """A client: its name, the command that asks a port, and how the folder that it wrote to is read."""

    name: str
    command: Callable[[int, Load, Path], list[str]]
    claims: Callable[[Path], list[Claim]]


def clients() -> list[Client]:
    """Return the clients that are installed."""
    found = [BARE, SDK, DIPTYCH]
    return [*found, _AIPERF] if shutil.which("aiperf") else found


def _of_module(name: str) -> Callable[[int, Load, Path], list[str]]:
    def command(port: int, load: Load, folder: Path) -> list[str]:
        return module(name, str(port), load.plan.name, str(load.streams), str(load.times), str(folder / _RESULT))

    return command


def _diptych_command(port: int, load: Load, folder: Path) -> list[str]:
    server = f"OPENAI_BASE_URL=http://127.0.0.1:{port}/v1"
    rounds = ["--repeat", str(load.streams * load.times), "--concurrency", str(load.streams)]
    output = ["--rows", "--yes", "--history", str(folder / _RESULT)]
    asked = ["--model", f"openai:{load.plan.name}", *rounds]
    return ["env", server, COMMAND, "run", *asked, *output, "bench"]


def _written(folder: Path) -> list[Claim]:
    return read_claims(folder / _RESULT)


def _recorded(folder: Path) -> list[Claim]:
    """Read what Diptych has recorded, as a user of its history would."""
    with closing(sqlite3.connect(folder / _RESULT)) as history:
        claims = []
        for run, first_token in history.execute("SELECT id, first_token FROM runs").fetchall():
            lines = history.execute("SELECT at, CAST(data AS TEXT) FROM lines WHERE run = ? ORDER BY id", (run,))
            claims.append(_claim(first_token, [(at / 1e6, data) for at, data in lines]))
    return claims


def _aiperf_command(port: int, load: Load, folder: Path) -> list[str]:
    for name, content in _TOKENIZER.items():
        (folder / name).write_text(json.dumps(content))
    server = ["--url", f"http://127.0.0.1:{port}", "--no-gpu-telemetry", "--no-server-metrics"]
    model = ["--model", load.plan.name, "--endpoint-type", "chat", "--streaming", "--use-server-token-count"]
    asked = ["--concurrency", str(load.streams), "--request-count", str(load.streams * load.times), "--isl", "4"]
    output = ["--tokenizer", str(folder), "--output-artifact-dir", str(folder), "--export-level", "raw", "--ui", "none"]
    return ["aiperf", "profile", *server, *model, *asked, *output]


def _aiperf_claims(folder: Path) -> list[Claim]:
    claims = []
    for line in (folder / "profile_export_raw.jsonl").read_text().splitlines():
        record = json.loads(line)
        began = record["start_perf_ns"]
        came = [
            ((response["perf_ns"] - began) / 1e9, packet["value"])
            for response in record["responses"]
            for packet in response["packets"]
        ]
        first = next(at for at, data in came if _EVENT.search(data))  # as its `time_to_first_token` is defined
        claims.append(_claim(first, came))
    return claims


def _claim(first_token: float, came: list[tuple[float, str]]) -> Claim:
    """Return the claim of a client that says when each event came."""
    found = [(at, event) for at, data in came if (event := _EVENT.search(data))]
    arrived = int(found[0][1][1])
    return Claim(first_token, arrived, [int(event[2]) for _, event in found], [at for at, _ in found])


BARE = Client("bare socket loop", _of_module("truth_bare"), _written)
SDK = Client("the SDK's loop", _of_module("truth_sdk"), _written)
DIPTYCH = Client("Diptych, recording", _diptych_command, _recorded)
_AIPERF = Client("AIPerf", _aiperf_command, _aiperf_claims)
