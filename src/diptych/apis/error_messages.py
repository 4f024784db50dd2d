"""Finds the message in an error, under the many names and in the many wrappings that servers use."""

import html
import re
from typing import Any

from diptych.apis.lenient_json import array, mapping, mappings, string
from diptych.core.json_text import JsonObject, parse_lenient_json

MESSAGES = (
    "message",
    "error_message",
    "errorMessage",
    "error_msg",
    "error_description",
    "err_msg",
    "errmsg",
    "status_msg",
    "msg",
    "Message",
)
"""Names of an error's message, the most usual first."""

_EVENT = re.compile(r"(?:event:[^\n]*\n)?data:\s*([^\n]+)")
"""An event at the beginning of a body that should have been JSON."""

_IN_MARKUP = re.compile(r"<(message|title)\b[^<>]*>([^<]*)</\1>", re.IGNORECASE)
_MOST_MARKUP = 20_000
"""Characters of XML or HTML that are searched for a message."""


def body_message(text: str) -> str:
    """Return the message of an error's body: JSON, an event with JSON, XML, HTML or plain text; "" if it has none."""
    if text.startswith("<"):
        found = _IN_MARKUP.search(text[:_MOST_MARKUP])
        return html.unescape(found[2]).strip() if found else ""
    if event := _EVENT.match(text):
        text = event[1].strip()
    try:
        return message_in(parse_lenient_json(text))
    except ValueError:
        return text


def message_in(data: Any) -> str:
    """Return the message in the JSON of an error, "" if it has none."""
    if isinstance(data, list):
        return message_in(data[0]) if data else ""
    if isinstance(data, str):
        return unwrapped(data)
    if not isinstance(data, dict):
        return ""
    nested = next((inner for name in ("error", "errors", "detail", "base_resp") if (inner := data.get(name))), None)
    said = next((text for name in MESSAGES if (text := string(data, name))), "")
    return with_upstream(said or _validation_message(data) or message_in(nested), data)


def with_upstream(said: str, error: JsonObject) -> str:
    """Return a message without wrapping, together with what the server behind a gateway said (OpenRouter)."""
    said, upstream = unwrapped(said), unwrapped(string(mapping(error, "metadata"), "raw"))
    return ": ".join(dict.fromkeys(filter(None, (said, upstream))))


def unwrapped(text: str) -> str:
    """Return the message in an error that a gateway passes on as JSON in a text; any other text as it is."""
    if not (text.startswith("{") and text.endswith("}")):
        return text
    try:
        return message_in(parse_lenient_json(text)) or text
    except ValueError:
        return text


def _validation_message(data: JsonObject) -> str:
    """Return the message of FastAPI's form, in which `detail` lists the fields that are wrong."""
    return "; ".join(
        f"{'.'.join(str(part) for part in array(item, 'loc'))}: {string(item, 'msg')}"
        for item in mappings(data, "detail")
        if "msg" in item
    )
