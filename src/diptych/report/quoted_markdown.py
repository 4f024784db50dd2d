"""Foreign Markdown as a block quote that is safe to paste into an issue, a merge request or a chat.

It renders as it was meant: headings, lists, tables and code. What would act outside of the quote does not: HTML is
text, pictures become links, and nobody is mentioned, no issue is referenced and no footnote or link reference defined.
Code spans and code blocks are left as they are, since nothing in them acts.

Mentions and references are found in the text that is rendered, so a backslash does not help against them. A zero width
space does, as in the reports of Renovate and Dependabot. It is written as the character reference `&#8203;`, so that
nothing in the file is invisible.
"""

import html
import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from diptych.core.text.sanitize import clean, clean_line

MOST_PARSED = 1_000_000
"""Characters of a text beyond which it is not parsed, since that takes much more memory than the text."""

_DEEPEST = 50
"""Containers inside each other. What is deeper has no code for this parser, so all of it is made harmless."""

_APART = "&#8203;"

_REFERENCE = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_MARK = re.compile(
    r"(?P<backticks>`+)"
    r"|(?P<escape>\\[!-/:-@\[-`{-~])"
    rf"|(?P<address><https?://(?:(?!{_REFERENCE})[^\s<>])*>"
    r"|(?<![A-Za-z0-9])https?://(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9]+(?::\d+)?"
    rf"(?:[/?#](?:(?!{_REFERENCE})[\w\-./~%+,;=&?#@:])*)?)"
    rf"|(?P<reference>{_REFERENCE})"
    r"|(?P<tag><(?=[A-Za-z/!?]))"
    r"|(?P<acting>(?<![A-Za-z0-9])@(?=\S)|#(?=\d)|!(?=[\d\[])|&(?=\d)|\[(?=[\^!])|(?<![A-Za-z0-9])[Gg][Hh]-(?=\d))"
)
"""What may begin code, and what may have to be made harmless outside of it.

GitHub and GitLab know `@name`, `#12`, `GH-12`, `!12` and `&12`. `[^` begins a footnote, `[!` a box.
"""

_ACTS_AFTER_ESCAPE = re.compile(r"@(?=\S)|#(?=\d)|!(?=\d)|&(?=\d)")
_BREAK = re.compile(r"<br[ ]*/?>", re.IGNORECASE)
_BEGINS_HTML = re.compile(r"(?P<before>\n[ \t>]*)<")
"""Where a block of HTML could begin, which would end a code span of several lines."""

_BACKTICKS = re.compile("`+")
_PIPE = re.compile(r"(?<!\\)(\|)")
_DEFINITION = re.compile(
    r"^(?P<markers>[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t>]+)*)(?=\[(?:[^\[\]\\]|\\.)+\]:)", re.MULTILINE | re.DOTALL
)


def quoted(text: str) -> str:
    """Return foreign Markdown of at most `MOST_PARSED` characters as a block quote, without a line feed at its end."""
    # The marks come first: a tab is as wide as it is in the quote, and so begins code there or does not.
    lines = [f"> {line}" if line else ">" for line in clean(text).strip("\n").split("\n")]
    tokens = _blocks().parse("\n".join(lines))
    harmless = _Lines(lines)
    for token in tokens:
        if token.map is not None:
            harmless.add(token, *token.map)
    return "\n".join([*harmless.finished(), *_end_of_fence(tokens, lines)])


class _Lines:
    """The lines of a text, which are made harmless block by block."""

    def __init__(self, lines: list[str]) -> None:
        self._source = lines
        self._done: dict[int, str] = {}

    def add(self, token: Token, start: int, stop: int) -> None:
        """Make the lines of a block harmless. What contains other blocks is ignored."""
        lines = self._source[start:stop]
        match token.type:
            case "fence" | "code_block":
                changed = lines
            case "table_open":
                changed = [_harmless_row(line) for line in lines]
            case "inline" if start not in self._done:
                text = _DEFINITION.sub(r"\g<markers>\\", "\n".join(lines))
                changed = _harmless(text).split("\n")
            case _:
                return
        self._done.update(enumerate(changed, start))

    def finished(self) -> Iterator[str]:
        """Yield all lines. Those of no block are blank, rules, or nested so deeply that the parser gave up."""
        for index, line in enumerate(self._source):
            yield self._done[index] if index in self._done else _harmless(line, has_code=False)


def _harmless(text: str, *, has_code: bool = True, has_breaks: bool = False) -> str:
    """Return inline content in which nothing acts. With `has_breaks`, a `<br>` stays, as table cells need them."""
    parts: list[str] = []
    at = 0
    lasts: dict[int, int] | None = None  # where the last run of each number of backticks begins
    while match := _MARK.search(text, at):
        parts.append(text[at : match.start()])
        at = match.end()
        found = match.group()
        match match.lastgroup:
            case "backticks":
                if lasts is None:
                    lasts = {len(run.group()): run.start() for run in _BACKTICKS.finditer(text)}
                if has_code and lasts.get(len(found), -1) >= at:
                    end = _end_of_code(text, at, len(found))
                    found += _BEGINS_HTML.sub(r"\g<before>&lt;", text[at:end])
                    at = end
            case "escape":
                found += _APART if _ACTS_AFTER_ESCAPE.match(text, match.start() + 1) else ""
            case "reference":
                found = _harmless_reference(found, before_digit=text[at : at + 1].isdigit())
            case "tag":
                found = found if has_breaks and _BREAK.match(text, match.start()) else "&lt;"
            case "acting":
                found += _APART
        parts.append(found)
    return "".join([*parts, text[at:]])


def _end_of_code(text: str, at: int, length: int) -> int:
    """Return the index after the next run of exactly `length` backticks, which there must be."""
    return next(run.end() for run in _BACKTICKS.finditer(text, at) if run.end() - run.start() == length)


def _harmless_reference(reference: str, *, before_digit: bool) -> str:
    """Return a character reference, so that it stands for itself if its character could act or is invisible."""
    character = html.unescape(reference)
    if character == "&":
        return reference + _APART * before_digit
    is_plain = character.isascii() and (character.isalnum() or character in "@#!")
    return f"&amp;{_harmless(reference[1:])}" if is_plain or clean_line(character) != character else reference


def _harmless_row(line: str) -> str:
    """Return a row of a table. Code ends with its cell."""
    if "\\\\|" in line:  # parsers disagree on whether this pipe separates cells
        return _harmless(line, has_code=False)
    may_break = not line.lstrip(" \t>").startswith("<")  # there it could begin a block of HTML
    return "".join(_harmless(cell, has_breaks=may_break) for cell in _PIPE.split(line))


def _end_of_fence(tokens: list[Token], lines: list[str]) -> Iterator[str]:
    """Yield the line that closes a fence which the text leaves open, unless the end of a list or a quote closes it."""
    last = tokens[-2]  # before the end of the quote
    if last.type == "fence" and last.level == 1 and last.map is not None:
        start, stop = last.map
        end = lines[stop - 1].removeprefix(">").strip(" ")
        is_closed = stop - start > 1 and len(end) >= len(last.markup) and not end.strip(last.markup[0])
        if not is_closed:
            yield f"> {last.markup}"


@cache
def _blocks() -> MarkdownIt:
    """Return a parser of blocks in which HTML and definitions are text, as they are in what `quoted` returns."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 2 * _DEEPEST})
    return parser.enable("table").disable(["reference", "inline", "text_join"])
