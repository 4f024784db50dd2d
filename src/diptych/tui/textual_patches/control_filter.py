"""A last look at what widgets of Textual's own draw, such as the boxes that one types and pastes into."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

from diptych.core.text.sanitize import Cleaner, clean_line


class VisibleControls(LineFilter):
    """Makes visible in a drawn line what `core.text` would not let through; the line stays as wide as it was.

    An input shows what it holds, character for character, escape sequences included. What is sent stays as it was
    pasted; it just is not obeyed. Lines of our own (`LineView`) hold no uncleaned text and do not come through here.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, or as many cells of them with what was hidden in them visible."""
        text = "".join(segment.text for segment in segments)
        if clean_line(text) == text:
            return segments
        cleaner = Cleaner()
        shown = [Segment(_on_one_line(cleaner.add(part.text)), part.style) for part in segments]
        shown.append(Segment(_on_one_line(cleaner.end()), segments[-1].style))
        return list(Strip(shown).adjust_cell_length(Strip(segments).cell_length))


def _on_one_line(text: str) -> str:
    return text.replace("\n", "␊").replace("\t", "␉")
