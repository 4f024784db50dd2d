"""Measures the whole app on one machine and prints one table: `python -m tests.bench [--quick] [NAME...]`.

Every figure is measured in this run: the installed app in a pseudo-terminal, the SDKs over HTTP to a load server in
another process, which speaks Anthropic Messages and OpenAI Chat Completions. Linux only; it takes a quarter of an hour.
"""

import argparse
import os
import platform
import sys
import tempfile
from importlib.metadata import version

from tests.bench import (
    differences,
    event_lists,
    experiment_rows,
    footprint,
    full_speed,
    hands,
    intervals,
    live,
    locks,
    pages,
    picker,
    recording,
    rounds,
    served,
    truth,
    truth_memory,
)
from tests.bench.bench import Bench, Measurement, say
from tests.bench.figures import HEADING
from tests.bench.load import BenchError, environment, running_server

_ROWS: dict[str, Measurement] = {
    "cost": full_speed.cost,
    "usual": full_speed.usual,
    "flood": live.flood,
    "steady": live.steady,
    "growth": full_speed.growth,
    "stamps": live.stamps,
    "echo": hands.echo,
    "list": hands.long_list,
    "eventlist": event_lists.event_lists,
    "picker": picker.picker,
    "differences": differences.differences,
    "memory": footprint.memory,
    "capped": footprint.capped,
    "export": footprint.export,
    "pages": pages.pages,
    "start": footprint.start,
    "record": recording.record,
    "replay": recording.replay,
    "locks": locks.locks,
    "rounds": rounds.rounds,
    "served": served.served,
    "truth": truth.truth,
    "answers": truth_memory.answers,
    "experiment": experiment_rows.experiment_rows,
    "coverage": intervals.coverage,
}


def main() -> None:
    """Measure what was asked for, or everything; the exit code tells whether every target is met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rows", nargs="*", metavar="NAME", help=f"only these: {', '.join(_ROWS)}")
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    asked = parser.parse_args()
    unknown = [name for name in asked.rows if name not in _ROWS]
    if unknown:
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(_ROWS)}")
    met = True
    with tempfile.TemporaryDirectory() as home, running_server() as server:
        bench = Bench(server, environment(home, server), asked.quick)
        print(HEADING, flush=True)
        for name in asked.rows or _ROWS:
            say(name)
            try:
                for line in _ROWS[name](bench):
                    print(line, flush=True)
                    met = met and (isinstance(line, str) or line.verdict in ("ok", ""))
            except (BenchError, OSError) as error:
                met = False
                print(f"{name}: not measured. {error}", flush=True)
    print(_machine())
    sys.exit(not met)


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("diptych", "textual", "anthropic", "openai", "httpx2"))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {libraries}; load at the end {load}"
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
