"""The command that stars rounds and writes notes to them."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import diptych, sentence
from tests.store.rounds import complete, keep, round_of


@pytest.fixture(autouse=True)
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.db"
    monkeypatch.setenv("DIPTYCH_HISTORY", str(path))
    keep(path, round_of(complete(), prompt="one"), round_of(complete(), prompt="two"))


def test_a_note_is_written_shown_found_and_removed() -> None:
    assert diptych("note", "1").stdout == "Round 1 is not starred and has no note.\n"
    written = diptych("note", "last~1", " worth\x1b[31m reading ", "--star")
    assert written.stdout == "Round 1 is starred. Its note: worth␛[31m reading\n"

    listed = json.loads(diptych("history", "--json", "is:starred", "worth").stdout)
    assert (listed["id"], listed["note"], listed["starred"]) == (1, "worth\x1b[31m reading", True)
    assert "★ one  [note: worth␛[31m reading]" in diptych("history", "--list").stdout
    assert "── note ──\n★ worth" in diptych("show", "1").stdout

    assert diptych("note", "1", "").stdout == "Round 1 is starred and has no note.\n"
    assert diptych("note", "1", "--no-star").stdout == "Round 1 is not starred and has no note.\n"
    assert "note" not in json.loads(diptych("history", "--json").stdout.splitlines()[1])


def test_the_star_stays_as_it_is_when_a_note_is_written() -> None:
    diptych("note", "2", "--star")
    assert diptych("note", "2", "better").stdout == "Round 2 is starred. Its note: better\n"


@pytest.mark.parametrize("text", ["better", ""])
def test_a_note_that_is_replaced_or_removed_is_printed_on_standard_error(text: str) -> None:
    diptych("note", "2", "long\nthought\x1b[31m")

    replaced = diptych("note", "2", text)

    assert replaced.stderr == "The previous note: long\nthought␛[31m\n"
    assert "thought" not in replaced.stdout


@pytest.mark.parametrize("arguments", [("good",), ("--star",), ()])
def test_a_note_that_stays_is_not_printed_again(arguments: tuple[str, ...]) -> None:
    diptych("note", "2", "good")

    assert diptych("note", "2", *arguments).stderr == ""


def test_what_cannot_have_a_note() -> None:
    assert sentence("note", "7", "x") == "There is no round 7 in the history."
    assert sentence("note", "a.jsonl", "x") == (
        "'a.jsonl' is not an ID. Notes are kept in the history: `diptych import` adds a recording to it."
    )
    assert sentence("note", "1", "x" * 10_001) == "A note may have 10,000 characters, and this has 10,001."
    assert diptych("note", "1", f" {'x' * 10_000} ").exit_code == 0


def test_marks_that_do_not_exist() -> None:
    assert sentence("history", "--list", "is:nice") == (
        "No round can be nice: after is: comes starred, noted, voted or blind."
    )
