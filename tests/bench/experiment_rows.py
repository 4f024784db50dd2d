"""Rows of a large experiment: how long it takes to merge, summarize, export and delete them, and how much memory.

Run as a module it writes the folders of eight parts: the folder they are put into, and the number of rows.
"""

import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from diptych.codec.run_row import row_line
from diptych.core.endpoint import Endpoint
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.case import Case
from diptych.core.experiment.checks import CheckResult
from diptych.core.experiment.order import PlannedRound, Shard, planned_rounds
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.message import Message
from diptych.core.settings import Settings
from diptych.store.shards.shard_folder import begin_shard
from tests.bench.bench import COMMAND, Bench
from tests.bench.figures import Figure
from tests.bench.load import BenchError
from tests.bench.processes import Ended, for_modules, module, run

ROWS, QUICK_ROWS = 1_000_000, 20_000
_PARTS = 8
_REPEATS = 20
_MOST_SECONDS = 180.0
_MOST_BYTES = 400 * 2**20

_STEPS = {
    "merge": ("merge", "--rows-only"),
    "show": ("show", "x1"),
    "export csv": ("export", "x1", "--force", "--format", "csv", "-o"),
    "export parquet": ("export", "x1", "--force", "--format", "parquet", "-o"),
    "export html": ("export", "x1", "--force", "--format", "html", "-o"),
    "delete": ("history", "--delete", "x1", "--yes"),
}


def experiment_rows(bench: Bench) -> Iterator[Figure]:
    """Seconds and the most memory of each command, with one row for each of two models."""
    rows = QUICK_ROWS if bench.quick else ROWS
    with tempfile.TemporaryDirectory() as folder:
        run(module("experiment_rows", folder, str(rows)), for_modules(bench.environment), 900).checked("The writing")
        parts = [str(Path(folder, f"part{number}")) for number in range(1, _PARTS + 1)]
        history = ("--history", str(Path(folder, "history.db")))
        for name, words in _STEPS.items():
            more = parts if name == "merge" else [folder] if name.startswith("export") else []
            ended = run([COMMAND, *words, *more, *history], bench.environment, 900).checked(f"diptych {name}")
            yield from _figures(f"{rows:,} rows, diptych {' '.join(words)}", ended, rows)


def _figures(what: str, ended: Ended, rows: int) -> Iterator[Figure]:
    yield Figure(what, ended.wall, "s", _MOST_SECONDS, remark=f"{1e6 * ended.wall / rows:.0f} µs a row")
    yield Figure("  the most memory of its process", ended.most_memory, "bytes", _MOST_BYTES)


def large_plan(rows: int) -> Plan:
    """Return a plan that asks two models for this many answers."""
    endpoint = Endpoint("local", "openai-chat", "", "")
    models = {f"local:{name}": Settings(endpoint, name) for name in ("a", "b")}
    cases = rows // len(models) // _REPEATS
    if cases * len(models) * _REPEATS != rows:
        raise BenchError(f"The number of rows must be a multiple of {len(models) * _REPEATS}.")
    prompts = ((f"case-{number}", f"Question {number}: why?") for number in range(cases))
    return Plan(tuple(Case(id, (Message.of_text("user", prompt),)) for id, prompt in prompts), models, _REPEATS)  # noqa: A001


def write_parts(folder: Path, rows: int) -> None:
    """Write the folders of all parts, with rows as they come from real answers."""
    plan = large_plan(rows)
    chance = random.Random(1)
    for number in range(1, _PARTS + 1):
        shard = Shard(number, _PARTS)
        part = begin_shard(folder / f"part{number}", plan, Limits(), shard)
        with part.rows_file.open("x") as file:
            for place, planned in enumerate(planned_rounds(plan, shard), 1):
                for label in planned.labels:
                    file.write(row_line(_row(planned, place, label, shard, part.digest, chance)) + "\n")


def _row(planned: PlannedRound, place: int, label: str, shard: Shard, digest: str, chance: random.Random) -> AnswerRow:
    first = chance.lognormvariate(-1, 0.5)
    tokens = chance.randint(20, 400)
    total = first + tokens / 80
    return AnswerRow(
        round=place,
        case=planned.case.id,
        repeat=planned.repeat,
        label=label,
        endpoint="local",
        model=label.partition(":")[2],
        response_id=f"chatcmpl-{chance.getrandbits(96):024x}",
        request_id=f"req_{chance.getrandbits(96):024x}",
        state="failed" if chance.random() < 0.001 else "complete",
        stop_reason="stop",
        connect=0.0,
        headers=round(first * 0.9, 6),
        first_event=round(first, 6),
        first_token=round(first, 6),
        first_answer=round(first, 6),
        last_token=round(total, 6),
        end=round(total + 0.001, 6),
        input_tokens=30,
        output_tokens=tokens,
        tokens_per_second=80.0,
        cost_usd=f"0.{tokens:06}",
        checks=(CheckResult("contains why", passed=True),),
        clock="kernel",
        answer=f"{chance.getrandbits(64):016x}",
        characters=4 * tokens,
        began="2026-11-26T10:00:00.000Z",
        host=f"worker-{shard.number}",
        region="eu-central",
        versions={"diptych": "0.1.0", "python": "3.11.7", "openai": "3.57.0", "httpx2": "2.16.2"},
        plan=digest,
        shard=f"{shard.number}/{shard.count}",
    )


if __name__ == "__main__":
    write_parts(Path(sys.argv[1]), int(sys.argv[2]))
