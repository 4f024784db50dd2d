"""Two compared answers as rows."""

import pytest

from diptych.differences.compared_answers import compare_answers
from diptych.differences.runs import PartDifferences, PartName
from diptych.tui.differences.answer_rows import AnswerRows
from tests.tui.differences.texts import texts, widest

EQUAL = "\n\n".join(f"Equal {n}." for n in range(9))


def part(left: str, right: str, name: PartName = "answer") -> PartDifferences:
    return PartDifferences(name, compare_answers(left, right))


def laid_out(*parts: PartDifferences, width: int = 120, opened: frozenset[int] = frozenset()) -> AnswerRows:
    rows = AnswerRows(parts, width, opened)
    while rows.is_behind:
        rows.read_on(lambda: False)
    return rows


def test_both_answers_stand_side_by_side() -> None:
    rows = texts(laid_out(part("The quick brown fox.", "The quick red fox.")).rows)

    assert rows[0].startswith("answer · 75 % alike")
    assert rows[2].split("│")[0].rstrip() == "- The quick brown fox."
    assert rows[2].split("│")[1] == " + The quick red fox."


def test_only_the_words_that_differ_are_marked() -> None:
    row = laid_out(part("The quick brown fox.", "The quick red fox.")).rows[2]

    assert [span.text for span in row if span.role == "removed"] == ["brown"]
    assert [span.text for span in row if span.role == "added"] == ["red"]


def test_below_100_cells_one_answer_stands_below_the_other() -> None:
    rows = texts(laid_out(part("The quick brown fox.", "The quick red fox."), width=80).rows)

    assert rows[2:] == ["- The quick brown fox.", "+ The quick red fox."]


def test_what_only_one_answer_has_faces_nothing() -> None:
    rows = texts(laid_out(part("First.\n\nGone.", "First.")).rows)

    assert rows[-1].split("│")[0].rstrip() == "- Gone."
    assert rows[-1].split("│")[1:] == [""]


def test_equal_blocks_are_folded_but_for_those_beside_a_change() -> None:
    rows = laid_out(part(f"One.\n\n{EQUAL}\n\nEnd.", f"Two.\n\n{EQUAL}\n\nFin."), width=80)
    shown = [text for text in texts(rows.rows) if text]

    assert shown[1:] == ["- One.", "+ Two.", "  Equal 0.", "▸ 7 equal blocks …", "  Equal 8.", "- End.", "+ Fin."]
    assert len(rows.changes) == 2 or len(rows.changes) == 4
    (fold,) = rows.folds.values()
    opened = laid_out(*rows.parts, width=80, opened=frozenset({fold.first}))
    assert "  Equal 4." in texts(opened.rows)
    assert "▾ 7 equal blocks" in texts(opened.rows)


def test_every_part_has_a_title() -> None:
    rows = texts(laid_out(part("a", "a"), part("b", "c", "thinking"), part("", "", "tool calls")).rows)

    titles = [row for row in rows if " · " in row]
    assert titles == ["answer · 100 % alike · 1 word kept · 0 removed · 0 added", titles[1], "tool calls · no words"]
    assert titles[1].startswith("thinking · 0 % alike")


def test_a_value_of_json_stands_behind_its_path() -> None:
    rows = texts(laid_out(part('{"a": {"b": 1}}', '{"a": {"b": 2}}'), width=80).rows)

    assert "- a.b: 1" in rows
    assert "+ a.b: 2" in rows


def test_what_moved_has_signs_of_its_own() -> None:
    moved = "This paragraph is long enough to be found where it has moved to."
    rows = texts(laid_out(part(f"{moved}\n\n{EQUAL}", f"{EQUAL}\n\n{moved}"), width=80).rows)

    assert f"< {moved}" in rows
    assert f"> {moved}" in rows


def test_what_was_laid_out_is_used_again() -> None:
    rows = laid_out(part(f"One.\n\n{EQUAL}", f"Two.\n\n{EQUAL}"))
    again = rows.with_opened(frozenset({2}))

    assert again.is_behind
    again.read_on(lambda: True)
    assert not again.is_behind
    assert texts(again.rows)[2] == texts(rows.rows)[2]


def test_each_row_knows_its_pair() -> None:
    rows = laid_out(part(f"One.\n\n{EQUAL}", f"Two.\n\n{EQUAL}"))

    assert rows.pair_at(0) == 0
    assert rows.pair_at(len(rows.rows) - 1) == len(rows.pair_rows) - 1


@pytest.mark.parametrize("width", [60, 99, 100, 160])
def test_no_row_is_wider_than_the_screen(width: int) -> None:
    left = "日本語の文章。" * 40 + "\n\n\tcode\twith tabs" + "\n\n" + "word " * 100
    right = "日本語の文書。" * 40 + "\n\n\tcode\twith\ttabs" + "\n\n" + "words " * 100

    assert widest(laid_out(part(left, right), width=width).rows) <= width - 1
