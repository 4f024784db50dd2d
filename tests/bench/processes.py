"""What a process costs: CPU, time and memory, while it runs and when it has ended. Linux only."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load import ROOT, BenchError

_SCHEDULED = 2
"""With a process's number, the clock that counts its CPU: what C's `clock_getcpuclockid` gives on Linux."""

_PATIENCE = 180.0
"""Seconds after which a process that does not end is given up."""


@dataclass(frozen=True)
class Ended:
    """What a whole process took, start and imports included: seconds of CPU (user and system) and of time.

    `most_memory` is the most that it held at once, in bytes.
    """

    cpu: float
    wall: float
    code: int
    most_memory: int = 0

    @classmethod
    def reap(cls, pid: int, began: float) -> "Ended":
        """Wait for a child that is about to end."""
        _, status, usage = os.wait4(pid, 0)
        wall = time.perf_counter() - began
        memory = 1024 * usage.ru_maxrss
        return cls(usage.ru_utime + usage.ru_stime, wall, os.waitstatus_to_exitcode(status), memory)

    def checked(self, what: str) -> "Ended":
        """Itself, if it ended well. Raises `BenchError`."""
        if self.code:
            raise BenchError(f"{what} ended with exit code {self.code}.")
        return self


def cpu_seconds(pid: int) -> float:
    """The CPU a running process has taken so far, all its threads together, those that have ended too."""
    return time.clock_gettime(~pid << 3 | _SCHEDULED)


def resident_bytes(pid: int) -> int:
    """The memory a running process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise BenchError("The process holds no memory: it has ended.")


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of the benchmark; its environment is to be `for_modules`."""
    return [sys.executable, "-X", "utf8", "-m", f"tests.bench.{name}", *arguments]


def for_modules(environment: dict[str, str]) -> dict[str, str]:
    """An environment in which the benchmark's modules are found."""
    return environment | {"PYTHONPATH": str(ROOT)}


def run(command: list[str], environment: dict[str, str], patience: float = _PATIENCE) -> Ended:
    """Run a command to its end, its output thrown away; it is given up after `patience` seconds."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=environment["HOME"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while time.perf_counter() - began < patience:
            # Without reaping it, so that what it cost can still be asked for.
            if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                ended = Ended.reap(process.pid, began)
                process.returncode = ended.code
                return ended
            time.sleep(0.002)
        raise BenchError(f"{command[-1]} did not end within {patience:g} s.")
    finally:
        if process.returncode is None:
            process.kill()
            process.wait()
