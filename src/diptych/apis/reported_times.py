"""The times that servers report of their own work, in events and in response headers.

Only what is documented, or was seen in recorded answers, is read:

- llama.cpp: `timings` of its server (tools/server/README.md), in milliseconds.
- vLLM: `metrics`, with `--enable-per-request-metrics` (docs/features/per_request_metrics.md).
- NVIDIA NIM: `stats`, with `NIM_PER_REQ_METRICS_ENABLE=1` ("Per-Request Metrics" in its documentation).
- Groq: members of `usage` and of `x_groq.usage` (`CompletionUsage` of its SDK), in seconds.
- SambaNova: members of `usage`, in seconds.
- Cerebras: `time_info` (its API reference), in seconds.
- Amazon Bedrock: `amazon-bedrock-invocationMetrics` in `message_stop` (`InvokeModelWithResponseStream` in its
  documentation), in milliseconds.
- Fireworks: two headers, in seconds.
- Any server and proxy: headers whose names end with a word for a duration and `-ms`, such as `openai-processing-ms`;
  Envoy's `x-envoy-upstream-service-time`, in milliseconds; `server-timing` (https://w3c.github.io/server-timing/).
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from diptych.apis.lenient_json import mapping
from diptych.core.json_text import JsonObject
from diptych.core.metrics.server_times import ServerTime

_MS, _S = 0.001, 1.0

_MEMBERS: Mapping[str, Mapping[str, float]] = {
    "timings": {"prompt_ms": _MS, "predicted_ms": _MS},
    "metrics": {"queue_time_ms": _MS, "time_to_first_token_ms": _MS, "generation_time_ms": _MS, "mean_itl_ms": _MS},
    "stats": {"time_in_queue_in_ms": _MS, "generation_time_in_ms": _MS},
    "stats.response_tokens": {"time_to_first_token_in_ms": _MS, "token_to_token_time_in_ms": _MS},
    "usage": {
        "queue_time": _S,
        "prompt_time": _S,
        "completion_time": _S,
        "total_time": _S,
        "time_to_first_token": _S,
        "total_latency": _S,
    },
    "x_groq.usage": {"queue_time": _S, "prompt_time": _S, "completion_time": _S, "total_time": _S},
    "amazon-bedrock-invocationMetrics": {"firstByteLatency": _MS, "invocationLatency": _MS},
    "time_info": {"queue_time": _S, "prompt_time": _S, "completion_time": _S, "total_time": _S},
}
"""The durations in members of an event, by the path of the object that holds them, with their units in seconds."""

_HOLDERS = frozenset(path.partition(".")[0] for path in _MEMBERS)

_HEADERS_IN_SECONDS = frozenset({"fireworks-server-time-to-first-token", "fireworks-server-processing-time"})
_HEADERS_IN_MILLISECONDS = re.compile(
    r"x-envoy-upstream-service-time|[\w-]*\b(?:processing|duration|latency|time)-ms", re.ASCII | re.IGNORECASE
)

_METRIC = re.compile(
    r"\s*(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)(?P<parameters>(?:[^,\"]|\"(?:[^\"\\]|\\.)*\")*)(?:,|$)", re.ASCII
)
"""One metric of `server-timing`: its name and its parameters, in which a quoted text may hold commas."""

_PARAMETER = re.compile(r";\s*(?P<name>[\w-]+)\s*=\s*\"?(?P<value>(?<=\")(?:[^\"\\]|\\.)*|[^;\s\"]*)", re.ASCII)

_LONGEST_NAME = 60
_MOST_METRICS = 20
_LONGEST_HEADER = 2_000
"""What is read of one `server-timing` header at most, so that a hostile one takes no time to read."""

_LONGEST = 1e6
"""Seconds. A longer duration is a point in time, or a mistake."""


def event_times(data: JsonObject) -> tuple[ServerTime, ...]:
    """Return the durations that the data of an event, or of the response in it, reports."""
    found: list[ServerTime] = []
    for holder in (data, data.get("response"), data.get("message")):
        if isinstance(holder, dict) and not _HOLDERS.isdisjoint(holder):
            found += _member_times(holder)
    return tuple(found)


def header_times(headers: Iterable[tuple[str, str]]) -> tuple[ServerTime, ...]:
    """Return the durations that the headers of a response report."""
    found: list[ServerTime] = []
    for name, value in headers:
        source = name.lower()
        if source == "server-timing":
            found += _metrics(value)
        elif source in _HEADERS_IN_SECONDS:
            found += _time(source, "", value, _S)
        elif _HEADERS_IN_MILLISECONDS.fullmatch(source):
            found += _time(source[:_LONGEST_NAME], "", value, _MS)
    return tuple(found)


def _member_times(holder: JsonObject) -> Iterator[ServerTime]:
    for path, names in _MEMBERS.items():
        first, _, second = path.partition(".")
        members = mapping(holder, first)
        for name, value in (mapping(members, second) if second else members).items():
            if name in names:
                yield from _time(path, name, value, names[name])


def _metrics(header: str) -> Iterator[ServerTime]:
    """Yield the durations of a `server-timing` header, in the order in which they stand there."""
    for metric in islice(_METRIC.finditer(header[:_LONGEST_HEADER]), _MOST_METRICS):
        parameters = {found["name"].lower(): found["value"] for found in _PARAMETER.finditer(metric["parameters"])}
        if "dur" in parameters:
            name = re.sub(r"[^\w.-]", "_", metric["name"][:_LONGEST_NAME], flags=re.ASCII)
            yield from _time("server-timing", name, parameters["dur"], _MS)


def _time(source: str, name: str, value: Any, unit: float) -> Iterator[ServerTime]:
    """Yield a duration, unless the value cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return
    try:
        seconds = float(value) * unit
    except (ValueError, OverflowError):
        return
    if math.isfinite(seconds) and 0 <= seconds < _LONGEST:
        yield ServerTime(source, name, seconds)
