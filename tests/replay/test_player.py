import gc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diptych.codec.objects import run_object
from diptych.core.event import RunStopped
from diptych.core.recording import RecordedRun, Recording
from diptych.core.remarks import RoundNote
from diptych.core.run import Run
from diptych.replay import player as player_module
from diptych.replay.folding import decode, finish, fold, fold_line, new_run
from diptych.replay.player import Player
from tests.captures.untimed import untimed_recording
from tests.replay.recordings import STREAMS, begun, chat, chunk, round_of, side, streamed, two_answers


@pytest.fixture
def near_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player_module, "_LINES_PER_SNAPSHOT", 3)


def everything(run: Run) -> tuple[Any, ...]:
    return (
        run_object(run),
        list(run.lines),
        run.stamps,
        run.events_per_second,
        run.end.saw_terminal_event,
        run.usage_is_final,
    )


def folded_to(recorded: RecordedRun, position: float) -> Run:
    """A side folded afresh as far as a position."""
    run = new_run(recorded, round_of(recorded))
    lines = list(decode(recorded))
    due = [line for line in lines if line.at <= position]
    for line in due:
        fold_line(run, line)
    if due == lines:
        finish(run, recorded)
    return run


def texts(player: Player) -> dict[str, str]:
    return {name: "".join(run.text) for name, run in player.round.runs.items()}


def states(player: Player) -> list[str]:
    return [run.state for run in player.round.runs.values()]


def test_a_round_holds_what_had_come_by_the_position() -> None:
    player = Player(two_answers())

    player.advance_to(0.8)
    assert texts(player) == {"left": "one0 one1 ", "right": ""}
    player.advance_to(1.0)
    assert texts(player) == {"left": "one0 one1 one2 ", "right": "uno dos "}
    assert states(player) == ["streaming", "streaming"]


def test_at_first_nothing_has_happened() -> None:
    player = Player(two_answers())

    assert player.position == 0
    assert player.length == 5.0
    assert list(player.round.runs) == ["left", "right"]
    assert [len(run.lines) for run in player.round.runs.values()] == [0, 0]
    assert player.next_at == 0.01


def test_a_side_ends_with_its_last_line() -> None:
    player = Player(two_answers())

    player.advance_to(1.99)
    assert states(player) == ["streaming", "streaming"]
    player.advance_to(2.0)
    assert states(player) == ["streaming", "cut"]
    player.advance_to(5.0)
    assert states(player) == ["complete", "cut"]
    assert player.round.ended
    assert player.next_at is None


def test_positions_are_kept_within_the_round() -> None:
    player = Player(two_answers())

    player.advance_to(99)
    assert player.position == 5.0
    player.advance_to(-1)
    assert player.position == 0.0


def test_going_on_keeps_the_runs_and_going_back_makes_others() -> None:
    player = Player(two_answers())
    left = player.round.runs["left"]

    assert not player.advance_to(5.0)
    assert player.round.runs["left"] is left
    assert player.advance_to(4.0)
    assert player.round.runs["left"] is not left
    assert "".join(left.text).endswith("late3 ")


def test_a_note_stays_wherever_the_replay_goes() -> None:
    player = Player(replace(two_answers(), number=12))
    player.advance_to(player.length)
    player.put_note(RoundNote("worth it"))
    assert (player.number, player.round.note, player.whole.note) == (12, RoundNote("worth it"), RoundNote("worth it"))

    player.advance_to(0.0)
    assert player.round.note == RoundNote("worth it")


def test_going_far_ahead_starts_from_a_snapshot(near_snapshots: None) -> None:
    player = Player(two_answers())

    assert player.advance_to(5.0)


def test_each_step_is_one_line_of_either_side_in_the_order_of_time() -> None:
    player = Player(two_answers())
    player.advance_to(0.8)
    seen = []

    for _ in range(4):
        assert player.step()
        seen.append((player.position, texts(player)))

    assert seen == [
        (1.0, {"left": "one0 one1 one2 ", "right": ""}),
        (1.0, {"left": "one0 one1 one2 ", "right": "uno "}),
        (1.0, {"left": "one0 one1 one2 ", "right": "uno dos "}),
        (1.25, {"left": "one0 one1 one2 one3 ", "right": "uno dos "}),
    ]


def test_there_is_no_step_beyond_the_end() -> None:
    player = Player(two_answers())
    player.advance_to(5.0)

    assert not player.step()
    assert player.position == 5.0


def test_stepping_through_ends_both_sides() -> None:
    player = Player(two_answers())

    while player.step():
        pass

    assert states(player) == ["complete", "cut"]


def test_a_round_without_lines_is_over_at_once() -> None:
    player = Player(round_of(side("openai-chat", [], ended=False)))

    assert player.length == 0
    assert player.round.ended


def test_a_round_that_goes_on_elsewhere_shows_what_there_is() -> None:
    player = Player(round_of(side("openai-chat", [*begun(), chunk(1.0, "so far")], ended=False, is_live=True)))
    player.advance_to(1.0)

    assert player.round.runs["left"].state == "streaming"


def test_lines_after_the_end_of_a_run_are_left_out() -> None:
    player = Player(round_of(side("openai-chat", [*begun(), chunk(1.0, "yes"), RunStopped(2.0), chunk(3.0, "no")])))
    player.advance_to(9.0)

    assert texts(player) == {"left": "yes"}
    assert player.length == 2.0


def test_a_line_stamped_before_the_one_it_follows_comes_with_that() -> None:
    player = Player(round_of(chat(chunk(1.0, "a"), chunk(0.5, "b"), chunk(2.0, "c"))))

    player.advance_to(0.9)
    assert texts(player) == {"left": ""}
    player.advance_to(1.0)
    assert texts(player) == {"left": "ab"}


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_round_at_its_end_is_the_round_folded_straight_through(path: Path) -> None:
    recording = round_of(streamed(path))
    player = Player(recording)
    player.advance_to(player.length)

    assert everything(player.round.runs["left"]) == everything(fold(recording).runs["left"])


@pytest.mark.usefixtures("near_snapshots")
@pytest.mark.parametrize("path", STREAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_any_position_in_any_order_is_a_fresh_fold_to_it(path: Path) -> None:
    recorded = streamed(path)

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
    def check(places: Sequence[float]) -> None:
        player = Player(Recording("hi", None, [recorded]))
        for place in places:
            player.advance_to(place * player.length)
            assert everything(player.round.runs["left"]) == everything(folded_to(recorded, player.position))

    check()


def test_the_takes_that_count_are_played() -> None:
    takes = [
        replace(chat(chunk(at, text)), label="a", take=number, counts=number == 1)
        for number, (at, text) in enumerate(((1.0, "first"), (2.0, "second")), 1)
    ]
    player = Player(Recording("hi", None, [*takes, replace(chat(chunk(3.0, "other")), label="b")]))

    assert list(player.round.runs) == ["a", "b"]
    for position in (5.0, 0.0, 5.0):
        player.advance_to(position)
        assert player.round.runs["a"].take == player.whole.runs["a"].take == 1
    assert texts(player) == {"a": "first", "b": "other"}
    assert [run.take for run in player.round.takes("a")] == [1, 2]


def test_other_takes_are_there_as_they_ended_and_take_no_time() -> None:
    takes = [
        replace(chat(chunk(at, text)), label="a", take=number, counts=number == 1)
        for number, (at, text) in enumerate(((1.0, "first"), (9.0, "second")), 1)
    ]
    player = Player(Recording("hi", None, takes))
    steps = 0
    while player.step():
        steps += 1

    assert (player.length, steps) == (1.0, 3)
    player.advance_to(0.5)
    assert ["".join(run.text) for run in player.round.takes("a")] == ["", "second"]
    assert ["".join(run.text) for run in player.whole.takes("a")] == ["first", "second"]


def test_collections_are_as_they_were_after_opening() -> None:
    Player(two_answers())
    assert gc.isenabled()
    gc.disable()
    try:
        Player(two_answers())
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_times_that_are_not_known_are_unknown_at_every_moment() -> None:
    player = Player(untimed_recording(0.5, 2.0))
    player.advance_to(1.0)
    assert player.round.runs["left"].stamps.timing().headers == 0.5
    player.advance_to(2.0)
    assert player.round.runs["left"].stamps.timing().first_token is None
    assert player.round.runs["left"].stamps.timing().end == 2.0
