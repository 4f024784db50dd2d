"""Keys act one after the other, and letters that are typed into a box never act as keys."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from textual._callback import invoke
from textual.app import App
from textual.events import Event, Key
from textual.keys import key_to_character
from textual.screen import Screen
from textual.widget import Widget

_LONGEST_WAIT = 5.0
"""Seconds after which keys are handled even if a screen is not mounted, or a widget does not handle its messages."""


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
    """An app in which every key finds what the keys before it have done, and a box gets every character it takes.

    Textual sends a key from the focused widget up to the app, through the queues of all widgets on that way. That takes
    long in a busy app. In the meantime keys with priority act before it, and characters still go to the box or screen
    that it leaves. Here a key does at once all that it does, and the next one waits until the widgets above know of it.
    Only characters go into the queue of their box: they cannot change where the next key goes.

    Replaces `App._check_bindings`, and what `App.on_event` and `MessagePump._on_message` do with keys.
    Noticed by tests/tui/test_typing.py::test_keys_that_arrive_together_act_one_after_the_other.
    """

    def __init__(self) -> None:
        super().__init__()
        self._for_later: deque[Callable[[], object]] = deque()

    def call_later(self, callback: Callable[..., Any], *args: Any, **options: Any) -> bool:
        """Call that after the present message, and before the next key: it may move the focus or open a screen."""
        self._for_later.append(partial(callback, *args, **options))
        return super().call_later(self.catch_up)

    async def catch_up(self) -> None:
        """Do what was to be done later."""
        while self._for_later:
            await invoke(self._for_later.popleft())

    def is_typed(self, key: str, character: str | None = None) -> bool:
        """Whether the widget that has the focus takes this key as text."""
        focused = self.focused
        return focused is not None and focused.check_consume_key(key, character or key_to_character(key))

    @property
    def is_in_box(self) -> bool:
        """Whether the widget that has the focus takes text."""
        return self.is_typed("x")

    async def on_event(self, event: Event) -> None:
        """Let keys act before anything else is handled. Characters for a box, and other events, go the usual way."""
        if not isinstance(event, Key) or event.is_forwarded or self.is_typed(event.key, event.character):
            await super().on_event(event)
            return
        self.screen._clear_tooltip()
        await _until_settled(self.focused or self.screen)
        focused = self.focused or self.screen
        if not await self._check_bindings(event.key, priority=True):
            await _send_up(event, focused)
        await _until_settled(focused)

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        return not (priority and self.is_typed(key)) and await super()._check_bindings(key, priority)


async def _until_settled(widget: Widget) -> None:
    """Wait until a widget has handled all messages that it has now, and then the widgets above it what it told them."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST_WAIT):
            for node in widget.ancestors_with_self:
                handled = asyncio.Event()
                # The app comes last, and is handling the key. A widget that is being closed takes no callback.
                if isinstance(node, Widget) and node.message_queue_size and node.call_later(handled.set):
                    await handled.wait()


async def _send_up(key: Key, focused: Widget) -> None:
    """Let the widget that has the focus handle a key, then all widgets above it, and the app, unless one stops it."""
    key._set_forwarded()
    for node in focused.ancestors_with_self:
        key._no_default_action = False
        with node._context():
            for _, handle in node._get_dispatch_methods(key.handler_name, key):
                await invoke(handle, key)
        if key._stop_propagation:
            return
