"""Asks without a screen: prints answers as text, one JSON object, or every event as a line while it arrives."""

import errno
import math
import os
from io import TextIOWrapper
from typing import IO, Literal

from diptych.codec.event_lines import line_object
from diptych.codec.objects import end_object, round_object
from diptych.core.json_text import to_json
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean
from diptych.engine.engine import Engine
from diptych.engine.session import Draft
from diptych.headless.feed import Feed, Interrupt
from diptych.report.plain_text import above_answer, answer, summary

OutputForm = Literal["text", "json", "events"]

EXIT_COMPLETE = 0
EXIT_INCOMPLETE = 1

_NOBODY_READS = (errno.EPIPE, errno.EIO)
"""Errors of writing to a pipe that nobody reads from any more, or to a terminal that is gone."""

_PATIENCE = 1.0
"""Seconds to wait for what is left to print of runs that were stopped."""


def run_headless(engine: Engine, feed: Feed, draft: Draft, form: OutputForm, out: IO[str]) -> int:
    """Send a draft, print in the given form, and return the exit code. The feed must be the engine's observer.

    A signal handler calls the feed's `interrupt`: every run is stopped, and what arrived is printed.
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
    """Return 0 if every run that counts is complete and was read without a gap, else 1."""
    complete = all(run.state == "complete" and not run.unread for run in round_.runs.values())
    return EXIT_COMPLETE if complete else EXIT_INCOMPLETE


def _print_all(engine: Engine, feed: Feed, round_: Round, form: OutputForm, out: IO[str]) -> int:
    """Print what arrives until every run has ended; return the exit code of a signal that came, else 0."""
    open_runs = len(round_.runs)
    interrupted = 0
    while open_runs:
        item = feed.next(_PATIENCE if interrupted else math.inf)
        if item is None:
            break  # a stopped run does not end: leave it
        if isinstance(item, Interrupt):
            # One Ctrl-C may arrive twice, from the terminal and from a parent that passes it on.
            interrupted = interrupted or item.exit_code
            engine.stop()
            continue
        run, line = item
        if line is None:
            open_runs -= 1
        if form == "events":
            _write(out, to_json(end_object(run) if line is None else line_object(run, line)))
        elif form == "text" and line is None:
            _write(out, _answer(round_, run, out, first=open_runs == len(round_.runs) - 1))
    return interrupted


def _answer(round_: Round, run: Run, out: IO[str], *, first: bool) -> str:
    text = answer(run)
    # A terminal acts on control sequences; a file or a pipe gets the answer as it was sent.
    return f"{'' if first else chr(10)}{above_answer(round_, run)}\n{clean(text) if out.isatty() else text}"


def _write(out: IO[str], line: str) -> None:
    out.write(line + "\n")
    out.flush()
