"""A round in every form that can be exported."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from diptych.codec.event_lines import line_object
from diptych.codec.objects import round_object
from diptych.core.content import Complete, Text
from diptych.core.event import Line
from diptych.core.event_log import MemoryBudget
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.report import formats
from diptych.report.formats import FORMS, Form, export_name
from tests.report.exports import render, whole_object
from tests.report.rounds import hostile, usual
from tests.report.runs import T0, answered, arrived, begun


def test_a_file_is_named_by_the_rounds_id_in_the_history_or_by_its_date() -> None:
    round_ = usual(date=None)
    assert export_name(round_, "md") == "diptych-round.md"
    round_.date = 1_795_584_840.0
    assert export_name(round_, "json") == f"diptych-{time.strftime('%Y%m%d-%H%M%S', time.localtime(round_.date))}.json"
    round_.number = 42
    assert export_name(round_, "html") == "diptych-42.html"


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_a_text_that_ends_with_its_line(form: Form) -> None:
    for round_ in (usual(), Round("hi", 1_000.0, (begun("right"),))):
        text = render(round_, form)
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_what_was_asked_and_answered(form: Form) -> None:
    text = render(Round("What now?", 1_000.0, (answered(),)), form)

    assert "What now?" in text
    assert "Hello!" in text or "{}" in text, "a recording holds the raw data instead"
    assert "claude-sonnet-5-5" in text


def test_a_recording_has_a_json_object_a_line() -> None:
    lines = render(usual(), "jsonl").splitlines()

    assert json.loads(lines[0])["format"] == "diptych recording"
    assert all(isinstance(json.loads(line), dict) for line in lines)


def test_json_is_one_object_with_every_line() -> None:
    round_ = Round("hi", 1_000.0, (answered(), begun("right")))
    whole = json.loads(render(round_, "json"))

    assert whole == whole_object(round_)
    for side, run in round_.runs.items():
        assert whole[side].pop("event_list") == [line_object(run, line) for line in run.lines]
    assert whole == round_object(round_)


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_any_text_is_written_as_ascii(form: Form) -> None:
    text = render(hostile("half a \ud83d \x1b[31m \u2028\n\0é"), form)

    assert text.isascii()
    assert "\x1b" not in text
    assert [json.loads(line) for line in text.splitlines()]


@dataclass
class Shelf:
    """A spill file in memory, which counts how often each block is read back."""

    blocks: list[Sequence[Line]] = field(default_factory=list)
    read: Counter[int] = field(default_factory=Counter)

    def put(self, lines: Sequence[Line]) -> int:
        self.blocks.append(lines)
        return len(self.blocks) - 1

    def get(self, number: int) -> Sequence[Line]:
        self.read[number] += 1
        return self.blocks[number]


def long_round(memory: MemoryBudget | None = None) -> Round:
    """A round of two sides with a thousand events each, which came in turns."""
    runs = [Run(label, begun().request, 1_000.0, memory=memory) for label in ("a", "b")]
    for run in runs:
        run.begin_attempt(T0)
    for number in range(1_000):
        for run in runs:
            arrived(run, number / 10, "content_block_delta", Text(f"{number} "))
    for run in runs:
        arrived(run, 100.0, "message_stop", Complete())
        run.complete()
    return Round("hi", 1_000.0, runs)


@pytest.mark.parametrize(("form", "times"), [("jsonl", 1), ("json", 1), ("md", 6), ("html", 9)])
def test_lines_that_left_memory_are_read_back_block_by_block(form: Form, times: int) -> None:
    shelf = Shelf()
    round_ = long_round(MemoryBudget(shelf, 0))
    text = render(round_, form)

    assert text == render(long_round(), form)
    assert len(shelf.blocks) == 8
    assert max(shelf.read.values()) <= times, "each pass over a run reads every block once"


@pytest.mark.parametrize("form", ["jsonl", "json", "html"])
def test_no_piece_is_larger_than_what_it_is_about(form: Form) -> None:
    pieces = list(formats.render(long_round(), form))

    assert len(pieces) > 2_000
    assert max(map(len, pieces)) < sum(map(len, pieces)) / 5


def test_a_recording_has_the_events_of_all_sides_in_the_order_in_which_they_came() -> None:
    lines = [json.loads(line) for line in render(long_round(), "jsonl").splitlines()]

    assert [line["side"] for line in lines if "seq" in line] == ["a", "b"] * 1_001
