"""Which blocks an answer has, and where."""

import pytest

from diptych.differences.compared_blocks import Block, markdown_blocks
from tests.differences.checking import check_blocks


def brief(text: str) -> list[tuple[str, int, str]]:
    """Return the kind and level of each block, and what is compared of it."""
    blocks = markdown_blocks(text)
    check_blocks(text, blocks)
    return [(block.kind, block.level, block.compared) for block in blocks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("one\ntwo\n\nthree", [("paragraph", 0, "one\ntwo"), ("paragraph", 0, "three")]),
        ("## Title ##\ntext", [("heading", 2, "Title"), ("paragraph", 0, "text")]),
        ("Title\n---", [("heading", 2, "Title")]),
        (
            "- a\n  - b\n\n    c\n- [x] d",
            [("item", 1, "a"), ("item", 2, "b"), ("paragraph", 2, "c"), ("item", 1, "[x] d")],
        ),
        ("-\n- # a", [("item", 1, ""), ("heading", 1, "a")]),
        ("> quoted\nlazy", [("paragraph", 1, "quoted\nlazy")]),
        ("|a|b|\n|-|-|\n|1|2| ", [("row", 0, "|a|b|"), ("row", 0, "|1|2|")]),
        ("intro\n|a|b|\n|-|-|", [("paragraph", 0, "intro"), ("row", 0, "|a|b|")]),
        (
            "```py\nx = 1\n\n  y\n```",
            [("fence", 0, "py"), ("code", 0, "x = 1"), ("code", 0, "  y"), ("fence", 0, "")],
        ),
        ("```\nx\n\n", [("fence", 0, ""), ("code", 0, "x")]),
        ("    code\n\n    more", [("code", 0, "code"), ("code", 0, "more")]),
        ("- ```\n\t- tab", [("fence", 1, ""), ("code", 1, "\t- tab")]),
        ("a\n\n---\n\nb", [("paragraph", 0, "a"), ("rule", 0, "---"), ("paragraph", 0, "b")]),
        (
            "[a]: b\n[c]: d\ntext\n\n- [e]: f\n\n[g]: h",
            [
                ("definition", 0, "[a]: b"),
                ("definition", 0, "[c]: d"),
                ("paragraph", 0, "text"),
                ("definition", 0, "- [e]: f"),
                ("definition", 0, "[g]: h"),
            ],
        ),
    ],
)
def test_blocks_of_every_kind(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert brief(text) == expected


def test_a_long_paragraph_is_one_block() -> None:
    text = "many words " * 9_000

    assert brief(f"{text}\nmore\n\nend") == [("paragraph", 0, f"{text.rstrip()} \nmore"), ("paragraph", 0, "end")]


def test_a_block_knows_its_lines() -> None:
    assert markdown_blocks("\n\n> one\n> two\n\n")[0] == Block("paragraph", 1, "> one\n> two", 2, 11, 2, 3, 2)
