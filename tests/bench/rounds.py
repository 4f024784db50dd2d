"""What rounds leave behind that were asked, ended in every way, and forgotten."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.processes import for_modules, module, run

_ROUNDS = 5_000  # 20,000 take a quarter of an hour: `python -m tests.bench.soaked 20000 FILE`
_FEW_ROUNDS = 1_000
_PATIENCE = 3_600.0
"""Seconds until rounds that do not end are given up."""

_OBJECTS = 1_000
"""Objects of the interpreter's own caches, which fill for as long as something new happens."""

_BYTES = 10 * 2**20
"""Bytes that memory may grow by, however many rounds there are: caches, and what the allocator does not give back."""


def rounds(bench: Bench) -> Iterator[Figure]:
    """Open files, threads, tasks, objects and memory that rounds add once everything has been done before."""
    count = _FEW_ROUNDS if bench.quick else _ROUNDS
    held = _soaked(bench, count)
    grown = {name: held["after"][name] - held["before"][name] for name in held["before"]}
    what = f"{count:,} rounds ended in every way, recorded, forgotten:"
    each = f"{1000 * held['seconds'] / count:.0f} ms a round"
    yield Figure(f"{what} open files", grown["files"], "more", 0, remark=f"{held['after']['files']} at the end; {each}")
    yield Figure("  threads", grown["threads"], "more", 0, remark=f"{held['after']['threads']} at the end")
    yield Figure("  tasks of the stream loop", grown["tasks"], "more", 0)
    yield Figure("  objects", grown["objects"], "more", _OBJECTS, remark=f"{held['after']['objects']:,} at the end")
    yield Figure("  memory", grown["bytes"], "bytes", _BYTES, remark=f"{grown['bytes'] / count:,.0f} B a round")


def _soaked(bench: Bench, count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "held.json")
        run(module("soaked", str(count), str(file)), for_modules(bench.environment), _PATIENCE).checked("The soak")
        held: dict[str, Any] = json.loads(file.read_text())
        return held
