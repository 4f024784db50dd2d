"""HTML pages as tests read them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from diptych.core.round import Round
from diptych.report.html import page

_VOID = {"meta", "br", "hr", "img"}


@dataclass
class Page:
    """The elements of a page in order, each a tag with its attributes, and all of its text outside of its style."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of that tag."""
        return [attributes for name, attributes in self.elements if name == tag]


def html(round_: Round) -> str:
    """The whole page of a round."""
    return "".join(page.html(round_))


def read(text: str) -> Page:
    """The page that the HTML is; fails where an element is not closed in its place."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.page.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.page.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)
