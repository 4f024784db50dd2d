"""A round in every form that can be exported."""

import json

import pytest

from diptych.codec.event_lines import line_object
from diptych.codec.objects import round_object
from diptych.core.round import Round
from diptych.report.formats import FORMS, Form, render, whole_object
from tests.report.rounds import hostile, usual
from tests.report.runs import answered, begun


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
