"""Writes the response of a simulated server: what the three APIs have in common."""

import json
import string
from abc import ABC, abstractmethod
from collections.abc import Mapping
from random import Random
from typing import Any

from diptych.simulated.question import Question
from diptych.simulated.script import ModelOutput, StopReason, TokenCounts, Trouble

BASE62 = string.digits + string.ascii_letters
HEX = string.hexdigits[:16]

REQUEST_LIMIT = 4_000
"""The rate limit in requests per minute that the headers give."""

TOKEN_LIMIT = 400_000
"""The rate limit in tokens per minute that the headers give."""


class StreamWriter(ABC):
    """Writes the server-sent events of one response in the format of an API.

    The order of the calls is: `begin`, then for each content `open` and one `piece` per token, then `end`. Instead of
    any call after `begin`, `fail` may be called, and is then the last call.
    """

    def __init__(self, question: Question, rng: Random, now: float) -> None:
        self.question = question
        self.rng = rng
        self.now = now
        """The time at which the response begins, in seconds since 1970."""

    @abstractmethod
    def headers(self, trouble: Trouble | None = None) -> dict[str, str]:
        """Return the headers of the response, or of an error response for `trouble`."""

    @abstractmethod
    def status(self, trouble: Trouble) -> int:
        """Return the HTTP status of an error response."""

    @abstractmethod
    def error(self, trouble: Trouble) -> dict[str, Any]:
        """Return the body of an error response, as the provider sends it."""

    @abstractmethod
    def begin(self) -> bytes:
        """Return the events before any content."""

    @abstractmethod
    def open(self, content: ModelOutput) -> bytes:
        """Return the events that end the content before, if there is one, and begin this one."""

    @abstractmethod
    def piece(self, content: ModelOutput, token: str) -> bytes:
        """Return the event for one token of the open content."""

    @abstractmethod
    def end(self, stop_reason: StopReason, usage: TokenCounts) -> bytes:
        """Return the events that end the open content and the response."""

    @abstractmethod
    def fail(self) -> bytes:
        """Return the events of an error that ends the response early."""

    def identifier(self, prefix: str, length: int, alphabet: str = BASE62) -> str:
        """Return a new identifier: the prefix and `length` random characters."""
        return prefix + "".join(self.rng.choices(alphabet, k=length))


def common_headers(trouble: Trouble | None) -> dict[str, str]:
    """Return the headers that do not depend on the provider."""
    headers = {"server": "diptych-simulated"}
    if trouble is None:
        headers |= {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
    if trouble is Trouble.BUSY:
        headers |= {"retry-after": "1"}
    return headers


def requests_left(trouble: Trouble | None) -> int:
    """Return how many more requests the rate limit allows."""
    return 0 if trouble is Trouble.BUSY else REQUEST_LIMIT - 1


def framed(data: Mapping[str, Any], event: str | None = None) -> bytes:
    """Return a server-sent event with JSON data, and with an event name if the API uses them."""
    name = "" if event is None else f"event: {event}\n"
    return f"{name}data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
