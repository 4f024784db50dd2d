"""The inline content of a leaf: the text that is shown, its roles, and where in the leaf it comes from.

It is parsed with the grammar of `diptych.markdown.grammar`, whose tokens know where they begin.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from markdown_it.token import Token

from diptych.core.text.combining import MARKS
from diptych.core.text.sanitize import clean_line
from diptych.markdown.grammar import inline_grammar, tokenize

_MARKUP = re.compile(r"[\\`*_~\[!<&$\n\t]")
"""Characters without which inline content is plain text."""

_OPENERS = re.compile(r"`|\[(?![^\[\]`<\\]*\][^\[(:])|<(?!\S*\s)")
"""Text that may begin a construct if more text follows."""

_ROLES = {"strong_open": "strong", "em_open": "em", "s_open": "strike", "link_open": "link"}


class InlinePiece(NamedTuple):
    """A piece of shown text in one role. It begins at the index `start` and is in the leaf from `origin` to `end`."""

    start: int
    role: str
    origin: int
    end: int


class Construct(NamedTuple):
    """Emphasis, code, a link or the like: shown from `start` to `stop`, in the leaf from `origin` to `end`.

    The range in the leaf includes the marks. `url` is "" for what is not a link.
    """

    start: int
    stop: int
    origin: int
    end: int
    url: str


@dataclass(slots=True)
class Inline:
    """Inline content as it is shown.

    `settled` is the index in the leaf up to which more text can change nothing. If a formula is open at the end, it
    begins at `formula_at`, and `closer` is what would close it.
    """

    text: str = ""
    pieces: list[InlinePiece] = field(default_factory=list)
    constructs: list[Construct] = field(default_factory=list)
    settled: int = 0
    formula_at: int = -1
    closer: str = ""


def parse_inline(source: str, env: dict[str, Any], initial_closer: str = "", *, is_mid_line: bool = False) -> Inline:
    """Parse inline content. `env` holds markdown-it's link references. The other arguments are those of `Formulas`."""
    if not initial_closer and not _MARKUP.search(source):
        pieces = [InlinePiece(0, "", 0, len(source))] if source else []
        return Inline(source, pieces, [], len(source))
    state = tokenize(source, inline_grammar(), env, initial_closer, is_mid_line=is_mid_line)
    builder = _InlineBuilder(source)
    builder.read(state.tokens, env)
    for delimiter in state.delimiters:
        if delimiter.open and delimiter.end < 0:
            builder.content.settled = min(builder.content.settled, state.tokens[delimiter.token].meta["at"])
    if state.may_begin_formula is not None:
        builder.content.settled = min(builder.content.settled, state.may_begin_formula)
    return builder.content


class _InlineBuilder:
    """Builds inline content from tokens."""

    def __init__(self, source: str) -> None:
        self.content = Inline(settled=len(source))
        self._source = source
        self._texts: list[str] = []
        self._length = 0
        self._open: list[tuple[str, int, int, str]] = []
        self._role = ""

    def read(self, tokens: list[Token], env: dict[str, Any]) -> None:
        ends = [token.meta["at"] for token in tokens[1:]] + [len(self._source)]
        for token, next_at in zip(tokens, ends, strict=True):
            at = token.meta["at"]
            match token.type:
                case "text":
                    self._text(token, at)
                case "text_special":
                    self._add(_special_text(token), self._role, at, at + len(token.markup))
                case "softbreak":
                    self._add(" ", self._role, at, at + 1)
                case "hardbreak":
                    self._add("\n", self._role, at, next_at)
                case "formula":
                    self._formula(token, at)
                case "code_inline":
                    self._code(token, at, next_at)
                case "image":
                    alt = parse_inline(token.content, env).text or "image"
                    self._begin("image", at, "")
                    self._add(alt, self._role, at + 2, at + 2 + len(token.content))
                    self._end(next_at)
                case "strong_open" | "em_open" | "s_open" | "link_open" as kind:
                    # The token of a strong mark begins at its second character, that of a link after the bracket.
                    before = kind == "strong_open" or (kind == "link_open" and token.info != "auto")
                    self._begin(_ROLES[kind], at - before, str(token.attrs.get("href", "")))
                case "strong_close" | "em_close" | "s_close":
                    self._end(at + len(token.markup))
                case "link_close":
                    self._end(next_at)
        self.content.text = "".join(self._texts)

    def _text(self, token: Token, at: int) -> None:
        text = token.content
        if self._source[at : at + 1] == "<" and not text.startswith("<"):
            at += 1  # the bracket of an automatic link
        if not self._open and (opener := _OPENERS.search(text)):
            self.content.settled = min(self.content.settled, at + opener.start())
        self._add(text.replace("\t", " "), self._role, at, at + len(text))

    def _code(self, token: Token, at: int, next_at: int) -> None:
        around = len(token.markup)
        self._begin("code", at, "")
        content_at = at + around
        if next_at - at - 2 * around > len(token.content):
            content_at += 1  # the space between the backticks and the content
        self._add(token.content.replace("\t", " "), self._role, content_at, content_at + len(token.content))
        self._end(at + 2 * around + len(token.content) + 2 * (content_at - at - around))

    def _formula(self, token: Token, at: int) -> None:
        end = at + len(token.content)
        if token.info:
            self.content.formula_at, self.content.closer = at, token.info
        if "`" in token.content:  # its end may turn out to be in a code span
            self.content.settled = min(self.content.settled, at)
        self._begin("formula", at, "")
        self._add(token.content.replace("\t", " "), self._role, at, end)
        self._end(end)

    def _add(self, text: str, role: str, origin: int, end: int) -> None:
        if not text:
            return
        piece = InlinePiece(self._length, role, origin, end)
        pieces = self.content.pieces
        if pieces and pieces[-1].role == role and pieces[-1].end == origin and end - origin == len(text):
            last = pieces[-1]
            if last.end - last.origin == self._length - last.start:  # both are shown as they are in the source
                piece = pieces.pop()._replace(end=end)
        pieces.append(piece)
        self._texts.append(text)
        self._length += len(text)

    def _begin(self, role: str, origin: int, url: str) -> None:
        self._open.append((self._role, self._length, origin, url))
        self._role = f"{self._role} {role}" if self._role else role

    def _end(self, end: int) -> None:
        self._role, start, origin, url = self._open.pop()
        if start < self._length:
            self.content.constructs.append(Construct(start, self._length, origin, end, url))


def _special_text(token: Token) -> str:
    """Return the text of an escape or a character reference. A reference to an unsafe character stays as written."""
    text = token.content.replace("\t", " ")  # also for a backslash before a tab
    return text if clean_line(text) == text and MARKS.isdisjoint(text) else token.markup.replace("\t", " ")
