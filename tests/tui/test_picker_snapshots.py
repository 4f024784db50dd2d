"""Pictures of the model picker."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from diptych.core.endpoint import Endpoint, Prices
from diptych.core.offered_models import ModelList, NoModelList, OfferedModel
from tests.tui.fakes import FakeCatalog, FakeEngine, an_app, see
from tests.tui.histories import FakeHistory, a_round, a_run
from tests.tui.screens.test_model_picker import LOCAL, configured

SIZES = [(60, 20), (80, 24), (120, 40)]
NOW = 1_795_600_000.0
SERVERS = [
    LOCAL,
    Endpoint("gateway", "openai-chat", "https://models.test/v1", "GATEWAY_KEY"),
    Endpoint("laptop", "openai-chat", "http://localhost:8081/v1", "KEY"),
]


def a_catalog() -> FakeCatalog:
    catalog = FakeCatalog()
    prices = Prices(Decimal("0.1"), Decimal("0.4"))
    local = [OfferedModel("qwen3:8b", "Qwen 3 8B", 131_072), OfferedModel("evil\x1b[2J[red]not red[/] \u202eabc")]
    gateway = [
        OfferedModel("meta-llama/llama-4-maverick-instruct", "Meta: Llama 4 Maverick", 1_048_576, prices),
        OfferedModel("模型/一个名字很长的模型" * 6, "", 32_768, prices),
    ]
    catalog.answer("local", ModelList(tuple(local), NOW - 20))
    catalog.answer("gateway", ModelList(tuple(gateway), NOW - 200))
    catalog.answer(
        "laptop",
        NoModelList("unreachable", "localhost:8081 refused the connection. Is the server running? Check base_url."),
    )
    return catalog


@pytest.mark.parametrize("typed", [pytest.param("", id="all"), pytest.param("ma", id="filtered")])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_picker(
    snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], typed: str
) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)
    history = FakeHistory(a_round(1, "hi", a_run(model="claude-opus-5"), a_run("right")))
    app = an_app(FakeEngine(), catalog=a_catalog(), configuration=configured(*SERVERS), history=history)

    async def before(pilot: Pilot[Any]) -> None:
        await pilot.press("f3")
        await see(pilot, "Enter takes the marked line.")
        app.screen.query_one(Input).cursor_blink = False
        await pilot.press(*typed)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)
