"""The fakes can be called as what they stand for."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from diptych.engine.engine import Engine
from diptych.store.history import History
from tests.tui.fakes import FakeEngine
from tests.tui.histories import FakeHistory


@pytest.mark.parametrize(("fake", "real"), [(FakeEngine, Engine), (FakeHistory, History)])
def test_a_fake_takes_what_the_real_one_takes(fake: type[object], real: type[object]) -> None:
    common = methods(fake).keys() & methods(real).keys()

    assert len(common) > 3
    for name in common:
        assert parameters(methods(fake)[name]) == parameters(methods(real)[name]), name


def methods(kind: type[object]) -> dict[str, Callable[..., Any]]:
    return dict(inspect.getmembers(kind, lambda each: inspect.isfunction(each) and not each.__name__.startswith("_")))


def parameters(method: Callable[..., Any]) -> list[tuple[Any, ...]]:
    return [(each.name, each.kind, each.default) for each in inspect.signature(method).parameters.values()]
