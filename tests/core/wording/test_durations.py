import pytest

from diptych.core.wording.durations import measured_time, waiting_time


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0 ms"), (0.012_34, "12.3 ms"), (0.999_4, "999 ms"), (0.999_6, "1 s"), (12.34, "12.3 s")],
)
def test_a_measured_time_has_three_digits(seconds: float, words: str) -> None:
    assert measured_time(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.001, "0.1 s"),
        (0.1, "0.1 s"),
        (0.95, "1 s"),
        (1.01, "2 s"),
        (59, "59 s"),
        (59.1, "1 min 00 s"),
        (3_599, "59 min 59 s"),
        (3_600, "1 h 00 min"),
        (7_300, "2 h 02 min"),
        (172_799, "2 days"),
        (172_801, "3 days"),
        (366 * 86_400, "366 days"),
        (1e300, "more than a year"),
    ],
)
def test_a_waiting_time_is_never_too_short(seconds: float, words: str) -> None:
    assert waiting_time(seconds) == words
