"""The command is run by real shells with real curl, and the server gets what Diptych sent."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from diptych.core.attachment import contents_by_hash
from diptych.core.endpoint import ApiName, Connection, Endpoint
from diptych.core.event import RequestSent
from diptych.core.message import Message, TextPart
from diptych.core.request import Request
from diptych.core.run import Run
from diptych.core.secrets.values import Secret, Secrets
from diptych.core.settings import Settings
from diptych.report.curl.command import curl_command, sent_request
from tests.support.answers import Answer, json_answer
from tests.support.asking import KEY, Asker, new_run, settings
from tests.support.files import PDF, attachment, png
from tests.support.loopback import LoopbackServer, Received
from tests.support.streams import APIS, STREAMS, chat

SHELLS = [shell for shell in ("bash", "dash", "zsh") if shutil.which(shell)]
NASTY = 'it\'s "quoted" $HOME `id` \\ \\n !! !$ BODY\nBODY\r\n\t\x7f\x85 é 🙂 $(id) ${x} %s EOF'

pytestmark = pytest.mark.skipif(not SHELLS or not shutil.which("curl"), reason="needs a shell and curl")


def asked(server: LoopbackServer, run: Run, *answers: Answer) -> Run:
    """Ask the server, and plan another answer for curl."""
    api = run.request.settings.endpoint.api
    server.plan(*(answers or [Answer(STREAMS[api]("Hi"))]), Answer(STREAMS[api]("Hi")))

    async def go() -> Run:
        async with Asker(run.request.settings) as asker:
            return await asker.ask(run)

    return asyncio.run(go())


def command_of(run: Run) -> str:
    sent = sent_request(run)
    assert sent is not None
    return curl_command(run, sent)


def run_in(shell: str, command: str, folder: Path, **variables: str) -> str:
    """Run a command as it would be pasted; what it prints."""
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder)} | variables
    done = subprocess.run([shell], input=command, env=environment, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_same(first: Received, second: Received) -> None:
    """Two requests are the same, byte for byte, but for the order and the case of their headers."""
    assert second.method == first.method
    assert second.target == first.target
    assert second.body == first.body
    assert sorted((name.lower(), value) for name, value in second.header_list) == sorted(
        (name.lower(), value) for name, value in first.header_list
    )


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("api", APIS)
def test_the_server_gets_the_same_request(server: LoopbackServer, api: ApiName, shell: str, tmp_path: Path) -> None:
    asked_with = settings(api, server.url, system=NASTY)
    run = asked(server, new_run(asked_with, NASTY * 300))

    command = command_of(run)
    printed = run_in(shell, command, tmp_path, **{asked_with.endpoint.key_source: KEY.reveal()})

    assert KEY.reveal() not in command
    assert max(map(len, command.encode().splitlines())) <= 4_000
    assert run.state == "complete"
    assert printed.startswith(("data: ", "event: "))
    assert_same(*server.received)


def test_an_endpoint_of_the_config_file_with_everything(server: LoopbackServer, tmp_path: Path) -> None:
    team, version = Secret("secret-team-42"), Secret("2026-10-01")
    endpoint = Endpoint(
        *("local", "openai-chat", f"{server.url}/v1", "LOCAL_KEY"),
        key=KEY,
        connection=Connection(
            headers=(("x-team", team), ("x-it's", Secret("it's [plain]")), ("x-empty", Secret(""))),
            query=(("api version", version), ("plain", Secret("a b&c+d"))),
            variables=(("x-team", "TEAM"), ("api version", "API_VERSION")),
        ),
        environment=Secrets([("LOCAL_KEY", KEY), ("TEAM", team), ("API_VERSION", version)]),
    )
    run = asked(server, new_run(Settings(endpoint, "some-model")))

    command = command_of(run)
    run_in("bash", command, tmp_path, LOCAL_KEY=KEY.reveal(), TEAM=team.reveal(), API_VERSION=version.reveal())

    assert '-H "authorization: Bearer $LOCAL_KEY"' in command
    assert '-H "x-team: $TEAM"' in command
    assert not any(secret.reveal() in command for secret in (KEY, team, version))
    assert_same(*server.received)


def test_a_key_that_a_command_prints(server: LoopbackServer, tmp_path: Path) -> None:
    command = ("echo", "key of 'Ann' $HOME")
    endpoint = Endpoint("local", "anthropic-messages", server.url, "key_command of [endpoints.local]", key=KEY)
    run = asked(server, new_run(Settings(endpoint, "some-model")))
    configured = Endpoint("local", "anthropic-messages", server.url, "", key_command=command)
    sent = sent_request(run)
    assert sent is not None

    run_in("bash", curl_command(run, sent, configured), tmp_path)

    assert server.received[1].headers["x-api-key"] == "key of 'Ann' $HOME"


def test_a_login_in_the_base_url(server: LoopbackServer, tmp_path: Path) -> None:
    endpoint = Endpoint(
        *("openai", "openai-chat", f"{server.url}/v1", "OPENAI_API_KEY"),
        login=Secret("ann:opensesame"),
        url_source="OPENAI_BASE_URL",
        is_built_in=True,
    )
    run = asked(server, new_run(Settings(endpoint, "some-model")))

    command = command_of(run)
    run_in("bash", command, tmp_path, OPENAI_LOGIN="ann:opensesame")

    assert "opensesame" not in command
    assert ": 'Set the variable OPENAI_LOGIN to NAME:PASSWORD of OPENAI_BASE_URL.'" in command
    assert_same(*server.received)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("size", [2_000, 200_000])
def test_attached_files_are_sent_again(
    server: LoopbackServer, api: ApiName, size: int, shell: str, tmp_path: Path
) -> None:
    files = (
        attachment("it's a picture.png", png(comment=b"x" * size), "image/png"),
        attachment("-n.pdf", PDF + b"y" * size, "application/pdf"),
        attachment("notes.txt", NASTY.encode() * 50, "text/plain"),
    )
    for each in files:
        (tmp_path / each.file.name).write_bytes(each.data)
    message = Message("user", (*(each.file for each in files), TextPart("hi")))
    asked_with = settings(api, server.url)
    request = Request(asked_with, (message,), contents_by_hash(files))
    run = asked(server, Run("left", request, 0.0))

    command = command_of(run)
    run_in(shell, command, tmp_path, **{asked_with.endpoint.key_source: KEY.reveal()})

    assert len(command) < 60_000
    assert ("in the folder of it" in command) == (size > 100_000)
    assert_same(*server.received)


def test_what_a_recording_does_not_know_is_a_variable_or_said() -> None:
    notes = attachment("notes.txt", b"x" * 2_000, "text/plain")
    message = Message("user", (notes.file, TextPart("hi")))
    recorded = Endpoint("my server", "openai-chat", "", "")
    run = Run("left", Request(Settings(recorded, "some-model"), (message,)), 0.0)
    body = {"text": f"[text of SHA-256 {notes.file.sha256}]"}
    url = "https://[::1]/[redacted]/v1?api-version=[redacted]"
    headers = (("Authorization", "[redacted]"), ("x-tenant", "[redacted]"))
    run.note(RequestSent(0.0, "PUT", url, headers, json.dumps(body).encode()))

    command = command_of(run)

    assert command.splitlines()[:12] == [
        ": 'Set the variable MY_SERVER_URL_SECRET to the secret that belongs into the URL.'",
        ": 'Set the variable MY_SERVER_API_VERSION to the value of the query parameter api-version.'",
        ": 'Set the variable MY_SERVER_API_KEY to the key of the endpoint my server.'",
        ": 'Set the variable MY_SERVER_X_TENANT to the value of the header x-tenant.'",
        ": 'The text of notes.txt is not in the recording: put it where its SHA-256 stands.'",
        "curl -N --http1.1 -X 'PUT' \\",
        "  --globoff \\",
        "  'https://[::1]/'\"${MY_SERVER_URL_SECRET}\"'/v1?api-version='\"${MY_SERVER_API_VERSION}\" \\",
        '  -H "Authorization: Bearer $MY_SERVER_API_KEY" \\',
        '  -H "x-tenant: $MY_SERVER_X_TENANT" \\',
        "  -H 'Expect:' \\",
        "  --data @- <<'BODY'",
    ]


@pytest.mark.parametrize(
    ("name", "api", "variable"),
    [
        ("anthropic", "anthropic-messages", "ANTHROPIC_API_KEY"),
        ("openai", "openai-chat", "OPENAI_API_KEY"),
        ("openai-responses", "openai-responses", "OPENAI_API_KEY"),
        ("1.2", "openai-chat", "_1_2_API_KEY"),
    ],
)
def test_the_variable_of_a_recorded_key(name: str, api: ApiName, variable: str) -> None:
    run = new_run(Settings(Endpoint(name, api, "", ""), "some-model", simulated=True))
    run.note(RequestSent(0.0, "POST", "https://x.test/v1", (("authorization", "[redacted]"),), b"{}"))

    command = command_of(run)

    assert f'"authorization: Bearer ${variable}"' in command
    assert command.startswith(": 'This answer was simulated. The command asks the real server.'\n")


def test_the_proxy_and_the_certificates() -> None:
    def command(proxy: str) -> str:
        connection = Connection(ca_file="/etc/it's.pem", proxy=Secret(proxy))
        run = new_run(Settings(Endpoint("local", "openai-chat", "", "KEY", connection=connection), "some-model"))
        run.note(RequestSent(0.0, "POST", "https://x.test/v1", (), b"{}"))
        return command_of(run)

    assert "--cacert '/etc/it'\"'\"'s.pem' " in command("http://proxy:3128")
    assert "--proxy 'http://proxy:3128' " in command("http://proxy:3128")
    assert "hunter2" not in command("http://ann:hunter2@proxy:3128")
    assert '--proxy "$LOCAL_PROXY" ' in command("http://ann:hunter2@proxy:3128")


@pytest.mark.parametrize("body", [b"two\nlines", b"it's\r\n$HOME\n\n", b'{"a": 1}\n'])
def test_a_body_with_line_breaks(server: LoopbackServer, body: bytes, tmp_path: Path) -> None:
    run = new_run(settings("openai-chat"))
    run.note(RequestSent(0.0, "POST", f"{server.url}/v1", (("content-type", "text/plain"),), body))
    server.plan(json_answer(200, "{}"))

    run_in("dash", command_of(run), tmp_path)

    assert server.received[0].body == body


def test_the_request_that_a_line_belongs_to(server: LoopbackServer) -> None:
    run = asked(server, new_run(settings("openai-chat", server.url)), json_answer(500, "{}"), Answer(chat("Hi")))
    requests = [line for line in run.lines if isinstance(line, RequestSent)]

    assert len(requests) == 2
    assert [sent_request(run, index) for index in range(3)] == [requests[0]] * 3
    assert sent_request(run) is sent_request(run, 4) is requests[1]
    assert sent_request(new_run(settings("openai-chat"))) is None
