"""The last row: the keys that work where the focus is."""

from collections.abc import Iterator

from textual.binding import Binding
from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget

_Key = tuple[Binding, str]

_ALWAYS = ("app.palette", "compare.help")
"""Bindings at the right end, which are always shown."""

_BETWEEN = 3


class KeyBar(Widget):
    """Keys and what they do, as many as fit; a click on one presses it."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[_Key] = []
        self._always: list[_Key] = []

    def on_mount(self) -> None:
        """Update whenever the focus moves."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def render(self) -> Content:
        """Return what to draw."""
        parts: list[str | tuple[str, str]] = []
        end = 0
        for left, (binding, key) in self._placed():
            parts += [" " * (left - end), (key, "$foreground bold"), (f" {binding.description}", "$muted")]
            end = left + _cells((binding, key))
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """Press the key that was clicked."""
        for left, key in self._placed():
            if left <= event.x < left + _cells(key):
                self.app.simulate_key(key[0].key)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if screen is not self.screen:
            return
        by_action: dict[str, _Key] = {}
        for _, binding, enabled, _ in screen.active_bindings.values():
            if enabled and binding.description and (binding.show or binding.id in _ALWAYS):
                by_action.setdefault(binding.action, (binding, self.app.get_key_display(binding)))
        keys = [key for key in by_action.values() if key[0].id not in _ALWAYS]
        always = [key for key in by_action.values() if key[0].id in _ALWAYS]
        if (keys, always) != (self._keys, self._always):
            self._keys, self._always = keys, always
            self.refresh()

    def _placed(self) -> Iterator[tuple[int, _Key]]:
        """Yield the keys that fit, each with its column."""
        right = self.size.width - sum(_cells(key) + _BETWEEN for key in self._always) + _BETWEEN - 1
        left = 1
        for key in self._keys:
            if left + _cells(key) > right - _BETWEEN * bool(self._always):
                break
            yield left, key
            left += _cells(key) + _BETWEEN
        for key in self._always:
            yield right, key
            right += _cells(key) + _BETWEEN


def _cells(key: _Key) -> int:
    return len(key[1]) + 1 + len(key[0].description)
