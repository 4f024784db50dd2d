"""Rows of answers as lines of JSON: what is written is read again, whatever texts it has."""

import json

import msgspec
import pytest

from diptych.codec.run_row import read_row, row_line
from tests.store.experiments import round_of_case, row_of
from tests.store.rounds import complete, failed


def test_a_row_is_read_as_it_was_written() -> None:
    round_ = round_of_case(3, "caf\u00e9 \U0001f600", 2, complete(), failed("right"))
    for run in round_.all_takes():
        row = row_of(round_, run, "0123456789abcdef")
        line = row_line(row)

        assert line.isascii()
        assert "\n" not in line
        assert read_row(line) == read_row(line.encode()) == row


def test_halves_of_characters_are_replaced() -> None:
    round_ = round_of_case(3, "a", 1)
    row = msgspec.structs.replace(row_of(round_, round_.runs["left"]), error={"message": "half \ud83d"})

    assert read_row(row_line(row)).error == {"message": "half \ufffd"}
    assert json.loads(row_line(row))["error"]["message"] == "half \ufffd"


def test_a_round_without_a_date_has_none_in_its_rows() -> None:
    round_ = round_of_case(3, "a", 1)
    round_.date = None

    assert row_of(round_, round_.runs["left"]).began is None


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"case": 1}', '{"case": "\\ud800"}', "[" * 100_000, b"\xff"])
def test_what_is_not_a_row(line: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"^is not a row of an answer$"):
        read_row(line)
