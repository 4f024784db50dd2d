"""How long an event list of 100,000 rows takes to be painted, filtered, folded, searched and walked through."""

import asyncio
import gc
import random
import time
from collections.abc import Callable, Iterator

from diptych.core.content import Ping, Text
from diptych.core.event import Event
from diptych.core.run import Run
from diptych.tui.app import DiptychApp
from diptych.tui.events.event_filter import parse_filter
from diptych.tui.widgets.event_list import EventList
from tests.bench.bench import Bench
from tests.bench.figures import Figure, percentile
from tests.tui.fakes import FakeEngine, an_app, begin, until

_EVENTS = 100_000
_FRAME = 33.3
"""Milliseconds of one frame at 30 per second."""

_ROWS = 1_000
"""Rows of the short list that the long one is compared with."""

_FILTERS = ("text", "gap>0.05", "text -ping gap>0.01", "late", "")


def event_lists(bench: Bench) -> Iterator[Figure]:
    """From a key, or a filter that was typed, to the rows that are painted then, in the app's own process."""
    repeats = len(bench.repeats(20, 5))
    short = asyncio.run(_measure(_ROWS, repeats))
    long = asyncio.run(_measure(_EVENTS, repeats))
    for what, times in long.items():
        most = max(times)
        yield Figure(
            f"{_EVENTS:,} rows of events: {what}, p95",
            percentile(times, 95),
            "ms",
            _FRAME,
            remark=f"p50 {percentile(times, 50):.1f} ms, most {most:.1f} ms; {_ROWS:,} rows "
            f"p50 {percentile(short[what], 50):.1f} ms",
        )
    painted = percentile(long["painted"], 50) / percentile(short["painted"], 50)
    yield Figure(f"  painting {_EVENTS:,} rows over painting {_ROWS:,}", painted, "ratio", 1.5)


async def _measure(events: int, repeats: int) -> dict[str, list[float]]:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    times: dict[str, list[float]] = {}

    def measure(what: str, change: Callable[[], object]) -> None:
        times.setdefault(what, []).append(_painted(app, change))

    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        _feed(engine.left, events)
        listed = app.screen.query_one("#left-events", EventList)
        await until(pilot, lambda: listed.line_count == len(engine.left.lines))
        gc.collect()
        gc.freeze()  # as the app does when the last stream has ended
        for _ in range(repeats):
            measure("painted", listed.lines_changed)
            measure("first row", listed.action_first)
            measure("a page on", lambda: listed.action_page(1))
            measure("next unusual gap", listed.action_next_gap)
            measure("last row", listed.action_last)
            for text in _FILTERS:
                measure("filtered", lambda text=text: listed.filter(parse_filter(text)))  # type: ignore[misc]
            for _ in range(2):
                measure("folded and unfolded", listed.action_fold)
            measure("searched, a portion", lambda: listed.search("zzz"))
            measure("searched, another portion", listed.sample)
            listed.search("")
            await pilot.pause()
        gc.unfreeze()
    return times


def _feed(run: Run, events: int) -> None:
    """Add a stream of words with pings between them, which has gaps as a real one has."""
    rng = random.Random(1)
    at = 100.5
    for number in range(events):
        at += rng.lognormvariate(-4, 1)
        content = Ping() if number % 50 == 0 else Text(f" word{number}")
        name = "ping" if number % 50 == 0 else "content_block_delta"
        data = b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" word%d"}}' % number
        run.add(Event(at, number + 1, name, data, (content,)))


def _painted(app: DiptychApp, change: Callable[[], object]) -> float:
    """Milliseconds of CPU until a change is made and every row is drawn; other programs do not count."""
    began = time.thread_time()
    change()
    app.screen._compositor.render_strips()
    return 1000 * (time.thread_time() - began)
