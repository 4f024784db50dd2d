"""How fast an answer was written, from its reads."""

import pytest

from diptych.core.metrics.answer_pace import AnswerPace


def pace_of(*reads: tuple[float, int] | None) -> AnswerPace:
    """An answer of these reads, a stamp and a number of characters each; None is an interruption."""
    pace = AnswerPace()
    for read in reads:
        if read is None:
            pace.interrupt()
        else:
            pace.add(*read)
    return pace


def test_a_rate_is_tokens_over_the_time_they_took() -> None:
    assert pace_of((1.0, 4), (1.5, 4), (2.0, 4), (2.0, 4), (3.0, 4)).rate(11) == 5.0


def test_the_time_of_an_interruption_is_no_writing_and_each_span_begins_anew() -> None:
    pace = pace_of((1.0, 4), (1.5, 4), (2.0, 4), None, (9.0, 4), (9.5, 4), (10.0, 4))

    assert (pace.seconds, pace.spans) == (2.0, 2)
    assert pace.rate(22) == 10.0


def test_an_interruption_within_a_read_takes_no_time() -> None:
    assert pace_of((1.0, 4), None, (1.0, 4), (1.5, 4), (2.0, 4)).spans == 1


@pytest.mark.parametrize(
    ("reads", "tokens"),
    [
        ([], 9),
        ([(1.0, 4)], 9),
        ([(1.0, 4), (2.0, 4)], 9),
        ([(1.0, 4), (1.01, 4), (1.02, 4), (1.03, 4), (1.04, 4)], 500),
        ([(1.0, 2), (2.0, 900), (2.1, 900), (2.2, 2), (2.3, 2), (2.4, 2)], 500),
        ([(1.0, 900), (1.2, 2), (1.3, 900), (1.4, 2)], 500),
        ([(1.0, 2), (1.2, 2), (1.4, 1800)], 500),
        ([(1.0, 4), (2.0, 4), (3.0, 4)], 1),
        ([(1.0, 400), (1.04, 400), (1.08, 400), (1.12, 400)], 500),
        ([(1.0, 400), (1.04, 400), (1.4, 400), (1.45, 400)], 500),
        ([(1.0, 20), (2.0, 20), (3.0, 20), (4.0, 40)], 2000),
        ([(1.0, 0), (2.0, 0), (3.0, 0)], 5),
    ],
    ids=[
        "nothing",
        "one read",
        "two reads",
        "too short",
        "two bursts",
        "a burst first",
        "a burst last",
        "one token",
        "four bursts",
        "large reads, soon over",
        "more tokens than bytes",
        "no characters",
    ],
)
def test_a_rate_is_unknown_where_it_would_not_be_the_models(reads: list[tuple[float, int]], tokens: int) -> None:
    assert pace_of(*reads).rate(tokens) is None


def test_short_words_in_few_reads_are_no_burst() -> None:
    assert pace_of((1.0, 2), (1.1, 6), (1.2, 5), (1.3, 1)).rate(10) == pytest.approx(30.0)


def test_what_came_with_the_first_large_read_was_not_written_in_the_time_after_it() -> None:
    chunks = [(at * 0.5, 400) for at in range(5)]

    assert pace_of(*chunks).rate(500) == 200.0
    assert pace_of((0.0, 400), None, *((at + 9.0, each) for at, each in chunks)).rate(600) == 200.0


def test_a_fast_model_that_sends_each_token_has_its_rate() -> None:
    assert pace_of(*((at * 0.001, 4) for at in range(201))).rate(201) == pytest.approx(1000.0)
