"""The last row: the keys that work where the focus is."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual.binding import Binding
from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget

from diptych.tui.key_names import is_f_key

_ALWAYS = ("compare.stop", "compare.history", "compare.settings", "experiment.close", "app.help", "app.quit")
"""Bindings at the right end, in this order, which are shown at every width, as is what Enter does."""

_IF_ROOM = "app.palette"
"""The binding that stands before them in a wide bar."""

_WIDE = 140
_SHORT_WORDS = {
    "history": "hist",
    "settings": "set",
    "new line": "line",
    "thinking": "think",
    "end search": "end",
    "use prompt": "use",
    "delete": "del",
}
"""Words that are shortened where there is not enough room."""


_FORMS = ((3, False, False), (2, False, False), (2, True, False), (2, True, True))
"""The cells between two keys, whether names are shortened, and whether words are; the form with most room is first."""


class _Key(NamedTuple):
    """A key as the bar shows it: the binding, the key's name, and what it does."""

    binding: Binding
    name: str
    word: str

    @property
    def cells(self) -> int:
        return len(self.name) + 1 + len(self.word)

    def shortened(self, *, word: bool) -> "_Key":
        """Return the key as `^t` instead of `ctrl+t`, and with a short word if that is wanted."""
        name = self.name.replace("ctrl+", "^")
        return self._replace(name=name, word=_SHORT_WORDS.get(self.word, self.word) if word else self.word)


class KeyBar(Widget):
    """Keys and what they do. Names become shorter before keys are left out; a click on a key presses it."""

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
        for left, key in self._placed():
            parts += [" " * (left - end), (key.name, "$foreground bold"), (f" {key.word}", "$muted")]
            end = left + key.cells
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """Press the key that was clicked."""
        for left, key in self._placed():
            if left <= event.x < left + key.cells:
                self.app.simulate_key(key.binding.key)

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
                if known is None or (is_f_key(known.binding.key) and not is_f_key(binding.key)):
                    by_action[binding.action] = _Key(binding, self.app.get_key_display(binding), binding.description)
        keys = [key for key in by_action.values() if key.binding.id not in (*_ALWAYS, _IF_ROOM)]
        keys.sort(key=lambda key: key.binding.key != "enter")
        order = [_IF_ROOM, *_ALWAYS] if self.size.width >= _WIDE else _ALWAYS
        always = [key for id_ in order for key in by_action.values() if key.binding.id == id_]
        if (keys, always) != (self._keys, self._always):
            self._keys, self._always = keys, always
            self.refresh()

    def _placed(self) -> Iterator[tuple[int, _Key]]:
        """Yield the keys that fit, each with its column."""
        keys, always, between = self._fitting()
        left = 1
        for key in keys:
            yield left, key
            left += key.cells + between
        right = self.size.width - 1 - _cells(always, between)
        for key in always:
            yield right, key
            right += key.cells + between

    def _fitting(self) -> tuple[Sequence[_Key], Sequence[_Key], int]:
        """Return the keys at the left, those at the right, and the cells between two of them."""
        keys, always = self._keys, self._always
        room = self.size.width - 2
        for between, shortens, shortens_words in _FORMS:
            if shortens:
                keys = [key.shortened(word=shortens_words) for key in keys]
                always = [key.shortened(word=shortens_words) for key in always]
            if _cells([*keys, *always], between) <= room:
                return keys, always, between
        least = sum(key.binding.key == "enter" for key in keys)
        while len(keys) > least and _cells([*keys, *always], between) > room:
            keys = keys[:-1]
        while always and _cells([*keys, *always], between) > room:  # below 60 columns
            always = always[1:]
        return keys, always, between


def _cells(keys: Sequence[_Key], between: int) -> int:
    return sum(key.cells + between for key in keys) - between * bool(keys)
