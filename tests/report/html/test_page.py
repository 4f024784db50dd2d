"""A round as one HTML file."""

import base64
import hashlib
import re

import pytest
from hypothesis import given, strategies

from diptych.core.content import RedactedThinking, Text
from diptych.core.failure import Failure
from diptych.core.round import ExperimentCase, Round
from diptych.core.run import Run
from tests.report.pages import html, read
from tests.report.rounds import PROMPT, hostile, usual
from tests.report.runs import T0, answered, arrived, begun

HOSTILE = [
    "<script>document.title = 'run'</script>",
    "</style><style>body { background: url(http://127.0.0.1/x) }</style>",
    "</title></textarea></details></div></main><h1>out</h1>",
    "<img src=x onerror=alert(1)> <svg onload=alert(1)> <a href='javascript:alert(1)'>x</a>",
    "\" onmouseover=alert(1) x=\"' onclick=alert(1) '",
    "[a](javascript:alert(1)) [b](data:text/html,x) [c](JaVaScRiPt:alert(1)) [d](//x/) [e](file:///etc/passwd) [f](#g)",
    "[a](java\nscript:alert(1)) <javascript:alert(1)> [b]: data:x\n\n[b]\n\n[c](&#106;avascript:alert(1))",
    "![x](http://127.0.0.1/x) ![y](data:image/png;base64,x) [![z](http://127.0.0.1/z)](http://127.0.0.1/)",
    '```html" onclick="alert(1)\n</code></pre><script>x</script>\n```\n\n~~~ side left\n]]>\n~~~',
    "|a|\n|-:|\n|<script>x</script>|\n\n# <b>x</b>\n\n<!-- x -->\n\n<?x ?>\n\n<![CDATA[x]]> ]]>",
    '[x](http://a/"onclick="alert(1) "title\\" onclick=\\"alert(1)") <http://a/"onclick=alert(1)>',
    "\x00\x1b[31m\x9b31m\ud800\u202e\u2066\ufeff\r \x0c",
    "&#x202E; &#0; &#xD800; &lrm; &#27; <http://x/%E2%80%AE>",
    "",
    "   ",
]
TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "main",
        "section",
        "article",
        "div",
        "p",
        "span",
        "i",
    ),
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "a",
        "em",
        "strong",
        "s",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "br",
    ),
    *("hr", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "del", "ins", "dl", "dt", "dd", "b"),
    *("svg", "desc", "g", "path", "line", "circle", "rect", "text"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "dir", "scope", "href", "rel", "start"),
    *("viewbox", "role", "aria-labelledby", "id", "x", "y", "dx", "dy", "x1", "y1", "x2", "y2", "width", "height"),
    *("cx", "cy", "r", "d", "text-anchor", "colspan", "tabindex", "aria-label", "aria-hidden"),
}
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


PIECES = [*"<>&\"'`~[]()!|\\/#*_:;=- \n\t\0\r\ud800x", "script", "javascript:", "http://x", "&#60;", "on", "```", "|-|"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    check(text)


@given(strategies.lists(strategies.sampled_from(PIECES) | strategies.characters(exclude_categories=())))
def test_no_mixture_of_marks_becomes_markup(pieces: list[str]) -> None:
    check("".join(pieces))


def check(text: str) -> None:
    page = html(hostile(text))
    read_page = read(page)

    assert {tag for tag, _ in read_page.elements} <= TAGS
    assert {name for _, attributes in read_page.elements for name in attributes} <= ATTRIBUTES
    assert len(read_page.attributes("style")) == len(read_page.attributes("h1")) == 1
    assert not UNSEEN.search(page)
    page.encode()
    skip, *links = read_page.attributes("a")
    assert skip == {"class": "skip", "href": "#content"}
    for link in links:
        assert (link["href"] or "").startswith(("http://", "https://", "mailto:"))
        assert link["rel"] == "noopener noreferrer nofollow"
        assert link.keys() == {"href", "rel"}


def test_what_was_removed_is_still_seen() -> None:
    page = html(hostile("\x1b[31m \u202e &#x202E; \ud800"))

    assert "␛[31m ⟨U+202E⟩ ⟨U+202E⟩ �" in page


def test_a_picture_is_words_and_an_unsafe_link_its_source() -> None:
    page = html(hostile("![a *b*](http://127.0.0.1/x.png) [c](javascript:d)"))

    assert "<p>[image: a *b*] (http://127.0.0.1/x.png) [c](javascript:d)</p>" in page


def test_the_page_allows_nothing_but_its_own_style() -> None:
    page = html(usual())
    style = re.findall("<style>(.*?)</style>", page, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    metas = {meta.get("http-equiv") or meta.get("name"): meta.get("content") for meta in read(page).attributes("meta")}

    assert metas["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert metas["referrer"] == "no-referrer"
    assert not re.search(r"url\(|@import|http", style)


def test_the_style_holds_nothing_that_html_would_read_otherwise() -> None:
    style = re.findall("<style>(.*?)</style>", html(usual()), re.DOTALL)[0]

    assert style.isascii()
    assert not set("\r<&") & set(style)  # the hash is of the very bytes that the browser reads


def test_the_answers_stand_side_by_side_below_the_prompt() -> None:
    page = read(html(usual()))

    assert page.attributes("html") == [{"lang": "en"}]
    assert "How do I merge two dictionaries in Python? Show the ways, … · Diptych" in page.text
    assert "Diptych · 2026-11-25 05:34 UTC" in page.text
    assert PROMPT in page.text
    assert [side["class"] for side in page.attributes("article")] == ["side accent-1", "side accent-2"]
    assert "right anthropic:claude-sonnet-5-5 · simulated" in page.text
    assert "Thinking, 57 characters" in page.text
    assert "reasoning tokens60–" in page.text
    assert "left: 80 lines" in page.text


def test_a_round_of_an_experiment_says_where_it_belongs() -> None:
    def above(case: ExperimentCase) -> str:
        return read(html(Round("hi", 1_000.0, [answered()], experiment_case=case))).text

    assert "Diptych · – · experiment x3, case <a>, repeat 2" in above(ExperimentCase(3, "<a>", 2))
    assert "Diptych · – · an experiment, case a, repeat 1" in above(ExperimentCase(None, "a", 1))


def test_a_label_that_names_the_model_is_not_said_twice() -> None:
    labels = ("anthropic:claude-sonnet-5-5", "anthropic:claude-sonnet-5-5#2")

    page = read(html(Round("hi", 0.0, [answered(label) for label in labels])))

    assert page.text.count("anthropic:claude-sonnet-5-5#2 anthropic:claude-sonnet-5-5") == 1
    assert "anthropic:claude-sonnet-5-5 anthropic:claude-sonnet-5-5" not in page.text


@pytest.mark.parametrize("date", [None, 1e300, float("nan"), -1e15])
def test_a_date_that_is_none_is_a_dash(date: float | None) -> None:
    assert "Diptych · –</p>" in html(usual(date))


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Hi!", "Hi! · Diptych"),
        ("Two\n lines", "Two lines · Diptych"),
        (" \n", "Diptych"),
        ("x" * 61, f"{'x' * 60} … · Diptych"),
        (f"{'x' * 50} {'y' * 50}", f"{'x' * 50} … · Diptych"),
        ("<b>", "&lt;b&gt; · Diptych"),
    ],
)
def test_the_title_is_the_first_words_of_the_prompt(prompt: str, title: str) -> None:
    assert f"<title>{title}</title>" in html(hostile("x", prompt=prompt))


def text_of(run: Run) -> str:
    return read(html(Round("hi", 1_000.0, (run,)))).text


def test_an_answer_that_is_none_says_why() -> None:
    failed, cut, silent = begun(), begun(), begun("right")
    failed.fail(Failure("connection", "The connection was lost."), T0 + 1)
    arrived(cut, 0.4, "e", RedactedThinking(), Text("Hel"))
    cut.cut(T0 + 1)
    silent.complete()

    assert "\nThe connection was lost. (request req_01)\n" in text_of(failed)
    assert (
        "\nHel\n\nThe stream ended after 1 event without its end marker. Send the prompt again for a whole answer.\n"
        in text_of(cut)
    )
    assert "Blocks of thinking that came encrypted: 1." in text_of(cut)
    assert "\nThe answer is complete, but there is nothing in it.\n" in text_of(silent)


def test_a_tool_call_and_a_refusal_are_told_apart_from_text() -> None:
    assert '\nTool call get_weather\n{"city": "Paris"}\n' in text_of(answered())
    assert "\nRefusal\n[x](y)\n" in read(html(hostile("[x](y)"))).text


def test_settings_stand_under_the_title_and_whole_below() -> None:
    run = answered(system="Be <brief>. " * 20, max_tokens=300)
    text = read(html(Round("hi", 1_000.0, (run, answered("right"))))).text

    assert '≠ system "Be <brief>. Be <brief>.' in text
    assert "≠ max 300" in text
    assert f"System prompt\n{'Be <brief>. ' * 20}" in text


def test_a_key_is_in_none_of_it() -> None:
    assert "sk-1" not in html(usual())
