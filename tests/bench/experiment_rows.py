"""Rows of a large experiment: how long it takes to merge, summarize, export and delete them, and how much memory.

Run as a module it writes the folders of eight parts: the folder they are put into, the number of rows, and `recorded`
if the rounds are to be recorded as well.
"""

import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from diptych.core.content import Complete, Text
from diptych.core.endpoint import Endpoint
from diptych.core.event import Event, RequestSent
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.case import Case
from diptych.core.experiment.checks.check import CheckResult
from diptych.core.experiment.order import PlannedRound, Shard, planned_rounds
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.round import ExperimentCase, Round
from diptych.core.run import Run
from diptych.core.run_lines import Ended
from diptych.core.settings import Settings
from diptych.store.entries import Began, Item
from diptych.store.shards.shard_folder import begin_shard
from diptych.store.shards.shard_sink import ShardSink
from tests.bench.bench import COMMAND, Bench
from tests.bench.figures import Figure
from tests.bench.load import BenchError
from tests.bench.processes import for_modules, module, run

ROWS, QUICK_ROWS = 1_000_000, 20_000
_PARTS = 8
_REPEATS = 20
_PATIENCE = 900.0
_MOST_SECONDS = 300.0
_MOST_BYTES = 400 * 2**20

_RECORDED, _QUICK_RECORDED = 8_000, 800
_EVENTS = 100
"""Events of each recorded answer."""


def experiment_rows(bench: Bench) -> Iterator[Figure]:
    """Seconds and the most memory of each command, with one row for each of two models."""
    rows = QUICK_ROWS if bench.quick else ROWS
    with _written(bench, rows) as (folder, parts):
        steps = (
            ("merge", "--rows-only", *parts),
            ("show", "x1"),
            *(
                ("export", "x1", "-o", str(Path(folder, f"rows.{form}")))
                for form in ("jsonl", "csv", "parquet", "html")
            ),
            ("history", "--delete", "x1", "--yes"),
        )
        for step in steps:
            yield from _measured(bench, folder, step, rows)
    recorded = _QUICK_RECORDED if bench.quick else _RECORDED
    with _written(bench, recorded, "recorded") as (folder, parts):
        yield from _measured(bench, folder, ("merge", *parts), recorded, f" with recordings of {_EVENTS} events each")


@contextmanager
def _written(bench: Bench, rows: int, *more: str) -> Iterator[tuple[str, list[str]]]:
    """Write all parts; give the folder in which they are, and their paths."""
    with tempfile.TemporaryDirectory() as folder:
        command = module("experiment_rows", folder, str(rows), *more)
        run(command, for_modules(bench.environment), _PATIENCE).checked("The writing")
        yield folder, [str(Path(folder, f"part{number}")) for number in range(1, _PARTS + 1)]


def _measured(bench: Bench, folder: str, words: Sequence[str], rows: int, which: str = "") -> Iterator[Figure]:
    """Run a command with a history in the folder; give its seconds, and the most memory that it took."""
    command = [COMMAND, *words, "--history", str(Path(folder, "history.db"))]
    ended = run(command, bench.environment, _PATIENCE).checked(f"diptych {words[0]}")
    named = [Path(word).name for word in words if not word.startswith(f"{folder}/part")]
    remark = f"{ended.cpu:.1f} s of CPU, {1e6 * ended.cpu / rows:.0f} µs a row"
    yield Figure(f"{rows:,} rows{which}, diptych {' '.join(named)}", ended.wall, "s", _MOST_SECONDS, remark=remark)
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


def write_parts(folder: Path, rows: int, *, recorded: bool) -> None:
    """Write the folders of all parts, with rows as they come from real answers."""
    plan = large_plan(rows)
    chance = random.Random(1)
    for number in range(1, _PARTS + 1):
        shard = Shard(number, _PARTS)
        part = begin_shard(folder / f"part{number}", plan, Limits(), shard)
        with closing(ShardSink(part)) as sink:
            for place, planned in enumerate(planned_rounds(plan, shard), 1):
                if recorded:
                    sink.write(_recorded(plan, planned))
                sink.add_rows(_row(planned, place, label, shard, part.digest, chance) for label in planned.labels)


def _recorded(plan: Plan, planned: PlannedRound) -> list[Item]:
    """Return all that a recorder is told of a round."""
    runs = []
    items: list[Item] = []
    for label in planned.labels:
        run = Run(label, Request(plan.models[label], planned.case.messages), 0.0)
        run.begin_attempt(0.0)
        run.note(RequestSent(0.0, "POST", "http://127.0.0.1", (), b"{}"))
        for number in range(1, _EVENTS):
            data = json.dumps({"choices": [{"index": 0, "delta": {"content": f"word{number} "}}], "id": "chatcmpl-1"})
            run.add(Event(number / 100, number, "chunk", data.encode(), (Text(f"word{number} "),)))
        run.add(Event(_EVENTS / 100, _EVENTS, "[DONE]", b"[DONE]", (Complete(),)))
        run.complete()
        runs.append(run)
        items += [*((run, line) for line in run.lines), Ended(run)]
    case = ExperimentCase(None, planned.case.id, planned.repeat)
    round_ = Round(planned.case.prompt, 0.0, runs, 1_795_584_840.0 + planned.number, case)
    return [Began(1, round_, tuple(runs)), *items]


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
    write_parts(Path(sys.argv[1]), int(sys.argv[2]), recorded="recorded" in sys.argv)
