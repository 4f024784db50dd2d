"""The keys that the user has set."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from textual.app import App
from textual.binding import Binding, BindingsMap, BindingType
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.screen import Screen

from diptych.tui.textual_patches.resizing import CurrentSize


def with_keymap(app: App[Any], bindings: Iterable[BindingType]) -> Iterator[Binding]:
    """Yield one binding per key, with the keys that the app's keymap has for it.

    Uses `App._keymap`: Textual has no public way to read the keymap.
    Noticed by tests/tui/screens/test_help.py::test_a_moved_key_is_listed_where_it_is_now.
    """
    for binding in Binding.make_bindings(bindings):
        keys = app._keymap.get(binding.id or "", binding.key)
        yield from Binding.make_bindings([binding.with_key(keys)])


class RemappedScreen(CurrentSize, Screen[None]):
    """A screen on which a moved key works wherever the new key does, and only there.

    Textual leaves out the keys that a box takes as text before it applies the keymap. So a letter that was moved to
    Alt would not work from a box, and what was moved to a letter would seem to work in one. It also puts moved keys
    last, where the key bar may have no room for them.

    Replaces `Screen._binding_chain`, and uses `DOMNode._bindings` and `App._keymap`.
    Noticed by tests/tui/test_keymap.py::test_a_letter_that_was_moved_to_alt_works_from_the_prompt_box.
    """

    @property
    def _binding_chain(self) -> list[tuple[DOMNode, BindingsMap]]:
        focused, keymap = self.focused, self.app._keymap
        if focused is None or focused.loading or not keymap:
            return super()._binding_chain
        chain = [(node, _moved(node._bindings, keymap)) for node in focused.ancestors_with_self]
        for _, bindings in chain[1:]:
            for key in list(bindings.key_to_bindings):
                if focused.check_consume_key(key, key_to_character(key)):
                    del bindings.key_to_bindings[key]
        return chain


def _moved(bindings: BindingsMap, keymap: Mapping[str, str]) -> BindingsMap:
    """Return the bindings on their new keys, in the same order."""
    keys: dict[str, list[Binding]] = {}
    done: set[str] = set()
    for key, binding in bindings:
        moved = keymap.get(binding.id or "")
        if moved is None:
            keys.setdefault(key, []).append(binding)
        elif binding.id and binding.id not in done:
            done.add(binding.id)
            for new in moved.split(","):
                keys.setdefault(new, []).append(binding.with_key(new))
    return BindingsMap.from_keys(keys)
