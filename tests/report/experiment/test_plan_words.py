"""What a plan asks, in words."""

from dataclasses import replace

from diptych.core.experiment.checks.check import Check
from diptych.report.experiment.plan_words import order_words, plan_facts, shared_checks
from tests.report.experiment.exported import exported


def test_the_size_the_order_and_the_warm_up() -> None:
    whole = exported()
    facts = dict(plan_facts(replace(whole, plan=replace(whole.plan, warm_up=2, seed=7))))

    assert facts["Size"] == "2 cases × 2 models × 3 repeats: 12 of 12 answers"
    assert facts["Order"].endswith("at the same moment, a different one first each time (order seed 7)")
    assert facts["Warm-up"] == "2 rounds first, which do not count"
    assert facts["Plan"] == "0123456789abcdef"


def test_the_order_of_models_that_wait_for_each_other() -> None:
    plan = replace(exported(repeats=1).plan, sequential=True)

    assert order_words(plan).startswith("in the order of the cases; the models of a round one after another")


def test_checks_that_every_case_has() -> None:
    plan = exported().plan
    both, only = Check("contains", "Paris"), Check("max_total", 3)
    one, two = plan.cases

    assert shared_checks(replace(plan, cases=(replace(one, checks=(both, only)), replace(two, checks=(both,))))) == [
        both
    ]
    assert shared_checks(replace(plan, cases=())) == []
