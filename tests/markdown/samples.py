"""Markdown for the tests: fragments that are difficult in combination, and texts that people wrote."""

from importlib.metadata import distributions
from random import Random

from hypothesis import strategies as st

from diptych.core.text.sanitize import clean

BLOCKS = ("- ", "* ", "+ ", "1. ", "2. ", "10) ", "> ", ">", "#", "# ", "## ", "```", "```py", "~~~", "- [x] ", "[ ] ")
SPACE = ("    ", "  ", " ", "\t", "\n", "\n", "\n\n", "  \n", "\\\n")
LINES = ("---", "===", "-", "=", "| a | b |\n|---|:-:|\n", "| 1 | 2 |\n", "\\|", "|", "/* c\n", "def f(x):\n")
INLINE = (
    "*",
    "**",
    "_",
    "`",
    "~~",
    "!",
    "\\",
    "&amp;",
    "<http://a>",
    "[a]",
    "[a][b]",
    "(x)",
    "![i](u)",
    "[l](http://x) ",
)
DEFINITIONS = ("[a]: /u\n", '[foo]: /url "title"\n')
WORDS = ("a", "b", "foo", "word word", "12", "1986. ", "<b>", "é", "日本語テキスト", "👩‍👩‍👧", "word " * 30, "x" * 90)
FRAGMENTS = BLOCKS + SPACE + LINES + INLINE + DEFINITIONS + WORDS
FORMULAS = (
    *(
        "\\[",
        "\\]",
        "\\(",
        "\\)",
        "$$",
        "$",
        "\\begin{a}",
        "\\end{a}",
        "\n\\[\n",
        "\n\\]\n",
        "\n$$\n",
        "x_1",
        "\\\\",
        "<br>",
    ),
    *("：", "「", "한", " = ", "\\frac{a}{b} "),
)
"""Fragments that our parser understands and markdown-it does not."""

TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)
ALL_TEXTS = st.lists(st.sampled_from(FRAGMENTS + FORMULAS * 3), max_size=30).map("".join)


def in_pieces(text: str, random: Random) -> list[str]:
    """Cut a text at random places."""
    pieces = []
    start = 0
    while start < len(text):
        stop = start + random.choice((1, 1, 2, 3, 5, 8, 20))
        pieces.append(text[start:stop])
        start = stop
    return pieces


def readmes() -> list[tuple[str, str]]:
    """Return the name and the Markdown description of each installed package that has one."""
    found: dict[str, str] = {}
    for distribution in distributions():
        headers = distribution.metadata.json
        if str(headers.get("description_content_type", "")).startswith("text/markdown"):
            found[distribution.name] = clean(str(headers.get("description", ""))).rstrip("\n") + "\n"
    return sorted(found.items())
