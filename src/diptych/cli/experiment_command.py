"""What `diptych run` does if its options make an experiment of it."""

import os
import sys
import time
from contextlib import closing, nullcontext
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING, Literal

import click

from diptych import __version__
from diptych.cli.ask_options import AskOptions, configuration_of, require_keys, side_settings, warn_of_configuration
from diptych.cli.asked_experiment import AskedExperiment, new_experiment, resumed_experiment
from diptych.cli.close_recorder import closed_at_end
from diptych.cli.command_error import CommandError
from diptych.cli.experiment_options import ExperimentOptions
from diptych.cli.history_commands import open_history
from diptych.cli.prompt_input import required_prompt
from diptych.cli.row_source import row_source
from diptych.cli.run_app import can_draw
from diptych.cli.signals import Shutdown
from diptych.cli.wiring import engine_options, is_ci, new_recorder
from diptych.codec.plan_object import limits_object, plan_digest, plan_object
from diptych.config.sides import SIDES, SideName
from diptych.core.history_summary import HistoryError
from diptych.core.json_text import to_json
from diptych.core.naming import model_name
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diptych.core.experiment.answer_row import AnswerRow
    from diptych.engine.experiment.ask_rounds import Ending
    from diptych.headless.experiment.kept_rows import KeptRows

EXIT_PASSED = 0
EXIT_NOT_PASSED = 1
EXIT_BUDGET = 3

_GRACE = 10.0
"""Seconds after a signal in which the figures of what there is are printed. A second signal ends that."""

ExperimentForm = Literal["text", "json", "rows"]
"""What is printed: figures as text or as one JSON object at the end, or a line of JSON for each answer."""


def run_experiment(
    prompt: str | None,
    side: SideName | None,
    options: AskOptions,
    experiment: ExperimentOptions,
    shutdown: Shutdown,
    live: bool | None,
    *,
    as_json: bool,
) -> int:
    """Ask a new experiment or what is missing of one, print what is wanted, and return the exit code."""
    if as_json and experiment.rows:
        raise CommandError("--json and --rows cannot be used together.")
    configuration = configuration_of(options, "none")
    if experiment.resume is not None:
        history = open_history(options.history)
        asked = resumed_experiment(experiment.resume, history, options, experiment, configuration)
    else:
        text = required_prompt(prompt, options.file)
        settings = side_settings(options, configuration, SIDES if side is None else (side,))
        asked = new_experiment(text, settings, experiment)
    require_keys(asked.plan.models)
    warn_of_configuration(configuration)
    form: ExperimentForm = "json" if as_json else "rows" if experiment.rows else "text"
    return ExperimentCommand(asked, options, experiment, form, shutdown, live).run()


@dataclass(slots=True)
class ExperimentCommand:
    """One sitting of an experiment: `run` asks what is missing and prints in the given form."""

    asked: AskedExperiment
    options: AskOptions
    experiment: ExperimentOptions
    form: ExperimentForm
    shutdown: Shutdown
    live: bool | None
    number: int | None = None

    def run(self) -> int:
        """Ask what is missing, print, and return the exit code."""
        from diptych.headless.experiment.kept_rows import KeptRows

        self.number = self.asked.number
        if self.number is None and not self.options.no_history:
            self.number = self._add()
        with (
            closing(KeptRows()) if self.number is None else nullcontext() as kept,
            nullcontext(sys.stdout) if sys.stdout else open(os.devnull, "w") as out,
        ):
            if isinstance(out, TextIOWrapper):
                out.reconfigure(errors="replace")  # a model may send half a character
            interrupted, ending = self._ask(kept, out)
            passed = self._print_figures(self._recorded_rows() if kept is None else kept, out)
        left = self.asked.plan.answers - passed
        if interrupted:
            return interrupted
        if ending == "budget":
            return EXIT_BUDGET
        return EXIT_NOT_PASSED if left else EXIT_PASSED

    @property
    def name(self) -> str:
        """What the experiment is called in messages."""
        return "The experiment" if self.number is None else f"x{self.number}"

    def _add(self) -> int:
        """Put a new experiment into the history; return its number."""
        whole = {
            "plan": plan_object(self.asked.plan),
            "digest": plan_digest(self.asked.plan),
            "limits": limits_object(self.asked.limits),
            "app": __version__,
        }
        try:
            return open_history(self.options.history).add_experiment(whole, time.time())
        except HistoryError as error:
            raise CommandError(f"{error} Use --no-history to ask without it.") from None

    def _recorded_rows(self) -> "Iterable[AnswerRow]":
        """Return all rows of the experiment, also those of earlier sittings."""
        history = open_history(self.options.history)
        return history.rows(history.experiment(self.name))

    def _ask(self, kept: "KeptRows | None", out: IO[str]) -> "tuple[int, Ending]":
        """Ask what is missing; return the exit code of a signal, 0 if none came, and why no more was asked."""
        from diptych.engine.experiment.budget import Budget
        from diptych.engine.experiment.experiment_engine import ExperimentEngine
        from diptych.engine.experiment.row_maker import RowMaker
        from diptych.engine.experiment.run_experiment import Experiment, run_experiment
        from diptych.headless.experiment.experiment_runner import ExperimentRunner
        from diptych.headless.experiment.progress import progress_display
        from diptych.headless.experiment.row_feed import RowFeed
        from diptych.headless.experiment.tally import Tally

        plan, limits = self.asked.plan, self.asked.limits
        feed = RowFeed()
        self.shutdown.on_signal(feed.interrupt)
        self.shutdown.allow(_GRACE)
        tally = Tally(plan.answers, len(self.asked.answered))
        recorder = new_recorder(self.options)
        display = progress_display(self.live, sys.stderr, is_ci=is_ci(), can_draw=can_draw())
        self._say_beginning()
        with (
            closed_at_end(recorder, self.shutdown, "") as closer,
            closing(
                ExperimentEngine(engine_options(self.options, limits.concurrency), recorder, recorder.call_when_written)
            ) as engine,
            RowMaker(
                plan, row_source(plan_digest(plan), self.experiment.region), lambda: bool(feed.interrupted)
            ) as row_maker,
        ):
            self.shutdown.before_exit(recorder.close, engine.close, display.erase)
            engine.keep_open(plan.models.values())
            experiment = Experiment(
                plan,
                self.asked.answered.missing(),
                self.number,
                limits,
                Budget(limits.budget, self.asked.spent),
                feed.add,
                warms_up=len(self.asked.answered) < plan.answers,
            )
            asking = engine.submit(run_experiment(experiment, engine.asker, recorder, row_maker))
            asking.add_done_callback(lambda _: feed.wake())
            runner = ExperimentRunner(
                self.name,
                {label: _shown(label, model_name(settings)) for label, settings in plan.models.items()},
                tally,
                kept,
                feed,
                display,
                out if self.form == "rows" else None,
                engine.stop,
                engine.pauses,
                lambda: recorder.problem,
            )
            ending = runner.follow(asking)
            closer.may_wait = not feed.interrupted
        self._say_ending(ending, tally.done)
        return feed.interrupted, ending

    def _print_figures(self, rows: "Iterable[AnswerRow]", out: IO[str]) -> int:
        """Print the figures, if they are wanted; return how many answers are complete and passed their checks."""
        passed = 0

        def counted_rows() -> "Iterator[AnswerRow]":
            nonlocal passed
            for row in rows:
                passed += row.has_passed
                yield row

        match self.form:
            case "rows":
                for _ in counted_rows():
                    pass
            case "json":
                from diptych.core.experiment.summary import summarize
                from diptych.report.experiment.summary_object import summary_object

                summary = summarize(counted_rows(), self.asked.plan.models)
                _write(out, [to_json(summary_object(self.number, plan_object(self.asked.plan), summary))])
            case "text":
                from diptych.core.experiment.summary import summarize
                from diptych.report.experiment.summary_text import summary_text

                summary = summarize(counted_rows(), self.asked.plan.models)
                _write(out, summary_text(summary, _width(out)))
        return passed

    def _say_beginning(self) -> None:
        done, planned = len(self.asked.answered), self.asked.plan.answers
        which = f"{self.name}: {counted(planned, 'answer')}"
        if done:
            which += f", {done:,} of them are there already"
        _say(f"{which}.")

    def _say_ending(self, ending: "Ending", done: int) -> None:
        missing = self.asked.plan.answers - done
        if not missing:
            return
        why = {
            "whole": "",
            "stopped": "",
            "budget": " The budget allows no more.",
            "failures": " Too many answers have failed.",
        }[ending]
        how = f" Ask for the rest with `diptych run --resume x{self.number}`." if self.number is not None else ""
        _say(f"{self.name}: {done:,} of {counted(self.asked.plan.answers, 'answer')}.{why}{how}")


def _shown(label: str, model: str) -> str:
    return label if label == model else f"{label}  {model}"


def _width(out: IO[str]) -> int:
    try:
        return os.get_terminal_size(out.fileno()).columns
    except (OSError, ValueError):
        return 100


def _write(out: IO[str], lines: "Iterable[str]") -> None:
    for line in lines:
        out.write(f"{line}\n")
    out.flush()


def _say(sentence: str) -> None:
    click.echo(clean_line(sentence), err=True)
