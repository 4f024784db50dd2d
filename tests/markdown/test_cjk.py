"""Emphasis next to Chinese, Japanese and Korean text follows the CJK-friendly amendment of CommonMark."""

import pytest

from tests.markdown.reference import shown

EVERYTHING = [
    ("**重点：**这里", [("重点：", "strong"), ("这里", "")]),
    ("这是**「重点」**是", [("这是", ""), ("「重点」", "strong"), ("是", "")]),
    ("**강조(強調)**는", [("강조(強調)", "strong"), ("는", "")]),
    ("*「強調」*です", [("「強調」", "em"), ("です", "")]),
    ("~~取り消し。~~です", [("取り消し。", "strike"), ("です", "")]),
    ("~~「a」~~は", [("「a」", "strike"), ("は", "")]),
    ("***注意！***次", [("注意！", "em strong"), ("次", "")]),
    ("用**`code`**吧", [("用", ""), ("code", "strong code"), ("吧", "")]),
    ("见**[a](http://b)**吧", [("见", ""), ("a", "strong link"), ("吧", "")]),
    ("**全角：** 空", [("全角：", "strong"), (" 空", "")]),
    ("「**a.**」", [("「", ""), ("a.", "strong"), ("」", "")]),
    ("𠮟**(a)**𠮟", [("𠮟", ""), ("(a)", "strong"), ("𠮟", "")]),
    # variants: an ideograph's, a quotation mark's full width, a character that is shown as text
    ("葛\U000e0100**(a)**。", [("葛\U000e0100", ""), ("(a)", "strong"), ("。", "")]),
    ("**\u201ca\u201d\ufe01**b", [("\u201ca\u201d\ufe01", "strong"), ("b", "")]),
    ("**。\ufe00**b", [("。\ufe00", "strong"), ("b", "")]),
    ("**㊙\ufe0e**a", [("㊙\ufe0e", "strong"), ("a", "")]),
    ("a \ufe00**b**", [("a \ufe00", ""), ("b", "strong")]),
    # `_` still works only at the edges of words
    ("_「a」_ b", [("「a」", "em"), (" b", "")]),
    ("日_a_本", [("日_a_本", "")]),
    ("。_a_。", [("。", ""), ("a", "em"), ("。", "")]),
    # as in CommonMark
    ("**a:**b", [("**a:**b", "")]),
    ("a**(b)**c", [("a**(b)**c", "")]),
    ("**⭐**a", [("**⭐**a", "")]),
    ("a**⭐**", [("a**⭐**", "")]),
    ("a * b：* c", [("a * b：* c", "")]),
]


@pytest.mark.parametrize(("text", "runs"), EVERYTHING, ids=[text for text, _ in EVERYTHING])
def test_emphasis(text: str, runs: list[tuple[str, str]]) -> None:
    assert shown(text, {"references": {}}) == runs
