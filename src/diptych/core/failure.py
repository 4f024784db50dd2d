"""Why a run failed, in one form for all APIs."""

from dataclasses import dataclass
from typing import Literal

FailureKind = Literal["http", "event", "connection", "timeout", "response", "request", "internal"]
"""What went wrong. In this order: an HTTP error status, an error event in a stream that began with 200, the connection,
a silence that lasted too long, a response that is not an event stream, a request that could not be made, a bug in
Diptych."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence for users, and the HTTP status and the server's request id, None if they are unknown."""

    kind: FailureKind
    message: str
    status: int | None = None
    request_id: str | None = None
