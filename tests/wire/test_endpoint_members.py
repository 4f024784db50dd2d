"""What an endpoint of the config file says is what its server gets: key, headers, query, field names, and no more."""

import json
import sys
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from diptych.config.endpoint_tables import endpoint_from_table
from diptych.config.environment import configured_endpoints, configured_secrets
from diptych.config.tables import EndpointTable
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.event import AttemptFailed, RequestSent
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.engine.client_pool import ClientKey
from diptych.wire.ask import ask
from diptych.wire.client import Client
from diptych.wire.idle_timeout import IdleLimits
from diptych.wire.lag import LoopLag
from tests.support.answers import Answer, json_answer
from tests.support.asking import Asker, new_run, notes, path
from tests.support.loopback import LoopbackServer, Received
from tests.support.streams import APIS, STREAMS
from tests.wire.conftest import Variables
from tests.wire.test_client import CERTIFICATE, STREAM, a_tls_server

each_api = pytest.mark.parametrize("api", APIS)

FOREIGN = {
    "ANTHROPIC_API_KEY": "foreign-anthropic-key",
    "ANTHROPIC_AUTH_TOKEN": "foreign-anthropic-token",
    "ANTHROPIC_CUSTOM_HEADERS": "x-foreign: foreign-header\nAuthorization: foreign-authorization\nX-Team: foreign",
    "ANTHROPIC_BASE_URL": "http://foreign.invalid",
    "OPENAI_API_KEY": "foreign-openai-key",
    "OPENAI_ADMIN_KEY": "foreign-admin-key",
    "OPENAI_CUSTOM_HEADERS": "x-foreign: foreign-header\nAuthorization: foreign-authorization\nX-Team: foreign",
    "OPENAI_ORG_ID": "foreign-organization",
    "OPENAI_PROJECT_ID": "foreign-project",
    "OPENAI_BASE_URL": "http://foreign.invalid",
}
"""What belongs to the built-in endpoints."""


@pytest.fixture(autouse=True)
def _foreign_variables(variables: Variables) -> None:
    variables(FOREIGN)


def endpoint(server: LoopbackServer, api: ApiName, **members: Any) -> Endpoint:
    """An endpoint of the config file, in an environment that has only what other endpoints use."""
    base_url = server.url if api == "anthropic-messages" else f"{server.url}/v1"
    environment = FOREIGN | members.pop("environment", {})
    table = EndpointTable(**({"api": api, "base_url": base_url} | members))
    known = configured_endpoints(environment, {"local": table})["local"]
    assert known.problem == ""
    return known


async def asked(server: LoopbackServer, known: Endpoint, **settings: Any) -> tuple[Run, Received]:
    server.plan(Answer(STREAMS[known.api]("hi")))
    async with Asker(Settings(known, "some-model", **settings)) as asker:
        run = await asker.ask()
    assert run.state == "complete", run.failure
    request = server.received[-1]
    assert "foreign" not in f"{request.target}{request.header_list}{request.body!r}"
    return run, request


def key_headers(request: Received) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name in ("authorization", "x-api-key", "api-key")}


# The key


@each_api
async def test_without_a_key_none_is_sent(api: ApiName, server: LoopbackServer) -> None:
    _, request = await asked(server, endpoint(server, api))

    assert key_headers(request) == {}
    assert "openai-organization" not in request.headers
    assert "openai-project" not in request.headers
    assert "x-foreign" not in request.headers


@pytest.mark.parametrize(
    ("api", "credential", "expected"),
    [
        ("anthropic-messages", None, {"x-api-key": "local-key-0123"}),
        ("anthropic-messages", "key", {"x-api-key": "local-key-0123"}),
        ("anthropic-messages", "token", {"authorization": "Bearer local-key-0123"}),
        ("openai-chat", None, {"authorization": "Bearer local-key-0123"}),
        ("openai-chat", "token", {"authorization": "Bearer local-key-0123"}),
        ("openai-responses", "key", {"authorization": "Bearer local-key-0123"}),
    ],
)
@pytest.mark.parametrize("source", ["variable", "command"])
async def test_a_key_goes_in_the_header_of_its_kind(
    api: ApiName, credential: str | None, expected: dict[str, str], source: str, server: LoopbackServer
) -> None:
    members: dict[str, Any] = {"key_env": "LOCAL_KEY", "environment": {"LOCAL_KEY": "local-key-0123\n"}}
    if source == "command":
        members = {"key_command": (sys.executable, "-c", "print('local-key-0123')")}
    run, request = await asked(server, endpoint(server, api, credential=credential, **members))

    assert key_headers(request) == expected
    assert "local-key-0123" not in repr(run.lines)


@each_api
async def test_a_login_in_the_base_url_goes_as_basic_authorization(api: ApiName, server: LoopbackServer) -> None:
    url = server.url.replace("//", "//me:p%40ss-word@") + ("" if api == "anthropic-messages" else "/v1")
    _, request = await asked(server, endpoint(server, api, base_url=url))

    assert key_headers(request) == {"authorization": "Basic " + b64encode(b"me:p@ss-word").decode()}


@each_api
async def test_a_key_that_has_run_out_is_printed_anew(api: ApiName, server: LoopbackServer, tmp_path: Path) -> None:
    count = f"import pathlib; p = pathlib.Path({str(tmp_path / 'n')!r}); n = len(p.read_text()) if p.exists() else 0"
    script = f"{count}; p.write_text('x' * (n + 1)); print(f'printed-key-number-{{n}}')"
    known = endpoint(server, api, key_command=(sys.executable, "-c", script))
    refused = json_answer(401, '{"error": {"message": "printed-key-number-0 has expired"}}')
    server.plan(refused, Answer(STREAMS[api]("hi")), refused, refused)
    async with Asker(Settings(known, "m")) as asker:
        run = await asker.ask()
        failed = await asker.ask(new_run(Settings(known, "m")))

    assert notes(run) == ["request", "response 401", "again in 0", "request", "response 200"]
    sent = [next(iter(key_headers(request).values())).removeprefix("Bearer ") for request in server.received]
    assert sent == [f"printed-key-number-{n}" for n in (0, 1, 1, 2)]
    (reason,) = [line.reason for line in run.lines if isinstance(line, AttemptFailed)]
    assert reason == "the server refused the key: asking again with the one that is printed now"
    assert failed.failure is not None  # once is enough: the new key was refused, too
    assert failed.failure.message.endswith("Check key_command of [endpoints.local].")
    assert "printed-key-number" not in repr((run.lines, run.failure, failed.lines, failed.failure))


async def test_a_command_that_prints_the_refused_key_again_ends_it(server: LoopbackServer) -> None:
    known = endpoint(server, "openai-chat", key_command=(sys.executable, "-c", "print('printed-key-number-0')"))
    server.plan(json_answer(401, "no"))
    async with Asker(Settings(known, "m")) as asker:
        run = await asker.ask()

    assert notes(run) == ["request", "response 401", "failed: http"]


async def test_a_prompt_with_a_key_that_was_only_just_printed_is_not_sent(server: LoopbackServer) -> None:
    known = endpoint(server, "openai-chat", key_command=(sys.executable, "-c", "print('printed-key-number-0')"))
    async with Asker(Settings(known, "m")) as asker:
        run = await asker.ask(new_run(Settings(known, "m"), "My key is printed-key-number-0."))

    assert server.received == []
    assert run.failure is not None
    assert run.failure.message == (
        "The prompt holds the secret in key_command of [endpoints.local], which is never sent or kept: take it out."
    )


@each_api
async def test_a_command_that_fails_says_so_even_if_nobody_asked_for_the_key_before(
    api: ApiName, server: LoopbackServer
) -> None:
    known = endpoint(server, api, key_command=("false",))
    run = new_run(Settings(known, "m"))
    clock = time.perf_counter
    async with Asker(run.request.settings) as asker:

        async def without_key() -> Client:
            return asker.client

        await ask(run, without_key, IdleLimits(), clock, LoopLag(clock))

    assert server.received == []
    assert run.failure is not None
    assert (run.failure.kind, run.failure.message) == (
        "request",
        "key_command of [endpoints.local] ended with exit code 1. Run the command in a terminal to see why.",
    )


async def test_a_server_that_refuses_a_request_without_a_key(server: LoopbackServer) -> None:
    server.plan(json_answer(401, '{"error": "No key."}'))
    async with Asker(Settings(endpoint(server, "openai-chat"), "m")) as asker:
        run = await asker.ask()

    assert run.failure is not None
    assert run.failure.message == (
        f"127.0.0.1:{server.port} refused the request, which has no key (401): No key."
        " If it needs one, set key_env of [endpoints.local]."
    )


# Headers and query


@each_api
async def test_headers_are_sent_and_replace_those_of_the_sdk(api: ApiName, server: LoopbackServer) -> None:
    headers = {
        "x-team": "search",
        "USER-AGENT": "mine/1",
        "Authorization": "Custom env-free",
        "x-api-key": "env:GATEWAY_KEY",
        "anthropic-version": "2020-01-01",
        "accept-encoding": "gzip",
    }
    environment = {"GATEWAY_KEY": "gateway-key-0123", "LOCAL_KEY": "local-key-0123"}
    known = endpoint(server, api, headers=headers, key_env="LOCAL_KEY", environment=environment)
    run, request = await asked(server, known)

    expected = {name.lower(): value for name, value in headers.items()} | {"x-api-key": "gateway-key-0123"}
    assert {name: request.headers[name] for name in expected} == expected
    (note,) = [line for line in run.lines if isinstance(line, RequestSent)]
    shown = {name.lower(): value for name, value in note.headers}
    assert {shown[name] for name in expected} == {"[redacted]"}


@each_api
async def test_the_query_is_in_every_url_and_percent_encoded(api: ApiName, server: LoopbackServer) -> None:
    query = {"api-version": "2026-10-01", "a b": "c d+e&f=g%h#é/?", "code": "env:QUERY_CODE"}
    known = endpoint(server, api, query=query, environment={"QUERY_CODE": "query-code-0123"})
    run, request = await asked(server, known)

    assert request.target == (
        f"{path(api)}?api-version=2026-10-01&a%20b=c%20d%2Be%26f%3Dg%25h%23%C3%A9%2F%3F&code=query-code-0123"
    )
    assert "query-code-0123" not in repr(run.lines)
    (note,) = [line for line in run.lines if isinstance(line, RequestSent)]
    assert note.url.endswith(f"{path(api)}?api-version=[redacted]&a%20b=[redacted]&code=[redacted]")


async def test_servers_as_other_companies_run_them(server: LoopbackServer) -> None:
    azure = endpoint(
        server,
        "openai-chat",
        base_url=f"{server.url}/openai/deployments/gpt",
        headers={"api-key": "env:AZURE_KEY"},
        query={"api-version": "2026-10-01"},
        fields={"model": False, "max_tokens": "max_completion_tokens"},
        environment={"AZURE_KEY": "azure-key-0123"},
    )
    _, request = await asked(server, azure)
    assert request.target == "/openai/deployments/gpt/chat/completions?api-version=2026-10-01"
    assert key_headers(request) == {"api-key": "azure-key-0123"}
    assert request.json.keys() == {"messages", "stream", "stream_options", "max_completion_tokens"}

    litellm = endpoint(server, "anthropic-messages", key_env="L", credential="token", environment={"L": "sk-litellm-1"})
    _, request = await asked(server, litellm)
    assert key_headers(request) == {"authorization": "Bearer sk-litellm-1"}

    llama = endpoint(server, "openai-chat", fields={"stream_options": False})
    _, request = await asked(server, llama)
    assert key_headers(request) == {}
    assert request.json.keys() == {"messages", "model", "stream", "max_tokens"}


# Fields


@pytest.mark.parametrize(
    ("api", "fields", "params", "expected"),
    [
        ("anthropic-messages", {"max_tokens": "max_output"}, {}, {"max_output": 9}),
        ("anthropic-messages", {"max_tokens": False, "model": "deployment"}, {}, {"deployment": "some-model"}),
        ("openai-chat", {"max_tokens": "max_completion_tokens"}, {}, {"max_completion_tokens": 9}),
        ("openai-chat", {"max_tokens": "limit"}, {"limit": 7}, {"limit": 7}),
        ("openai-chat", {"max_tokens": "limit"}, {"max_tokens": 8}, {"limit": 8}),
        ("openai-chat", {"temperature": "heat"}, {"temperature": 0.5}, {"heat": 0.5, "max_tokens": 9}),
        ("openai-chat", {"temperature": False}, {"temperature": 0.5}, {"max_tokens": 9}),
        ("openai-chat", {"max_tokens": "a", "a": "b"}, {"a": 1}, {"a": 9, "b": 1}),
        ("openai-responses", {"max_output_tokens": "max_tokens", "store": False}, {}, {"max_tokens": 9}),
        ("openai-responses", {"input": "messages", "unheard_of": False}, {"store": None}, {"max_output_tokens": 9}),
    ],
)
async def test_fields_have_the_names_that_the_server_knows(
    api: ApiName, fields: dict[str, Any], params: dict[str, Any], expected: dict[str, Any], server: LoopbackServer
) -> None:
    _, request = await asked(server, endpoint(server, api, fields=fields), params=params, max_tokens=9)

    own = {"model", "messages", "input", "stream", "stream_options", "store"}
    assert {name: value for name, value in request.json.items() if name not in own} == expected
    assert not fields.keys() & (request.json.keys() - set(fields.values()))


async def test_a_name_from_the_config_file_is_not_tried_otherwise(server: LoopbackServer) -> None:
    known = endpoint(server, "openai-chat", fields={"max_tokens": "max_completion_tokens"})
    server.plan(
        json_answer(400, json.dumps({"error": {"message": "Unknown field.", "param": "max_completion_tokens"}}))
    )
    async with Asker(Settings(known, "m")) as asker:
        run = await asker.ask()

    assert notes(run) == ["request", "response 400", "failed: http"]


# Clients


def test_endpoints_of_one_server_share_no_client(server: LoopbackServer) -> None:
    keys = {"A_KEY": "key-of-a-0123", "B_KEY": "key-of-b-0123"}
    tables = {name: EndpointTable(base_url=f"{server.url}/v1", key_env=f"{name.upper()}_KEY") for name in ("a", "b")}
    known = configured_endpoints(keys, tables)

    assert ClientKey(known["a"], False) != ClientKey(known["b"], False)


def test_the_secrets_of_every_endpoint_are_known_to_all() -> None:
    tables = {
        "a": EndpointTable(key_env="A_KEY", headers={"x-plain": "env:A_HEADER", "x-token": "token-in-the-file"}),
        "b": EndpointTable(
            base_url="http://me:password-of-b@localhost/sk-ant-api03-abcdefghijklmnopqrstuvw",
            query={"code": "env:B_CODE", "version": "2026-10-01-preview"},
            proxy="http://me:password-of-proxy@localhost",
        ),
    }
    environment = {"A_KEY": "key-of-a-0123", "A_HEADER": "header-of-a", "B_CODE": "code-of-b"}
    secrets = configured_secrets(environment, tables)
    said = (
        "key-of-a-0123 header-of-a token-in-the-file password-of-b sk-ant-api03-abcdefghijklmnopqrstuvw code-of-b"
        " password-of-proxy"
    )

    assert secrets.scrub(said).replace("[redacted]", "").strip() == ""
    assert secrets.scrub("2026-10-01-preview") == "2026-10-01-preview"
    assert endpoint_from_table("a", tables["a"], environment).connection.headers


# The way there


async def test_a_proxy_of_its_own_is_used_and_named(
    server: LoopbackServer, unused_tcp_port: int, variables: Variables
) -> None:
    variables({"NO_PROXY": "*"})
    known = endpoint(server, "openai-chat", base_url="http://models.invalid/v1", proxy=server.url)
    _, request = await asked(server, known)
    assert request.target == "http://models.invalid/v1/chat/completions"

    dead = f"http://me:proxy-password@127.0.0.1:{unused_tcp_port}"
    async with Asker(Settings(endpoint(server, "openai-chat", proxy=dead), "m")) as asker:
        run = await asker.ask(sleep=no_wait)
    assert run.failure is not None
    assert run.failure.message == (
        f"The proxy 127.0.0.1:{unused_tcp_port} set in proxy of [endpoints.local] could not be reached: Connection"
        " refused. Check proxy of [endpoints.local]."
    )


async def no_wait(seconds: float) -> None:
    del seconds


async def test_certificates_of_its_own_are_trusted_and_named(server: LoopbackServer) -> None:
    async with a_tls_server(STREAM) as port:
        url = f"https://127.0.0.1:{port}/v1"
        async with Asker(Settings(endpoint(server, "openai-chat", base_url=url), "m")) as asker:
            refused = await asker.ask()
        async with Asker(
            Settings(endpoint(server, "openai-chat", base_url=url, ca_file=str(CERTIFICATE)), "m")
        ) as asker:
            run = await asker.ask()

    assert refused.failure is not None
    assert refused.failure.message == (
        f"No secure connection to 127.0.0.1:{port}: self-signed certificate. Check base_url of [endpoints.local]."
        " To trust other certificates, set ca_file in [endpoints.local]."
    )
    assert run.state == "complete"
