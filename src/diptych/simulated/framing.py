"""One response in a wire dialect: what the three have in common."""

import json
import string
from abc import ABC, abstractmethod
from collections.abc import Mapping
from random import Random
from typing import Any

from diptych.simulated.question import Question
from diptych.simulated.script import Content, Ending, Trouble, Usage

BASE62 = string.digits + string.ascii_letters
HEX = string.hexdigits[:16]

REQUEST_LIMIT = 4_000
"""Requests a minute, as the rate-limit headers say."""
TOKEN_LIMIT = 400_000
"""Tokens a minute, as the rate-limit headers say."""


class Dialect(ABC):
    """Writes one response to one question, as bytes of server-sent events.

    The calls come in this order: `begin`, then for each content `open` and a `piece` for each of its tokens,
    then `end`. `fail` may come any time after `begin` and is the last.
    """

    def __init__(self, question: Question, rng: Random, now: float) -> None:
        self.question = question
        self.rng = rng
        self.now = now
        """The time of the answer, in seconds since 1970."""

    @abstractmethod
    def headers(self, trouble: Trouble | None = None) -> dict[str, str]:
        """The response's headers."""

    @abstractmethod
    def status(self, trouble: Trouble) -> int:
        """The HTTP status that stands for a trouble."""

    @abstractmethod
    def error(self, trouble: Trouble) -> dict[str, Any]:
        """A trouble as the provider's JSON."""

    @abstractmethod
    def begin(self) -> bytes:
        """What comes with the headers, before any content."""

    @abstractmethod
    def open(self, content: Content) -> bytes:
        """The start of a content, after the end of the one before."""

    @abstractmethod
    def piece(self, content: Content, token: str) -> bytes:
        """One token of the content that is open."""

    @abstractmethod
    def end(self, ending: Ending, usage: Usage) -> bytes:
        """The end of the open content and of the response."""

    @abstractmethod
    def fail(self) -> bytes:
        """An error event that breaks the response off."""

    def identifier(self, prefix: str, length: int, alphabet: str = BASE62) -> str:
        """Make up an identifier: the prefix and so many random characters."""
        return prefix + "".join(self.rng.choices(alphabet, k=length))


def common_headers(trouble: Trouble | None) -> dict[str, str]:
    """The headers that do not depend on the provider."""
    headers = {"server": "diptych-simulated"}
    if trouble is None:
        headers |= {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
    if trouble is Trouble.BUSY:
        headers |= {"retry-after": "1"}
    return headers


def requests_left(trouble: Trouble | None) -> int:
    """How many requests the rate limit still allows."""
    return 0 if trouble is Trouble.BUSY else REQUEST_LIMIT - 1


def framed(data: Mapping[str, Any], event: str | None = None) -> bytes:
    """One server-sent event with JSON data and, where the dialect has them, an event name."""
    name = "" if event is None else f"event: {event}\n"
    return f"{name}data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
