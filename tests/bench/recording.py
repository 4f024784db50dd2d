"""What it costs that everything is written down, how much room that takes, and how fast and how truly it comes back."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.bench import Bench, ratios
from tests.bench.figures import Figure, percentile
from tests.bench.plan import Plan
from tests.bench.processes import for_modules, module, run

_LOAD = Plan("markdown", 20_000)
_LONG = Plan("markdown", 100_000)
_PACED = Plan("markdown", 1_000, 100)


def record(bench: Bench) -> Iterator[Figure]:
    """CPU of the app with its history over that without one; the room that a long round takes, and opening it."""
    pairs = [(bench.once(_LOAD), bench.once(_LOAD, "--no-history")) for _ in bench.repeats(7, 3)]
    cpu = [median(ended.cpu for ended in each) for each in zip(*pairs, strict=True)]
    yield Figure(
        f"2 × {_LOAD.events:,} events at full speed, recorded over not recorded: CPU",
        ratios([(recorded.cpu, unrecorded.cpu) for recorded, unrecorded in pairs]),
        "ratio",
        1.1,
        remark=f"{cpu[0]:.2f} s / {cpu[1]:.2f} s",
    )
    with tempfile.TemporaryDirectory() as folder:
        history = Path(folder, "history.db")
        sent = bench.server.prepare(_LONG)
        bench.once(_LONG, "--history", str(history))
        opened = [_opened(bench, history) for _ in bench.repeats(3, 1)]
        allowed = 1.3 * sent.bytes + 100 * sent.events
        yield Figure(
            f"2 × {_LONG.events:,} events in the history, over 1.3 × raw data + 100 B an event",
            history.stat().st_size / allowed,
            "ratio",
            1.0,
            remark=f"{history.stat().st_size / sent.events:.0f} B an event, {sent.bytes / sent.events:.0f} B of it raw",
        )
    yield Figure("  opening them as a replay", median(each["seconds"] for each in opened), "s", 2.0)
    most = max(each["bytes"] for each in opened)
    yield Figure("  memory of the process that opened them", most, "bytes", 400 * 2**20)


def replay(bench: Bench) -> Iterator[Figure]:
    """How far the lines of a replay at 1× are from the moments at which they were recorded."""
    late: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        history, times = Path(folder, "history.db"), Path(folder, "times.json")
        bench.once(_PACED, "--history", str(history))
        for _ in bench.repeats(3, 1):
            with bench.module("replayed", _PACED, _PACED, str(history), str(times)) as app:
                app.wait_for_end().checked("The replay")
            late += [1000 * abs(off) for off in json.loads(times.read_text())]
    what = f"2 × {_PACED.rate} events/s replayed at 1×: line off its recorded time,"
    yield Figure(f"{what} p50", percentile(late, 50), "ms")
    yield Figure(f"{what} p95", percentile(late, 95), "ms", 20, remark=f"most {max(late):.1f}, {len(late):,} lines")


def _opened(bench: Bench, history: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "opened.json")
        run(module("reopened", str(history), str(file)), for_modules(bench.environment)).checked("The opening")
        opened: dict[str, Any] = json.loads(file.read_text())
        return opened
