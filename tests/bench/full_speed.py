"""What streams cost that come as fast as they are read: beside plain loops, beside a usual client, and as they grow."""

from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from tests.bench.bench import Bench, ratios, say
from tests.bench.figures import Figure
from tests.bench.plan import TINY, Kind, Plan
from tests.bench.processes import Ended, for_modules, module, run
from tests.bench.terminal import Terminal

_LOAD = Plan("markdown", 20_000)
_USUAL = Plan("markdown", 2_000)
"""The usual client takes minutes for the whole load, since its cost grows with the square of it."""

_BLOCKS: dict[Kind, str] = {
    "prose": "prose",
    "list": "one list",
    "table": "one table",
    "code": "one code block",
    "endless": "one line without a space",
}
_SHORT, _LONG = 5_000, 50_000


def cost(bench: Bench) -> Iterator[Figure]:
    """CPU and time of the whole app over those of two plain loops in one process."""
    pairs = [(bench.once(_LOAD), _loops(bench, _LOAD)) for _ in bench.repeats(5, 3)]
    starts = [(bench.once(), _loops(bench, TINY)) for _ in bench.repeats(5, 3)]
    cpu, wall = [_medians(pairs, name) for name in ("cpu", "wall")]
    start = _medians(starts, "cpu")
    what = f"2 × {_LOAD.events:,} events at full speed, over two plain loops:"
    yield Figure(
        f"{what} CPU",
        ratios([(app.cpu, loops.cpu) for app, loops in pairs]),
        "ratio",
        0.8,
        remark=f"{cpu[0]:.2f} s / {cpu[1]:.2f} s",
    )
    yield Figure(
        f"{what} time",
        ratios([(app.wall, loops.wall) for app, loops in pairs]),
        "ratio",
        0.8,
        remark=f"{wall[0]:.2f} s / {wall[1]:.2f} s",
    )
    rest = cpu[0] - start[0], cpu[1] - start[1]
    each = [1e6 * seconds / (2 * _LOAD.events) for seconds in rest]
    yield Figure(
        "  the same without the start: CPU",
        rest[0] / rest[1],
        "ratio",
        remark=f"{_an_event(*each)}; start {start[0]:.2f} s / {start[1]:.2f} s",
    )


def usual(bench: Bench) -> Iterator[Figure]:
    """CPU and time of the app over those of a client written with Textual's own widgets."""
    clients = [(bench.once(_USUAL), _usual_client(bench, _USUAL)) for _ in bench.repeats(3, 1)]
    cpu, wall = [_medians(clients, name) for name in ("cpu", "wall")]
    each = 1e6 * (cpu[1] - _usual_client(bench, TINY).cpu) / (2 * _USUAL.events)
    what = f"2 × {_USUAL.events:,} events (more would take it minutes), over the usual client:"
    yield Figure(
        f"{what} CPU",
        cpu[0] / cpu[1],
        "ratio",
        remark=f"{cpu[0]:.2f} s / {cpu[1]:.2f} s; without its start that client takes {each:,.0f} µs an event",
    )
    yield Figure(f"{what} time", wall[0] / wall[1], "ratio", remark=f"{wall[0]:.2f} s / {wall[1]:.2f} s")


def growth(bench: Bench) -> Iterator[Figure]:
    """CPU of an event in a long text over that in a short one, what any prompt costs subtracted."""
    for kind, name in _BLOCKS.items():
        say(name)
        tiny, short, long = TINY, Plan(kind, _SHORT), Plan(kind, _LONG)
        taken: dict[Plan, list[float]] = defaultdict(list)
        with bench.app_at_rest() as app:
            bench.ask(app, tiny)  # the first prompt opens connections
            for plan in [tiny, short] * len(bench.repeats(5, 3)) + [long] * len(bench.repeats(3, 2)):
                taken[plan].append(_asked(bench, app, plan))
        each = [1e6 * (median(taken[plan]) - median(taken[tiny])) / (2 * plan.events) for plan in (long, short)]
        yield Figure(
            f"CPU an event at {_LONG:,} over {_SHORT:,} events: {name}",
            each[0] / each[1],
            "ratio",
            1.3,
            remark=_an_event(*each),
        )


def _asked(bench: Bench, app: Terminal, plan: Plan) -> float:
    """The CPU that a running app takes for a plan on both sides; its start would drown a short text."""
    app.press("\x0e")  # ctrl+n: nothing is kept of the prompt before
    app.wait_until_idle()
    before = app.cpu
    bench.ask(app, plan)
    return app.cpu - before


def _loops(bench: Bench, plan: Plan) -> Ended:
    bench.server.prepare(plan)
    command = module("plain_loops", plan.name, plan.name)
    return run(command, for_modules(bench.environment)).checked("The plain loops")


def _usual_client(bench: Bench, plan: Plan) -> Ended:
    with bench.module("usual_client", plan, plan) as terminal:
        return terminal.wait_for_end().checked("The usual client")


def _medians(pairs: list[tuple[Ended, Ended]], name: str) -> tuple[float, float]:
    one, other = (median(getattr(ended, name) for ended in each) for each in zip(*pairs, strict=True))
    return one, other


def _an_event(one: float, other: float) -> str:
    return f"{one:.0f} µs / {other:.0f} µs an event"
