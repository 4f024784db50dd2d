"""Votes on the command line, and what it says of rounds that are hidden until then."""

import json
import re
from pathlib import Path

import pytest

from diptych.core.blind import Blind
from diptych.core.round import Round
from tests.cli.test_commands import diptych, sentence
from tests.report.exports import render
from tests.store.rounds import BEGAN, DATE, complete, failed, keep, round_of

TELLING = re.compile(r"\bhere\b|secret-one|secret-two|req_1|chatcmpl|\d\.\d\d ?s|tok/s|\$\d|models\.test|some-model")
"""What only the sides of the hidden rounds of these tests have."""


def hidden_round(prompt: str = "Say hello") -> Round:
    runs = (complete("left", "Hello one", model="secret-one"), complete("right", "Hello two", model="secret-two"))
    return Round(prompt, BEGAN, runs, DATE, blind=Blind(7, ("right", "left")))


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Round 1 is blind, round 2 in the open, and round 3 failed blind."""
    path = tmp_path / "history.db"
    monkeypatch.setenv("DIPTYCH_HISTORY", str(path))
    open_round = Round("Say bye", BEGAN, (complete("left", model="m1"), complete("right", model="m2")), DATE)
    lost = Round("Say no", BEGAN, (failed("left"), failed("right")), DATE, blind=Blind(9, ("left", "right")))
    keep(path, hidden_round(), open_round, lost)
    return path


@pytest.mark.parametrize(
    "command",
    [
        ("show", "1"),
        ("show", "3"),
        ("export", "1"),
        *(("export", "1", "--format", form) for form in ("json", "md", "html", "jsonl")),
        ("replay", "1"),
        ("diff", "1"),
        ("diff", "1", "2"),
        ("history", "--list"),
        ("history", "--list", "state:failed"),
        ("history", "--list", "hello"),
        ("history", "--json"),
        ("votes",),
        ("votes", "--json"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("history")
def test_no_command_gives_a_hidden_round_away(command: tuple[str, ...]) -> None:
    result = diptych(*command)

    printed = result.stdout + result.stderr
    lines = (line for line in printed.splitlines() if "Say bye" not in line)
    assert not [line for line in lines if TELLING.search(line)]
    if command[0] in ("show", "export", "replay", "diff"):
        assert result.exit_code == 2
        assert "vote first with `diptych vote" in printed


@pytest.mark.usefixtures("history")
def test_a_model_cannot_be_searched_in_a_hidden_round() -> None:
    assert diptych("history", "--list", "model:secret-one").stdout == ""


@pytest.mark.usefixtures("history")
def test_a_hidden_round_is_listed_as_one() -> None:
    assert "hidden until you vote" in diptych("history", "--list", "one").stdout
    listed = json.loads(diptych("history", "--json", "one").stdout)
    assert listed["hidden"] is True
    assert "left" not in listed


@pytest.mark.parametrize(
    ("choice", "chosen", "label"),
    [("left", "A", "right"), ("b", "B", "left"), ("a", "A", "right"), ("right", "B", "left")],
)
@pytest.mark.usefixtures("history")
def test_a_vote_on_a_hidden_round_is_for_its_places_and_reveals_it(choice: str, chosen: str, label: str) -> None:
    result = diptych("vote", "1", choice)

    assert result.stdout == (
        f"Round 1: You voted for {chosen}. A is here:secret-two (right). B is here:secret-one (left).\n"
    )
    assert "secret-one" in diptych("show", "1").stdout
    (pair,) = json.loads(diptych("votes", "--json").stdout)["blind"]["pairs"]
    assert pair["first"] == ("here:secret-one" if label == "left" else "here:secret-two")


@pytest.mark.usefixtures("history")
def test_a_vote_in_the_open_is_for_the_sides() -> None:
    assert diptych("vote", "2", "left").stdout == "Round 2: You voted for left, here:m1.\n"
    assert diptych("vote", "2", "tie").stdout == "Round 2: You voted for a tie.\n"
    assert "Votes in the open: 1" in diptych("votes").stdout


@pytest.mark.usefixtures("history")
def test_a_vote_after_another_one_is_open_and_for_the_sides() -> None:
    diptych("vote", "1", "left")
    assert diptych("vote", "1", "--take-back").stdout == "The vote on round 1 was taken back.\n"

    assert "You voted for B." in diptych("vote", "1", "left").stdout

    assert json.loads(diptych("votes", "--json").stdout)["blind"]["pairs"] == []


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("2",), "Say which answer is better: left, right, tie or neither. Or use --take-back alone."),
        (("2", "left", "--take-back"), "Say which answer is better"),
        (("2", "a"), "Only a blind round has an A and a B: write left or right."),
        (("2", "--take-back"), "There is no vote on round 2."),
        (("8", "tie"), "There is no round 8 in the history."),
        (("2", "best"), "'best' is not one of"),
    ],
)
@pytest.mark.usefixtures("history")
def test_what_is_no_vote_gets_a_sentence(arguments: tuple[str, ...], problem: str) -> None:
    result = diptych("vote", *arguments)

    assert result.exit_code == 2
    assert problem in result.stderr


def test_rounds_without_two_whole_answers_get_no_vote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.db"
    monkeypatch.setenv("DIPTYCH_HISTORY", str(path))
    odd = Round("hi", BEGAN, (complete("a"), complete("b")), DATE)
    keep(path, round_of(complete("left")), odd)

    assert "Round 1 has one answer only: a vote needs two." in sentence("vote", "1", "tie")
    assert sentence("vote", "2", "left") == "'left' is not one of a, b, tie, neither."


def test_a_vote_on_a_round_with_other_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.db"
    monkeypatch.setenv("DIPTYCH_HISTORY", str(path))
    keep(path, Round("hi", BEGAN, [complete(label, model=label) for label in ("a", "openai:x", "c")], DATE))

    assert "You voted for openai:x, here:openai:x." in diptych("vote", "1", "openai:x").stdout
    assert "You voted for a, here:a." in diptych("vote", "1", "a").stdout
    assert len(json.loads(diptych("votes", "--json").stdout)["open"]["pairs"]) == 2


@pytest.mark.usefixtures("history")
def test_a_hidden_round_takes_no_other_word() -> None:
    assert sentence("vote", "1", "secret-one") == "'secret-one' is not one of left, right, tie, neither."


@pytest.mark.usefixtures("history")
def test_reveal_insists_and_is_remembered() -> None:
    assert "secret-one" in diptych("show", "1", "--reveal").stdout
    assert "secret-one" in diptych("show", "1").stdout

    diptych("vote", "1", "tie")

    whole = json.loads(diptych("votes", "--json").stdout)
    assert (whole["blind"]["pairs"], len(whole["open"]["pairs"])) == ([], 1)


def test_a_hidden_recording_says_how_to_vote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIPTYCH_HISTORY", str(tmp_path / "history.db"))
    round_ = hidden_round()
    round_.reveal()
    revealed = tmp_path / "revealed.jsonl"
    revealed.write_text(render(round_, "jsonl"), "ascii")
    hidden = tmp_path / "hidden.jsonl"
    hidden.write_text(revealed.read_text("ascii").replace(', "revealed": true', ""), "ascii")

    assert "import it and vote on it first" in sentence("show", str(hidden))
    assert "secret-one" in diptych("show", str(hidden), "--reveal").stdout
    assert "secret-one" in diptych("show", str(revealed)).stdout
    diptych("import", str(hidden))
    assert "You voted for neither answer." in diptych("vote", "last", "neither").stdout


def test_votes_of_a_history_that_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"x" * 500)
    monkeypatch.setenv("DIPTYCH_HISTORY", str(path))

    assert "cannot be used" in sentence("votes")


@pytest.mark.usefixtures("history")
def test_votes_can_be_narrowed_to_a_model() -> None:
    diptych("vote", "2", "tie")

    assert "m1" in diptych("votes", "--model", "M1").stdout
    assert "There are no votes on a model whose name contains m3." in diptych("votes", "--model", "m3").stdout
