import re
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.markdown.reference import ours, theirs
from tests.markdown.samples import TEXTS, in_pieces, readmes

READMES = readmes()

_KNOWN_DIFFERENCES = (
    # markdown-it reads a line that begins with the mark of another block as a table's. Our parser reads the mark first.
    re.compile(r"^[ >]*([-+*>]|#+|~~~|```|\d+[.)]).*\|.*\n.*[-:|]", re.MULTILINE),
    # A quotation mark begins the title of a definition only if it is closed, which may be lines later.
    re.compile(r"\]:\s*\S*\s*\n[ >\t]*[\"(']"),
    # After white space that follows a task's box, markdown-it opens no block, although it counts it as no indent.
    re.compile(r"\[[ xX]\][ \t]{2}"),
    # A tab ends a list in a list: columns are counted from the inner list or from the outer one.
    re.compile(r"(\d+[.)]|[-+*]) +(\d+[.)]|[-+*]) .*\n\t[-+*\d]"),
    # Formulas, and emphasis next to Chinese and Japanese text. See `test_formulas.py` and `test_cjk.py`.
    re.compile(r"\\[\[(]|[*_~][日]|[ト][*_~]"),
)

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


@given(TEXTS, st.randoms(use_true_random=False))
def test_any_text_in_any_pieces_is_read_as_markdown_it_reads_it(text: str, random: Random) -> None:
    text += "\n"  # without it, markdown-it reads unclosed code differently
    assume(not any(known.search(text) for known in _KNOWN_DIFFERENCES))

    assert ours(in_pieces(text, random)) == theirs(text)


@pytest.mark.parametrize(("name", "text"), READMES, ids=[name for name, _ in READMES])
def test_what_people_wrote_is_read_as_markdown_it_reads_it(name: str, text: str) -> None:
    text = _BREAK.sub("(a break)", text)  # text for markdown-it, and a line break for our parser

    assert ours(in_pieces(text, Random(name))) == theirs(text)


@pytest.mark.parametrize(
    "text",
    [
        "- one\n- two\n\n  still two\n\n3. three\n4) four\n",
        "> quoted\nlazily\n> > deeper\n\nnot\n",
        "| a | b |\n|:--|--:|\n| `x\\|y` | *z* | too much\n| short\n\nafter\n",
        "Title\n=====\n\nOther\n---\n",
        "[a]: <u> 'title'\n[b]:\n/v\n\n[a] and [b][] and [c][a]\n",
        "~~~ py extra\ncode\n```\n~~~~\nafter\n",
        "    indented\n\n    goes on\nends\n",
        "- [ ] open\n- [x] done\n- [x]no\n",
        "1. a\n   ```\n   code\n  ```\n\n   b\n",
        "<div>\n*html* is text\n</div>\n",
        "a  \nb\\\nc\nd\n",
        "* a\n  - b\n    + c\n\n      d\n",
    ],
)
def test_each_construct(text: str) -> None:
    assert ours(list(text)) == ours([text]) == theirs(text)


def test_markers_beyond_the_depth_limit_are_text() -> None:
    leaf = ours(["> " * 60 + "deep\n"])[0]

    assert len(leaf[0]) == 50
