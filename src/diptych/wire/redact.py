"""Removes secrets from what is shown of a request and its response."""

import re
from collections.abc import Callable, Container
from urllib.parse import urlsplit, urlunsplit

import httpx2

from diptych.core.event import Headers
from diptych.core.secrets.values import REDACTED, Secrets, names_a_secret

# Narrow, since the headers about rate limits name tokens.
_SECRET_WHEN_RECEIVED = re.compile(r"^(set-cookie|.*authorization|.*api-key)$", re.IGNORECASE)


def sent_headers(headers: httpx2.Headers, secrets: Secrets, configured: Container[str] = ()) -> Headers:
    """Return a request's headers in wire order, without the values of those that may carry credentials.

    `configured` are the names, in lower case, of the headers that the config file sets: they may all carry some.
    """
    return _without(lambda name: names_a_secret(name) or name.lower() in configured, headers, secrets)


def received_headers(headers: httpx2.Headers, secrets: Secrets) -> Headers:
    """Return a response's headers in wire order, without the values of those that may carry credentials."""
    return _without(_SECRET_WHEN_RECEIVED.search, headers, secrets)


def shown_url(url: str) -> str:
    """Return the URL without user name, password and fragment, and without the values of its query."""
    parts = urlsplit(url)
    query = "&".join(f"{field.partition('=')[0]}={REDACTED}" for field in parts.query.split("&") if field)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query, fragment=""))


def _without(is_secret: Callable[[str], object], headers: httpx2.Headers, secrets: Secrets) -> Headers:
    return tuple(
        (secrets.scrub(name), REDACTED if is_secret(name) else secrets.scrub(value))
        for name, value in headers.multi_items()
    )
