"""An experiment is killed and resumed until it is whole: no complete answer is asked twice, and none is missing."""

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.answers import Answer, Gate
from tests.support.command import PATIENT_COMMAND, diptych, pointed_at, started
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, chunk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")

CONCURRENCY = 2
CONFIG = '[endpoints.{name}]\napi = "openai-chat"\nbase_url = "{url}/v1"\n'


@pytest.fixture
def environment(server: LoopbackServer, tmp_path: Path) -> dict[str, str]:
    config = tmp_path / "config.toml"
    config.write_text("".join(CONFIG.format(name=name, url=server.url) for name in "ab"))
    return pointed_at(server) | {"DIPTYCH_HISTORY": str(tmp_path / "history.db"), "DIPTYCH_CONFIG": str(config)}


def stored_rows(environment: dict[str, str]) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(environment["DIPTYCH_HISTORY"])) as connection:
        return [json.loads(text) for (text,) in connection.execute("SELECT row FROM answers")]


def numbered(server: LoopbackServer, model: str, count: int) -> None:
    """Answer with the number of the answer as its ID, so that each can be found again."""
    for number in range(count):
        identified = [chunk({"content": "hi"}, id=f"{model}{number}"), *chat()[1:]]
        server.plan(Answer([0.01, identified[0], 0.03, *identified[1:]]), key=model)


def test_after_every_kill_the_rest_is_asked_and_no_answer_twice(
    server: LoopbackServer, environment: dict[str, str]
) -> None:
    numbered(server, "x", 40)
    numbered(server, "y", 40)
    command = ["run", "-m", "a:x", "-m", "b:y", "--repeat", "10", "--concurrency", str(CONCURRENCY), "--rows", "Say hi"]
    printed: list[dict[str, Any]] = []
    in_flight = 0
    for kill_after in (3, 2):
        with started(*command, environment=environment) as process:
            assert process.stdout is not None
            printed += [json.loads(process.stdout.readline()) for _ in range(kill_after)]
            process.kill()
        in_flight += 2 * CONCURRENCY
        command = ["run", "--resume", "x1", "--rows"]

    last = diptych(*command, environment=environment)

    assert last.returncode == 0
    printed += map(json.loads, last.stdout.splitlines())
    rows = stored_rows(environment)
    assert {(row["repeat"], row["label"]) for row in rows} == {
        (repeat, label) for repeat in range(1, 11) for label in ("a:x", "b:y")
    }
    assert {row["state"] for row in rows} == {"complete"}
    assert len({row["response_id"] for row in rows}) == 20
    # What was printed is what is recorded, and nothing of it was asked again.
    assert {row["response_id"] for row in printed} <= {row["response_id"] for row in rows}
    assert len(server.received) <= 20 + in_flight


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_what_streams_and_prints_what_there_is(
    server: LoopbackServer, environment: dict[str, str], number: int, code: int
) -> None:
    server.plan(Answer(chat("one")), Answer([*chat("two")[:2], Gate("never")]), key="x")
    server.plan(Answer(chat("uno")), Answer([*chat("dos")[:2], Gate("never")]), key="y")
    command = ("run", "-m", "a:x", "-m", "b:y", "--repeat", "3", "--json", "Say hi")
    with started(*command, environment=environment, command=PATIENT_COMMAND) as process:
        server.arrived(4)
        process.send_signal(number)
        out, err = process.communicate()

    assert process.returncode == code
    models = json.loads(out)["models"]
    assert {label: model["states"] for label, model in models.items()} == {
        label: {"complete": 1, "stopped": 1} for label in ("a:x", "b:y")
    }
    assert b"x1: 2 of 6 answers. Ask for the rest with `diptych run --resume x1`.\n" in err
    assert {row["state"] for row in stored_rows(environment)} == {"complete", "stopped"}


def test_an_experiment_that_is_being_asked_cannot_be_resumed(
    server: LoopbackServer, environment: dict[str, str]
) -> None:
    server.plan(Answer([*chat("one")[:2], Gate("end")]), key="x")
    with started("run", "-m", "a:x", "--repeat", "2", "Say hi", environment=environment, stdin=subprocess.DEVNULL):
        server.arrived(1)
        second = diptych("run", "--resume", "x1", environment=environment)

    assert (second.returncode, second.stderr) == (
        2,
        b"Error: x1 is being asked by another Diptych: wait until that has ended.\n",
    )
