"""What is not recorded is told at the end, and nothing waits for it after a signal."""

import signal
import sys
from collections.abc import Sequence

import pytest

from diptych.cli.recorded import recorded
from diptych.cli.signals import shutdown_signals
from diptych.store.entries import Item
from diptych.store.errors import BusyError
from diptych.store.recorder import Recorder
from tests.store.rounds import complete, round_of


class Locked:
    """A sink that somebody keeps locked for a while."""

    is_locked = True

    def write(self, items: Sequence[Item]) -> None:
        if self.is_locked:
            raise BusyError("It is locked.")

    def tidy(self) -> bool:
        return False

    def close(self) -> None:
        pass


class Asked(Recorder):
    """A recorder of one round that notes how long it was waited for, and can be interrupted meanwhile."""

    def __init__(self, sink: Locked) -> None:
        super().__init__(sink)
        self.waits: list[float] = []
        self.signal: signal.Signals | None = None
        self.began(1, round_of(complete()))

    def close(self, patience: float = 0) -> str:
        self.waits.append(patience)
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
        recorded(recorder, shutdown, "Help.") as recording,
    ):
        recording.can_wait = True
    sink.is_locked = False

    assert left.value.code == 128 + number
    assert capsys.readouterr().err.splitlines() == [
        "It is locked. 1 round is not recorded. Trying again for 10 s; Ctrl-C leaves at once.",
        "It is locked. 1 round is not recorded. Help.",
    ]


def test_what_broke_off_does_not_wait(capsys: pytest.CaptureFixture[str]) -> None:
    sink = Locked()
    recorder = Asked(sink)
    with pytest.raises(ZeroDivisionError), shutdown_signals() as shutdown, recorded(recorder, shutdown, ""):
        raise ZeroDivisionError
    sink.is_locked = False

    assert recorder.waits == [0.5]
    assert capsys.readouterr().err == "It is locked. 1 round is not recorded.\n"
