"""Figures, from stamps and counts."""

import pytest

from diptych.core.metrics.answer_pace import AnswerPace
from diptych.core.metrics.timing import Stamps, Timing, events_per_second, tokens_per_event, tokens_per_second
from diptych.core.metrics.usage import Usage


def test_times_are_seconds_since_t0_but_for_the_connection() -> None:
    stamps = Stamps(
        t0=100.0,
        connect=0.05,
        headers=100.5,
        first_event=100.75,
        first_token=101.0,
        first_answer=102.0,
        last_token=104.0,
        last_event=104.5,
        end=104.5,
    )

    assert stamps.timing() == Timing(0.05, 0.5, 0.75, 1.0, 2.0, 4.0, 4.5)


def test_only_times_whose_event_was_read_late_are_late() -> None:
    stamps = Stamps(t0=100.0, first_event=100.5, first_token=101.0, last_token=101.0, last_event=101.0)
    stamps.mark_late(101.0, 0.25)
    stamps.last_token = stamps.last_event = stamps.end = 104.0
    stamps.mark_late(102.0, 0.75)  # no time counts to this event

    late = (stamps.first_event, stamps.first_token, stamps.last_token, None)
    assert [stamps.is_late(at) for at in late] == [False, True, False, False]
    assert stamps.lateness == 0.25
    assert Stamps().lateness == 0.0


def test_what_did_not_happen_has_no_time() -> None:
    assert Stamps(t0=100.0, end=101.0).timing() == Timing(None, None, None, None, None, None, 1.0)
    assert Stamps(headers=1.0).timing() == Timing(None, None, None, None, None, None, None)


@pytest.mark.parametrize(
    ("first", "last", "events", "rate"),
    [
        (1.0, 3.0, 5, 2.0),  # four gaps in two seconds
        (1.0, 3.0, 2, 0.5),
        (1.0, 1.0, 1, None),
        (1.0, 1.0, 9, None),  # all in one chunk
        (1.0, 1.05, 9, None),  # too soon over to say anything
        (None, None, 0, None),
    ],
)
def test_events_a_second_are_gaps(first: float | None, last: float | None, events: int, rate: float | None) -> None:
    assert events_per_second(Stamps(t0=0.0, first_token=first, last_token=last), events) == rate


def written(*reads: float, characters: int = 12) -> AnswerPace:
    """An answer whose reads came at these stamps."""
    pace = AnswerPace()
    for at in reads:
        pace.add(at, characters)
    return pace


@pytest.mark.parametrize(
    ("usage", "thought", "rate"),
    [
        (Usage(output_tokens=101), False, 50.0),
        (Usage(output_tokens=165, reasoning_tokens=64), True, 50.0),
        (Usage(output_tokens=165, reasoning_tokens=64), False, 50.0),  # it thought, and did not show it
        (Usage(output_tokens=184, non_answer_output_tokens=83), False, 50.0),  # it compacted the conversation before
        (Usage(output_tokens=2), False, 0.5),
        (None, False, None),
        (Usage(input_tokens=5), False, None),
        (Usage(output_tokens=101), True, None),
        (Usage(output_tokens=101, reasoning_tokens=0), True, None),  # it thought, and that was not counted
        (Usage(output_tokens=1), False, None),
        (Usage(output_tokens=10, reasoning_tokens=11), True, None),
    ],
)
def test_tokens_per_second_are_those_of_the_answer(usage: Usage | None, thought: bool, rate: float | None) -> None:
    assert tokens_per_second(written(2.0, 3.0, 4.0), usage, thought=thought) == rate


@pytest.mark.parametrize(
    ("usage", "events", "thought", "expected"),
    [
        (Usage(output_tokens=12), 3, False, 4.0),
        (Usage(output_tokens=12, reasoning_tokens=6), 3, True, 2.0),
        (Usage(output_tokens=12), 0, False, None),
        (Usage(output_tokens=0), 3, False, None),
        (Usage(output_tokens=12), 3, True, None),  # how many of them are thinking is not known
        (Usage(output_tokens=1_000), 3, False, None),  # most of them were never shown
        (Usage(), 3, False, None),
        (None, 3, False, None),
    ],
)
def test_tokens_per_event_tell_batches(usage: Usage | None, events: int, thought: bool, expected: float | None) -> None:
    assert tokens_per_event(written(2.0, 3.0, 4.0), events, usage, thought=thought) == expected
