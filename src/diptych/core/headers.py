"""Request headers that users configure: what can be sent, and the variables from which the SDKs read further ones."""

import re
from collections.abc import Mapping

from diptych.core.endpoint import ApiName

CUSTOM_HEADERS: Mapping[ApiName, str] = {
    "anthropic-messages": "ANTHROPIC_CUSTOM_HEADERS",
    "openai-chat": "OPENAI_CUSTOM_HEADERS",
    "openai-responses": "OPENAI_CUSTOM_HEADERS",
}
"""The environment variable from which the SDK of each API reads headers for every request."""

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token of RFC 9110, section 5.6.2."""

_VALUE = re.compile(r"[\t\x20-\x7e]*")

_OF_THE_CONNECTION = frozenset(
    {"connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""Headers that the HTTP client sets. With other values the request could not be read."""


def custom_headers(api: ApiName, environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the names and values of the headers in an SDK's variable, one per line, as the SDK reads them."""
    lines = (line.partition(":") for line in environment.get(CUSTOM_HEADERS[api], "").split("\n"))
    return tuple((name.strip(), value.strip()) for name, colon, value in lines if colon)


def is_header(name: str, value: str) -> bool:
    """Whether HTTP can carry a header of this name and value."""
    return bool(_NAME.fullmatch(name)) and is_header_value(value)


def is_header_value(value: str) -> bool:
    """Whether HTTP can carry a header of this value."""
    return bool(_VALUE.fullmatch(value))


def belongs_to_connection(name: str) -> bool:
    """Whether a header belongs to the HTTP connection, so that users cannot set it."""
    return name.lower() in _OF_THE_CONNECTION
