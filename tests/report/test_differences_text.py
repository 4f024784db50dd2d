"""Differences as lines of text."""

import pytest
from hypothesis import given, settings

from diptych.core.content import Text, Thinking
from diptych.differences.compared_answers import Likeness, compare_answers
from diptych.differences.runs import PartDifferences, compare_runs
from diptych.report.differences_text import (
    Role,
    are_too_long,
    differences_text,
    is_shown_in_exports,
    likeness_text,
    share_text,
)
from tests.fuzz.streams import TEXTS
from tests.report.html.test_page import UNSEEN
from tests.report.runs import said


def lines(left: str, right: str, *, folds: bool = True) -> list[str]:
    part = PartDifferences("answer", compare_answers(left, right))
    return "".join(differences_text([part], folds=folds)).splitlines()


def test_signs_and_marks_tell_what_differs() -> None:
    left = "# Title\n\nThe quick brown fox\njumps.\n\n- gone\n\nSame."
    right = "# Title\n\nThe quick red fox\njumps.\n\nSame.\n\n> come"

    assert lines(left, right) == [
        "answer: 75 % alike · 6 words kept · 2 removed · 2 added",
        "  # Title",
        "~ The quick [-brown-]{+red+} fox",
        "~ jumps.",
        "- - gone",
        "  Same.",
        "+ > come",
        "",
    ]


def test_equal_blocks_are_folded_unless_all_are_wanted() -> None:
    left, right = "a\n\nb\n\nc\n\nd\n\ne", "a\n\nb\n\nc\n\nd\n\nX"

    assert lines(left, right)[1:-1] == ["  … 3 equal blocks", "  d", "~ [-e-]{+X+}"]
    assert lines(left, right, folds=False)[1:-1] == ["  a", "  b", "  c", "  d", "~ [-e-]{+X+}"]


def test_what_reads_the_same_is_not_printed() -> None:
    assert lines("a  b", "a b") == [
        "answer: 100 % alike · 2 words kept · 0 removed · 0 added",
        "They read the same.",
        "",
    ]
    assert lines("", "") == ["answer: no words", ""]


def test_what_moved_is_told() -> None:
    assert lines("one two three\n\nfour", "four\n\none two three")[1:-1] == [
        "< one two three",
        "  four",
        "> one two three",
    ]


def test_json_is_shown_with_its_paths() -> None:
    assert lines('{"a": [1, "x"]}', '{"a": [1, "y"], "b": true}')[1:-1] == [
        "  a[0]: 1",
        '~ a[1]: "[-x-]{+y+}"',
        "+ b: true",
    ]


def test_every_painted_text_is_on_one_line() -> None:
    painted: list[tuple[Role, str]] = []

    def paint(role: Role, text: str) -> str:
        painted.append((role, text))
        return f"<{text}>"

    part = PartDifferences("answer", compare_answers("one two\nthree four five", "one 2\n3 four five"))
    text = "".join(differences_text([part], paint))

    assert text.splitlines()[1:-1] == ["~ one <two>", "~ <three><2>", "~ <3> four five"]
    assert all("\n" not in each for _, each in painted)
    assert {role for role, _ in painted} == {"title", "removed", "added"}


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0 %"), (0.001, "1 %"), (0.5, "50 %"), (0.9999, "99 %"), (1.0, "100 %")]
)
def test_a_share_is_not_rounded_to_all_or_nothing(share: float, text: str) -> None:
    assert share_text(share) == text


def test_likeness_in_words() -> None:
    assert likeness_text(Likeness(1, 0, 1_000)) == "1 % alike · 1 word kept · 0 removed · 1,000 added"
    assert likeness_text(Likeness(0, 0, 0)) == "no words"


@pytest.mark.parametrize(
    ("left", "right", "is_shown"),
    [
        ("one two three", "one two four", True),
        ("one two three", "one two  three", False),
        ("one two three", "four five six", False),
        ("...", "!!!", True),
    ],
)
def test_exports_show_what_is_worth_it(left: str, right: str, is_shown: bool) -> None:
    assert is_shown_in_exports(compare_answers(left, right)) == is_shown


def test_exports_do_not_compare_endless_answers() -> None:
    assert not are_too_long(said(Text("a")), said(Text("b")))
    assert are_too_long(said(Text("a" * 1_000_001)), said(Text("b")))


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS)
def test_whatever_servers_send_nothing_but_clean_text_is_printed(left: str, right: str) -> None:
    parts = compare_runs(said(Text(left), Thinking(right)), said(Text(right), Thinking(left)))

    for line in differences_text(parts, paint=lambda _, text: text):
        assert "\r" not in line
        assert not UNSEEN.search(line.rstrip("\n"))
