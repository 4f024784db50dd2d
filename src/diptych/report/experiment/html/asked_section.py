"""What an experiment asked, on its page: the plan, the order, the settings of each model, and common checks."""

from collections.abc import Iterator, Mapping

from diptych.core.experiment.plan import Plan
from diptych.core.request import Label
from diptych.report.experiment.exported import ExportedExperiment
from diptych.report.experiment.plan_words import plan_facts, shared_checks
from diptych.report.html.escape import words
from diptych.report.html.settings_table import settings_table


def asked_section(exported: ExportedExperiment, accents: Mapping[Label, str]) -> Iterator[str]:
    """Yield what was asked of which models, and how."""
    plan = exported.plan
    yield "<section>\n<h2>What was asked</h2>\n"
    facts = "".join(f"<dt>{name}</dt><dd>{words(value)}</dd>\n" for name, value in plan_facts(exported))
    yield f'<dl class="remarks">\n{facts}</dl>\n'
    yield from _checks(plan)
    yield f"<h3>Settings</h3>\n{settings_table(plan.models, accents)}</section>\n"


def _checks(plan: Plan) -> Iterator[str]:
    checks = shared_checks(plan)
    if checks:
        listed = "".join(f"<li>{words(check.in_words)}</li>\n" for check in checks)
        yield f"<h3>Checks of every answer</h3>\n<ul>\n{listed}</ul>\n"
