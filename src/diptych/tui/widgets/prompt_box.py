"""The box in which prompts are written."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.worker import Worker, WorkerState

from diptych.core.history_summary import HistoryError
from diptych.core.text.sanitize import clean_line
from diptych.tui.messages import PromptSent
from diptych.tui.saying import warn
from diptych.tui.terminal.pasting import MOST_IN_BOX, too_much
from diptych.tui.textual_patches.limited_text_area import LimitedTextArea

_MOST_EARLIER = 500
"""Prompts of earlier sessions that can be recalled."""


class PromptBox(LimitedTextArea):
    """A text area in which Enter sends the prompt, and Up on the first row recalls earlier prompts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "send", tooltip="Send the prompt to both sides", priority=True, id="prompt.send"),
        Binding(
            "ctrl+j,shift+enter",
            "new_line",
            "new line",
            tooltip="Start a new line in the prompt",
            priority=True,
            id="prompt.new-line",
        ),
        Binding("up", "cursor_up", "Row above; on the first row, the previous prompt", show=False, id="prompt.up"),
        Binding("down", "cursor_down", "Row below; on the last row, the next prompt", show=False, id="prompt.down"),
    ]

    def __init__(self) -> None:
        super().__init__(
            id="prompt", compact=True, highlight_cursor_line=False, placeholder="ask both…", tab_behavior="focus"
        )
        self.cursor_blink = False
        self._sent: list[str] = []
        self._recalled = 0
        self._draft = ""
        self._is_editing = False

    def remember(self, prompt: str) -> None:
        """Keep a prompt that was asked, so that it can be recalled, unless it is too long for the box."""
        if len(prompt) <= MOST_IN_BOX and prompt not in self._sent[-1:]:
            self._sent.append(prompt)
        self._recalled = len(self._sent)
        self._draft = ""

    def load_earlier(self, read: Callable[[int, int], Sequence[str]]) -> None:
        """Offer the prompts of earlier sessions to be recalled, before those of this one.

        `read` is called in a thread, with how many prompts are wanted and how long each may be. It returns the newest
        first, or raises `HistoryError`.
        """
        self.run_worker(
            partial(read, _MOST_EARLIER, MOST_IN_BOX),
            thread=True,
            exit_on_error=False,
            group="earlier prompts",
            description="read the prompts of earlier sessions",
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Take over the prompts of earlier sessions, or say why they cannot be recalled."""
        if event.worker.group != "earlier prompts":
            return
        if event.state is WorkerState.SUCCESS:
            earlier = [prompt for prompt in reversed(event.worker.result or ()) if prompt not in self._sent]
            self._sent[:0] = earlier
            self._recalled += len(earlier)
        elif event.state is WorkerState.ERROR:
            error = event.worker.error
            why = str(error) if isinstance(error, HistoryError) else f"The history failed: {type(error).__name__}."
            warn(self, clean_line(f"Earlier prompts cannot be recalled. {why}"))

    def use(self, prompt: str) -> None:
        """Put a prompt in place of the text, which can be recalled; refuse one that is too long with a notice."""
        if len(prompt) > MOST_IN_BOX:
            warn(self, too_much(len(prompt)))
            return
        if self.text.strip() and self.text != prompt:
            self.remember(self.text)
        self._replace_text(prompt)
        self.focus()

    def edit_in_editor(self) -> None:
        """Edit the prompt in the user's editor, which has the terminal for as long as it runs."""
        if sys.platform == "win32":
            warn(self, "Diptych cannot open an editor on Windows yet.")
        elif not self._is_editing:
            self._is_editing = True
            self._edit_in_editor()

    def give_back(self, prompt: str) -> None:
        """Put a prompt that was not asked back, in front of what was typed since."""
        self.text = prompt + self.text
        self.move_cursor(self.document.end)

    def take_back(self, pasted: str) -> None:
        """Remove the text that was pasted last, if it still stands before the cursor."""
        inserted = pasted.replace("\r\n", "\n").replace("\r", "\n")
        before = self.get_text_range((0, 0), self.cursor_location)
        if before.endswith(inserted):
            rows = before.removesuffix(inserted).split("\n")
            self.delete((len(rows) - 1, len(rows[-1])), self.cursor_location)

    def action_send(self) -> None:
        """Send the prompt, after all keys that were pressed before."""
        self.call_later(self._send)

    def action_new_line(self) -> None:
        """Begin a new line, after all keys that were pressed before."""
        self.call_later(self._new_line)

    def action_cursor_up(self, select: bool = False) -> None:
        """Move up, or recall the previous prompt."""
        if select or self._row() > 0:
            super().action_cursor_up(select)
        else:
            self._recall(self._recalled - 1)

    def action_cursor_down(self, select: bool = False) -> None:
        """Move down, or recall the next prompt."""
        if select or self._row() < self.wrapped_document.height - 1:
            super().action_cursor_down(select)
        else:
            self._recall(self._recalled + 1)

    def accepts(self, insert: str, start: tuple[int, int], end: tuple[int, int]) -> bool:
        """Refuse, with a notice, what would make the prompt too long."""
        count = len(self.text) - len(self.get_text_range(start, end)) + len(insert)
        if count > MOST_IN_BOX:
            warn(self, too_much(count))
            return False
        return True

    def _send(self) -> None:
        prompt, self.text = self.text, ""
        self.post_message(PromptSent(prompt))

    def _new_line(self) -> None:
        self.insert("\n")
        self.scroll_cursor_visible()

    @work(group="editor", description="edit the prompt")
    async def _edit_in_editor(self) -> None:
        from diptych.tui.terminal.editor import EditorError, edit_text

        try:
            self._replace_text(await edit_text(self.app, self.text, os.environ))
            self.focus()
        except EditorError as error:
            warn(self, clean_line(str(error)))
        finally:
            self._is_editing = False

    def _replace_text(self, text: str) -> None:
        self.text = text
        self.move_cursor(self.document.end)

    def _row(self) -> int:
        return self.wrapped_document.location_to_offset(self.cursor_location).y

    def _recall(self, index: int) -> None:
        if not 0 <= index <= len(self._sent) or index == self._recalled:
            return
        if self._recalled == len(self._sent):
            self._draft = self.text
        self._recalled = index
        self._replace_text(self._draft if index == len(self._sent) else self._sent[index])
