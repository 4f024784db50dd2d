"""Experiments on the command line: listed as one line each, shown with their figures, and deleted."""

import json
from pathlib import Path

import pytest

from diptych.store.history import History
from tests.cli.test_commands import diptych, sentence
from tests.store.experiments import asked, begun, keep_rated, plan_of, round_of_case
from tests.store.rounds import complete, failed, found, keep, round_of


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "history.db"
    monkeypatch.setenv("DIPTYCH_HISTORY", str(path))
    return path


def listed(*words: str) -> list[str | int]:
    return [json.loads(line)["id"] for line in diptych("history", "--json", *words).stdout.splitlines()]


def test_an_experiment_is_one_line_of_the_history(history: Path) -> None:
    keep(history, round_of(complete(), prompt="alone"))
    asked(history, plan_of("one", "two", repeats=3))

    experiment, alone = diptych("history", "--list").stdout.splitlines()
    assert experiment.split()[0] == "x1"
    assert "here:some-model  2 cases × 3 repeats  12 of 12 answers  one" in experiment
    assert "alone" in alone
    assert listed() == ["x1", 1]
    assert listed("-n", "1") == ["x1"]
    assert listed("x1") == [7, 6, 5, 4, 3, 2]
    assert listed("x1", "two", "-n", "1") == [7]
    assert listed("one") == [6, 4, 2]
    assert "[x1: two, repeat 3]" in diptych("history", "--list", "x1").stdout.splitlines()[0]
    (line,) = diptych("history", "--json", "x1", "-n", "1").stdout.splitlines()
    assert json.loads(line)["experiment"] == {"id": 1, "case": "two", "repeat": 3}


def test_an_experiment_as_an_object(history: Path) -> None:
    number = begun(history, plan_of("a", "b"))
    paid = complete()
    paid.cost_usd = "0.5"
    keep_rated(history, round_of_case(number, "a", 1, paid, failed("right")))

    (line,) = diptych("history", "--json").stdout.splitlines()
    whole = json.loads(line)
    assert float(whole.pop("cost_usd")) == 0.5
    assert whole == {
        "id": "x1",
        "date": "2026-11-25T05:34:00.250Z",
        "prompt": "a",
        "cases": 2,
        "repeats": 1,
        "models": {"left": "here:some-model", "right": "here:some-model"},
        "answers": 4,
        "done": 2,
        "failed": 1,
    }


def test_show_prints_what_an_experiment_found(history: Path) -> None:
    asked(history, plan_of("one", "two", repeats=3))
    shown = diptych("show", "x1")

    assert shown.exit_code == 0
    assert shown.stdout.startswith("x1  ")
    assert "6 answers · 6 complete" in shown.stdout
    assert "left" in shown.stdout
    assert shown.stderr == ""
    assert diptych("show", "xlast").stdout == shown.stdout


def test_show_says_what_is_missing_or_damaged(history: Path) -> None:
    import sqlite3

    number = begun(history, plan_of("a", "b"))
    keep_rated(history, round_of_case(number, "a", 1))
    assert "2 answers are missing: `diptych run --resume x1` asks for what is missing." in diptych("show", "x1").stderr
    connection = sqlite3.connect(history)
    connection.execute("UPDATE answers SET row = '' WHERE label = 'left'")
    connection.commit()
    connection.close()
    assert "1 row could not be read, and is left out." in diptych("show", "x1").stderr


def test_what_is_about_rounds_says_so(history: Path) -> None:
    asked(history, plan_of("a"))
    for command in ("replay", "diff"):
        assert "x1 is an experiment: `diptych show x1` prints its figures" in sentence(command, "x1")
    assert "--curl needs a single round: `diptych history x1` lists the IDs" in sentence("show", "x1", "--curl", "left")
    assert "There is no experiment x7 in the history." in sentence("show", "x7")


def test_a_file_may_be_called_like_an_experiment(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(history, round_of(complete()))
    monkeypatch.chdir(tmp_path)
    assert diptych("export", "1", "-o", "x1", "--format", "jsonl").exit_code == 0
    assert "Hello there" in diptych("show", "x1").stdout


def test_an_experiment_is_deleted_with_its_rounds(history: Path) -> None:
    keep(history, round_of(complete(), prompt="alone"))
    asked(history, plan_of("one", "two"))
    assert "Delete experiment x1 with 4 answers and all of its rounds? Add --yes" in sentence(
        "history", "--delete", "x1"
    )
    assert listed() == ["x1", 1]

    assert diptych("history", "--delete", "x1", "--yes").stdout == "Deleted experiment x1.\n"
    assert listed() == [1]
    assert found(History(history), "one") == []
    assert diptych("history", "--delete", "1", "-y").stdout == "Deleted round 1.\n"
    assert "There is no experiment x1" in sentence("history", "--delete", "x1", "-y")


def test_experiments_are_completed(history: Path) -> None:
    from click.shell_completion import ShellComplete

    from diptych.cli.commands import main

    asked(history, plan_of("a"))

    def completed(*words: str) -> list[str]:
        found = ShellComplete(main, {}, "diptych", "_DIPTYCH_COMPLETE").get_completions(list(words[:-1]), words[-1])
        return [item.value for item in found if item.type == "plain"]

    assert completed("show", "x") == ["xlast", "x1"]
    assert completed("history", "--delete", "x") == ["xlast", "x1"]
    assert completed("replay", "x") == []


def test_an_export_to_a_file_of_no_format_is_refused(history: Path, tmp_path: Path) -> None:
    asked(history, plan_of("one"))

    file = tmp_path / "rows.pdf"
    assert sentence("export", "x1", "-o", str(file)) == (
        f"{file} does not end in the name of a format. "
        "Choose one with --format: html, md, json, jsonl, csv, parquet, har."
    )
    assert not file.exists()
