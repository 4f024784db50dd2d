"""Checks of whole answers, as the three APIs stream them."""

import io
import json
import os
import select
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.experiment.checks.check import Check, CheckedPart, CheckKind, CheckResult
from diptych.core.experiment.checks.plain_checks import plain_problem
from diptych.core.failure import Failure
from diptych.core.folding.tool import Tool
from diptych.core.metrics.usage import Usage
from diptych.core.run import Run
from diptych.engine.checks import answer_checker, checking_process
from diptych.engine.checks.answer_checker import AnswerChecker, ChecksCancelledError
from diptych.engine.checks.text_checker import main
from tests.support.answers import Answer
from tests.support.asking import new_run, play, settings
from tests.support.streams import chat, messages, responses
from tests.support.tool_streams import messages_calls

CAPITAL = {"type": "object", "properties": {"capital": {"const": "Paris"}}, "required": ["capital"]}


def answered(text: str, thinking: str = "", *calls: tuple[str, str]) -> Run:
    """A complete run with this answer."""
    run = new_run(settings("openai-chat"))
    run.stamps.t0, run.stamps.first_token, run.stamps.last_event = 1.0, 1.5, 4.0
    run.usage, run.stop_reason = Usage(input_tokens=7, output_tokens=20), "stop"
    if text:
        run.text.append(text)
    run.thinking.append(thinking)
    for name, arguments in calls:
        run.tools.append(_tool(name, arguments))
    run.complete()
    return run


def _tool(name: str, arguments: str) -> Tool:
    tool = Tool("1", name)
    tool.written.append(arguments)
    return tool


def check_answer(run: Run, checks: Iterable[Check]) -> tuple[CheckResult, ...]:
    """The result of each check of an answer."""
    with AnswerChecker() as checker:
        return checker.check(run, checks)


def problem(run: Run, kind: CheckKind, value: Any, part: CheckedPart = "answer") -> str:
    """Why an answer fails a check, "" if it passes."""
    (result,) = check_answer(run, (Check(kind, value, part),))
    assert result.passed is (result.detail == "")
    return result.detail


@pytest.mark.parametrize(
    ("api", "stream"), [("anthropic-messages", messages), ("openai-chat", chat), ("openai-responses", responses)]
)
def test_an_answer_of_every_api_is_checked(api: ApiName, stream: Any) -> None:
    run = play(Answer(stream("The capital is ", "Paris.")), api=api)

    results = check_answer(run, (Check("contains", "Paris"), Check("regex", r"\bparis\b"), Check("max_total", 60)))

    assert results == (
        CheckResult('contains "Paris"', True),
        CheckResult(r'regex "\\bparis\\b"', False, "not found"),
        CheckResult("max_total 60", True),
    )


def test_tool_calls_are_a_list_in_json() -> None:
    run = play(Answer(messages_calls(("t1", "get_weather", '{"city": "Paris"}'))), api="anthropic-messages")

    assert problem(run, "contains", '"city": "Paris"', "tools") == ""
    schema = {"minItems": 1, "items": {"properties": {"name": {"const": "get_weather"}}}}
    assert problem(run, "json_schema", schema, "tools") == ""
    assert problem(run, "json_schema", {"maxItems": 0}, "tools").startswith("$: ")
    assert problem(run, "json", True, "tools") == ""


def test_arguments_that_are_not_json_fail_the_check_for_json() -> None:
    run = answered("", "", ("a", "{}"), ("b\x1b", '{"city": '))

    assert problem(run, "json", True, "tools").startswith("the arguments of b␛: it is not JSON (")
    assert problem(run, "contains", '"{\\"city\\": "', "tools") == ""


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("contains", "Paris", ""),
        ("contains", "paris", 'not found in "Paris, of course."'),
        ("not_contains", "Lyon", ""),
        ("not_contains", "of", "found at character 8"),
        ("equals", " Paris, of course.\n", ""),
        ("equals", ["Lyon", "Paris, of course."], ""),
        ("equals", "Paris", 'it is "Paris, of course."'),
        ("regex", "(?i)^PARIS", ""),
        ("regex", "^$", "not found"),
        ("json", True, "it is not JSON (Expecting value: line 1 column 1 (char 0))"),
        ("json_schema", CAPITAL, "it is not JSON (Expecting value: line 1 column 1 (char 0))"),
        ("stop_reason", "stop", ""),
        ("stop_reason", ["end_turn", "length"], 'it is "stop"'),
        ("max_first_token", 0.5, ""),
        ("max_first_token", 0.25, "it is 0.5 s"),
        ("max_total", 3, ""),
        ("max_total", 2.5, "it is 3 s"),
        ("max_output_tokens", 20, ""),
        ("max_output_tokens", 19, "it is 20"),
        ("max_cost_usd", 1, "it is not known"),
    ],
)
def test_a_check_passes_or_says_why_not(kind: CheckKind, value: Any, said: str) -> None:
    assert problem(answered("Paris, of course.\n"), kind, value) == said


def test_a_cost_is_compared_exactly() -> None:
    run = answered("Paris")
    run.cost_usd = "0.1"

    assert problem(run, "max_cost_usd", 0.1) == ""
    assert problem(run, "max_cost_usd", 0.09) == "it is 0.1 USD"


def test_what_is_not_known_does_not_pass() -> None:
    run = new_run(settings("openai-chat"))
    run.complete()

    assert problem(run, "max_first_token", 9) == "it is not known"
    assert problem(run, "max_output_tokens", 9) == "it is not known"
    assert problem(run, "stop_reason", "stop") == 'it is "not known"'


def test_a_schema_decides_over_json_in_a_fence() -> None:
    assert problem(answered('```json\n{"capital": "Paris"}\n```'), "json_schema", CAPITAL) == ""
    assert problem(answered('{"capital": "Lyon"}'), "json_schema", CAPITAL) == "$.capital: 'Paris' was expected"


def test_thinking_and_refusals_are_parts_too() -> None:
    run = answered("", "Let me think of Paris.")
    run.refusal.append("I cannot say.")

    assert problem(run, "contains", "Paris", "thinking") == ""
    assert problem(run, "contains", "cannot") == ""


def test_control_characters_of_an_answer_are_not_in_the_reason() -> None:
    assert problem(answered("\x1b[2Jhi"), "contains", "x") == 'not found in "␛[2Jhi"'


def test_only_a_complete_answer_can_pass() -> None:
    checks = (Check("contains", "a"), Check("not_contains", "b"))
    cut, stopped, failed, waiting = (new_run(settings("openai-chat")) for _ in range(4))
    cut.cut(1.0)
    stopped.stop(1.0)
    failed.fail(Failure("http", "Overloaded", status=529), 1.0)

    for run, said in (
        (cut, "the answer was cut off"),
        (stopped, "the answer was stopped"),
        (failed, "the answer failed"),
        (waiting, "the answer has not ended"),
    ):
        assert check_answer(run, checks) == (
            CheckResult('contains "a"', False, said),
            CheckResult('not_contains "b"', False, said),
        )


def test_a_pattern_without_an_end_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = Check("regex", "^(a+)+$")
    run = answered("a" * 60 + "!")

    with AnswerChecker() as checker:
        with monkeypatch.context() as patched:
            patched.setattr(checking_process, "TIME_LIMIT", 1.5)
            assert checker.check(run, (endless,))[0].detail == "it could not be checked: that takes longer than 1.5 s"
        assert checker.check(run, (Check("regex", "!"),))[0].passed  # in a new process


def test_a_process_serves_many_threads() -> None:
    runs = [answered(f"answer {number}") for number in range(40)]
    passed: list[bool] = []
    with AnswerChecker() as checker:

        def check(number: int, run: Run) -> None:
            passed.append(checker.check(run, (Check("regex", f"^answer {number}$"),))[0].passed)

        threads = [threading.Thread(target=check, args=(number, run)) for number, run in enumerate(runs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert passed == [True] * 40


def test_a_process_that_was_killed_is_started_again() -> None:
    run = answered("a")
    with AnswerChecker() as checker:
        assert checker.check(run, (Check("regex", "a"),))[0].passed
        process = checker._process._process
        assert process is not None
        process.kill()
        process.wait()
        assert checker.check(run, (Check("regex", "a"),))[0].passed


def test_a_checker_that_was_closed_checks_no_pattern() -> None:
    checker = AnswerChecker()
    checker.close()
    with pytest.raises(ChecksCancelledError):
        checker.check(answered("a"), (Check("regex", "a"),))


def test_a_process_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking_process, "_CHECKER", ("/no/such/program",))
    said = "it could not be checked: the process that checks it failed"
    assert problem(answered("a"), "regex", "a") == said


def test_a_process_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking_process, "_CHECKER", (sys.executable, "-c", "print(flush=True); input()"))
    assert problem(answered("a"), "regex", "a") == "it could not be checked: the process that checks it ended"


def test_an_answer_that_is_too_long_to_be_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_checker, "MOST_CHARACTERS", 3)
    assert problem(answered("four"), "regex", "f") == "it could not be checked: it has more than 3 characters"


def command(script: str, folder: str = "") -> dict[str, Any]:
    return {"command": [sys.executable, "-c", script], "folder": folder}


def test_a_command_reads_the_answer(tmp_path: Path) -> None:
    script = "import sys; sys.exit(sys.stdin.read() != open('want.txt').read())"
    (tmp_path / "want.txt").write_text("Paris")

    assert problem(answered("Paris"), "command", command(script, str(tmp_path))) == ""
    assert problem(answered("Lyon"), "command", command(script, str(tmp_path))) == "The command ended with exit code 1."


def test_a_command_says_why_on_standard_error() -> None:
    said = problem(answered("a"), "command", command("import sys; sys.exit('too short')"))
    assert said == "The command ended with exit code 1: too short."


def test_a_command_gets_text_that_can_be_encoded() -> None:
    run = answered("a\ud800")
    assert (
        problem(run, "command", command("import sys; sys.exit(sys.stdin.buffer.read() != b'a\\xef\\xbf\\xbd')")) == ""
    )


def test_a_command_is_ended_with_what_it_started_once_the_checks_are_cancelled() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connect = f"import socket; socket.create_connection({listener.getsockname()!r}).recv(1)"
        script = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {connect!r}]).wait()"

        def has_connected() -> bool:
            return bool(select.select([listener], [], [], 0)[0])

        with AnswerChecker(is_cancelled=has_connected) as checker, pytest.raises(ChecksCancelledError):
            checker.check(answered("a"), (Check("command", command(script)),))

        connection, _ = listener.accept()
        with connection:
            connection.settimeout(120)
            assert connection.recv(1) == b""  # since its process has ended


def test_the_checker_answers_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = [{"pattern": "a", "text": "b"}, {"pattern": "b", "text": "b"}, {"schema": CAPITAL, "text": "{}"}]
    given, out = io.BytesIO(b"".join(json.dumps(each).encode() + b"\n" for each in questions)), io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(given))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(os, "nice", lambda _: None)
    with warnings.catch_warnings():
        main()

    assert [json.loads(line)["problem"] for line in out.getvalue().splitlines()[1:]] == [
        "not found",
        "",
        "$: 'capital' is a required property",
    ]


def test_what_needs_another_process_is_not_plain() -> None:
    with pytest.raises(ValueError, match="regex is checked in another process"):
        plain_problem(answered("a"), Check("regex", "a"), "a")
