"""A run: one model's answer to one prompt, folded from its notes and events.

A run has one writer, the task that streams it. Its lines and texts only grow, so a screen on another thread may sample
it at any time and remember how far it read.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, assert_never

from diptych.core.cost import cost_usd
from diptych.core.event import (
    AttemptFailed,
    Event,
    Line,
    Note,
    RequestSent,
    ResponseBegan,
    RunCut,
    RunFailed,
    RunStopped,
)
from diptych.core.failure import Failure
from diptych.core.growing import GrowingText
from diptych.core.lines import Lines, Memory
from diptych.core.meaning import (
    Complete,
    EndOfStream,
    Error,
    Identity,
    Malformed,
    Meaning,
    OtherChoice,
    Ping,
    RedactedThinking,
    Refusal,
    Stop,
    Structure,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
    Unknown,
    UsageReport,
)
from diptych.core.request import Request, SideName
from diptych.core.timing import Stamps, events_per_second, tokens_per_second

if TYPE_CHECKING:
    from diptych.core.usage import Usage

State = Literal["waiting", "streaming", "complete", "cut", "stopped", "failed"]


@dataclass(slots=True)
class Tool:
    """A tool call: the server's id, the tool's name, and what the model wrote of its arguments so far."""

    id: str | None
    name: str
    written: GrowingText = field(default_factory=GrowingText)

    @property
    def arguments(self) -> str:
        """The arguments as the model wrote them, which may be cut in the middle."""
        return str(self.written)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One HTTP attempt: its status, None where no response came; before another, the seconds to wait and the reason."""

    status: int | None
    wait: float | None
    reason: str | None = None


class RunObserver(Protocol):
    """Is told of every line of a run and of its end, by the task that writes it; it must return at once."""

    def line(self, run: "Run", line: Line) -> None:
        """A line was added."""

    def ended(self, run: "Run") -> None:
        """The run is over."""


class Run:
    """One side's answer as far as it has come. `began` is the stamp from which the times of its round count.

    That is the moment at which every side was ready to send; until then it is the one at which the round was asked.

    Its lines count for `memory`, if that is given: the oldest of them may leave.
    """

    def __init__(
        self,
        side: SideName,
        request: Request,
        began: float,
        observer: RunObserver | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._observer = observer
        self.side = side
        self.request = request
        self.began = began
        self.state: State = "waiting"
        self.stamps = Stamps()
        self.lines = Lines(memory)
        self.attempts: list[Attempt] = []
        self.events = 0
        self.text = GrowingText()
        self.thinking = GrowingText()
        self.redacted_thinking = 0
        self.refusal = GrowingText()
        self.tools: list[Tool] = []
        self.reported_model: str | None = None
        self.response_id: str | None = None
        self.request_id: str | None = None
        self.usage: Usage | None = None
        self.usage_raw: dict[str, Any] | None = None
        self.usage_is_final = False
        self.stop_reason: str | None = None
        self.stop_detail: dict[str, Any] | None = None
        self.cost_usd: str | None = None
        self.failure: Failure | None = None
        self.saw_marker = False
        self.saw_end_of_stream = False
        self.several_choices = False
        self._content_events = 0
        self._last_content_event = 0
        self._tools_by_key: dict[int | str, Tool] = {}
        self._open_attempt: Attempt | None = None

    @property
    def ended(self) -> bool:
        """Whether the run is over; nothing changes after that."""
        return self.state != "waiting" and self.state != "streaming"

    @property
    def events_per_second(self) -> float | None:
        """Content events a second so far; see `timing`."""
        return events_per_second(self.stamps, self._content_events)

    @property
    def tokens_per_second(self) -> float | None:
        """Answer tokens a second, once usage is final; see `timing`."""
        if not self.usage_is_final or self.several_choices:
            return None
        return tokens_per_second(self.stamps, self.usage, thought=bool(self.thinking or self.redacted_thinking))

    def begin_attempt(self, at: float) -> None:
        """A request is about to go out: the figures start anew. `connected` corrects t0 once it is known."""
        self.stamps = Stamps(t0=at)

    def connected(self, t0: float, connect: float) -> None:
        """The request begins to be sent at `t0` on a connection that took `connect` seconds to get."""
        self.stamps.t0 = t0
        self.stamps.connect = connect
        self.stamps.is_ready = True

    def note(self, note: Note) -> None:
        """Add a line of our own."""
        match note:
            case RequestSent():
                self._open_attempt = Attempt(None, None)
            case ResponseBegan(at=at, status=status):
                self.stamps.headers = at
                self._open_attempt = Attempt(status, None)
            case AttemptFailed(status=status, wait=wait, reason=reason):
                self.attempts.append(Attempt(status, wait, reason))
                self._open_attempt = None
            case RunFailed() | RunStopped() | RunCut():
                pass
            case _:
                assert_never(note)
        self._append(note)

    def add(self, event: Event) -> None:
        """Add an event of the wire and fold what it means."""
        self.events += 1
        stamps = self.stamps
        if stamps.first_event is None:
            stamps.first_event = event.at
            self.state = "streaming"
        stamps.last_event = event.at
        for meaning in event.meanings:
            self._fold(meaning, event.at)
        self._append(event)

    def complete(self) -> None:
        """The stream is over after the terminal marker, or after an error that the server reported."""
        self._end("failed" if self.failure else "complete", self.stamps.last_event)

    def cut(self, at: float) -> None:
        """The stream ended cleanly without the terminal marker."""
        self.note(RunCut(at))
        self._end("cut", at if self.stamps.last_event is None else self.stamps.last_event)

    def stop(self, at: float) -> None:
        """The user stopped the run."""
        self.note(RunStopped(at))
        self._end("stopped", at)

    def fail(self, failure: Failure, at: float, body: bytes = b"") -> None:
        """An error ended the run; `body` is an answer that was no event stream."""
        self.failure = failure
        self.note(RunFailed(at, failure, body))
        self._end("failed", at)

    def break_off(self) -> None:
        """What is known of the run ends here, without an end of its own: it was recorded no further."""
        self._end("cut", self.stamps.last_event)

    def _append(self, line: Line) -> None:
        self.lines.append(line)
        if self._observer:
            self._observer.line(self, line)

    def _fold(self, meaning: Meaning, at: float) -> None:  # noqa: C901 - one flat case a meaning
        match meaning:
            case Text(text):
                if text:
                    self.text.append(text)
                    self._content(at)
            case Thinking(text):
                if text:
                    self.thinking.append(text)
                    self._content(at, answer=False)
            case ToolArguments(key, text):
                if text:
                    self._tools_by_key[key].written.append(text)
                    self._content(at)
            case Refusal(text):
                if text:
                    self.refusal.append(text)
                    self._content(at)
            case ToolCall(key, tool_id, name):
                self._tool_call(key, tool_id, name)
            case RedactedThinking():
                self.redacted_thinking += 1
            case Identity(model, response_id):
                self.reported_model = model or self.reported_model
                self.response_id = response_id or self.response_id
            case UsageReport(usage, raw):
                self.usage, self.usage_raw = usage, raw
                self.usage_is_final = self.stop_reason is not None
            case Stop(reason, detail):
                self.stop_reason = reason
                self.stop_detail = detail or self.stop_detail
            case OtherChoice():
                self.several_choices = True
            case Complete():
                self.saw_marker = True
            case EndOfStream():
                self.saw_end_of_stream = True
            case Error(failure):
                self.failure = self.failure or failure
            case Structure() | Ping() | Unknown() | Malformed():
                pass
            case _:
                assert_never(meaning)

    def _tool_call(self, key: int | str, tool_id: str | None, name: str) -> None:
        tool = self._tools_by_key.get(key)
        if tool is None:
            self._tools_by_key[key] = tool = Tool(tool_id, name)
            self.tools.append(tool)
        else:
            tool.id, tool.name = tool_id or tool.id, name or tool.name

    def _content(self, at: float, *, answer: bool = True) -> None:
        stamps = self.stamps
        if stamps.first_token is None:
            stamps.first_token = at
        if answer and stamps.first_answer is None:
            stamps.first_answer = at
        stamps.last_token = at
        if self._last_content_event != self.events:
            self._last_content_event = self.events
            self._content_events += 1

    def _end(self, state: State, at: float | None) -> None:
        if self._open_attempt:
            self.attempts.append(self._open_attempt)
        self.stamps.end = at
        self.lines.close()
        settings = self.request.settings
        if self.usage and settings.endpoint.provider and not settings.simulated:
            self.cost_usd = cost_usd(settings.endpoint.provider, self.reported_model or settings.model, self.usage)
        self.state = state
        if self._observer:
            self._observer.ended(self)
