"""The installed command as a separate process, with a server."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.rounds import complete, keep, round_of
from tests.support.answers import Answer, Gate, json_answer
from tests.support.command import COMMAND, PATIENT_COMMAND, diptych, pointed_at, started
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, messages

KEYS = {"ANTHROPIC_API_KEY": "sk-ant-very-secret", "OPENAI_API_KEY": "sk-oai-very-secret"}


def plan_both(server: LoopbackServer) -> None:
    server.plan(Answer(messages("Hel", "lo")).bytewise, key="/v1/messages")
    server.plan(Answer(chat("Grüße 🌍")).bytewise, key="/v1/chat/completions")


def test_run_json(server: LoopbackServer) -> None:
    plan_both(server)

    done = diptych("run", "--json", "hi", environment=pointed_at(server) | KEYS)

    assert (done.returncode, done.stderr) == (0, b"")
    round_ = json.loads(done.stdout)
    assert (round_["left"]["text"], round_["right"]["text"]) == ("Hello", "Grüße 🌍")
    assert {request.headers["authorization"] for request in server.received} == {
        f"Bearer {key}" for key in KEYS.values()
    }


CONFIG = """\
system = "Be kind."

[presets.terse]
model = "anthropic:claude-opus-5"
system = "One sentence."
max_tokens = 300
params = { temperature = 0.2, output_config = { effort = "low" } }
"""


@pytest.mark.parametrize(
    ("arguments", "left", "right"),
    [
        (("-l", "@terse"), "One sentence.", "Be kind."),
        (("-l", "@terse", "--left-system", "Rhyme."), "Rhyme.", "Be kind."),
        (("--system", "Both.", "--right-system", "Only right."), "Both.", "Only right."),
    ],
)
def test_the_settings_of_each_side_are_in_its_request(
    server: LoopbackServer, tmp_path: Path, arguments: tuple[str, ...], left: str, right: str
) -> None:
    plan_both(server)
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)

    done = diptych("run", "--json", "--config", str(config), *arguments, "hi", environment=pointed_at(server) | KEYS)

    assert (done.returncode, done.stderr) == (0, b"")
    sent = {request.target: request.json for request in server.received}
    messages_body, chat_body = sent["/v1/messages"], sent["/v1/chat/completions"]
    assert messages_body.get("system", "") == left
    assert [message["content"] for message in chat_body["messages"] if message["role"] == "system"] == [right] * bool(
        right
    )
    if "@terse" in arguments:
        assert (messages_body["model"], messages_body["max_tokens"]) == ("claude-opus-5", 300)
        assert (messages_body["temperature"], messages_body["output_config"]) == (0.2, {"effort": "low"})
        assert "temperature" not in chat_body


def test_a_refused_setting_is_named(server: LoopbackServer) -> None:
    server.plan(json_answer(400, '{"error": {"message": "`temperature` is deprecated for this model."}}'))

    done = diptych("run", "--side", "left", "-p", "temperature=0.5", "hi", environment=pointed_at(server) | KEYS)

    assert done.returncode == 1
    assert b"Change or remove temperature in the settings." in done.stdout


def test_events_come_line_by_line_while_the_stream_is_open(server: LoopbackServer) -> None:
    role, hel, *rest = chat("Hel", "lo")
    server.plan(Answer([role, hel, Gate("more"), *rest]))
    arguments = ("run", "--events", "--side", "right", "hi")
    with started(*arguments, environment=pointed_at(server) | KEYS) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = [json.loads(process.stdout.readline()) for _ in range(4)]
        assert [line.get("event") or line["note"] for line in lines] == ["request", "response", "chunk", "chunk"]

        server.open("more")
        lines += map(json.loads, process.stdout)

        assert (process.wait(), process.stderr.read()) == (0, b"")
    assert [line["event"] for line in lines if "event" in line] == [*["chunk"] * 5, "[DONE]"]
    assert (lines[-1]["note"], lines[-1]["run"]["text"]) == ("end", "Hello")
    assert "very-secret" not in json.dumps(lines)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that one process sends another")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_it_and_what_arrived_is_printed(server: LoopbackServer, number: int, code: int) -> None:
    server.plan(Answer(messages("Hel", "p!")[:-3], end="hang"))
    arguments = ("run", "--events", "--side", "left", "hi")
    with started(*arguments, environment=pointed_at(server), command=PATIENT_COMMAND) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while b"p!" not in process.stdout.readline():
            pass
        process.send_signal(number)
        rest = [json.loads(line) for line in process.stdout]

        assert (process.wait(), process.stderr.read()) == (code, b"")
    assert [line["note"] for line in rest] == ["stopped", "end"]
    assert (rest[-1]["run"]["state"], rest[-1]["run"]["text"]) == ("stopped", "Help!")
    server.gone()


def test_a_closed_pipe_ends_it_quietly(server: LoopbackServer) -> None:
    server.plan(Answer([messages("Hel")[0], Gate("closed"), *messages("Hel")[1:]], end="hang"))
    with started("run", "--events", "--side", "left", "hi", environment=pointed_at(server)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        server.open("closed")

        assert process.stderr.read() == b""
        assert process.wait() == 1
    server.gone()


def test_a_prompt_from_a_pipe(server: LoopbackServer) -> None:
    server.plan(json_answer(401, '{"error": {"message": "Bad key sk-oai-very-secret"}}'))

    done = diptych("run", "--side", "right", environment=pointed_at(server) | KEYS, stdin="wer weiß".encode())

    assert server.received[0].json["messages"] == [{"role": "user", "content": "wer weiß"}]
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"refused the key (401)" in done.stdout
    assert b"very-secret" not in done.stdout


def test_no_key_and_no_terminal() -> None:
    done = diptych("run", "hi")

    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"Error: ANTHROPIC_API_KEY is not set")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such shell")
@pytest.mark.parametrize(("argument", "said"), [("", b"There is no prompt"), ("-", b"The prompt is empty")])
def test_standard_input_that_is_closed(argument: str, said: bytes) -> None:
    command = ["/bin/sh", "-c", f'exec "$0" run {argument} <&-', str(COMMAND)]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith(b"Error: " + said)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no bash")
def test_the_shell_completes_commands() -> None:
    done = diptych(environment={"_DIPTYCH_COMPLETE": "bash_complete", "COMP_WORDS": "diptych r", "COMP_CWORD": "1"})

    assert done.stdout.decode().split() == ["plain,replay", "plain,run"]


def test_half_a_character_in_an_argument_does_not_crash(server: LoopbackServer) -> None:
    done = diptych("run", "--json", "--side", "right", "\udcff", environment=pointed_at(server))

    assert done.returncode in (1, 2)
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no bash")
def test_the_shell_completes_the_apps_options() -> None:
    done = diptych(environment={"_DIPTYCH_COMPLETE": "bash_complete", "COMP_WORDS": "diptych --l", "COMP_CWORD": "1"})

    assert done.stdout.decode().split() == ["plain,--left", "plain,--left-system", "plain,--left-param"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a file that is always full")
@pytest.mark.parametrize("arguments", [["--version"], ["run", "--help"], ["config", "show"]])
def test_output_on_a_full_disk_is_one_sentence(arguments: list[str], tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [COMMAND, *arguments],
            env=os.environ | {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert done.stderr == b"Error: The output cannot be written: No space left on device.\n"
    assert done.returncode == 1
    assert not list(tmp_path.rglob("crash-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no shell that closes an output")
@pytest.mark.parametrize("arguments", ["export", "show", "diff 1 1"])
def test_a_closed_standard_output_changes_nothing(arguments: str, tmp_path: Path) -> None:
    history = tmp_path / "history.db"
    keep(history, round_of(complete()))
    done = subprocess.run(
        ["/bin/sh", "-c", f"{COMMAND} {arguments} --history {history} >&-"],
        env=os.environ | {"HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.rglob("crash-*"))
