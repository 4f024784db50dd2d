"""A run: one model's answer to one prompt, with its request, its lines, and how it began, goes on and ended.

A run has one writer, the task that streams it. Its lines and texts only grow, so a screen on another thread may sample
it at any time and remember how far it has read. Where `text` starts over, it is replaced by a new object.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, assert_never

from diptych.core.body_pieces import NO_REST
from diptych.core.event import (
    ArrivalClock,
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
from diptych.core.event_log import EventLog, MemoryBudget
from diptych.core.failure import Failure
from diptych.core.folding.folded_answer import FoldedAnswer
from diptych.core.metrics.cost import CostSource, cost_usd
from diptych.core.metrics.timing import Stamps
from diptych.core.request import Label, Request

if TYPE_CHECKING:
    from diptych.core.schema_verdict import SchemaVerdict

State = Literal["waiting", "streaming", "complete", "cut", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One HTTP attempt: its status, None where no response came; the wait and reason if another followed."""

    status: int | None
    wait: float | None
    reason: str | None = None


class RunObserver(Protocol):
    """Is told of every line of a run and of its end, by the task that writes the run. Its methods must not block."""

    def line_added(self, run: "Run", line: Line) -> None:
        """A line was added."""

    def run_ended(self, run: "Run") -> None:
        """The run is over."""


class Run(FoldedAnswer):
    """One model's answer as far as it has come: the take `take`, from 1, of the label `label` in its round.

    `began` is the stamp from which the times of its round count: the moment at which every run of the round was ready
    to send; until then, the moment at which the round was asked. Of a run that had to wait for the limit of its
    endpoint, `began` is when that wait was over, and `queued_at` when it began; otherwise both are the same.

    Its lines count towards the budget `memory`, if there is one; the oldest may be moved to disk.

    `clock` stamped the arrival of the last attempt's response and events; None before a response, and in recordings of
    older versions. `body_size` is how many bytes of that response's body have come; 0 in a recording. `rest` is what
    followed the last event of that body, known when the body has ended or is not read any more. `keeps_bytes` is False
    for a recording of an older version, which does not know how its events were framed and in which pieces they came.

    `schema_verdict` alone may change after the end: it is set once, when the answer has been checked.
    """

    def __init__(
        self,
        label: Label,
        request: Request,
        began: float,
        observer: RunObserver | None = None,
        memory: MemoryBudget | None = None,
        take: int = 1,
    ) -> None:
        choices = request.settings.params.get("n")
        super().__init__(choices if isinstance(choices, int) else 1)
        self._observer = observer
        self.label = label
        self.take = take
        self.request = request
        self.began = began
        self.queued_at = began
        self.state: State = "waiting"
        self.clock: ArrivalClock | None = None
        self.lines = EventLog(memory)
        self.attempts: list[Attempt] = []
        self.request_id: str | None = None
        self.body_size = 0
        self.rest = NO_REST
        self.keeps_bytes = True
        self.cost_usd: str | None = None
        self.schema_verdict: SchemaVerdict | None = None
        self._open_attempt: Attempt | None = None

    @property
    def ended(self) -> bool:
        """Whether the run is over, so that nothing in it changes any more."""
        return self.state != "waiting" and self.state != "streaming"

    @property
    def cost_source(self) -> CostSource | None:
        """Where the prices behind `cost_usd` come from; None where the cost is unknown."""
        if self.cost_usd is None:
            return None
        return "config" if self.request.settings.endpoint.prices else "genai-prices"

    def begin_attempt(self, at: float) -> None:
        """Start the figures over for a request that is about to be sent. `connected` corrects t0 once it is known."""
        self._stamps = Stamps(t0=at)
        self.clock = None
        self.server_times = ()
        self.body_size = 0
        self.rest = NO_REST

    def connected(self, t0: float, connect: float) -> None:
        """Set t0, the moment at which sending began, and the seconds that it took to get the connection."""
        self._stamps.t0 = t0
        self._stamps.connect = connect
        self._stamps.is_ready = True

    def note(self, note: Note) -> None:
        """Add a note."""
        match note:
            case RequestSent(unknown_times=unknown):
                self._stamps.unknown = unknown
                self._open_attempt = Attempt(None, None)
            case ResponseBegan(at=at, status=status, clock=clock):
                self._stamps.headers = at
                self.clock = clock
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
        """Add an event and fold its contents into the answer."""
        self.events += 1
        stamps = self._stamps
        if stamps.first_event is None:
            stamps.first_event = event.at
            self.state = "streaming"
        stamps.last_event = event.at
        for content in event.contents:
            self._fold(content, event.at)
        if event.late:
            stamps.mark_late(event.at, event.late)
        self._append(event)

    def complete(self) -> None:
        """End a run whose stream ended with the terminal event, or with an error or a stop that the server reported."""
        state: State = "failed" if self.failure else "stopped" if self.is_cancelled else "complete"
        self._end(state, self._stamps.last_event)

    def cut(self, at: float) -> None:
        """End a run whose stream ended without the terminal event."""
        self.note(RunCut(at))
        self._end("cut", at if self._stamps.last_event is None else self._stamps.last_event)

    def stop(self, at: float) -> None:
        """End a run that the user stopped."""
        self.note(RunStopped(at))
        self._end("stopped", at)

    def fail(self, failure: Failure, at: float, body: bytes = b"") -> None:
        """End a run with an error. `body` is a response that was not an event stream."""
        self.failure = failure
        self.note(RunFailed(at, failure, body))
        self._end("failed", at)

    def break_off(self) -> None:
        """End a run whose recording breaks off here."""
        self._end("cut", self._stamps.last_event)

    def _append(self, line: Line) -> None:
        self.lines.append(line)
        if self._observer:
            self._observer.line_added(self, line)

    def _end(self, state: State, at: float | None) -> None:
        self._fold_held_text()
        if self._open_attempt:
            self.attempts.append(self._open_attempt)
        self._stamps.end = at
        self.lines.close()
        settings = self.request.settings
        if self.usage and not settings.simulated:
            self.cost_usd = cost_usd(settings.endpoint, self.reported_model or settings.model, self.usage)
        self.state = state
        if self._observer:
            self._observer.run_ended(self)
