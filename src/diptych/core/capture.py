"""An exchange that another program captured: a request, and the response as far as the program kept it."""

from dataclasses import dataclass, field

from diptych.core.event import Headers
from diptych.core.exchange import ExchangeEnding
from diptych.core.timed_body import TimedBytes


@dataclass(frozen=True, slots=True)
class Capture:
    """One request and its response, as read from a file of another program.

    The URL, the headers and the bodies may hold secrets; `diptych.core.secrets.captured` takes them out.

    `status` is None where no response came; `error` then says why, as the other program put it. `pieces` are the bytes
    of the response's body without the encodings of HTTP, in order. All times are seconds since the request was sent:
    `connect` is how long the connection took before that, `headers_at` is when the headers of the response arrived,
    `ended_at` when the exchange ended. They are None where the file does not say. `times_known` says whether the times
    of the pieces are known; where they are not, the body is one piece at the end of the exchange.

    `date` is when the request was sent, in seconds since 1970 (UTC), None if unknown. `place` is where the exchange
    stands in the file, in words that follow "in", such as "entry 3"; `""` if it is the only one.
    """

    method: str
    url: str = field(repr=False)
    request_headers: Headers = field(repr=False)
    request_body: bytes = field(repr=False)
    status: int | None
    response_headers: Headers = field(repr=False)
    pieces: tuple[TimedBytes, ...] = field(repr=False)
    date: float | None = None
    times_known: bool = False
    ending: ExchangeEnding = "unknown"
    connect: float | None = None
    headers_at: float | None = None
    ended_at: float | None = None
    error: str = field(default="", repr=False)
    place: str = ""

    @property
    def body(self) -> bytes:
        """The whole body of the response."""
        return b"".join(piece.data for piece in self.pieces)
