"""The dialog that asks for the values of a prompt template's variables."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from diptych.core.text.sanitize import clean_line
from diptych.tui.key_names import own_key
from diptych.tui.terminal.pasting import MOST_IN_BOX, too_much
from diptych.tui.textual_patches.resizing import CurrentSize
from diptych.tui.widgets.dialog_message import DialogMessage
from diptych.tui.widgets.key_bar import KeyBar
from diptych.tui.widgets.lines_box import LinesBox

if TYPE_CHECKING:
    from diptych.core.prompt_template import PromptTemplate


class ValueBox(LinesBox):
    """A box for the value of a variable, which may have several lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "next", tooltip="Next value", priority=True, id="template.next"),
        Binding(
            "ctrl+j,shift+enter",
            "new_line",
            "new line",
            tooltip="Start a new line in the value",
            priority=True,
            id="template.new-line",
        ),
    ]


class TemplateForm(CurrentSize, ModalScreen[str]):
    """Returns the text of a template with the values that the user has written, None if the user cancels."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "fill", "fill in", tooltip="Put the prompt into the prompt box", id="template.fill"),
        Binding("escape", "cancel", "cancel", tooltip="Leave the prompt box as it is", id="template.cancel"),
    ]

    def __init__(self, template: "PromptTemplate") -> None:
        super().__init__()
        self._template = template
        self._boxes = {name: ValueBox() for name in template.variables}
        self._message = DialogMessage()

    def compose(self) -> ComposeResult:
        """Yield a box for each variable below its name."""
        with VerticalScroll(id="dialog", classes="template", can_focus=False) as dialog:
            dialog.border_title = Content(clean_line(f"prompt template: {self._template.name}"))
            for name, box in self._boxes.items():
                yield Label(Content(clean_line(name)))
                yield box
            yield self._message
            yield KeyBar()

    def on_mount(self) -> None:
        """Show which key goes to the next value."""
        for box in self.query(ValueBox).results():
            key = own_key(box, "template.next")
            sentence = f"{key} goes on to the next value, and from the last one to the prompt box. Nothing is sent yet."
            self._message.say(sentence)
            break

    @on(ValueBox.Done)
    def go_on(self) -> None:
        """Go to the next box, or use the values."""
        boxes = list(self._boxes.values())
        if self.focused is boxes[-1]:
            self.action_fill()
        else:
            self.focus_next(ValueBox)

    def action_fill(self) -> None:
        """Return the text, unless a value is missing. A box without text means that there is no value."""
        from diptych.core.prompt_template import PromptTemplateError

        values = {name: box.text for name, box in self._boxes.items() if box.text}
        try:
            text = self._template.fill(values)
        except PromptTemplateError as error:
            self._say_wrong(str(error))
            return
        if len(text) > MOST_IN_BOX:
            self._say_wrong(too_much(len(text)))
        else:
            self.dismiss(text)

    def action_cancel(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    def _say_wrong(self, sentence: str) -> None:
        self._message.say(sentence, error=True)
        empty = next((box for box in self._boxes.values() if not box.text), None)
        if empty:
            empty.focus()
