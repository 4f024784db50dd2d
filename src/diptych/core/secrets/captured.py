"""Removes secrets from captured exchanges: other programs save the keys that were sent."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from diptych.core.capture import Capture
from diptych.core.secrets.values import REDACTED, Secret, Secrets, names_a_received_secret, names_a_secret, shown_url
from diptych.core.timed_body import TimedBytes

NO_SECRETS = Secrets()

_SHORTEST_SECRET = 12
"""Characters of the shortest header value that is also removed from other places. Shorter ones may be common words."""


def without_secrets(capture: Capture, known: Secrets = NO_SECRETS) -> Capture:
    """Return a capture without the `known` secrets and the credentials that it sent, wherever they stand.

    Raises `ValueError` if its URL is not one.
    """
    secrets = known
    for name, value in _sent_values(capture):
        if len(value) >= _SHORTEST_SECRET:
            secrets = secrets.adding(name, Secret(value))
    return replace(
        capture,
        url=secrets.scrub(shown_url(capture.url)),
        request_headers=tuple(
            (name, REDACTED if names_a_secret(name) else secrets.scrub(value))
            for name, value in capture.request_headers
        ),
        request_body=secrets.scrub_bytes(capture.request_body),
        response_headers=tuple(
            (name, REDACTED if names_a_received_secret(name) else secrets.scrub(value))
            for name, value in capture.response_headers
        ),
        pieces=_scrubbed(capture.pieces, secrets),
        error=secrets.scrub(capture.error),
    )


def _sent_values(capture: Capture) -> Iterator[tuple[str, str]]:
    """Yield the names and values of the headers and query parameters that may be credentials."""
    for name, value in (*capture.request_headers, *parse_qsl(urlsplit(capture.url).query)):
        if names_a_secret(name):
            yield name, value.removeprefix("Bearer ").strip()


def _scrubbed(pieces: tuple[TimedBytes, ...], secrets: Secrets) -> tuple[TimedBytes, ...]:
    """Return the pieces of a body without the secrets. If one lies across pieces, the whole body becomes one piece."""
    scrubbed = tuple(piece._replace(data=secrets.scrub_bytes(piece.data)) for piece in pieces)
    whole = b"".join(piece.data for piece in scrubbed)
    if secrets.variable_in_bytes(whole) is None:
        return scrubbed
    return (TimedBytes(pieces[-1].at, secrets.scrub_bytes(whole)),)
