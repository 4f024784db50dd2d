"""Asks a judge about the answers of an experiment, for `diptych judge` and `diptych run --judge`."""

import hashlib
import sys
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.cli.command_error import CommandError
from diptych.cli.run_app import can_draw
from diptych.cli.wiring import is_ci
from diptych.core.experiment.judging.judge_prompt import RUBRIC
from diptych.core.history_summary import HistoryError
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diptych.cli.ask_options import AskOptions
    from diptych.cli.experiment_options import ExperimentOptions
    from diptych.cli.signals import Shutdown
    from diptych.config.configuration import Configuration
    from diptych.core.experiment.judging.judge_tally import Verdicts
    from diptych.core.experiment.plan import Limits, Plan
    from diptych.core.settings import Settings
    from diptych.engine.engine import EngineOptions
    from diptych.engine.experiment.ask_rounds import Ending
    from diptych.engine.experiment.judge_asker import JudgingCounts, Rubric
    from diptych.headless.experiment.judge_sitting import JudgeJob, JudgeLimits
    from diptych.store.experiments import StoredExperiment
    from diptych.store.history import History

EXIT_JUDGED = 0
EXIT_NOT_JUDGED = 1
EXIT_BUDGET = 3

JUDGED_AT_ONCE = 4
"""Requests to a judge at the same time, if nothing else is said. Nobody measures how fast a judge is."""

_MOST_IN_RUBRIC = 100_000
"""Characters that a rubric may have."""


@dataclass(frozen=True, slots=True)
class ChosenJudge:
    """The judge of `diptych run --judge`."""

    settings: "Settings"
    rubric: "Rubric"

    def requests(self, plan: "Plan") -> int:
        """Return how many verdicts the whole plan takes: two for every pair of answers."""
        return len(plan.cases) * plan.repeats * len(plan.models) * (len(plan.models) - 1)

    def sentence(self, plan: "Plan") -> str:
        """Return what is asked of the judge once the answers are there."""
        asked = counted(self.requests(plan), "request")
        first = f"Then {self.settings.name} judges every pair of complete answers in both orders: at most {asked}. "
        return f"{first}What that costs depends on the answers."


def chosen_judge(
    experiment: "ExperimentOptions", options: "AskOptions", limits: "Limits", configuration: "Configuration"
) -> ChosenJudge | None:
    """Return the judge of an experiment, None if none is wanted. Raises `CommandError` if it cannot be asked."""
    if experiment.judge is None:
        return None
    if options.no_history or experiment.out is not None:
        other = "--no-history" if options.no_history else "--out"
        raise CommandError(f"--judge and {other} cannot be used together: a judge reads the answers in the history.")
    settings = judge_settings(experiment.judge, configuration)
    if limits.budget is not None:
        refuse_unknown_judge_cost(settings)
    return ChosenJudge(settings, read_rubric(experiment.rubric))


def judge_settings(name: str, configuration: "Configuration") -> "Settings":
    """Return the settings of the judge that `--judge` names. Raises `CommandError` if it cannot be asked."""
    try:
        settings = configuration.settings_for(name)
    except ValueError as error:
        raise CommandError(str(error)) from None
    if settings.endpoint.lacks_key and not settings.simulated:
        raise CommandError(
            f"{settings.endpoint.key_source} is not set, so the judge {clean_line(settings.name)} cannot be asked: "
            "set it, or name another judge."
        )
    return settings


def read_rubric(path: Path | None) -> "Rubric":
    """Return the rubric in a file, or the built-in one. Raises `CommandError` if the file cannot be used."""
    from diptych.engine.experiment.judge_asker import Rubric

    if path is None:
        return Rubric(RUBRIC, "")
    name = clean_line(str(path))
    try:
        text = path.read_text("utf-8").strip()
    except OSError as error:
        raise CommandError(f"The rubric {name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"The rubric {name} cannot be read: it is not UTF-8 text.") from None
    if not text:
        raise CommandError(f"The rubric {name} is empty.")
    if len(text) > _MOST_IN_RUBRIC:
        raise CommandError(f"The rubric {name} has more than {_MOST_IN_RUBRIC:,} characters.")
    return Rubric(text, hashlib.sha256(text.encode()).hexdigest()[:8])


def judge_job(
    history: "History",
    experiment: "StoredExperiment",
    settings: "Settings",
    rubric: "Rubric",
    *,
    retry_failed: bool = False,
) -> "JudgeJob":
    """Return what the judge is to be asked; with `retry_failed`, also about pairs that it gave no verdict on.

    Raises `CommandError` if the history cannot be read.
    """
    from diptych.core.experiment.judging.judge_orders import judge_orders
    from diptych.headless.experiment.judge_sitting import JudgeJob
    from diptych.store.judgement_rows import Judge

    judge = Judge(settings.name, rubric.digest)
    try:
        judged = {
            (each.case, each.repeat, each.first, each.second)
            for each in history.judgements(experiment.number, judge)
            if each.winner is not None or not retry_failed
        }
        orders = list(judge_orders(history.rows(experiment), judged))
    except HistoryError as error:
        raise CommandError(str(error)) from None
    return JudgeJob(history, experiment, settings, rubric, orders)


def verdicts_on(experiment: int, history: "History", asked: "JudgeJob | None" = None) -> "Verdicts":
    """Return what the judges and the user said about an experiment; of the judges only the one that was `asked`.

    None stands for all judges. Raises `HistoryError` if the history cannot be read.
    """
    from diptych.core.experiment.judging.judge_tally import Verdicts, judge_tally, vote_tally

    votes = history.voted_pairs(experiment)
    wanted = asked and (asked.settings.name, asked.rubric.digest)
    judges = [
        judge_tally(*judge, history.judgements(experiment, judge), votes)
        for judge in history.judges(experiment)
        if wanted in (None, judge)
    ]
    return Verdicts(judges, vote_tally(votes))


def judges_cost(verdicts: "Verdicts") -> Decimal:
    """Return what judges have cost so far, in US dollars."""
    return sum((tally.spending.cost_usd for tally in verdicts.judges), Decimal(0))


def ask_judge(
    job: "JudgeJob", limits: "JudgeLimits", options: "EngineOptions", shutdown: "Shutdown", live: bool | None
) -> int:
    """Ask a judge, say on standard error what came of it, and return the exit code."""
    from diptych.headless.experiment.judge_sitting import JudgeSitting
    from diptych.headless.experiment.progress_display import progress_display

    if not job.orders:
        return EXIT_JUDGED
    _say(f"{job.name}: {counted(len(job.orders), 'verdict')} to ask for, two for each pair of answers.")
    if any(job.settings.name == each.name for each in job.experiment.plan.models.values()):
        _say("Note: this judge is one of the models, and models prefer answers like their own.")
    display = progress_display(live, sys.stderr, is_ci=is_ci(), can_draw=can_draw())
    sitting = JudgeSitting(job, limits, replace(options, new_memory=lambda: None), display)
    shutdown.on_signal(sitting.interrupt)
    shutdown.before_exit(sitting.engine.close, display.erase)
    ending = sitting.run()
    for sentence in _ending_sentences(job, sitting.counts, ending, sitting.problem):
        _say(sentence)
    if sitting.interrupted:
        return sitting.interrupted
    if ending == "budget":
        return EXIT_BUDGET
    is_whole = ending == "whole" and sitting.counts.done == len(job.orders) and not sitting.counts.without_verdict
    return EXIT_JUDGED if is_whole and not sitting.problem else EXIT_NOT_JUDGED


def refuse_unknown_judge_cost(settings: "Settings") -> None:
    """Raise `CommandError` if nobody knows what a judge costs at most, so that no budget can be kept."""
    from diptych.core.experiment.forecast import RequestCosts
    from diptych.core.request import Request

    if RequestCosts().most(Request(settings, ())) is None:
        raise CommandError(
            f"--budget cannot be kept, as the prices of the judge {clean_line(settings.name)} are not known: set the "
            "prices of the endpoint in the config file, or leave --budget out."
        )


def _ending_sentences(job: "JudgeJob", counts: "JudgingCounts", ending: "Ending", problem: str) -> "Sequence[str]":
    """Return what a user has to know about how the sitting ended."""
    sentences = [problem] if problem else []
    missing = len(job.orders) - counts.done - counts.gone
    if counts.failed:
        sentences.append(f"{counted(counts.failed, 'request')} to the judge failed: {counts.last_error}")
    if counts.gone:
        sentences.append(f"{counted(counts.gone, 'verdict')} cannot be asked for: an answer is not in the history.")
    if missing:
        why = {
            "whole": "",
            "stopped": "",
            "budget": " The budget allows no more.",
            "failures": " Too many requests have failed.",
        }[ending]
        again = f"`diptych judge x{job.experiment.number} --judge {job.settings.name}`"
        again += " and the same rubric" if job.rubric.digest else ""
        sentences.append(f"{counted(missing, 'verdict')} missing.{why} Ask for them with {again}.")
    return sentences


def _say(sentence: str) -> None:
    click.echo(clean_line(sentence), err=True)
