"""What `diptych run` does if its options make an experiment of it."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO, Literal

import click

from diptych.cli.ask_options import AskOptions, configuration_of, require_keys, side_settings, warn_of_configuration
from diptych.cli.close_recorder import closed_at_end
from diptych.cli.command_error import CommandError
from diptych.cli.experiment_options import ExperimentOptions
from diptych.cli.experiment_records import (
    ExperimentRecords,
    InHistory,
    Unrecorded,
    begin_in_history,
    recover_rows,
)
from diptych.cli.history_commands import open_history
from diptych.cli.prompt_input import required_prompt
from diptych.cli.resumed_plan import changed_limits, resumed_plan
from diptych.cli.row_source import row_source
from diptych.cli.run_app import can_draw
from diptych.cli.signals import Shutdown
from diptych.cli.wiring import engine_options, is_ci
from diptych.codec.plan_object import plan_digest, plan_object
from diptych.config.configuration import Configuration
from diptych.config.sides import SIDES, SideName
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.case import Case
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.experiment.progress import Progress
from diptych.core.experiment.summary import summarize
from diptych.core.history_summary import HistoryError
from diptych.core.json_text import to_json
from diptych.core.message import Message
from diptych.core.naming import model_name
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.engine.experiment.ask_rounds import Ending
from diptych.engine.experiment.budget import Budget
from diptych.engine.experiment.experiment_engine import ExperimentEngine
from diptych.engine.experiment.plan_checks import check_plan
from diptych.engine.experiment.row_maker import RowMaker
from diptych.engine.experiment.run_experiment import Experiment, run_experiment
from diptych.headless.experiment.experiment_runner import ExperimentRunner
from diptych.headless.experiment.progress import progress_display
from diptych.headless.experiment.result_output import ResultOutput
from diptych.headless.experiment.row_feed import RowFeed
from diptych.headless.experiment.tally import Tally
from diptych.report.experiment.summary_object import summary_object
from diptych.report.experiment.summary_text import summary_text
from diptych.store.recorder import Recorder

EXIT_PASSED = 0
EXIT_NOT_PASSED = 1
EXIT_BUDGET = 3

_GRACE = 10.0
"""Seconds after a signal in which the figures are printed of what there is. A second signal ends that."""

_WIDTH = 100
"""Columns of the figures where they do not go to a terminal."""

Form = Literal["text", "json", "rows"]
"""What is printed: figures as text or as one JSON object at the end, or a line of JSON for each answer."""


def run_experiment_command(
    prompt: str | None,
    side: SideName | None,
    options: AskOptions,
    experiment: ExperimentOptions,
    shutdown: Shutdown,
    live: bool | None,
    *,
    as_json: bool,
) -> int:
    """Ask a new experiment, or what is missing of one; print what is wanted, and return the exit code."""
    if as_json and experiment.rows:
        raise CommandError("--json and --rows cannot be used together.")
    form: Form = "json" if as_json else "rows" if experiment.rows else "text"
    configuration = configuration_of(options, "none")
    try:
        if experiment.resume is None:
            asked = _new_experiment(prompt, side, options, experiment, configuration)
        else:
            asked = _resumed_experiment(experiment.resume, options, experiment, configuration)
        require_keys(asked.plan.models)
        caution = check_plan(asked.plan)
        warn_of_configuration(configuration)
        if caution:
            _say(f"Warning: {caution[0].lower()}{caution[1:]}. It is sent anyway.")
        return ExperimentCommand(asked, asked.begin(), options, experiment, form, shutdown, live).run()
    except (HistoryError, MustNotBeSentError) as error:
        raise CommandError(str(error)) from None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked. `begin` returns where it is recorded, and makes the place for it."""

    plan: Plan
    limits: Limits
    begin: Callable[[], ExperimentRecords]


def _new_experiment(
    prompt: str | None,
    side: SideName | None,
    options: AskOptions,
    experiment: ExperimentOptions,
    configuration: Configuration,
) -> _Asked:
    plan = Plan(
        (Case("1", (Message.of_text("user", required_prompt(prompt, options.file)),)),),
        side_settings(options, configuration, SIDES if side is None else (side,)),
        experiment.repeat or 1,
        experiment.sequential or False,
        experiment.warm_up or 0,
        experiment.order_seed or 0,
    )
    limits = changed_limits(Limits(), experiment)
    if options.no_history:
        return _Asked(plan, limits, lambda: Unrecorded(plan))
    return _Asked(plan, limits, lambda: begin_in_history(open_history(options.history), plan, limits))


def _resumed_experiment(
    number: int, options: AskOptions, experiment: ExperimentOptions, configuration: Configuration
) -> _Asked:
    history = open_history(options.history)
    stored = history.experiment(f"x{number}")
    if history.is_being_asked(number):
        raise CommandError(f"x{number} is being asked by another Diptych: wait until that has ended.")
    plan = resumed_plan(stored.plan, number, options, configuration)
    return _Asked(plan, changed_limits(stored.limits, experiment), lambda: InHistory(history, stored))


@dataclass(slots=True)
class ExperimentCommand:
    """One sitting of an experiment: it asks what is missing, and prints."""

    asked: _Asked
    records: ExperimentRecords
    options: AskOptions
    experiment: ExperimentOptions
    form: Form
    shutdown: Shutdown
    live: bool | None

    def run(self) -> int:
        """Ask what is missing, print, and return the exit code."""
        feed = RowFeed()
        source = row_source(plan_digest(self.asked.plan), self.experiment.region)
        with (
            RowMaker(self.asked.plan, source, lambda: bool(feed.interrupted)) as row_maker,
            nullcontext(sys.stdout) if sys.stdout else open(os.devnull, "w") as out,
        ):
            if isinstance(out, TextIOWrapper):
                out.reconfigure(errors="replace")  # a model may send half a character
            results = ResultOutput(out)
            recover_rows(self.records, row_maker)
            progress = self.records.progress(retry_failed=self.experiment.retry_failed)
            ending = self._ask(progress, feed, row_maker, results)
            passed = self._print_figures(results, _width(out))
        if feed.interrupted:
            return feed.interrupted
        if ending == "budget":
            return EXIT_BUDGET
        return EXIT_PASSED if passed == self.asked.plan.answers else EXIT_NOT_PASSED

    @property
    def name(self) -> str:
        """What the experiment is called in messages."""
        return "The experiment" if self.records.number is None else f"x{self.records.number}"

    def _ask(self, progress: Progress, feed: RowFeed, row_maker: RowMaker, results: ResultOutput) -> Ending:
        """Ask what is missing; return why no more was asked."""
        self.shutdown.on_signal(feed.interrupt)
        self.shutdown.allow(_GRACE)
        recorder = Recorder(self.records.sink(), feed.add)
        display = progress_display(self.live, sys.stderr, is_ci=is_ci(), can_draw=can_draw())
        done = len(progress.answered)
        tally = Tally(self.asked.plan.answers, done)
        there = f", {done:,} of them are there already" if done else ""
        _say(f"{self.name}: {counted(self.asked.plan.answers, 'answer')}{there}.")
        with (
            closed_at_end(recorder, self.shutdown, "") as closer,
            closing(self._engine(recorder)) as engine,
        ):
            self.shutdown.before_exit(recorder.close, engine.close, display.erase)
            engine.keep_open(self.asked.plan.models.values())
            experiment = Experiment(
                self.asked.plan,
                progress.answered.missing(),
                self.records.number,
                self.asked.limits,
                Budget(self.asked.limits.budget, progress.cost_usd),
                warms_up=done < self.asked.plan.answers,
            )
            asking = engine.submit(run_experiment(experiment, engine.asker, recorder, row_maker))
            asking.add_done_callback(lambda _: feed.wake())
            ending = ExperimentRunner(
                self.name,
                {label: _shown(label, model_name(settings)) for label, settings in self.asked.plan.models.items()},
                tally,
                self.records.kept,
                feed,
                display,
                results if self.form == "rows" else None,
                engine.stop,
                engine.pauses,
                lambda: recorder.problem,
            ).follow(asking)
            closer.may_wait = not feed.interrupted
        self._say_ending(ending, tally.done)
        return ending

    def _engine(self, recorder: Recorder) -> ExperimentEngine:
        options = engine_options(self.options, self.asked.limits.concurrency)
        return ExperimentEngine(options, recorder, recorder.call_when_written)

    def _print_figures(self, results: ResultOutput, width: int) -> int:
        """Print the figures, if they are wanted; return how many answers are complete and passed their checks."""
        passed = 0

        def rows() -> Iterator[AnswerRow]:
            nonlocal passed
            for row in self.records.rows():
                passed += row.has_passed
                yield row

        match self.form:
            case "rows":
                for _ in rows():
                    pass
            case "json":
                summary = summarize(rows(), self.asked.plan.models)
                results.write([to_json(summary_object(self.records.number, plan_object(self.asked.plan), summary))])
            case "text":
                results.write(summary_text(summarize(rows(), self.asked.plan.models), width))
        return passed

    def _say_ending(self, ending: Ending, done: int) -> None:
        """Say how to ask for the rest, if there is one."""
        if done == self.asked.plan.answers:
            return
        why = {
            "whole": "",
            "stopped": "",
            "budget": " The budget allows no more.",
            "failures": " Too many answers have failed.",
        }[ending]
        number = self.records.number
        how = "" if number is None else f" Ask for the rest with `diptych run --resume x{number}`."
        _say(f"{self.name}: {done:,} of {counted(self.asked.plan.answers, 'answer')}.{why}{how}")


def _shown(label: str, model: str) -> str:
    return label if label == model else f"{label}  {model}"


def _width(out: IO[str]) -> int:
    try:
        return os.get_terminal_size(out.fileno()).columns or _WIDTH
    except (OSError, ValueError):
        return _WIDTH


def _say(sentence: str) -> None:
    click.echo(clean_line(sentence), err=True)
