"""Removes secrets from what is shown of a request and its response."""

from collections.abc import Callable, Container

import httpx2

from diptych.core.event import Headers
from diptych.core.secrets.values import REDACTED, Secrets, names_a_received_secret, names_a_secret


def sent_headers(headers: httpx2.Headers, secrets: Secrets, configured: Container[str] = ()) -> Headers:
    """Return a request's headers in wire order, without the values of those that may carry credentials.

    `configured` are the names, in lower case, of the headers that the config file sets: they may all carry some.
    """
    return _without(lambda name: names_a_secret(name) or name.lower() in configured, headers, secrets)


def received_headers(headers: httpx2.Headers, secrets: Secrets) -> Headers:
    """Return a response's headers in wire order, without the values of those that may carry credentials."""
    return _without(names_a_received_secret, headers, secrets)


def _without(is_secret: Callable[[str], object], headers: httpx2.Headers, secrets: Secrets) -> Headers:
    return tuple(
        (secrets.scrub(name), REDACTED if is_secret(name) else secrets.scrub(value))
        for name, value in headers.multi_items()
    )
