"""Asks without a screen: prints answers as text, one JSON object, or every event as a line while it arrives."""

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO

from diptych.codec.event_lines import line_object
from diptych.codec.objects import end_object, rounds_object
from diptych.core.event import Line
from diptych.core.json_text import to_json
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.text.sanitize import clean
from diptych.engine.engine import Engine
from diptych.engine.session import Draft
from diptych.engine.tool_turns import ToolTurns
from diptych.headless.closed_output import discard, is_closed
from diptych.headless.feed import Feed, Interrupt
from diptych.headless.live_display import LiveDisplay, OutputForm
from diptych.json_schema.answers import check_answer
from diptych.report.plain_text import above_answer, answer, summary

EXIT_COMPLETE = 0
EXIT_INCOMPLETE = 1

_TICK = 0.2
"""Seconds between two looks at what is shown live, while nothing arrives."""

_PATIENCE = 1.0
"""Seconds to wait for what is left to print of runs that were stopped."""


@dataclass(frozen=True, slots=True)
class Redo:
    """One side of a round of the history is asked again: the round, its id, and the label of the side."""

    round: Round
    id: int
    label: Label


def run_headless(
    engine: Engine,
    feed: Feed,
    asked: Draft | Redo,
    form: OutputForm,
    out: IO[str],
    turns: ToolTurns | None = None,
    warn: Callable[[str], object] = str,
    live: LiveDisplay | None = None,
) -> int:
    """Send a draft, or ask a side again, print in the given form, and return the exit code.

    The feed must be the engine's observer. Of a round that is asked again, only the new take counts for the exit code.
    Raises `MustNotBeSentError` for a take that must not be sent.
    `turns` answer the tool calls that follow; each is printed like the round of the prompt. `warn` gets a sentence if
    calls stay without a result. `live` shows what happens until it is printed. A signal handler calls the feed's
    `interrupt`: every run and every command is stopped, and what arrived is printed.
    """
    turns = turns or ToolTurns(engine)
    if isinstance(out, TextIOWrapper):
        out.reconfigure(errors="replace")  # a model may send half a character, and a console may lack whole ones
    printer = _RoundPrinter(engine, feed, form, out, live or LiveDisplay())
    try:
        round_, runs = _begin(engine, asked)
        rounds = [round_]
        printer.print(round_, runs)
        while not printer.interrupted and (following := _next_draft(engine, turns, feed, warn)):
            round_ = turns.send(following)
            rounds.append(round_)
            printer.print(round_, round_.runs.values(), turns.turn)
        interrupted = printer.interrupted or feed.interrupted
        if form == "json":
            printer.write(to_json(rounds_object(rounds)))
        if not interrupted and (sentence := turns.limit_reached()):
            warn(sentence)
    except OSError as error:
        if not is_closed(error):
            raise
        discard(out)
        return feed.interrupted or EXIT_INCOMPLETE
    finally:
        printer.live.erase()
    return interrupted or exit_code(rounds, None if isinstance(asked, Draft) else (asked.label,))


def exit_code(rounds: Iterable[Round], labels: Collection[Label] | None = None) -> int:
    """Return 0 if the last run of every label, or of these, is complete and was read without a gap, else 1.

    `rounds` are that of a prompt and the turns that answered its tool calls, which ask only those who called.
    """
    runs = (run for round_ in rounds for run in round_.runs.values() if labels is None or run.label in labels)
    last = {run.label: run for run in runs}
    complete = all(run.state == "complete" and not run.unread for run in last.values())
    return EXIT_COMPLETE if complete else EXIT_INCOMPLETE


def _begin(engine: Engine, asked: Draft | Redo) -> tuple[Round, Collection[Run]]:
    """Begin what is asked; return its round, and the runs of it that stream."""
    if isinstance(asked, Draft):
        round_ = engine.send(asked)
        return round_, round_.runs.values()
    engine.open_rounds({asked.id: asked.round})
    return asked.round, (engine.ask_take(asked.round, asked.label),)


def _next_draft(engine: Engine, turns: ToolTurns, feed: Feed, warn: Callable[[str], object]) -> Draft | None:
    """Return the draft of the next turn; None if there is none, or it must not be sent."""
    calls = turns.calls_to_answer()
    results = turns.answer(calls, lambda: bool(feed.interrupted)) if calls else None
    if results is None:
        return None
    try:
        draft = engine.draft_results(results)
    except MustNotBeSentError as error:
        warn(str(error))
        return None
    if draft.caution:
        warn(f"{draft.caution}. It is sent anyway.")
    return draft


@dataclass(slots=True)
class _RoundPrinter:
    """Prints rounds in one form as they are answered. `interrupted` is the exit code of a signal, 0 until one comes."""

    engine: Engine
    feed: Feed
    form: OutputForm
    out: IO[str]
    live: LiveDisplay
    interrupted: int = 0

    def print(self, round_: Round, runs: Collection[Run], turn: int = 0) -> None:
        """Print a round until these runs of it have ended. `turn` numbers a round that answers tool calls, from 1."""
        if self.form == "text" and turn:
            self.write(f"\n── turn {turn} ──\n{_for(self.out, round_.prompt)}\n")
        self._follow(round_, runs, turn)
        if self.form == "text":
            self.write(f"\n{summary(round_)}")

    def write(self, text: str) -> None:
        """Write a text and a line end."""
        self.out.write(text + "\n")
        self.out.flush()

    def _follow(self, round_: Round, runs: Collection[Run], turn: int) -> None:
        """Print what arrives until these runs have ended, or do not end although a signal has stopped them."""
        live, open_runs = self.live, len(runs)
        waited = 0.0
        live.begin(round_)
        while open_runs:
            item = self.feed.next(_TICK if live.is_shown else _PATIENCE if self.interrupted else math.inf)
            live.show(self.engine.clock())
            if item is None:
                waited += _TICK if live.is_shown else _PATIENCE
                if self.interrupted and waited >= _PATIENCE:
                    break  # a stopped run does not end: leave it
                continue
            waited = 0.0
            if isinstance(item, Interrupt):
                # One Ctrl-C may arrive twice, from the terminal and from a parent that passes it on.
                self.interrupted = self.interrupted or item.exit_code
                self.engine.stop()
                continue
            run, line = item
            if line is None:
                open_runs -= 1
                check_answer(run)
            if self.form == "events":
                self._write_event(run, line, turn)
            elif self.form == "text" and line is None:
                self._write_answer(round_, run, is_first=open_runs == len(runs) - 1)
        live.erase()

    def _write_event(self, run: Run, line: Line | None, turn: int) -> None:
        """Write a line of a run as JSON, or its end."""
        printed = end_object(run) if line is None else line_object(run, line)
        self.live.erase()
        self.write(to_json(printed | {"turn": turn} if turn else printed))

    def _write_answer(self, round_: Round, run: Run, *, is_first: bool) -> None:
        """Write the answer of a run that has ended, or what is left of one that was shown while it grew."""
        text = self.live.rest()
        if text is None:
            separator = "" if is_first else "\n"
            text = f"{separator}{above_answer(round_, run)}\n{_for(self.out, answer(run))}"
        self.write(text)


def _for(out: IO[str], text: str) -> str:
    """Return foreign text for an output: a terminal acts on control sequences; a file or a pipe gets it as it is."""
    return clean(text) if out.isatty() else text
