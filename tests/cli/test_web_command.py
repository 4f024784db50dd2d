"""The command that shows the app in a browser: what it refuses, and how it starts the apps."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from diptych.cli import run_web
from tests.cli.test_commands import diptych, sentence

PROGRAM = [sys.executable, "-P", "-m", "diptych"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the server was started with: host, port, and the words of the first two apps."""
    calls: list[Any] = []

    def run(host: str, port: int, commands: Iterator[Sequence[str]], *, opens: bool) -> None:
        calls.extend((host, port, *islice(commands, 2), opens))

    monkeypatch.setattr(run_web, "run_web", run)
    return calls


def test_the_options_of_the_app_are_passed_on(started: list[Any], tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("notes")
    prompt = "$(touch x); 'rm' \"-rf\" `x` --demo"
    words = [
        "--demo",
        "--port",
        "8123",
        "--open",
        "--system",
        "--host",
        "-p",
        'x="; ls"',
        "-p",
        "y=-1",
        "--max-tokens=5",
    ]
    diptych("web", *words, "-a", str(file), "--", prompt)

    passed = ["--system=--host", "--max-tokens=5", '--param=x="; ls"', "--param=y=-1"]
    assert started == [
        "127.0.0.1",
        8123,
        [*PROGRAM, *passed, f"--attach={file}", "--demo", "--", prompt],
        [*PROGRAM, *passed, "--demo"],  # the second page sends no prompt
        True,
    ]


def test_without_options_the_app_opens_alone(started: list[Any]) -> None:
    diptych("web", "--demo")

    assert started == ["127.0.0.1", 0, [*PROGRAM, "--demo"], [*PROGRAM, "--demo"], False]


@pytest.mark.usefixtures("started")
def test_other_interfaces_are_refused() -> None:
    said = sentence("web", "--demo", "--host", "0.0.0.0")  # noqa: S104 - it is refused
    assert said.startswith("0.0.0.0 can be reached from other machines")
    assert diptych("web", "--demo", "--host", "0.0.0.0", "--insecure").exit_code == 0  # noqa: S104 - nothing listens
    assert diptych("web", "--demo", "--host", "localhost").exit_code == 0


@pytest.mark.usefixtures("started")
def test_what_the_app_would_refuse_is_refused_at_once() -> None:
    assert "Standard input cannot be the prompt" in sentence("web", "--demo", "-")
    assert "nosuch" in sentence("web", "-l", "nosuch:model")
    assert "cannot be read" in sentence("web", "--demo", "--file", "missing.txt")
    assert "Put a prompt of several words in quotes: diptych web" in sentence("web", "--demo", "two", "words")


def test_without_textual_serve_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "diptych.cli.run_web", raising=False)
    monkeypatch.delitem(sys.modules, "diptych.web.server", raising=False)
    monkeypatch.delitem(sys.modules, "diptych.web.app_process", raising=False)
    monkeypatch.setitem(sys.modules, "textual_serve", None)

    assert sentence("web", "--demo") == "`diptych web` needs the package textual-serve: install diptych[web]."


def test_a_port_that_is_taken_is_named() -> None:
    with run_web._listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert (
            sentence("web", "--demo", "--port", str(port))
            == f"Nothing can listen on 127.0.0.1, port {port}: Address already in use."
        )


def test_a_browser_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("webbrowser.open", lambda url: False)

    run_web._open("http://127.0.0.1:1/")

    assert "No browser was found. Open the address yourself." in capsys.readouterr().err
