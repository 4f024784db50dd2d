"""Differences in the web page of a round."""

import pytest

from diptych.core.content import Text
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.report import differences_text
from tests.report.pages import html, read
from tests.report.runs import said


def page(left: str, right: str, *more: str) -> str:
    runs = [said(Text(left)), said(Text(right), side="right")]
    return html(Round("hi", 1_000.0, [*runs, *(said(Text(text), side=f"s{n}") for n, text in enumerate(more))]))


def test_words_that_differ_stand_beside_each_other() -> None:
    text = page("# Title\n\nThe quick brown fox.", "# Title\n\nThe quick red fox.")

    assert '<h3>Answer</h3>\n<p class="note">80 % alike · 4 words kept · 1 removed · 1 added</p>' in text
    assert "The quick <del>brown</del> fox." in text
    assert "The quick <ins>red</ins> fox." in text
    assert "differences" in [table.get("class") for table in read(text).attributes("table")]


def test_phases_stand_above_the_differences_of_the_answers() -> None:
    text = page("one", "two")

    assert '<th scope="row">total, from t0</th>' in text
    assert text.index('<th scope="row">total, from t0</th>') < text.index("<h3>Answer</h3>")


def test_runs_that_were_not_sent_have_no_phases() -> None:
    sent = said(Text("one"))
    unsent = [Run(label, sent.request, 0.0) for label in ("left", "right")]

    assert "phase</th>" not in html(Round("hi", 1_000.0, unsent))


def test_equal_blocks_are_folded() -> None:
    text = page("one\n\ntwo\n\nthree\n\nfour five", "one\n\ntwo\n\nthree\n\nfour six")

    assert "<summary>2 equal blocks</summary>" in text
    assert '<div class="plain" dir="auto">two</div>' in text


def test_what_only_one_side_has_has_an_empty_cell_beside_it() -> None:
    text = page("one two\n\nthree four", "one two")

    assert '<tr class="is-left"><td class="plain" dir="auto"><del>three four</del></td><td></td></tr>' in text


def test_json_has_paths() -> None:
    text = page('{"a": "x y z"}', '{"a": "x y <b>"}')

    assert '<span class="path">a</span> &quot;x y <ins>&lt;b&gt;</ins>&quot;' in text


def test_answers_with_little_in_common_are_not_repeated() -> None:
    text = page("one two three four five", "six seven eight nine")

    assert "0 % alike" in text
    assert "<del>" not in text


def test_every_other_side_is_compared_with_the_first() -> None:
    text = page("one", "two", "three")

    assert "<h2>Differences: left, right</h2>" in text
    assert "<h2>Differences: left, s0</h2>" in text
    assert "Differences" not in html(Round("hi", 1_000.0, [said(Text("one"))]))


def test_what_moved_is_named() -> None:
    text = page("one two three\n\nfour", "four\n\none two three")

    assert text.count('<span class="path">moved</span>') == 2


def test_white_space_in_code_is_seen() -> None:
    text = page("```\nif x:\n    y = 1\n```", "```\nif x:\n  y = 1\n```")

    assert '<td class="plain is-code" dir="auto"><del>    </del>y = 1</td>' in text


def test_endless_answers_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences_text, "_LONGEST", 0)

    assert differences_text.TOO_LONG in page("a", "b")
