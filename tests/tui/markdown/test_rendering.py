import re
import sys
import time
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from diptych.tui.markdown.layout.rows import Row, Span, cropped, row_cells
from diptych.tui.markdown.layout.table_block import _share
from diptych.tui.markdown.rendering import Rendering, links_in
from tests.markdown.samples import ALL_TEXTS, in_pieces, readmes

WIDTHS = st.sampled_from([16, 24, 40, 80])
READMES = [each for each in readmes() if len(each[1]) < 12_000][:25]


def rendered(text: str, width: int) -> Rendering:
    """Render a text at once, with all link references known from the beginning."""
    rendering = Rendering("text", width)
    rendering.append(text)
    rendering.end()
    return anew(rendering, width)


def anew(rendering: Rendering, width: int) -> Rendering:
    """Render the text again if a link reference was defined after its first use."""
    if not rendering.references.changed:
        return rendering
    other = Rendering("text", width, rendering.references.copy())
    other.append("".join(rendering.source))
    other.end()
    return other


def rows(rendering: Rendering) -> list[Row]:
    return [list(rendering.row(index)) for index in range(rendering.height)]


def shown(text: str, width: int = 40) -> list[str]:
    return ["".join(span.text for span in row).rstrip() for row in rows(rendered(text, width))]


def stream(text: str, width: int, random: Random) -> Rendering:
    """Render a text in pieces, and check that no row changes before the one that is reported as the first changed."""
    rendering = Rendering("text", width)
    before: list[Row] = []
    for piece in in_pieces(text, random):
        first = rendering.append(piece)
        after = rows(rendering)
        assert after[:first] == before[:first]
        before = after
    first = rendering.end()
    assert rows(rendering)[:first] == before[:first]
    return anew(rendering, width)


@given(ALL_TEXTS, WIDTHS, st.randoms(use_true_random=False))
@settings(max_examples=2 * settings().max_examples)
def test_a_text_in_pieces_is_shown_in_the_end_like_the_whole(text: str, width: int, random: Random) -> None:
    assert rows(stream(text, width, random)) == rows(rendered(text, width))


@pytest.mark.parametrize(("name", "text"), READMES, ids=[name for name, _ in READMES])
def test_what_people_wrote_looks_the_same_in_pieces(name: str, text: str) -> None:
    random = Random(name)
    rendering = Rendering("text", 40)
    for piece in in_pieces(text, random):
        rendering.append(piece)
    rendering.end()

    assert rows(anew(rendering, 40)) == rows(rendered(text, 40))


@given(ALL_TEXTS, WIDTHS)
@example("| a | b |\n|---|:-:|\n~~\\frac{a}{b} ", 16)
def test_only_rows_of_tables_are_wider_than_the_pane(text: str, width: int) -> None:
    rendering = rendered(text, width)
    for index, row in enumerate(rows(rendering)):
        if rendering._find(index)[0].leaf.kind != "table":
            assert sum(cell_len(span.text) for span in row) <= width


@given(ALL_TEXTS, WIDTHS)
def test_every_span_knows_its_place_in_the_source(text: str, width: int) -> None:
    for row in rows(rendered(text, width)):
        for span in row:
            if span.origin >= 0 and span.text.isalnum() and "language" not in span.role:
                assert text[span.origin : span.origin + len(span.text)] == span.text


@given(ALL_TEXTS, WIDTHS)
def test_selecting_everything_gives_the_text(text: str, width: int) -> None:
    assert rendered(text, width).slice(None, None) == text


@given(ALL_TEXTS, WIDTHS, st.integers(1, 30), st.sampled_from(["a", "e", "the", " ", "|", "x"]))
def test_searching_in_ranges_of_rows_finds_each_match_once(text: str, width: int, rows: int, word: str) -> None:
    rendering = rendered(text, width)
    pattern = re.compile(re.escape(word), re.IGNORECASE)

    height = rendering.height
    wanted = list(rendering.find(pattern, 0, height))
    parts = [
        found for start in range(0, height, rows) for found in rendering.find(pattern, start, min(start + rows, height))
    ]

    assert parts == wanted


def test_each_kind_of_block() -> None:
    assert shown(
        "# Title\nText with\nsoft breaks.  \nHard.\n\n- one\n- [x] done\n  1. inner\n\n> quote\n>\n> - item\n\n"
        "```python\nx = 1\n```\n\n***\n\n![alt](x.png) <b>html</b> $x^2$"
    ) == [
        "Title",
        "",
        "Text with soft breaks.",
        "Hard.",
        "",
        "• one",
        "☑ done",
        "  1. inner",
        "",
        "▌ quote",
        "▌",
        "▌ • item",
        "",
        "│ python",
        "│ x = 1",
        "",
        "─" * 40,
        "",
        "alt <b>html</b> $x^2$",
    ]


def test_a_table_that_fits_is_as_wide_as_its_cells() -> None:
    assert shown("| a | bb | c |\n|---|--:|:-:|\n| long | 1 | x |\n| `c` | **12345** | yyy |") == [
        "a    │    bb │  c",
        "─────┼───────┼────",
        "long │     1 │  x",
        "c    │ 12345 │ yyy",
    ]


def test_a_table_that_is_too_wide_folds_its_cells() -> None:
    assert shown("| key | what it does |\n|---|---|\n| Enter | " + "word " * 8 + "|\n| x | y |", 24) == [
        "key   │ what it does",
        "──────┼─────────────────",
        "Enter │ word word word",
        "      │ word word word",
        "      │ word word",
        "┄┄┄┄┄┄┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄",
        "x     │ y",
    ]


def test_rows_of_one_line_have_no_rule_between_them() -> None:
    assert shown("| a | b |\n|---|---|\n| x | y |\n| z | " + "word " * 5 + "|\n| v | w |\n| t | u |", 24) == [
        "a │ b",
        "──┼─────────────────────",
        "x │ y",
        "┄┄┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄",
        "z │ word word word word",
        "  │ word",
        "┄┄┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄",
        "v │ w",
        "t │ u",
    ]


def test_no_word_is_broken_while_another_column_has_room() -> None:
    text = "| key | meaning |\n|---|---|\n| content_block_delta | " + "some words and more of them " * 2 + "|"

    assert [line[:23] for line in shown(text, 40)[2:4]] == ["content_block_delta │ s", "                    │ m"]


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(1, 90)), min_size=1, max_size=9), st.integers(2, 120))
def test_the_widths_of_columns(columns: list[tuple[int, int]], room: int) -> None:
    natural = [max(column) for column in columns]
    words = [min(column) for column in columns]
    widths = _share(natural, words, room)
    total = sum(widths) + 3 * (len(widths) - 1)

    assert len(widths) == len(natural)
    assert all(width <= need for width, need in zip(widths, natural, strict=True))
    assert all(width >= min(word, max(room, 60)) for width, word in zip(widths, words, strict=True))
    if sum(words) + 3 * (len(words) - 1) <= room:
        assert total == min(room, sum(natural) + 3 * (len(natural) - 1))


def test_a_table_that_does_not_fit_is_wider_than_its_pane() -> None:
    header = "|" + "column|" * 9

    assert shown(f"{header}\n{'|---' * 9}|\n{header}", 30)[0] == " │ ".join(["column"] * 9)


def test_columns_that_nobody_could_read_are_cut_off() -> None:
    header = "|" + "column|" * 999
    row = shown(f"{header}\n{'|---' * 999}|\n{header}", 30)[0]

    assert row.endswith("…")
    assert 900 < len(row) <= 1_002


def test_a_break_in_a_cell_begins_a_line_in_it() -> None:
    assert shown(
        "| a | b |\n|---|--:|\n| x | y |\n| one<br>*two* words | 1<BR /> |\n| `<br>` | 2<br/><br/>3 |", 40
    ) == [
        "a         │ b",
        "──────────┼──",
        "x         │ y",
        "┄┄┄┄┄┄┄┄┄┄┼┄┄",
        "one       │ 1",
        "two words │",
        "┄┄┄┄┄┄┄┄┄┄┼┄┄",
        "<br>      │ 2",
        "          │",
        "          │ 3",
    ]


def test_a_break_in_a_cell_that_is_folded() -> None:
    assert shown("| a | b |\n|---|---|\n| one two three four five<br>six | x |", 20)[2:] == [
        "one two three    │ x",
        "four five        │",
        "six              │",
    ]


def test_a_break_in_prose_begins_a_line() -> None:
    assert shown("one<br>\ntwo<br/>three `<br>`\n\n- four<BR>five") == [
        "one",
        "two",
        "three <br>",
        "",
        "• four",
        "  five",
    ]


def test_a_bar_in_a_formula_does_not_separate_cells_if_there_would_be_too_many() -> None:
    assert shown("| a | $|b|$ |\n|---|---|\n| $P(A|B)$ | \\(|x|\\) |\n| $5 | $6 |\n| $\\|v\\|$ | a \\| b |") == [
        "a        │ $|b|$",
        "─────────┼────────",
        "$P(A|B)$ │ \\(|x|\\)",
        "$5       │ $6",
        "$\\|v\\|$  │ a | b",
    ]


ALIGNED = "So *we* get\n\\[\n\\begin{aligned}\n  a_1 &= b*c \\\\\n- d &= e*f\n\n\\end{aligned}\n\\]\nas said."


def test_a_formula_is_shown_as_it_is_written() -> None:
    rendering = rendered(ALIGNED, 40)

    assert shown(ALIGNED) == ["So we get", *ALIGNED.split("\n")[1:]]
    assert [span.role for span in rendering.row(3)] == ["text formula"]
    assert rendering.slice((3, 2), (3, 5)) == "a_1"
    assert rendering.slice((1, 0), (7, 2)) == ALIGNED[len("So *we* get\n") : -len("\nas said.")]
    assert rendering.slice((5, 0), (6, 4)) == "\n\\end"
    assert [found[0] for found in rendering.find(re.compile(re.escape("b*c")), 0, 9)] == [(3, 9, 12)]


def test_a_formula_in_a_quote_and_a_list_is_copied_from_the_source() -> None:
    text = "> - so \\[\n>   a*b*c\n>   \\]"
    rendering = rendered(text, 40)

    assert shown(text) == ["▌ • so \\[", "▌   a*b*c", "▌   \\]"]
    assert rendering.slice((0, 7), (2, 6)) == text[7:]


def test_an_open_formula_is_shown_so_far_and_settled_once_its_end_is_known() -> None:
    def all_shown() -> list[str]:
        return ["".join(span.text for span in row).rstrip() for row in rows(rendering)]

    rendering = Rendering("text", 40)
    rendering.append("\\[\nx_1 * y_1\n\n- z*a*b")
    assert all_shown() == ["\\[", "x_1 * y_1", "- z*a*b"]
    rendering.append("\n\\")
    assert all_shown() == ["\\[", "x_1 * y_1", "", "- z*a*b", "\\"]
    rendering.append("]\nso *it* is\n")
    assert all_shown() == ["\\[", "x_1 * y_1", "", "- z*a*b", "\\]", "so it is"]

    rendering = Rendering("text", 40)
    rendering.append("\\[\nx_1 * y_1\n\n- z*a*b\n")
    rendering.append("# head")
    rendering.end()
    assert all_shown() == ["\\[", "x_1 * y_1", "", "• zab", "", "head"]


def test_half_a_table_row_is_shown_as_text() -> None:
    rendering = Rendering("text", 40)
    rendering.append("| a | b |\n|---|---|\n| 1 | 2")

    assert ["".join(span.text for span in row).rstrip() for row in rows(rendering)] == ["a │ b", "──┼──", "| 1 | 2"]
    rendering.append(" |\n")
    assert "".join(span.text for span in rendering.row(2)) == "1 │ 2"


def test_an_open_fence_is_code() -> None:
    rendered("```py\n```", 40)  # loads the lexer
    rendering = Rendering("text", 40)
    rendering.append("```py\nif x:\n  # *no")

    assert rendering.row(2)[0].text == "│ "
    assert {span.role for span in rendering.row(2)[1:]} == {"block", "block comment"}


def test_code_is_plain_until_its_lexer_is_loaded_and_then_all_coloured() -> None:
    text = "```cobol\n* a comment\n"
    rendering = Rendering("text", 40)
    rendering.append(text)
    early = list(rendering.row(1))
    while rows(rendering)[1] == early:
        rendering.append("x\n")
    rendering.append("```\n")
    rendering.end()

    assert {span.role for span in early[1:]} == {"block"}
    assert rows(rendering) == rows(rendered("".join(rendering.source), 40))


def test_a_lone_mark_restyles_nothing() -> None:
    rendering = Rendering("text", 40)
    rendering.append("some **text that goes on and `on")

    assert {span.role for row in rows(rendering) for span in row} == {"text"}


def test_a_link_that_is_defined_below_is_a_link_in_the_end() -> None:
    text = "see [there] and [here][b]\n\n- text\n\n[there]: http://a\n[b]: http://b\n"
    rendering = stream(text, 40, Random(1))

    spans = [span for span in rendering.row(0) if "link" in span.role.split()]

    assert [span.text for span in spans] == ["there", "here"]
    assert [rendering.link_at(0, span.origin) for span in spans] == list(links_in(text))


def test_code_in_pieces_is_coloured_like_the_whole() -> None:
    text = "```js\n/* a\n if b */ let c = `d\n${e}`;\n```\n"

    assert rows(stream(text, 40, Random(2))) == rows(rendered(text, 40))
    assert rendered(text, 40).row(2)[1].role == "block comment"


def test_a_selection_copies_the_source_with_the_marks_around_whole_constructs() -> None:
    rendering = rendered("# Title\n\nSome **bold** and `code`.\n\n- one\n- two\n\n```py\nx\n```\n", 40)

    assert shown("# Title\n\nSome **bold** and `code`.")[2] == "Some bold and code."
    assert rendering.slice((2, 5), (2, 9)) == "**bold**"
    assert rendering.slice((2, 5), (2, 7)) == "bo"
    assert rendering.slice((2, 0), (2, 19)) == "Some **bold** and `code`."
    assert rendering.slice((0, 0), (0, 5)) == "# Title"
    assert rendering.slice((4, 0), (5, 5)) == "- one\n- two"
    assert rendering.slice((7, 0), (8, 3)) == "```py\nx\n```"
    assert rendering.slice((2, 10), (4, 5)) == "and `code`.\n\n- one"


@pytest.mark.parametrize("name", ["prose", "list", "table", "code", "endless line", "formula", "formulas"])
def test_the_work_for_more_text_does_not_grow_with_the_text_before_it(name: str) -> None:
    """The work is counted in function calls, whose number is the same on every machine."""
    parts = {
        "prose": ["Some **bold** words.\n\n"],
        "list": ["- item with `code`\n"],
        "table": ["| cell | cell |\n"],
        "code": ["    x = foo(bar)\n"],
        "endless line": ["abcdef" * 3],
        "formula": ["x_1 * y_2 \\\\\n"],
        "formulas": [r"\(x_1*y_2\) is $a*b$. "],
    }[name]
    start = {"table": "| a | b |\n|---|---|\n", "code": "```py\n", "formula": "\\[\n"}.get(name, "")
    rendering = Rendering("text", 60)
    rendering.append(start)

    def work(count: int) -> int:
        calls = 0

        def count_call(*_: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count_call)
        try:
            for _ in range(count):
                for part in parts:
                    rendering.append(part)
        finally:
            sys.setprofile(None)
        return calls

    early = work(200)
    for _ in range(1_500 if name == "formulas" else 5_000):
        rendering.append(parts[0])
    late = work(200)

    assert late < 1.3 * early


LONG = {
    "words": "lorem ipsum dolor " * 3_500,
    "lines": "lorem ipsum dolor\n" * 3_500,
    "a word": "abcdefghij" * 6_500,
    "an item": "- " + "lorem ipsum dolor " * 3_500 + "\n- next",
    "a quote": "> " + "lorem ipsum dolor\n> " * 3_500,
    "a heading": "## " + "lorem ipsum dolor " * 3_500 + "##\n\nnext",
    "just as long as one leaf": "a" * 20_000 + " b",
    "a formula": "So \\[ " + "x_1 * y_2 + z_3 = " * 3_000 + "\\] is *all*",
    "a formula in lines": "\\[\n" + "x_1 * y_2 + z_3 \\\\\n" * 3_000 + "\\]\n*all*",
    "an open formula": "\\( x_1 * y_2" + " + z_3 * a_4" * 4_000,
    "formulas": r"Let \(x_1*x_2\) and $y*z*w$ be. " * 800,
    "openings": r"\( a \[ b $c $$ " * 600,
    "what looks like a definition": "x" * 20_999 + " [a]: https://example.org\nlast",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_paragraph_of_any_length_in_pieces_is_shown_like_the_whole_and_loses_nothing(text: str) -> None:
    random = Random(1)
    rendering = Rendering("text", 40)
    rest = text
    while rest:
        size = random.choice([1, 7, 300, 4_000, 25_000])
        rendering.append(rest[:size])
        rest = rest[size:]
    rendering.end()

    assert rows(rendering) == rows(rendered(text, 40))
    letters = [letter for row in rows(rendering) for span in row for letter in span.text if letter.isalnum()]
    assert letters == [letter for letter in text if letter.isalnum()]
    assert not any("".join(span.text for span in row).strip() == "" for row in rows(rendering)[:1_000])
    assert rendering.slice(None, None) == text


@pytest.mark.parametrize(
    "text", ["---" * 5_000, " " * 15_000, "- " * 7_000, "```" + "`" * 9_000], ids=lambda text: text[:3]
)
@pytest.mark.parametrize("after", ["", "and then text", "\nnext"])
def test_a_long_line_whose_block_is_undecided_is_decided_at_its_end(text: str, after: str) -> None:
    rendering = Rendering("text", 40)
    for start in range(0, len(text), 1_000):
        rendering.append(text[start : start + 1_000])
    rendering.append(after)
    rendering.end()

    assert rows(rendering) == rows(rendered(text + after, 40))


def test_a_line_of_tabs_is_drawn_in_time_proportional_to_its_length() -> None:
    began = time.process_time()

    drawn = shown("\t" * 2_000 + "x")

    assert drawn[-1].endswith("x")
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("start", "width", "text", "origins"),
    [
        (0, 20, "ab日本cd", [0, 10, -1]),
        (1, 3, "b日", [1, 10]),
        (3, 4, " 本c", [11, -1]),
        (2, 3, "日 ", [10]),
        (20, 5, "", []),
    ],
)
def test_a_part_of_a_row(start: int, width: int, text: str, origins: list[int]) -> None:
    part = list(cropped([Span("ab", "x", 0), Span("日本", "y", 10), Span("cd", "z")], start, width))

    assert "".join(span.text for span in part) == text
    assert [span.origin for span in part] == origins
    assert row_cells(part) <= width
