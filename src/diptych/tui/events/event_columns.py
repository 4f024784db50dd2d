"""The columns of an event list, and the texts in them."""

from dataclasses import dataclass

from rich.cells import cell_len

from diptych.core.text.sanitize import clean_line
from diptych.tui.wrapping import cut, shorten

AT = 8
GAP = 8
_SIZE = 9
_LEAST_NAME = 9
_LEAST_DETAIL = 14
_LEAST_DETAIL_WITH_SIZE = 34


@dataclass(frozen=True, slots=True)
class EventColumns:
    """The widths of the columns in cells; `size` is 0 where there is no room for it."""

    number: int
    name: int
    size: int = 0

    @classmethod
    def for_list(cls, width: int, events: int, longest: int) -> "EventColumns":
        """Return the widths that fit into a list; the detail gets what is left, which is at least a few words."""
        number = max(4, len(str(events)) + 1)
        rest = width - number - AT - GAP - 4
        name = max(min(longest, rest - _LEAST_DETAIL), _LEAST_NAME)
        return cls(number, name, _SIZE if rest - name - _SIZE >= _LEAST_DETAIL_WITH_SIZE else 0)

    @property
    def before_name(self) -> int:
        """The cells to the left of the name."""
        return self.number + AT + GAP + self.size + 2

    @property
    def before_detail(self) -> int:
        """The cells to the left of the detail."""
        return self.before_name + self.name + 2

    def heading(self) -> str:
        """Return the line above the list."""
        size = f"{'bytes':>{self.size}}" if self.size else ""
        return f"{'#':>{self.number}}{'at':>{AT}}{'Δ':>{GAP}}{size}  {'event':<{self.name}}  detail"


def size_cell(size: int, width: int) -> str:
    """Return a number of bytes at the right of its column, "" where there is no such column.

    It is shorter than the column, since the column before it may be full.
    """
    if not width:
        return ""
    if size < 1_000_000:
        return f"{size:>{width},}"
    megabytes = size / 1e6
    return f"{f'{megabytes:.2f} MB' if megabytes < 9.995 else f'{megabytes:,.0f} MB':>{width}}"


def one_line(text: str) -> str:
    """Return a piece of content on one line. A joiner at its edge is shown, as it must not join the list's own text."""
    return clean_line(text).replace("\u200d", "⟨U+200D⟩")


def short_name(name: str, width: int) -> str:
    """Return an event's name in at most `width` cells; the part before a dot is left out first."""
    if cell_len(name) <= width or "." not in name:
        return shorten(name, width)
    return "…" + name.partition(".")[2][1 - width :]


def folded_text(count: int, name: str, seconds: float | None, characters: int, width: int) -> str:
    """Return what stands for a run of deltas, in at most `width` cells; the name is shortened first.

    `seconds` is how long they took, None if that is not known.

    >>> folded_text(312, "content_block_delta", 4.1, 1_904, width=80)
    '312 × content_block_delta · 4.1 s · 1,904 characters'
    """
    took = "" if seconds is None else f" · {seconds:.1f} s"
    before, after = f"{count:,} × ", f"{took} · {characters:,} characters"
    room = width - len(before) - len(after)
    return cut(before + short_name(name, max(room, _LEAST_NAME)) + after, width)
