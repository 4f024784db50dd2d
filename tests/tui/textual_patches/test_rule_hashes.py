"""Rule sets of style sheets are told apart by what they are, not by what they look like."""

import inspect

from textual.css.model import RuleSet

from diptych.tui.textual_patches.rule_hashes import hash_rules_quickly


def test_rule_sets_that_look_the_same_are_still_two() -> None:
    hash_rules_quickly()
    one, other = RuleSet(), RuleSet()

    assert len({hash(one), hash(other)}) == 2
    assert hash(one) == hash(one)


def test_textual_itself_hashes_them_by_their_identity() -> None:
    assert "return id(self)" in inspect.getsource(RuleSet)
