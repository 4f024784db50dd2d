"""What was asked, on the page of an experiment."""

from dataclasses import replace

from diptych.core.experiment.checks.check import Check
from diptych.report.experiment.export_html import experiment_html
from tests.report.experiment.exported import exported
from tests.report.pages import read


def test_the_page_says_what_was_asked() -> None:
    whole = exported()
    check = Check("contains", "<Paris>")
    cases = tuple(replace(case, checks=(check,)) for case in whole.plan.cases)
    page = read("".join(experiment_html(replace(whole, plan=replace(whole.plan, cases=cases, seed=7)))))

    assert "2 cases × 2 models × 3 repeats: 12 of 12 answers" in page.text
    assert "(order seed 7)" in page.text
    assert 'Checks of every answer\n\ncontains "<Paris>"\n' in page.text
    assert "base URLhttps://models.test/v1https://models.test/v1" in page.text


def test_without_common_checks_none_are_named() -> None:
    assert "Checks of every answer" not in "".join(experiment_html(exported()))
