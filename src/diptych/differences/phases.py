"""The phases of a run: what its time was spent on, from the first attempt to its last event.

The phases of a run follow each other without gaps or overlaps. Those from t0 on add up to its total; those before t0
(connecting, earlier attempts, waits) have negative times. `docs/explanation/figures.md` defines each phase for users.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from diptych.core.event import AttemptFailed, Event, RequestSent
from diptych.core.metrics.stalls import Stall, stalls
from diptych.core.run import Run
from diptych.differences.content_kinds import ContentTimes

PhaseKind = Literal[
    "failed attempt",
    "wait",
    "connect",
    "headers",
    "first token",
    "thinking",
    "tool input",
    "answer",
    "server work",
    "silence",
    "tail",
    "so far",
    "unknown",
]

PHASE_KINDS: tuple[PhaseKind, ...] = get_args(PhaseKind)
"""All kinds, in the order in which users read them.

- `failed attempt`: an attempt that was repeated, from its beginning to its failure, with its own connecting.
- `wait`: from a failed attempt to the beginning of the next one.
- `connect`: getting the connection of the last attempt, before t0.
- `headers`: from t0 to the response's headers.
- `first token`: from the headers to the first content of any kind.
- `thinking`, `tool input`, `answer`: from one event with content to the next, which wrote this.
- `server work`: from an event with content to the last sign, before the next one, that the server worked itself.
- `silence`: as in `core.metrics.stalls`, where it is not the server's work.
- `tail`: from the last content to the end.
- `so far`: from the last content to now, while the run streams.
- `unknown`: from the headers to the end, or from t0 if the headers are not timed either, in a capture that does not say
  when the events arrived.
"""


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a run's time, in seconds since its t0."""

    kind: PhaseKind
    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class RunPhases:
    """The phases of a run in order.

    `is_final` says whether the run has ended, so that none of them grows any more. Where it is not known how long
    connecting took, there is no phase for it, and `knows_connect` is False. There are no phases at all, and `knows_end`
    is False, for a capture that does not say how long the exchange took.
    """

    phases: Sequence[Phase]
    is_final: bool
    knows_connect: bool = True
    knows_end: bool = True

    @property
    def start(self) -> float:
        """When the first phase begins, in seconds since t0: negative, or 0 if nothing is known of the time before."""
        return self.phases[0].start if self.phases else 0.0

    @property
    def end(self) -> float:
        """When the last phase ends, in seconds since t0: the run's total, once it is final."""
        return self.phases[-1].end if self.phases else 0.0

    @property
    def total(self) -> float | None:
        """How long the phases from t0 on lasted together; None if nothing was sent."""
        return self.end if self.phases else None

    def seconds(self, kind: PhaseKind) -> float | None:
        """Return how long all phases of a kind lasted together: 0 if there was none, None if that is not known."""
        if not self.phases or (kind == "connect" and not self.knows_connect):
            return None
        return math.fsum(phase.seconds for phase in self.phases if phase.kind == kind)


@dataclass(frozen=True, slots=True)
class ComparedPhase:
    """How long all phases of a kind lasted in each of two runs, in seconds; None if it is not known."""

    kind: PhaseKind
    left: float | None
    right: float | None

    @property
    def delta(self) -> float | None:
        """The seconds of the right run minus those of the left one; None unless both are known."""
        return None if self.left is None or self.right is None else self.right - self.left


def compared_phases(left: RunPhases, right: RunPhases) -> list[ComparedPhase]:
    """Return the kinds of phases that occur in either run, with their seconds in both."""
    kinds = {phase.kind for phase in (*left.phases, *right.phases)}
    return [ComparedPhase(kind, left.seconds(kind), right.seconds(kind)) for kind in PHASE_KINDS if kind in kinds]


def why_slower(left: RunPhases, right: RunPhases) -> list[ComparedPhase]:
    """Return the kinds of phases from t0 on that make the totals of two ended runs differ, the largest part first.

    Their deltas add up to the difference of the totals, but for parts of less than 5 ms, which are left out. Empty
    while either run goes on, and if either was not sent.
    """
    if not (left.is_final and right.is_final and left.phases and right.phases):
        return []
    since_t0 = (RunPhases(_since_t0(run.phases), is_final=True) for run in (left, right))
    phases = [phase for phase in compared_phases(*since_t0) if abs(phase.delta or 0.0) >= _WORTH_TELLING]
    return sorted(phases, key=lambda phase: -abs(phase.delta or 0.0))


_WORTH_TELLING = 0.005


def _since_t0(phases: Sequence[Phase]) -> Sequence[Phase]:
    return [Phase(phase.kind, max(phase.start, 0.0), phase.end) for phase in phases if phase.end > 0]


def run_phases(run: Run, now: float | None = None) -> RunPhases:
    """Return the phases of a run. With `now`, the present time of its clock, a run that has not ended goes up to now.

    All lines of the run are read, so that this takes longer for longer runs.
    """
    ended = run.ended  # asked first, so that everything of an ended run is read below
    attempts, times = _read(run)
    phases = _Sequence()
    _add_attempts(phases, run, attempts)
    stamps = run.stamps
    if "end" in stamps.unknown:
        return RunPhases((), ended, knows_end=False)
    end = stamps.end if ended else now
    if attempts.is_waiting:
        phases.add("wait", end)
    elif not attempts.is_sent:
        phases.add("connect", end)
    else:
        phases.add("connect", stamps.t0)
        _add_answer(phases, run, times, end, ended=ended)
    zero = run.began if stamps.t0 is None else stamps.t0
    return RunPhases(phases.since(zero), ended, stamps.connect is not None or not attempts.is_sent)


@dataclass(slots=True)
class _Attempt:
    """An attempt: when it began to send, how long connecting took before that, and when it failed; None if unknown."""

    sent_at: float | None = None
    connect: float | None = None
    failed_at: float | None = None


class _Attempts(list[_Attempt]):
    """The attempts at a run, as far as they are known: the last one is open, unless the run waits for another."""

    @property
    def is_waiting(self) -> bool:
        """Whether the last attempt failed, and another will follow."""
        return bool(self) and self[-1].failed_at is not None

    @property
    def is_sent(self) -> bool:
        """Whether the open attempt began to send its request."""
        return bool(self) and not self.is_waiting and self[-1].sent_at is not None


def _read(run: Run) -> tuple[_Attempts, ContentTimes]:
    attempts, times = _Attempts(), ContentTimes()
    for line in run.lines:
        match line:
            case Event():
                times.add(line)
            case RequestSent(at=at, connect=connect):
                attempts.append(_Attempt(at, connect))
            case AttemptFailed(at=at):
                if not attempts or attempts.is_waiting:
                    attempts.append(_Attempt())  # it failed before anything was sent
                attempts[-1].failed_at = at
            case _:
                pass
    if run.ended:
        times.end()
    return attempts, times


class _Sequence:
    """Phases that are put one after another, in stamps. Each begins where the one before ended."""

    def __init__(self) -> None:
        self.at: float | None = None
        self._phases: list[Phase] = []

    def add(self, kind: PhaseKind, end: float | None) -> None:
        """Add a phase up to `end`. It is left out if it takes no time, or if its end is not known."""
        if end is None:
            return
        if self.at is None:
            self.at = end
        if end <= self.at:
            return
        last = self._phases[-1] if self._phases else None
        if last is not None and last.kind == kind and kind != "silence":
            self._phases[-1] = Phase(kind, last.start, end)
        else:
            self._phases.append(Phase(kind, self.at, end))
        self.at = end

    def since(self, zero: float) -> Sequence[Phase]:
        """Return the phases in seconds since `zero`."""
        return tuple(Phase(phase.kind, phase.start - zero, phase.end - zero) for phase in self._phases)


def _add_attempts(phases: _Sequence, run: Run, attempts: _Attempts) -> None:
    """Add what came before the last attempt began to send, up to its connecting."""
    phases.at = run.began if attempts and attempts[0].sent_at is None else None
    for attempt in attempts:
        begins = None if attempt.sent_at is None else attempt.sent_at - (attempt.connect or 0.0)
        if phases.at is None:
            phases.at = begins
        elif begins is not None:
            phases.add("wait", begins)
        if attempt.failed_at is not None:
            phases.add("failed attempt", attempt.failed_at)
    if phases.at is None:
        phases.at = run.stamps.t0


def _add_answer(phases: _Sequence, run: Run, times: ContentTimes, end: float | None, *, ended: bool) -> None:
    """Add what followed the sending of the last attempt's request."""
    stamps = run.stamps
    if "events" in stamps.unknown:
        phases.add("headers", stamps.headers)
        phases.add("unknown", end)
        return
    headers = stamps.first_event if stamps.headers is None else stamps.headers
    phases.add("headers", end if headers is None else headers)
    if headers is not None:
        phases.add("first token", end if stamps.first_token is None else stamps.first_token)
    _add_content(phases, times, stalls(run))
    if times.at:
        phases.add("tail" if ended else "so far", end)


def _add_content(phases: _Sequence, times: ContentTimes, silences: Sequence[Stall]) -> None:
    """Add what was written between the first and the last content, with silences and the server's own work."""
    silent = iter(silences)
    silence = next(silent, None)
    for index in range(1, len(times)):
        before, at = times.at[index - 1], times.at[index]
        if not math.isnan(times.work_until[index]):
            phases.add("server work", times.work_until[index])
        if silence is not None and silence.start == before and silence.end <= at:
            if math.isnan(times.work_until[index]):
                phases.add("silence", silence.end)
            silence = next(silent, None)
        phases.add(times.kind(index), at)
