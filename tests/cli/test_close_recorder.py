"""A round that is not recorded is reported at the end; after a signal nothing waits for it."""

import signal
import sys
import time
from collections.abc import Sequence

import pytest

from diptych.cli import close_recorder
from diptych.cli.close_recorder import closed_at_end
from diptych.cli.signals import shutdown_signals
from diptych.store.entries import Item
from diptych.store.errors import BusyError
from diptych.store.recorder import Recorder
from tests.store.rounds import complete, round_of


class Locked:
    """A sink that is locked until told otherwise."""

    is_locked = True

    def write(self, items: Sequence[Item]) -> None:
        if self.is_locked:
            raise BusyError("It is locked.")

    def tidy(self) -> bool:
        return False

    def close(self) -> None:
        pass


class Asked(Recorder):
    """A recorder of one round. It notes for how long it may wait, and can raise a signal during the long wait."""

    def __init__(self, sink: Locked) -> None:
        super().__init__(sink)
        self.waits: list[float] = []
        self.signal: signal.Signals | None = None
        self.round_began(1, round_of(complete()))

    def close(self, patience: float = 0) -> str:
        self.waits.append(patience)
        while self._error is None:  # until its thread has met the lock
            time.sleep(0.001)
        if self.signal and len(self.waits) == 2:
            signal.raise_signal(self.signal)
        return super().close(0.01)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_wait_for_a_lock(number: signal.Signals, capsys: pytest.CaptureFixture[str]) -> None:
    sink = Locked()
    recorder = Asked(sink)
    recorder.signal = number
    with (
        pytest.raises(SystemExit) as left,
        shutdown_signals() as shutdown,
        closed_at_end(recorder, shutdown, "Help.") as closer,
    ):
        closer.may_wait = True
    sink.is_locked = False

    assert left.value.code == 128 + number
    assert capsys.readouterr().err.splitlines() == [
        "It is locked. 1 round is not recorded. Trying again for 10 s; press Ctrl-C to quit now.",
        "It is locked. 1 round is not recorded. Help.",
    ]


def test_a_crash_does_not_wait_for_a_lock(capsys: pytest.CaptureFixture[str]) -> None:
    sink = Locked()
    recorder = Asked(sink)
    with pytest.raises(ZeroDivisionError), shutdown_signals() as shutdown, closed_at_end(recorder, shutdown, ""):
        raise ZeroDivisionError
    sink.is_locked = False

    assert recorder.waits == [close_recorder._SHORT_WAIT]
    assert capsys.readouterr().err == "It is locked. 1 round is not recorded.\n"
