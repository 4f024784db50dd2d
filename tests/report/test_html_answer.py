"""Markdown as HTML that can do nothing."""

import pytest

from diptych.report.html_answer import answer_html

LINK = 'rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>\n"),
        ("# a", "<h3>a</h3>\n"),
        ("##### a", "<h6>a</h6>\n"),
        ("<b>", "<p>&lt;b&gt;</p>\n"),
        ("```py\n<\n```", "<pre><code>&lt;\n</code></pre>\n"),
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
    ],
)
def test_markdown(text: str, html: str) -> None:
    assert answer_html(text) == html


def test_a_table_is_aligned_by_classes() -> None:
    html = answer_html("|a|b|c|\n|-|:-:|-:|\n|1|2|3|")

    assert '<th>a</th>\n<th class="to-center">b</th>\n<th class="to-right">c</th>' in html
    assert '<td>1</td>\n<td class="to-center">2</td>\n<td class="to-right">3</td>' in html
