"""The part of the screen to compare that attaches files to the next prompt, and the area around the prompt box."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Horizontal, Vertical
from textual.events import Click, Paste
from textual.widgets import Static, TextArea

from diptych.config.sides import SideName
from diptych.core.attachment import Attachment
from diptych.core.text.sanitize import clean_line
from diptych.engine.tool_turns import ToolTurns
from diptych.tui.answer.hint import Hint
from diptych.tui.key_names import binding_of, key_name, keys_of
from diptych.tui.palette import Command
from diptych.tui.screens.asking_screen import AskingScreen
from diptych.tui.widgets.attachment_bar import AttachmentBar
from diptych.tui.widgets.prompt_box import PromptBox

if TYPE_CHECKING:
    from diptych.engine.engine import Engine


class AttachmentScreen(AskingScreen):
    """Attaches files that are chosen, dropped or pasted as paths. `attachments` go with the first prompt."""

    def __init__(
        self,
        hints: Mapping[SideName, Hint],
        engine: "Engine",
        turns: ToolTurns | None,
        attachments: Sequence[Attachment],
        *,
        once: bool,
    ) -> None:
        prompt = PromptBox()
        self._attachments = AttachmentBar(attachments)
        bar = Horizontal(Static("❯", id="prompt-mark"), prompt, id="prompt-bar")
        super().__init__(Vertical(self._attachments, bar, id="prompt-area"), hints, engine, prompt, turns, once=once)

    def commands(self) -> Iterator[Command]:
        """Yield every action, and the removal of each attachment, for the palette."""
        yield from super().commands()
        keys = keys_of(self.app, binding_of(type(self), "compare.remove-attachment"))
        key = f"{key_name(keys[0])} in an empty prompt box"
        for attachment in self._attachments.attachments:
            name = clean_line(attachment.file.name)
            remove = partial(self._attachments.detach, attachment)
            yield Command(f"Remove the attachment {name}", key, remove, "detach remove file")

    def on_paste(self, event: Paste) -> None:
        """Offer to attach a file whose path was pasted or dropped into the prompt box."""
        if self.focused is self._prompt:
            self._attachments.consider(event.text, self._prompt.text)

    @on(TextArea.Changed, "#prompt")
    def prompt_changed(self) -> None:
        """Withdraw an offer as soon as something else is typed."""
        self._attachments.text_changed(self._prompt.text)

    @on(AttachmentBar.Removed)
    def attachment_removed(self, message: AttachmentBar.Removed) -> None:
        """Remove an attachment that was clicked."""
        self._attachments.detach(message.attachment)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take keys from the prompt box only while they concern attachments."""
        match action:
            case "accept_offer" | "decline_offer":
                return self._attachments.has_offer
            case "remove_attachment":
                return self.focused is self._prompt and not self._prompt.text and bool(self._attachments.attachments)
            case _:
                return super().check_action(action, parameters)

    def action_attach(self) -> None:
        """Choose a file that goes with the next prompt."""
        from diptych.tui.screens.attach_file import AttachScreen

        self.app.push_screen(AttachScreen(), lambda chosen: self._attachments.add((chosen,) if chosen else ()))

    def action_accept_offer(self) -> None:
        """Attach the pasted files, after all keys that were pressed before.

        If one of those was a letter, the offer is withdrawn, and the key does what it does in the prompt box.
        """
        keys = set(keys_of(self.app, binding_of(type(self), "compare.accept-offer")))

        def accept() -> None:
            self._attachments.text_changed(self._prompt.text)
            if self._attachments.has_offer:
                self._prompt.take_back(self._attachments.accept())
            elif keys & set(keys_of(self.app, binding_of(PromptBox, "prompt.send"))):
                self._prompt.action_send()
            elif keys & set(keys_of(self.app, binding_of(PromptBox, "prompt.new-line"))):
                self._prompt.action_new_line()

        self._prompt.call_later(accept)

    def action_decline_offer(self) -> None:
        """Keep the pasted path as text."""
        self._attachments.decline()

    def action_remove_attachment(self) -> None:
        """Remove the last attachment, or the letter that was typed just before."""

        def remove() -> None:
            if self._prompt.text:
                self._prompt.action_delete_left()
            elif self._attachments.attachments:
                self._attachments.detach(self._attachments.attachments[-1])

        self._prompt.call_later(remove)

    def on_descendant_focus(self) -> None:
        """Mark the prompt box while it has the focus."""
        self._bar.set_class(self._prompt.has_focus, "-focused")

    def on_descendant_blur(self) -> None:
        """Mark the prompt box while it has the focus."""
        self._bar.set_class(self._prompt.has_focus, "-focused")

    @on(Click, "#prompt-bar, #prompt-mark")
    def bar_clicked(self) -> None:
        """Go to the prompt box if the bar around it is clicked."""
        self.action_focus_prompt()

    def focus_box(self) -> None:
        """Go to the prompt box, as text is pasted."""
        self.action_focus_prompt()

    def type_into_box(self, text: str) -> None:
        """Type a text into the prompt box that was meant for it."""
        self.action_focus_prompt()
        self._prompt.type_text(text)

    def action_focus_prompt(self) -> None:
        """Go to the prompt box."""
        self.set_focus(self._prompt)  # at once: `focus` waits for messages

    def action_edit_prompt(self) -> None:
        """Edit the prompt in the user's editor."""
        self._prompt.edit_in_editor()
