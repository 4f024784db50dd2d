"""The line about the side that has no room on a small screen."""

from textual.events import Click

from diptych.tui.messages import FlipAsked
from diptych.tui.widgets.text_line import TextLine


class OtherSide(TextLine):
    """Shows the state of the side that has no room; a click shows that side instead."""

    def on_click(self, event: Click) -> None:
        """Ask for the other side."""
        event.stop()
        self.post_message(FlipAsked())
