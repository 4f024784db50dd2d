"""Text that comes in pieces, as the lines that blocks are made of.

A line that has not ended yet is read as soon as nothing that may follow can make it something else; from then on it
only grows. Until then it is the `tail`, which no leaf holds.
"""

import re

from diptych.markdown.blocks import BlockParser
from diptych.markdown.leaves import Leaf
from diptych.markdown.references import References

_MAY_BECOME_ANYTHING = re.compile(r"[-+*_=#|:~`>0-9.)\[\]xX \t]*")
_MAY_BEGIN_CODE = re.compile(r"(?:[ \t>]|(?:[-+*]|[0-9]{1,9}[.)]|\[[ xX]\])[ \t])*(?:`{3}|~{3})")


class TextReader:
    """Feeds a parser."""

    def __init__(self, parser: BlockParser) -> None:
        self.tail = ""
        self._parser = parser
        self._read_to = 0
        self._goes_on = False  # the line under way was read, and what comes belongs to the open leaf

    @property
    def tail_offset(self) -> int:
        """Where in the source the tail begins."""
        return self._read_to - len(self.tail)

    def feed(self, text: str) -> None:
        """Read more text; its lines end in line feeds."""
        *ended, rest = text.split("\n")
        for line in ended:
            self._end_line(line)
        if rest:
            self._continue_line(rest)

    def close(self) -> None:
        """The text is over."""
        if self.tail:
            self._end_line("")
        self._parser.close()

    def _end_line(self, rest: str) -> None:
        if self._goes_on:
            self._goes_on = False
            self._parser.extend(rest)
        else:
            self._read_tail(rest)
        self._parser.end_line()
        self._read_to += len(rest) + 1

    def _continue_line(self, more: str) -> None:
        self._read_to += len(more)
        if self._goes_on:
            self._parser.extend(more)
            return
        self.tail += more
        if self._is_decided(more):
            self._read_tail("")
            self._goes_on = True

    def _read_tail(self, rest: str) -> None:
        line, start = self.tail + rest, self.tail_offset
        self.tail = ""
        self._parser.read(line, start)

    def _is_decided(self, more: str) -> bool:
        """Whether the tail, which was not before `more` came, is what it is, whatever may follow on its line.

        A row of a table, and a line of a formula, is text until it ends.
        """
        if self._parser.is_in_formula:
            return False
        leaf = self._parser.open_leaf
        if leaf is not None and leaf.kind == "table":
            return False
        if leaf is not None and leaf.fence is not None and not leaf.path:
            return bool(more.strip(leaf.fence.marker + " \t"))
        return not _MAY_BECOME_ANYTHING.fullmatch(more) and not _MAY_BEGIN_CODE.match(self.tail)


def read_markdown(text: str) -> tuple[list[Leaf], References]:
    """Read a whole text: its leaves, and the link references defined anywhere in it."""
    references = References()
    parser = BlockParser(references)
    reader = TextReader(parser)
    reader.feed(text)
    reader.close()
    return parser.leaves, references
