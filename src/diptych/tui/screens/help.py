"""The help: all keys by where they work, and what simulated models can show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from diptych.tui.screens.inspect import InspectScreen
from diptych.tui.textual_patches.keymap import with_keymap
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.answer_view import AnswerView
from diptych.tui.widgets.event_list import EventList
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.line_view import LineView
from diptych.tui.widgets.prompt_box import PromptBox
from diptych.tui.widgets.side_pane import SidePane
from diptych.tui.wrapping import wrap

_INDENT = 2
_LEFT_WIDTH = 22


class _Page(Static):
    """Sections with titles, each of which lists keys or words, with what they do beside them."""

    def __init__(self, sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        super().__init__("…")  # until the width is known
        self._sections = sections

    def on_resize(self) -> None:
        """Wrap the texts at the new width."""
        page = Content("\n").join(self._lines(max(self.size.width - _INDENT - _LEFT_WIDTH, 1)))
        self.call_after_refresh(self.update, page)  # during a layout, a new height would be ignored

    def _lines(self, room: int) -> Iterator[Content]:
        for title, pairs in self._sections:
            yield Content.styled(title, "bold")
            for left, right in pairs:
                for beside, row in zip_longest([left], wrap(right, room), fillvalue=""):
                    yield Content.assemble((f"{'':{_INDENT}}{beside:<{_LEFT_WIDTH}}", "$primary"), row.rstrip())
            yield Content("")


class HelpScreen(CurrentSize, ModalScreen[None]):
    """A page of help; it shows the keys as the user's keymap has them."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "dismiss", "close", tooltip="Close the help", id="help.close"),
    ]

    def __init__(
        self, everywhere: list[BindingType], scenarios: Mapping[str, str], *, has_prompt_box: bool = True
    ) -> None:
        super().__init__()
        self._everywhere = everywhere
        self._scenarios = scenarios
        self._in_prompt_box = PromptBox.BINDINGS[:4] if has_prompt_box else []

    def compose(self) -> ComposeResult:
        """Yield one long text."""
        with Vertical(id="dialog", classes="wide tall") as dialog:
            dialog.border_title = "help"
            yield VerticalScroll(_Page(list(self._sections())), id="help")
            yield KeyBar()

    def on_mount(self) -> None:
        """Focus the text, so that keys scroll it."""
        self.query_one("#help", Widget).focus()

    def _sections(self) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
        sections: tuple[tuple[str, list[BindingType]], ...] = (
            ("Everywhere", [*self._everywhere, *_APP]),
            ("In the prompt box", self._in_prompt_box),
            ("In an answer", [*SidePane.BINDINGS, *AnswerView.BINDINGS, *LineView.BINDINGS]),
            ("In an event list", EventList.BINDINGS),
            ("In the event inspector", InspectScreen.BINDINGS),
        )
        for title, bindings in sections:
            if bindings:
                by_action = _by_action(with_keymap(self.app, bindings))
                pairs = [(", ".join(map(self.app.get_key_display, keys)), what) for keys, what in by_action]
                yield title, pairs
        if self._scenarios:
            yield "The first word of a prompt makes a simulated model show", list(self._scenarios.items())


_APP: list[BindingType] = [
    Binding("ctrl+p", "command_palette", tooltip="Command palette: every action by name, and the themes"),
    Binding("ctrl+q", "quit", tooltip="Quit"),
]


def _by_action(bindings: Iterable[Binding]) -> Iterator[tuple[list[Binding], str]]:
    by_action: dict[str, list[Binding]] = {}
    for binding in bindings:
        same = by_action.setdefault(binding.action, [])
        if binding.key not in [other.key for other in same]:
            same.append(binding)
    for same in by_action.values():
        yield same, same[0].tooltip or same[0].description
