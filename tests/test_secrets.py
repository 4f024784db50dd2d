"""Keys are planted, a server sends back everything that it gets, and no key is found in anything written or sent."""

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from diptych.cli import main
from diptych.config.environment import configured_endpoints
from diptych.core.settings import Settings
from diptych.engine.engine import Engine, EngineOptions
from tests.support.command import COMMAND
from tests.support.streams import chat, chunk, framed, message_event, messages

ANTHROPIC = "sk-ant-api03-PLANTED0anthropic1key2of3the4user-AA"
OPENAI = "sk-proj-PLANTED0openai1key2of3the4user"
HEADER = "PLANTED-header-of-a-gateway"
PASSWORD = "PLANTED-pass%word"  # noqa: S105 - made up
PROXY = "PLANTED-proxy-password"
BASIC = base64.b64encode(b"me:PLANTED-pass%word").decode()

PLANTED = [ANTHROPIC, OPENAI, HEADER, PASSWORD, PASSWORD.replace("%", "%25"), PROXY, BASIC, "PLANTED"]


@dataclass
class Echo:
    """A server that puts what it got into everything that it sends, in the way that the model's name asks for."""

    requests: list[tuple[list[tuple[str, str]], str, bytes]] = field(default_factory=list)
    port: int = 0


class Handler(BaseHTTPRequestHandler):
    echo: Echo

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.echo.requests.append((list(self.headers.items()), self.path, body))
        got = " ".join(value for name, value in self.headers.items() if name.lower() != "user-agent")
        model = json.loads(body)["model"]
        status = {"wrong": 401, "moved": 307, "busy": 503}.get(model, 200)
        self.send_response(status)
        for name in ("x-echo", "request-id", "location", "retry-after"):
            self.send_header(name, f"http://elsewhere.test/{got}")
        self.send_header("content-type", "application/json" if model in ("wrong", "page") else "text/event-stream")
        self.end_headers()
        self.wfile.write(self._answer(model, got))

    def _answer(self, model: str, got: str) -> bytes:
        if model in ("wrong", "moved", "busy", "page"):
            return json.dumps({"error": {"message": f"You sent {got}", "type": got}}).encode()
        if self.path.endswith("messages"):
            start, *rest = messages("You sent ", got)
            return b"".join([start, framed(got, got), message_event(got), b": " + got.encode() + b"\n", *rest])
        named = chunk({"content": got}, id=got, model=got)
        return b"".join([named, framed("{" + got), *chat("You sent ", got, stop=got)])

    def log_message(self, *_: Any) -> None:
        """Nothing on standard error."""


@pytest.fixture
def echo() -> Iterator[Echo]:
    known = Echo()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"echo": known}))
    known.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield known
    server.shutdown()
    server.server_close()
    thread.join(120)


@pytest.fixture
def environment(tmp_path: Path, echo: Echo) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "SYSTEMROOT")}
    login = "me:" + PASSWORD.replace("%", "%25")
    return kept | {
        "HOME": str(tmp_path / "home"),
        "TERM": "xterm-256color",
        "ANTHROPIC_API_KEY": ANTHROPIC,
        "OPENAI_API_KEY": OPENAI,
        "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{echo.port}",
        "OPENAI_BASE_URL": f"http://{login}@127.0.0.1:{echo.port}/v1",
        "ANTHROPIC_CUSTOM_HEADERS": f"X-Gateway-Token: {HEADER}",
        "HTTPS_PROXY": f"http://me:{PROXY}@proxy.test:3128",
    }


def run(environment: dict[str, str], *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments], env=environment, input=stdin, capture_output=True, text=True, timeout=120, check=False
    )


def called(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """The exit code of a command that runs in this process, and all that it prints."""
    alone = {name: environment.get(name) for name in (*os.environ, *environment)}
    done = CliRunner().invoke(main, arguments, env=alone, prog_name="diptych")
    return done.exit_code, done.output


def everything_written(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes().decode("latin-1")


def assert_hidden(text: str) -> None:
    for planted in PLANTED:
        assert planted not in text


MODELS = ["fine", "wrong", "moved", "page"]


@pytest.mark.parametrize("model", MODELS)
def test_nothing_that_is_printed_or_kept_holds_a_key(
    environment: dict[str, str], echo: Echo, tmp_path: Path, model: str
) -> None:
    (tmp_path / "home").mkdir()
    sides = ("-l", f"anthropic:{model}", "-r", f"openai:{model}")
    done = run(environment, "run", *sides, "hi")  # once as a process, for what only a process prints or leaves behind
    assert done.returncode == 1, done.stderr  # the answers that are fine have an event that is not JSON
    printed = done.stdout + done.stderr
    for form in (["--json"], ["--events"], ["--events", "--record", str(tmp_path / "round.jsonl")]):
        code, output = called(environment, "run", *form, *sides, "hi")
        assert code == 1, output
        printed += output
    for arguments in (["show", "last"], ["history", "--list"], ["history", "--json", "sent"]):
        printed += called(environment, *arguments)[1]
    for extension in ("json", "md", "html"):
        assert called(environment, "export", "last", "-o", str(tmp_path / f"round.{extension}"))[0] == 0

    assert_hidden(printed)
    if model != "moved":
        assert "You sent" in printed
    for path, text in everything_written(tmp_path):
        assert all(planted not in text for planted in PLANTED), path
    for headers, target, body in echo.requests:
        assert_hidden(target + body.decode())
        for name, value in headers:
            assert name.lower() in ("authorization", "x-api-key", "x-gateway-token") or "PLANTED" not in value


def has_grown(terminal: Any, size: int) -> bool:
    return len(terminal.output) > size


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
@pytest.mark.parametrize("model", MODELS)
def test_no_screen_shows_a_key(environment: dict[str, str], tmp_path: Path, model: str) -> None:
    from tests.support.terminal import opened, shows

    (tmp_path / "home").mkdir()
    with opened(environment, "-l", f"anthropic:{model}", "-r", f"openai:{model}", "hi") as terminal:
        terminal.wait_until(lambda lines: shows("response")(lines) and not shows("●")(lines) and not shows("◌")(lines))
        for keys in ("\t\t", "\x1b[H", "\r", "]", "]", "\x1b", "\x1bOQ", "\x1b", "\x1bOS", "\x1b"):
            size = len(terminal.output)
            terminal.type(keys)
            terminal.wait_for(partial(has_grown, terminal, size))
        terminal.type("\x11")
        terminal.wait_for(lambda: terminal.is_given_back)
        assert terminal.wait_for_end() == 0

    assert_hidden(terminal.output.decode())


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--max-tokens", OPENAI, "hi"],
        ["run", "hi", OPENAI],
        ["run", "-l", OPENAI, "hi"],
        ["run", "-p", OPENAI, "hi"],
        ["run", "--side", OPENAI, "hi"],
        ["run", f"--{OPENAI}"],
        ["run", "-f", OPENAI],
        ["show", OPENAI],
        ["--timeout", ANTHROPIC],
        ["run", "--demo", OPENAI],
        ["run", "--demo", "--system", ANTHROPIC, "hi"],
        ["run", "--demo", "-p", f'a="{HEADER}"', "hi"],
        ["run", "-l", f"anthropic:{ANTHROPIC}", "hi"],
    ],
)
def test_what_is_refused_quotes_no_key_and_sends_none(
    environment: dict[str, str], echo: Echo, tmp_path: Path, arguments: list[str]
) -> None:
    done = run(environment, *arguments)

    assert done.returncode == (1 if arguments[0] == "show" else 2) or done.returncode == 2
    assert done.stdout == ""
    assert_hidden(done.stderr)
    assert echo.requests == []
    assert [*everything_written(tmp_path)] == []


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"ANTHROPIC_BASE_URL": "http://models.test"}, "what ANTHROPIC_API_KEY holds"),
        ({"ANTHROPIC_BASE_URL": "http://localhost.evil.com"}, "what ANTHROPIC_API_KEY holds"),
        ({"OPENAI_BASE_URL": f"http://me:{PROXY}@models.test"}, "what OPENAI_API_KEY holds"),
        ({"OPENAI_API_KEY": "", "OPENAI_BASE_URL": f"http://me:{PROXY}@models.test"}, "what OPENAI_BASE_URL holds"),
        ({"OPENAI_BASE_URL": f"ftp://me:{PROXY}@models.test"}, "OPENAI_BASE_URL is not a valid base URL"),
        ({"OPENAI_API_KEY": f"{OPENAI}\n{OPENAI}"}, "OPENAI_API_KEY contains characters"),
    ],
)
def test_settings_that_would_give_a_key_away_are_refused(
    environment: dict[str, str], echo: Echo, variables: dict[str, str], said: str
) -> None:
    done = run(environment | variables, "run", "hi")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr
    assert_hidden(done.stderr)
    assert echo.requests == []


def test_plain_http_is_allowed_by_a_word(environment: dict[str, str]) -> None:
    exposed = environment | {"ANTHROPIC_BASE_URL": "http://models.invalid"}

    done = run(exposed, "run", "--side", "left", "--insecure", "hi")

    assert done.returncode == 1
    assert "models.invalid" in done.stdout


def test_a_key_of_somebody_else_is_warned_of_and_sent(environment: dict[str, str], echo: Echo) -> None:
    foreign = "ghp_0123456789abcdefghijABCDEFGHIJ012345"

    done = run(environment, "run", "--side", "left", "-l", "anthropic:fine", f"Is {foreign} a key?")

    assert done.returncode == 1  # the answer has an event that is not JSON
    assert done.stderr == "Warning: The prompt seems to hold a GitHub token (ghp_…345). It is sent anyway.\n"
    assert len(echo.requests) == 1


def test_no_object_of_ours_shows_a_key(environment: dict[str, str]) -> None:
    known = configured_endpoints(environment)
    settings = {"left": Settings(known["anthropic"], "fine"), "right": Settings(known["openai"], "fine")}
    engine = Engine(settings, EngineOptions())
    ended = threading.Event()
    try:
        round_ = engine.ask("hi")
        for _ in range(1_000):
            if round_.ended:
                break
            ended.wait(0.02)
        assert round_.ended
        for thing in reachable([engine, round_, known]):
            assert_hidden(repr(thing) + str(thing))
    finally:
        engine.close()


def reachable(roots: list[Any]) -> Iterator[Any]:
    """Every object of ours and every container that these lead to, but for what a secret itself holds."""
    seen: dict[int, Any] = {}
    left = list(roots)
    while left:
        thing = left.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        yield thing
        if isinstance(thing, dict):
            left += [*thing.keys(), *thing.values()]
        elif isinstance(thing, list | tuple | set):
            left += thing
        elif type(thing).__module__.startswith("diptych") and type(thing).__name__ not in ("Secret", "Secrets"):
            left += [getattr(thing, each.name) for each in fields(thing)] if is_dataclass(thing) else []
            left += vars(thing).values() if hasattr(thing, "__dict__") else []


def test_answers_hold_what_the_server_said_otherwise(environment: dict[str, str]) -> None:
    done = run(environment, "run", "--json", "--side", "right", "-r", "openai:fine", "hi")

    assert json.loads(done.stdout)["right"]["text"].count("[redacted]") >= 1
