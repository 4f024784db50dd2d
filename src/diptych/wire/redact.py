"""What is shown of a request and its response: everything but secrets."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

import httpx2

from diptych.core.event import Headers
from diptych.core.secret import Secret

_CARRIES_SECRET = re.compile(r"authorization|cookie|\b(key|token|secret|password)$", re.IGNORECASE)
REDACTED = "[redacted]"


def shown_headers(headers: httpx2.Headers, key: Secret | None) -> Headers:
    """The headers in wire order, with the values of those that carry credentials left out."""
    return tuple(_shown(headers.multi_items(), key))


def _shown(items: Iterable[tuple[str, str]], key: Secret | None) -> Iterable[tuple[str, str]]:
    for name, value in items:
        if _CARRIES_SECRET.search(name):
            yield name, REDACTED
        else:
            yield name, key.scrub(value) if key else value


def shown_url(url: str) -> str:
    """The URL without a user's name and password, and without the values of its query."""
    parts = urlsplit(url)
    query = "&".join(f"{field.partition('=')[0]}={REDACTED}" for field in parts.query.split("&") if field)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query, fragment=""))
