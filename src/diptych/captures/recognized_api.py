"""Finds out which API an exchange belongs to: by the path of its URL, the body of its request, or its events."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from diptych.apis.registry import DIALECTS
from diptych.apis.request_path import api_of_path
from diptych.apis.sse import ServerSentEvent
from diptych.core.endpoint import ApiName
from diptych.core.event import Headers

_OTHER_PATHS = re.compile(r"/(?:embeddings|moderations|audio/speech|images/\w+|rerank|messages/\w+|responses/\w+)/?$")
"""The ends of paths whose requests look like those of a chat. They name a model and an input as well."""


def api_of_request(url: str, headers: Headers, fields: Mapping[str, Any]) -> ApiName | None:
    """Return the API of a request with a JSON body of these fields; None if it is not a request of any."""
    if api := api_of_path(urlsplit(url).path):
        return api
    if not isinstance(fields.get("model"), str) or _OTHER_PATHS.search(urlsplit(url).path):
        return None
    if "messages" in fields:
        is_anthropic = any(name.lower() == "anthropic-version" for name, _ in headers)
        return "anthropic-messages" if is_anthropic else "openai-chat"
    return "openai-responses" if "input" in fields else None


def api_of_events(events: Iterable[ServerSentEvent]) -> ApiName | None:
    """Return the API of the first event that can belong to only one API; None if there is no such event."""
    dialects = {api: dialect() for api, dialect in DIALECTS.items()}
    for event in events:
        found = [api for api, dialect in dialects.items() if dialect.is_whole_answer(event.data)]
        if len(found) == 1:
            return found[0]
    return None
