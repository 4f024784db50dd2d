"""An answer's Markdown as HTML that can do nothing.

No markup of the model's own, no picture, no address but those of links.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from diptych.core.text import clean

_SCHEMES = ("http://", "https://", "mailto:")
_PAGE_LEVELS = 2
"""Levels of headings that the page needs above an answer's own."""
_ALIGNMENTS = {"text-align:right": "to-right", "text-align:center": "to-center"}
"""Classes for what the parser says with styles: the page allows no style attribute."""


def answer_html(text: str) -> str:
    """The Markdown of a model as HTML blocks."""
    parser = _parser()
    tokens = parser.parse(clean(text))
    for token in _all(tokens):
        _tame(token)
    rendered: str = parser.renderer.render(tokens, parser.options, {})
    return clean(rendered)  # character references may name what `clean` took out of the text


def _all(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _tame(token: Token) -> None:
    match token.type:
        case "heading_open" | "heading_close":
            token.tag = f"h{min(6, int(token.tag[1:]) + _PAGE_LEVELS)}"
        case "link_open":
            token.attrs = {"href": token.attrs["href"], "rel": "noopener noreferrer nofollow"}
        case "image":
            token.type, token.content = "text", f"[image: {token.content}] ({token.attrs['src']})"
        case "th_open" | "td_open":
            alignment = _ALIGNMENTS.get(str(token.attrs.get("style")))
            token.attrs = {"class": alignment} if alignment else {}
        case "fence":
            token.info = ""  # which would become a class


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's own name
        """Whether an address may be a link's or a picture's; where not, the source stays as it was written."""
        return url.lower().startswith(_SCHEMES)


@cache
def _parser() -> MarkdownIt:
    return _Parser("commonmark", {"html": False}).enable(["table", "strikethrough"])
