"""The grammar of inline content, for the app and for HTML.

It is CommonMark (https://spec.commonmark.org/0.31.2/#inlines) as markdown-it parses it, with strikethrough. HTML is
text. There are three additions: emphasis next to Chinese, Japanese and Korean text (`diptych.markdown.cjk`), formulas,
which stay as they are written (`diptych.markdown.formulas`), and `<br>`, which breaks the line.
"""

import re
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from diptych.markdown.cjk import delimiters
from diptych.markdown.formulas import Formulas

_BREAK = re.compile(r"<br\s*/?>[ \t]*(?:\n[ \t]*)?", re.IGNORECASE)


class InlineState(StateInline):
    """markdown-it's parser state, which also notes the index in the source at which each token begins, in its `meta`.

    A token of the type `formula` has the formula as its content. Its `info` is what would close it, "" if it is closed.
    """

    initial_closer = ""
    """What closes the formula that the content begins in, "" if it does not begin in one."""

    is_mid_line = False
    """Whether the content begins in the middle of a line."""

    may_begin_formula: int | None = None
    """The first index at which more text could make a formula of what is not one."""

    _pending_at = 0

    @cached_property
    def formulas(self) -> Formulas:
        """The formulas of the source."""
        return Formulas(self.src, self.initial_closer, is_mid_line=self.is_mid_line)

    def append_pending(self, text: str) -> None:
        """Collect text, and note where it begins."""
        if not self._pending and not self._pending_buffer:
            self._pending_at = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:  # noqa: N802 - markdown-it's name
        """Make a token of the text that was collected."""
        token = super().pushPending()
        token.meta["at"] = self._pending_at
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """Make a token that begins at the current position."""
        token = super().push(ttype, tag, nesting)
        at = self.pos
        if len(self.tokens) > 1:
            # The marks of a run are tokens of their own, but the position moves only after the last of them.
            before = self.tokens[-2]
            at = max(at, before.meta["at"] + len(before.content if before.type == "text" else ""))
        token.meta["at"] = at
        return token

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - markdown-it's names
        """Return whether the run of `*`, `_` or `~` at `start` can open and close emphasis, and its length."""
        end = start + 1
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        after = self.src[end : min(end + 1, self.posMax)]
        can = delimiters(self.src[max(start - 2, 0) : start], after, can_split_word=canSplitWord)
        return Scanned(can.can_open, can.can_close, end - start)


def tokenize(
    source: str, parser: MarkdownIt, env: dict[str, Any], initial_closer: str = "", *, is_mid_line: bool = False
) -> InlineState:
    """Parse inline content. `env` holds the link references. The other arguments are those of `Formulas`."""
    state = InlineState(source, parser, env, [])
    state.initial_closer, state.is_mid_line = initial_closer, is_mid_line
    parser.inline.tokenize(state)
    for rule in parser.inline.ruler2.getRules(""):
        rule(state)
    return state


@cache
def inline_grammar(parser: type[MarkdownIt] = MarkdownIt) -> MarkdownIt:
    """Return a parser of inline content. A subclass of `MarkdownIt` may accept fewer link addresses."""
    made = parser("commonmark", {"html": False}).enable("strikethrough")
    made.inline.ruler2.disable("fragments_join")  # it would join tokens from different places in the source
    made.inline.ruler.before("text", "formula", _formula)
    made.inline.ruler.before("autolink", "break", _break)
    made.inline.ruler2.push("formula_lines", _keep_lines)
    return made


def _formula(state: StateInline, silent: bool) -> bool:
    if not isinstance(state, InlineState):
        return False  # markdown-it's separate parse of an image's description, which is not used
    at = state.pos
    if state.src[at] not in "$\\" and (at or not state.initial_closer):
        return False
    formula = state.formulas.at(at)
    if formula is None or formula.end > state.posMax:
        if state.may_begin_formula is None and state.formulas.may_begin(at):
            state.may_begin_formula = at
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content = state.src[at : formula.end]
        token.info = formula.closer
        token.meta["display"] = formula.is_display
    state.pos = formula.end
    return True


def _break(state: StateInline, silent: bool) -> bool:
    match = _BREAK.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "<" else None
    if match is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = match.end()
    return True


def _keep_lines(state: StateInline) -> None:
    """Keep the line breaks before and after a display formula, instead of joining the lines."""
    for one, other in pairwise(state.tokens):
        if one.type == "softbreak" and other.meta.get("display"):
            one.type = "hardbreak"
        elif other.type == "softbreak" and one.meta.get("display"):
            other.type = "hardbreak"
