"""Each side loads its own SDK, once."""

import gc
import subprocess
import sys
import threading
import types
from dataclasses import replace

import pytest

from diptych.config.environment import configured_endpoints
from diptych.core.endpoint import ApiName
from diptych.wire import loading
from tests.support.asking import settings


def loaded_for(*names: str, environment: str = "{}", simulated: bool = False) -> set[str]:
    """What a fresh process has loaded for sides at these endpoints."""
    script = f"""
import sys
from diptych.core.settings import Settings
from diptych.config.environment import configured_endpoints
from diptych.wire.loading import load, load_prices
for name in {names!r}:
    settings = Settings(configured_endpoints({environment})[name], "m", simulated={simulated})
    load(settings)
    load_prices(settings)
print(*sys.modules)
"""
    output = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    ).stdout
    return {"anthropic", "openai", "genai_prices"} & set(output.split())


@pytest.mark.parametrize(
    ("names", "environment", "simulated", "loaded"),
    [
        (("openai", "openai-responses"), '{"OPENAI_BASE_URL": "http://localhost"}', False, {"openai"}),
        (("anthropic",), "{}", True, {"anthropic"}),
        (("openai",), "{}", False, {"openai", "genai_prices"}),
    ],
)
def test_only_what_the_sides_need_is_loaded(
    names: tuple[str, ...], environment: str, simulated: bool, loaded: set[str]
) -> None:
    assert loaded_for(*names, environment=environment, simulated=simulated) == loaded


@pytest.mark.parametrize("before", [False, True])
def test_the_sdk_does_not_load_aiohttp_and_whoever_needs_it_can(before: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[object] = []
    installed = types.ModuleType("aiohttp")
    monkeypatch.setattr(loading, "_loaded", set())
    monkeypatch.setattr(loading, "import_module", lambda _: found.append(sys.modules.get("aiohttp", "not imported")))
    monkeypatch.delitem(sys.modules, "aiohttp", raising=False)
    if before:
        monkeypatch.setitem(sys.modules, "aiohttp", installed)

    loading.load(settings("openai-chat"))

    assert found == [installed if before else None]  # None keeps Python from finding it
    assert sys.modules.get("aiohttp") is (installed if before else None)
    assert ("aiohttp" in sys.modules) is before


def test_what_is_loaded_is_frozen_once(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[None] = []
    monkeypatch.setattr("diptych.core.gc_policy.gc", gc)  # tests/conftest.py keeps others from freezing objects
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(None))
    monkeypatch.setattr(loading, "_loaded", set())
    own = settings("openai-chat")
    priced = replace(own, endpoint=configured_endpoints({})["openai"])

    for side in (own, own, priced, priced, own):
        loading.load(side)
        loading.load_prices(side)

    assert len(frozen) == 2  # the SDK, and the price list that the second side needs as well


def test_the_price_list_is_loaded_in_the_background_once_a_request_is_on_its_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imported: list[tuple[str, str]] = []
    monkeypatch.setattr(loading, "_loaded", set())
    monkeypatch.setattr(loading, "_PRICES_AFTER", 0.0)
    monkeypatch.setattr(loading, "import_module", lambda name: imported.append((name, threading.current_thread().name)))
    side = settings("openai-chat")
    others = set(threading.enumerate())
    loading.load_prices_soon(replace(side, endpoint=configured_endpoints({})["openai"]))
    loading.load_prices_soon(side)
    for thread in set(threading.enumerate()) - others:
        if isinstance(thread, threading.Timer):
            thread.join(120)

    assert [name for name, _ in imported] == ["genai_prices.data"]
    assert imported[0][1] != "MainThread"


def test_the_app_loads_in_the_background_what_both_sides_need(monkeypatch: pytest.MonkeyPatch) -> None:
    imported: list[str] = []
    monkeypatch.setattr(loading, "_loaded", set())
    monkeypatch.setattr(loading, "import_module", imported.append)
    side = replace(settings("openai-chat"), endpoint=configured_endpoints({})["openai"])
    loading.load_in_background([side])
    loading.load_in_background([side], with_prices=True)
    for thread in threading.enumerate():
        if thread.name == "warm-up":
            thread.join(120)

    assert imported == [loading._SDK_MODULES["openai-chat"], "genai_prices.data"]


@pytest.mark.parametrize("api", ["anthropic-messages", "openai-chat", "openai-responses"])
def test_an_sdk_that_cannot_be_loaded_is_tried_again(api: ApiName, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_loaded", set())
    monkeypatch.setitem(sys.modules, loading._SDK_MODULES[api], None)

    for _ in range(2):
        with pytest.raises(ImportError):
            loading.load(settings(api))
