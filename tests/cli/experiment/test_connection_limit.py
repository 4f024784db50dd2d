"""Whether the connections of an experiment fit into the limit of this process."""

import sys
from dataclasses import replace

import pytest

from diptych.cli.command_error import CommandError
from diptych.cli.experiment.connection_limit import (
    make_room_for_connections,
    most_connections,
    most_connections_to_judge,
)
from diptych.core.endpoint import Connection
from diptych.core.experiment.plan import Plan
from diptych.core.settings import Settings
from tests.support.asking import settings

if sys.platform == "win32":
    pytest.skip("Windows has no limit of open files", allow_module_level=True)

import resource


def model(name: str, limit: int | None = None) -> Settings:
    """Return a model of an endpoint of this name, which gets at most `limit` requests at once."""
    asked = settings("openai-chat")
    return replace(asked, endpoint=replace(asked.endpoint, name=name, connection=Connection(concurrency=limit)))


def test_each_model_of_a_round_has_a_connection() -> None:
    plan = Plan((), {"a": model("one"), "b": model("one"), "c": model("two")})

    assert most_connections(plan, 40, 1_000) == 120
    assert most_connections(plan, 40, 7) == 7  # the experiment is nearly whole
    assert most_connections(replace(plan, sequential=True), 40, 1_000) == 40


def test_an_endpoint_has_no_more_connections_than_it_may_get_requests() -> None:
    plan = Plan((), {"a": model("one", 10), "b": model("one", 10), "c": model("two")})

    assert most_connections(plan, 40, 1_000) == 50


def test_a_judge_has_no_more_connections_than_verdicts_and_its_endpoint_allow() -> None:
    assert most_connections_to_judge(model("one"), 40, 1_000) == 40
    assert most_connections_to_judge(model("one"), 40, 7) == 7
    assert most_connections_to_judge(model("one", 10), 40, 1_000) == 10
    assert most_connections_to_judge(replace(model("one"), simulated=True), 40, 1_000) == 0


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The limit and the highest limit of a process, the present ones last."""
    had = [(256, 1_000)]

    def set_limits(kind: int, both: tuple[int, int]) -> None:
        assert kind == resource.RLIMIT_NOFILE
        had.append(both)

    monkeypatch.setattr(resource, "getrlimit", lambda kind: had[-1])
    monkeypatch.setattr(resource, "setrlimit", set_limits)
    return had


def test_a_limit_that_suffices_stays(limits: list[tuple[int, int]]) -> None:
    limits[:] = [(resource.RLIM_INFINITY, resource.RLIM_INFINITY)]
    make_room_for_connections(100_000)
    limits[:] = [(1_024, 1_024)]
    make_room_for_connections(500)
    limits[:] = [(8, 8)]
    make_room_for_connections(0)  # only simulated models

    assert limits == [(8, 8)]


@pytest.mark.parametrize(("highest", "raised"), [(5_000, 756), (700, 700), (resource.RLIM_INFINITY, 756)])
def test_a_limit_is_raised_as_far_as_it_is_needed(limits: list[tuple[int, int]], highest: int, raised: int) -> None:
    limits[:] = [(256, highest)]

    make_room_for_connections(500)

    assert limits[-1] == (raised, highest)


def test_what_cannot_fit_is_refused_before_anything_is_sent(limits: list[tuple[int, int]]) -> None:
    limits[:] = [(64, 64)]
    make_room_for_connections(40)

    with pytest.raises(CommandError) as refused:
        make_room_for_connections(80)
    assert refused.value.message == (
        "This needs 80 connections at a time, but this process may have only 64 files and connections open: raise that "
        "limit (ulimit -n), or use a smaller --concurrency."
    )


def test_a_limit_that_the_system_does_not_raise_is_the_one_that_counts(
    limits: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(kind: int, both: tuple[int, int]) -> None:
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)

    make_room_for_connections(200)
    with pytest.raises(CommandError, match="only 256 files"):
        make_room_for_connections(500)
