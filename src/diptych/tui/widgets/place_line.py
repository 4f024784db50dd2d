"""The right end of a screen's title: what is shown, or what the screen is busy with."""

from textual.content import Content

from diptych.tui.widgets.text_line import TextLine


class PlaceLine(TextLine):
    """Shows a sentence about what the screen does now, or else the words about what it shows."""

    def __init__(self) -> None:
        super().__init__(classes="place")
        self._words = ""
        self._busy = ""

    @property
    def is_busy(self) -> bool:
        """Whether the screen does something now."""
        return bool(self._busy)

    def say(self, words: str) -> None:
        """Show these words whenever the screen is not busy."""
        self._words = words
        self._update()

    def say_busy(self, sentence: str) -> None:
        """Show what the screen does from now on; "" if it is done."""
        self._busy = sentence
        self._update()

    def _update(self) -> None:
        self.show(Content(self._busy or self._words))
