"""Commands that answer tool calls."""

import sys
import time
from pathlib import Path

import pytest

from diptych.engine.tool_commands import Outcome, run_command


def run(script: str, arguments: str = "{}", folder: Path | None = None, **more: float) -> Outcome:
    return run_command((sys.executable, "-c", script), arguments, folder, lambda: False, **more)


def test_the_arguments_go_in_and_the_output_comes_back(tmp_path: Path) -> None:
    (tmp_path / "city.txt").write_text("Paris")
    script = "import sys; print('Ä', sys.stdin.read(), open('city.txt').read())"

    outcome = run(f"import sys; sys.stdout.reconfigure(encoding='utf-8'); {script}", '{"a": 1}', tmp_path)

    assert outcome == Outcome('Ä {"a": 1} Paris')


def test_only_the_last_line_end_is_removed() -> None:
    assert run("print('a\\n')").text == "a\n"
    assert run("pass").text == ""


def test_bytes_that_are_not_text_are_replaced() -> None:
    assert run("import sys; sys.stdout.buffer.write(b'a\\xffb')").text == "a�b"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import sys; print('lost'); sys.exit(3)", "The command ended with exit code 3."),
        ("raise ValueError('no such city.')", "The command ended with exit code 1: ValueError: no such city."),
        ("import os; os.kill(os.getpid(), 9)", "The command was ended by signal 9."),
    ],
)
def test_a_command_that_fails_is_an_error_result(script: str, said: str) -> None:
    assert run(script) == Outcome(said, is_error=True)


@pytest.mark.parametrize("command", [("/no/such/command",), ("a\0b",)])
def test_a_command_that_cannot_be_run_is_an_error_result(command: tuple[str, ...]) -> None:
    outcome = run_command(command, "{}", None, lambda: False)

    assert outcome.is_error
    assert outcome.text.startswith("The command ")
    assert " cannot be run: " in outcome.text


def test_no_shell_reads_the_words() -> None:
    outcome = run_command((sys.executable, "-c", "import sys; print(sys.argv[1])", "$(id); *"), "", None, lambda: False)
    assert outcome.text == "$(id); *"


def test_a_command_that_takes_too_long_is_ended() -> None:
    began = time.monotonic()
    outcome = run("import time; time.sleep(60)", time_limit=0.2)

    assert outcome == Outcome("The command took more than 0.2 seconds.", is_error=True)
    assert time.monotonic() - began < 30


def test_too_much_output_ends_a_command() -> None:
    outcome = run("while True: print('x' * 100_000)")
    assert outcome == Outcome("The command wrote more than 1,000,000 bytes.", is_error=True)


def test_much_standard_error_keeps_no_command_from_ending() -> None:
    script = "import sys; sys.stderr.write('x' * 1_000_000 + '\\nlast words'); sys.exit(1)"
    assert run(script).text == "The command ended with exit code 1: last words."


def test_arguments_that_nobody_reads() -> None:
    assert run("import os; os.close(0); print('done')", '{"a": "' + "x" * 1_000_000 + '"}').text == "done"


def test_the_user_can_stop_a_command_and_what_it_has_started() -> None:
    script = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).wait()"
    looks = iter([False, False, True])

    outcome = run_command((sys.executable, "-c", script), "{}", None, lambda: next(looks, True))

    assert outcome == Outcome("The command was stopped by the user.", is_error=True)


def test_what_a_command_leaves_behind_is_ended_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr("diptych.engine.tool_commands._kill_all", lambda group, _: ended.append(group))

    assert run("print('done')").text == "done"
    assert len(ended) == 1


def test_a_command_that_goes_on_without_output() -> None:
    assert run("import os, time; print('done', flush=True); os.close(1); time.sleep(0.1)").text == "done"
