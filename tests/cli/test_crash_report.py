"""A crash report says where Diptych crashed, and contains no prompt and no answer."""

import pytest

from diptych.cli.crash_report import crash_report, location, redacted_command
from diptych.core.secrets.values import Secret, Secrets

COMMANDS = ("run", "show")
OPTIONS = ("-p", "--param", "--json", "-l")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], "diptych"),
        (["run", "--json", "what?"], "diptych run --json …"),
        (["-p", 'a="b"', "run"], "diptych -p … …"),
        (["run", "--param=a=1", "-pa=1", "--unheard=x", "-x", "--", "run"], "diptych run --param=… -p… … … … …"),
    ],
)
def test_only_the_names_in_a_command_line_are_shown(words: list[str], shown: str) -> None:
    assert redacted_command(words, COMMANDS, OPTIONS) == shown


def caught(error: Exception) -> Exception:
    with pytest.raises(type(error)) as raised:
        raise error
    return raised.value


def test_a_report_has_the_causes_of_an_error_but_no_message_that_may_quote_an_answer() -> None:
    error = ExceptionGroup("several", [caught(KeyError("an answer")), caught(TypeError("no such argument"))])
    error.__cause__ = caught(OSError(2, "no file", "/secret/name"))
    error.__cause__.__cause__ = error  # as libraries do

    text = crash_report([error], "diptych run", Secrets())

    for part in ("ExceptionGroup: (message", "KeyError: (message", "TypeError: no such", "FileNotFoundError: (message"):
        assert part in text
    assert text.count("ExceptionGroup") == 1
    for private in ("an answer", "several", "/secret/name"):
        assert private not in text


def test_keys_are_removed_from_a_report() -> None:
    key = "sk-ant-api03-0123456789abcdefghij"
    text = crash_report(
        [caught(TypeError(f"{key} my-own-secret"))], "diptych", Secrets([("K", Secret("my-own-secret"))])
    )

    assert "TypeError: [redacted] [redacted]" in text


def test_a_very_deep_stack_is_shortened() -> None:
    def deeper(level: int) -> int:
        return deeper(level + 1) + 1

    with pytest.raises(RecursionError) as raised:
        deeper(0)
    text = crash_report([raised.value], "diptych", Secrets())

    assert "calls omitted" in text
    assert len(text.splitlines()) < 300


def test_the_location_of_a_crash() -> None:
    assert location(KeyError("x")) == "KeyError"
    assert location(caught(KeyError("x"))) == "KeyError"
    with pytest.raises(AttributeError) as raised:
        crash_report([1], "diptych", Secrets())  # type: ignore[list-item]  # that is the point
    assert location(raised.value).startswith("AttributeError in cli/crash_report.py, line ")
