"""The title of a pane and the settings below it, fitted into the width of the pane."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from diptych.core.naming import model_name, next_model, reported_model, take_name, title_name, verdict_on
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.settings_summary import SEPARATOR
from diptych.tui.settings_text import settings_content
from diptych.tui.wrapping import shorten, shorten_foreign

_AROUND_TITLE = 6
_AROUND_LINE = 4
_LEAST_NAME = 12
_LEAST_SETTINGS = 20


@dataclass(frozen=True, slots=True)
class PaneTitle:
    """What the title of a pane says.

    `settings` are those of the shown run, or of the next prompt if there is none; `others` are the settings of the
    other sides, `next_settings` those of the next prompt. `reported` is the model that the server named. `name` stands
    before the model: what the side was called in a blind round, or its label; "" where that says nothing more. The
    `details` stand behind the model, and behind them the `verdict`, "" where there is none. Without `has_row` the
    settings have no row below the title, and stand in it. `width` counts the cells of the pane with its frame.
    """

    settings: Settings
    next_settings: Settings
    others: Sequence[Settings]
    reported: str | None
    name: str
    details: Sequence[str]
    verdict: str
    width: int
    has_row: bool

    @classmethod
    def of(
        cls,
        round_: Round | None,
        run: Run | None,
        next_settings: Settings,
        others: Sequence[Settings],
        details: Sequence[str],
        width: int,
        *,
        has_row: bool,
    ) -> "PaneTitle":
        """Return the title of a pane that shows a run of a round, or no run yet."""
        if round_ is None or run is None:
            return cls(next_settings, next_settings, others, None, "", tuple(details), "", width, has_row)
        return cls(
            settings=run.request.settings,
            next_settings=next_settings,
            others=others,
            reported=run.reported_model,
            name=title_name(round_, run),
            details=(*filter(None, [take_name(round_, run)]), *details),
            verdict=verdict_on(round_, run),
            width=width,
            has_row=has_row,
        )

    def lines(self) -> tuple[Content, Content]:
        """Return the title and the row of settings, which is empty where the settings have no row.

        The model's name is shortened where there is no room, so that the details stay visible.
        """
        details = self._details()
        room = self.width - _AROUND_TITLE - cell_len(details)
        row = settings_content(self.settings, self.others, self.next_settings, max(self.width - _AROUND_LINE, 0))
        reserved = _LEAST_SETTINGS if row and not self.has_row else 0
        label = shorten(clean_line(self.name), max(self.width // 3, _LEAST_NAME))
        before = f"{label} · " if label else ""
        most = max(room - reserved - cell_len(before), _LEAST_NAME)
        name = before + shorten(clean_line(model_name(self.settings)), most)
        title = Content(name) + Content.styled(details, "not bold")
        if self.has_row:
            return title, row
        left = room - cell_len(name) - len(SEPARATOR)
        inside = settings_content(self.settings, self.others, self.next_settings, left)
        title += Content.styled(SEPARATOR if inside else "", "not bold") + inside.stylize_before("not bold")
        return title, Content("")

    def _details(self) -> str:
        """Return what stands behind the model's name."""
        other = reported_model(self.settings, self.reported)
        details = f" → {shorten_foreign(other)}" if other else ""
        stated = ("simulated",) if self.settings.simulated else ()
        details += "".join(f" · {detail}" for detail in (*stated, *self.details))
        details += f" · {self.verdict}" if self.verdict else ""
        if model_name(self.next_settings) != model_name(self.settings):
            details += f" · next {clean_line(next_model(self.next_settings, after=self.settings))}"
        return details
