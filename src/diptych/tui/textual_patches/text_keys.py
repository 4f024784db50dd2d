"""Letters that are typed into a box never act as keys, not even while the box is opening."""

import asyncio
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.keys import key_to_character
from textual.screen import Screen
from textual.widgets import TextArea

_LONGEST_WAIT = 2.0
"""Seconds after which a screen gets its keys even if it is not mounted."""


async def until_mounted(screen: Screen[Any]) -> None:
    """Wait until a screen that was pushed has its widgets, and has chosen which one has the focus.

    Uses `Widget._mounted_event`: what is pushed by an action cannot be awaited where keys arrive.
    Noticed by tests/tui/test_typing.py::test_what_is_typed_right_after_a_key_that_opens_a_dialog_goes_there.
    """
    if screen._mounted_event.is_set():
        return  # at once: in a pause between two keys, the box would act on the first one before the second arrives
    with suppress(TimeoutError):
        await asyncio.wait_for(screen._mounted_event.wait(), _LONGEST_WAIT)


class BoxesFirstApp(App[None]):
    """An app in which a box that has the focus gets every character that it takes.

    Replaces `App._check_bindings`, which gives keys with priority to their action even where the user types text, and
    lets keys that edit act after the letters that were typed behind them.
    Noticed by tests/tui/test_typing.py::test_letters_with_priority_are_typed_into_the_prompt_box.
    """

    def is_typed(self, key: str) -> bool:
        """Whether the widget that has the focus takes this key as text."""
        focused = self.focused
        return focused is not None and focused.check_consume_key(key, key_to_character(key))

    @property
    def is_in_box(self) -> bool:
        """Whether the widget that has the focus takes text."""
        return self.is_typed("x")

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        if priority and self.is_typed(key):
            return False
        if await super()._check_bindings(key, priority):
            return True
        return priority and self._edits_in_turn(key)

    def _edits_in_turn(self, key: str) -> bool:
        """Make a key of the focused text area act right after the keys before it. Returns whether it is such a key.

        Textual lets it act after all keys that have arrived, so that Backspace would delete what was typed after it.
        """
        box = self.focused
        active = self.screen.active_bindings.get(key)
        if not isinstance(box, TextArea) or active is None or active.node is not box or not active.enabled:
            return False
        box.call_later(super()._check_bindings, key)
        return True
