"""Two sizes that are on their way to a screen at the same time: the terminal's own one wins."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen

from diptych.tui import screens
from diptych.tui.textual_patches.resizing import CurrentSize
from tests.tui.fakes import FakeEngine, an_app, until

ENOUGH = 20
"""Layouts after which a screen must have come to rest: one that never does would hang the test, too."""


@pytest.mark.parametrize("keys", [[], ["ctrl+p"], ["f1"], ["f4"]])
async def test_a_screen_ignores_a_size_that_the_terminal_no_longer_has(
    keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, earlier, now = an_app(FakeEngine()), Size(70, 20), Size(100, 30)
    sizes: list[Size | None] = []

    def refresh_layout(screen: Screen[Any], size: Size | None = None, scroll: bool = False) -> None:
        sizes.append(size)
        assert len(sizes) < ENOUGH
        real(screen, size, scroll)

    async with app.run_test(size=now, notifications=True, tooltips=True) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        real = Screen._refresh_layout
        monkeypatch.setattr(Screen, "_refresh_layout", refresh_layout)
        app.screen.post_message(Resize(earlier, earlier))
        app.screen.call_later(lambda: None)  # between the two: otherwise the second one replaces the first
        app.screen.post_message(Resize(now, now))
        await until(pilot, lambda: now in sizes and app.screen._message_queue.empty())

        assert earlier not in sizes
        assert app.screen.outer_size == now


def test_every_screen_ignores_such_sizes() -> None:
    for module in pkgutil.iter_modules(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    ours = [each for each in subclasses(Screen) if each.__module__.startswith("diptych.")]

    assert [each for each in ours if not issubclass(each, CurrentSize)] == []


def subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)
