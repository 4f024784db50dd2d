"""Recorded rounds for the tests: sides of every API, and one made to be looked at moment by moment."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from diptych.apis.registry import DIALECTS
from diptych.apis.sse import Decoder
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.event import AttemptFailed, RequestSent, ResponseBegan
from diptych.core.recording import RecordedEvent, RecordedLine, RecordedRun, Recording
from diptych.core.settings import Settings

STREAMS = sorted((Path(__file__).parent.parent / "streams").glob("*/*.sse"))


def side(api: ApiName, lines: Sequence[RecordedLine], *, ended: bool = True, is_live: bool = False) -> RecordedRun:
    endpoint = Endpoint(api.partition("-")[0], api, "https://models.test/v1", "HERE_API_KEY", api.partition("-")[0])
    return RecordedRun("left", Settings(endpoint, "some-model"), lines, ended, is_live)


def begun(at: float = 0.01) -> list[RecordedLine]:
    """The request and the head of its response, a tenth of a second later."""
    sent = RequestSent(at, "POST", "https://models.test/v1", (), b'{"messages": [{}]}', connect=0.004)
    return [sent, ResponseBegan(at + 0.1, 200, (("request-id", "req_1"),))]


def streamed(path: Path, *, gap: float = 0.05) -> RecordedRun:
    """A hand-written stream as it would be recorded: after a failed attempt, two events at a time."""
    decoder = Decoder()
    framed = [*decoder.feed(path.read_bytes()), *decoder.end()]
    lines: list[RecordedLine] = [*begun(), AttemptFailed(0.2, 1, 529, 0.5, "overloaded"), *begun(0.7)]
    for number, event in enumerate(framed):
        lines.append(RecordedEvent(0.9 + number // 2 * gap, event.name, event.data, event.dropped))
    return side(next(api for api in DIALECTS if api == path.parent.name), lines)


def chunk(at: float, text: str, **choice: str) -> RecordedEvent:
    """A chunk of Chat Completions."""
    data = {"model": "gpt-5", "choices": [{"index": 0, "delta": {"content": text}, **choice}]}
    return RecordedEvent(at, "", json.dumps(data).encode())


def chat(*chunks: RecordedEvent, ended: bool = True) -> RecordedRun:
    return side("openai-chat", [*begun(), *chunks], ended=ended)


def round_of(left: RecordedRun, right: RecordedRun | None = None) -> Recording:
    return Recording("hi", None, [left, replace(right, label="right")] if right else [left])


def two_answers() -> Recording:
    """Left says a word every quarter of a second but for a silence, right says two at once and is cut."""
    words = [chunk(0.5 + 0.25 * number, f"one{number} ") for number in range(4)]
    later = [chunk(4.0 + 0.25 * number, f"late{number} ") for number in range(4)]
    left = chat(*words, *later, chunk(5.0, "", finish_reason="stop"))
    right = chat(chunk(1.0, "uno "), chunk(1.0, "dos "), chunk(2.0, "tres "), ended=False)
    return round_of(left, right)
