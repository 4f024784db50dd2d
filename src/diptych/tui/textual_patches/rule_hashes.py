"""Looks up the rules of style sheets sooner."""

from textual.css.model import RuleSet


def hash_rules_quickly() -> None:
    """Let rule sets be hashed by the interpreter, and not by a method in Python.

    For the style of each widget, and of each part that it styles by itself, Textual asks for the hash of every rule of
    every style sheet. That took an eighth of the time in which the app opens. The hash stays one of the identity.

    Replaces `RuleSet.__hash__`, for all apps of the process.
    Noticed by tests/tui/textual_patches/test_rule_hashes.py::test_rule_sets_that_look_the_same_are_still_two.
    """
    RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]
