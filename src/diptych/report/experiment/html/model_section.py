"""How the answers of each model ended, on the page of an experiment."""

from collections.abc import Iterator

from diptych.core.experiment.summary import ModelSummary
from diptych.core.request import Label
from diptych.report.experiment.exported import ExportedExperiment
from diptych.report.experiment.summary_text import checks_words, distinct_words, summary_notes
from diptych.report.figures import UNKNOWN
from diptych.report.html.escape import words
from diptych.report.html.html_tables import table


def model_section(exported: ExportedExperiment) -> Iterator[str]:
    """Yield a table of the models, and notes on how to read the figures below it."""
    rows = [_row(exported, label, model) for label, model in exported.summary.models.items()]
    yield "<section>\n<h2>Answers</h2>\n"
    yield table("Answers", ("", "model", "answers", "checks", "distinct"), rows)
    for note in summary_notes(exported.summary):
        yield f'<p class="note">{words(note)}</p>\n'
    yield "</section>\n"


def _row(exported: ExportedExperiment, label: Label, model: ModelSummary) -> tuple[str, ...]:
    settings = exported.plan.models.get(label)
    states = " · ".join(f"{count:,} {state}" for state, count in model.states.items())
    return (
        label,
        settings.name if settings else "",
        states or "none",
        checks_words(model.checks) if model.checks.of else UNKNOWN,
        distinct_words(model.answers) if model.answers.n > 1 else UNKNOWN,
    )
