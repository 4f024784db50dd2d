"""A display formula whose end has not come yet, and how long to wait for it.

Its lines belong to the paragraph in which it began, whatever they look like, and it may contain blank lines. Whether it
is a formula is only certain once it is closed, and some never are: a shell's `$$`, an answer that was cut off.
Therefore the lines that may have to be read again as Markdown are kept.
"""

import re
from dataclasses import dataclass, field

_MAX_LINES = 60
"""Lines after the first blank line within which the end must come."""

_MAX_CHARACTERS = 4_000
"""Characters after the first blank line within which the end must come."""

_FENCE = re.compile(r"`{3}|~{3}")
_HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
"""A line that looks like a heading ends a formula that is not sure, or that has a blank line."""

_OPENS_ANOTHER = re.compile(r"\\\[|\$\$|\\begin\{")


@dataclass(slots=True)
class OpenFormula:
    """A formula that `closer` would close.

    If the closer does not come, the leaf at `leaf_index` keeps its first `line_count` lines, and the `held` lines, each
    with its offset in the source, are read again. A formula that `is_sure` even without its end keeps its lines up to
    the first blank one. Any other keeps only the line on which it began.
    """

    closer: str
    is_sure: bool
    leaf_index: int
    line_count: int
    held: list[tuple[str, int]] = field(default_factory=list)
    _has_blank_line: bool = False
    _size: int = 0

    def admits(self, line: str, *, in_containers: bool) -> bool:
        """Whether a line, given without its indent, may be part of the formula.

        `in_containers` is whether the line continues all open containers.
        """
        if _FENCE.match(line) or (_HEADING.match(line) and (self._has_blank_line or not self.is_sure)):
            return False
        if not self._has_blank_line:
            return True
        if not in_containers or len(self.held) > _MAX_LINES or self._size > _MAX_CHARACTERS:
            return False
        other = _OPENS_ANOTHER.match(line)
        is_part = other is not None and other[0].startswith("\\begin") and not self.closer.startswith("\\end")
        return other is None or is_part or other[0] == self.closer

    def add(self, line: str, offset: int, *, is_blank: bool, leaf_index: int, line_count: int) -> None:
        """Add a line. `leaf_index` and `line_count` describe the last leaf before the line is added to it."""
        if self.is_sure and is_blank and not self._has_blank_line:
            self._has_blank_line = True
            self.leaf_index, self.line_count = leaf_index, line_count
        if self._has_blank_line or not self.is_sure:
            self.held.append((line, offset))
            self._size += len(line)
