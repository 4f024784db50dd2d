"""The lines of a text by number, counted from 0, and the offsets at which they begin and end."""

from bisect import bisect_right


class SourceLines:
    """The lines of a text, which end in line feeds."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        while at := text.find("\n", self._starts[-1]) + 1:
            self._starts.append(at)

    def __len__(self) -> int:
        return len(self._starts)

    def at(self, offset: int) -> int:
        """Return the line that an offset is in."""
        return bisect_right(self._starts, offset) - 1

    def start(self, line: int) -> int:
        """Return the offset at which a line begins."""
        return self._starts[line]

    def end(self, line: int) -> int:
        """Return the offset at which a line ends, without its line feed and white space before it."""
        start = self._starts[line]
        following = self._starts[line + 1] - 1 if line + 1 < len(self._starts) else len(self.text)
        return start + len(self.text[start:following].rstrip())

    def is_blank(self, line: int) -> bool:
        """Whether a line has nothing but white space."""
        return self.end(line) == self._starts[line]
