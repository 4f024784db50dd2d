"""Every round of an experiment on its page."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from diptych.core.content import Complete, Text
from diptych.core.experiment.judging.judgement import Judgement, Winner
from diptych.core.message import Message, TextPart
from diptych.core.remarks import RoundNote
from diptych.core.round import Round
from diptych.report.experiment.export_html import experiment_html
from diptych.report.experiment.exported import ExportedExperiment
from diptych.report.experiment.html import folded_rounds
from tests.report.attached import with_files
from tests.report.experiment.exported import exported
from tests.report.pages import read
from tests.report.rounds import usual
from tests.report.runs import arrived, begun
from tests.support.files import attachment, png


def page(whole: ExportedExperiment | None = None, rounds: Callable[[int], Round | None] = lambda _: usual()) -> str:
    return "".join(experiment_html(replace(whole or exported(), rounds=rounds)))


def answered(text: str) -> Round:
    runs = [begun("left"), begun("right")]
    for run in runs:
        arrived(run, 0.4, "delta", Text(text), Complete())
        run.complete()
    return Round("hi", 1_000.0, runs)


def test_a_round_has_its_answers_checks_and_what_the_time_was_spent_on() -> None:
    text = page()
    shown = read(text).text

    assert text.count('<details class="round">') == 6
    assert re.findall('<div id="(.*?)"', text) == [f"r{case}-{repeat}" for case in (1, 2) for repeat in (1, 2, 3)]
    assert "one, repeat 1 left complete · 1.00s · 1 of 1 check passed right complete · 2.00s · 0 of 1 check" in shown
    assert "There are <strong>three</strong> ways" in text
    assert "not passed: contains Paris: it does not" in shown
    assert re.search(r"Round 1 · \d+ events · until headers 0.31s", shown)
    assert "<table><thead><tr><th>#" not in text


def test_a_round_that_is_gone_leaves_its_row() -> None:
    shown = read(page(rounds=lambda _: None)).text

    assert "failed. The round of this answer is not in the history." in shown
    assert "passed: contains Paris" in shown


def test_what_was_said_about_a_round_stands_in_it() -> None:
    noted = usual()
    noted.put_note(RoundNote("look at <this>"))
    given: list[tuple[str, str, Winner | None]] = [
        ("left", "right", "first"),
        ("right", "left", "second"),
        ("left", "right", None),
    ]
    judged = [
        Judgement(case="one", repeat=1, first=first, second=second, judge="j", winner=winner, reason="It is <short>.")
        for first, second, winner in given
    ]
    shown = read(page(replace(exported(), judgements={("one", 1): judged}), lambda _: noted)).text

    assert "look at <this>" in shown
    assert "3 judgements" in shown
    assert "left is better (left before right): It is <short>." in shown
    assert "left is better (right before left)" in shown
    assert "no verdict (left before right)" in shown


def test_long_answers_are_cut_and_the_page_says_so() -> None:
    text = page(rounds=lambda _: answered("word " * 10_000))

    assert "30,000 more characters left out here." in text


def test_a_full_page_shows_the_beginnings_of_further_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folded_rounds, "MOST_CHARACTERS", 2_500)
    text = page(rounds=lambda _: answered("x" * 1_000))

    assert text.count("x" * 1_000) == 3
    assert text.count(f"<p>{'x' * folded_rounds.LONGEST_BEGINNING}</p>") == 9
    assert text.count("600 more characters left out here.") == 9


def test_a_long_prompt_and_images_are_shown_for_the_first_repeat() -> None:
    picture = attachment("a.png", png(), "image/png", 3, 2)
    round_ = with_files(picture)
    whole = exported(cases=("one",), prompt="p" * 5_000)
    (case,) = whole.plan.cases
    asked = Message("user", (picture.file, TextPart("p" * 5_000)))
    earlier = Message.of_text("user", "before")
    plan = replace(whole.plan, cases=(replace(case, messages=(earlier, asked), system="Be terse"),))
    text = page(replace(whole, plan=plan), lambda _: round_)
    rounds = text.partition("<h2>Rounds</h2>")[2]

    assert "img-src data:" in text
    assert rounds.count("<img ") == 1
    assert rounds.count("a.png</span> image/png") == 3
    assert rounds.count("p" * 5_000) == 1
    assert rounds.count(f"{'p' * 4_000}…") == 2
    assert rounds.count("System prompt of this case") == 1
    assert rounds.count("1 earlier message before the prompt.") == 3


def test_a_cell_leads_to_the_first_answer_that_did_not_pass() -> None:
    text = page()

    assert '<td><a href="#r1-1">3 of 3 passed' in text
    assert '<a href="#r1-2" aria-label="Repeat 2 of one">2</a>' in text


def test_marks_link_to_rounds() -> None:
    text = page()

    assert '<a href="#r1-1" tabindex="-1"><title>one, repeat 1: 210ms</title>' in text or "one, repeat 1: 0.21s" in text


def test_only_the_ends_of_many_values_link() -> None:
    many = page(exported(cases=("one",), repeats=900), lambda _: None)

    assert many.count("<title>one, repeat") <= 4 * 2 * 100
