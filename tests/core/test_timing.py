"""Figures, from stamps and counts."""

import pytest

from diptych.core.timing import Stamps, Timing, events_per_second, tokens_per_second
from diptych.core.usage import Usage


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
        (None, None, 0, None),
    ],
)
def test_events_a_second_are_gaps(first: float | None, last: float | None, events: int, rate: float | None) -> None:
    assert events_per_second(Stamps(t0=0.0, first_token=first, last_token=last), events) == rate


def answered(first: float | None = 2.0, last: float | None = 4.0) -> Stamps:
    return Stamps(t0=0.0, first_token=1.0, first_answer=first, last_token=last)


@pytest.mark.parametrize(
    ("usage", "thought", "rate"),
    [
        (Usage(output_tokens=101), False, 50.0),
        (Usage(output_tokens=101, reasoning_tokens=0), True, 50.0),
        (Usage(output_tokens=165, reasoning_tokens=64), True, 50.0),
        (Usage(output_tokens=165, reasoning_tokens=64), False, 50.0),  # it thought, and did not show it
        (Usage(output_tokens=2), False, 0.5),
    ],
)
def test_tokens_per_second_are_those_of_the_answer(usage: Usage, thought: bool, rate: float) -> None:
    assert tokens_per_second(answered(), usage, thought=thought) == rate


@pytest.mark.parametrize(
    ("stamps", "usage", "thought"),
    [
        (answered(), None, False),
        (answered(), Usage(input_tokens=5), False),
        (answered(), Usage(output_tokens=101), True),
        (answered(), Usage(output_tokens=1), False),
        (answered(), Usage(output_tokens=10, reasoning_tokens=11), True),
        (answered(first=None), Usage(output_tokens=101), False),
        (answered(last=None), Usage(output_tokens=101), False),
        (answered(first=4.0), Usage(output_tokens=101), False),
    ],
    ids=[
        "no final usage",
        "no output counted",
        "thinking not counted",
        "one token",
        "more reasoning than output",
        "no answer",
        "no token",
        "no interval",
    ],
)
def test_tokens_per_second_are_unknown(stamps: Stamps, usage: Usage | None, thought: bool) -> None:
    assert tokens_per_second(stamps, usage, thought=thought) is None
