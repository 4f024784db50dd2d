"""The command `judge`: asks a model which answers of an experiment are better, and prints what judges have said."""

import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diptych.cli.chosen_configuration import warn_of_configuration
from diptych.cli.command_error import CommandError
from diptych.cli.completion import complete_model
from diptych.cli.experiment.ask_judge import JUDGED_AT_ONCE, ask_judge, judge_job
from diptych.cli.experiment.chosen_judge import judge_settings, read_rubric, refuse_unknown_judge_cost
from diptych.cli.experiment.experiment_confirmation import MANY_REQUESTS, is_confirmed
from diptych.cli.experiment.experiment_options import MOST_CONCURRENCY
from diptych.cli.experiment.option_types import Amount
from diptych.cli.history_completion import complete_experiment
from diptych.cli.known_secrets import know_secrets
from diptych.cli.number_types import Seconds, WholeNumber
from diptych.cli.output_width import output_width
from diptych.cli.shared_options import config_option, history_option, open_history
from diptych.cli.signals import shutdown_signals
from diptych.cli.standard_error import say
from diptych.cli.telemetry_option import otel_option, sending_spans
from diptych.config.configuration import load_configuration
from diptych.core.history_summary import HistoryError
from diptych.core.json_text import to_json

if TYPE_CHECKING:
    from diptych.headless.experiment.judge_sitting import JudgeJob
    from diptych.store.experiments import StoredExperiment
    from diptych.store.history import History


@click.command()
@click.argument("reference", metavar="xN", shell_complete=complete_experiment)
@click.option(
    "--judge",
    "name",
    metavar="ENDPOINT:MODEL",
    shell_complete=complete_model,
    help="Ask this model, or @PRESET. Without it, only print what was said so far.",
)
@click.option(
    "--rubric",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Tell the judge what makes an answer good.",
)
@click.option(
    "--concurrency",
    type=WholeNumber(1, MOST_CONCURRENCY),
    default=JUDGED_AT_ONCE,
    show_default=True,
    metavar="N",
    help="Requests to the judge at the same time.",
)
@click.option("--budget", type=Amount(), metavar="USD", help="Ask nothing more that could cost more than this.")
@click.option("--stop-after-failures", type=WholeNumber(1), metavar="N", help="Stop after N requests have failed.")
@click.option("--retry-failed", is_flag=True, help="Ask again about pairs on which the judge gave no verdict.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask whether to begin, however many requests there are.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--live/--no-live", default=None, help="Show how far the judge has come. [default: on a terminal]")
@click.option(
    "--timeout",
    type=Seconds(),
    metavar="SECONDS",
    help="Fail a request if the judge sends nothing for this long.",
)
@click.option("--demo", is_flag=True, help="Use a simulated judge: no key, no network.")
@click.option("--insecure", is_flag=True, help="Allow keys to be sent over plain http to other machines.")
@config_option
@history_option
@otel_option
def judge(
    reference: str,
    name: str | None,
    rubric: Path | None,
    concurrency: int,
    budget: Decimal | None,
    stop_after_failures: int | None,
    retry_failed: bool,
    yes: bool,
    as_json: bool,
    live: bool | None,
    timeout: float | None,
    demo: bool,
    insecure: bool,
    config: Path | None,
    history: Path | None,
    otel: bool,
) -> None:
    """Let a model say which answers of an experiment are better.

    Every two complete answers to the same case and repeat are shown to the judge in both orders, without saying which
    model wrote which. Where the orders disagree, it is a tie. What was judged before is not asked again.

    \b
    Exit codes:
        0  every pair has a verdict; without --judge, the verdicts are printed
        1  a request failed, or the judge gave no verdict
        2  wrong usage or settings
        3  the budget allowed no more
      130  interrupted (Ctrl-C)
    """
    stored = open_history(history)
    experiment = _experiment(stored, reference)
    code, job = 0, None
    if name is None:
        for option, value in (("--rubric", rubric), ("--budget", budget), ("--retry-failed", retry_failed)):
            if value:
                raise CommandError(f"{option} needs --judge, which says which model judges.")
    else:
        from diptych.core.experiment.forecast import RequestCosts
        from diptych.engine.engine import EngineOptions
        from diptych.engine.experiment.budget import Budget
        from diptych.headless.experiment.judge_sitting import JudgeLimits

        configuration = load_configuration(os.environ, config, insecure=insecure, simulation="all" if demo else "none")
        know_secrets(configuration.secrets)
        settings = judge_settings(name, configuration)
        warn_of_configuration(configuration)
        if budget is not None:
            refuse_unknown_judge_cost(settings)
        job = judge_job(stored, experiment, settings, read_rubric(rubric), retry_failed=retry_failed)
        limits = JudgeLimits(concurrency, Budget(budget), RequestCosts().most, stop_after_failures)
        with shutdown_signals() as shutdown:
            if len(job.orders) > MANY_REQUESTS and not yes:
                say(f"{job.name}: {len(job.orders):,} requests.")
                if not is_confirmed():
                    sys.exit(1)
            with sending_spans(otel) as spans:
                code = ask_judge(job, limits, EngineOptions(timeout), shutdown, live, spans)
    _print(stored, experiment, job, as_json)
    sys.exit(code)


def _experiment(history: "History", reference: str) -> "StoredExperiment":
    try:
        return history.experiment(reference)
    except HistoryError as error:
        raise CommandError(str(error)) from None


def _print(history: "History", experiment: "StoredExperiment", asked: "JudgeJob | None", as_json: bool) -> None:
    """Print what the judges and the user have said about an experiment; of the judges only the one that was asked."""
    from diptych.report.experiment.judge_object import verdict_members
    from diptych.report.experiment.judge_text import verdicts_text
    from diptych.store.experiment_verdicts import read_verdicts

    try:
        verdicts = read_verdicts(history, experiment.number, asked.judge if asked else None)
    except HistoryError as error:
        raise CommandError(str(error)) from None
    if as_json:
        click.echo(to_json({"experiment": experiment.number} | verdict_members(verdicts.judges, verdicts.votes)))
        return
    name = f"x{experiment.number}"
    for line in verdicts_text(verdicts.judges, verdicts.votes, output_width(sys.stdout), experiment=name):
        click.echo(line)
