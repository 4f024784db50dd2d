"""The command `serve`: what it serves, what it says, and how it ends."""

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from diptych.cli import serve_command
from diptych.codec.recording_lines import recording_objects
from diptych.core.blind import Blind
from diptych.core.json_text import to_json
from diptych.core.round import Round
from diptych.replay.folding import fold
from tests.captures.untimed import untimed_recording
from tests.cli.test_commands import diptych, sentence
from tests.store import experiments
from tests.store.rounds import BEGAN, DATE, as_file, complete, failed, keep, new_run, of_older_version, round_of
from tests.support.command import PATIENT_COMMAND, started

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from subprocess import Popen


@contextmanager
def _serving(*arguments: str) -> Iterator[tuple["Popen[bytes]", int]]:
    """Run the command, and yield it with its port."""
    with started("serve", *arguments, environment=dict(os.environ), command=PATIENT_COMMAND) as process:
        assert process.stdout is not None
        first, second = process.stdout.readline().decode(), process.stdout.readline().decode()
        port = int(first.rpartition(":")[2])
        assert (first, second) == (
            f"ANTHROPIC_BASE_URL=http://127.0.0.1:{port}\n",
            f"OPENAI_BASE_URL=http://127.0.0.1:{port}/v1\n",
        )
        yield process, port


def _ask(port: int, model: str = "some-model") -> tuple[int, bytes]:
    """Return the status and body of an answer. The recorded request has no messages, so that any are taken."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    body = json.dumps({"model": model, "stream": True, "messages": []})
    connection.request("POST", "/v1/chat/completions", body)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def _end(process: "Popen[bytes]") -> tuple[int, str]:
    """Return the exit code, and what was said on standard error."""
    assert process.stderr is not None
    said = process.stderr.read().decode()
    return process.wait(), said


def _log(said: str) -> list[str]:
    """Return the lines about requests without their times."""
    return [line.partition(" ")[2] for line in said.splitlines() if line[2] == ":"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit another process")
def test_clients_wait_while_there_are_no_descriptors_and_the_limit_is_named(tmp_path: Path) -> None:
    file = as_file(tmp_path / "round.jsonl", round_of(complete("left", "Hel")))

    with _serving(str(file), "--speed", "0") as (process, port):
        assert process.stderr is not None
        open_now = 1 + max(int(each.name) for each in Path(f"/proc/{process.pid}/fd").iterdir())
        _, highest = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (open_now, highest))
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            said = process.stderr.readline().decode()
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (highest, highest))
            client.sendall(b"GET /v1/models HTTP/1.1\r\nhost: a\r\n\r\n")
            assert client.recv(15) == b"HTTP/1.1 200 OK"
        process.send_signal(signal.SIGTERM)
        rest = _end(process)[1]

    assert said == (
        f"New clients have to wait: this process may have only {open_now} files and connections open at a time"
        " (ulimit -n).\n"
    )
    assert _log(rest) == ["GET /v1/models: models"]


def test_a_round_of_the_history_is_served_until_a_signal(tmp_path: Path) -> None:
    history = tmp_path / "history.db"
    keep(history, round_of(complete("left", "Hel"), complete("right", "Salut")))

    with _serving("1", "--history", str(history), "--speed", "0") as (process, port):
        assert b"Hel" in _ask(port)[1]
        assert b"Salut" in _ask(port)[1]
        assert _ask(port, "else")[0] == 404
        process.send_signal(signal.SIGTERM)
        code, said = _end(process)

    lines = _log(said)
    assert (code, len(lines)) == (143, 3)
    assert lines[0].startswith("openai-chat some-model: 1:left (200), sent whole after ")
    assert lines[2].startswith(
        "openai-chat else: 404. No recording matches this request. Nearest is 1:left: the model is"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that one process sends another")
def test_once_says_what_was_not_played(tmp_path: Path) -> None:
    file = as_file(tmp_path / "a.jsonl", round_of(complete("left", "Hel"), complete("right", "Salut")))

    with _serving(str(file), "--once", "--speed", "0") as (process, port):
        _ask(port)
        _ask(port, "else")
        process.send_signal(signal.SIGINT)
        code, said = _end(process)

    assert code == 1
    assert f"Not played: {file}:right.\n" in said
    assert said.endswith("1 request could not be answered.\n")


def test_a_signal_after_the_last_answer_changes_nothing(tmp_path: Path) -> None:
    file = as_file(tmp_path / "a.jsonl", round_of(complete("left", "Hel"), complete("right", "Salut")))

    with _serving(f"{file}:right", "--once", "--speed", "0") as (process, port):
        assert _ask(port)[0] == 200
        process.terminate()
        code, said = _end(process)

    assert (code, "crashed" in said) == (0, False)


def test_once_ends_by_itself(tmp_path: Path) -> None:
    file = as_file(tmp_path / "a.jsonl", round_of(complete("left", "Hel"), complete("right", "Salut")))
    with _serving(f"{file}:right", "--once", "--speed", "0") as (process, port):
        assert b"Salut" in _ask(port)[1]
        assert _end(process)[0] == 0


def test_an_experiment_is_served_in_its_order(tmp_path: Path) -> None:
    history = tmp_path / "history.db"
    experiments.asked(history, experiments.plan_of("a", "b", repeats=2))

    with _serving("x1:left", "--history", str(history), "--once", "--speed", "0") as (process, port):
        for _ in range(4):
            assert _ask(port)[0] == 200
        code, said = _end(process)

    assert code == 0
    assert [line.split()[2] for line in _log(said)] == ["1:left", "2:left", "3:left", "4:left"]


def test_recordings_of_older_versions_are_framed_anew(tmp_path: Path) -> None:
    file = as_file(tmp_path / "a.jsonl", round_of(of_older_version()))
    with _serving(str(file), "--once", "--speed", "0") as (process, port):
        assert _ask(port)[1].startswith(b"data: ")
        assert _end(process)[1].startswith(
            "1 recorded answer is of an older version, which did not keep the exact bytes: its events are framed anew."
        )


def test_what_cannot_be_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = tmp_path / "history.db"
    monkeypatch.setenv("DIPTYCH_HISTORY", str(history))
    blind = Round("hi", BEGAN, (complete("left"), complete("right")), DATE, blind=Blind(7, ("right", "left")))
    keep(history, round_of(complete()), blind, round_of(new_run()))

    assert sentence("serve", "7") == "There is no round 7 in the history."
    assert sentence("serve", "1:right") == "There is no answer 1:right."
    assert sentence("serve", "x3").startswith("There is no experiment x3")
    assert sentence("serve", "2").startswith("Round 2 is blind and has no vote yet: vote first")
    assert sentence("serve", "3") == "3 holds no request: there is nothing to serve."
    assert sentence("serve", str(tmp_path / "no.jsonl")).startswith(f"The recording {tmp_path / 'no.jsonl'} cannot be")
    for speed in ("-1", "nan", "inf"):
        assert "use a positive number, or 0 for at once." in diptych("serve", "1", f"--speed={speed}").stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert sentence("serve", "1", "--port", str(port)) == f"Port {port} cannot be used: Address already in use."


def test_a_blind_round_is_served_if_the_user_insists(tmp_path: Path) -> None:
    history = tmp_path / "history.db"
    keep(history, Round("hi", BEGAN, (complete("left"), failed("right")), DATE, blind=Blind(7, ("right", "left"))))
    with _serving("1", "--history", str(history), "--reveal", "--speed", "0") as (_, port):
        assert _ask(port)[0] == 200


def test_answers_whose_events_have_no_known_times_are_told_of(tmp_path: Path) -> None:
    path = tmp_path / "capture.jsonl"
    path.write_text("".join(f"{to_json(line)}\n" for line in recording_objects(fold(untimed_recording()))))

    assert serve_command._answers([str(path)], None, lenient=False, reveal=False)[1] == (
        "1 recorded answer comes from a capture that does not say when the events arrived: they are sent at once."
    )
