"""Standard input as shells, scripts and schedulers provide it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from threading import Event, Thread

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no descriptors of this kind", allow_module_level=True)

from diptych.cli import prompt_input
from diptych.cli.command_error import CommandError
from diptych.cli.prompt_input import required_prompt
from tests.support.command import started

Lead = Callable[[int], None]


@pytest.fixture
def lead(monkeypatch: pytest.MonkeyPatch) -> Lead:
    """Return a function that makes a descriptor standard input."""

    def lead(descriptor: int) -> None:
        stream = open(descriptor, encoding="utf-8", closefd=False)  # noqa: SIM115 - closed with the descriptor
        monkeypatch.setattr(sys, "stdin", stream)

    return lead


def test_a_notice_says_that_an_open_pipe_is_waited_for(monkeypatch: pytest.MonkeyPatch, lead: Lead) -> None:
    said: list[str] = []
    is_said = Event()

    def echo(sentence: str, *, err: bool) -> None:
        assert err
        said.append(sentence)
        is_said.set()

    monkeypatch.setattr(prompt_input, "_NOTICE_AFTER", 0.01)
    monkeypatch.setattr("click.echo", echo)
    after = "sent after the prompt. To send none, add < /dev/null."
    for argument, what in (("sum it up", after), (None, "the prompt.")):
        is_said.clear()
        reading, writing = os.pipe()
        os.set_blocking(reading, False)  # as a parent may leave it

        def write(descriptor: int = writing) -> None:
            is_said.wait(120)
            os.write(descriptor, b"what comes late")
            os.close(descriptor)

        lead(reading)
        writer = Thread(target=write)
        writer.start()

        assert required_prompt(argument, None) == "\n\n".join(filter(None, (argument, "what comes late")))

        writer.join(120)
        os.close(reading)
        assert said.pop() == f"Waiting for standard input to end: it is {what}"
        assert not said


def test_a_pipe_that_ends_causes_no_notice(lead: Lead, capfd: pytest.CaptureFixture[str]) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"at once")
    os.close(writing)
    lead(reading)

    assert required_prompt("hi", None) == "hi\n\nat once"

    os.close(reading)
    assert capfd.readouterr().err == ""


def test_an_empty_standard_input(monkeypatch: pytest.MonkeyPatch, lead: Lead) -> None:
    for flags in (os.O_RDONLY, os.O_WRONLY):  # cron and CI open it to read, nohup to write
        nothing = os.open(os.devnull, flags)
        lead(nothing)
        assert required_prompt("hi", None) == "hi"
        os.close(nothing)
    monkeypatch.setattr(sys, "stdin", None)  # closed
    assert required_prompt("hi", None) == "hi"


def test_standard_input_that_cannot_be_read(lead: Lead) -> None:
    unreadable = os.open(os.devnull, os.O_WRONLY)
    lead(unreadable)

    with pytest.raises(CommandError, match="Standard input cannot be read: Bad file descriptor"):
        required_prompt("-", None)

    os.close(unreadable)


def test_a_signal_ends_the_wait() -> None:
    with started("run", "--demo", "hi", environment=dict(os.environ), stdin=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith(b"Waiting for standard input to end")
        process.send_signal(signal.SIGTERM)

        assert process.wait(120) == 143
