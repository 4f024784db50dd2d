"""Observes rounds, and sends a span for each of their runs from a separate thread.

The runs of a round lie in one INTERNAL span, so that a trace shows them on one time axis. Each round is a trace, or a
part of the trace that the process was started in. Spans are made once the round is over and recorded, so that they
carry its ID; their times are those of the runs.
"""

import time
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING
from uuid import uuid4
from weakref import WeakKeyDictionary

from diptych.core.event import Line
from diptych.core.gc_policy import importing
from diptych.core.observers import IgnoresRounds
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.excerpt import in_sentence
from diptych.telemetry.run_span import recorded_clock, round_span, run_span
from diptych.telemetry.span_data import WallClock

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from diptych.telemetry.span_sender import SpanSender

PATIENCE = 1.0
"""Seconds that `close` waits for a collector to take the last spans."""

WhenWritten = Callable[[Round, Callable[[], object]], None]
"""Calls a function, in any thread, once everything that has happened in a round was written, or cannot be."""


def at_once(round_: Round, act: Callable[[], object]) -> None:
    """Call a function now: nothing of the round is written."""
    del round_
    act()


class RoundSpans(IgnoresRounds):
    """An observer of rounds that sends their spans.

    With `with_content`, they hold prompts and answers. With `conversations`, rounds that follow each other share a
    `gen_ai.conversation.id`.
    """

    def __init__(self, *, with_content: bool = False, conversations: bool = False) -> None:
        self.when_written: WhenWritten = at_once
        """Set this to the method of the recorder, if there is one. It must be notified before this observer."""
        self.on_problem: Callable[[str], object] | None = None
        """Called once, in another thread, with a sentence for users if spans cannot be sent."""
        self.problem = ""
        """A sentence for users if spans could not be sent and `on_problem` was not called, else ""."""
        self._is_told = False
        self._with_content = with_content
        self._conversations: WeakKeyDictionary[Round, str] | None = WeakKeyDictionary() if conversations else None
        self._rounds: dict[Run, Round] = {}
        self._clocks: WeakKeyDictionary[Run, WallClock] = WeakKeyDictionary()
        self._ended: dict[Round, list[Run]] = {}
        self._lock = Lock()  # held while `_ended` changes
        self._ready: SimpleQueue[tuple[Round, list[Run]] | None] = SimpleQueue()
        self._parents: WeakKeyDictionary[Round, Span] = WeakKeyDictionary()
        self._loaded = Event()
        self._sender: SpanSender | None = None
        self._thread = Thread(target=self._work, name="spans", daemon=True)
        self._thread.start()

    def wait_until_loaded(self) -> None:
        """Wait until OpenTelemetry is imported, so that importing it does not slow the first answers down."""
        self._loaded.wait()

    def round_began(self, session: int, round_: Round) -> None:
        """A round begins. One that a worker of a cluster has asked comes whole, with the dates of its requests."""
        del session
        clock = WallClock(round_.began, time.time() if round_.date is None else round_.date)
        for run in round_.all_takes():
            self._follow(round_, run, (recorded_clock(run, round_) if run.lines else None) or clock)

    def take_began(self, round_: Round, run: Run) -> None:
        """Another take begins, perhaps hours after the round: the two clocks are compared anew."""
        self._follow(round_, run, WallClock(run.began, time.time()))

    def line_added(self, run: Run, line: Line) -> None:
        """Do nothing."""

    def run_ended(self, run: Run) -> None:
        """A run is over. If it was the last of its round, make the spans once the round is recorded."""
        round_ = self._rounds.pop(run)
        with self._lock:
            self._ended.setdefault(round_, []).append(run)
        if round_.ended:
            self.when_written(round_, partial(self._release, round_))

    def close(self) -> None:
        """Send the last spans, for at most `PATIENCE` seconds. `problem` then says what could not be sent."""
        until = time.monotonic() + PATIENCE
        for round_ in tuple(self._ended):
            self._release(round_)  # those that are not over, or could not be written
        self._ready.put(None)
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            self._tell("The last spans were not sent: making them took too long.")
        elif self._sender:
            unsent = self._sender.close(max(until - time.monotonic(), 0.0))
            if unsent and not self._is_told:
                self.problem = unsent

    def _follow(self, round_: Round, run: Run, clock: WallClock) -> None:
        self._rounds[run] = round_
        self._clocks[run] = clock

    def _release(self, round_: Round) -> None:
        """Hand the runs of a round that have ended to the thread that makes their spans."""
        with self._lock:
            ended = self._ended.pop(round_, None)
        if ended:
            self._ready.put((round_, ended))

    def _work(self) -> None:
        try:
            with importing():
                from diptych.telemetry.span_sender import SpanSender

            self._sender = SpanSender(on_problem=self._tell)
        except Exception as error:  # noqa: BLE001 - whatever its variables say, Diptych works without OpenTelemetry
            self._tell(f"Spans cannot be sent: {in_sentence(str(error))}.")
        finally:
            self._loaded.set()
        while (item := self._ready.get()) is not None:
            if self._sender is None:
                continue
            try:
                self._send(*item, self._sender)
            except Exception as error:  # noqa: BLE001 - the answers are not affected, and the next round may do better
                self._tell(f"Spans are missing because of a fault in Diptych ({type(error).__name__}).")

    def _send(self, round_: Round, runs: list[Run], sender: "SpanSender") -> None:
        """Make the spans of these runs, and that of their round before the first of them."""
        conversation = self._conversation(round_)
        spans = [
            run_span(run, round_, self._clocks[run], conversation, with_content=self._with_content) for run in runs
        ]
        parent = self._parents.get(round_)
        if parent is None:
            whole = round_span(round_, spans)
            parent = self._parents[round_] = sender.begin(whole.name, whole.began)
            sender.end(parent, whole)
        for span in spans:
            sender.add(span, parent)

    def _conversation(self, round_: Round) -> str:
        """Return an ID that is the same for all rounds of a conversation; "" if conversations get none."""
        if self._conversations is None:
            return ""
        first = round_
        while first.follows is not None:
            first = first.follows
        return self._conversations.setdefault(first, str(uuid4()))

    def _tell(self, problem: str) -> None:
        if self.on_problem is None:
            self.problem = problem
        elif not self._is_told:
            self._is_told = True
            self.on_problem(problem)
