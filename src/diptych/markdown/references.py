"""Link reference definitions, which markdown-it parses, and which apply to the whole text."""

from functools import cache
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

if TYPE_CHECKING:
    from markdown_it.token import Token

_LONGEST_TITLE = 8
"""Lines of a paragraph in which the end of a definition is looked for."""


class References:
    """The definitions so far, the first for each label. `changed` says whether any came after the object was made."""

    def __init__(self) -> None:
        self.env: dict[str, Any] = {"references": {}}
        self.changed = False

    def copy(self) -> "References":
        """Return the same definitions, for parsing a text that knows them from its beginning."""
        other = References()
        other.env["references"].update(self.env["references"])
        return other

    def define(self, text: str) -> int:
        """Add the definitions that a paragraph begins with. Return the number of lines that they take."""
        if "]:" not in text:
            return 0
        known = len(self.env["references"])
        tokens: list[Token] = []
        parser = _parser()
        state = StateBlock(text, parser, self.env, tokens)
        parser.block.tokenize(state, 0, state.lineMax)
        self.changed = self.changed or len(self.env["references"]) > known
        first = next((token.map for token in tokens if token.map), None)
        return first[0] if first else text.count("\n") + 1

    def defines(self, text: str) -> bool:
        """Whether an open paragraph is nothing but definitions so far. They are not added."""
        if "]:" not in text or text.count("\n") >= _LONGEST_TITLE:
            return False
        trial = References()
        return trial.define(text) > text.count("\n")


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero")
    parser.block.ruler.enableOnly(["reference", "paragraph"])
    return parser
