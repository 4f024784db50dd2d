"""The fault matrix: whatever one server does, its side ends with the right state, one clear sentence and all that came.

Every row of `table` is played for all three APIs, while the other side streams on undisturbed.
"""

import re

import pytest

from diptych.core.ending import end_sentence
from diptych.core.endpoint import ApiName
from diptych.core.event import Event
from tests.faults.bench import Bench
from tests.faults.fault import Fault
from tests.faults.table import FAULTS
from tests.support.streams import APIS


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_comes_to_its_outcome(fault: Fault, api: ApiName, bench: Bench) -> None:
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
