"""What a plan asks, in words that web pages and Markdown share."""

from collections.abc import Iterator, Sequence

from diptych.core.experiment.checks.check import Check
from diptych.core.experiment.plan import Plan
from diptych.core.wording.counted import counted
from diptych.report.experiment.exported import ExportedExperiment


def plan_facts(exported: ExportedExperiment) -> Iterator[tuple[str, str]]:
    """Yield what was asked, how often and in which order, each with its name."""
    plan = exported.plan
    size = (counted(len(plan.cases), "case"), counted(len(plan.models), "model"), counted(plan.repeats, "repeat"))
    asked = sum(model.n for model in exported.summary.models.values())
    yield "Size", f"{' × '.join(size)}: {asked:,} of {counted(plan.answers, 'answer')}"
    yield "Order", order_words(plan)
    if plan.warm_up:
        yield "Warm-up", f"{counted(plan.warm_up, 'round')} first, which do not count"
    yield "Plan", exported.digest


def order_words(plan: Plan) -> str:
    """Return in which order the plan asks."""
    models = "one after another" if plan.sequential else "at the same moment"
    cases = "all cases once before any is repeated" if plan.repeats > 1 else "in the order of the cases"
    return f"{cases}; the models of a round {models}, a different one first each time (order seed {plan.seed})"


def shared_checks(plan: Plan) -> Sequence[Check]:
    """Return the checks that every case has."""
    first = plan.cases[0].checks if plan.cases else ()
    return [check for check in first if all(check in case.checks for case in plan.cases)]
