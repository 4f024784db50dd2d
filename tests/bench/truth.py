"""How true the times of clients are that keep many streams at once, and what each costs.

Every client asks the same server, which says in each event when it was sent (`truth_server`). What a client claims is
compared with that. The first requests count, with all that a client has to load and to connect.
"""

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench import live
from tests.bench.bench import Bench
from tests.bench.figures import Figure, percentile
from tests.bench.load import ROOT, BenchError
from tests.bench.processes import Ended, cpu_seconds, for_modules
from tests.bench.truth_clients import BARE, DIPTYCH, SDK, Client, Load, clients
from tests.bench.truth_plan import Claim, TruthPlan

_PATIENCE = 90.0
"""Seconds until a client that does not ask is given up."""

_ARRIVALS = {64: (20, 100)}
"""Microseconds by which arrivals may be wrong, p50 and p99, with that many streams."""

_CPU = {64: 100, 256: 70}
"""Microseconds of CPU that an event may take with that many streams."""

_BUSY_STREAMS = 64
_BUSY_RATIO = 3.0

_HEADING = (
    f"{'':<28}{'first token off by':>22}{'arrivals off by':>22}{'CPU':>12}{'start':>10}\n"
    f"{'':<28}{'p50 / p99, ms':>22}{'p50 / p99, ms':>22}{'an event':>12}"
)


@dataclass(frozen=True)
class Measured:
    """What a client claimed, in one run of its command, and what that took.

    `start` are the seconds until the first request arrived, `cpu` the seconds of CPU from then on to the end.
    """

    claims: list[Claim]
    start: float
    cpu: float

    def first_token(self, percent: float) -> float:
        """Return a percentile of the errors of the time to first token, in milliseconds."""
        return 1000 * percentile([claim.first_token_error() for claim in self.claims], percent)

    def arrival(self, percent: float) -> float:
        """Return a percentile of the errors of arrivals, in milliseconds."""
        return 1000 * percentile([error for claim in self.claims for error in claim.arrival_errors()], percent)

    @property
    def microseconds(self) -> float:
        """Microseconds of CPU an event."""
        return 1e6 * self.cpu / sum(len(claim.sent) for claim in self.claims)

    def row(self, name: str) -> str:
        """Return a row of the table."""
        first_token = f"{self.first_token(50):.3f} / {self.first_token(99):.3f}"
        arrival = f"{self.arrival(50):.3f} / {self.arrival(99):.3f}"
        return f"  {name:<26}{first_token:>22}{arrival:>22}{self.microseconds:>9.0f} µs{self.start:>8.2f} s"


class TruthServer:
    """The server as a measurement sees it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.port = int(self._answer())

    def reset(self) -> None:
        """Forget what was asked so far."""
        assert self._process.stdin
        self._process.stdin.write("reset\n")
        self._process.stdin.flush()

    def first_arrival(self) -> int:
        """Wait for the first request; return when it arrived. Raises `BenchError` if none comes."""
        return int(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout
        if not select.select([self._process.stdout], [], [], _PATIENCE)[0]:
            raise BenchError("Nothing was asked.")
        return self._process.stdout.readline()


def truth(bench: Bench) -> Iterator[Figure | str]:
    """Yield the table of clients and numbers of streams, with what is wanted of Diptych."""
    plan = TruthPlan(75 if bench.quick else 150)
    times = 1 if bench.quick else 3
    found = clients()
    if len(found) == len((BARE, SDK, DIPTYCH)):
        yield "AIPerf is not installed (no `aiperf` on the path), and is left out."
    with running_server() as server:
        for streams in (2, 64, 256) if bench.quick else (2, 16, 64, 256):
            load = Load(plan, streams, times if streams > 2 else 2 * times)
            measured = {client: _measure(client, bench, server, load) for client in found}
            yield _table(f"{streams} streams of {plan.rate} events/s", measured)
            yield from _figures(streams, measured)
        with _all_cores_taken():
            load = Load(plan, _BUSY_STREAMS, times)
            measured = {client: _measure(client, bench, server, load) for client in (BARE, DIPTYCH)}
        yield _table(f"{_BUSY_STREAMS} streams, every core taken", measured)
        yield from _busy_figures(measured)
    if not bench.quick:
        yield from live.stamps(bench)


def _table(what: str, measured: Mapping[Client, Measured]) -> str:
    return "\n".join([_HEADING.replace(" " * 28, f"{what:<28}", 1), *(m.row(c.name) for c, m in measured.items())])


def _figures(streams: int, measured: Mapping[Client, Measured]) -> Iterator[Figure]:
    """Yield what is wanted of Diptych, beside the others in the same run."""
    bare, sdk, own = measured[BARE], measured[SDK], measured[DIPTYCH]
    for percent in (50, 99):
        one, other = own.first_token(percent), bare.first_token(percent)
        what = f"{streams} streams: error of the first token over the bare loop's, p{percent}"
        yield Figure(what, one / other, "ratio", 1 if streams > 2 else None, remark=f"{one:.3f} ms / {other:.3f} ms")
    for percent, wanted in zip((50, 99), _ARRIVALS.get(streams, (None, None)), strict=True):
        what = f"{streams} streams: error of arrivals, p{percent}"
        yield Figure(what, 1000 * own.arrival(percent), "µs", wanted)
    yield Figure(f"{streams} streams: CPU an event", own.microseconds, "µs", _CPU.get(streams))
    yield Figure(
        f"{streams} streams: start to the first request over the SDK's loop",
        own.start / sdk.start,
        "ratio",
        1,
        remark=f"{own.start:.2f} s / {sdk.start:.2f} s",
    )


def _busy_figures(measured: Mapping[Client, Measured]) -> Iterator[Figure]:
    bare, own = measured[BARE], measured[DIPTYCH]
    for what, one, other in (
        ("the first token", own.first_token(99), bare.first_token(99)),
        ("arrivals", own.arrival(99), bare.arrival(99)),
    ):
        yield Figure(
            f"every core taken: error of {what} over the bare loop's, p99",
            one / other,
            "ratio",
            _BUSY_RATIO,
            remark=f"{one:.3f} ms / {other:.3f} ms",
        )


def _measure(client: Client, bench: Bench, server: TruthServer, load: Load) -> Measured:
    """Run a client's command once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server.reset()
        command = client.command(server.port, load, folder)
        environment = for_modules(bench.environment)
        errors = folder / "errors"
        nothing = subprocess.DEVNULL
        began = time.monotonic_ns()
        with errors.open("wb") as err:
            process = subprocess.Popen(
                command, env=environment, cwd=folder, stdin=nothing, stdout=nothing, stderr=err, start_new_session=True
            )
        try:
            arrived = server.first_arrival()
            before = _session_cpu(process.pid)
            ended = Ended.reap(process.pid, 0.0)
            process.returncode = ended.code
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()
        ended.checked(f"{client.name} ({errors.read_text().strip()})")
        return Measured(client.claims(folder), (arrived - began) / 1e9, ended.cpu - before)


def _session_cpu(leader: int) -> float:
    """Return the CPU that a client and the processes that it has started have taken so far."""
    seconds = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # a process that has just ended
            if os.getsid(int(folder.name)) == leader:
                seconds += cpu_seconds(int(folder.name))
    return seconds


@contextmanager
def running_server() -> Iterator[TruthServer]:
    command = [sys.executable, "-X", "utf8", "-m", "tests.bench.truth_server"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, start_new_session=True) as process:
        try:
            yield TruthServer(process)
        finally:
            process.kill()


@contextmanager
def _all_cores_taken() -> Iterator[None]:
    """Keep every core busy with a process that only counts."""
    with ExitStack() as stack:
        for _ in range(os.cpu_count() or 1):
            process = subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True)
            stack.callback(process.wait)
            stack.callback(process.kill)
        yield
