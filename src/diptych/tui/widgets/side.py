"""One side of the screen: title, status, answer, figures, and the event list under a rule."""

from typing import ClassVar, assert_never

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from diptych.core.request import SideName, SideSettings
from diptych.core.run import Run, State
from diptych.core.text import clean_line
from diptych.report.figures import usage
from diptych.tui import format as figures
from diptych.tui.document import left_out_sentence
from diptych.tui.widgets.answer import Answer
from diptych.tui.widgets.events import EventList
from diptych.tui.widgets.line import TextLine


class Rule(Widget):
    """The line between an answer and its events, which closes the frame where the events are hidden."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(classes="rule")
        self._shown = ("events", "", False)

    def show(self, title: str, figures: str, *, closes: bool) -> None:
        """Carry this title, and figures that have no line of their own; or close the frame."""
        if (title, figures, closes) != self._shown:
            self._shown = (title, figures, closes)
            self.refresh()

    def render(self) -> Content:
        """What to draw."""
        title, figures, closes = self._shown
        width = self.size.width
        if closes:
            return Content(f"└{'─' * (width - 2)}┘")
        end = f" {figures} ─┤" if figures and len(title) + len(figures) + 8 <= width else "┤"
        return Content(f"├─ {title} ".ljust(width - len(end), "─") + end)


class SidePane(Vertical):
    """Shows one run of its side. It is told what to show and when to look; it takes no times itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "toggle_thinking", "thinking", tooltip="Open or fold the thinking", id="side.thinking"),
        Binding("c", "copy_answer", "copy", tooltip="Copy the answer as the model wrote it", id="side.copy"),
    ]

    def __init__(self, side: SideName, hint: str) -> None:
        super().__init__(id=side, classes="side")
        self.side = side
        self.run: Run | None = None
        self._reported_model: str | None = None
        self._events_shown = True
        self._answer = Answer(hint, id=f"{side}-answer")
        self._events = EventList(side, id=f"{side}-events")
        self._status = TextLine(classes="status")
        self._usage = TextLine(classes="usage")
        self._heading = TextLine(classes="heading")
        self._upper = Vertical(self._status, self._answer, self._usage, classes="upper")
        self._rule = Rule()
        self._lower = Vertical(self._heading, self._events, classes="lower")

    def compose(self) -> ComposeResult:
        """The upper part with the answer, the rule, the lower part with the events."""
        yield self._upper
        yield self._rule
        yield self._lower

    def select_event(self, index: int | None) -> None:
        """Put the cursor of the event list on a line."""
        if index is not None:
            self._events.move_to(index)

    def entitle(self, settings: SideSettings) -> None:
        """Put the model's name into the frame, and the one the server says it used if that is another."""
        reported = self.run.reported_model if self.run else None
        details = [f" → {clean_line(reported)}"] if reported and reported != settings.model else []
        if settings.simulated:
            details.append(" · simulated")
        name = Content(clean_line(settings.name))
        self._upper.border_title = name + Content.styled("".join(details), "not bold")
        self._reported_model = reported

    def hint(self, text: str) -> None:
        """Say what to do while there is no run."""
        self._answer.show_hint(text)

    def show(self, run: Run | None) -> None:
        """Show another run, or none."""
        self.run = run
        self.set_class(run is None, "-empty")
        self._answer.show(run)
        self._events.show(run)
        if run is None:
            self._status.show(Content(""))
            self._usage.show(Content(""))
        self._update_rule()

    def sample(self, now: float, *, left_out: bool) -> None:
        """Paint what is new in the run; `now` is a stamp of its clock."""
        run = self.run
        if run is None:
            return
        if run.reported_model != self._reported_model:
            self.entitle(run.request.settings)
        self._answer.sample(left_out_sentence(run) if left_out else "")
        self._events.sample()
        status = figures.status(run, now, self._status.size.width)
        self._status.show(
            Content.assemble(
                (f"{status.mark} {clean_line(status.word)}", self._state_style(status.state)), status.figures
            )
        )
        self._usage.show(Content(usage(run)))
        self._heading.show(Content(self._events.columns.heading()))
        self._update_rule()

    def show_events(self, *, shown: bool) -> None:
        """Show or hide the event list; hidden, the rule closes the frame."""
        self._events_shown = shown
        self.set_class(not shown, "-no-events")
        self._update_rule()

    def _update_rule(self) -> None:
        run = self.run
        title = f"events · {run.events:,}" if run and run.events else "events"
        shown_figures = usage(run) if run and not self._usage.display else ""
        self._rule.show(title, shown_figures, closes=not self._events_shown or not run)

    def _state_style(self, state: State) -> str:
        match state:
            case "waiting" | "stopped":
                return "$muted bold"
            case "streaming":
                return f"${self.side} bold"
            case "complete":
                return "$success bold"
            case "cut":
                return "$warning bold"
            case "failed":
                return "$error bold"
            case _:
                assert_never(state)

    def action_toggle_thinking(self) -> None:
        """Open or fold the thinking."""
        self._answer.action_toggle_thinking()

    def action_copy_answer(self) -> None:
        """Copy the answer exactly as the model wrote it."""
        run = self.run
        text = "".join(run.text or run.refusal) if run else ""
        if not text:
            self.notify("There is no text to copy yet.", severity="warning", markup=False)
            return
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied the {self.side} answer, {len(text):,} characters.", markup=False)
