"""`[keys]` of the config file: what it moves, and what is wrong with it."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

import diptych.tui
from diptych.tui.key_names import bindings_of
from diptych.tui.key_places import PLACES, named_bindings
from diptych.tui.keymap import AT_TIMES, keymap_problems, usable_keymap
from diptych.tui.widgets.settings_inputs import ChoiceBox
from tests.tui.fakes import FakeEngine, an_app, focus, on_screen, see, until


def classes(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from classes(each)


def all_nodes() -> list[type[DOMNode]]:
    """Every screen and widget of Diptych, and the app."""
    for module in pkgutil.walk_packages(diptych.tui.__path__, "diptych.tui."):
        if not module.name.endswith(("driver", "unix_driver", "keyboard")):
            importlib.import_module(module.name)
    return sorted({each for each in classes(DOMNode) if each.__module__.startswith("diptych.")}, key=repr)


def test_every_binding_has_an_id_and_says_what_it_does() -> None:
    bindings = [binding for node in all_nodes() for binding in bindings_of(node)]

    assert len(bindings) > 150
    assert [binding for binding in bindings if not binding.id] == []
    assert [binding for binding in bindings if not (binding.tooltip or binding.description)] == []


def test_every_binding_can_be_moved() -> None:
    known = {binding.id for binding in named_bindings()}

    assert [binding for node in all_nodes() for binding in bindings_of(node) if binding.id not in known] == []


def test_an_id_stands_for_one_thing() -> None:
    meanings: dict[str, set[tuple[str, str]]] = {}
    for node in all_nodes():
        for binding in Binding.make_bindings(node.__dict__.get("BINDINGS", ())):
            if node is not App:
                meanings.setdefault(binding.id or "", set()).add((binding.action, binding.key))
    keys = {binding.id: set(binding.keys) for binding in named_bindings()}

    assert {name: found for name, found in meanings.items() if {key for _, key in found} != keys[name]} == {}


def test_no_two_bindings_share_a_key_by_default_where_they_act_alike() -> None:
    """One class never has two bindings on one key; that an inner one hides an outer one is meant.

    The answer to an offer, or a vote, takes its keys only while there is one to give.
    """
    for place in PLACES:
        for part in (*place.parts, place.screen):
            keys = [binding.key for binding in bindings_of(part) if binding.id not in AT_TIMES]
            assert len(keys) == len(set(keys)), part


def test_a_moved_key_is_given_to_textual_as_textual_writes_it() -> None:
    keys = {"compare.again": "Ctrl+B, F9", "compare.help": "?", "app.help": "F12"}

    assert usable_keymap(keys)[0] == {"compare.again": "ctrl+b,f9", "app.help": "f12"}


@pytest.mark.parametrize(
    ("keys", "problems"),
    [
        ({}, []),
        ({"compare.again": "ctrl+b"}, []),
        ({"compare.again": "ctrl+n", "compare.new": "ctrl+r"}, []),  # they change places
        ({"side.thinking": "u", "inspect.raw": "u"}, []),  # on two screens
        ({"compare.left-answer": "alt+1", "events.down": "down, Q"}, []),
        ({"prompt.send": "ctrl+j", "prompt.new-line": "enter"}, []),  # which an offer to attach a file takes at times
        (
            {"compare.agian": "ctrl+b"},
            [
                "keys.compare.agian: there is no such binding. Did you mean compare.again? "
                "`diptych config keys` lists them all."
            ],
        ),
        ({"xyzzy": "ctrl+b"}, ["keys.xyzzy: there is no such binding. `diptych config keys` lists them all."]),
        ({"compare.again": "ctrl+"}, ["keys.compare.again: 'ctrl+' is not a key."]),
        (
            {"compare.again": "ctrl+n"},
            [
                "keys.compare.again: ctrl+n is used for compare.new (New conversation) in the prompt box. "
                "It stays on ctrl+r."
            ],
        ),
        (
            {"compare.again": "F9", "compare.new": "F9"},
            [
                "keys.compare.new: F9 is used for compare.again (Send the shown prompt again) in the prompt box. "
                "It stays on ctrl+n."
            ],
        ),
        (
            {"compare.again": "t"},
            [
                "keys.compare.again: t is used for side.thinking (Show or hide the thinking) in an answer. "
                "It stays on ctrl+r."
            ],
        ),
        (
            {"compare.again": "ctrl+a"},
            ["keys.compare.again: ctrl+a is used for editing text in the prompt box. It stays on ctrl+r."],
        ),
        ({"prompt.send": "x"}, ["keys.prompt.send: 'x' would be typed as text."]),
        (
            # The second entry cannot be used, so it keeps the key that the first one wants.
            {"compare.again": "ctrl+n", "compare.new": "nope"},
            [
                "keys.compare.new: 'nope' is not a key.",
                "keys.compare.again: ctrl+n is used for compare.new (New conversation) in the prompt box. "
                "It stays on ctrl+r.",
            ],
        ),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(keys: dict[str, str], problems: list[str]) -> None:
    assert keymap_problems(keys) == problems


async def test_a_letter_that_was_moved_to_alt_works_from_the_prompt_box() -> None:
    app = an_app(FakeEngine(), keys={"compare.right-answer": "alt+2", "compare.again": "u"})

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await see(pilot, "^n new")
        assert "u again" not in on_screen(app)
        await pilot.press("u", "alt+2")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "right-answer")
        await see(pilot, "❯ u")
        await pilot.press("u")
        await see(pilot, "Nothing has been asked yet")


async def test_sentences_name_the_keys_that_bindings_have_now() -> None:
    keys = {
        "prompt.send": "ctrl+j",
        "prompt.new-line": "enter",
        "settings.previous-value": "F8",
        "settings.next-value": "F9",
        "settings.next-field": "ctrl+t",
        "models.choose": "F10",
        "export.write": "F10",
        "attach.complete": "F8",
        "preset.save": "F10",
        "template.next": "F11",
    }
    app = an_app(FakeEngine(), keys=keys, prompts={"review": "Review {{code}}"})

    async with app.run_test(size=(160, 45), notifications=True) as pilot:
        await see(pilot, "Type a prompt below and press Ctrl+J")
        await pilot.press("x", "enter", "y")
        await see(pilot, "❯ x")
        await pilot.press("ctrl+s")
        await focus(pilot, ChoiceBox, "ctrl+t", "ctrl+t", "ctrl+t")
        await see(pilot, "F8 F9: low")
        await pilot.press("ctrl+n")
        await see(pilot, "Write a name, and press F10.")
        await pilot.press("escape")
        await pilot.press("escape", "f2")
        await see(pilot, "F10 takes the marked line.")
        await pilot.press("escape", "ctrl+l")
        await see(pilot, "F8 completes it, Enter opens")
        await pilot.press("escape", "ctrl+p", *"review")
        await see(pilot, "Prompt template: review")
        await pilot.press("enter")
        await see(pilot, "F11 goes on to the next value")


async def test_hints_name_the_keys_of_a_file_that_was_read_again() -> None:
    app = an_app(FakeEngine())

    async with app.run_test(size=(160, 45)) as pilot:
        await see(pilot, "Type a prompt below and press Enter")
        app.configure({"prompt.send": "F9"}, "")
        await see(pilot, "Type a prompt below and press F9")
