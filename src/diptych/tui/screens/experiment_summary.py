"""The screen with all figures of an experiment: every model, the differences of every two, and the verdicts."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from diptych.report.experiment.judge_text import verdicts_text
from diptych.report.experiment.summary_text import summary_text
from diptych.tui.textual_patches.remapped_keys import RemappedScreen
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from diptych.core.experiment.judging.judge_tally import Verdicts
    from diptych.core.experiment.summary import Summary

_AROUND = 4


class SummaryScreen(RemappedScreen):
    """Shows what `diptych run` prints at the end of an experiment, and what judges and the user said about it."""

    CSS_PATH = "votes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,S,q", "close", "back", tooltip="Close the summary", id="summary.close"),
    ]

    def __init__(self, name: str, summary: "Summary", verdicts: "Verdicts") -> None:
        super().__init__()
        self._experiment = name
        self._summary = summary
        self._verdicts = verdicts
        self._text = TextView(id="summary")

    def compose(self) -> ComposeResult:
        """Yield the title, the text and the keys."""
        with Horizontal(classes="title"):
            yield Static("Diptych", classes="program")
            yield Static(f"summary of {self._experiment}", classes="name", markup=False)
        yield self._text
        yield KeyBar()

    def on_mount(self) -> None:
        """Focus the text, so that keys scroll it."""
        self.set_focus(self._text)

    def on_resize(self) -> None:
        """Write the text for the new width."""
        width = self.app.size.width - _AROUND
        said = verdicts_text(self._verdicts.judges, self._verdicts.votes, width, experiment=self._experiment)
        self._text.show("\n".join([*summary_text(self._summary, width), "", *said]))

    def action_close(self) -> None:
        """Close the summary."""
        self.dismiss()
