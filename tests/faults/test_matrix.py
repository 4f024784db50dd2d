"""The fault matrix: whatever a server does, its side ends with the right state, a clear sentence and all that arrived.

Every row of `table` is played with all three APIs, while the other side continues to stream.
"""

import re

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.event import Event
from diptych.core.wording.outcome import end_sentence
from tests.faults.bench import Bench
from tests.faults.fault import Fault, hello
from tests.faults.table import FAULTS
from tests.support.answers import Answer
from tests.support.streams import APIS


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
@pytest.mark.parametrize("api", APIS)  # the outer parameter, since each API needs another client
def test_a_fault_has_the_documented_outcome(fault: Fault, api: ApiName, bench: Bench) -> None:
    run = bench.play(fault, api)

    assert run.state == fault.state, end_sentence(run)
    sentence = end_sentence(run) or ""
    assert re.search(fault.says, sentence) if fault.says else not sentence, sentence
    if run.state == "stopped":
        assert "".join(run.text).startswith(fault.text)
        bench.wait_until_left()
    else:
        assert "".join(run.text) == fault.text
    assert tuple(attempt.status for attempt in run.attempts) == fault.attempts
    assert [line.seq for line in run.lines if isinstance(line, Event)] == list(range(1, run.events + 1))
    assert fault.holds(run)


@pytest.mark.parametrize("api", APIS)
def test_a_connection_that_is_closed_between_two_rounds(api: ApiName, bench: Bench) -> None:
    closing = Fault(
        "closed between rounds",
        "closes the connection after an answer without announcing it",
        "asks on another connection",
        lambda api: [Answer(hello(api), framing="length", end="drop")],
        "complete",
        text="Hello",
    )
    for _ in range(3):
        run = bench.play(closing, api)

        assert (run.state, "".join(run.text)) == ("complete", "Hello"), end_sentence(run)
