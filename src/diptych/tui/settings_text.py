"""A side's settings as the screen shows them: what differs is bold, the next prompt's changes are in italics."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from diptych.core.settings import Settings
from diptych.core.wording.settings_summary import SEPARATOR, settings_words

_NEXT = "next: "
_LEAST_OWN = 24
"""Cells that the settings themselves get before those of the next prompt."""


def settings_content(settings: Settings, others: Sequence[Settings], next_settings: Settings, room: int) -> Content:
    """Return what a side is asked with, in at most `room` cells; empty where all is at its default.

    What differs from the other sides is marked. Where the next prompt is sent with other settings than these, what
    changes follows.
    """
    changes = [each.words for each in settings_words(next_settings, [settings], room, cell_len) if each.differs]
    coming = f"{_NEXT}{SEPARATOR.join(changes)}" if changes else ""
    own_room = room - cell_len(coming) - len(SEPARATOR) if coming else room
    if own_room < _LEAST_OWN and coming:
        coming = f"{_NEXT}{len(changes)} changed"
        own_room = room - cell_len(coming) - len(SEPARATOR)
    pieces = [
        Content.styled(each.marked, "$foreground bold" if each.differs else "$muted")
        for each in settings_words(settings, others, max(own_room, 0), cell_len)
    ]
    if coming:
        pieces.append(Content.styled(coming, "$muted italic"))
    return Content(SEPARATOR).join(pieces)
