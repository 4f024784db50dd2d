"""The list of rounds under its heading, or a sentence in place of both."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from diptych.core.history_summary import ListedRound
from diptych.core.text.sanitize import clean_line
from diptych.tui.widgets.round_list import RoundList
from diptych.tui.widgets.text_line import TextLine


class RoundTable(Vertical):
    """Shows rounds, or says why there are none."""

    def __init__(self) -> None:
        super().__init__()
        self._heading = TextLine(classes="heading")
        self.list = RoundList()
        self._message = Static(id="message", markup=False)
        self._message.display = False

    def compose(self) -> ComposeResult:
        """Yield the heading, the list and the sentence."""
        yield self._heading
        yield self.list
        yield self._message

    def show(self, rounds: Sequence[ListedRound], *, keep_place: bool = False, otherwise: str) -> None:
        """Show rounds, or the sentence `otherwise` if there are none; `keep_place` as in `RoundList.show`."""
        self.list.show(rounds, keep_place=keep_place)
        self._show_message("" if rounds else otherwise, error=False)

    def show_error(self, sentence: str) -> None:
        """Show why the rounds cannot be listed."""
        self.list.show(())
        self._show_message(sentence, error=True)

    @on(RoundList.ColumnsChanged)
    def fit_heading(self, message: RoundList.ColumnsChanged) -> None:
        """Fit the heading to the columns."""
        self._heading.show(Content(message.columns.heading()))

    def _show_message(self, sentence: str, *, error: bool) -> None:
        self._message.update(Content(clean_line(sentence)))
        self._message.set_class(error, "error")
        self._message.display = bool(sentence)
        self.list.display = self._heading.display = not sentence
