"""What is shown of a request and its response: everything but secrets."""

import re
from urllib.parse import urlsplit, urlunsplit

import httpx2

from diptych.core.event import Headers
from diptych.core.secret import Secret

REDACTED = "[redacted]"

# Broad, since a user's own headers (ANTHROPIC_CUSTOM_HEADERS) may carry credentials under any name.
_SECRET_WHEN_SENT = re.compile(r"auth|cookie|key|pass|secret|token", re.IGNORECASE)
# Narrow, since what servers tell of limits speaks of tokens.
_SECRET_WHEN_RECEIVED = re.compile(r"^(set-cookie|.*authorization|.*api-key)$", re.IGNORECASE)


def sent_headers(headers: httpx2.Headers, key: Secret | None) -> Headers:
    """A request's headers in wire order, the values of those that may carry credentials left out."""
    return _without(_SECRET_WHEN_SENT, headers, key)


def received_headers(headers: httpx2.Headers, key: Secret | None) -> Headers:
    """A response's headers in wire order, the values of those that may carry credentials left out."""
    return _without(_SECRET_WHEN_RECEIVED, headers, key)


def shown_url(url: str) -> str:
    """The URL without a user's name and password, and without the values of its query."""
    parts = urlsplit(url)
    query = "&".join(f"{field.partition('=')[0]}={REDACTED}" for field in parts.query.split("&") if field)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query, fragment=""))


def _without(secret: re.Pattern[str], headers: httpx2.Headers, key: Secret | None) -> Headers:
    return tuple(
        (name, REDACTED if secret.search(name) else key.scrub(value) if key else value)
        for name, value in headers.multi_items()
    )
