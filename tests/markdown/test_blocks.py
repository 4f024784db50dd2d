import re
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.markdown.reference import ours, theirs
from tests.markdown.samples import TEXTS, in_pieces, readmes

READMES = readmes()

_KNOWN_DIFFERENCES = (
    # markdown-it makes a table even of lines that begin with the mark of another block; we read the mark first.
    re.compile(r"^[ >]*([-+*>]|#+|~~~|```|\d+[.)]).*\|.*\n.*[-:|]", re.MULTILINE),
    # Whether a quotation mark begins the title of a definition shows only when it is closed, lines later perhaps.
    re.compile(r"\]:\s*\S*\s*\n[ >\t]*[\"(']"),
    # markdown-it counts the white space after a task's box as no indent, but as a reason to open no block.
    re.compile(r"\[[ xX]\][ \t]{2}"),
    # A list in a list that a tab ends: columns are counted from the inner or from the outer one.
    re.compile(r"(\d+[.)]|[-+*]) +(\d+[.)]|[-+*]) .*\n\t[-+*\d]"),
    # What begins a formula here, and emphasis next to Chinese and Japanese: `test_formulas.py` and `test_cjk.py`.
    re.compile(r"\\[\[(]|[*_~][日]|[ト][*_~]"),
)

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


@given(TEXTS, st.randoms(use_true_random=False))
def test_any_text_in_any_pieces_is_read_as_markdown_it_reads_it(text: str, random: Random) -> None:
    text += "\n"  # without it, markdown-it reads code that nothing closes otherwise than it does with it
    assume(not any(known.search(text) for known in _KNOWN_DIFFERENCES))

    assert ours(in_pieces(text, random)) == theirs(text)


@pytest.mark.parametrize(("name", "text"), READMES, ids=[name for name, _ in READMES])
def test_what_people_wrote_is_read_as_markdown_it_reads_it(name: str, text: str) -> None:
    text = _BREAK.sub("(a break)", text)  # which is text to markdown-it, and breaks the line here

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


def test_deeper_than_anyone_writes_is_text() -> None:
    leaf = ours(["> " * 60 + "deep\n"])[0]

    assert len(leaf[0]) == 50
