"""How blocks begin: the markers of CommonMark's containers and leaves, at the beginning of what is left of a line."""

import re
from typing import NamedTuple

from diptych.markdown.leaves import Fence, ListItem
from diptych.markdown.source_line import Cursor

CODE_INDENT = 4
"""Columns of white space from which on a line is indented code."""

_HEADING = re.compile(r"(#{1,6})(?=[ \t]|$)")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")
_RULE = re.compile(r"(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_BULLET = re.compile(r"[-+*](?=[ \t]|$)")
_NUMBER = re.compile(r"([0-9]{1,9})[.)](?=[ \t]|$)")
_TASK = re.compile(r"\[([ xX])\](?=[ \t])")


class ItemMarker(NamedTuple):
    """The marker of a list item: its last character, its number in an ordered list, and its length."""

    character: str
    number: int | None
    length: int
    is_empty: bool
    """Whether nothing follows the marker on its line."""


def heading_level(line: str) -> int:
    """Return the level of the heading that a line begins, 0 if it does not begin one."""
    match = _HEADING.match(line)
    return match.end() if match else 0


def fence_length(line: str) -> int:
    """Return the length of the fence that a line begins with, 0 if it does not open a code block."""
    match = _FENCE.match(line)
    return match.end() if match else 0


def closes_fence(fence: Fence, line: str) -> bool:
    """Whether a line closes the code block that the fence opened."""
    return len(line) >= fence.length and not line.strip(fence.marker)


def is_rule(line: str) -> bool:
    """Whether a line is a thematic break."""
    return _RULE.match(line) is not None


def is_underline(line: str) -> bool:
    """Whether a line makes a heading of the paragraph above it."""
    return _UNDERLINE.match(line) is not None


def begins_leaf(line: str) -> bool:
    """Whether a line ends a paragraph, once the containers that it may begin have been looked for."""
    return bool(_HEADING.match(line) or _FENCE.match(line) or _RULE.match(line))


def enter_quote(cursor: Cursor) -> bool:
    """Move past the marker of a block quote. Return whether there was one."""
    if not cursor.unindented.startswith(">"):
        return False
    cursor.skip_columns(cursor.indent)
    cursor.skip(1)
    cursor.skip_columns(1)
    return True


def item_marker(line: str, *, interrupts: bool) -> ItemMarker | None:
    """Return the marker of the list item that a line begins, None if it does not begin one.

    `interrupts` is whether the item would interrupt a paragraph, which not every item may do.
    """
    match = _BULLET.match(line) or _NUMBER.match(line)
    if match is None:
        return None
    number = int(match[1]) if match.re is _NUMBER else None
    is_empty = match.end() == len(line)
    if interrupts and (is_empty or number not in (None, 1)):
        return None
    return ItemMarker(match[0][-1], number, match.end(), is_empty)


def enter_item(cursor: Cursor, marker: ItemMarker, previous: ListItem | None) -> ListItem:
    """Move past the marker of a list item and the box of a task. Return the item.

    `previous` is the item that was open at the same depth. The new item continues its list if their markers match.
    """
    before = cursor.indent
    cursor.skip_columns(before)
    cursor.skip(marker.length)
    space = 1 if marker.is_empty or cursor.indent > CODE_INDENT else cursor.indent
    cursor.skip_columns(space)
    task = None
    if cursor.indent < CODE_INDENT and (box := _TASK.match(cursor.text, cursor.pos)):
        task = box[1] != " "
        cursor.skip_box()
    number, list_id = marker.number, object()
    if previous is not None and previous.marker == marker.character:
        number, list_id = None if previous.number is None else previous.number + 1, previous.list_id
    return ListItem(marker.character, number, before + marker.length + space, task, list_id)
