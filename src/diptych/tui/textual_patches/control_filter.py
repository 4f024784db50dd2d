"""Makes control characters visible in what Textual's own widgets draw, such as the boxes that users type into."""

from typing import Any

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

from diptych.core.text.sanitize import Cleaner, clean_line


def show_controls(app: App[Any]) -> None:
    """Make an app show control characters instead of obeying them.

    Uses `App._filters`: Textual has no public way to add a filter.
    Noticed by tests/tui/textual_patches/test_control_filter.py::test_what_is_pasted_is_shown_and_sent_but_not_obeyed.
    """
    app._filters.append(VisibleControls())


class VisibleControls(LineFilter):
    """Makes characters visible that `core.text.sanitize` would not let through; the line keeps its width.

    An input draws its value character for character, including escape sequences. What is sent stays as it was pasted,
    but the terminal does not obey it. The lines of a `LineView` are clean already and do not pass through this filter.

    Uses nothing private: Textual applies the filters of an app to every line that its own widgets draw.
    Noticed by tests/tui/textual_patches/test_control_filter.py::test_what_is_pasted_is_shown_and_sent_but_not_obeyed.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments as they are, or with control characters visible and cut to the same width."""
        text = "".join(segment.text for segment in segments)
        if clean_line(text) == text:
            return segments
        cleaner = Cleaner()
        shown = [Segment(_on_one_line(cleaner.add(part.text)), part.style) for part in segments]
        shown.append(Segment(_on_one_line(cleaner.end()), segments[-1].style))
        return list(Strip(shown).adjust_cell_length(Strip(segments).cell_length))


def _on_one_line(text: str) -> str:
    return text.replace("\n", "␊").replace("\t", "␉")
