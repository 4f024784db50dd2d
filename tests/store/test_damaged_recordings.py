"""A recording with any damage opens, or is refused in one sentence."""

import json
import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.rounds import (
    as_file,
    failed,
    retried,
    round_of,
)
from tests.store.test_recording_files import use, written


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A place to write to, and a recording with lines of every kind."""
    path = tmp_path_factory.mktemp("damaged") / "a.jsonl"
    return path, as_file(path, round_of(retried(), failed("right"))).read_bytes()


_PIECES = (
    b"\n",
    b'"',
    b"{",
    b"}",
    b"[",
    b",",
    b"\xff",
    b"\0",
    b"9" * 400,
    b"1e999",
    b"NaN",
    b"-1",
    b"null",
    b"\\ud800",
)


@settings(
    max_examples=15 * settings().max_examples,
    suppress_health_check=[*settings().suppress_health_check, HealthCheck.function_scoped_fixture],
)
@given(chance=st.randoms(use_true_random=False), changes=st.integers(1, 8))
def test_damaged_bytes(sound: tuple[Path, bytes], chance: random.Random, changes: int) -> None:
    path, content = sound
    damaged = bytearray(content)
    for _ in range(changes):
        start = chance.randrange(len(damaged))
        match chance.randrange(4):
            case 0:
                damaged[start] ^= 1 << chance.randrange(8)
            case 1:
                del damaged[start : start + chance.randrange(1, 30)]
            case 2:
                damaged[start:start] = chance.choice(_PIECES)
            case _:
                damaged[start : start + 1] = chance.choice(_PIECES)
    path.write_bytes(damaged)
    use(path)


_VALUES: tuple[object, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        -0.001,
        1.5,
        2**53,
        2**63,
        10**400,
        -(10**400),
        1e300,
        -1e300,
        3e8,
        "",
        "x",
        "1e99999999",
    ),
    *(
        [],
        {},
        [[]],
        [["a", "b"]],
        {"kind": "http"},
        {"a": {}},
        "\ud800",
        "left",
        "right",
        "start",
        "end",
        "request",
        "AA==",
    ),
)


def _places(value: object, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(each for key, inner in inside for each in _places(inner, (*place, key)))]


@settings(
    max_examples=15 * settings().max_examples,
    suppress_health_check=[*settings().suppress_health_check, HealthCheck.function_scoped_fixture],
)
@given(chance=st.randoms(use_true_random=False), changes=st.integers(1, 4))
def test_values_of_other_types(sound: tuple[Path, bytes], chance: random.Random, changes: int) -> None:
    path, content = sound
    lines: list[Any] = [json.loads(line) for line in content.splitlines()]
    for _ in range(changes):
        place = chance.choice(_places(lines)[1:])
        target: Any = lines
        for key in place[:-1]:
            target = target[key]
        if isinstance(target, dict) and chance.random() < 0.2:
            del target[place[-1]]
        else:
            target[place[-1]] = deepcopy(chance.choice(_VALUES))
    use(written(path, lines))


@settings(
    max_examples=3 * settings().max_examples,
    suppress_health_check=[*settings().suppress_health_check, HealthCheck.function_scoped_fixture],
)
@given(chance=st.randoms(use_true_random=False))
def test_lines_in_another_order(sound: tuple[Path, bytes], chance: random.Random) -> None:
    path, content = sound
    header, *rest = content.splitlines(keepends=True)
    path.write_bytes(header + b"".join(chance.choices(rest, k=chance.randrange(1, 2 * len(rest)))))
    use(path)
