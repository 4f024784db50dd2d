"""Runs are followed line by line, however their turns are mixed."""

from diptych.core.run_lines import Ended, RunLines
from tests.report.runs import answered, begun


def test_each_turn_stands_for_the_next_line_of_its_run() -> None:
    left, right = answered(), answered("right")
    lines = RunLines()

    assert [lines.next(run) for run in (left, right, left, left, right)] == [0, 0, 1, 2, 1]
    assert sorted(run.label for run in lines.taken()) == ["left"] * 3 + ["right"] * 2


def test_a_copy_goes_on_by_itself() -> None:
    run = begun()
    lines = RunLines()
    lines.next(run)
    copied = lines.copy()

    assert [copied.next(run), copied.next(run), lines.next(run)] == [1, 2, 1]


def test_a_run_that_was_followed_elsewhere_is_taken_whole() -> None:
    run = answered()
    lines = RunLines()
    lines.taken_whole([run])

    assert lines.next(run) == len(run.lines)


def test_the_ends_of_one_run_are_one_turn() -> None:
    run = begun()
    assert Ended(run) == Ended(run)
