"""The command that prints a key: run once, when the key is needed, and never quoted."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from diptych.apis.failures import ConfigurationError
from diptych.core.endpoint import Endpoint
from diptych.core.secrets.printed_keys import PrintedKeys
from diptych.core.secrets.values import Secret, Secrets
from diptych.wire import key_command
from diptych.wire.key_command import ensure_key

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a Unix shell")

KEY = "sk-printed-0123456789"


def endpoint(*command: str, printed: PrintedKeys | None = None) -> Endpoint:
    return Endpoint(
        *("local", "openai-chat", "https://models.test", "key_command of [endpoints.local]"),
        key_command=command,
        environment=Secrets((), printed or PrintedKeys()),
    )


def shell(script: str, printed: PrintedKeys | None = None) -> Endpoint:
    return endpoint("sh", "-c", script, printed=printed)


async def problem_of(asked: Endpoint) -> str:
    with pytest.raises(ConfigurationError) as raised:
        await ensure_key(asked)
    assert asked.sent_key is None
    return str(raised.value)


@pytest.mark.parametrize("script", [f"echo {KEY}", f"printf {KEY}", f"printf '{KEY}\\r\\n'"])
async def test_the_key_is_the_output_without_its_line_break(script: str) -> None:
    asked = shell(script)
    await ensure_key(asked)

    assert asked.sent_key == Secret(KEY)
    assert asked.secrets.scrub(f"a {KEY}") == "a [redacted]"


async def test_it_runs_without_a_shell() -> None:
    asked = endpoint("printf", "%s", "$HOME;*|`x`")
    await ensure_key(asked)

    assert asked.sent_key == Secret("$HOME;*|`x`")


async def test_it_runs_once_however_many_requests_begin(tmp_path: Path) -> None:
    asked = shell(f"echo ran >> {tmp_path}/runs; echo {KEY}")
    await asyncio.gather(*(ensure_key(asked) for _ in range(5)))
    await ensure_key(asked)

    assert (tmp_path / "runs").read_text() == "ran\n"


async def test_it_runs_again_for_a_key_that_was_refused(tmp_path: Path) -> None:
    asked = shell(f"echo x >> {tmp_path}/runs; printf 'key-number-%s' $(wc -l < {tmp_path}/runs)")
    await ensure_key(asked)
    first = asked.sent_key
    await ensure_key(asked, refused=Secret("an-earlier-key"))
    assert asked.sent_key == first == Secret("key-number-1")

    await ensure_key(asked, refused=first)

    assert asked.sent_key == Secret("key-number-2")
    assert asked.secrets.scrub("key-number-1 key-number-2") == "[redacted] [redacted]"


async def test_it_can_neither_read_nor_write_the_terminal(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPG_TTY", "/dev/pts/0")
    asked = shell('echo noise >&2; cat; echo noise > /dev/tty || true; printf "key-with-${GPG_TTY:-nothing}"')
    await ensure_key(asked)

    assert asked.sent_key == Secret("key-with-nothing")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("exit 3", "ended with exit code 3. Run the command in a terminal to see why."),
        (f"echo {KEY}; exit 1", "ended with exit code 1. Run the command in a terminal to see why."),
        ("kill -9 $$", "was ended by signal 9. Run the command in a terminal to see why."),
        ("true", "printed nothing."),
        ("echo", "printed nothing."),
        ("echo a secret", "printed something that cannot be a key: it must print the key alone, on one line."),
        (
            "echo secret; echo secret",
            "printed something that cannot be a key: it must print the key alone, on one line.",
        ),
        (
            "printf 'secret\\033[31m'",
            "printed something that cannot be a key: it must print the key alone, on one line.",
        ),
        ("printf 's\\351cret\\0'", "printed something that cannot be a key: it must print the key alone, on one line."),
        ("yes secret", "prints more than a key can be: 16,384 bytes and more."),
    ],
)
async def test_what_is_wrong_is_told_in_a_sentence_without_the_output(script: str, sentence: str) -> None:
    assert await problem_of(shell(script)) == f"key_command of [endpoints.local] {sentence}"


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("/no/such/program", "names a program that cannot be found: /no/such/program."),
        ("/", "names a program that cannot be run (Permission denied): /."),
        ("a\0b", "holds a character that no command can have."),
    ],
)
async def test_what_cannot_be_run(program: str, sentence: str) -> None:
    assert await problem_of(endpoint(program)) == f"key_command of [endpoints.local] {sentence}"


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return "Z" in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3] if Path("/proc").exists() else False


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not reached():  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("script", ["sleep 99 & echo $! > {pid}; wait", "exec >&-; echo $$ > {pid}; sleep 99"])
async def test_one_that_takes_too_long_is_ended_with_its_children(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    start = key_command._RunningCommand._start

    def start_and_wait(running: key_command._RunningCommand) -> subprocess.Popen[bytes]:
        process = start(running)
        while not (pid.exists() and pid.read_text().endswith("\n")):  # a busy machine takes long to start the shell
            assert process.poll() is None
        return process

    monkeypatch.setattr(key_command._RunningCommand, "_start", start_and_wait)
    monkeypatch.setattr(key_command, "TIME_LIMIT", 0.2)

    sentence = await problem_of(shell(script.format(pid=pid)))

    assert sentence == "key_command of [endpoints.local] did not end within 0.2 s."
    await until(lambda: is_gone(int(pid.read_text())))


async def test_a_process_that_it_leaves_with_its_output_is_ended_and_the_key_used(tmp_path: Path) -> None:
    asked = shell(f"sleep 99 & echo $! > {tmp_path}/pid; echo {KEY}")
    began = time.monotonic()
    await ensure_key(asked)

    assert asked.sent_key == Secret(KEY)
    assert time.monotonic() - began < 60
    await until(lambda: is_gone(int((tmp_path / "pid").read_text())))


async def test_one_that_is_not_needed_any_more_is_ended(tmp_path: Path) -> None:
    asked = shell(f"echo $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid; sleep 99; echo {KEY}")
    running = asyncio.create_task(ensure_key(asked))
    await until((tmp_path / "pid").exists)
    began = time.monotonic()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    await until(lambda: is_gone(int((tmp_path / "pid").read_text())))
    await ensure_key(shell("echo another-printed-key"))  # comes after the one that was cancelled
    assert time.monotonic() - began < 60
    assert asked.sent_key is None


async def test_one_that_waits_for_another_does_not_begin_once_it_is_not_needed(tmp_path: Path) -> None:
    printed = PrintedKeys()
    first = shell(f"echo x > {tmp_path}/began; while ! [ -e {tmp_path}/go ]; do sleep 0.01; done; echo {KEY}", printed)
    second = shell(f"echo x > {tmp_path}/second; echo {KEY}", printed)
    running = asyncio.create_task(ensure_key(first))
    await until((tmp_path / "began").exists)
    waiting = asyncio.create_task(ensure_key(second))
    await asyncio.sleep(0)
    waiting.cancel()
    (tmp_path / "go").touch()
    await running
    await ensure_key(shell("echo another-printed-key", printed))  # comes after the one that was cancelled

    assert not (tmp_path / "second").exists()


async def test_an_endpoint_without_a_command_needs_nothing() -> None:
    await ensure_key(endpoint())
    await ensure_key(Endpoint("e", "openai-chat", "https://x.test", "K", key_command=("false",)))


async def test_one_that_is_not_needed_any_more_while_it_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = shell(f"echo {KEY}; sleep 99")
    start = key_command._RunningCommand._start
    started: list[subprocess.Popen[bytes]] = []

    def start_and_end(running: key_command._RunningCommand) -> subprocess.Popen[bytes]:
        started.append(start(running))
        running.end()
        return started[0]

    monkeypatch.setattr(key_command._RunningCommand, "_start", start_and_end)
    await ensure_key(asked)

    assert asked.sent_key is None
    assert started[0].returncode == -9


async def test_where_there_are_no_process_groups_only_the_command_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "killpg")
    monkeypatch.setattr(key_command, "TIME_LIMIT", 0.2)

    assert await problem_of(endpoint("sleep", "99")) == "key_command of [endpoints.local] did not end within 0.2 s."
