"""How servers are asked for their models, and what is told of those that do not list them."""

import asyncio
import gzip
import json
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.offered_models import ModelList, ModelListAnswer, NoModelList
from diptych.core.secrets.printed_keys import PrintedKeys
from diptych.core.secrets.values import Secret, Secrets
from diptych.wire.client import Client
from diptych.wire.model_list import ask_for_models
from tests.support.answers import Answer, Gate, Repeat, json_answer, lost, raw
from tests.support.loopback import LoopbackServer
from tests.support.streams import APIS
from tests.support.transport import PlannedTransport
from tests.support.virtual_loop import run as in_virtual_time
from tests.wire.conftest import Variables

KEY = "sk-very-secret-key"

each_api = pytest.mark.parametrize("api", APIS)


def an_endpoint(url: str = "http://api.test/v1", api: ApiName = "openai-chat", **more: Any) -> Endpoint:
    key = Secret(KEY)
    secrets = Secrets([("LOCAL_KEY", key)])
    values: dict[str, Any] = {"key": key, "url_source": "LOCAL_URL", "environment": secrets, "plain_http_allowed": True}
    return Endpoint("local", api, url, "LOCAL_KEY", **(values | more))


async def ask(endpoint: Endpoint, transport: PlannedTransport | None = None) -> ModelListAnswer:
    clock = asyncio.get_running_loop().time
    opened: list[Client] = []

    async def open_client() -> Client:
        opened.append(Client(endpoint, clock, transport=transport))
        await opened[0].ensure_key()
        return opened[0]

    try:
        return await ask_for_models(endpoint, open_client, clock)
    finally:
        for client in opened:
            await client.close()


def answered(*answers: Answer | Exception, api: ApiName = "openai-chat", **more: Any) -> ModelListAnswer:
    """What comes of these answers, in virtual time."""
    return in_virtual_time(ask(an_endpoint(api=api, **more), PlannedTransport(*answers)))


def refusal(*answers: Answer | Exception, **more: Any) -> NoModelList:
    answer = answered(*answers, **more)
    assert isinstance(answer, NoModelList)
    return answer


def ids(answer: ModelListAnswer) -> list[str]:
    assert isinstance(answer, ModelList), answer
    return [model.id for model in answer.models]


def a_page(*ids: Any, **more: Any) -> Answer:
    return json_answer(200, json.dumps({"object": "list", "data": [{"id": id_} for id_ in ids], **more}))


@each_api
async def test_each_api_is_asked_at_its_own_address_with_its_own_key(api: ApiName, server: LoopbackServer) -> None:
    server.plan(a_page("a", "b"))
    base, target = {
        "anthropic-messages": (f"{server.url}/gateway", "/gateway/v1/models?limit=1000"),
    }.get(api, (f"{server.url}/gateway/v1", "/gateway/v1/models"))
    before = time.time()

    answer = await ask(an_endpoint(base, api))

    assert ids(answer) == ["a", "b"]
    assert isinstance(answer, ModelList)
    assert before <= answer.asked <= time.time()
    assert 0 < answer.took < 60
    (request,) = server.received
    assert (request.method, request.target) == ("GET", target)
    assert f"Bearer {KEY}" in request.headers.values() or request.headers["x-api-key"] == KEY
    assert request.headers["accept-encoding"] == "identity"


def test_all_of_anthropics_pages_are_asked_for() -> None:
    transport = PlannedTransport(
        a_page("a", "b", has_more=True, last_id="b"), a_page("b", "c", has_more=False, last_id="c")
    )

    answer = in_virtual_time(ask(an_endpoint("http://api.test", "anthropic-messages"), transport))

    assert ids(answer) == ["a", "b", "c"]
    assert [request.url.params.get("after_id") for request in transport.requests] == [None, "b"]


def test_pages_of_other_servers_continue_as_openais_lists_do() -> None:
    transport = PlannedTransport(a_page("a", has_more=True, last_id="a"), a_page("b"))

    assert ids(in_virtual_time(ask(an_endpoint(), transport))) == ["a", "b"]
    assert transport.requests[1].url.params["after"] == "a"


def test_a_server_that_repeats_its_page_is_not_asked_for_ever() -> None:
    assert ids(answered(*[a_page("a", has_more=True, last_id="a")] * 2)) == ["a"]


def test_a_list_without_an_end_is_cut_off() -> None:
    pages = [a_page(f"m{number}", has_more=True, last_id=f"m{number}") for number in range(20)]

    assert len(ids(answered(*pages))) == 20


def test_no_more_than_20000_models_are_kept() -> None:
    names = [f"m{number}" for number in range(20_001)]

    assert len(ids(answered(a_page(*names, has_more=True, last_id="m1")))) == 20_000


def test_a_model_that_comes_twice_is_listed_once() -> None:
    assert ids(answered(a_page("a", "b", "a"))) == ["a", "b"]


def test_a_key_that_the_server_echoes_is_not_kept() -> None:
    assert ids(answered(a_page("a", f"x-{KEY}"))) == ["a"]
    named = json_answer(200, json.dumps([{"id": "a", "name": KEY}, "b"]))
    assert ids(answered(named)) == ["b"]


def test_a_compressed_list_is_read() -> None:
    body = gzip.compress(b'["a"]')

    assert ids(answered(Answer([body], headers={"content-encoding": "gzip"}))) == ["a"]


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_without_the_list(status: int) -> None:
    assert refusal(json_answer(status, "{}")) == NoModelList(
        "unsupported", f"api.test does not list its models ({status}). Any model's name can be typed."
    )


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("<html>Welcome</html>", "a web page"),
        ("pong", "text that is not JSON"),
        ("", "nothing"),
        ('{"ok": true}', "JSON of another form"),
    ],
)
def test_a_server_that_answers_something_else(body: str, what: str) -> None:
    assert refusal(json_answer(200, body)) == NoModelList(
        "unsupported", f"api.test does not list its models: it answers with {what}. Any model's name can be typed."
    )


def test_a_compression_that_cannot_be_read() -> None:
    answer = refusal(Answer([b"?"], headers={"content-encoding": "br"}))

    assert answer.problem == "unsupported"
    assert "compressed in a way that cannot be read, br" in answer.sentence


def test_an_error_in_place_of_the_list() -> None:
    assert refusal(json_answer(200, '{"error": "no database"}')) == NoModelList(
        "failed", "api.test did not list its models: no database."
    )


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_refuses_the_key(status: int) -> None:
    answer = refusal(json_answer(status, json.dumps({"error": {"message": f"Wrong key {KEY}"}})))

    assert answer.problem == "refused"
    assert answer.sentence.startswith(f"api.test refused the key ({status}): Wrong key ")
    assert answer.sentence.endswith("Check LOCAL_KEY.")
    assert KEY not in answer.sentence


@pytest.mark.skipif(sys.platform == "win32", reason="the command is one of a Unix shell")
async def test_a_key_that_has_run_out_is_printed_anew(server: LoopbackServer, tmp_path: Path) -> None:
    script = f"echo key >> {tmp_path}/count; echo printed-key-number-$(wc -l < {tmp_path}/count | tr -d ' ')"
    endpoint = an_endpoint(
        f"{server.url}/v1", key=None, key_command=("sh", "-c", script), environment=Secrets((), PrintedKeys())
    )
    server.plan(json_answer(401, "{}"), a_page("a"))

    assert ids(await ask(endpoint)) == ["a"]
    keys = [request.headers["authorization"] for request in server.received]
    assert keys == ["Bearer printed-key-number-1", "Bearer printed-key-number-2"]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (307, "api.test redirects to elsewhere (307). Redirects are not followed. Check LOCAL_URL."),
        (400, "api.test refused to list its models (400): why."),
        (429, "api.test limits the rate of requests (429): why. Try again later."),
        (503, "api.test is overloaded or has failed (503): why. Try again later."),
    ],
)
def test_other_statuses(status: int, sentence: str) -> None:
    assert refusal(json_answer(status, '{"error": {"message": "why"}}')) == NoModelList("failed", sentence)


async def test_a_server_that_is_not_there() -> None:
    assert await ask(an_endpoint("http://127.0.0.1:9/v1")) == NoModelList(
        "unreachable", "127.0.0.1:9 refused the connection. Is the server running? Check LOCAL_URL."
    )


async def test_a_host_without_an_address() -> None:
    answer = await ask(an_endpoint("http://nowhere.invalid/v1"))

    assert answer == NoModelList(
        "unreachable", "The host name nowhere.invalid cannot be resolved. Check the network and LOCAL_URL."
    )


async def test_a_server_that_speaks_no_tls(server: LoopbackServer) -> None:
    server.plan(raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    answer = await ask(an_endpoint(server.url.replace("http", "https")))

    assert isinstance(answer, NoModelList)
    assert answer.problem == "unreachable"
    assert "No secure connection" in answer.sentence


def test_a_server_that_accepts_and_says_nothing() -> None:
    assert refusal(Answer(before=[Gate("never")])) == NoModelList(
        "unreachable", "api.test did not list its models within 10 s."
    )


def test_a_server_that_falls_silent_in_the_middle() -> None:
    assert refusal(Answer([b'{"data": [', Gate("never")])).problem == "unreachable"


def test_pages_that_come_slowly_share_one_time_limit() -> None:
    pages = [
        Answer([3.0, json.dumps({"data": [{"id": str(n)}], "has_more": True, "last_id": str(n)}).encode()])
        for n in range(20)
    ]

    assert refusal(*pages).sentence == "api.test did not list its models within 10 s."


async def test_connecting_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.wire.client.CONNECT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = await ask(an_endpoint(f"https://127.0.0.1:{silent.getsockname()[1]}/v1"))

    assert isinstance(answer, NoModelList)
    assert answer.problem == "unreachable"
    assert answer.sentence.startswith("Connecting to 127.0.0.1:")
    assert answer.sentence.endswith(" timed out. Check LOCAL_URL.")


def test_a_connection_that_is_lost() -> None:
    answer = refusal(lost())

    assert answer.problem == "unreachable"
    assert answer.sentence.startswith("The connection to api.test was lost before its list of models was complete (")


def test_a_list_that_is_too_long() -> None:
    assert refusal(Answer([b'["', Repeat(b"x" * 1_000_000, 9), b'"]'])) == NoModelList(
        "failed", "The list of models of api.test is longer than 8 MB."
    )


def test_an_endpoint_without_its_key_is_not_asked() -> None:
    assert refusal(provider="openai", key=None) == NoModelList(
        "not asked", "LOCAL_KEY is not set, so local is not asked."
    )


def test_an_endpoint_that_cannot_be_used_is_not_asked() -> None:
    assert refusal(problem="LOCAL_URL is not a URL.") == NoModelList("not asked", "LOCAL_URL is not a URL.")


def test_a_key_is_not_sent_in_the_clear() -> None:
    answer = refusal(bearers=("LOCAL_KEY",), plain_http_allowed=False)

    assert answer.problem == "not asked"
    assert "plain http" in answer.sentence


async def test_a_variable_that_cannot_be_used(variables: Variables) -> None:
    variables({"HTTP_PROXY": "gopher://proxy"})
    answer = await ask(an_endpoint())

    assert isinstance(answer, NoModelList)
    assert answer.problem == "not asked"
    assert answer.sentence.startswith("HTTP_PROXY names a proxy of a kind that Diptych cannot use")


async def test_a_proxy_that_wants_a_password(server: LoopbackServer, variables: Variables) -> None:
    variables({"HTTP_PROXY": server.url})
    server.plan(json_answer(407, "{}"))
    answer = await ask(an_endpoint())

    assert isinstance(answer, NoModelList)
    assert answer.problem == "failed"
    assert "requires a user name and a password (407)" in answer.sentence


def test_an_error_in_diptych_is_a_sentence() -> None:
    assert refusal(RuntimeError("oops")).problem == "failed"


async def test_cancelling_ends_the_request(server: LoopbackServer) -> None:
    server.plan(Answer(before=[Gate("never")]))
    task = asyncio.create_task(ask(an_endpoint(f"{server.url}/v1")))
    await server.aarrived(1)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    await server.agone()
