"""Which part of hidden answers is shown, and what that tells about their pace."""

from collections.abc import Callable, Mapping
from typing import get_args

import pytest

from diptych.core.blind import BlindPace
from diptych.core.blind_pace import Arrived, PacedReveal

Arrival = Callable[[float], Arrived]


def answer(first: float, pace: float, length: int) -> Arrival:
    """An answer of so many characters that come at a steady pace, in characters per second."""

    def arrived(now: float) -> Arrived:
        there = min(max(int((now - first) * pace), 0), length)
        return Arrived(there, there == length)

    return arrived


def frames(pace: BlindPace, until: float, **answers: Arrival) -> list[tuple[float, Mapping[str, int]]]:
    """What is shown of each answer, at twenty moments per second."""
    reveal = PacedReveal(pace)
    shown: list[tuple[float, Mapping[str, int]]] = []
    for frame in range(int(until * 20) + 1):
        now = frame / 20
        arrived = {label: each(now) for label, each in answers.items()}
        count = reveal.advance(now, arrived)
        shown.append((now, {label: min(count, each.length) for label, each in arrived.items()}))
        if reveal.is_over:
            return shown
    raise AssertionError(shown[-1])


def test_both_answers_grow_by_the_same_characters_at_the_same_moments() -> None:
    seen = frames("slower", 120, a=answer(0.2, 400, 4_000), b=answer(1.5, 50, 1_000))

    assert all(lengths["a"] == lengths["b"] for _, lengths in seen if lengths["b"] < 1_000)
    assert all(length % 16 == 0 or length in (1_000, 4_000) for _, lengths in seen for length in lengths.values())


def test_the_slower_answer_sets_the_pace() -> None:
    seen = frames("slower", 60, a=answer(0.2, 400, 1_000), b=answer(1.5, 50, 1_000))

    assert all(lengths["a"] <= max((now - 1.5) * 50, 0) for now, lengths in seen[:-1])
    assert seen[-1][0] == pytest.approx(21.5, abs=0.5)


@pytest.mark.parametrize(
    "longer",
    [answer(1.0, 400, 3_000), answer(1.0, 50, 3_000)],
    ids=["the longer answer has been there for long", "the longer answer still arrives"],
)
def test_the_rest_of_the_longer_answer_comes_at_the_same_pace(longer: Arrival) -> None:
    seen = frames("slower", 100, a=answer(1.0, 50, 500), b=longer)

    rest = [(now, lengths["b"]) for now, lengths in seen if 500 < lengths["b"] < 3_000]
    (begin, low), (end, high) = rest[0], rest[-1]
    assert (high - low) / (end - begin) == pytest.approx(50, rel=0.05)
    assert seen[-1][0] == pytest.approx(61, abs=2)


def test_nothing_is_shown_before_both_have_begun() -> None:
    seen = frames("slower", 20, a=answer(0.1, 1_000, 500), b=answer(5.0, 1_000, 500))

    assert {lengths["a"] for now, lengths in seen if now < 5} == {0}


def test_an_answer_without_words_holds_nothing_up() -> None:
    seen = frames("slower", 20, a=answer(0.5, 100, 300), b=lambda now: Arrived(0, now > 1.0))

    assert seen[-1][0] < 4.5
    assert seen[-1][1] == {"a": 300, "b": 0}


def test_answers_that_come_whole_are_shown_whole() -> None:
    def at_once(now: float) -> Arrived:
        return Arrived(700, ended=True) if now > 1 else Arrived(0, ended=False)

    assert [now for now, lengths in frames("slower", 9, a=at_once, b=at_once) if lengths["a"]] == [1.05]


def test_two_answers_without_words_are_over_at_their_end() -> None:
    seen = frames("slower", 9, a=lambda now: Arrived(0, now > 1), b=lambda now: Arrived(0, now > 2))

    assert seen[-1][0] == pytest.approx(2.05)


def test_at_the_end_all_is_shown_at_once() -> None:
    seen = frames("end", 60, a=answer(0.2, 400, 1_000), b=answer(1.5, 50, 700))

    assert {tuple(lengths.values()) for _, lengths in seen[:-1]} == {(0, 0)}
    assert seen[-1] == (15.5, {"a": 1_000, "b": 700})


def test_what_was_over_stays_over() -> None:
    reveal = PacedReveal("end")
    reveal.advance(1.0, {"a": Arrived(5, ended=True)})

    assert reveal.advance(2.0, {"a": Arrived(5, ended=True)}) == 5


@pytest.mark.parametrize("pace", get_args(BlindPace))
@pytest.mark.parametrize("slower", ["a", "b"])
def test_all_answers_of_a_stopped_round_are_cut_at_the_same_length(pace: BlindPace, slower: str) -> None:
    reveal = PacedReveal(pace)
    faster = "b" if slower == "a" else "a"
    reveal.advance(1.0, {slower: Arrived(40, ended=False), faster: Arrived(900, ended=True)})

    assert reveal.advance(2.0, {slower: Arrived(70, ended=True, stopped=True), faster: Arrived(900, ended=True)}) == 70
    assert reveal.is_over
    assert reveal.advance(3.0, {slower: Arrived(70, ended=True, stopped=True), faster: Arrived(900, ended=True)}) == 70


def test_a_user_who_does_not_want_to_wait_sees_all_as_soon_as_all_has_arrived() -> None:
    reveal = PacedReveal("slower")
    reveal.advance(1.0, {"a": Arrived(10, ended=False), "b": Arrived(10, ended=True)})
    reveal.advance(9.0, {"a": Arrived(20, ended=False), "b": Arrived(10, ended=True)})

    reveal.hurry()
    assert reveal.advance(9.1, {"a": Arrived(500, ended=False), "b": Arrived(10, ended=True)}) < 500
    assert reveal.advance(9.2, {"a": Arrived(500, ended=True), "b": Arrived(10, ended=True)}) == 500
    assert reveal.is_over
