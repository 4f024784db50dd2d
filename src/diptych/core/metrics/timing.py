"""The definitions of all times and rates of a run.

t0 is the moment at which the last attempt's request is written to a ready connection. Stamps are seconds of one
monotonic clock: the moment at which the kernel received the bytes, where it says so, else the one at which they were
read, before anything is decoded.
`docs/explanation/figures.md` gives the same definitions to users.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from diptych.core.metrics.answer_pace import MIN_SECONDS, AnswerPace
from diptych.core.metrics.usage import Usage
from diptych.core.unknown_times import UnknownTime


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of a run in seconds since t0, None if unknown.

    - `connect` is a duration before t0: how long it took to get the connection (name, TCP, TLS), 0 if one was reused.
    - `headers` is when the response's headers came, `first_event` when its first event came.
    - `first_token` is the first non-empty content of any kind, `last_token` the last.
    - `first_answer` is the first non-empty visible text, refusal or tool argument.
    - `end` is the last event from the server, or the failure or stop that ended the run.
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
    """When things happened in the last attempt: absolute stamps in seconds. Only `connect` is a duration.

    Until the connection `is_ready`, t0 is the moment at which it was requested. `heard` is when the last bytes of the
    body came, even if they were only a comment or half a line. It is unknown in a recording.

    `unknown` names the times that a capture of another program does not say. The stamps of what happened then are those
    of the recording's lines, which are no measurements: `known` leaves them out.

    `late` maps each stamp that may be too late, because Diptych itself read the event late, to the seconds by which it
    may be too late.
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
    unknown: tuple[UnknownTime, ...] = ()
    late: Mapping[float, float] = field(default_factory=dict)

    def known(self) -> "Stamps":
        """Return the stamps without those that are not known."""
        known = self
        if "headers" in self.unknown:
            known = replace(known, headers=None)
        if "events" in self.unknown:
            known = replace(
                known, first_event=None, first_token=None, first_answer=None, last_token=None, last_event=None
            )
        return replace(known, end=None) if "end" in self.unknown else known

    def mark_late(self, at: float, seconds: float) -> None:
        """Note that the event stamped `at` may have come up to `seconds` earlier, if one of the times is that stamp."""
        kept = (self.first_event, self.first_token, self.first_answer, self.last_token, self.last_event)
        self.late = {stamp: late for stamp, late in (*self.late.items(), (at, seconds)) if stamp in kept}

    def is_late(self, at: float | None) -> bool:
        """Whether Diptych itself read the event with this stamp late, so that the time is shown with "≤"."""
        return at in self.late

    @property
    def lateness(self) -> float:
        """The most seconds by which one of the times may be too late, because Diptych itself read an event late."""
        shown = (self.first_event, self.first_token, self.first_answer, self.last_token, self.end)
        return max((late for stamp, late in self.late.items() if stamp in shown), default=0.0)

    @property
    def last_sign(self) -> float | None:
        """When the server last sent anything, or t0 if it has sent nothing yet."""
        signs = (self.t0, self.headers, self.heard, self.last_event)
        return max((sign for sign in signs if sign is not None), default=None)

    def since_t0(self, at: float | None) -> float | None:
        """Return a stamp as seconds since t0, None if either is unknown."""
        return None if at is None or self.t0 is None else at - self.t0

    def timing(self) -> Timing:
        """Return the times as they are shown to users."""
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
    """Return content events per second, from the first to the last so far. An event is not a token.

    None before the second event, and as long as less than 0.1 s lies between the first and the last.
    """
    if stamps.first_token is None or stamps.last_token is None or content_events < 2:
        return None
    interval = stamps.last_token - stamps.first_token
    return (content_events - 1) / interval if interval >= MIN_SECONDS else None


def tokens_per_second(pace: AnswerPace, usage: Usage | None, *, thought: bool) -> float | None:
    """Return the answer's tokens per second, by the definition in `AnswerPace.rate`.

    The answer's tokens are the output without reasoning and without passes that write nothing of the answer. `usage`
    is the final one, None before it is known. The rate is also unknown (None) if the model `thought` and its reasoning
    tokens were not reported, since they could not be subtracted.
    """
    tokens = _answer_tokens(usage, thought)
    return None if tokens is None else pace.rate(tokens)


def tokens_per_event(pace: AnswerPace, events: int, usage: Usage | None, *, thought: bool) -> float | None:
    """Return the answer's tokens per event that carried some of it, which is 1 if each token is sent by itself.

    More means that the server, or something before it, sends tokens in batches. The tokens are those of
    `tokens_per_second`, and they are unknown (None) where those are.
    """
    tokens = _answer_tokens(usage, thought)
    return tokens / events if tokens is not None and tokens > 0 and events and pace.may_have(tokens) else None


def _answer_tokens(usage: Usage | None, thought: bool) -> int | None:
    if usage is None or usage.output_tokens is None or (thought and not usage.reasoning_tokens):
        return None
    return usage.output_tokens - (usage.reasoning_tokens or 0) - (usage.non_answer_output_tokens or 0)
