"""What is known of the times of lines."""

import pytest

from diptych.core.event import (
    AttemptFailed,
    Event,
    Line,
    RequestSent,
    ResponseBegan,
    RunCut,
    RunFailed,
    RunStopped,
    time_is_known,
)
from diptych.core.failure import Failure
from diptych.core.unknown_times import UNKNOWN_TIMES, UnknownTime


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        (RequestSent(1.0, "POST", "https://x/", (), b""), None),
        (ResponseBegan(1.0, 200, ()), "headers"),
        (Event(1.0, 1, "ping", b"", ()), "events"),
        (AttemptFailed(1.0, 1, 529, None, "Overloaded."), "end"),
        (RunFailed(1.0, Failure("connection", "Lost.")), "end"),
        (RunStopped(1.0), "end"),
        (RunCut(1.0), "end"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_which_time_of_an_exchange_a_line_needs(line: Line, needed: UnknownTime | None) -> None:
    assert time_is_known(line, ())
    assert [time_is_known(line, (unknown,)) for unknown in UNKNOWN_TIMES] == [each != needed for each in UNKNOWN_TIMES]
