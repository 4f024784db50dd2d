"""Keeps a screen at the size that the terminal has now."""

from typing import TYPE_CHECKING, Any, Protocol

from textual.command import CommandPalette
from textual.events import Resize

if TYPE_CHECKING:
    from textual.app import App


class _OnApp(Protocol):
    """What belongs to an app."""

    @property
    def app(self) -> "App[Any]":
        """The app."""
        ...


class CurrentSize:
    """Lets a screen pass over every size that the terminal no longer has. It stands first among a screen's bases.

    After each layout that changed something, Textual sends the screen the size of that layout. When two sizes are on
    their way at the same time, each layout sends its own size behind the other one, and the screen changes between
    the two for ever, without ever giving another task its turn.
    """

    async def _on_resize(self: _OnApp, event: Resize) -> None:
        if event.size != self.app.size:
            event.stop()
            event.prevent_default()  # `Screen._on_resize`, which comes next


class Palette(CurrentSize, CommandPalette):
    """Textual's command palette."""
