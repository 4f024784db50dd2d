"""Writes the headers and errors that OpenAI's two APIs share."""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import Any

from diptych.simulated.question import Question
from diptych.simulated.script import Trouble
from diptych.simulated.stream_writer import (
    HEX,
    REQUEST_LIMIT,
    TOKEN_LIMIT,
    StreamWriter,
    common_headers,
    requests_left,
)

_ERRORS: Mapping[Trouble, tuple[int, str, str | None]] = MappingProxyType(
    {
        Trouble.BUSY: (429, "requests", "rate_limit_exceeded"),
        Trouble.OVERLOADED: (503, "service_unavailable_error", "server_is_overloaded"),
        Trouble.BROKEN: (500, "server_error", "server_error"),
        Trouble.NOT_STREAMED: (400, "invalid_request_error", None),
    }
)


class OpenAIWriter(StreamWriter):
    """Writes the parts of a response that are the same in both of OpenAI's APIs."""

    def __init__(self, question: Question, rng: Random, now: float) -> None:
        super().__init__(question, rng, now)
        self._request_id = self.identifier("req_", 32, HEX)

    def headers(self, trouble: Trouble | None = None) -> dict[str, str]:
        """Return the headers of the response, including the rate limits."""
        limits = {
            "limit-requests": str(REQUEST_LIMIT),
            "remaining-requests": str(requests_left(trouble)),
            "reset-requests": "1s",
            "limit-tokens": str(TOKEN_LIMIT),
            "remaining-tokens": str(max(0, TOKEN_LIMIT - self.question.input_tokens)),
            "reset-tokens": "6ms",
        }
        named = {f"x-ratelimit-{name}": value for name, value in limits.items()}
        version = {"openai-version": "2020-10-01", "x-request-id": self._request_id}
        return common_headers(trouble) | named | version

    def status(self, trouble: Trouble) -> int:
        """Return the HTTP status of an error response."""
        status, _, _ = _ERRORS[trouble]
        return status

    def error(self, trouble: Trouble) -> dict[str, Any]:
        """Return the body of an error response, as OpenAI sends it."""
        _, kind, code = _ERRORS[trouble]
        return {"error": {"message": trouble.value, "type": kind, "param": None, "code": code}}
