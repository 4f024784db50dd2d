"""What memory an experiment of many answers takes, while it runs."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.load import BenchError
from tests.bench.processes import for_modules, resident_bytes
from tests.bench.truth import running_server
from tests.bench.truth_clients import DIPTYCH, Load
from tests.bench.truth_plan import TruthPlan

_STREAMS = 64
_MOST = 150_000_000 + 300_000 * _STREAMS
"""Bytes that the process may hold."""

_FLAT = 1.05
"""By how much the memory at the end may exceed that after a tenth of the answers."""


def answers(bench: Bench) -> Iterator[Figure]:
    """Ask for many short answers, 64 at once, with everything recorded."""
    times = 32 if bench.quick else 320
    load = Load(TruthPlan(5, 1000), _STREAMS, times)
    count = load.streams * load.times
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        command = DIPTYCH.command(server.port, load, Path(folder))
        with subprocess.Popen(
            command,
            env=for_modules(bench.environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout
            try:
                held = [resident_bytes(process.pid) for number, _ in enumerate(process.stdout) if number % 100 == 99]
            finally:
                process.kill()
    if len(held) != count // 100:
        raise BenchError(f"Of {count:,} answers, {len(held) * 100:,} came.")
    what = f"{count:,} answers, {_STREAMS} at once:"
    yield Figure(f"{what} most memory", max(held), "bytes", _MOST)
    yield Figure(
        f"{what} memory at the end over that after a tenth",
        held[-1] / held[len(held) // 10],
        "ratio",
        _FLAT,
        remark=f"{held[-1] / 1e6:.1f} MB / {held[len(held) // 10] / 1e6:.1f} MB",
    )
