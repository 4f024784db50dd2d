"""The command `diff`: which answers it compares, and what it prints."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from diptych.cli import diff_command
from diptych.core.blind import Blind
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.run import Run
from tests.cli.test_commands import diptych, sentence
from tests.store.recorders import answer
from tests.store.rounds import BEGAN, DATE, as_file, keep, new_run, round_of


def said(text: str, label: Label = "left", take: int = 1) -> Run:
    run = new_run(label)
    run.take = take
    answer(run, text)
    return run


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of the history that the commands read."""
    path = tmp_path / "history.db"
    monkeypatch.setenv("DIPTYCH_HISTORY", str(path))
    return path


def differing(*arguments: str) -> list[str]:
    """Return the lines that the command prints behind a sign."""
    result = diptych("diff", *arguments)
    assert result.exit_code == 0
    return [line for line in result.stdout.splitlines() if line[:2] in ("~ ", "- ", "+ ")]


def test_the_sides_of_a_round(history: Path) -> None:
    keep(history, round_of(said("The quick brown fox."), said("The quick red fox.", "right")))
    lines = diptych("diff", "1").stdout.splitlines()

    assert lines[0].split() == ["1:left", "1:right", "Δ", "ratio"]
    assert next(line for line in lines if line.startswith("output tokens")).split()[2:] == ["3", "3", "±0", "×1.00"]
    assert next(line for line in lines if line.startswith("phases")).split() == ["phases", "1:left", "1:right", "Δ"]
    assert "requests: no difference" in lines
    assert lines[-3:] == [
        "answer: 75 % alike · 3 words kept · 1 removed · 1 added",
        "~ The quick [-brown-]{+red+} fox.",
        "",
    ]


def test_the_same_sides_of_two_rounds(history: Path) -> None:
    keep(
        history,
        round_of(said("one two three"), said("four five six", "right")),
        round_of(said("one two 3"), said("4 five six", "right")),
    )

    assert differing("1", "2") == ["~ one two [-three-]{+3+}", "~ [-four-]{+4+} five six"]
    assert differing("1", "last", "--side", "right") == ["~ [-four-]{+4+} five six"]
    assert differing("last~1:left", "2") == differing("1", "2:left") == ["~ one two [-three-]{+3+}"]
    assert differing("1:left", "2:right") == ["~ [-one two three-]{+4 five six+}"]


def test_takes(history: Path) -> None:
    keep(history, round_of(said("one two three"), said("one two 3", take=2), said("uno", "right")))

    assert differing("1:left:1", "1:left:2") == ["~ one two [-three-]{+3+}"]
    assert differing("1:left", "1:left:1") == ["~ one two [-3-]{+three+}"]
    assert differing("1", "1:left:1") == differing("1:left", "1:left:1")


def test_recordings(history: Path, tmp_path: Path) -> None:
    keep(history, round_of(said("one two three")))
    file = str(as_file(tmp_path / "a:left.jsonl", round_of(said("one two 3"))))

    assert differing("1", file) == ["~ one two [-three-]{+3+}"]
    assert differing(f"{file}:left:1", "1") == ["~ one two [-3-]{+three+}"]


def test_equal_blocks_are_printed_on_request(history: Path) -> None:
    keep(history, round_of(said("a\n\nb\n\nc\n\nd"), said("a\n\nb\n\nc\n\nX", "right")))

    assert "  … 2 equal blocks" in diptych("diff", "1").stdout.splitlines()
    assert {"  a", "  b", "  c"} <= set(diptych("diff", "1", "--all").stdout.splitlines())


def test_json(history: Path) -> None:
    other = said("One.\n\nThe quick red fox.\n\nNew.", "right", take=1)
    keep(history, round_of(said("The quick brown fox."), other))
    compared = json.loads(diptych("diff", "1", "--json").stdout)

    assert compared["left"] == {"name": "1:left", "label": "left", "take": 1, "model": "here:some-model"}
    assert compared["figures"]["state"] == {"left": "complete (stop)", "right": "complete (stop)"}
    assert compared["figures"]["output tokens"] == {"left": 3, "right": 3, "delta": 0.0, "ratio": 1.0}
    assert list(compared["phases"]) == ["left", "right"]
    assert {tuple(phase) for phase in compared["phases"]["left"]} == {("phase", "start", "end")}
    assert compared["requests"] == []
    assert compared["answer"]["likeness"] == {"share": 0.6, "kept": 3, "removed": 1, "added": 3}
    assert compared["answer"]["pairs"][1] == {
        "kind": "changed",
        "left": {"kind": "paragraph", "text": "The quick brown fox.", "lines": [1, 1]},
        "right": {"kind": "paragraph", "text": "The quick red fox.", "lines": [3, 3]},
        "pieces": [
            {"kind": "equal", "left": "The quick ", "right": "The quick "},
            {"kind": "changed", "left": "brown", "right": "red"},
            {"kind": "equal", "left": " fox.", "right": " fox."},
        ],
    }
    assert compared["answer"]["pairs"][2]["left"] is None


def test_json_of_moves_and_of_values_by_path(history: Path) -> None:
    keep(
        history,
        round_of(said("one two three\n\nfour"), said("four\n\none two three", "right")),
        round_of(said('{"a": 1}'), said('{"a": 2}', "right")),
    )
    (moved, values) = (json.loads(diptych("diff", name, "--json").stdout)["answer"]["pairs"] for name in ("1", "2"))

    assert [pair.get("moved") for pair in moved] == [2, None, 0]
    assert values[0]["left"] == {"kind": "json", "text": "1", "lines": [1, 1], "path": "a"}


def test_what_differs_in_the_requests(history: Path) -> None:
    one, other = new_run(max_tokens=300), new_run("right", max_tokens=600)
    for run in (one, other):
        answer(run, "yes")
    keep(history, round_of(one, other))

    assert differing("1") == ["~ model and settings · max tokens: [-300-]{+600+}"]
    assert json.loads(diptych("diff", "1", "--json").stdout)["requests"] == [
        {"part": "model and settings", "path": "max tokens", "left": "300", "right": "600"}
    ]


def test_what_cannot_be_compared(history: Path, tmp_path: Path) -> None:
    several = round_of(*(said("yes", label) for label in "abc"))
    keep(history, round_of(said("yes"), said("no", "right")), round_of(said("yes")), several)

    assert sentence("diff", "1:left") == "1:left is one answer. Name another one to compare it with."
    assert sentence("diff", "1", "--side", "left") == "1:left is one answer. Name another one to compare it with."
    assert sentence("diff", "1:middle") == "1 has no side middle: it has left, right."
    assert sentence("diff", "2") == "2 has only one side. Name another round to compare it with."
    assert sentence("diff", "3") == "3 has 3 sides. Name two of 3:a, 3:b, 3:c."
    assert sentence("diff", "1", "3") == "1 and 3 have no side of the same name. Name one side of each."
    assert sentence("diff", "1:middle", "2") == "1 has no side middle: it has left, right."
    assert sentence("diff", "1:left:2", "2") == "1:left has no take 2: it has 1 take."
    assert sentence("diff", "1:left:0", "2") == "1:left has no take 0: it has 1 take."
    assert sentence("diff", "9") == "There is no round 9 in the history."
    assert "none.jsonl" in sentence("diff", str(tmp_path / "none.jsonl:left"), "1")
    assert sentence("diff", "x" * 5_000)


def test_a_blind_round_is_not_compared_before_the_vote(history: Path) -> None:
    runs = said("one two"), said("one three", "right")
    keep(history, Round("hi", BEGAN, runs, DATE, blind=Blind(1, ("right", "left"))))

    assert "blind" in sentence("diff", "1")
    assert differing("1", "--reveal") == ["~ one [-two-]{+three+}"]


class Terminal(io.TextIOWrapper):
    """Standard output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "has_colours"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours_are_for_terminals(
    variables: dict[str, str], has_colours: bool, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(history, round_of(said("one two three"), said("one two 3", "right")))
    out = Terminal(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(os, "environ", {"TERM": "xterm", "DIPTYCH_HISTORY": str(history)} | variables)
    monkeypatch.setattr(sys, "stdout", out)

    assert diff_command.diff.main(["1"], standalone_mode=False) is None

    out.flush()
    text = out.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert ("\x1b[" in text) == has_colours
    assert ("[-three-]" in text) != has_colours
