"""`diptych run --ray` on a cluster of two workers."""

import json
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from tests.cluster.conftest import KEY, Cluster, driver
from tests.support.answers import Answer, Gate
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, chunk

Row = dict[str, Any]


def run(*arguments: str, environment: dict[str, str]) -> tuple[int, list[Row], bytes]:
    """Run the command with `--rows`; return its exit code, its rows, and what it printed on standard error."""
    with driver("run", "--rows", *arguments, environment=environment) as process:
        out, err = process.communicate()
    print(err.decode())  # pytest shows it if the test fails
    return process.returncode, list(map(json.loads, out.splitlines())), err


def wait_for(happened: Callable[[], bool]) -> None:
    """Return when something has happened; a cluster on a busy machine takes long for everything."""
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def stored_rows(environment: dict[str, str]) -> list[Row]:
    with closing(sqlite3.connect(environment["DIPTYCH_HISTORY"])) as connection:
        return [json.loads(text) for (text,) in connection.execute("SELECT row FROM answers")]


def answers(rows: list[Row]) -> list[tuple[int, str]]:
    return sorted((row["repeat"], row["label"]) for row in rows)


def planned(repeats: int) -> list[tuple[int, str]]:
    return [(repeat, label) for repeat in range(1, repeats + 1) for label in ("a:x", "b:y")]


def test_an_experiment_is_asked_by_the_workers(
    cluster: Cluster, server: LoopbackServer, environment: dict[str, str]
) -> None:
    for number in range(4):
        for model in "xy":
            identified = [chunk({"content": f"Bonjour {number}"}, id=f"{model}{number}"), *chat()[1:]]
            server.plan(Answer([0.02, identified[0], 0.02, *identified[1:]]), key=model)

    code, rows, err = run(
        *("-m", "a:x", "-m", "b:y", "--repeat", "4", "--concurrency", "4", "--check", "contains=Bonjour"),
        *("--region", "here", "--ray", cluster.address, "--yes", "Say hi"),
        environment=environment,
    )

    assert (code, answers(rows)) == (0, planned(4))
    assert {row["state"] for row in rows} == {"complete"}
    assert all(row["host"] and row["region"] == "here" and row["versions"]["diptych"] for row in rows)
    assert all(check["passed"] for row in rows for check in row["checks"])
    assert all(row["checks"] for row in rows)
    assert sorted(rows, key=json.dumps) == sorted(stored_rows(environment), key=json.dumps)
    assert b"ray" not in err.lower().replace(b"ray cluster", b"")
    with driver("show", str(rows[0]["round"]), environment=environment) as process:
        shown = process.communicate()[0]
    assert b"Bonjour" in shown
    # The driver has no key, and nothing of Ray has seen those of the workers.
    assert {request.headers["authorization"] for request in server.received} == {f"Bearer {KEY}"}
    logged = [path for path in cluster.folder.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert not logged


def slow(server: LoopbackServer, count: int) -> None:
    """Answer each model so often, each time with another ID and after a moment."""
    for number in range(count):
        for model in "xy":
            identified = [chunk({"content": "hi"}, id=f"{model}{number}"), *chat()[1:]]
            server.plan(Answer([0.05, identified[0], 0.05, *identified[1:]]), key=model)


def assert_whole(environment: dict[str, str], repeats: int) -> list[Row]:
    rows = stored_rows(environment)
    assert answers(rows) == planned(repeats)
    assert {row["state"] for row in rows} == {"complete"}
    assert len({row["response_id"] for row in rows}) == len(rows)
    return rows


def test_rounds_of_a_worker_that_is_killed_are_asked_again(
    cluster: Cluster, server: LoopbackServer, environment: dict[str, str]
) -> None:
    for model in "xy":  # the first two rounds are in flight until one worker is killed
        first = [[chunk({"content": "hi"}, id=f"{model}-{number}"), *chat()[1:]] for number in range(2)]
        server.plan(*(Answer([Gate("killed"), *chunks]) for chunks in first), key=model)
    slow(server, 8)
    options = ("-m", "a:x", "-m", "b:y", "--repeat", "8", "--concurrency", "2", "--yes", "--rows")
    with driver("run", *options, "--ray", cluster.address, "Say hi", environment=environment) as process:
        wait_for(lambda: len(server.received) >= 3)
        os.kill(cluster.workers()[0], signal.SIGKILL)
        server.open("killed")
        out, err = process.communicate()

    assert process.returncode == 0, err
    rows = assert_whole(environment, 8)
    printed = list(map(json.loads, out.splitlines()))
    assert answers(printed) == planned(8)
    assert {row["response_id"] for row in printed} == {row["response_id"] for row in rows}
    assert 16 < len(server.received) <= 16 + 2


def test_a_driver_that_is_killed_is_resumed_and_its_actors_end(
    cluster: Cluster, server: LoopbackServer, environment: dict[str, str]
) -> None:
    slow(server, 14)
    options = ("-m", "a:x", "-m", "b:y", "--repeat", "8", "--concurrency", "2", "--yes", "--rows")
    with driver("run", *options, "--ray", cluster.address, "Say hi", environment=environment) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    code, _, err = run("--resume", "x1", "--ray", cluster.address, environment=environment)

    assert code == 0, err
    assert_whole(environment, 8)
    assert len(server.received) <= 16 + 4
    wait_for(lambda: not cluster.workers())


def test_ctrl_c_stops_what_streams(cluster: Cluster, server: LoopbackServer, environment: dict[str, str]) -> None:
    for model in "xy":
        server.plan(*(Answer([chat("begun")[0], Gate("never")]) for _ in range(2)), key=model)
    options = ("-m", "b:x", "-m", "b:y", "--repeat", "2", "--yes", "--json")
    with driver("run", *options, "--ray", cluster.address, "Say hi", environment=environment) as process:
        wait_for(lambda: len(server.received) >= 2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()

    assert process.returncode == 130
    assert {label: model["states"] for label, model in json.loads(out)["models"].items()} == {
        "b:x": {"stopped": 1},
        "b:y": {"stopped": 1},
    }
    assert b"Ask for the rest with `diptych run --resume x1`." in err
    assert b"Traceback" not in err


def test_a_budget_holds_for_all_workers(cluster: Cluster, server: LoopbackServer, environment: dict[str, str]) -> None:
    slow(server, 8)
    # A round may cost 2.14 dollars at most. After the first one, there is not enough left for another.
    options = ("-m", "a:x", "-m", "b:y", "--repeat", "8", "--concurrency", "4", "--max-tokens", "1000", "--yes")
    code, rows, err = run(*options, "--budget", "2.15", "--ray", cluster.address, "Say hi", environment=environment)

    assert code == 3, err
    assert len(rows) == len(server.received) == 2


@pytest.mark.parametrize(
    ("model", "address", "sentence"),
    [
        ("keyless:x", "", "Error: keyless:x cannot be asked from {host}: NOBODYS_KEY"),
        ("a:x", "127.0.0.1:1", "Error: There is no Ray cluster at 127.0.0.1:1: "),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_sentence(
    cluster: Cluster, environment: dict[str, str], model: str, address: str, sentence: str
) -> None:
    code, rows, err = run("-m", model, "--ray", address or cluster.address, "Say hi", environment=environment)

    assert (code, rows) == (2, [])
    assert err.decode().splitlines()[-1].startswith(sentence.format(host=socket.gethostname()))
