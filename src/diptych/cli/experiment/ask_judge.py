"""Asks a judge about the answers of an experiment, for `diptych judge` and `diptych run --judge`."""

import sys
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from diptych.cli.command_error import CommandError
from diptych.cli.experiment.connection_limit import make_room_for_connections, most_connections_to_judge
from diptych.cli.run_app import can_draw
from diptych.cli.standard_error import say
from diptych.cli.wiring import is_ci
from diptych.core.history_summary import HistoryError
from diptych.core.wording.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diptych.cli.signals import Shutdown
    from diptych.core.experiment.judging.judge_tally import Verdicts
    from diptych.core.settings import Settings
    from diptych.engine.engine import EngineOptions
    from diptych.engine.experiment.ask_rounds import SittingEnding
    from diptych.engine.experiment.judge_asker import JudgingCounts, Rubric
    from diptych.headless.experiment.judge_sitting import JudgeJob, JudgeLimits
    from diptych.store.experiments import StoredExperiment
    from diptych.store.history import History
    from diptych.telemetry.round_spans import RoundSpans

EXIT_JUDGED = 0
EXIT_NOT_JUDGED = 1
EXIT_BUDGET = 3

JUDGED_AT_ONCE = 4
"""Requests to a judge at the same time, if nothing else is said. Nobody measures how fast a judge is."""


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


def judges_cost(verdicts: "Verdicts") -> Decimal:
    """Return what judges have cost so far, in US dollars."""
    return sum((tally.spending.cost_usd for tally in verdicts.judges), Decimal(0))


def ask_judge(
    job: "JudgeJob",
    limits: "JudgeLimits",
    options: "EngineOptions",
    shutdown: "Shutdown",
    live: bool | None,
    spans: "RoundSpans | None" = None,
) -> int:
    """Ask a judge, say on standard error what came of it, and return the exit code. `spans` follow the requests.

    Raises `CommandError` before anything is sent if this process may not have so many connections open.
    """
    from diptych.headless.experiment.judge_sitting import JudgeSitting
    from diptych.headless.experiment.progress_display import progress_display

    if not job.orders:
        return EXIT_JUDGED
    make_room_for_connections(most_connections_to_judge(job.settings, limits.concurrency, len(job.orders)))
    say(f"{job.name}: {counted(len(job.orders), 'verdict')} to ask for, two for each pair of answers.")
    if any(job.settings.name == each.name for each in job.experiment.plan.models.values()):
        say("Note: this judge is one of the models, and models prefer answers like their own.")
    display = progress_display(live, sys.stderr, is_ci=is_ci(), can_draw=can_draw())
    sitting = JudgeSitting(job, limits, replace(options, new_memory=lambda: None), display, spans)
    if spans:
        spans.wait_until_loaded()
    shutdown.on_signal(sitting.interrupt)
    shutdown.before_exit(sitting.engine.close, display.erase)
    ending = sitting.run()
    for sentence in _ending_sentences(job, sitting.counts, ending, sitting.problem):
        say(sentence)
    if sitting.interrupted:
        return sitting.interrupted
    if ending == "budget":
        return EXIT_BUDGET
    is_whole = ending == "whole" and sitting.counts.done == len(job.orders) and not sitting.counts.without_verdict
    return EXIT_JUDGED if is_whole and not sitting.problem else EXIT_NOT_JUDGED


def _ending_sentences(
    job: "JudgeJob", counts: "JudgingCounts", ending: "SittingEnding", problem: str
) -> "Sequence[str]":
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
