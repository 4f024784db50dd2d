"""A JSON value as a tree that opens level by level, so that even 16 MB are shown at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from diptych.core.text.sanitize import clean_line

PAGE = 200
"""Children that are shown at a time; one more item opens the rest."""

_LONGEST_LABEL = 120
_LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """One line of the tree: a key, a summary of its value, and the children from `start` on, if it opens."""

    key: str
    summary: str
    value: Any = None
    start: int = 0
    opens: bool = False


def item(key: str, value: Any) -> OutlineItem:
    """Return the line of a value."""
    match value:
        case dict():
            return OutlineItem(key, f"{{{len(value):,}}}" if value else "{}", value, opens=bool(value))
        case list():
            return OutlineItem(key, f"[{len(value):,}]" if value else "[]", value, opens=bool(value))
        case str():
            if len(value) <= _LONGEST_LABEL and "\n" not in value.strip("\n"):
                return OutlineItem(key, f'"{clean_line(value)}"', value)
            return OutlineItem(
                key, f'{len(value):,} characters  "{clean_line(value[:_LONGEST_LABEL])}…"', value, opens=True
            )
        case bool():
            return OutlineItem(key, "true" if value else "false", value)
        case None:
            return OutlineItem(key, "null")
        case _:
            return OutlineItem(key, str(value), value)


def children(parent: OutlineItem) -> Iterator[OutlineItem]:
    """Yield the next page of an item's children, and an item for the rest."""
    value, start = parent.value, parent.start
    end = start + PAGE
    match value:
        case dict():
            total = len(value)
            for key, child in islice(value.items(), start, end):
                yield item(clean_line(key[:_LONGEST_LABEL]), child)
        case list():
            total = len(value)
            for index, child in enumerate(value[start:end], start):
                yield item(str(index), child)
        case str():
            lines = _lines(value)
            total = len(lines)
            for line in lines[start:end]:
                yield OutlineItem("", clean_line(line))
        case _:
            return
    if total > end:
        yield OutlineItem("", f"… {total - end:,} more", value, end, opens=True)


def _lines(text: str) -> list[str]:
    """Return the lines of a string, with long ones folded."""
    return [
        line[start : start + _LONGEST_LINE]
        for line in text.splitlines()
        for start in range(0, max(len(line), 1), _LONGEST_LINE)
    ]
