"""The cases of an experiment under a heading, in the order that the user chooses; or a sentence in place of both."""

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from diptych.core.experiment.row_figures import RowFigure
from diptych.core.request import Label
from diptych.core.text.sanitize import clean_line
from diptych.report.experiment.results import Results
from diptych.tui.experiment.case_choice import CaseChoice
from diptych.tui.widgets.case_table import CaseTable
from diptych.tui.widgets.text_line import TextLine


class CaseSheet(Vertical):
    """Lists the chosen cases in a table. `choice` says which ones, and in which order."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = CaseChoice()
        self.table = CaseTable(id="cases")
        self.count = 0
        """How many cases are listed."""
        self._heading = TextLine(classes="heading")
        self._message = Static("", classes="message", markup=False)

    def compose(self) -> ComposeResult:
        """Yield the heading, the table, and the sentence."""
        yield self._heading
        yield self.table
        yield self._message

    def show(self, results: Results, figure: RowFigure, wins: Mapping[tuple[str, Label], int]) -> None:
        """List the chosen cases with a figure; `wins` are the votes that each model won in each case."""
        cases = self.choice.cases(results, figure, self.table.label)
        self.count = len(cases)
        self.table.show(results, cases, figure, wins)
        self.show_heading()

    def show_message(self, sentence: str) -> None:
        """Show a sentence in place of the table; "" shows the table."""
        self._message.update(Content(clean_line(sentence)))
        self._message.display = bool(sentence)
        self.table.display = self._heading.display = not sentence

    @on(CaseTable.ColumnsChanged)
    def show_heading(self) -> None:
        """Fit the heading to the columns."""
        self._heading.show(self.table.heading())
