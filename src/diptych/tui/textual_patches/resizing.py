"""Keeps a screen at the terminal's present size."""

from typing import TYPE_CHECKING, Any, Protocol

from textual.command import CommandPalette
from textual.events import Resize

if TYPE_CHECKING:
    from textual.app import App


class _OnApp(Protocol):
    """A part of an app."""

    @property
    def app(self) -> "App[Any]":
        """The app."""
        ...


class CurrentSize:
    """Lets a screen ignore every size that the terminal no longer has. It stands first among a screen's bases.

    After each layout that changed something, Textual sends the screen the size of that layout. When two sizes are on
    their way at the same time, each layout sends its own size after the other one, and the screen changes between the
    two for ever, without ever giving another task its turn.

    Replaces `Screen._on_resize` for sizes that are out of date.
    Noticed by tests/tui/textual_patches/test_resizing.py::test_a_screen_ignores_a_size_that_the_terminal_no_longer_has.
    """

    async def _on_resize(self: _OnApp, event: Resize) -> None:
        if event.size != self.app.size:
            event.stop()
            event.prevent_default()  # `Screen._on_resize`, which comes next


class Palette(CurrentSize, CommandPalette):
    """Textual's command palette, at the terminal's present size.

    Uses nothing private itself: it gives `CurrentSize` to the palette, which Textual would open without it.
    Noticed by tests/tui/textual_patches/test_resizing.py::test_every_screen_ignores_such_sizes.
    """
