"""The lines of a prompt set: their ends, their numbers, and what cannot be read."""

import io

import pytest

from diptych.plans import set_lines
from diptych.plans.set_lines import numbered_lines
from diptych.plans.set_problems import PromptSetError, SetProblems


def _read(data: bytes) -> tuple[list[tuple[int, str]], list[str]]:
    """Return the numbered lines and the problems of a set."""
    problems = SetProblems("set.csv")
    lines = list(numbered_lines(io.BytesIO(data), problems))
    try:
        problems.refuse()
    except PromptSetError as error:
        return lines, error.problems
    return lines, []


@pytest.mark.parametrize("longest", [4, 5, 6, 7, 1_000])
def test_lines_end_in_three_ways_wherever_a_read_ends(longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_lines, "LONGEST_LINE", longest)

    lines, problems = _read(b"a\rb\r\n\ncc\r\r\nd\r\ne")

    assert lines == [(1, "a\r"), (2, "b\r\n"), (3, "\n"), (4, "cc\r"), (5, "\r\n"), (6, "d\r\n"), (7, "e")]
    assert problems == []


def test_a_line_that_is_too_long_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_lines, "LONGEST_LINE", 2 * 1024**2)

    lines, problems = _read(b"a\n" + b"x" * (2 * 1024**2 + 1) + b"\nb\n")

    assert lines == [(1, "a\n")]
    assert problems == ["set.csv, line 2: this line is longer than 2 MiB, which is the most."]


def test_what_is_not_utf_8_is_left_out_and_said_with_its_place() -> None:
    lines, problems = _read("\ufeffé\n".encode() + b"\xc3\xa9\xff\n" + b"ok")

    assert lines == [(1, "é\n"), (3, "ok")]
    assert problems == ["set.csv, line 2, column 2: this is not UTF-8 text."]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_as_a_whole(encoding: str) -> None:
    assert _read("\ufeffa\nb".encode(encoding)) == ([], ["set.csv: it is UTF-16 text: save it as UTF-8."])
