"""What is shown of a request and its response: everything but secrets."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import httpx2

from diptych.core.event import Headers
from diptych.core.secrets.values import REDACTED, Secrets, names_a_secret

# Narrow, since what servers tell of limits speaks of tokens.
_SECRET_WHEN_RECEIVED = re.compile(r"^(set-cookie|.*authorization|.*api-key)$", re.IGNORECASE)


def sent_headers(headers: httpx2.Headers, secrets: Secrets) -> Headers:
    """A request's headers in wire order, the values of those that may carry credentials left out."""
    return _without(names_a_secret, headers, secrets)


def received_headers(headers: httpx2.Headers, secrets: Secrets) -> Headers:
    """A response's headers in wire order, the values of those that may carry credentials left out."""
    return _without(_SECRET_WHEN_RECEIVED.search, headers, secrets)


def shown_url(url: str) -> str:
    """The URL without a user's name and password, and without the values of its query."""
    parts = urlsplit(url)
    query = "&".join(f"{field.partition('=')[0]}={REDACTED}" for field in parts.query.split("&") if field)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query, fragment=""))


def _without(is_secret: Callable[[str], object], headers: httpx2.Headers, secrets: Secrets) -> Headers:
    return tuple(
        (secrets.scrub(name), REDACTED if is_secret(name) else secrets.scrub(value))
        for name, value in headers.multi_items()
    )
