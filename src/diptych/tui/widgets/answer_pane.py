"""The upper half of a side: title, settings, status, the answer with its search bar, and figures."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from diptych.config.sides import SideName
from diptych.core.run import Run
from diptych.report.figures import usage
from diptych.tui.answer.hint import Hint
from diptych.tui.markdown.layout.rows import Link
from diptych.tui.messages import SearchAsked, SearchLeft
from diptych.tui.pane_title import PaneTitle
from diptych.tui.status_line import status_content
from diptych.tui.widgets.answer_tree import AnswerTree
from diptych.tui.widgets.answer_view import AnswerView
from diptych.tui.widgets.search_bar import SearchBar
from diptych.tui.widgets.text_line import TextLine

_AROUND_LINE = 4


class AnswerPane(Vertical):
    """Shows the answer of a run, as text or as a tree, and asks it for what the user searches."""

    def __init__(self, side: SideName, hint: Hint) -> None:
        super().__init__(classes="upper")
        self._side = side
        self._settings = TextLine(classes="settings")
        self._status = TextLine(classes="status")
        self.answer = AnswerView(hint, id=f"{side}-answer")
        self._tree = AnswerTree(self.answer, id=f"{side}-tree")
        self._search = SearchBar()
        self._search.display = False
        self._usage = TextLine(classes="usage")
        self._title: PaneTitle | str | None = None

    def compose(self) -> ComposeResult:
        """Yield the settings, the status, the answer, its search bar, and the figures."""
        yield self._settings
        yield self._status
        yield self.answer
        yield self._search
        yield self._usage

    @property
    def shows_usage(self) -> bool:
        """Whether there is a row for the figures."""
        return self._usage.display

    @property
    def is_search_open(self) -> bool:
        """Whether the search bar is shown."""
        return self._search.display

    @property
    def has_focus_in_search(self) -> bool:
        """Whether the user types into the search bar."""
        return self._search.has_focus_within

    @property
    def links(self) -> Sequence[Link]:
        """The links in the answer."""
        return self.answer.links

    def show(self, run: Run | None) -> None:
        """Show the answer of another run, or what to do if there is none."""
        self.answer.show(run)
        self._tree.hide()
        if run is None:
            self._show_figures(Content(""), "")

    def sample(self, run: Run, remark: str) -> None:
        """Paint what is new in the answer; `remark` is a sentence that stands below it."""
        self.answer.sample(remark)
        self._tree.sample(run)

    def read_on(self) -> bool:
        """Read another portion of a long answer; returns whether some is left."""
        is_behind = self.answer.read_on()
        self.show_place()
        return is_behind

    def show_title(self, title: PaneTitle | str) -> None:
        """Show the title in the frame, and the settings below it, if anything of them has changed."""
        if title == self._title:
            return
        self._title = title
        shown, settings = (Content(title), Content("")) if isinstance(title, str) else title.lines()
        self.border_title = shown
        self._settings.show(settings)
        self._settings.set_class(not settings, "-none")

    def show_figures(self, run: Run, now: float) -> None:
        """Show the state and the figures of a run at the time `now` of its clock."""
        # Not the width of the lines themselves, which have none yet if they were hidden until now.
        room = max(self.outer_size.width - _AROUND_LINE, 0)
        self._show_figures(status_content(run, now, room, self._side), usage(run, room))

    def show_veiled(self, *, ended: bool) -> None:
        """Show of a hidden round only whether its answers have ended."""
        words = "✔ the answers have ended" if ended else "● the answers are coming"
        self._show_figures(Content.styled(words, "$muted bold"), "")

    def _show_figures(self, status: Content, figures: str) -> None:
        self._status.show(status)
        self._usage.show(Content(figures))

    def show_place(self) -> None:
        """Show in the search bar which match of how many is the current one."""
        self._search.show_place(self.answer.matches)

    def on_search_asked(self, message: SearchAsked) -> None:
        """Mark what the user searches for."""
        message.stop()
        self.answer.search(message.query)
        self.show_place()

    def on_search_left(self, message: SearchLeft) -> None:
        """Go back to the answer, where keys move between the matches."""
        message.stop()
        self.screen.set_focus(self.answer)

    def open_search(self) -> None:
        """Open the search bar. A tree is replaced by the answer, since only that can be searched."""
        self._tree.leave()
        self._search.open()

    def end_search(self) -> None:
        """Close the search bar and remove the marks."""
        self._search.close()

    def go_to_match(self, by: int) -> None:
        """Go to the next or the previous match."""
        self.answer.go_to_match(by)
        self.show_place()

    def toggle_rendering(self, run: Run | None) -> None:
        """Go from rendered to tree (only for JSON), from tree to source, and from source to rendered."""
        if self._tree.is_shown:
            self._tree.leave()
            self.answer.action_toggle_rendering()
        elif run is None or not self.answer.is_rendered or not self._tree.choose(run):
            self.answer.action_toggle_rendering()
