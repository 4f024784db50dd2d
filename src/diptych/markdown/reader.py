"""Splits text that arrives in pieces into the lines that the block parser reads.

A line that has not ended yet is parsed as soon as nothing that follows can make it a different block. From then on it
only grows. Until then it is the `tail`, which is not in any leaf.
"""

import re

from diptych.markdown.blocks import BlockParser
from diptych.markdown.leaves import Leaf
from diptych.markdown.references import References

_UNDECIDED = re.compile(r"[-+*_=#|:~`>0-9.)\[\]xX \t]*")
_MAY_BEGIN_FENCE = re.compile(r"(?:[ \t>]|(?:[-+*]|[0-9]{1,9}[.)]|\[[ xX]\])[ \t])*(?:`{3}|~{3})")


class TextReader:
    """Feeds a block parser."""

    def __init__(self, parser: BlockParser) -> None:
        self.tail = ""
        self._parser = parser
        self._read_to = 0
        self._is_mid_line = False  # whether the current line was parsed, and the rest of it belongs to the open leaf

    @property
    def tail_offset(self) -> int:
        """The offset in the source at which the tail begins."""
        return self._read_to - len(self.tail)

    def feed(self, text: str) -> None:
        """Add text, whose lines end in line feeds."""
        *ended, rest = text.split("\n")
        for line in ended:
            self._end_line(line)
        if rest:
            self._continue_line(rest)

    def close(self) -> None:
        """End the text."""
        if self.tail:
            self._end_line("")
        self._parser.close()

    def _end_line(self, rest: str) -> None:
        if self._is_mid_line:
            self._is_mid_line = False
            self._parser.extend(rest)
        else:
            self._read_tail(rest)
        self._parser.end_line()
        self._read_to += len(rest) + 1

    def _continue_line(self, more: str) -> None:
        self._read_to += len(more)
        if self._is_mid_line:
            self._parser.extend(more)
            return
        self.tail += more
        if self._is_decided(more):
            self._read_tail("")
            self._is_mid_line = True

    def _read_tail(self, rest: str) -> None:
        line, start = self.tail + rest, self.tail_offset
        self.tail = ""
        self._parser.read(line, start)

    def _is_decided(self, more: str) -> bool:
        """Whether nothing that may follow on its line can make the tail a different block.

        It was undecided before `more` came. Rows of a table and lines of a formula are undecided until they end.
        """
        if self._parser.is_in_formula:
            return False
        leaf = self._parser.open_leaf
        if leaf is not None and leaf.kind == "table":
            return False
        if leaf is not None and leaf.fence is not None and not leaf.path:
            return bool(more.strip(leaf.fence.marker + " \t"))
        return not _UNDECIDED.fullmatch(more) and not _MAY_BEGIN_FENCE.match(self.tail)


def read_markdown(text: str) -> tuple[list[Leaf], References]:
    """Parse a whole text. Return its leaves, and the link references that are defined in it."""
    references = References()
    parser = BlockParser(references)
    reader = TextReader(parser)
    reader.feed(text)
    reader.close()
    return parser.leaves, references
