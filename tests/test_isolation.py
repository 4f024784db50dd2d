"""Every endpoint has secrets of its own in every member and variable; each reaches its own server and nothing else.

Every server sends back all that it gets, so that what is written and shown is searched as well.
"""

import base64
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from diptych.config.configuration import load_configuration
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.secrets.guard import MustNotBeSentError, check_requests
from tests.test_secrets import Echo, Handler, called, everything_written, run

PASSWORD = "PLANTED-password-of-login"  # noqa: S105 - made up
PROXY_PASSWORD = "PLANTED-password-of-proxy"  # noqa: S105 - made up

OWN = {
    "anthropic": {"sk-ant-api03-PLANTED0anthropic1key2of3the4user-AA", "PLANTED-custom-header-a"},
    "openai": {"sk-proj-PLANTED0openai1key2of3the4user", "PLANTED-custom-header-o"},
    "key": {"PLANTED-key-of-variable"},
    "command": {"PLANTED-key-of-command"},
    "header": {"PLANTED-header-of-variable", "PLANTED-header-in-the-file", "sk-proj-PLANTEDabcdefghijkl0123456789"},
    "query": {"PLANTED-query-of-variable", "PLANTED-query-in-the-file"},
    "login": {base64.b64encode(f"me:{PASSWORD}".encode()).decode()},
    "proxy": {base64.b64encode(f"me:{PROXY_PASSWORD}".encode()).decode()},
}
"""What the server of each endpoint must get."""

SECRETS = set().union(*OWN.values(), {PASSWORD, PROXY_PASSWORD})

_CONFIG = """
[endpoints.anthropic]
base_url = "http://127.0.0.1:{anthropic}"

[endpoints.key]
api = "openai-chat"
base_url = "http://127.0.0.1:{key}/v1"
key_env = "KEY_OF_KEY"

[endpoints.command]
api = "anthropic-messages"
base_url = "http://127.0.0.1:{command}"
key_command = ["{python}", "-c", "import sys; print('PLANTED-key-of-' + 'command'); print('noise', file=sys.stderr)"]

[endpoints.header]
api = "openai-chat"
base_url = "http://127.0.0.1:{header}/v1"
[endpoints.header.headers]
x-plain = "env:HEADER"
x-token = "PLANTED-header-in-the-file"
x-other = "sk-proj-PLANTEDabcdefghijkl0123456789"

[endpoints.query]
api = "openai-chat"
base_url = "http://127.0.0.1:{query}/v1"
query = {{ code = "env:QUERY", api-key = "PLANTED-query-in-the-file", api-version = "2026-10-01" }}

[endpoints.login]
api = "openai-chat"
base_url = "http://me:PLANTED-password-of-login@127.0.0.1:{login}/v1"

[endpoints.proxy]
api = "openai-chat"
base_url = "http://models.invalid/v1"
proxy = "http://me:PLANTED-password-of-proxy@127.0.0.1:{proxy}"
"""


@contextmanager
def echoes() -> Iterator[dict[str, Echo]]:
    """A server for each endpoint."""
    known: dict[str, Echo] = {}
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []
    for name in OWN:
        known[name] = Echo()
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"echo": known[name]}))
        known[name].port = server.server_address[1]
        servers.append((server, threading.Thread(target=server.serve_forever, args=(0.01,))))
        servers[-1][1].start()
    try:
        yield known
    finally:
        for server, thread in servers:
            server.shutdown()
            server.server_close()
            thread.join(120)


@pytest.fixture
def servers() -> Iterator[dict[str, Echo]]:
    with echoes() as known:
        yield known


@pytest.fixture
def environment(tmp_path: Path, servers: dict[str, Echo]) -> dict[str, str]:
    ports = {name: echo.port for name, echo in servers.items()}
    config = tmp_path / "config.toml"
    config.write_text(_CONFIG.format(python=sys.executable.replace("\\", "\\\\"), **ports))
    (tmp_path / "home").mkdir()
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path / "home"),
        "DIPTYCH_CONFIG": str(config),
        "DIPTYCH_HISTORY": str(tmp_path / "home" / "history.db"),
        "ANTHROPIC_API_KEY": "sk-ant-api03-PLANTED0anthropic1key2of3the4user-AA",
        "ANTHROPIC_CUSTOM_HEADERS": "x-token-a: PLANTED-custom-header-a",
        "OPENAI_API_KEY": "sk-proj-PLANTED0openai1key2of3the4user",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{ports['openai']}/v1",
        "OPENAI_CUSTOM_HEADERS": "x-token-o: PLANTED-custom-header-o",
        "OPENAI_ORG_ID": "PLANTED-organization",
        "OPENAI_PROJECT_ID": "PLANTED-project",
        "OPENAI_ADMIN_KEY": "PLANTED-admin-key",
        "KEY_OF_KEY": "PLANTED-key-of-variable",
        "HEADER": "PLANTED-header-of-variable",
        "QUERY": "PLANTED-query-of-variable",
    }


PAIRS = [("anthropic", "openai"), ("key", "command"), ("header", "query"), ("login", "proxy")]


def planted_in(text: str) -> set[str]:
    return {secret for secret in SECRETS if secret in text} | set(re.findall(r"PLANTED-(?:org|proj|admin)\S*", text))


def test_no_secret_leaves_its_endpoint(environment: dict[str, str], servers: dict[str, Echo], tmp_path: Path) -> None:
    printed = ""
    for number, (left, right) in enumerate(PAIRS):
        sides = ("-l", f"{left}:fine", "-r", f"{right}:fine")
        if not number:  # once as a process, for what only a process prints or leaves behind
            done = run(environment, "run", *sides, "hi")
            printed += done.stdout + done.stderr
        for form in (["--json"], ["--events"], ["--record", str(tmp_path / f"{left}.jsonl")]):
            code, output = called(environment, "run", *form, *sides, "hi")
            assert code == 1, output  # the answers are fine, but for an event that is not JSON
            printed += output
        printed += called(environment, "show", "last")[1]
        for extension in ("json", "md", "html"):
            out = tmp_path / f"{left}.{extension}"
            assert called(environment, "export", "last", "-o", str(out))[0] == 0

    assert "noise" not in printed
    assert "You sent" in printed
    assert planted_in(printed) == set()
    for path, text in everything_written(tmp_path):
        if path.name != "config.toml":
            assert planted_in(text) == set(), path
    for name, echo in servers.items():
        got = "".join(f"{headers}{target}{body!r}" for headers, target, body in echo.requests)
        assert planted_in(got) == OWN[name], name
        assert ("authorization" in got.lower()) == (name in ("anthropic", "openai", "key", "login", "proxy"))


def test_no_prompt_carries_a_secret(environment: dict[str, str]) -> None:
    configuration = load_configuration(environment)
    for secret in SECRETS - OWN["command"]:
        message = Message.of_text("user", f"My secret is {secret}.")
        for name in configuration.endpoints:
            with pytest.raises(MustNotBeSentError, match=r"^The prompt holds the secret in ") as caught:
                check_requests([Request(configuration.settings_for(f"{name}:m"), (message,))])
            assert planted_in(str(caught.value)) == set()


def test_no_prompt_carries_a_key_that_is_printed_for_it(environment: dict[str, str], servers: dict[str, Echo]) -> None:
    prompt = "My secret is PLANTED-key-of-command."
    code, output = called(environment, "run", "-l", "command:fine", "-r", "key:fine", prompt)

    assert code == 1
    assert output.count("The prompt holds the secret in key_command of [endpoints.command]") == 2
    assert not any(echo.requests for echo in servers.values())


@pytest.mark.parametrize("arguments", [["run", "--side", "{}", "hi"], ["run", "-l", "{}", "hi"], ["show", "{}"]])
def test_no_message_about_the_command_line_quotes_a_secret_of_the_file(
    environment: dict[str, str], arguments: list[str]
) -> None:
    code, output = called(environment, *(word.format("PLANTED-key-of-variable") for word in arguments))

    assert code
    assert "[redacted]" in output
    assert planted_in(output) == set()
