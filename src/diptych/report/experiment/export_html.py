"""An experiment as one HTML file that needs nothing else and runs nothing."""

from collections.abc import Iterator

from diptych.report.experiment.exported import ExportedExperiment
from diptych.report.experiment.html.asked_section import asked_section
from diptych.report.experiment.html.cases_section import case_table
from diptych.report.experiment.html.difference_section import difference_section
from diptych.report.experiment.html.figure_sections import figure_sections
from diptych.report.experiment.html.folded_rounds import folded_rounds
from diptych.report.experiment.html.model_section import model_section
from diptych.report.experiment.html.round_links import RoundLinks
from diptych.report.experiment.html.verdict_section import verdict_section
from diptych.report.html.accents import accents_of
from diptych.report.html.escape import block
from diptych.report.html.page_frame import MAIN_START, PAGE_END, date_words, document_head


def experiment_html(exported: ExportedExperiment) -> Iterator[str]:
    """Yield the page piece by piece.

    It has what was asked, the figures with strips, differences, verdicts, the table of cases, and every round, folded.
    """
    plan = exported.plan
    accents = accents_of(list(dict.fromkeys((*plan.models, *exported.summary.models))))
    links = RoundLinks(plan)
    has_images = any(case.messages[-1].files for case in plan.cases)
    yield document_head(f"Experiment x{exported.number} · Diptych", has_images=has_images)
    yield f'<header>\n<p class="when">Diptych · {date_words(exported.date)}</p>\n'
    yield f"<h1>Experiment x{exported.number}</h1>\n"
    if len(plan.cases) == 1:
        yield f'<div class="prompt" dir="auto">{block(plan.cases[0].prompt)}</div>\n'
    yield f"</header>\n{MAIN_START}"
    yield from asked_section(exported, accents)
    yield from model_section(exported)
    yield from figure_sections(exported, accents, links)
    yield from difference_section(exported)
    yield from verdict_section(exported)
    yield from case_table(exported, links)
    yield from folded_rounds(exported, accents, links)
    yield PAGE_END
