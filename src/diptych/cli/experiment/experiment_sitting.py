"""One time that an experiment is asked: asks what is missing, judges, and prints what is wanted."""

import sys
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from diptych.cli.ask_options import AskOptions
from diptych.cli.close_recorder import closed_at_end
from diptych.cli.command_error import CommandError
from diptych.cli.experiment.ask_judge import (
    EXIT_BUDGET,
    JUDGED_AT_ONCE,
    ask_judge,
    judge_job,
    judges_cost,
)
from diptych.cli.experiment.asked_experiment import AskedExperiment
from diptych.cli.experiment.chosen_cluster import chosen_cluster
from diptych.cli.experiment.chosen_judge import ChosenJudge
from diptych.cli.experiment.connection_limit import (
    make_room_for_connections,
    most_connections,
    most_connections_to_judge,
)
from diptych.cli.experiment.experiment_confirmation import may_begin, refuse_unknown_costs
from diptych.cli.experiment.experiment_records import ExperimentRecords, InHistory, recovered_rows
from diptych.cli.known_secrets import safe_message
from diptych.cli.output_width import output_width
from diptych.cli.run_app import can_draw
from diptych.cli.signals import Shutdown
from diptych.cli.standard_error import say
from diptych.cli.telemetry_option import recorded_and_sent, sending_spans
from diptych.cli.wiring import engine_options, is_ci
from diptych.cluster.cluster_errors import ClusterError
from diptych.codec.plan_object import plan_object
from diptych.codec.run_row import row_line
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.answered import Answered
from diptych.core.experiment.forecast import RequestCosts, forecast, most_cost_of_answers
from diptych.core.experiment.order import WHOLE, warm_up_rounds
from diptych.core.experiment.plan import Plan
from diptych.core.naming import model_name
from diptych.core.request import Label
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.engine.experiment.ask_rounds import SittingEnding
from diptych.engine.experiment.budget import Budget
from diptych.engine.experiment.experiment_engine import ExperimentEngine
from diptych.engine.experiment.row_maker import RowMaker
from diptych.engine.experiment.row_source import row_source
from diptych.engine.experiment.run_experiment import Experiment
from diptych.headless.experiment.experiment_runner import ExperimentRunner
from diptych.headless.experiment.progress_display import progress_display
from diptych.headless.experiment.result_output import ResultOutput
from diptych.headless.experiment.row_feed import RowFeed
from diptych.headless.experiment.sitting_counts import SittingCounts
from diptych.store.experiment_verdicts import read_verdicts
from diptych.store.recorder import Recorder

if TYPE_CHECKING:
    from diptych.cluster.cluster import Cluster
    from diptych.cluster.cluster_engine import ClusterEngine
    from diptych.headless.experiment.experiment_results import ResultForm
    from diptych.telemetry.round_spans import RoundSpans

EXIT_PASSED = 0
EXIT_NOT_PASSED = 1

_GRACE = 10.0
"""Seconds after a signal in which the figures are printed of what there is. A second signal ends that."""

_WHY_NO_MORE = {
    "whole": "",
    "stopped": "",
    "budget": " The budget allows no more.",
    "failures": " Too many answers have failed.",
}


@dataclass(slots=True)
class ExperimentSitting:
    """One time that an experiment is asked, as far as it is missing."""

    asked: AskedExperiment
    options: AskOptions
    form: "ResultForm"
    shutdown: Shutdown
    live: bool | None
    judge: ChosenJudge | None = None

    def run(self) -> int:
        """Ask what is missing, print, and return the exit code."""
        asked, feed = self.asked, RowFeed()
        shard = "" if asked.shard == WHOLE else f"{asked.shard.number}/{asked.shard.count}"
        source = row_source(asked.digest, asked.options.region, shard or None)
        out = sys.stdout
        with (
            sending_spans(self.options.otel) as spans,
            RowMaker(asked.plan, source, lambda: bool(feed.interrupted)) as row_maker,
        ):
            if isinstance(out, TextIOWrapper):
                out.reconfigure(errors="replace")  # a model may send half a character
            results = ResultOutput(out)
            if asked.records is not None:
                recovered = recovered_rows(asked.records, row_maker)
                if self.form == "rows":
                    results.write(map(row_line, recovered))
            answered = asked.answered()
            if not self._may_begin(answered):
                return EXIT_NOT_PASSED
            with self._cluster(answered) as cluster:
                records = asked.begin()
                if spans:
                    spans.wait_until_loaded()
                ending = self._ask(records, answered, feed, row_maker, results, cluster, spans)
            judged = self._judge(records, spans) if ending == "whole" and not feed.interrupted else EXIT_PASSED
            passed = self._print(records, results, output_width(out))
            if asked.options.junit is not None:
                _write_junit(asked.options.junit, _name(records), records.rows())
        if feed.interrupted:
            return feed.interrupted
        if ending == "budget":
            return EXIT_BUDGET
        return judged or (EXIT_PASSED if passed == asked.answers else EXIT_NOT_PASSED)

    def _may_begin(self, answered: Answered) -> bool:
        """Print what will be asked; return whether the user lets it be asked. What is whole needs no question."""
        asked = self.asked
        if len(answered) == asked.answers:
            return True
        judging = self.judge.forecast(asked.plan) if self.judge else None
        if not self.options.demo and asked.options.ray is None:
            missing = asked.answers - len(answered)
            make_room_for_connections(most_connections(asked.plan, asked.limits.concurrency, missing))
        if self.judge and judging:  # later, the answers would have been paid for when the judge is refused
            concurrency = self._judged_at_once
            make_room_for_connections(most_connections_to_judge(self.judge.settings, concurrency, judging.requests))
        rounds = chain(warm_up_rounds(asked.plan), answered.missing(asked.shard))
        expected = forecast(rounds, asked.plan.models)
        if asked.limits.budget is not None:
            refuse_unknown_costs(expected)
        return may_begin(asked.plan, expected, yes=asked.options.yes, judging=judging)

    @property
    def _judged_at_once(self) -> int:
        return max(self.asked.limits.concurrency, JUDGED_AT_ONCE)

    def _ask(
        self,
        records: ExperimentRecords,
        answered: Answered,
        feed: RowFeed,
        row_maker: RowMaker,
        results: ResultOutput,
        cluster: "Cluster | None",
        spans: "RoundSpans | None",
    ) -> SittingEnding:
        """Ask what is missing; return why no more was asked."""
        asked, done = self.asked, len(answered)
        plan, costs, counts = asked.plan, RequestCosts(), SittingCounts(asked.answers, done)
        self.shutdown.on_signal(feed.interrupt)
        self.shutdown.allow(_GRACE)
        recorder = Recorder(records.sink(), feed.add)
        display = progress_display(self.live, sys.stderr, is_ci=is_ci(), can_draw=can_draw())
        there = f", {done:,} of them are there already" if done else ""
        say(f"{_name(records)}: {counted(asked.answers, 'answer')}{there}.")
        with (
            closed_at_end(recorder, self.shutdown, "") as closer,
            closing(self._engine(recorder, cluster, spans)) as engine,
        ):
            self.shutdown.before_exit(recorder.close, engine.close, display.erase)
            experiment = Experiment(
                plan,
                answered.missing(asked.shard),
                records.number,
                asked.limits,
                Budget(asked.limits.budget, self._spent(records)),
                costs.most,
                warms_up=done < asked.answers,
            )
            asking = engine.ask(experiment, row_maker)
            asking.add_done_callback(lambda _: feed.wake())
            runner = ExperimentRunner(
                _name(records),
                _shown_names(plan),
                counts,
                records.kept,
                feed,
                display,
                results if self.form == "rows" else None,
                engine.stop,
                engine.pauses,
                lambda: recorder.problem or (cluster.pool.problem if cluster else ""),
            )
            try:
                ending = runner.follow(asking)
            except ClusterError as error:
                say(safe_message(str(error)))
                ending = "stopped"
            closer.may_wait = not feed.interrupted
        self._say_ending(records, ending, counts.done)
        return ending

    def _spent(self, records: ExperimentRecords | None) -> Decimal:
        """Return what the budget has to count of earlier times, in US dollars; 0 where there is no budget."""
        if records is None or self.asked.limits.budget is None:
            return Decimal(0)
        return records.spent(most_cost_of_answers(self.asked.plan))

    def _judge(self, records: ExperimentRecords, spans: "RoundSpans | None") -> int:
        """Ask the judge about the answers, if there is one; return the exit code."""
        if self.judge is None or not isinstance(records, InHistory):
            return EXIT_PASSED
        from diptych.headless.experiment.judge_sitting import JudgeLimits

        limits, retry = self.asked.limits, self.asked.options.retry_failed
        job = judge_job(records.history, records.stored, self.judge.settings, self.judge.rubric, retry_failed=retry)
        spent = self._spent(records) + judges_cost(read_verdicts(records.history, records.number))
        code = ask_judge(
            job,
            JudgeLimits(
                self._judged_at_once,
                Budget(limits.budget, spent),
                RequestCosts().most,
                limits.stop_after_failures,
            ),
            engine_options(self.options),
            self.shutdown,
            self.live,
            spans,
        )
        if self.form == "rows":
            say(f"Print the verdicts with `diptych judge x{records.number}`.")
        return code

    def _print(self, records: ExperimentRecords, results: ResultOutput, width: int) -> int:
        """Print what was found; return how many answers passed."""
        from diptych.core.experiment.judging.judge_tally import NO_VERDICTS
        from diptych.headless.experiment.experiment_results import print_results

        verdicts = read_verdicts(records.history, records.number) if isinstance(records, InHistory) else NO_VERDICTS
        plan = plan_object(self.asked.plan)
        return print_results(self.form, records.rows(), records.number, plan, results, width, verdicts)

    def _cluster(self, answered: Answered) -> "AbstractContextManager[Cluster | None]":
        """Return the cluster that is to ask, None if this process asks."""
        if self.asked.options.ray is None or len(answered) == self.asked.answers:
            return nullcontext()
        say("Starting the workers of the Ray cluster …")
        return chosen_cluster(self.asked, self.options, self._spent(self.asked.records))

    def _engine(
        self, recorder: Recorder, cluster: "Cluster | None", spans: "RoundSpans | None"
    ) -> "ExperimentEngine | ClusterEngine":
        observer = recorded_and_sent(recorder, spans)
        if cluster is not None:
            from diptych.cluster.cluster_engine import ClusterEngine

            return ClusterEngine(cluster, observer, recorder.call_when_written)
        options = engine_options(self.options, self.asked.limits.concurrency)
        return ExperimentEngine(options, observer, recorder.call_when_written)

    def _say_ending(self, records: ExperimentRecords, ending: SittingEnding, done: int) -> None:
        """Say how to ask for the rest, if there is one."""
        if done < self.asked.answers:
            whole = counted(self.asked.answers, "answer")
            say(f"{_name(records)}: {done:,} of {whole}.{_WHY_NO_MORE[ending]} {records.how_to_resume}".rstrip())


def _write_junit(path: Path, name: str, rows: Iterable[AnswerRow]) -> None:
    from diptych.headless.experiment.junit_report import write_junit

    try:
        write_junit(path, name, rows)
    except OSError as error:
        raise CommandError(f"{clean_line(str(path))} cannot be written: {error.strerror or error}.") from None


def _name(records: ExperimentRecords) -> str:
    return "The experiment" if records.number is None else f"x{records.number}"


def _shown_names(plan: Plan) -> Mapping[Label, str]:
    """Return what each model is called in the progress: its label, and its name where that is another one."""
    names = {label: model_name(settings) for label, settings in plan.models.items()}
    width = max(map(len, names))
    return {label: label if label == name else f"{label:<{width}}  {name}" for label, name in names.items()}
