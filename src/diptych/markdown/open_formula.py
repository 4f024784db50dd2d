"""A display formula whose end has not come yet, and how long it is waited for.

Its lines belong to the paragraph in which it began, whatever they look like, and blank lines may stand in it. Nothing
is known to be a formula before it is closed, and some never are: a shell's `$$`, an answer that was cut off. So what
must perhaps be read otherwise is kept until then.
"""

import re
from dataclasses import dataclass, field

_MOST_LINES = 60
"""Lines behind a blank line after which the end is not waited for any longer."""

_MOST_CHARACTERS = 4_000
"""The same in characters."""

_FENCE = re.compile(r"`{3}|~{3}")
_HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
"""What looks like a heading, and ends a formula that may be none, or in which a blank line stood."""

_OPENS_ANOTHER = re.compile(r"\\\[|\$\$|\\begin\{")


@dataclass(slots=True)
class OpenFormula:
    """What `closer` would close.

    If it does not come, the leaf of that index keeps its first `line_count` lines, and the `held` lines, each with its
    offset in the source, are read once more. A formula that `is_sure` without its end keeps its lines up to the first
    blank one; another one keeps only the line on which it began.
    """

    closer: str
    is_sure: bool
    leaf_index: int
    line_count: int
    held: list[tuple[str, int]] = field(default_factory=list)
    _is_behind_blank: bool = False
    _size: int = 0

    def admits(self, line: str, *, in_containers: bool) -> bool:
        """Whether a line without its indent may stand in it; `in_containers` is whether it is in all of them."""
        if _FENCE.match(line) or (_HEADING.match(line) and (self._is_behind_blank or not self.is_sure)):
            return False
        if not self._is_behind_blank:
            return True
        if not in_containers or len(self.held) > _MOST_LINES or self._size > _MOST_CHARACTERS:
            return False
        other = _OPENS_ANOTHER.match(line)
        is_part = other is not None and other[0].startswith("\\begin") and not self.closer.startswith("\\end")
        return other is None or is_part or other[0] == self.closer

    def add(self, line: str, offset: int, *, is_blank: bool, leaf_index: int, line_count: int) -> None:
        """Take in a line, of which the leaf of that index, with that many lines, does not know yet."""
        if self.is_sure and is_blank and not self._is_behind_blank:
            self._is_behind_blank = True
            self.leaf_index, self.line_count = leaf_index, line_count
        if self._is_behind_blank or not self.is_sure:
            self.held.append((line, offset))
            self._size += len(line)
