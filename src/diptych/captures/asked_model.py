"""Finds out what a captured request asked of which model: from the request, or from what the user says about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never
from urllib.parse import urlsplit

from diptych.apis.other_bodies import is_other_body
from diptych.apis.registry import DIALECTS
from diptych.apis.request_path import api_of_path
from diptych.apis.sse import Decoder
from diptych.captures.recognized_api import api_of_events, api_of_request
from diptych.captures.requests import chat_request, messages_request, responses_request
from diptych.captures.requests.captured_request import CapturedRequest
from diptych.core.capture import Capture
from diptych.core.content import Identity
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.json_text import JsonObject, parse_lenient_json
from diptych.core.message import Message
from diptych.core.settings import DEFAULT_MAX_TOKENS, Settings

UNKNOWN = "unknown"
"""The name of an endpoint or a model that a capture does not name."""

_OFFICIAL: Mapping[tuple[str, ApiName], str] = {
    ("api.anthropic.com", "anthropic-messages"): "anthropic",
    ("api.openai.com", "openai-chat"): "openai",
    ("api.openai.com", "openai-responses"): "openai-responses",
}
"""The names of Diptych's built-in endpoints for the servers of these companies."""


@dataclass(frozen=True, slots=True)
class CaptureHints:
    """What the user says about captures that may not say it themselves. What is None is read from the captures."""

    api: ApiName | None = None
    model: str | None = None
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class AskedModel:
    """The settings and the conversation of a request.

    `prompt` is the last text of the user, "" if unknown. `files` are the contents of files by their SHA-256.
    """

    settings: Settings
    prompt: str
    messages: tuple[Message, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def api(self) -> ApiName:
        """The API that was asked."""
        return self.settings.endpoint.api


def asked_model(capture: Capture, hints: CaptureHints) -> AskedModel | None:
    """Return what a captured request asked; None if it is not recognized as a request to a model."""
    body = _json_body(capture.request_body)
    api = hints.api or api_of_request(capture.url, capture.request_headers, body)
    if api is not None and not hints.api and _answers_something_else(capture, api):
        return None
    if api is None and not body:
        api = api_of_events(Decoder().feed(capture.body + b"\n\n"))
    if api is None or (capture.url and capture.method != "POST"):
        return None
    sent = _read_request(api, body)
    endpoint = Endpoint(_endpoint_name(capture.url, api), api, "", "")
    model = hints.model or sent.model or _reported_model(capture, api) or UNKNOWN
    settings = Settings(
        endpoint,
        model,
        system=sent.system,
        max_tokens=sent.max_tokens or DEFAULT_MAX_TOKENS,
        params=sent.params,
        tools=sent.tools,
        response_schema=sent.response_schema,
    )
    if hints.prompt is not None and not sent.messages:
        return AskedModel(settings, hints.prompt)
    return AskedModel(settings, sent.prompt, sent.messages, sent.files)


def _answers_something_else(capture: Capture, api: ApiName) -> bool:
    """Whether a response shows that a request which looked like one of this API was not: one for embeddings does.

    The path of the URL decides where it names an API. Some programs remove URLs from what they save.
    """
    if api_of_path(urlsplit(capture.url).path) or capture.status is None or not 200 <= capture.status < 300:
        return False
    dialect = DIALECTS[api]()
    return is_other_body(capture.body, dialect) and not dialect.is_whole_answer(capture.body)


def _json_body(body: bytes) -> JsonObject:
    """Return the JSON object that a request sent, an empty one if it is something else."""
    try:
        value = parse_lenient_json(body.decode("utf-8-sig", "replace"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _read_request(api: ApiName, body: JsonObject) -> CapturedRequest:
    match api:
        case "anthropic-messages":
            return messages_request.read_request(body)
        case "openai-chat":
            return chat_request.read_request(body)
        case "openai-responses":
            return responses_request.read_request(body)
        case _:
            assert_never(api)


def _endpoint_name(url: str, api: ApiName) -> str:
    host = urlsplit(url).hostname or UNKNOWN
    return _OFFICIAL.get((host, api), host.replace(":", "-"))


def _reported_model(capture: Capture, api: ApiName) -> str | None:
    """Return the model that the events name."""
    dialect = DIALECTS[api]()
    for event in Decoder().feed(capture.body + b"\n\n"):
        _, contents = dialect.decode(event)
        for content in contents:
            if isinstance(content, Identity) and content.model:
                return content.model
    return None
