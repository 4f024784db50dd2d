"""The commands that ask models: what they send, what they refuse, and their exit codes."""

import errno
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from diptych.cli import ask_commands, main, prompt_input
from tests.support.answers import Answer, json_answer
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, messages, responses


@pytest.fixture
def pointed(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> LoopbackServer:
    """Return a server that both base URLs point at."""
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    return server


def diptych(*arguments: str, stdin: str | bytes = "") -> Result:
    result = CliRunner().invoke(main, arguments, input=stdin, prog_name="diptych")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def refusal(*arguments: str, stdin: str | bytes = "") -> str:
    """Return what a command that is refused prints on standard error."""
    result = diptych(*arguments, stdin=stdin)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    return result.stderr


def sentence(*arguments: str, stdin: str | bytes = "") -> str:
    """Return the error of a command, which must be one line."""
    said = refusal(*arguments, stdin=stdin)
    assert said.count("\n") == 1
    return said.removeprefix("Error: ").rstrip("\n")


def plan_both(server: LoopbackServer) -> None:
    server.plan(Answer(messages("Hello")), key="/v1/messages")
    server.plan(Answer(chat("Salut")), key="/v1/chat/completions")


# Help and version


def test_help_shows_the_options_the_commands_and_examples() -> None:
    for arguments in (["--help"], ["-h"], ["--once", "--help"]):
        shown = diptych(*arguments).stdout
        assert shown.startswith("Usage: diptych [OPTIONS] [PROMPT] | COMMAND [ARGS]...")
        for part in (
            "Examples:",
            "diptych run --json",
            "--left",
            "--max-tokens",
            "--once",
            "--version",
            "Commands:",
            "demo",
            "run",
        ):
            assert part in shown
        assert "\0" not in shown


def test_help_of_a_command() -> None:
    shown = diptych("run", "--help").stdout

    for part in ("Usage: diptych run [OPTIONS] [PROMPT]", "--json", "--events", "--side", "Exit codes:", "130"):
        assert part in shown


def test_version() -> None:
    assert diptych("--version").stdout.startswith("diptych 0.")
    assert diptych("-V").stdout == diptych("--version").stdout


# Asking


def test_both_sides_are_asked(pointed: LoopbackServer) -> None:
    plan_both(pointed)

    result = diptych("run", "--json", "Say hi")

    assert result.exit_code == 0
    round_ = json.loads(result.stdout)
    assert (round_["prompt"], round_["left"]["text"], round_["right"]["text"]) == ("Say hi", "Hello", "Salut")
    assert (round_["left"]["model"], round_["right"]["model"]) == ("claude-sonnet-5-5", "gpt-5.6-terra")
    assert (round_["left"]["cost_usd"], round_["left"]["simulated"]) == (None, False)


def test_one_side_is_asked(pointed: LoopbackServer) -> None:
    plan_both(pointed)

    result = diptych("run", "--json", "--side", "right", "hi")

    assert json.loads(result.stdout).keys() == {"prompt", "right"}
    assert [request.target for request in pointed.received] == ["/v1/chat/completions"]


def test_every_option_of_the_request(pointed: LoopbackServer) -> None:
    pointed.plan(Answer(responses("one")), Answer(responses("two")))

    result = diptych(
        *["run", "-l", "openai-responses:gpt-a", "-r", "openai-responses:gpt-b", "--system", "Be brief."],
        *["--max-tokens", "99", "-p", "temperature=0.5", "--left-param", 'reasoning={"effort": "low"}'],
        *["--right-param", "temperature=1", "hi"],
    )

    assert result.exit_code == 0
    left, right = sorted((request.json for request in pointed.received), key=lambda body: str(body["model"]))
    assert (left["model"], left["temperature"], left["reasoning"]) == ("gpt-a", 0.5, {"effort": "low"})
    assert (right["model"], right["temperature"], "reasoning" in right) == ("gpt-b", 1, False)
    for body in (left, right):
        assert (body["instructions"], body["max_output_tokens"], body["store"]) == ("Be brief.", 99, False)


def test_a_side_that_fails_is_exit_code_1(pointed: LoopbackServer) -> None:
    pointed.plan(json_answer(404, "{}"), key="/v1/messages")
    pointed.plan(Answer(chat("Salut")), key="/v1/chat/completions")

    result = diptych("run", "hi")

    assert result.exit_code == 1
    assert "Salut" in result.stdout
    assert "[failed] " in result.stdout


def test_a_demo_needs_no_key(server: LoopbackServer) -> None:
    result = diptych("run", "--demo", "--seed", "3", "--json", "--max-tokens", "5", "hi")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["left"]["simulated"] is True
    assert json.loads(result.stdout)["right"]["stop_reason"] == "length"


def test_silence_can_be_limited(pointed: LoopbackServer) -> None:
    pointed.plan(Answer(chat("Hel")[:1], end="hang"))

    result = diptych("run", "--json", "--side", "right", "--timeout", "0.05", "hi")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["right"]["error"]["kind"] == "timeout"


# Where the prompt comes from


def prompt_of(pointed: LoopbackServer, *arguments: str, stdin: str | bytes = "") -> Any:
    pointed.plan(Answer(chat("…")))
    result = diptych("run", "--json", "--side", "right", *arguments, stdin=stdin)
    assert result.exit_code == 0, result.output
    return pointed.received[-1].json["messages"][-1]["content"]


def test_the_sources_of_a_prompt(pointed: LoopbackServer, tmp_path: Path) -> None:
    file = tmp_path / "prompt.md"
    file.write_bytes("\ufeffAus einer Datei: ü\r\n  zwei\n".encode())

    assert prompt_of(pointed, "an argument") == "an argument"
    assert prompt_of(pointed, "-f", str(file)) == "Aus einer Datei: ü\n  zwei"
    assert prompt_of(pointed, "-", stdin="from a pipe\n") == "from a pipe"
    assert prompt_of(pointed, "-f", "-", stdin="from a pipe\n") == "from a pipe"
    assert prompt_of(pointed, stdin="from a pipe as well") == "from a pipe as well"
    assert prompt_of(pointed, "--", "--json") == "--json"
    assert prompt_of(pointed, "histroy") == "histroy"


def test_all_sources_are_sent_together(pointed: LoopbackServer, tmp_path: Path) -> None:
    file = tmp_path / "file.md"
    file.write_text("a file\n")
    pipe = "  a pipe\n\n"

    assert prompt_of(pointed, "sum it up", stdin=pipe) == "sum it up\n\n  a pipe"
    assert prompt_of(pointed, "sum it up", "-f", str(file)) == "sum it up\n\na file"
    assert prompt_of(pointed, "sum it up", "-f", str(file), stdin=pipe) == "sum it up\n\na file\n\n  a pipe"
    assert prompt_of(pointed, "-f", str(file), stdin=pipe) == "a file\n\n  a pipe"
    assert prompt_of(pointed, "-f", str(file), "-", stdin=pipe) == "a file\n\n  a pipe"
    assert prompt_of(pointed, "sum it up", "-f", "-", stdin=pipe) == "sum it up\n\n  a pipe"
    assert prompt_of(pointed, "nothing to add", stdin=" \n") == "nothing to add"
    assert prompt_of(pointed, "", stdin=pipe) == "  a pipe"


def test_carriage_returns_and_byte_order_marks_are_not_sent(pointed: LoopbackServer, tmp_path: Path) -> None:
    file = tmp_path / "file.md"
    file.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\r\n\r\n")
    text = "one\ntwo\nthree"

    assert prompt_of(pointed, "-f", str(file)) == text
    assert prompt_of(pointed, stdin=file.read_bytes()) == text
    assert prompt_of(pointed, "one\r\ntwo\rthree", "--system", "a\r\nb") == text
    assert pointed.received[-1].json["messages"][0]["content"] == "a\nb"


# What is refused


def test_a_missing_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    assert sentence("run", "hi") == (
        "ANTHROPIC_API_KEY is not set, so anthropic:claude-sonnet-5-5 (left) cannot be asked: set it, or use --demo."
    )


def test_all_missing_keys_are_named_at_once() -> None:
    assert sentence("run", "hi") == (
        "ANTHROPIC_API_KEY is not set, so anthropic:claude-sonnet-5-5 (left) cannot be asked. OPENAI_API_KEY is not "
        "set, so openai:gpt-5.6-terra (right) cannot be asked: set them, or use --demo."
    )


def test_a_side_that_is_not_asked_needs_no_key(pointed: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_BASE_URL")
    plan_both(pointed)

    assert diptych("run", "--side", "right", "hi").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--left", "nonsense", "hi"], "'nonsense' does not name a model. Write ENDPOINT:MODEL"),
        (["run", "--right", "nobody:gpt", "hi"], "There is no endpoint 'nobody'."),
        (["run", "-p", "temperature", "hi"], "'temperature' does not have the form KEY=JSON"),
        (["run", "-p", "effort=low", "hi"], "The value of effort is not JSON"),
        (["run", "-p", "n=NaN", "hi"], "The value of n is not JSON"),
        (["run", "--left-param", "stream=false", "hi"], "stream cannot be an extra request field"),
        (["run", "--right-param", 'model="x"', "hi"], "model cannot be an extra request field"),
        (["run", "--json", "--events", "hi"], "--json and --events cannot be used together."),
        (["run", ""], "The prompt is empty."),
        (["run", " \n"], "The prompt is empty."),
        (["run"], "The prompt is empty."),
        (["run", "-"], "The prompt is empty."),
        (["run", "-f", "/no/such/file"], "The prompt file /no/such/file cannot be read: No such file or directory."),
        (["--once"], "--once needs a prompt"),
        ([""], "The prompt is empty."),
        (["hi"], "The app needs a terminal"),
        (["demo", "hi"], "The app needs a terminal"),
        (["--", "run"], "The app needs a terminal"),
        (["hello"], "The app needs a terminal"),
        (["run", "Say", "hi"], 'Put a prompt of several words in quotes: diptych run "Say hi"'),
        (["what", "is", "tcp"], 'Put a prompt of several words in quotes: diptych "what is tcp"'),
        (["--once", "Hallo", "Welt"], 'Put a prompt of several words in quotes: diptych "Hallo Welt"'),
        (["demo", "what", "costs", "$5"], "Put a prompt of several words in quotes: diptych demo 'what costs $5'"),
        (["what", *["is"] * 99], 'Put a prompt of several words in quotes: diptych "what is is is'),
        (["histroy"], "There is no command 'histroy'. Did you mean `diptych history`?"),
        (["--left", "nonsense"], "'nonsense' does not name a model"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: list[str], said: str) -> None:
    assert sentence(*arguments).startswith(said)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--max-tokens", "0", "hi"],
        ["run", "--timeout", "0", "hi"],
        ["run", "--timeout", "nan", "hi"],
        ["run", "--side", "middle", "hi"],
        ["run", "--nonsense", "hi"],
        ["show", "two", "rounds"],
        ["--nonsense"],
    ],
)
def test_wrong_options_show_the_usage(arguments: list[str]) -> None:
    assert "Usage: diptych" in refusal(*arguments)


def test_a_prompt_that_is_not_text(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\xff")

    assert sentence("run", "-f", str(picture)) == f"The prompt from {picture} is not UTF-8 text."
    assert sentence("run", "-", stdin=b"\xff\xfe") == "The prompt from standard input is not UTF-8 text."
    assert sentence("run", "hi", stdin=b"\xff\xfe") == "The prompt from standard input is not UTF-8 text."
    assert "cannot be read" in sentence("run", "-f", str(tmp_path))


def test_a_prompt_that_is_too_long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prompt_input, "MAX_BYTES", 2**20)
    file = tmp_path / "long.txt"
    file.write_bytes(b"x" * (2**20 + 1))

    assert sentence("run", "-f", str(file)) == f"The prompt from {file} is longer than the maximum of 1 MiB."
    assert sentence("run", "hi", stdin="y" * 3 * 2**20) == (
        "The prompt from standard input is longer than the maximum of 1 MiB."
    )


def test_a_key_that_cannot_be_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk secret with spaces")

    said = sentence("run", "hi")

    assert said.startswith("OPENAI_API_KEY contains characters that a key cannot have")
    assert "secret" not in said


def test_an_interrupt_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*given: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(ask_commands, "required_prompt", interrupted)

    assert diptych("run").exit_code == 130


def test_a_process_that_may_open_no_more_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_free(*given: object) -> str:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(ask_commands, "required_prompt", none_free)

    assert sentence("run").startswith("Diptych cannot go on: this process may have only ")


def test_a_file_that_has_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*given: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ask_commands, "required_prompt", no_room)
    result = diptych("run")

    assert result.stderr == "Error: The output cannot be written: No space left on device.\n"
    assert result.exit_code == 1


def test_errors_quote_no_control_sequences() -> None:
    assert "␛]0;title␇" in refusal("show", "/no/\x1b]0;title\x07/file")
    for arguments in (["run", "--no\x1b[2Jsuch", "hi"], ["run", "--max-tokens", "\x9b2J", "hi"]):
        said = refusal(*arguments)
        assert "Usage: diptych run" in said
        assert all(each.isprintable() or each == "\n" for each in said)
