"""How long the model picker takes to show 2,000 models, and to filter them at every key."""

import asyncio
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from textual.widgets import Input

from diptych.config.configuration import Configuration, CurrentConfiguration
from diptych.core.endpoint import Endpoint, Prices
from diptych.core.offered_models import ModelList, OfferedModel
from diptych.tui.app import DiptychApp
from diptych.tui.screens.model_picker import ModelScreen
from tests.bench.bench import Bench
from tests.bench.figures import Figure, percentile
from tests.tui.fakes import ANTHROPIC, OPENAI, FakeCatalog, FakeEngine, an_app, see

_MODELS = 2_000
_FRAME = 33.3
"""Milliseconds of one frame at 30 per second."""
_QUERIES = ("m", "mo", "model", "model-17", "model-17 vendor3", "vnd", "instruct 7b", "zz", "local:new", "")


def picker(bench: Bench) -> Iterator[Figure]:
    """From a change of the list, or of the typed text, to the rows that are painted then, in the app's own process."""
    opening, filtering = asyncio.run(_measure(len(bench.repeats(20, 5))))
    yield Figure(
        f"{_MODELS:,} models in the picker: shown, p95", percentile(opening, 95), "ms", _FRAME, remark=_most(opening)
    )
    yield Figure(
        f"{_MODELS:,} models in the picker: filtered, p95",
        percentile(filtering, 95),
        "ms",
        _FRAME,
        remark=_most(filtering),
    )


async def _measure(repeats: int) -> tuple[list[float], list[float]]:
    local = Endpoint("local", "openai-chat", "http://localhost/v1", "KEY")
    endpoints = {each.name: each for each in (ANTHROPIC, OPENAI, local)}
    configuration = CurrentConfiguration(lambda: Configuration(Path("config.toml"), endpoints))
    catalog = FakeCatalog()
    prices = Prices(Decimal("0.3"), Decimal("1.5"))
    catalog.answer(
        "local",
        ModelList(
            tuple(
                OfferedModel(f"vendor{number % 40}/model-{number}b-instruct", f"Model {number}", 131_072, prices)
                for number in range(_MODELS)
            ),
            time.time(),
        ),
    )
    app = an_app(FakeEngine(), catalog=catalog, configuration=configuration)
    opening: list[float] = []
    filtering: list[float] = []
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f2")
        await see(pilot, f"{_MODELS:,} models", "Enter takes")
        screen = app.screen
        assert isinstance(screen, ModelScreen)
        box = screen.query_one(Input)
        for _ in range(repeats):
            opening.append(_painted(app, screen.show_rows))
            for query in _QUERIES:
                box.value = query
                filtering.append(_painted(app, screen.show_rows))
            await pilot.pause()
    return opening, filtering


def _painted(app: DiptychApp, change: Callable[[], None]) -> float:
    """Milliseconds until a change is made and every row is drawn."""
    began = time.perf_counter()
    change()
    app.screen._compositor.render_strips()
    return 1000 * (time.perf_counter() - began)


def _most(times: list[float]) -> str:
    return f"p50 {percentile(times, 50):.1f} ms, most {max(times):.1f} ms"
