"""The list of rounds under its heading, with the settings of the selected one; or a sentence in place of all this."""

from collections.abc import Sequence
from itertools import zip_longest

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from diptych.core.history_summary import ListedRound
from diptych.core.naming import side_name
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.listed_remarks import STAR, listed_remarks
from diptych.tui.history.round_cells import ROWS
from diptych.tui.settings_text import settings_content
from diptych.tui.widgets.round_list import RoundList
from diptych.tui.widgets.text_line import TextLine

_AROUND_SETTINGS = 2


class RoundTable(Vertical):
    """Shows rounds, or says why there are none."""

    def __init__(self) -> None:
        super().__init__()
        self._heading = TextLine(classes="heading")
        self.list = RoundList()
        self._settings = [TextLine(classes="settings") for _ in range(ROWS)]
        self._remarks = TextLine(classes="remarks")
        self._message = Static(id="message", markup=False)
        self._message.display = False

    def compose(self) -> ComposeResult:
        """Yield the heading, the list, the settings and the sentence."""
        yield self._heading
        yield self.list
        yield from self._settings
        yield self._remarks
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

    @on(RoundList.CursorMoved)
    def show_settings(self, message: RoundList.CursorMoved) -> None:
        """Show with which settings each side of the selected round was asked, unless all rounds have the defaults."""
        runs = message.round.runs if message.round else ()
        for line, run in zip_longest(self._settings, runs[:ROWS]):
            line.display = bool(self.list.display and self.list.has_settings)
            if message.round and run and run.settings:
                name = f"{clean_line(side_name(run.label)):<6}"
                room = self.size.width - len(name) - _AROUND_SETTINGS
                others = message.round.settings_of_others(run)
                words = settings_content(run.settings, others, run.settings, room) or Content.styled(
                    "defaults", "$muted"
                )
                line.show(Content.styled(name, "$muted") + words)
            else:
                line.show(Content(""))

    @on(RoundList.CursorMoved)
    def show_remarks(self, message: RoundList.CursorMoved) -> None:
        """Show what is said about the selected round, unless nothing is said about any."""
        self._remarks.display = self.list.display and self.list.has_remarks
        said = listed_remarks(message.round, self.size.width) if message.round else ()
        star = STAR if message.round and message.round.note.starred else ""
        words = clean_line(" · ".join(said))
        self._remarks.show(Content.styled(star, "$warning") + Content(f" {words}" if star else words))

    def _show_message(self, sentence: str, *, error: bool) -> None:
        self._message.update(Content(clean_line(sentence)))
        self._message.set_class(error, "error")
        self._message.display = bool(sentence)
        self.list.display = self._heading.display = not sentence
