"""Connects the engine, the recorder and a front end (the app, or the one without a screen), and runs them."""

import os
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.cli.ask_options import AskOptions
from diptych.cli.close_recorder import RECORD_HINT, closed_at_end
from diptych.cli.command_error import CommandError
from diptych.cli.run_app import can_draw, new_app, run_app
from diptych.cli.shared_options import open_history
from diptych.cli.signals import Shutdown
from diptych.cli.standard_error import say, warn
from diptych.cli.telemetry_option import recorded_and_sent, sending_spans
from diptych.config.configuration import CurrentConfiguration
from diptych.config.environment import history_path, missing_key_hint
from diptych.core.event_log import MemoryBudget
from diptych.core.request import Label
from diptych.core.settings import Settings

if TYPE_CHECKING:
    from diptych.core.attachment import Attachment
    from diptych.core.round import RoundObserver
    from diptych.engine.engine import Engine, EngineOptions
    from diptych.engine.session import Draft
    from diptych.engine.tool_turns import ToolTurns
    from diptych.headless.live_display import OutputForm
    from diptych.headless.runner import Redo
    from diptych.store.recorder import Recorder


def run_round(
    asked: "Draft | Redo",
    settings: dict[Label, Settings],
    options: AskOptions,
    form: "OutputForm",
    record: Path | None,
    shutdown: Shutdown,
    live: bool | None = None,
) -> int:
    """Send a draft, or ask a side again, without a screen; print in the given form, and return the exit code.

    With `record` the round is written to that file instead of the history. `live` is whether to show what happens
    until answers are printed; None is the default of the terminal.
    """
    from diptych.headless.feed import Feed
    from diptych.headless.live_display import live_display
    from diptych.headless.runner import EXIT_COMPLETE, EXIT_INCOMPLETE, run_headless

    feed = Feed()
    shutdown.on_signal(feed.interrupt)
    with (
        sending_spans(options.otel, conversations=True) as spans,
        closed_at_end(new_recorder(options, record), shutdown, RECORD_HINT if record is None else "") as closer,
        closing(_engine(settings, options, recorded_and_sent(closer.recorder, spans, feed))) as engine,
    ):
        display = live_display(form, live, sys.stdout, sys.stderr, is_ci=is_ci(), can_draw=can_draw())
        shutdown.before_exit(closer.recorder.close, engine.close, display.erase)
        if spans:
            spans.wait_until_loaded()
        code = run_headless(engine, feed, asked, form, sys.stdout, _turns(engine, options), warn, display)
        closer.may_wait = code in (EXIT_COMPLETE, EXIT_INCOMPLETE)
        if engine.problem:
            say(engine.problem)
    return code


def open_app(
    prompt: str | None,
    attachments: "tuple[Attachment, ...]",
    once: bool,
    settings: dict[Label, Settings],
    options: AskOptions,
    configuration: CurrentConfiguration,
    shutdown: Shutdown,
) -> None:
    """Run the app until the user quits. A prompt is sent at once; with `once` the app exits after the answers.

    The attachments go with the first prompt, whether it is given or typed.
    """
    from diptych.catalog.model_catalog import ModelCatalog
    from diptych.headless.runner import exit_code
    from diptych.report.plain_text import summary
    from diptych.simulated.scenarios import SCENARIOS
    from diptych.store.state_file import StateFile, state_path
    from diptych.tui.blind.pace_choice import PaceChoice
    from diptych.tui.screens.compare import CompareScreen

    warnings: list[str] = []
    with (
        sending_spans(options.otel, conversations=True, tell=warnings.append) as spans,
        closed_at_end(new_recorder(options), shutdown, RECORD_HINT) as closer,
        closing(_engine(settings, options, recorded_and_sent(closer.recorder, spans))) as engine,
        closing(ModelCatalog(offline=options.demo)) as catalog,
    ):
        shutdown.before_exit(closer.recorder.close, engine.close)
        turns = _turns(engine, options)

        def unrecorded() -> str:
            return closer.recorder.problem

        screen = CompareScreen(
            engine,
            configuration,
            catalog=catalog,
            prompt=prompt,
            attachments=attachments,
            once=once,
            hint=partial(missing_key_hint, simulation=configuration.now.simulation),
            scenarios=SCENARIOS,
            history=None if options.no_history else open_history(options.history),
            turns=turns,
            unrecorded=unrecorded,
            blind_pace=PaceChoice(configuration.now.blind_pace, StateFile(state_path())),
        )
        app = new_app(screen, configuration.now, unrecorded)
        for warning in warnings:
            app.warn(warning)
        if spans:
            spans.on_problem = app.warn
        run_app(app, shutdown)
        closer.may_wait = not closer.recorder.problem  # if there is one, the user has already chosen not to wait
        if once and engine.rounds:
            click.echo(summary(engine.rounds[-1]))
            sys.exit(exit_code(engine.rounds[-1 - turns.turn :]))


def _turns(engine: "Engine", options: AskOptions) -> "ToolTurns":
    """Return what answers the tool calls of the engine's rounds."""
    from diptych.engine.tool_answers import ToolAnswers
    from diptych.engine.tool_turns import ToolTurns

    given = options.tools
    return ToolTurns(engine, ToolAnswers(given.file, given.folder) if given else None, options.max_turns)


def new_recorder(options: AskOptions, file: Path | None = None) -> "Recorder":
    """Return a recorder that writes to the file, if one is given, else to the history, unless it is turned off."""
    from diptych.store.recorder import Recorder
    from diptych.store.sink import Nowhere

    if file is not None:
        from diptych.store.errors import StoreError
        from diptych.store.turn_files import TurnFiles

        try:
            return Recorder(TurnFiles(file))
        except StoreError as error:
            raise CommandError(str(error)) from None
    if options.no_history:
        return Recorder(Nowhere())
    from diptych.store.history_writer import HistorySink

    return Recorder(HistorySink(options.history or history_path(os.environ)))


def _engine(
    settings: dict[Label, Settings],
    options: AskOptions,
    observer: "RoundObserver | None" = None,
) -> "Engine":
    from diptych.engine.engine import Engine

    return Engine(settings, engine_options(options), observer)


def engine_options(options: AskOptions, shares: int = 1) -> "EngineOptions":
    """Return the options of an engine. Each of several `shares` has that part of the memory for events."""
    from diptych.engine.engine import EngineOptions
    from diptych.store.spill_file import TemporarySpillFile

    folder = (options.history or history_path(os.environ)).parent
    most = options.memory * 1_000_000 // shares

    def new_memory() -> MemoryBudget:
        return MemoryBudget(TemporarySpillFile(folder), most)

    return EngineOptions(options.timeout, options.seed, new_memory)


def is_ci() -> bool:
    """Whether the environment says that this is continuous integration."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")
