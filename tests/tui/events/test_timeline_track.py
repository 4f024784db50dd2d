"""One run on the timeline."""

import pytest

from diptych.core.content import Error, Ping, Text
from diptych.core.failure import Failure
from diptych.core.run import Run
from diptych.replay.folding import fold
from diptych.tui.events.timeline_track import TimeAxis, Track, axis_length, high_count
from tests.captures.untimed import untimed_run
from tests.replay.recordings import two_answers
from tests.tui.events.made_lines import indexed
from tests.tui.fakes import a_run, add


def track_of(run: Run, now: float = 0.0) -> Track:
    return Track(run, indexed(run.lines), now)


def row(track: Track, axis: TimeAxis) -> str:
    counts = track.counts(axis)
    return "".join(sign for sign, _ in track.cells(axis, counts, high_count([counts])))


def recorded(side: str) -> Track:
    return track_of(fold(two_answers()).runs[side])


def test_every_line_is_counted_once() -> None:
    # at 0.01, 0.11, 0.5, 0.75, 1.0, 1.25, then 4.0 to 4.75 and 5.0
    assert recorded("left").counts(TimeAxis(5.0, 5)) == [4, 2, 0, 0, 5]
    assert sum(recorded("left").counts(TimeAxis(5.0, 7))) == 11
    assert recorded("right").counts(TimeAxis(5.0, 5)) == [2, 2, 1, 0, 0]


def test_a_row_marks_the_first_token_silences_and_the_end() -> None:
    assert row(recorded("left"), TimeAxis(5.0, 20)) == "█ ◆▄▄▄╌╌╌╌╌╌╌╌╌╌▄▄▄✔"
    assert row(recorded("right"), TimeAxis(5.0, 20)) == "█   ◆   ✂           "
    assert list(recorded("left").signs()) == [("◆", "mark"), ("╌", "silence"), ("✔", "complete")]


def test_a_silence_is_shown_while_it_lasts() -> None:
    run = a_run()
    for number in range(20):
        add(run, Text("x"), at=100.5 + number / 10)

    assert "╌" not in row(track_of(run, now=2.9), TimeAxis(5.0, 20))
    assert row(track_of(run, now=4.0), TimeAxis(5.0, 20)).endswith("╌╌╌╌╌    ")


def test_pings_are_no_sign_of_content() -> None:
    run = a_run()
    add(run, Ping(), at=101.0)

    assert row(track_of(run, now=4.0), TimeAxis(5.0, 5)) == "██   "


def test_errors_are_marked_where_they_came() -> None:
    run = a_run()
    add(run, Text("x"), at=101.0)
    add(run, Error(Failure("event", "No")), at=102.0)
    track = track_of(run, now=3.0)

    assert row(track, TimeAxis(5.0, 5)) == "█◆!  "
    assert ("!", "error") in track.signs()


@pytest.mark.parametrize(
    ("longest", "live", "whole"),
    [(0.0, 1, 0), (0.4, 1, 0.4), (1.2, 2, 1.2), (44, 45, 44), (46, 60, 46), (70, 120, 70)],
)
def test_the_axis_of_a_live_round_ends_at_a_round_number(longest: float, live: float, whole: float) -> None:
    track = track_of(a_run(), now=longest)

    assert axis_length([track], is_live=True) == live
    assert axis_length([track], is_live=False) == whole
    assert axis_length([], is_live=False) == 0


def test_after_many_hours_the_axis_is_in_hours() -> None:
    assert axis_length([track_of(a_run(), now=50 * 60.0)], is_live=True) == 3_600


def test_a_run_that_ended_is_as_long_as_it_took() -> None:
    run = a_run()
    run.stop(102.5)

    assert track_of(run, now=60.0).length == 2.5
    assert row(track_of(run, now=60.0), TimeAxis(2.5, 5)) == "█   ■"


def test_a_run_without_a_line_stands_at_the_beginning() -> None:
    run = a_run()
    empty = Run(run.label, run.request, 100.0)
    empty.break_off()

    assert track_of(empty).length == 0.0
    assert row(track_of(empty), TimeAxis(0.0, 3)) == "✂  "


def test_a_burst_leaves_the_other_bars_their_height() -> None:
    assert high_count([[4] * 30, [0, 400]]) == 4
    assert high_count([[]]) == 1


def test_where_events_came_at_unknown_times_no_bars_are_drawn() -> None:
    timed, untimed = track_of(untimed_run(0.5, 2.0)), track_of(untimed_run())

    assert row(timed, TimeAxis(4.0, 8)) == " ???✔   "
    assert row(untimed, TimeAxis(4.0, 8)) == "????????"
    assert row(untimed, TimeAxis(0.0, 3)) == "???"
    assert list(untimed.signs()) == [("?", "unknown"), ("✔", "complete")]
