"""What the app does with streams at a model's pace: how soon text is seen, what it costs, how true stamps are."""

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.bench import Bench
from tests.bench.figures import Figure, percentile
from tests.bench.load import BenchError
from tests.bench.plan import END_WORDS, Plan
from tests.bench.screen import first_shown
from tests.bench.terminal import Terminal
from tests.bench.wires import APIS, Api

_SIDES: dict[Api, str] = {"messages": "left", "chat": "right"}


def flood(bench: Bench) -> Iterator[Figure]:
    """Ten seconds at 1,000 events a second a side: when the last text is seen, and how idle the app is."""
    plan = Plan("markdown", 10_000, 1_000)
    delays: list[dict[Api, float]] = []
    idle: list[float] = []
    for _ in bench.repeats(3, 1):
        with bench.app(plan, plan) as app:
            bench.server.wait_until_began()
            idle.append(100 - _share(app, plan.seconds))
            bench.server.wait_until_ended()
            app.wait_until_quiet(1.0)
            delays.append(_until_shown(bench, app))
    worst = [1000 * max(delay.values()) for delay in delays]
    sides = " · ".join(f"{_SIDES[api]} {1000 * median(delay[api] for delay in delays):.0f} ms" for api in APIS)
    what = f"2 × {plan.rate:,} events/s for {plan.seconds:g} s:"
    yield Figure(f"{what} last byte sent to last text shown, the slower side", median(worst), "ms", 150, remark=sides)
    yield Figure(f"{what} idle share of a core", median(idle), "%", 50, "at least")


def steady(bench: Bench) -> Iterator[Figure]:
    """The share of a core that streams take at a fast model's pace."""
    seconds = 10
    plan = Plan("markdown", 100 * (seconds + 4), 100)
    shares: list[float] = []
    for _ in bench.repeats(3, 1):
        with bench.app(plan, plan) as app:
            bench.server.wait_until_began()
            time.sleep(2)
            shares.append(_share(app, seconds))
    yield Figure(f"2 × {plan.rate} events/s: share of a core", median(shares), "%", 20)
    with bench.module("usual_client", plan, plan) as client:
        bench.server.wait_until_began()
        time.sleep(2)
        yield Figure("  the same with the usual client", _share(client, seconds), "%")


def stamps(bench: Bench) -> Iterator[Figure]:
    """How far the arrival stamps are from the moments of sending, while Markdown is drawn."""
    if "CLOCK_MONOTONIC" not in time.get_clock_info("perf_counter").implementation:
        raise BenchError("The clock of this machine's Python is not shared between processes.")
    for plan, wanted in ((Plan("markdown", 50 * 10, 50), (20, 200)), (Plan("markdown", 200 * 10, 200), (None, None))):
        off = _off(bench, plan)
        what = f"2 × {plan.rate} events/s: arrival stamp off its sending,"
        yield Figure(f"{what} p50", percentile(off, 50), "µs", wanted[0])
        remark = f"p95 {percentile(off, 95):.0f}, most {max(off):,.0f}"
        yield Figure(f"{what} p99", percentile(off, 99), "µs", wanted[1], remark=remark)


def _off(bench: Bench, plan: Plan) -> list[float]:
    """Return by how many microseconds the stamp of each event of both sides differs from the moment of sending."""
    off: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "stamps.json")
        for _ in bench.repeats(3, 1):
            with bench.module("launcher", plan, plan, str(file)) as app:
                app.wait_for_end().checked("The app")
            sent, stamped = bench.server.sent(), json.loads(file.read_text())
            for api, side in _SIDES.items():
                if len(sent[api]) != len(stamped[side]):
                    raise BenchError(f"Of {len(sent[api])} events, {len(stamped[side])} were stamped.")
                off += [1e6 * abs(at - sent[api][number - 1]) for number, at in stamped[side]]
    return off


def _share(app: Terminal, seconds: float) -> float:
    """The per cent of a core that the app takes for the next so many seconds."""
    began, before = time.perf_counter(), app.cpu
    time.sleep(seconds)
    return 100 * (app.cpu - before) / (time.perf_counter() - began)


def _until_shown(bench: Bench, app: Terminal) -> dict[Api, float]:
    """Seconds from sending each side's last content to its being on the screen."""
    delays: dict[Api, float] = {}
    for api, sent in bench.server.sent_last_content().items():
        last_second = [output for output in app.outputs if output.at > sent - 1.0]
        shown = first_shown(END_WORDS[api], last_second)
        if shown is None:
            raise BenchError(f"The last text of the {_SIDES[api]} side was never shown.")
        delays[api] = shown - sent
    return delays
