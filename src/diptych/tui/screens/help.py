"""The help: all keys by where they work, and what simulated models can show."""

from collections.abc import Iterable, Iterator, Mapping
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
            yield VerticalScroll(Static(Content("\n").join(self._lines())), id="help")
            yield KeyBar()

    def on_mount(self) -> None:
        """Focus the text, so that keys scroll it."""
        self.query_one("#help", Widget).focus()

    def _lines(self) -> Iterator[Content]:
        sections: tuple[tuple[str, list[BindingType]], ...] = (
            ("Everywhere", [*self._everywhere, *_APP]),
            ("In the prompt box", self._in_prompt_box),
            ("In an answer", [*SidePane.BINDINGS, *AnswerView.BINDINGS, *LineView.BINDINGS]),
            ("In an event list", EventList.BINDINGS),
            ("In the event inspector", InspectScreen.BINDINGS),
        )
        for title, bindings in sections:
            if not bindings:
                continue
            yield Content.styled(title, "bold")
            for keys, what in _by_action(with_keymap(self.app, bindings)):
                yield _pair(", ".join(self.app.get_key_display(key) for key in keys), what)
            yield Content("")
        if self._scenarios:
            yield Content.styled("The first word of a prompt makes a simulated model show", "bold")
            yield from (_pair(word, what) for word, what in self._scenarios.items())


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


def _pair(left: str, right: str) -> Content:
    return Content.assemble((f"  {left:<22}", "$primary"), right)
