"""Foreign Markdown as a quote: it renders as it was meant, and nothing in it acts."""

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from diptych.report.quoted_markdown import quoted
from tests.fuzz.painting import assert_printable
from tests.fuzz.streams import TEXTS as ANY_TEXTS
from tests.markdown.samples import FRAGMENTS, readmes

ACTING = re.compile(r"(?<![A-Za-z0-9])@[A-Za-z0-9_]|#\d|!\d|&\d|(?<![A-Za-z0-9])gh-\d", re.IGNORECASE)
URL = re.compile(r"https?://\S+")
HOSTILE = (
    *("@name", "\\@name", "&#64;name", "&commat;name", "a@b.c"),
    *("#12", "\\#12", "&#35;12", "#&#49;2", "GH-12", "!7", "&3"),
    *("![i](http://t/x.png)", "\\![i](u)", "![i][r]", "[![b](u)](v)"),
    *("[^1]", "[^1]: note\n", "[!NOTE]\n", "[r]: http://e\n"),
    *("<div>\n", "</div>", "<!--", "-->", "<script>", "<br>", "<br>\n", "<?", "<!DOCTYPE", "<![CDATA[", "</details>"),
    *("<https://a.b/@name>", "<a@b.c>", "<javascript:x>", "https://a.b/@name", "xhttps://a.b/@name", "https://@name"),
    *("`", "``", "\\`", "\\\\", "\\\\|", "```\n", "~~~\n", "````", "&lt;b>", "&#8238;"),
    *("| ` | ` @name |\n", "|a|b|\n|-|-|\n"),
)
TEXTS = st.lists(st.sampled_from((*FRAGMENTS, *HOSTILE * 3)), max_size=25).map("".join)


def pasted(text: str) -> list[Token]:
    """Return the tokens of a text where it is pasted: with HTML, tables, definitions and footnotes."""
    parser = MarkdownIt("commonmark", {"maxNesting": 200}).enable(["table", "strikethrough"]).use(footnote_plugin)
    env: dict[str, object] = {}
    tokens: list[Token] = parser.parse(text, env)
    assert not env.get("references")
    return tokens


def inline(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def assert_harmless(text: str) -> None:
    """Assert that a pasted text is one block quote in which nothing acts."""
    tokens = pasted(text)
    assert [token.type for token in tokens if not token.level] == ["blockquote_open", "blockquote_close"]
    assert not [token for token in tokens if token.type == "html_block" or "footnote" in token.type]
    depth = 0
    for token in inline(tokens):
        assert token.type not in ("image", "footnote_ref", "footnote_anchor")
        assert token.type != "html_inline" or re.fullmatch(r"<br ?/?>", token.content, re.IGNORECASE)
        depth += (token.type == "link_open") - (token.type == "link_close")
        if token.type == "text" and not depth:
            assert not ACTING.search(URL.sub(" ", token.content)), token.content
            assert "\u202e" not in token.content


@given(TEXTS)
def test_nothing_escapes_the_quote(text: str) -> None:
    assert_harmless(quoted(text))


@given(ANY_TEXTS)
def test_nothing_invisible_is_written(text: str) -> None:
    written = quoted(text)

    assert_harmless(written)
    assert_printable(written)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_acts_does_not(text: str) -> None:
    assert_harmless(quoted(text))
    assert_harmless(quoted(f"Text {text} text\n\n- {text}\n\n| {text} | b |\n|---|---|\n| {text} | {text}"))


def test_what_people_wrote_stays_as_it_is() -> None:
    for _, text in readmes()[:40]:
        assert_harmless(quoted(text))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("# Title\n\n*a* `b`", "> # Title\n>\n> *a* `b`"),
        ("Ask @joe, not me@x.org", "> Ask @&#8203;joe, not me@x.org"),
        ("`@joe` and ``#1 ` ``", "> `@joe` and ``#1 ` ``"),
        ("```py\n@cache  # 1\n```", "> ```py\n> @cache  # 1\n> ```"),
        ("    <b>@x", ">     <b>@x"),
        ("a < b, <b>, 2<3", "> a < b, &lt;b>, 2<3"),
        ("see #12 and GH-3, a#b, 1!", "> see #&#8203;12 and GH-&#8203;3, a#b, 1!"),
        ("![a cat](http://x/c.png)", "> !&#8203;[a cat](http://x/c.png)"),
        ("[x](https://m.example/@x?a=1#2)", "> [x](https://m.example/@x?a=1#2)"),
        ("[a]: http://x\n[see][a]", "> \\[a]: http://x\n> [see][a]"),
        ("| a |\n|---|\n| x<br>@y |", "> | a |\n> |---|\n> | x<br>@&#8203;y |"),
        ("&copy; &#64;x &#8238;", "> &copy; &amp;#&#8203;64;x &amp;#&#8203;8238;"),
        ("```\ncode", "> ```\n> code\n> ```"),
        ("~~~~\n~~~", "> ~~~~\n> ~~~\n> ~~~~"),
        ("- ```\n  code", "> - ```\n>   code"),
        ("a\r\nb", "> a\n> b"),
        ("", ">"),
    ],
)
def test_as_it_is_written(text: str, written: str) -> None:
    assert quoted(text) == written


def test_what_is_nested_too_deeply_is_harmless() -> None:
    written = quoted("> " * 200 + "`@name` <b>")

    assert written.endswith("`@&#8203;name` &lt;b>")
