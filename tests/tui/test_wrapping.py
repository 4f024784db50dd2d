import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from diptych.tui.markdown.layout.rows import spread
from diptych.tui.wrapping import Wrapping, character_at, expand_tabs, fold, shorten

PIECES = st.lists(
    st.one_of(
        st.text(alphabet="ab ,.\t\n-", max_size=20),
        st.text(alphabet="日本語。「」 a\n", max_size=10),
        st.sampled_from(["👩‍👩‍👧", "☁️", "🇫🇷", "é", "e\u0301", "\u200d", "\ufe0f", "👩", "שלום", "x" * 30, " " * 12]),
        st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=5),
    ),
    max_size=12,
)


@given(PIECES, st.integers(2, 30))
def test_text_in_pieces_gives_the_same_rows_as_the_whole(pieces: list[str], width: int) -> None:
    growing = Wrapping(width)
    for piece in pieces:
        growing.append(piece)

    assert growing.rows == Wrapping(width, "".join(pieces)).rows


@given(PIECES, st.integers(2, 30))
def test_the_rows_joined_are_the_text(pieces: list[str], width: int) -> None:
    text = "".join(pieces)

    assert Wrapping(width, text).text == text


@given(PIECES, st.integers(2, 30))
@example(pieces=["\u200d\u200d", "שלום"], width=2)
def test_no_row_is_wider_than_the_width(pieces: list[str], width: int) -> None:
    wrapping = Wrapping(width, "".join(pieces))

    assert all(cell_len(wrapping.shown(index)) <= width for index in range(wrapping.height))


@given(PIECES, PIECES, st.integers(2, 30))
def test_rows_before_the_first_changed_one_stay(before: list[str], after: list[str], width: int) -> None:
    wrapping = Wrapping(width, "".join(before))
    rows = list(wrapping.rows)

    first = wrapping.append("".join(after))

    assert wrapping.rows[:first] == rows[:first]


@given(PIECES, st.integers(2, 30), st.integers(2, 30))
def test_the_same_text_can_be_wrapped_at_another_width(pieces: list[str], width: int, other: int) -> None:
    text = "".join(pieces)
    wrapping = Wrapping(width, text)

    wrapping.resize(other)

    assert wrapping.rows == Wrapping(other, text).rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a few words wrap", ["a few", "words", "wrap"]),
        ("wide 日本語の", ["wide", "日本", "語の"]),
        ("世界。", ["世", "界。"]),
        ("abcdefgh", ["abcde", "fgh"]),
        ("one\n\n\ntwo", ["one", "", "", "two"]),
        ("  indented", ["  ind", "ented"]),
        ("a\n", ["a"]),
        ("", []),
        ("a\tb", ["a   b"]),
    ],
)
def test_rows_of_five_cells(text: str, rows: list[str]) -> None:
    wrapping = Wrapping(5, text)

    assert [wrapping.shown(index) for index in range(wrapping.height)] == rows


def test_an_emoji_of_several_code_points_is_never_torn() -> None:
    wrapping = Wrapping(5, "👩‍👩‍👧" * 3)

    assert [row.replace("👩‍👩‍👧", "F") for row in wrapping.rows] == ["FF", "F"]


def test_tabs_reach_to_the_next_stop() -> None:
    assert expand_tabs("\tx\t日\ty") == "    x   日  y"


def test_spans_with_tabs_know_where_their_characters_stand() -> None:
    spans = list(spread("\tx\t日y", "text", 10))

    assert [(span.text, span.origin) for span in spans] == [("    ", 10), ("x", 11), ("   ", 12), ("日y", 13)]


def test_the_character_at_a_cell() -> None:
    assert [character_at("a日👩‍👩‍👧b", cell) for cell in range(7)] == [0, 1, 1, 2, 2, 7, 8]


@given(PIECES, st.integers(2, 30))
def test_folded_rows_are_full_and_joined_the_line(pieces: list[str], width: int) -> None:
    line = "".join(pieces).replace("\n", "").replace("\t", "")

    rows = fold(line, width)

    assert "".join(rows) == line
    assert all(cell_len(row) <= width for row in rows)
    if "\u200d" not in line:  # of which Rich counts some in two ways
        assert all(cell_len(row) >= width - 1 for row in rows[:-1])


def test_appending_costs_what_is_new() -> None:
    wrapping = Wrapping(80, "some words\n" * 20_000)
    started = time.process_time()

    for _ in range(1_000):
        wrapping.append("word ")

    assert time.process_time() - started < 1


def test_endless_invisible_text_does_not_slow_it_down() -> None:
    wrapping = Wrapping(20)
    started = time.process_time()

    for _ in range(400):
        wrapping.append("\u0301" * 100 + " " * 100)

    assert time.process_time() - started < 4
    assert len(wrapping.text) == 80_000


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("content_block_delta", 19, "content_block_delta"),
        ("content_block_delta", 10, "con…_delta"),
        ("message_stop", 9, "me…e_stop"),
        ("宽宽宽宽", 6, "…宽宽"),
        ("ab", 1, "…"),
    ],
)
def test_a_text_is_shortened_in_its_middle(text: str, width: int, shown: str) -> None:
    assert shorten(text, width) == shown


def test_a_text_of_any_length_is_shortened_at_once() -> None:
    shown = shorten("a" * 1_000_000 + "\u0301é日" * 1_000_000, 20)

    assert cell_len(shown) <= 20
    assert shown.startswith("aaaaaa…")
