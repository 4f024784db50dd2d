from itertools import accumulate

import pytest

from diptych.tui.frame_pace import TICKS_PER_SECOND, FramePace, SwiftPace, WorkPace


def frames(cost: float, ticks: int = 60) -> int:
    """How many frames are painted in that many ticks, each costing so many seconds of CPU."""
    spent = 0.0
    pace = FramePace(lambda: spent)
    painted = 0
    for _ in range(ticks):
        if pace.is_due():
            painted += 1
            spent += cost
    return painted


def test_cheap_frames_come_twelve_times_a_second() -> None:
    assert frames(0.001, TICKS_PER_SECOND) == 12


def test_expensive_frames_come_less_often_but_at_least_eight_times_a_second() -> None:
    assert frames(0.022, TICKS_PER_SECOND) == 8
    assert frames(1.0, TICKS_PER_SECOND) == 8


def test_the_first_frames_are_not_held_back_by_what_came_before() -> None:
    spent = accumulate([5.0, *[0.0] * 10])
    pace = FramePace(lambda: next(spent))

    assert [pace.is_due() for _ in range(4)] == [False, True, False, True]


def test_a_frame_comes_at_once_when_the_one_before_was_long_ago() -> None:
    now, spent = 0.0, 0.0
    pace = SwiftPace(lambda: now, lambda: spent)

    assert not pace.is_due()
    assert pace.seconds_left() == pytest.approx(1 / 60)
    now = 0.02
    assert pace.seconds_left() == 0
    assert pace.is_due()
    assert not pace.is_due()


def test_an_expensive_frame_delays_the_next_one_but_not_for_ever() -> None:
    now, spent = 0.0, 0.0
    pace = SwiftPace(lambda: now, lambda: spent)

    now, spent = 0.05, 0.03
    assert not pace.is_due()
    now = 0.121
    assert pace.is_due()
    now, spent = 0.2, 0.1
    assert not pace.is_due()
    now = 0.25
    assert pace.is_due()


def test_work_takes_a_break_after_a_while() -> None:
    now = 0.0
    pace = WorkPace(lambda: now)

    assert pace.may_go_on()
    now = 0.05
    assert not pace.may_go_on()
