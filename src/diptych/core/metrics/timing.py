"""Every figure of time, defined once.

t0 is the moment the last attempt's request begins to be sent on a ready connection. Stamps are seconds of one
monotonic clock, taken when bytes are read and before anything is decoded; the events of one chunk share a stamp.
`docs/figures.md` says the same to users.
"""

from dataclasses import dataclass

from diptych.core.metrics.answer_pace import LEAST_SECONDS, AnswerPace
from diptych.core.metrics.usage import Usage


@dataclass(frozen=True, slots=True)
class Timing:
    """A run's times in seconds since t0, None where unknown.

    `connect` is the exception: a duration before t0, what it took to get the connection (name, TCP, TLS), 0 when one
    was reused. `first_token` is the first non-empty content of any kind; `first_answer` the first visible text,
    refusal or tool argument; `end` the last wire event, or the failure or stop that ended the run.
    """

    connect: float | None
    headers: float | None
    first_event: float | None
    first_token: float | None
    first_answer: float | None
    last_token: float | None
    end: float | None


@dataclass(slots=True)
class Stamps:
    """When things happened in the last attempt: absolute stamps, but for the duration `connect`.

    Until the connection `is_ready`, t0 is only when it was asked for. `heard` is when the last bytes of the body came,
    be they only a comment or half a line; unknown in a recording.
    """

    t0: float | None = None
    is_ready: bool = False
    connect: float | None = None
    headers: float | None = None
    heard: float | None = None
    first_event: float | None = None
    first_token: float | None = None
    first_answer: float | None = None
    last_token: float | None = None
    last_event: float | None = None
    end: float | None = None

    @property
    def last_sign(self) -> float | None:
        """The last sign of life: what the server sent last, else the moment from which it could be heard."""
        signs = (self.t0, self.headers, self.heard, self.last_event)
        return max((sign for sign in signs if sign is not None), default=None)

    def since_t0(self, at: float | None) -> float | None:
        """A stamp as seconds since t0."""
        return None if at is None or self.t0 is None else at - self.t0

    def timing(self) -> Timing:
        """The times as users read them."""
        return Timing(
            connect=self.connect,
            headers=self.since_t0(self.headers),
            first_event=self.since_t0(self.first_event),
            first_token=self.since_t0(self.first_token),
            first_answer=self.since_t0(self.first_answer),
            last_token=self.since_t0(self.last_token),
            end=self.since_t0(self.end),
        )


def events_per_second(stamps: Stamps, content_events: int) -> float | None:
    """Content events a second from the first to the last so far; these are no tokens.

    None before the second one, and while the time is too short to say anything.
    """
    if stamps.first_token is None or stamps.last_token is None or content_events < 2:
        return None
    interval = stamps.last_token - stamps.first_token
    return (content_events - 1) / interval if interval >= LEAST_SECONDS else None


def tokens_per_second(pace: AnswerPace, usage: Usage | None, *, thought: bool) -> float | None:
    """Answer tokens a second: n tokens over the time in which they were written, as `AnswerPace.rate` has it.

    n is the output less the reasoning and less passes apart from the answer. `usage` is the final one, None before it
    is known. Unknown also where the model `thought` and its tokens were not reported, since n would include them.
    """
    if usage is None or usage.output_tokens is None or (thought and not usage.reasoning_tokens):
        return None
    return pace.rate(usage.output_tokens - (usage.reasoning_tokens or 0) - (usage.output_tokens_apart or 0))
