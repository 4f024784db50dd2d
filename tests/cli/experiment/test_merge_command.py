"""`diptych merge`: what it prints of parts that were asked apart, and what it refuses."""

from pathlib import Path

import pytest

from diptych.core.experiment.order import Shard
from diptych.core.experiment.plan import Limits
from diptych.store.history import History
from diptych.store.shards.shard_folder import begin_shard
from tests.cli.test_commands import diptych, sentence
from tests.store.experiments import asked, plan_of
from tests.store.shards.test_merging import PLAN, empty, one, part, write


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    path = tmp_path / "history.db"
    monkeypatch.setenv("DIPTYCH_HISTORY", str(path))
    return History(path)


def test_parts_become_an_experiment(tmp_path: Path, history: History) -> None:
    folders = [str(part(tmp_path, number, 3).path) for number in (1, 2, 3)]
    merged = diptych("merge", *folders)

    assert (merged.exit_code, merged.stderr) == (0, "")
    assert merged.stdout == "Merged 12 answers of 3 folders into experiment x1.\n"
    assert "Hello there" in diptych("show", "1").stdout
    assert "6 answers · 6 complete" in diptych("show", "x1").stdout


def test_what_is_missing_is_named(tmp_path: Path, history: History) -> None:
    first = part(tmp_path, 1, 3)
    second = write(begin_shard(tmp_path / "part2", PLAN, Limits(), Shard(2, 3)), one("b", 1))
    merged = diptych("merge", str(first.path), str(second.path))

    assert merged.exit_code == 1
    assert merged.stdout.splitlines() == [
        "Merged 6 answers of 2 folders into experiment x1.",
        "6 of 12 answers are missing:",
        "  c, repeat 1: left, right",
        "  b, repeat 2: left, right",
        "  c, repeat 2: right, left",
        "There is no folder of 3/3.",
        f"Not whole: {second.path}.",
        "Run these parts with the same --out folder, and merge again.",
        "To ask from here instead: diptych run --resume x1",
    ]
    third = part(tmp_path, 3, 3)
    again = diptych("merge", str(third.path)).stdout.splitlines()
    assert again[1] == "2 of 12 answers are missing:"


def test_of_many_missing_rounds_some_are_named(tmp_path: Path, history: History) -> None:
    plan = plan_of(*map(str, range(30)))
    folder = write(begin_shard(tmp_path / "part", plan, Limits(), Shard(1, 1)), one("0", 1))
    lines = diptych("merge", str(folder.path)).stdout.splitlines()

    assert lines[1] == "58 of 60 answers are missing:"
    assert lines[11:] == [
        "  10, repeat 1: left, right",
        "  and 19 more rounds",
        "To ask from here instead: diptych run --resume x1",
    ]


def test_an_experiment_can_be_chosen(tmp_path: Path, history: History) -> None:
    folder = str(part(tmp_path, 1, 1).path)
    asked(history.path, plan_of("a"))
    assert "into experiment x2" in diptych("merge", folder).stdout
    assert "into experiment x2" in diptych("merge", folder).stdout
    assert "into experiment x3" in diptych("merge", folder, "--into", "new", "--rows-only").stdout
    assert "into experiment x2" in diptych("merge", folder, "--into", "x2").stdout

    assert "x1 has another plan than these folders. Nothing was merged." in sentence("merge", folder, "--into", "x1")
    assert "There is no experiment x9 in the history." in sentence("merge", folder, "--into", "x9")
    assert "'2' is not an experiment" in sentence("merge", folder, "--into", "2")
    rows = history.rows(history.experiment("x3"))
    assert {row.round for row in rows} == {None}


def test_what_cannot_be_merged(tmp_path: Path, history: History) -> None:
    folder = str(part(tmp_path, 1).path)
    assert f"{folder} was given twice." in sentence("merge", folder, f"{folder}/.")
    assert "was not written by `diptych run --out`" in sentence("merge", str(tmp_path))
    twice = write(empty(tmp_path), one("a", 1))
    assert "has it already. Nothing was merged." in sentence("merge", folder, str(twice.path))
    assert not history.path.exists()
