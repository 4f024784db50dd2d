"""What a request is answered with, in the form that its SDK reads."""

import json
from collections.abc import Iterable
from typing import Any

import anthropic
import openai
import pytest

from diptych.core.endpoint import ApiName
from diptych.serving.matching import RecordedAnswers
from diptych.serving.recorded_answer import RecordedAnswer
from diptych.serving.request_router import LARGEST_BODY, HttpRequest, Reply, RequestRouter
from diptych.serving.timed_answer import TimedAnswer, chunks
from tests.serving.serving import recording_of, serving
from tests.serving.test_typed_streams import simulated
from tests.support.streams import STREAMS

_CLAUDE = {"anthropic-version": "2023-06-01"}


def _router(*answers: RecordedAnswer) -> RequestRouter:
    return RequestRouter(RecordedAnswers(answers))


def _recorded(api: ApiName = "openai-chat", body: Iterable[bytes] | None = None, model: str = "m") -> RecordedAnswer:
    pieces = [(1.0, each) for each in (STREAMS[api]("Hel", "lo") if body is None else body)]
    answer = TimedAnswer(200, b"x-id: 7\r\n", 0.5, *chunks(pieces), "clean", 2.0, is_chunked=True, is_stream=True)
    return RecordedAnswer("1:left", api, model, None, answer)


def _asked(body: Any, target: str = "/v1/chat/completions", method: str = "POST", **headers: str) -> HttpRequest:
    return HttpRequest(method, target, headers, body if isinstance(body, bytes | None) else json.dumps(body).encode())


def _value(reply: Reply) -> dict[str, Any]:
    value = json.loads(reply.answer.body)
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(
    "target",
    [
        "/v1/chat/completions",
        "/chat/completions",
        "/openai/deployments/x/chat/completions?api-version=1",
        "/v1/chat/completions/",
    ],
)
def test_base_urls_differ(target: str) -> None:
    recorded = _recorded()
    reply = _router(recorded).reply(_asked({"model": "m", "stream": True}, target))
    assert (reply.answer, reply.recorded, reply.what) == (recorded.answer, recorded, "1:left (200)")


def test_what_is_played_again_is_counted() -> None:
    router = _router(_recorded())
    said = [router.reply(_asked({"model": "m", "stream": True})).what for _ in range(12)]
    assert (said[0], said[1], said[2]) == (
        "1:left (200)",
        "1:left (200, for the 2nd time)",
        "1:left (200, for the 3rd time)",
    )
    assert (said[3], said[11]) == ("1:left (200, for the 4th time)", "1:left (200, for the 12th time)")


def test_a_request_without_a_stream_gets_the_whole_answer_at_its_end() -> None:
    reply = _router(_recorded()).reply(_asked({"model": "m"}))

    assert _value(reply)["choices"][0]["message"]["content"] == "Hello"
    assert (reply.answer.begins, reply.answer.headers) == (2.0, b"content-type: application/json\r\nx-id: 7\r\n")
    assert reply.what == "1:left (200, in one piece)"


def test_a_stream_that_is_not_whole_cannot_be_given_in_one_piece() -> None:
    recorded = _recorded(body=STREAMS["openai-chat"]("Hel")[:2])
    router = _router(recorded)

    reply = router.reply(_asked({"model": "m"}))

    assert (reply.answer.status, reply.is_unmatched, recorded.played) == (400, True, 0)
    assert _value(reply)["error"]["message"] == ('1:left is a stream that ended early: ask for it with "stream": true.')


def test_errors_have_the_form_of_their_api() -> None:
    router = _router(_recorded("anthropic-messages"), _recorded())

    chat = _value(router.reply(_asked({"model": "else"})))["error"]
    assert (chat["type"], chat["code"], chat["param"]) == ("invalid_request_error", "not_found_error", None)
    assert chat["message"].startswith(
        "No recording matches this request. Nearest is 1:left: the model is m there and else"
    )
    claude = _value(router.reply(_asked({"model": "else"}, "/v1/messages")))
    assert (claude["type"], claude["error"]["type"]) == ("error", "not_found_error")


@pytest.mark.parametrize(
    ("request_", "status", "sentence"),
    [
        (_asked(b"{", "/v1/messages"), 400, "The body of the request is not a JSON object."),
        (_asked(b"[]"), 400, "The body of the request is not a JSON object."),
        (_asked(b"\xff"), 400, "The body of the request is not a JSON object."),
        (_asked(None), 413, f"The body of the request is larger than {LARGEST_BODY // 2**20} MiB."),
        (
            _asked({}, "/v1/messages/count_tokens"),
            404,
            "There is no POST /v1/messages/count_tokens here: POST to a path",
        ),
        (_asked(b"", "/v1/chat/completions", "GET"), 404, "There is no GET /v1/chat/completions here"),
        (_asked(b"", "/", "GET"), 404, "There is no GET / here"),
    ],
)
def test_requests_that_cannot_be_answered(request_: HttpRequest, status: int, sentence: str) -> None:
    reply = _router(_recorded()).reply(request_)
    assert reply.answer.status == status
    assert sentence in _value(reply)["error"]["message"]


async def test_both_sdks_read_the_lists_of_models() -> None:
    claude_run, gpt_run = await simulated("anthropic-messages", "hi", "c"), await simulated("openai-chat", "hi", "g")
    async with serving(recording_of(claude_run), recording_of(gpt_run)) as url:
        async with anthropic.AsyncAnthropic(base_url=url, api_key="none") as claude:
            assert [model.id async for model in await claude.models.list()] == ["c"]
            assert (await claude.models.retrieve("c")).display_name == "c"
            with pytest.raises(anthropic.NotFoundError, match="No recording is of the model x"):
                await claude.models.retrieve("x")
        async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="none") as gpt:
            assert [model.id async for model in await gpt.models.list()] == ["g"]
            assert (await gpt.models.retrieve("g")).owned_by == "diptych"


def test_an_empty_list_of_models() -> None:
    assert _value(_router().reply(_asked(b"", "/models", "GET", **_CLAUDE))) == {
        "data": [],
        "has_more": False,
        "first_id": None,
        "last_id": None,
    }
