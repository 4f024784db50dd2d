"""`diptych export --format otlp`: recorded rounds as spans."""

import json
from pathlib import Path
from typing import Any

import pytest

from diptych.core.blind import Blind
from diptych.core.round import Round
from tests.cli.test_commands import diptych, sentence
from tests.store import experiments
from tests.store.rounds import BEGAN, DATE, as_file, complete, keep, round_of


def spans(line: str) -> list[dict[str, Any]]:
    (scope,) = json.loads(line)["resourceSpans"][0]["scopeSpans"]
    found: list[dict[str, Any]] = scope["spans"]
    return found


def test_a_recorded_round_becomes_a_line_of_spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "perhaps")
    history, folder = str(tmp_path / "history.db"), tmp_path / "out"
    keep(tmp_path / "history.db", round_of(complete()))
    folder.mkdir()
    printed = diptych("export", "1", "--format", "otlp", "--history", history)
    diptych("export", "1", "--format", "otlp", "-o", str(folder), "--history", history)

    assert "has an unknown value, so spans hold no texts." in printed.stderr
    assert [span["name"] for span in spans(printed.stdout)] == ["diptych round", "chat some-model"]
    assert (folder / "diptych-1.otlp.jsonl").read_text() == printed.stdout


def test_an_experiment_becomes_a_line_for_each_round(tmp_path: Path) -> None:
    history = tmp_path / "history.db"
    experiments.asked(history, experiments.plan_of("a", "b", repeats=2))
    lines = diptych("export", "x1", "--format", "otlp", "--history", str(history)).stdout.splitlines()

    assert [len(spans(line)) for line in lines] == [3, 3, 3, 3]
    assert len({spans(line)[0]["traceId"] for line in lines}) == 4


def test_what_has_no_spans_says_why(tmp_path: Path) -> None:
    undated = as_file(tmp_path / "a.jsonl", Round("hi", BEGAN, (complete(),)))
    hidden = Round("hi", BEGAN, (complete("left"), complete("right")), DATE, blind=Blind(7, ("right", "left")))

    assert "It is not known when this round was asked" in sentence("export", str(undated), "--format", "otlp")
    keep(tmp_path / "h.db", hidden)
    assert "blind" in sentence("export", "1", "--format", "otlp", "--history", str(tmp_path / "h.db"))
    assert "no experiment" in sentence("export", "x9", "--format", "otlp", "--history", str(tmp_path / "h.db"))
