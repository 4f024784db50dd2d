"""Markdown as HTML that can do nothing."""

import pytest

from diptych.report.html.answer import answer_html

LINK = 'rel="noopener noreferrer nofollow"'


def formula(begin: str, end: str) -> str:
    """A formula between brackets, with line feeds and double backslashes by their letters."""
    text = f"\\{begin}\\{end}".replace("NL", "\n").replace("BB", "\\\\")
    return f'<span class="formula">{text}</span>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>\n"),
        ("# a", "<h3>a</h3>\n"),
        ("##### a", "<h3>a</h3>\n"),
        ("# a\n### b\n## c\n# d", "<h3>a</h3>\n<h4>b</h4>\n<h4>c</h4>\n<h3>d</h3>\n"),
        ("<b>", "<p>&lt;b&gt;</p>\n"),
        ("```py\n<\n```", '<pre tabindex="0"><code>&lt;\n</code></pre>\n'),
        ("[a](http://b)", f'<p><a href="http://b" {LINK}>a</a></p>\n'),
        ('[a](HTTPS://b "c")', f'<p><a href="HTTPS://b" {LINK}>a</a></p>\n'),
        ("<mailto:a@b.c>", f'<p><a href="mailto:a@b.c" {LINK}>mailto:a@b.c</a></p>\n'),
        ("[a](b)", "<p>[a](b)</p>\n"),
        ("[a](javascript:b)", "<p>[a](javascript:b)</p>\n"),
        ("![a](http://b)", "<p>[image: a] (http://b)</p>\n"),
        ("![<](http://b)", "<p>[image: &lt;] (http://b)</p>\n"),
        ("![a](data:image/png;base64,b)", "<p>![a](data:image/png;base64,b)</p>\n"),
        ("[![a](http://b)](http://c)", f'<p><a href="http://c" {LINK}>[image: a] (http://b)</a></p>\n'),
        ("a\x00b", "<p>a␀b</p>\n"),
        ("&#x202E;", "<p>⟨U+202E⟩</p>\n"),
        ("", ""),
        ("> a\n\n***", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr />\n"),
        ("- a\n  - b\n- c", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n"),
        ("3. a\n\n4. b", '<ol start="3">\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ol>\n'),
        ("- a\n\n  b", "<ul>\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n</ul>\n"),
        ("- [x] a\n- [ ] b\n-", "<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n<li></li>\n</ul>\n"),
        ("- [x] a\n\n  b", "<ul>\n<li>\n<p>☑ a</p>\n<p>b</p>\n</li>\n</ul>\n"),
        ("[a] [c]\n\n[a]: /b\n[c]: http://d", f'<p>[a](/b) <a href="http://d" {LINK}>c</a></p>\n'),
        ("a<br>b<BR/>\nc", "<p>a<br />\nb<br />\nc</p>\n"),
        ("\\*&amp;", "<p>*&amp;</p>\n"),
        ("**重点：**这里", "<p><strong>重点：</strong>这里</p>\n"),
        (r"\(x_1 * x_2 < y_1 * y_2\)", f"<p>{formula('(x_1 * x_2 &lt; y_1 * y_2', ')')}</p>\n"),
        (
            "so\n\\[\n- a &= b \\\\\n\n= c\n\\]\nis",
            f"<p>so<br />\n{formula('[NL- a &amp;= b BBNLNL= cNL', ']')}<br />\nis</p>\n",
        ),
    ],
)
def test_markdown(text: str, html: str) -> None:
    assert answer_html(text) == html


def test_a_table_is_aligned_by_classes() -> None:
    html = answer_html("|a|b|c|\n|-|:-:|-:|\n|1|2|3|")

    assert '<th>a</th>\n<th class="to-center">b</th>\n<th class="to-right">c</th>' in html
    assert '<td>1</td>\n<td class="to-center">2</td>\n<td class="to-right">3</td>' in html


def test_a_row_with_bars_in_a_formula_has_the_cells_that_it_should() -> None:
    html = answer_html("|a|b|\n|-|-|\n|$|x|$|\\(P(A|B)\\)|")

    assert '<td><span class="formula">$|x|$</span></td>' in html
    assert '<td><span class="formula">\\(P(A|B)\\)</span></td>' in html


@pytest.mark.parametrize("text", ["lorem ipsum " * 4_000, "\\[ " + "x_1 * y_1 = " * 4_000])
def test_a_paragraph_of_any_length_is_one(text: str) -> None:
    html = answer_html(text)

    assert html.count("<p>") == 1
    assert "".join(html.replace('<span class="formula">', "").replace("</span>", "")[3:-5].split()) == "".join(
        text.split()
    )


def test_a_line_of_a_formula_that_looks_like_a_heading_is_part_of_it() -> None:
    for opening, closer in (("$$", "$$"), (r"\[", r"\]")):
        formula = f"{opening}\na > 0\n# of items * 2 * 3\n{closer}"
        assert formula.replace(">", "&gt;") in answer_html(f"{formula}\n\nAfter it.")
    assert "<h3>Heading</h3>" in answer_html("$$\n\n# Heading\n\ntext")
