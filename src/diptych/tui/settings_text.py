"""A side's settings as the screen shows them: what differs is bold, the next prompt's changes are in italics."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.content import Content

from diptych.core.settings import Settings
from diptych.core.wording.settings_summary import SEPARATOR, settings_line, settings_words

_LEAST_OWN = 24
"""Cells that the settings themselves get, where they need so many, before the changes of the next prompt."""

_LEAST = 4
"""Cells below which nothing can be said."""


def settings_content(settings: Settings, others: Sequence[Settings], next_settings: Settings, room: int) -> Content:
    """Return what a side is asked with, in at most `room` cells; empty where all is at its default.

    What differs from the other sides is marked. Where the next prompt is sent with other settings than these, what
    changes follows.
    """
    if room < _LEAST:
        return Content("")
    needed = min(cell_len(settings_line(settings, others)), _LEAST_OWN)
    changes = list(_changes(settings, next_settings))
    coming = next((words for words in changes if _width(needed, words) <= room), changes[-1] if changes else "")
    own_room = room - cell_len(coming) - len(SEPARATOR) if coming else room
    pieces = [
        Content.styled(each.marked, "$foreground bold" if each.differs else "$muted")
        for each in settings_words(settings, others, max(own_room, 0), cell_len)
    ]
    if coming:
        pieces.append(Content.styled(coming, "$muted italic"))
    return Content(SEPARATOR).join(pieces)


def _changes(settings: Settings, next_settings: Settings) -> Iterator[str]:
    """Yield ways to say what the next prompt changes, from the longest to the shortest; none if nothing changes."""
    words = [each.words for each in settings_words(next_settings, [settings]) if each.differs]
    if words:
        yield f"next: {SEPARATOR.join(words)}"
        names = (each.partition(' "')[0] for each in words)
        yield f"next: {SEPARATOR.join(names)}"
        yield f"next: {len(words)} changed"


def _width(own: int, coming: str) -> int:
    return cell_len(coming) + (own + len(SEPARATOR) if own else 0)
