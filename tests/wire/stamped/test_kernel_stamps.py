"""A stamp of the kernel becomes a moment of the run's clock."""

import socket
import struct
import sys
import time
from collections.abc import Iterator

import pytest

from diptych.wire.stamped import kernel_stamps
from diptych.wire.stamped.kernel_stamps import PairedClocks, Reading, has_kernel_stamps, stamp_in

STAMP = (socket.SOL_SOCKET, 35, struct.pack("@ll", 7, 5))


def test_the_stamp_of_a_read() -> None:
    assert stamp_in([(socket.SOL_SOCKET, 1, b""), STAMP]) == 7_000_000_005
    assert stamp_in([]) is None
    assert stamp_in([(socket.SOL_SOCKET, 35, b"short")]) is None


def test_a_stamp_is_as_old_on_the_runs_clock_as_on_the_realtime_clock() -> None:
    reading = Reading(100.0, 5_000_000_000, is_steady=True)

    assert reading.arrival(4_987_654_321) == 99.987654
    assert reading.arrival(5_000_000_000) == 100.0


def test_a_stamp_that_cannot_be_compared_has_no_moment() -> None:
    assert Reading(100.0, 5_000_000_000, is_steady=True).arrival(5_000_000_001) is None
    assert Reading(100.0, 5_000_000_000, is_steady=False).arrival(4_000_000_000) is None


class Machine:
    """The clocks of a machine, of which each reading takes 200 nanoseconds."""

    def __init__(self) -> None:
        self.monotonic = 10_000_000_000
        self.ahead = 1_000_000_000_000_000_000
        self.interruptions: Iterator[int] = iter(())

    def monotonic_ns(self) -> int:
        self.monotonic += 200
        return self.monotonic

    def time_ns(self) -> int:
        return self.monotonic_ns() + self.ahead

    def clock(self) -> float:
        self.monotonic += next(self.interruptions, 0)
        return self.monotonic_ns() / 1e9


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(kernel_stamps, "time", machine)
    return machine


def test_clocks_that_drift_as_ntp_makes_them_are_steady(machine: Machine) -> None:
    clocks = PairedClocks(machine.clock)
    for seconds in (0.0, 0.001, 1.0, 3600.0):
        machine.monotonic += int(seconds * 1e9)
        machine.ahead += int(seconds * 500_000)
        assert clocks.read().is_steady


@pytest.mark.parametrize("step", [-3_600_000_000_000, -1_000_000, 1_000_000, 86_400_000_000_000])
def test_a_clock_that_was_set_is_noticed_once(machine: Machine, step: int) -> None:
    clocks = PairedClocks(machine.clock)
    clocks.read()
    machine.ahead += step

    assert [clocks.read().is_steady for _ in range(3)] == [False, True, True]


def test_an_interrupted_reading_is_made_again(machine: Machine) -> None:
    clocks = PairedClocks(machine.clock)
    machine.interruptions = iter([5_000_000, 5_000_000])

    reading = clocks.read()

    assert reading.now - (reading.realtime - machine.ahead) / 1e9 < 1e-6


def test_one_that_is_always_interrupted_is_taken(machine: Machine) -> None:
    clocks = PairedClocks(machine.clock)
    machine.interruptions = iter([50_000] * 9)

    assert clocks.read().is_steady
    assert len(list(machine.interruptions)) == 6


def test_the_present_moment_is_the_runs() -> None:
    assert PairedClocks(lambda: 17.5).now() == 17.5


@pytest.fixture
def _asked_anew() -> Iterator[None]:
    has_kernel_stamps.cache_clear()
    yield
    has_kernel_stamps.cache_clear()


@pytest.mark.usefixtures("_asked_anew")
@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has the option")
def test_linux_stamps() -> None:
    assert has_kernel_stamps()


@pytest.mark.usefixtures("_asked_anew")
def test_another_system_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert not has_kernel_stamps()


@pytest.mark.usefixtures("_asked_anew")
def test_neither_does_one_that_does_not_know_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(sock: socket.socket) -> None:
        raise OSError(92, "Protocol not available")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(kernel_stamps, "request_stamps", refuse)

    assert not has_kernel_stamps()


def test_the_real_clocks_agree() -> None:
    before = time.time_ns()
    reading = PairedClocks(time.perf_counter).read()
    after = time.time_ns()

    assert reading.is_steady
    assert before <= reading.realtime <= after
