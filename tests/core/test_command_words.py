"""A command is a list of words, the first of which names the program."""

from typing import Any

import pytest

from diptych.core.command_words import command_problem


def test_a_command_may_have_empty_arguments() -> None:
    assert command_problem(["grade", ""], "grade.py") == ""


@pytest.mark.parametrize("value", [None, "grade", [], [""], ["grade", 1], ["grade", "a\0b"]])
def test_what_cannot_be_started_is_not_a_command(value: Any) -> None:
    expected = 'expected a list of words such as ["python", "grade.py"]; no shell reads it'
    assert command_problem(value, "grade.py") == expected
