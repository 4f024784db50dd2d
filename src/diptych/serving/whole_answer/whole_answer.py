"""A recorded stream as the one object that its API answers with where no stream is asked for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from diptych.apis.sse import Decoder
from diptych.core.endpoint import ApiName
from diptych.core.json_text import JsonObject, parse_lenient_json
from diptych.serving.api_forms import json_answer
from diptych.serving.timed_answer import TimedAnswer
from diptych.serving.whole_answer.whole_completion import whole_completion
from diptych.serving.whole_answer.whole_message import whole_message
from diptych.serving.whole_answer.whole_response import whole_response

_MAKERS: Mapping[ApiName, Callable[[list[JsonObject]], JsonObject | None]] = {
    "anthropic-messages": whole_message,
    "openai-chat": whole_completion,
    "openai-responses": whole_response,
}

_SUCCESS = range(200, 300)


class NoWholeAnswerError(Exception):
    """A recorded stream cannot be made one object. The message follows the name of the recording."""


def whole_answer(api: ApiName, recorded: TimedAnswer) -> TimedAnswer:
    """Return a recorded answer as it is sent to a request without `stream`, at the time at which its stream ended.

    An answer that is not a stream stays as it is. If the connection was lost or fell silent, nothing is sent before
    that. Raises `NoWholeAnswerError` for a stream that ended without its last event.
    """
    if recorded.status not in _SUCCESS or not (recorded.is_stream or recorded.ending != "clean"):
        return recorded
    made = _MAKERS[api](list(_events(recorded.body))) if recorded.is_stream else None
    if made is not None:
        return json_answer(recorded.status or 200, made, recorded.ends, _other_headers(recorded.headers))
    if recorded.ending == "clean":
        raise NoWholeAnswerError("is a stream that ended early")
    return replace(recorded, status=None, headers=b"", writes=(), delays=())


def _events(body: bytes) -> Iterator[JsonObject]:
    """Yield the data of the events of a body that are objects."""
    decoder = Decoder()
    for event in [*decoder.feed(body), *decoder.end()]:
        try:
            value = parse_lenient_json(event.data.decode("utf-8", "replace"))
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def _other_headers(headers: bytes) -> bytes:
    """Return the recorded header lines without the content type."""
    lines = headers.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.lower().startswith((b"content-type:", b"content-encoding:")))
