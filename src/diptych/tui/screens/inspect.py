"""The event inspector: when an event came, what it means, and its data as a tree or as raw text."""

from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import ContentSwitcher, Static

from diptych.config.sides import SideName
from diptych.core.run import Run
from diptych.tui.copying import copy_request, copy_text
from diptych.tui.inspector.inspection import inspect
from diptych.tui.key_names import own_key
from diptych.tui.textual_patches.preloading import mount_in_advance
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.json_tree import JsonTree
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.text_view import TextView


class InspectScreen(CurrentSize, ModalScreen[int]):
    """Shows one line of a run's event list, or its neighbours; returns the index of the last one that was shown.

    It is made once and shown again for every line, as making a screen takes longer than a key press should.
    """

    CSS_PATH = "inspect.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", tooltip="Close the inspector", id="inspect.close"),
        Binding("left_square_bracket", "walk(-1)", "previous", tooltip="Previous event", id="inspect.previous"),
        Binding("right_square_bracket", "walk(1)", "next", tooltip="Next event", id="inspect.next"),
        Binding("r", "raw", "raw or tree", tooltip="Show raw text, or the tree", id="inspect.raw"),
        Binding(
            "Y",
            "copy_request",
            tooltip="Copy the request as a curl command",
            show=False,
            id="inspect.copy-request",
        ),
        Binding("c,y", "copy", "copy", tooltip="Copy the data", id="inspect.copy"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._run: Run | None = None
        self._index = 0
        self._side: SideName = "left"
        self._copied = ""
        self._dialog = Vertical(id="inspect")
        self._offsets = Static(id="offsets", markup=False)
        self._explanation = Static(id="explanation", markup=False)
        self._tree = JsonTree(id="tree")
        self._text = TextView(id="raw")
        self._switcher = ContentSwitcher(self._tree, self._text, initial="tree")

    def compose(self) -> ComposeResult:
        """Yield the dialog and its keys."""
        with self._dialog:
            yield self._offsets
            yield self._explanation
            yield self._switcher
            yield KeyBar()

    def open(self, run: Run, index: int, side: SideName) -> None:
        """Show a line of a run, which the pane of that side shows. Call this before the screen is pushed."""
        self._run = run
        self._side = side
        self._index = index
        if self.is_mounted:
            self._show(run)

    def on_mount(self) -> None:
        """Show the line that was opened first."""
        if self._run is not None:
            self._show(self._run)

    def action_close(self) -> None:
        """Close the inspector, and keep nothing of what it showed."""
        self.dismiss(self._index)
        self._run = None
        self._copied = ""
        self._tree.clear()
        self._text.show("")

    def action_walk(self, by: int) -> None:
        """Show the previous or the next line."""
        index = self._index + by
        if self._run is not None and 0 <= index < len(self._run.lines):
            self._index = index
            self._show(self._run)

    def action_raw(self) -> None:
        """Switch between the tree and raw text."""
        self._switcher.current = "tree" if self._switcher.current == "raw" else "raw"
        if self._switcher.visible_content:
            self._switcher.visible_content.focus()

    def action_copy(self) -> None:
        """Copy the data of an event without its frame, and anything else as it is."""
        copy_text(self.app, self._copied, "the event")

    def action_copy_request(self) -> None:
        """Copy the request to which the line belongs as a curl command."""
        if self._run is not None:
            copy_request(self.app, self._run, self._index)

    def _show(self, run: Run) -> None:
        shown = inspect(run, self._index)
        self._copied = shown.copied
        self._dialog.set_class(self._side == "right", "right")
        self._dialog.border_title = Content(shown.title)
        self._dialog.border_subtitle = Content(f"{self._index + 1:,} of {len(run.lines):,}")
        self._offsets.update(Content(shown.offsets))
        self._explanation.update(Content(shown.explanation))
        key = own_key(self, "inspect.copy")
        remark = f"\n\n… {shown.raw_remark}" if shown.raw_remark else ""
        self._text.show(shown.raw + remark, f"{key} copies all of the data")
        self._tree.show(shown.value)


def ready_inspector(app: App[Any]) -> InspectScreen:
    """Return the screen that shows one event, which is made and mounted the first time any screen asks for it."""
    if app.is_screen_installed("inspector"):
        return app.get_screen("inspector", InspectScreen)
    inspector = InspectScreen()
    mount_in_advance(app, inspector, "inspector")
    return inspector
