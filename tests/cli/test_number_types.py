"""What users are told about a number that an option does not take."""

import math

import click
import pytest

from diptych.cli.number_types import Seconds, WholeNumber
from tests.cli.test_commands import refusal


def test_numbers_are_read() -> None:
    assert WholeNumber(1).convert("12", None, None) == 12
    assert WholeNumber(0, 65_535).convert("65535", None, None) == 65_535
    assert Seconds().convert("0.5", None, None) == 0.5
    assert Seconds().convert("inf", None, None) == math.inf


@pytest.mark.parametrize("value", ["x", "0", "-1", "1.5", ""])
def test_what_is_not_a_whole_number(value: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        WholeNumber(1).convert(value, None, None)
    assert refused.value.message == f"{value!r} is not a whole number of 1 or more."


@pytest.mark.parametrize("value", ["-1", "65536", "http"])
def test_what_is_not_between_two_numbers(value: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        WholeNumber(0, 65_535).convert(value, None, None)
    assert refused.value.message == f"{value!r} is not a whole number from 0 to 65535."


@pytest.mark.parametrize("value", ["x", "0", "-0.0", "-1", "nan"])
def test_what_is_not_a_number_of_seconds(value: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        Seconds().convert(value, None, None)
    assert refused.value.message == f"{value!r} is not a number of seconds greater than 0."


@pytest.mark.parametrize("command", ["run", "judge"])
def test_every_timeout_is_a_number(command: str) -> None:
    assert "'--timeout': 'nan' is not a number of seconds greater than 0." in refusal(command, "x1", "--timeout=nan")
