"""What two answers have in common, block by block and word by word."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diptych.core.text.sanitize import clean
from diptych.differences.compared_answers import Likeness, compare_answers
from diptych.report.differences_text import path_text
from tests.differences.checking import checked, marked
from tests.differences.test_json_nodes import VALUES
from tests.fuzz.streams import TEXTS

LINES = """\
# a b
para one two

- item x
  - nested y
1. num
> quote
```py
x = 1
    code
| a | b |
|---|---|
| 1 | 2 |
---
===
[a]: b
\\[
$$
- [ ] task
  \x20
~~~
\t- tab
中文字。
e\u0301 é
👩🏽‍💻
- ```
-\x20
>
> - a
""".splitlines(keepends=True)
ANSWERS = st.lists(st.sampled_from([*LINES, "word "]), max_size=14).map("".join) | TEXTS.map(clean)

STEMS = ("one", "Two", "naïve", "क", "e\u0301")
KINDS = ("{}", "## {}", "- {}", "1. {}", "> {}", "```\n{}\n```", "| {} | x |\n|---|---|")


@dataclass
class Edited:
    """A text and what became of it by edits whose words are nowhere else."""

    left: str
    right: str
    removed: list[str]
    added: list[str]


@st.composite
def edited(draw: st.DrawFn) -> Edited:
    """Make an answer of blocks with words of their own, and edit some of its words and blocks."""
    number = 0

    def new_words(count: int) -> list[str]:
        nonlocal number
        number += count
        return [
            f"{draw(st.sampled_from([*STEMS, chr(0x4E00 + each)]))}{each}" for each in range(number - count, number)
        ]

    lefts, rights = [], []
    removed, added = [], []
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(KINDS))
        words = new_words(draw(st.integers(5, 9)))
        before, after = kind.format(" ".join(words)), ""
        match draw(st.sampled_from(["keep", "keep", "replace", "insert", "delete", "new block", "no block"])):
            case "replace":
                place = draw(st.integers(0, len(words) - 1))
                (new,) = new_words(1)
                removed.append(words[place])
                added.append(new)
                words[place] = new
            case "insert":
                (new,) = new_words(1)
                added.append(new)
                words.insert(draw(st.integers(0, len(words))), new)
            case "delete":
                removed.append(words.pop(draw(st.integers(0, len(words) - 1))))
            case "new block":
                before = ""
                added += words
            case "no block":
                removed += words
                words = []
        after = kind.format(" ".join(words)) if words else ""
        lefts.append(before)
        rights.append(after)
    return Edited("\n\n".join(filter(None, lefts)), "\n\n".join(filter(None, rights)), removed, added)


def test_equal_answers_do_not_differ() -> None:
    text = "# Title\n\nA paragraph.\n\n- one\n- two\n\n```py\nx = 1\n```\n"
    differences = checked(text, text)

    assert differences.is_equal
    assert differences.likeness == Likeness(8, 0, 0)
    assert differences.likeness.share == 1.0


def test_nothing_has_no_likeness() -> None:
    differences = checked("", "  \n\n")

    assert differences.pairs == ()
    assert differences.likeness.share is None


def test_a_changed_word_is_marked_in_its_block() -> None:
    differences = checked("First one.\n\nThe quick brown fox.", "First one.\n\nThe quick red fox.")

    assert marked(differences) == ["The quick [brown|red] fox."]
    assert differences.likeness == Likeness(5, 1, 1)
    assert differences.likeness.share == 10 / 12


def test_a_pair_knows_its_lines_in_both_answers() -> None:
    pair = checked("one two\nthree\n\nfour five six\nseven", "four five six\nseven").pairs[1]

    assert pair.left
    assert pair.right
    assert (pair.left.first_line, pair.left.last_line, pair.left.offset) == (3, 4, 15)
    assert (pair.right.first_line, pair.right.last_line, pair.right.offset) == (0, 1, 0)


def test_white_space_and_markers_do_not_count() -> None:
    left = "Title\n=====\n\nwrapped\nwords  here\n\n* one\n\n* two\n\n1. first\n2. second\n\n"
    right = "# Title #\n\nwrapped words\nhere\n\n- one\n- two\n\n2) first\n3) second\n\n"
    left += "|a|b|\n|-|-|\n|1|2|\n\n~~~py\nx\n~~~"
    right += "| a | b |\n|---|:-:|\n| 1 | 2 |\n\n```py\nx  \n```\n"

    assert checked(left, right).is_equal


def test_white_space_in_code_counts() -> None:
    differences = checked("```\nif x:\n    y = 1\n```", "```\nif x:\n  y = 1\n```")

    assert marked(differences) == ["[    |  ]y = 1"]


def test_canonically_equivalent_text_is_equal() -> None:
    differences = checked("Le cafe\u0301 noir", "Le café noir")

    assert differences.is_equal
    assert [piece.kind for piece in differences.pairs[0].pieces] == ["equal", "alike", "equal"]


def test_what_a_block_is_counts() -> None:
    assert marked(checked("one two three", "## one two three")) == ["[|## ]one two three"]
    assert marked(checked("# one two three", "## one two three")) == ["[# |## ]one two three"]
    assert marked(checked("- one two three", "- - one two three")) == ["[- |- - ]one two three"]
    assert not checked("one two", "    one two").is_equal


def test_whether_a_task_is_done_counts() -> None:
    assert marked(checked("- [ ] wash the dishes", "* [x] wash the dishes")) == ["* [[ |x]] wash the dishes"]


def test_an_item_in_between_changes_no_other() -> None:
    left = "1. one apple\n2. two pears\n3. three plums"
    right = "1. one apple\n2. some cherries, too\n3. two pears\n4. three plums"

    assert marked(checked(left, right)) == ["[|2. some cherries, too]"]


def test_another_column_is_the_only_change_of_a_table() -> None:
    left = "| name | year |\n|---|---|\n| Ada | 1843 |\n| Grace | 1952 |"
    right = "| name | year | where |\n|---|---|---|\n| Ada | 1843 | London |\n| Grace | 1952 | New York |"

    assert [pair.split("\n")[0] for pair in marked(checked(left, right))] == [
        "| name | year |[| where |]",
        "| Ada | 1843 |[| London |]",
        "| Grace | 1952 |[| New York |]",
    ]


def test_repeated_lines_of_code_stay_in_their_places() -> None:
    body = "for x in y:\n    go(x)\n    end()\n"
    left = f"```\n{body * 3}```"
    right = f"```\n{body}extra line here\n{body * 2}```"

    assert marked(checked(left, right)) == ["[|extra line here]"]


def test_characters_of_scripts_without_spaces_are_words() -> None:
    differences = checked("我喜欢红色的苹果。", "我喜欢绿色的苹果。")

    assert marked(differences) == ["我喜欢[红|绿]色的苹果。"]
    assert differences.likeness == Likeness(7, 1, 1)


def test_emoji_and_marks_stay_whole() -> None:
    assert marked(checked("I am 👩🏽‍💻 today 🇩🇪", "I am 👩🏿‍💻 today 🇫🇷")) == ["I am [👩🏽‍💻|👩🏿‍💻] today [🇩🇪|🇫🇷]"]


def test_a_block_that_moved_is_recognized() -> None:
    left = "A paragraph that moves away.\n\nAnother that stays here."
    right = "Another that stays here.\n\nA paragraph that moves away."
    pairs = checked(left, right).pairs

    assert [(pair.kind, pair.moved) for pair in pairs] == [("left", 2), ("equal", None), ("right", 0)]
    assert checked(left, right).likeness == Likeness(9, 0, 0)


def test_a_block_of_the_same_kind_is_replaced() -> None:
    assert marked(checked("- Rust\n- C", "- Go\n- C")) == ["- [Rust|Go]"]
    assert marked(checked("## Setup\n\nSame.", "Another\n\nSame.")) == ["[## Setup|]", "[|Another]"]


def test_words_that_all_prose_has_are_not_kept() -> None:
    left = "The road to the sea was long, and nobody in the car had slept since the day before."
    right = "What the committee wants is a budget, in euros, that the council can sign."
    differences = checked(left, right)

    assert marked(differences) == [f"[{left}|{right}]"]
    assert differences.likeness.kept == 0


def test_json_is_compared_by_path() -> None:
    left = '```json\n{"a": 1, "b": {"x": "hello there world", "y": [1, 2, {"n": "foo", "m": 2}]}, "c": null}\n```'
    right = '{"c": null, "a": 1.0, "b": {"y": [1, 5, {"m": 2, "n": "bar"}], "x": "hello big world"}, "d": [true]}'
    differences = checked(left, right)

    assert [(pair.kind, path_text(pair)) for pair in differences.pairs] == [
        ("equal", "a"),
        ("changed", "b.x"),
        ("equal", "b.y[0]"),
        ("changed", "b.y[1]"),
        ("changed", "b.y[2].n"),
        ("equal", "b.y[2].m"),
        ("right", "d[0]"),
        ("equal", "c"),
    ]
    assert marked(differences) == ['"hello [there|big] world"', "[2|5]", '"[foo|bar]"', "[|true]"]


def test_values_without_spaces_between_them_are_words_apart() -> None:
    assert checked("[1,2,3,4]", "[1,2,9,4]").likeness == Likeness(3, 1, 1)


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES, st.sampled_from([None, 2]))
def test_any_json_can_be_compared(left: Any, right: Any, indent: int | None) -> None:
    separators = (",", ":") if indent is None else None
    one, other = (json.dumps([value], indent=indent, separators=separators) for value in (left, right))

    assert checked(one, json.dumps([left], sort_keys=True)).is_equal
    checked(one, other)


def test_json_and_prose_are_compared_as_text() -> None:
    assert {pair.kind for pair in checked('{"a": 1}', "It is 1.").pairs} == {"changed"}


@settings(max_examples=60, deadline=None)
@given(edited())
def test_edits_are_found_and_nothing_else_is_marked(edits: Edited) -> None:
    differences = checked(edits.left, edits.right)
    pieces = [piece for pair in differences.pairs for piece in pair.pieces if piece.kind == "changed"]

    assert numbered(piece.left for piece in pieces) == numbered(edits.removed)
    assert numbered(piece.right for piece in pieces) == numbered(edits.added)


def numbered(texts: Iterable[str]) -> list[str]:
    """Return the numbers in texts, of which each word of an edited answer has one."""
    return sorted(re.findall(r"(?<=[^\s\d])[0-9]+", " ".join(texts)))


@settings(max_examples=60, deadline=None)
@given(ANSWERS, ANSWERS)
def test_applying_the_differences_to_one_answer_gives_the_other(left: str, right: str) -> None:
    checked(left, right)


@settings(max_examples=40, deadline=None)
@given(ANSWERS)
def test_an_answer_does_not_differ_from_itself(text: str) -> None:
    differences = checked(text, text)

    assert differences.is_equal
    assert differences.likeness.removed == differences.likeness.added == 0


def test_a_comparison_can_be_stopped() -> None:
    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        compare_answers("one two", "one three", stop)
