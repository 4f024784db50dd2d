"""The last row: the keys that work where the focus is."""

from collections.abc import Iterator

from textual.binding import Binding
from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget

from diptych.tui.key_names import is_f_key

_Key = tuple[Binding, str]

_ALWAYS = ("compare.history", "app.help", "app.quit")
"""Bindings at the right end, in this order, which are shown at every width."""

_IF_ROOM = "app.palette"
"""The binding that stands before them in a wide bar."""

_WIDE = 140
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

    def on_resize(self) -> None:
        """Show more keys where there is more room."""
        self._bindings_changed(self.screen)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if screen is not self.screen:
            return
        by_action: dict[str, _Key] = {}
        for _, binding, enabled, _ in screen.active_bindings.values():
            if enabled and binding.description and (binding.show or binding.id in (*_ALWAYS, _IF_ROOM)):
                known = by_action.get(binding.action)
                if known is None or (is_f_key(known[0].key) and not is_f_key(binding.key)):
                    by_action[binding.action] = (binding, self.app.get_key_display(binding))
        keys = [key for key in by_action.values() if key[0].id not in (*_ALWAYS, _IF_ROOM)]
        order = [_IF_ROOM, *_ALWAYS] if self.size.width >= _WIDE else _ALWAYS
        always = [key for id_ in order for key in by_action.values() if key[0].id == id_]
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
