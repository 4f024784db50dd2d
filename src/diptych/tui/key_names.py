"""Keys as users read and write them: `ctrl+r`, `F5`, `?`, and `Ctrl+R` in a sentence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.keys import key_to_character

from diptych.core.wording.did_you_mean import did_you_mean
from diptych.tui.textual_patches.remapped_keys import with_keymap

_NAMES = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "escape": "esc",
    "slash": "/",
    "backslash": "\\",
    "question_mark": "?",
    "exclamation_mark": "!",
    "number_sign": "#",
    "dollar_sign": "$",
    "percent_sign": "%",
    "ampersand": "&",
    "apostrophe": "'",
    "quotation_mark": '"',
    "asterisk": "*",
    "at": "@",
    "circumflex_accent": "^",
    "underscore": "_",
    "grave_accent": "`",
    "vertical_line": "|",
    "tilde": "~",
    "colon": ":",
    "semicolon": ";",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "full_stop": ".",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "minus": "-",
    "plus": "+",
    "equals_sign": "=",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
}
"""What users call the keys that Textual calls by longer names."""

_WRITTEN = {shown: name for name, shown in _NAMES.items()} | {
    "comma": "comma",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "page-up": "pageup",
    "page-down": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    "spacebar": "space",
}
"""Textual's names of the keys that users call something else."""

_MODIFIERS = {"ctrl": "ctrl", "control": "ctrl", "alt": "alt", "option": "alt", "shift": "shift"}
_NAMED = (
    *("enter", "escape", "space", "tab", "backspace", "delete", "insert"),
    *("home", "end", "pageup", "pagedown", "up", "down", "left", "right", "comma"),
)
_F_KEY = re.compile("f([1-9]|1[0-9]|2[0-4])")
_PLUS = re.compile(r"\+(?=.)")
"""What stands between a modifier and a key; a `+` at the end is a key."""

_SAME_KEY = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "esc"}
"""Keys for which terminals send what they send for another key."""


def is_f_key(key: str) -> bool:
    """Whether that is a function key, which is an alias for another key wherever there is one."""
    return _F_KEY.fullmatch(key) is not None


def key_name(key: str) -> str:
    """Return one of Textual's keys as the documentation writes it: `ctrl+r`, `esc`, `F5`."""
    *modifiers, key = key.split("+")
    return "+".join([*modifiers, key.upper() if is_f_key(key) else _NAMES.get(key, key)])


def bindings_of(kind: type[DOMNode]) -> Iterator[Binding]:
    """Yield the bindings of a class of Diptych and of its bases, one per key. A class hides the keys of its bases."""
    hidden: set[str] = set()
    for each in kind.__mro__:
        if each.__module__.startswith("diptych."):
            own = list(Binding.make_bindings(each.__dict__.get("BINDINGS", ())))
            yield from (binding for binding in own if binding.key not in hidden)
            hidden |= {binding.key for binding in own}


def binding_of(kind: type[DOMNode], name: str) -> Binding:
    """Return the binding of a class that has this id."""
    return next(binding for binding in bindings_of(kind) if binding.id == name)


def keys_of(app: App[Any], binding: BindingType) -> Sequence[str]:
    """Return the keys that a binding has now."""
    return [each.key for each in with_keymap(app, [binding])]


def key_in_text(app: App[Any], binding: Binding) -> str:
    """Return a key that a binding has now, as a sentence names it: `Ctrl+R`, `Esc`, `F5`.

    A letter is named only where there is nothing else, since letters do nothing in a box.
    """
    keys = keys_of(app, binding)
    key = next((each for each in keys if key_to_character(each) is None), keys[0])
    *modifiers, name = key_name(key).rsplit("+", 1) if len(key) > 1 else [key]
    if not modifiers:
        return name.capitalize()
    return "+".join([*(each.capitalize() for each in modifiers[0].split("+")), name.capitalize()])


def own_key(node: DOMNode, name: str) -> str:
    """Return a key that the binding of a screen or widget with this id has now, as a sentence names it."""
    return key_in_text(node.app, binding_of(type(node), name))


def key_in_pane(app: App[Any], binding: BindingType) -> str:
    """Return the key that a binding of a pane has now, with the place where it works."""
    return f"{key_name(keys_of(app, binding)[0])} in its pane"


def parse_keys(text: str) -> str:
    """Return the keys that a user writes, such as `Ctrl+G, F5`, as Textual writes a list of them.

    Raises `ValueError` with a sentence about the first one that is not a key.
    """
    return ",".join(_parse_key(each.strip()) for each in text.split(","))


def readable_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """Return the entries of `[keys]` that can be read, as Textual takes them."""
    readable = {}
    for name, written in keys.items():
        with suppress(ValueError):
            readable[name] = parse_keys(written)
    return readable


def _parse_key(written: str) -> str:
    *modifiers, name = _PLUS.split(written)
    if unknown := [each for each in modifiers if each.lower() not in _MODIFIERS]:
        raise ValueError(f"{written!r} is not a key: {unknown[0]!r} is none of ctrl, alt and shift.")
    names = sorted({_MODIFIERS[each.lower()] for each in modifiers})
    key = _plain_key(name, written)
    if names == ["shift"] and len(key) == 1 and key.isalpha():
        return key.upper()
    if names:
        key = key.lower()
    key = "+".join([*names, key])
    if key in _SAME_KEY:
        raise ValueError(f"{written!r} cannot be used: terminals send the same for it as for {_SAME_KEY[key]}.")
    return key


def _plain_key(name: str, written: str) -> str:
    """Return Textual's name of a key without modifiers."""
    if len(name) == 1 and name not in _WRITTEN:
        if not name.isprintable():
            raise ValueError(f"{written!r} is not a key.")
        return next(iter(Binding.make_bindings([(name, "")]))).key
    key = _WRITTEN.get(name.lower(), name.lower())
    if key in _NAMED or key in _NAMES or _F_KEY.fullmatch(key):
        return key
    hint = did_you_mean(key, [*_NAMED, *_NAMES, *_WRITTEN], written="'{}'")
    raise ValueError(f"{written!r} is not a key.{hint}")
