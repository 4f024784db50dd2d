"""The keys that the user has set."""

from collections.abc import Iterable, Iterator
from typing import Any

from textual.app import App
from textual.binding import Binding, BindingType


def with_keymap(app: App[Any], bindings: Iterable[BindingType]) -> Iterator[Binding]:
    """Yield one binding per key, with the keys that the app's keymap has for it.

    Uses `App._keymap`: Textual has no public way to read the keymap.
    Noticed by tests/tui/screens/test_help.py::test_a_moved_key_is_listed_where_it_is_now.
    """
    for binding in Binding.make_bindings(bindings):
        keys = app._keymap.get(binding.id or "", binding.key)
        yield from Binding.make_bindings([binding.with_key(keys)])
