"""The commands for the config file, and what the commands that ask make of it."""

import json
import re
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from diptych.cli import main
from diptych.config.config_file import read_config_file
from tests.support.answers import Answer
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of the config file that the environment names, in a folder of its own."""
    folder = tmp_path / "config"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("DIPTYCH_CONFIG", str(folder / "config.toml"))
    return folder / "config.toml"


def write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)


def diptych(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments, prog_name="diptych")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def local(server: LoopbackServer) -> str:
    """The table of an endpoint that is a server of this machine."""
    return f'[endpoints.local]\napi = "openai-chat"\nbase_url = "{server.url}/v1"\n'


# diptych config


def test_the_path_is_printed_whether_or_not_the_file_exists(path: Path, tmp_path: Path) -> None:
    assert diptych("config", "path").stdout == f"{path}\n"
    assert diptych("config", "path", "--config", str(tmp_path / "other.toml")).stdout == f"{tmp_path}/other.toml\n"


def test_init_writes_a_file_that_changes_nothing(path: Path) -> None:
    path.parent.rmdir()

    result = diptych("config", "init")

    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{path}\n", "")
    without_file = diptych("config", "show", "--json", "--config", "/dev/null").stdout
    values = json.loads(diptych("config", "show", "--json").stdout)["values"]
    assert values == json.loads(without_file)["values"]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_file_of_init_can_be_used_once_it_is_uncommented(path: Path) -> None:
    diptych("config", "init")

    text = path.read_text("utf-8")
    write(path, re.sub(r"^#(?=[^# \n])", "", text, flags=re.MULTILINE))

    file = read_config_file(path)
    assert (list(file.problems), file.warnings, file.keys_in_clear) == ([], (), ())
    tables = file.tables
    assert tables is not None
    endpoints = list(tables.endpoints.values())
    prices = [each.prices for each in endpoints if each.prices]
    of_each_kind: list[list[Any]] = [[tables], list(tables.presets.values()), endpoints, prices]
    for alike in of_each_kind:
        members = alike[0].__struct_fields__
        assert [name for name in members if all(getattr(each, name) in (None, {}) for each in alike)] == []


def test_init_never_overwrites(path: Path) -> None:
    write(path, "theme = 'mine'")

    result = diptych("config", "init")

    assert (result.exit_code, result.stderr) == (2, f"Error: {path} already exists. It was not changed.\n")
    assert path.read_text() == "theme = 'mine'"
    assert "The folder of" in diptych("config", "init", "--config", str(path / "below")).stderr


def test_init_follows_no_link(path: Path) -> None:
    target = path.with_name("elsewhere")
    path.symlink_to(target)

    assert diptych("config", "init").exit_code == 2
    assert not target.exists()


def test_check_lists_everything_and_says_it_with_its_exit_code(path: Path) -> None:
    assert diptych("config", "check").exit_code == 2  # DIPTYCH_CONFIG names a file that is missing
    write(path, "theme = 'diptych-dark'")
    assert diptych("config", "check").stdout == f"{path} can be used.\n"

    write(path, "themo = 'x'\nleft = 3\n[endpoints.openai]\nbase_url = 'ftp://x'\n")
    result = diptych("config", "check")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        f"Error: {path}: themo is not known. Did you mean theme?",
        f"Error: {path}: left must be text in quotes, not 3.",
        f"Error: {path}: endpoints.openai.base_url must begin with http:// or https:// and name a host.",
    ]


def test_check_warns_of_an_endpoint_that_the_environment_makes_unusable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "nonsense")
    write(path, "theme = 'diptych-dark'")

    result = diptych("config", "check")

    assert result.exit_code == 0
    assert result.stderr.startswith("Warning: OPENAI_BASE_URL is not a valid base URL")
    assert result.stderr.count("\n") == 1


def test_check_warns_of_certificates_that_are_missing(path: Path) -> None:
    write(path, f"[endpoints.openai]\nca_file = '{path}.pem'\n[endpoints.anthropic]\nca_file = '{path}'\n")

    result = diptych("config", "check")

    assert result.exit_code == 0
    assert result.stderr == f"Warning: ca_file of [endpoints.openai] does not name a file: {path}.pem.\n"


def test_the_arguments_of_a_key_command_are_not_shown(path: Path) -> None:
    write(path, "[endpoints.openai]\nkey_command = ['vault', 's3cr3t']\ncredential = 'token'\n")

    shown = diptych("config", "show").stdout
    assert '["vault", "[redacted]"]' in shown
    assert re.search(r"^endpoints\.openai\.credential +token  \(file\)$", shown, re.MULTILINE)
    assert "s3cr3t" not in shown


def test_no_file_at_the_usual_place_is_fine() -> None:
    result = diptych("config", "check")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("config.toml does not exist, so the defaults are in effect.\n")
    assert "(there is no such file)" in diptych("config", "show").stdout


def test_check_warns_of_a_key_in_clear(path: Path) -> None:
    write(path, "[endpoints.openai]\nheaders = { authorization = 's3cr3t-value' }\n")

    result = diptych("config", "check")

    assert result.exit_code == 0
    assert "endpoints.openai.headers.authorization holds a secret in clear" in result.stderr
    assert "s3cr3t" not in result.output


SECRETS = """
[endpoints.gateway]
api = "openai-chat"
base_url = "https://me:s3cr3t-password@gateway.test/v1"
key_env = "GATEWAY_KEY"
headers = { x-team = "s3cr3t-header", x-key = "env:GATEWAY_HEADER" }
query = { version = "s3cr3t-query" }
proxy = "http://me:s3cr3t-proxy@proxy.test:3128"
[presets.a]
model = "gateway:x"
system = "s3cr3t-key"
params = { metadata = { "a" = ["s3cr3t-key"] } }
"""


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_show_prints_no_secret(path: Path, monkeypatch: pytest.MonkeyPatch, form: tuple[str, ...]) -> None:
    monkeypatch.setenv("GATEWAY_KEY", "s3cr3t-key")
    monkeypatch.setenv("GATEWAY_HEADER", "s3cr3t-environment")
    write(path, SECRETS)

    result = diptych("config", "show", *form)

    assert result.exit_code == 0
    assert "s3cr3t" not in result.output
    for shown in ("https://gateway.test/v1", "env:GATEWAY_HEADER", "http://proxy.test:3128", "GATEWAY_KEY"):
        assert shown in result.stdout


def test_show_says_where_each_value_comes_from(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    write(path, "left = 'openai:x'\ntimeout = 5\n[endpoints.openai]\napi = 'openai-responses'\n")

    result = diptych("config", "show")
    rows = {line.split("  ")[0]: line.split("  ", 1)[1].strip() for line in result.stdout.splitlines()[1:]}

    assert result.stdout.splitlines()[0] == str(path)
    assert rows["left"] == "openai:x  (file)"
    assert rows["max_tokens"] == "8192  (default)"
    assert rows["system"] == "not set  (default)"
    assert rows["endpoints.openai.api"] == "openai-responses  (file)"
    assert rows["endpoints.openai.base_url"] == "http://localhost:1/v1  (OPENAI_BASE_URL)"
    assert rows["endpoints.openai.key"] == "[redacted]  (OPENAI_API_KEY)"
    assert rows["endpoints.anthropic.key"] == "not set  (ANTHROPIC_API_KEY)"
    assert rows["endpoints.anthropic.timeout"] == "5.0  (file)"


def test_show_lists_an_endpoint_that_cannot_be_used_with_its_problem(path: Path) -> None:
    write(path, "[endpoints.openai]\ntimeout = 'x'\n")

    shown = json.loads(diptych("config", "show", "--json").stdout)

    problem = f"{path}: endpoints.openai.timeout must be a number of seconds greater than 0, not text."
    assert {"key": ["endpoints", "openai", "problem"], "value": problem, "source": "file"} in shown["values"]
    assert shown["problems"] == [problem]


def test_a_mistyped_command_is_not_sent_as_a_prompt() -> None:
    assert "Did you mean `diptych config`?" in diptych("confg", "show").stderr


# Commands that ask


def test_an_endpoint_and_a_preset_of_the_file_are_asked(path: Path, server: LoopbackServer) -> None:
    server.plan(Answer(chat("one")), Answer(chat("two")))
    preset = (
        '[presets.terse]\nmodel = "local:a"\nsystem = "Short."\nmax_tokens = 7\nparams = { top_p = 0.5, seed = 1 }\n'
    )
    write(path, f'left = "@terse"\nright = "local:b"\nsystem = "Everyone."\nmax_tokens = 9\n{local(server)}{preset}')

    result = diptych("run", "-p", "seed=2", "hi")

    assert (result.exit_code, result.stderr) == (0, "")
    left, right = sorted((request.json for request in server.received), key=lambda body: str(body["model"]))
    assert (left["messages"][0]["content"], left["top_p"], left["seed"]) == ("Short.", 0.5, 2)
    assert (right["messages"][0]["content"], "top_p" in right, right["seed"]) == ("Everyone.", False, 2)
    assert 7 in left.values()
    assert 9 in right.values()


def test_options_win_over_a_preset(path: Path, server: LoopbackServer) -> None:
    server.plan(Answer(chat("one")))
    write(path, f'{local(server)}[presets.terse]\nmodel = "local:a"\nsystem = "Short."\nmax_tokens = 7\n')

    diptych("run", "--side", "left", "-l", "@terse", "--system", "Long.", "--max-tokens", "99", "hi")

    (request,) = server.received
    assert request.json["messages"][0]["content"] == "Long."
    assert 99 in request.json.values()


def test_a_variable_wins_over_the_file(path: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.plan(Answer(chat("one")))
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    write(path, '[endpoints.openai]\nbase_url = "http://127.0.0.1:9/v1"\n')

    assert diptych("run", "--side", "right", "hi").exit_code == 0


def test_what_is_broken_is_refused_when_it_is_asked(path: Path, server: LoopbackServer) -> None:
    server.plan(Answer(chat("one")))
    broken = '[endpoints.bad]\napi = "openai-chat"\nbase_url = "http://x"\ntimeout = "s"\n[presets.p]\nmodel = "x"\n'
    write(path, local(server) + broken)

    endpoint, preset = (diptych("run", "--side", "right", "-r", name, "hi") for name in ("bad:x", "@p"))
    other = diptych("run", "--side", "right", "-r", "local:x", "hi")

    said = f"{path}: endpoints.bad.timeout must be a number of seconds greater than 0, not text."
    assert (endpoint.exit_code, endpoint.stderr) == (2, f"Error: {said}\n")
    assert (preset.exit_code, preset.stderr.startswith(f"Error: {path}: presets.p.model must name a model")) == (
        2,
        True,
    )
    assert (other.exit_code, other.stderr.splitlines()[0]) == (0, f"Warning: {said}")
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        ("left = 3", ("--side", "left"), 2),
        ("left = 3", ("--side", "right"), 0),
        ("left = 3", ("--side", "left", "-l", "openai:x"), 0),
        ("max_tokens = 0", ("--side", "right"), 2),
        ("max_tokens = 0", ("--side", "right", "--max-tokens", "3"), 0),
        ("theme = 0", ("--side", "right"), 0),
        ("left =", ("--side", "right"), 2),
        ("left =", ("--side", "right", "-r", "openai:x"), 2),
        ("endpoints = 1", ("--side", "right"), 2),
    ],
)
def test_nothing_is_sent_without_what_the_file_was_to_say(
    path: Path,
    server: LoopbackServer,
    monkeypatch: pytest.MonkeyPatch,
    content: str,
    options: tuple[str, ...],
    code: int,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    server.plan(Answer(chat("one")))
    write(path, content)

    result = diptych("run", *options, "hi")

    assert (result.exit_code, len(server.received)) == (code, 1 if code == 0 else 0)
    assert str(path) in result.stderr
    server.reset()


@pytest.mark.parametrize("content", ["left = ", "left = 3\nmax_tokens = 0", "left = '@x'\n[endpoints.openai]\na = 1"])
def test_demos_and_the_history_work_with_a_broken_file(path: Path, content: str) -> None:
    write(path, content)

    demo = diptych("run", "--demo", "--seed", "1", "--side", "left", "--no-history", "short")

    assert demo.exit_code == 0
    assert demo.stderr.startswith(f"Warning: {path}")
    assert diptych("history").exit_code == 0


def test_a_file_that_is_named_must_exist(path: Path, tmp_path: Path) -> None:
    for arguments in (("run", "hi"), ("run", "--config", str(tmp_path / "no.toml"), "hi")):
        result = diptych(*arguments)
        assert (result.exit_code, "there is no such file" in result.stderr) == (2, True)


def test_only_the_first_warnings_are_printed(path: Path) -> None:
    write(path, "".join(f"a{number} = 1\n" for number in range(9)))

    lines = diptych("run", "--demo", "--side", "left", "--no-history", "short").stderr.splitlines()

    assert len(lines) == 4
    assert lines[-1] == "Warning: 6 more: `diptych config check` lists them all."


def test_secrets_of_the_file_are_in_no_message(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    write(other, "[endpoints.openai]\nheaders = { authorization = 'Bearer s3cr3t-value' }\n")

    for arguments in (("-l", "s3cr3t-value:x", "hi"), ("--max-tokens", "s3cr3t-value", "hi")):
        result = diptych("run", "--config", str(other), *arguments)
        assert result.exit_code == 2
        assert "[redacted]" in result.stderr
        assert "s3cr3t" not in result.stderr


def test_secrets_of_the_file_are_in_no_crash_report(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.toml"
    write(other, "[endpoints.openai]\nbase_url = 'http://localhost/v1'\nheaders = { authorization = 's3cr3t-value' }\n")

    def broken(*_: object) -> int:
        raise TypeError("s3cr3t-value is not what it should be")

    monkeypatch.setattr("diptych.cli.ask_commands.run_round", broken)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    assert diptych("run", "--config", str(other), "--side", "right", "hi").exit_code == 70

    (report,) = (tmp_path / "state" / "diptych").glob("crash-*.txt")
    assert "TypeError: [redacted] is not what it should be" in report.read_text()
