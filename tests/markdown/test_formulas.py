"""Which texts are formulas, and where a formula ends."""

import pytest

from diptych.markdown.formulas import FormulaOpening, Formulas
from tests.markdown.reference import ours


def formulas(text: str) -> list[str]:
    """Return the formulas in inline content."""
    return [text[start : formula.end] for start, formula in Formulas(text).spans()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"Let \(x_1 * x_2\) and \(n\).", [r"\(x_1 * x_2\)", r"\(n\)"]),
        (r"So \[ a \\[2pt] b \] holds.", [r"\[ a \\[2pt] b \]"]),
        (r"\\(no\\) but \\\(a\\\)", [r"\(a\\\)"]),
        ("$$a*b*c$$ and $$\nd\n$$", ["$$a*b*c$$", "$$\nd\n$$"]),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", [r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"]),
        (r"a \begin{b}\begin{b}x\end{b}\end{b} c", [r"\begin{b}\begin{b}x\end{b}\end{b}"]),
        (r"code first: `\(` \(a ` \) b` \)", [r"\(a ` \) b` \)"]),
        ("`$x$` $y$ ``$z$``", ["$y$"]),
        (r"\$5 and $\$5 + x$", [r"$\$5 + x$"]),
        ("设$x$为$n!$。", ["$x$", "$n!$"]),
        (
            "$x$, the $n$th, $2n$, $(a, b)$, $10$, $O(n log n)$",
            ["$x$", "$n$", "$2n$", "$(a, b)$", "$10$", "$O(n log n)$"],
        ),
        (
            r"$v = \text{distance per time}$ $speed = way / time$",
            [r"$v = \text{distance per time}$", "$speed = way / time$"],
        ),
        ("$a +\nb$", ["$a +\nb$"]),
        ("\\[E\\]", ["\\[E\\]"]),
        ("so that\n\\[n!\\]  \nholds", ["\\[n!\\]"]),
    ],
)
def test_formulas(text: str, found: list[str]) -> None:
    assert formulas(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $10",
        "from $5 to 10$ a piece",
        "$5, then 10$",
        "US$5 and US$6",
        "5$ and 6$",
        "$5M vs. $6M",
        "$HOME, $PATH and ${VAR}",
        "${A}$(b)",
        "$HOME$USER",
        '"$a" and "$b"',
        "$ ls -la $HOME",
        "$x = $y; echo $?",
        "$100和$200",
        "^a$|^b$",
        "echo $$; echo",
        "$$ $$",
        r"\$x$",
        "`$x$`",
        "a $`b`$ c",
        "$x $ y",
        "$a\n\nb$",
        r"\[ \]",
        r"\[1\] and \[optional\] and \[ \] and \[a, 2 b\]",
        r"[a\](b) \[a\](b = c) [d]\(e = f\)",
        r"\[a = b\](c)",
        r"\[x] is my_thing",
        r"\(see below",
        r"use \begin{align} for it",
        r"\end{a} \) \]",
        "no $",
    ],
)
def test_what_is_not_a_formula(text: str) -> None:
    assert formulas(text) == []


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        (r"so \( \frac{a_1}{b} and **on**", r"\( \frac{a_1}{b} and **on**"),
        (r"so \[ f(x) = y", r"\[ f(x) = y"),
        ("$$ x_1", "$$ x_1"),
        ("so\n  $$\nx", "$$\nx"),
        ("\\begin{align}\nx", "\\begin{align}\nx"),
    ],
)
def test_an_unclosed_formula_reaches_to_the_end(text: str, formula: str) -> None:
    assert formulas(text) == [formula]


@pytest.mark.parametrize(
    ("line", "opening"),
    [
        (r"so: \[", FormulaOpening(r"\]", is_sure=True)),
        (r"\[ a \] and \[", FormulaOpening(r"\]", is_sure=True)),
        ("$$", FormulaOpening("$$", is_sure=True)),
        (r"\begin{a} \begin{b} \end{b}", FormulaOpening(r"\end{a}", is_sure=True)),
        ("the shell is $$", FormulaOpening("$$", is_sure=False)),
        ("$$a$$", None),
        (r"so \( x_1", None),
        ("$$ is the shell", None),
        ("plain", None),
    ],
)
def test_the_formula_that_is_open_at_the_end_of_a_line(line: str, opening: FormulaOpening | None) -> None:
    assert Formulas(line).opening() == opening


def test_a_text_that_begins_inside_a_formula() -> None:
    assert [formula.end for _, formula in Formulas(r"b \] \(c\)", r"\]").spans()] == [4, 10]
    assert Formulas("b", r"\]").opening() == FormulaOpening(r"\]", is_sure=True)


def kinds(text: str) -> list[str]:
    """Return the blocks of a text, which are the same if it arrives in single characters and at once."""
    told = ours(list(text + "\n"))
    assert ours([text + "\n"]) == told
    return [f"{len(path)}{kind}" for path, kind, *_ in told]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("a\n\\[\n- x\n+ y\n> z\n=\n1. w\n\\]\nb", ["0paragraph"]),
        ("\\[\n\nx\n\n- y\n\n\\]\n\nb", ["0paragraph", "0paragraph"]),
        ("- a: \\[\n  x\n\n  - y\n  \\]\n- b", ["1paragraph", "1paragraph"]),
        ("- a: \\[\nx\n\\]\n- b", ["1paragraph", "1paragraph"]),
        ("> \\[\n> - x\n> \\]\n\nb", ["1paragraph", "0paragraph"]),
        ("a: $$\n- x\n$$", ["0paragraph"]),
        ("\\[ x \\] \\[\n- y\n\\]\n- z", ["0paragraph", "1paragraph"]),
        ("\\[\n\n\\begin{a}\n\n- x\n\\end{a}\n\\]", ["0paragraph"]),
        ("`\\[`\n- x", ["0paragraph", "1paragraph"]),
        # not closed: up to a blank line, or only its first line if it may not have been a formula
        ("\\[ x_1\n- y\n\n- z", ["0paragraph", "1paragraph"]),
        ("\\[\n\nx\n\n- y\n\n# z", ["0paragraph", "0paragraph", "1paragraph", "0heading"]),
        ("\\[\n```\nx\n```", ["0paragraph", "0code"]),
        ("> \\[\n\nx \\]", ["1paragraph", "0paragraph"]),
        ("- \\[\n\nx \\]", ["1paragraph", "0paragraph"]),
        ("the shell is $$\n- x\n- y\n\nz", ["0paragraph", "1paragraph", "1paragraph", "0paragraph"]),
        ("the shell is $$\n- x", ["0paragraph", "1paragraph"]),
        ("\\[\n\nx\n\\[\n- y\n\\]", ["0paragraph", "0paragraph"]),
        ("\\begin{a}\n\n\\begin{b}\n\n- x", ["0paragraph", "0paragraph", "1paragraph"]),
        ("\\[\n\n" + "- x\n" * 70 + "\\]", ["0paragraph", *["1paragraph"] * 70]),
        (
            "\\[\n\n\\begin{a}\n\n- x\n\n\\begin{b}\n\n# y",
            ["0paragraph", "0paragraph", "1paragraph", "0paragraph", "0heading"],
        ),
        ("a $$\nb\n\nc $$\n\\[\n- d", ["0paragraph", "0paragraph"]),
    ],
)
def test_the_lines_of_a_formula_are_not_blocks(text: str, blocks: list[str]) -> None:
    assert kinds(text) == blocks
