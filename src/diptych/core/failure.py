"""Why a run failed, in one form for all APIs."""

from dataclasses import dataclass
from typing import Literal

FailureKind = Literal["http", "event", "connection", "timeout", "response", "request", "internal"]
"""Where it went wrong: an HTTP status · an error event in a 200 stream · the connection · silence for too long · an
answer that is no event stream · a request that could not be made · a fault of Diptych's own."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One clear sentence, and what else is known: the HTTP status and the server's request id, None where unknown."""

    kind: FailureKind
    message: str
    status: int | None = None
    request_id: str | None = None
