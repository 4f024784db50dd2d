"""The folder of `diptych run --out`: the plan, the rows and the recordings of a part of an experiment.

- `plan.json` has the plan and says which part of it the folder holds.
- `rows.jsonl` has one row per line. A later row of an answer replaces an earlier one.
- `rounds-1.jsonl`, `rounds-2.jsonl` and so on have the recordings, one file for each time that the part was run.

Every file can be cut off anywhere: what is left of its last line is ignored.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from diptych import __version__
from diptych.codec.checked_fields import object_at, text
from diptych.codec.plan_object import limits_object, plan_digest, plan_object, read_limits, read_plan
from diptych.core.experiment.answer_row import AnswerKey, AnswerRow
from diptych.core.experiment.answered import Answered
from diptych.core.experiment.order import Shard
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.json_text import parse_object, to_json
from diptych.core.recording import Recording
from diptych.store.errors import StoreError
from diptych.store.experiment_spending import MostOfAnswer
from diptych.store.private import create_file, make_folder
from diptych.store.shards.shard_rounds import read_rounds
from diptych.store.shards.shard_rows import numbered_rows

_PLAN, _ROWS = "plan.json", "rows.jsonl"
_SHARD = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})")
_ROUNDS = re.compile(r"rounds-([1-9][0-9]{0,8})\.jsonl")


@dataclass(frozen=True, slots=True)
class ShardFolder:
    """A part of an experiment in a folder. Methods raise `StoreError` where it cannot be read or is damaged."""

    path: Path
    plan: Plan
    limits: Limits
    shard: Shard
    digest: str

    @property
    def rows_file(self) -> Path:
        """The path of the file with the rows."""
        return self.path / _ROWS

    @property
    def round_files(self) -> list[Path]:
        """The paths of the files with recordings, in the order in which they were written."""
        numbered = ((int(match[1]), path) for path in self.path.iterdir() if (match := _ROUNDS.fullmatch(path.name)))
        return [path for _, path in sorted(numbered)]

    def new_round_file(self) -> Path:
        """Return the path of the next file with recordings."""
        files = self.round_files
        last = int(files[-1].stem.removeprefix("rounds-")) if files else 0
        return self.path / f"rounds-{last + 1}.jsonl"

    def rows(self) -> Iterator[AnswerRow]:
        """Yield all rows in the order in which they were written, also those that a later one replaces."""
        return (row for _, row in numbered_rows(self.rows_file))

    def answered(self, *, retry_failed: bool = False) -> Answered:
        """Return the answers that are there; with `retry_failed`, without those that failed or were cut."""
        answered = Answered(self.plan)
        for row in self.rows():
            if row.state == "complete" or (row.is_settled and not retry_failed):
                with suppress(LookupError):  # `diptych merge` refuses such a row
                    answered.add(row.key)
        return answered

    def spent(self, most: MostOfAnswer) -> Decimal:
        """Return what the part has cost at most, in US dollars.

        An answer whose cost is not known, and a recorded one without a row, count as the most they may have cost,
        unless the server refused the request.
        """
        spent, with_rows = Decimal(), set[tuple[AnswerKey, int | None]]()
        for row in self.rows():
            with_rows.add((row.key, row.round))
            if row.cost_usd is not None and row.state in ("complete", "failed"):
                spent += Decimal(row.cost_usd)
            elif row.response_id is not None or ((row.error or {}).get("status") or 0) < 400:
                spent += most(row.case, row.label)
        recorded = (
            ((case.case, case.repeat, run.label), recording.number)
            for recording in self.recordings()
            for run in recording.runs
            if (case := recording.experiment_case)
        )
        return spent + sum(
            (most(key[0], key[2]) for key, number in recorded if (key, number) not in with_rows), Decimal()
        )

    def without_rows(self) -> Iterator[tuple[Recording, list[str]]]:
        """Yield the rounds that have answers which ended but have no row, with the labels of these answers.

        Their program was killed before the answers were checked. The number of a recording is that of its rows.
        """
        with_rows = Answered(self.plan)
        for row in self.rows():
            with suppress(LookupError):
                with_rows.add(row.key)
        for recording in self.recordings():
            case = recording.experiment_case
            ended = [run.label for run in recording.runs if run.ended]
            with suppress(LookupError):  # a round that only warmed up
                if case and (labels := [each for each in ended if (case.case, case.repeat, each) not in with_rows]):
                    yield recording, labels

    def recordings(self) -> Iterator[Recording]:
        """Yield the recorded rounds, each with the number that its rows refer to."""
        for path in self.round_files:
            for number, recording in read_rounds(path):
                yield replace(recording, number=number)


def begin_shard(path: Path, plan: Plan, limits: Limits, shard: Shard) -> ShardFolder:
    """Make the folder of a part of an experiment, or open the one that is there to go on with it.

    Raises `StoreError` if it cannot be made, or holds another plan or another part.
    """
    try:
        make_folder(path)
        if (path / _PLAN).exists():
            return _the_same(read_shard(path), plan, shard)
        if (path / _ROWS).exists():
            raise StoreError(f"{path} holds rows without their plan.json: choose another folder.")
        digest = plan_digest(plan)
        whole = {
            "plan": plan_object(plan),
            "digest": digest,
            "limits": limits_object(limits),
            "app": __version__,
            "shard": f"{shard.number}/{shard.count}",
        }
        _write_plan(path / _PLAN, to_json(whole))
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}.") from None
    return ShardFolder(path, plan, limits, shard, digest)


def read_shard(path: Path) -> ShardFolder:
    """Open the folder of a part of an experiment. Raises `StoreError`."""
    try:
        whole = parse_object((path / _PLAN).read_bytes())
        match = _SHARD.fullmatch(text(whole, "shard"))
        if match is None:
            raise ValueError("does not say which part of the plan it is")
        plan, limits = read_plan(object_at(whole, "plan")), read_limits(object_at(whole, "limits"))
        return ShardFolder(path, plan, limits, Shard(int(match[1]), int(match[2])), text(whole, "digest"))
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(f"{path} was not written by `diptych run --out`: it has no {_PLAN}.") from None
    except OSError as error:
        raise StoreError(f"{path / _PLAN} cannot be read: {error.strerror or error}.") from None
    except ValueError as error:
        raise StoreError(f"{path / _PLAN} is damaged: it {error}.") from None


def read_shards(paths: Iterable[Path]) -> Sequence[ShardFolder]:
    """Open the folders of several parts. Those of one plan share it in memory. Raises `StoreError`."""
    folders: list[ShardFolder] = []
    for path in paths:
        folder = read_shard(path)
        same = next((known.plan for known in folders if known.digest == folder.digest), folder.plan)
        folders.append(replace(folder, plan=same))
    return folders


def _the_same(found: ShardFolder, plan: Plan, shard: Shard) -> ShardFolder:
    if found.digest != plan_digest(plan):
        raise StoreError(f"{found.path} holds another plan: choose another folder, or ask as before.")
    if found.shard != shard:
        part = f"{found.shard.number}/{found.shard.count}"
        raise StoreError(f"{found.path} holds part {part}: choose another folder, or ask that part.")
    return found


def _write_plan(path: Path, content: str) -> None:
    """Write the plan, whole or not at all."""
    written = path.with_suffix(".tmp")
    written.unlink(missing_ok=True)
    with open(create_file(written), "w", encoding="ascii") as file:
        file.write(content + "\n")
    written.replace(path)
