"""Parts that were asked apart become one experiment: whole, once, and as it would have been on one machine."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from diptych.codec.plan_object import plan_digest
from diptych.codec.run_row import row_line
from diptych.core.exchange import exchanges
from diptych.core.experiment.order import Shard, planned_rounds
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.timed_body import timed_body
from diptych.replay.folding import fold
from diptych.store.entries import RowAdded
from diptych.store.errors import StoreError
from diptych.store.history import History
from diptych.store.shards.found_answers import FoundAnswers
from diptych.store.shards.merging import begin_merged, merge, refuse_other_answers
from diptych.store.shards.shard_folder import ShardFolder, begin_shard
from diptych.store.shards.shard_sink import ShardSink
from tests.report.exports import whole_object
from tests.store.experiments import plan_of, round_of_case, row_of
from tests.store.rounds import (
    DATE,
    ODD_PIECES,
    all_of,
    complete,
    failed,
    found,
    in_odd_pieces,
    items,
    of_older_version,
    stopped,
    streaming,
)

PLAN = plan_of("a", "b", "c", repeats=2)


def write(folder: ShardFolder, *rounds: Round) -> ShardFolder:
    with closing(ShardSink(folder)) as sink:
        for round_ in rounds:
            added = (
                RowAdded(round_, run, row_of(round_, run, folder.digest)) for run in round_.all_takes() if run.ended
            )
            sink.write([*items(round_), *added])
    return folder


def part(tmp_path: Path, number: int, count: int = 2, plan: Plan = PLAN) -> ShardFolder:
    """A folder with a whole part."""
    shard = Shard(number, count)
    folder = begin_shard(tmp_path / f"part{number}", plan, Limits(), shard)
    return write(folder, *(round_of_case(None, each.case.id, each.repeat) for each in planned_rounds(plan, shard)))


def empty(tmp_path: Path, name: str = "odd", plan: Plan = PLAN) -> ShardFolder:
    return begin_shard(tmp_path / name, plan, Limits(), Shard(1, 1))


def one(case: str, repeat: int, *runs: Run) -> Round:
    return round_of_case(None, case, repeat, *runs)


def merged(tmp_path: Path, folders: Iterable[ShardFolder], *, rows_only: bool = False) -> History:
    history = History(tmp_path / "history.db")
    answers = FoundAnswers(list(folders))
    number = history.merged_experiment(answers.digest)
    if number is None:
        number = begin_merged(history, answers)
    else:
        refuse_other_answers(history, number, answers)
    merge(history, number, answers, None if rows_only else fold)
    return history


def states(history: History, number: int = 1) -> list[tuple[str, int, str, str, bool]]:
    rows = history.rows(history.experiment(f"x{number}"))
    return [(row.case, row.repeat, row.label, row.state, row.round is not None) for row in rows]


def test_parts_become_one_experiment_whose_rounds_can_be_opened(tmp_path: Path) -> None:
    history = merged(tmp_path, [part(tmp_path, 2), part(tmp_path, 1)])
    experiment = history.experiment("xlast")

    assert (experiment.plan, experiment.digest) == (PLAN, plan_digest(PLAN))
    assert len(history.answered(experiment)) == PLAN.answers
    rows = list(history.rows(experiment))
    assert [(row.case, row.repeat, row.label) for row in rows][:4] == [
        *(("a", 1, "left"), ("a", 1, "right"), ("b", 1, "left"), ("b", 1, "right"))
    ]
    assert {row.host for row in rows} == {"host-1"}
    for row in rows:
        assert row.experiment == 1
        recording = history.open(row.round or 0)
        assert recording.experiment_case is not None
        assert (recording.experiment_case.case, recording.experiment_case.repeat) == (row.case, row.repeat)
        assert all_of(recording) == whole_object(one(row.case, row.repeat))
    assert found(history, experiment=1) == [6, 5, 4, 3, 2, 1]
    assert found(history, "hello", experiment=1) == [6, 5, 4, 3, 2, 1]


def test_the_bytes_of_bodies_are_merged(tmp_path: Path) -> None:
    asked = one("a", 1, in_odd_pieces(), of_older_version("right"))
    history = merged(tmp_path, [write(empty(tmp_path), asked)])

    left, right = history.open(1).runs
    (exchange,) = exchanges(left)
    assert tuple(timed_body(exchange, "openai-chat", keeps_bytes=left.keeps_bytes)) == ODD_PIECES
    assert not right.keeps_bytes


def test_a_merge_can_be_repeated_and_completed(tmp_path: Path) -> None:
    first, second = part(tmp_path, 1), part(tmp_path, 2)
    history = merged(tmp_path, [first])
    before = states(history)
    merged(tmp_path, [first])
    assert states(history) == before
    assert len(found(history, experiment=1)) == 3

    merged(tmp_path, [first, second])
    merged(tmp_path, [second])
    assert len(states(history)) == PLAN.answers
    assert len(found(history, experiment=1)) == 6
    assert [each.number for each in history.experiments()] == [1]


def test_rows_alone_are_merged_and_get_their_rounds_later(tmp_path: Path) -> None:
    folders = [part(tmp_path, 1), part(tmp_path, 2)]
    history = merged(tmp_path, folders, rows_only=True)
    assert [is_recorded for *_, is_recorded in states(history)] == [False] * PLAN.answers
    assert found(history, experiment=1) == []

    merged(tmp_path, folders)
    assert [is_recorded for *_, is_recorded in states(history)] == [True] * PLAN.answers


def test_many_rounds_are_put_in_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.store.shards.merging._LINES_AT_ONCE", 10)
    monkeypatch.setattr("diptych.store.shards.merging._ROWS_AT_ONCE", 2)
    history = merged(tmp_path, [part(tmp_path, 1, 1)])

    assert len(states(history)) == PLAN.answers
    assert len(found(history, experiment=1)) == 6


def test_what_was_asked_again_counts_once(tmp_path: Path) -> None:
    rounds = [
        one("a", 1, stopped(), failed("right")),
        one("a", 1, failed(), complete("right")),
        one("a", 1, complete(), stopped("right")),
    ]
    for number, round_ in enumerate(rounds):
        round_.date = DATE + number
    folder = write(empty(tmp_path), *rounds)
    history = merged(tmp_path, [folder])

    assert states(history) == [("a", 1, "left", "complete", True), ("a", 1, "right", "complete", True)]
    assert found(history, experiment=1) == [2, 1]


def test_another_machine_may_ask_what_was_stopped(tmp_path: Path) -> None:
    one_machine = write(empty(tmp_path, "one"), one("a", 1, stopped(), complete("right")))
    another = write(empty(tmp_path, "other"), one("a", 1, complete(), stopped("right")))

    for folders in ([one_machine, another], [another, one_machine]):
        (tmp_path / "history.db").unlink(missing_ok=True)
        history = merged(tmp_path, folders)
        assert [state for _, _, _, state, _ in states(history)] == ["complete", "complete"]


def test_what_was_asked_here_meanwhile_stays(tmp_path: Path) -> None:
    folder = write(empty(tmp_path), one("a", 1, failed(), complete("right")))
    history = merged(tmp_path, [folder])
    here = one("a", 1, complete())
    history.add_rows([msgspec.structs.replace(row_of(here, here.runs["left"]), experiment=1)])

    merged(tmp_path, [folder])
    assert [(state, is_recorded) for _, _, _, state, is_recorded in states(history)] == [
        ("complete", False),
        ("complete", True),
    ]


# What is refused


def test_an_answer_that_is_there_twice(tmp_path: Path) -> None:
    folder = part(tmp_path, 1)
    again = write(empty(tmp_path), one("b", 1), one("c", 1, complete(), failed("right")))
    with pytest.raises(StoreError) as error:
        FoundAnswers([folder, again])

    where = f"{folder.rows_file}, line 3,"
    what = f"{again.rows_file}, line 3, has the answer of left to c, repeat 1 again"
    assert str(error.value) == f"{what}: {where} has it already. Nothing was merged."
    twice = write(empty(tmp_path, "twice"), one("a", 1), one("a", 1))
    with pytest.raises(StoreError, match=rf"line 3, has the answer of left .*: {twice.rows_file}, line 1, has it alr"):
        FoundAnswers([twice])
    once_failed = write(empty(tmp_path, "failed"), one("a", 1, failed(), failed("right")))
    with pytest.raises(StoreError, match=r"line 1, has the answer of left to a, repeat 1 again: .*part1.*line 1, has"):
        FoundAnswers([folder, once_failed])


def test_a_row_of_another_plan_or_of_nothing_that_is_asked(tmp_path: Path) -> None:
    folder = part(tmp_path, 1)
    row = next(folder.rows())
    written = folder.rows_file.read_text()
    for changed, what in (
        ({"plan": None}, "is a row of another plan"),
        ({"plan": "0" * 16}, "is a row of another plan"),
        ({"case": "z"}, "is the answer of left to z, repeat 1, for which the plan does not ask"),
        ({"repeat": 3}, "is the answer of left to a, repeat 3, for which the plan does not ask"),
        ({"label": "middle"}, "is the answer of middle to a, repeat 1, for which the plan does not ask"),
    ):
        folder.rows_file.write_text(f"{written}{row_line(msgspec.structs.replace(row, **changed))}\n")
        with pytest.raises(StoreError, match=rf"rows\.jsonl, line 7, {what}\. Nothing was merged\.$"):
            FoundAnswers([folder])


def test_folders_of_different_plans(tmp_path: Path) -> None:
    other = empty(tmp_path, "other", plan_of("a"))
    with pytest.raises(StoreError, match=r"other holds another plan than .*part1: merge one experiment at a time\.$"):
        FoundAnswers([part(tmp_path, 1), other])


def test_another_answer_in_the_history(tmp_path: Path) -> None:
    merged(tmp_path, [part(tmp_path, 1)])
    again = write(empty(tmp_path), one("b", 1), one("c", 1, complete(text="Something else")))
    sentence = r"line 3, has the answer of left to c, repeat 1, of which x1 has another one\. Nothing was merged: use"
    with pytest.raises(StoreError, match=sentence):
        merged(tmp_path, [again])
    assert len(states(History(tmp_path / "history.db"))) == 6


def test_a_damaged_row_of_the_history_is_replaced(tmp_path: Path) -> None:
    folder = part(tmp_path, 1)
    history = merged(tmp_path, [folder])
    with closing(sqlite3.connect(history.path, isolation_level=None)) as connection:
        connection.execute("UPDATE answers SET row = '{'")
    merged(tmp_path, [folder])

    assert len(states(history)) == 6


def test_rows_that_come_during_the_merge_are_left_to_the_next_one(tmp_path: Path) -> None:
    folder = write(empty(tmp_path), one("a", 1))
    answers = FoundAnswers([folder])
    write(folder, one("b", 1), one("z", 1))

    assert [(row.case, row.label) for _, row in answers.rows(folder)] == [("a", "left"), ("a", "right")]


def test_rows_of_an_answer_that_was_cut_off_or_has_no_date(tmp_path: Path) -> None:
    folder = empty(tmp_path)
    killed = one("a", 1, complete(), streaming("right"))
    row = row_of(killed, killed.runs["left"], folder.digest)
    rows = [msgspec.structs.replace(row, round=1, began="yesterday"), msgspec.structs.replace(row, case="b", round=9)]
    with closing(ShardSink(folder)) as sink:
        sink.write(items(killed))
        sink.add_rows(rows)
    history = merged(tmp_path, [folder])

    assert history.experiment("x1").date is None
    assert states(history) == [("a", 1, "left", "complete", True), ("b", 1, "left", "complete", False)]
    assert [run.state for run in fold(history.open(1)).runs.values()] == ["complete", "cut"]
