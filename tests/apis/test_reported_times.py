"""What servers report of their own times, in the forms in which they do."""

import json
from typing import Any

import pytest

from diptych.apis.reported_times import event_times, header_times
from diptych.core.endpoint import ApiName
from tests.support.answers import Answer, json_answer
from tests.support.asking import play
from tests.support.streams import APIS, STREAMS, framed


def in_words(times: Any) -> dict[str, float]:
    return {time.label: round(time.seconds, 6) for time in times}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            {
                "timings": {
                    "cache_n": 9,
                    "prompt_n": 5,
                    "prompt_ms": 12.5,
                    "prompt_per_second": 400,
                    "predicted_ms": 1330.6,
                }
            },
            {"timings.prompt_ms": 0.0125, "timings.predicted_ms": 1.3306},
            id="llama.cpp",
        ),
        pytest.param(
            {
                "metrics": {
                    "time_to_first_token_ms": 85.2,
                    "generation_time_ms": 1240.5,
                    "queue_time_ms": 12.3,
                    "mean_itl_ms": 9.1,
                    "tokens_per_second": 103.2,
                }
            },
            {
                "metrics.time_to_first_token_ms": 0.0852,
                "metrics.generation_time_ms": 1.2405,
                "metrics.queue_time_ms": 0.0123,
                "metrics.mean_itl_ms": 0.0091,
            },
            id="vLLM",
        ),
        pytest.param(
            {
                "stats": {
                    "type": "NIM LLM Model Stats",
                    "generation_time_in_ms": 800.0,
                    "time_in_queue_in_ms": 10.0,
                    "response_tokens": {"time_to_first_token_in_ms": 110.0, "tokens_per_second": 80.0},
                }
            },
            {
                "stats.generation_time_in_ms": 0.8,
                "stats.time_in_queue_in_ms": 0.01,
                "stats.response_tokens.time_to_first_token_in_ms": 0.11,
            },
            id="NIM",
        ),
        pytest.param(
            {"x_groq": {"id": "req_1", "usage": {"queue_time": 0.05, "prompt_tokens": 8, "total_time": 0.4}}},
            {"x_groq.usage.queue_time": 0.05, "x_groq.usage.total_time": 0.4},
            id="Groq",
        ),
        pytest.param(
            {
                "usage": {
                    "time_to_first_token": 0.1,
                    "total_latency": 0.37,
                    "start_time": 1746852567.3,
                    "end_time": 1746852567.7,
                }
            },
            {"usage.time_to_first_token": 0.1, "usage.total_latency": 0.37},
            id="SambaNova",
        ),
        pytest.param(
            {"time_info": {"queue_time": 7.3e-05, "total_time": 0.022, "created": 1723733419}},
            {"time_info.queue_time": 7.3e-05, "time_info.total_time": 0.022},
            id="Cerebras",
        ),
        pytest.param(
            {
                "type": "message_stop",
                "amazon-bedrock-invocationMetrics": {"invocationLatency": 2500, "firstByteLatency": 500},
            },
            {
                "amazon-bedrock-invocationMetrics.invocationLatency": 2.5,
                "amazon-bedrock-invocationMetrics.firstByteLatency": 0.5,
            },
            id="Amazon Bedrock",
        ),
        pytest.param(
            {"response": {"metrics": {"queue_time_ms": 3}}}, {"metrics.queue_time_ms": 0.003}, id="in a response"
        ),
        pytest.param({"message": {"usage": {"queue_time": 3}}}, {"usage.queue_time": 3.0}, id="in a message"),
        pytest.param(
            {"timings": [1], "metrics": None, "usage": "x", "time_info": {"queue_time": None}}, {}, id="wrong types"
        ),
        pytest.param(
            {"usage": {"queue_time": True, "prompt_time": -1, "completion_time": "x", "total_time": 1e300}},
            {},
            id="no times",
        ),
        pytest.param({"usage": {"queue_time": 10**400, "total_time": "1.5"}}, {"usage.total_time": 1.5}, id="too long"),
    ],
)
def test_events(data: dict[str, Any], expected: dict[str, float]) -> None:
    assert in_words(event_times(data)) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("OpenAI-Processing-Ms", "420", {"openai-processing-ms": 0.42}),
        ("x-gateway-processing-ms", "7.5", {"x-gateway-processing-ms": 0.0075}),
        ("x-litellm-response-duration-ms", "12", {"x-litellm-response-duration-ms": 0.012}),
        ("x-envoy-upstream-service-time", "98", {"x-envoy-upstream-service-time": 0.098}),
        ("fireworks-server-time-to-first-token", "0.044", {"fireworks-server-time-to-first-token": 0.044}),
        (
            "Server-Timing",
            'db;dur=53, miss, app ; desc="a, \\"b\\";dur=9" ; dur="47.2",total;dur=1e2;x',
            {"server-timing.db": 0.053, "server-timing.app": 0.0472, "server-timing.total": 0.1},
        ),
        ("server-timing", "a|b`;dur=1", {"server-timing.a_b_": 0.001}),
        ("server-timing", ";;;, =", {}),
        ("server-timing", "x;dur=1.2.3, y;dur=-5", {}),
        ("openai-processing-ms", "soon", {}),
        ("x-ratelimit-reset-ms", "10", {}),
        ("x-uptime-ms", "10", {}),
        ("age", "10", {}),
    ],
)
def test_headers(name: str, value: str, expected: dict[str, float]) -> None:
    assert in_words(header_times([("date", "now"), (name, value)])) == expected


def test_a_header_of_any_number_of_metrics_gives_twenty() -> None:
    header = ",".join(f"m{number};dur=1" for number in range(10_000))

    assert len(header_times([("server-timing", header)])) == 20


@pytest.mark.parametrize("api", APIS)
def test_they_are_kept_with_the_run_whatever_the_api(api: ApiName) -> None:
    *most, last = STREAMS[api]("Hi")
    data = {"type": "ping", "choices": [], "timings": {"prompt_ms": 12}}
    headers = {"content-type": "text/event-stream", "openai-processing-ms": "300"}
    refused = json_answer(503, "{}")
    refused = Answer(refused.steps, 503, refused.headers | {"x-other-processing-ms": "9"})

    run = play(refused, Answer([*most, framed(json.dumps(data)), last], headers=headers), api=api)

    assert in_words(run.server_times) == {"openai-processing-ms": 0.3, "timings.prompt_ms": 0.012}
    assert run.state == "complete"
