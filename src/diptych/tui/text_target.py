"""Where text goes that is typed or pasted while no box has the focus."""

from typing import Protocol, runtime_checkable

from textual.events import Event, Key, Paste

from diptych.tui.saying import warn
from diptych.tui.terminal.burst import Burst, is_character
from diptych.tui.terminal.pasting import MOST_IN_BOX, too_much
from diptych.tui.textual_patches.text_keys import BoxesFirstApp, until_mounted


@runtime_checkable
class TextTarget(Protocol):
    """A screen that takes such text. On all others a burst of text does nothing unless a box has the focus."""

    def focus_box(self) -> None:
        """Focus the box of the screen, if it takes text now."""
        ...

    def type_into_box(self, text: str) -> None:
        """Type the text into the box of the screen, or ignore it."""
        ...


class TextTargetApp(BoxesFirstApp):
    """An app that hands text to the box of its screen if no box has the focus."""

    async def on_event(self, event: Event) -> None:
        """Hand text that is pasted, or typed in a burst, to a box. Refuse a paste that is too long for any box.

        What is typed before the first screen is there, or after a key that opens another one, waits for that screen.
        """
        if isinstance(event, Key | Burst | Paste) and not event.is_forwarded and self.screen_stack:
            await self.catch_up()
            await until_mounted(self.screen)
            self.app_focus = True  # before asking what has the focus: nothing has it while another window is active
        match event:
            case Paste() if len(event.text) > MOST_IN_BOX:
                warn(self, too_much(len(event.text)))
            case Paste() if not self.is_in_box and not event.is_forwarded:
                if isinstance(self.screen, TextTarget):
                    self.screen.focus_box()
                if self.is_in_box:
                    await super().on_event(event)
            case Burst() if not self.is_in_box and isinstance(self.screen, TextTarget):
                self.screen.type_into_box(event.text)
            case Burst() if self.is_in_box:
                for key in event.keys:
                    await self.on_event(key)
            case Burst():
                pass  # nobody types several keys at once
            case _:
                await super().on_event(event)

    def on_key(self, event: Key) -> None:
        """Type a character into a box if no key binding uses it and no box has the focus. A space is ignored."""
        character = event.character or ""
        if is_character(event) and not character.isspace() and event.key not in self.screen.active_bindings:
            event.prevent_default()
            if isinstance(self.screen, TextTarget):
                self.screen.type_into_box(character)
