"""Asks without a screen: answers as text, as one JSON object, or every event as a line while it arrives."""

import errno
import math
import os
import queue
from collections import Counter
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO, Literal, assert_never

from diptych.codec.objects import end_object, line_object, round_object, to_json
from diptych.core.event import Line
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean
from diptych.engine.engine import Engine
from diptych.engine.session import Draft
from diptych.report.headings import heading
from diptych.report.plain_text import answer, summary

OutputForm = Literal["text", "json", "events"]

EXIT_COMPLETE = 0
EXIT_INCOMPLETE = 1

_NOBODY_READS = (errno.EPIPE, errno.EIO)
"""Whoever read from the pipe has enough, or the terminal is gone."""

_NAP = 0.2
_PATIENCE = 1.0
"""Seconds to wait for what is left to print of sides that were stopped."""


@dataclass(frozen=True, slots=True)
class _Signal:
    exit_code: int


@dataclass(frozen=True, slots=True)
class _Ended:
    run: Run


class Feed:
    """An observer that hands what it is told to the thread that prints, so that a slow reader delays no stream.

    It queues whose turn it is, not the lines, which stay where they are: with their run, in memory or out of it.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Run | _Ended | _Signal] = queue.SimpleQueue()
        self._read: Counter[Run] = Counter()
        self.interrupted = 0
        """The exit code of the first signal; 0 until then."""

    def began(self, session: int, round_: Round) -> None:
        """A round begins."""

    def take_began(self, round_: Round, run: Run) -> None:
        """Another take begins."""

    def line(self, run: Run, line: Line) -> None:
        """A line was added to a run."""
        self._queue.put(run)

    def ended(self, run: Run) -> None:
        """A run is over."""
        self._queue.put(_Ended(run))

    def interrupt(self, exit_code: int) -> None:
        """Ask the printing thread to stop and leave with this code; safe in a signal handler."""
        self.interrupted = self.interrupted or exit_code
        self._queue.put(_Signal(exit_code))

    def next(self, patience: float = math.inf) -> tuple[Run, Line | None] | _Signal | None:
        """Wait for what comes next: a run with its new line, or without one when it has ended; or a signal.

        None when nothing came for `patience` seconds.
        """
        while patience > 0:
            try:
                # In short pieces, since on Windows a wait without end hears no Ctrl-C.
                item = self._queue.get(timeout=_NAP)
            except queue.Empty:
                patience -= _NAP
                continue
            match item:
                case Run():
                    self._read[item] += 1
                    return item, item.lines[self._read[item] - 1]
                case _Ended(run=run):
                    return run, None
                case _Signal():
                    return item
                case _:
                    assert_never(item)
        return None


def run_headless(engine: Engine, feed: Feed, draft: Draft, form: OutputForm, out: IO[str]) -> int:
    """Send a draft, print in the given form, and return the exit code. The feed must be the engine's observer.

    Whoever handles signals calls the feed's `interrupt`: both sides are stopped, and what arrived is printed.
    """
    if isinstance(out, TextIOWrapper):
        out.reconfigure(errors="replace")  # a model may send half a character, and a console may lack whole ones
    try:
        round_ = engine.send(draft)
        interrupted = _print_all(engine, feed, round_, form, out)
        if form == "json":
            _write(out, to_json(round_object(round_)))
        elif form == "text":
            _write(out, f"\n{summary(round_)}")
    except OSError as error:
        if error.errno not in _NOBODY_READS:
            raise
        # Standard output is closed for good, so that nothing is flushed to it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return feed.interrupted or EXIT_INCOMPLETE
    return interrupted or exit_code(round_)


def exit_code(round_: Round) -> int:
    """0 if every side is complete and everything of it could be read, else 1."""
    complete = all(run.state == "complete" and not run.unread for run in round_.runs.values())
    return EXIT_COMPLETE if complete else EXIT_INCOMPLETE


def _print_all(engine: Engine, feed: Feed, round_: Round, form: OutputForm, out: IO[str]) -> int:
    """Print what arrives until every side has ended; the exit code of a signal that came, else 0."""
    open_sides = len(round_.runs)
    interrupted = 0
    while open_sides:
        item = feed.next(_PATIENCE if interrupted else math.inf)
        if item is None:
            break  # a stopped side does not end: leave it
        if isinstance(item, _Signal):
            # One Ctrl-C may arrive twice, from the terminal and from a parent that passes it on.
            interrupted = interrupted or item.exit_code
            engine.stop()
            continue
        run, line = item
        if line is None:
            open_sides -= 1
        if form == "events":
            _write(out, to_json(end_object(run) if line is None else line_object(run, line)))
        elif form == "text" and line is None:
            _write(out, _answer(run, out, first=open_sides == len(round_.runs) - 1))
    return interrupted


def _answer(run: Run, out: IO[str], *, first: bool) -> str:
    text = answer(run)
    # A terminal acts on control sequences; a file or a pipe gets the answer as it was sent.
    return f"{'' if first else chr(10)}{heading(run)}\n{clean(text) if out.isatty() else text}"


def _write(out: IO[str], line: str) -> None:
    out.write(line + "\n")
    out.flush()
