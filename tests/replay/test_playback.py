import pytest

from diptych.replay.playback import Playback


def test_it_stands_still_until_it_plays() -> None:
    playback = Playback(10)

    assert playback.position(99) == 0
    playback.play(100)
    assert playback.position(102.5) == 2.5


def test_playing_twice_changes_nothing() -> None:
    playback = Playback(10)
    playback.play(0)
    playback.play(3)

    assert playback.position(4) == 4


def test_it_keeps_its_place_over_a_pause() -> None:
    playback = Playback(10)
    playback.play(0)
    playback.pause(3)
    assert playback.position(7) == 3
    playback.play(7)

    assert playback.position(8) == 4


def test_it_stops_at_the_end_and_starts_again_from_there() -> None:
    playback = Playback(10)
    playback.play(0)
    assert playback.position(60) == 10
    playback.pause(60)
    playback.play(70)

    assert playback.position(71) == 1


@pytest.mark.parametrize(("position", "found"), [(4, 4), (-1, 0), (11, 10)])
def test_seeking_stays_within_the_round(position: float, found: float) -> None:
    playback = Playback(10)
    playback.seek(position, 0)

    assert playback.position(5) == found


def test_it_goes_on_from_where_it_was_put() -> None:
    playback = Playback(10)
    playback.play(0)
    playback.seek(7, 1)

    assert playback.position(2) == 8


def test_speeds_change_from_here_on_and_have_ends() -> None:
    playback = Playback(1_000)
    playback.play(0)
    playback.change_speed(1, 10)
    assert playback.speed == 2
    assert playback.position(20) == 30
    playback.change_speed(99, 20)
    assert playback.speed == 16
    playback.change_speed(-99, 20)
    assert playback.speed == 0.25
    assert playback.position(24) == 31


def test_it_tells_how_long_until_a_position() -> None:
    playback = Playback(10)
    playback.change_speed(1, 0)
    playback.play(0)

    assert playback.seconds_until(6, 1) == 2
    assert playback.seconds_until(1, 1) == 0
