"""What OpenAI's two dialects share: headers and errors."""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import Any

from diptych.simulated.framing import (
    HEX,
    REQUEST_LIMIT,
    TOKEN_LIMIT,
    Dialect,
    common_headers,
    requests_left,
)
from diptych.simulated.question import Question
from diptych.simulated.script import Trouble

_ERRORS: Mapping[Trouble, tuple[int, str, str | None]] = MappingProxyType(
    {
        Trouble.BUSY: (429, "requests", "rate_limit_exceeded"),
        Trouble.OVERLOADED: (503, "service_unavailable_error", "server_is_overloaded"),
        Trouble.BROKEN: (500, "server_error", "server_error"),
        Trouble.NOT_STREAMED: (400, "invalid_request_error", None),
    }
)


class OpenAI(Dialect):
    """A response of OpenAI, in either of its dialects."""

    def __init__(self, question: Question, rng: Random, now: float) -> None:
        super().__init__(question, rng, now)
        self._request_id = self.identifier("req_", 32, HEX)

    def headers(self, trouble: Trouble | None = None) -> dict[str, str]:
        """The response's headers, the remaining rate limits among them."""
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
        """The HTTP status that stands for a trouble."""
        status, _, _ = _ERRORS[trouble]
        return status

    def error(self, trouble: Trouble) -> dict[str, Any]:
        """A trouble in OpenAI's form."""
        _, kind, code = _ERRORS[trouble]
        return {"error": {"message": trouble.value, "type": kind, "param": None, "code": code}}
