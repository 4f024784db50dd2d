import random
from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.row_figures import FigureName
from diptych.core.experiment.summary import FigureDifference, ModelSummary, Summary, summarize
from diptych.core.statistics.sign_test import sign_test
from tests.core.experiment.rows import NOT_PASSED, PASSED, row, rows_of


def difference(summary: Summary, first: str, second: str, figure: FigureName = "first_token") -> FigureDifference:
    return next(
        found
        for found in summary.differences
        if (found.first, found.second, found.figure.name) == (first, second, figure)
    )


def left(*rows: AnswerRow) -> ModelSummary:
    return summarize(rows).models["left"]


def test_figures_are_those_of_complete_answers() -> None:
    model = left(
        *rows_of("left", [0.1, 0.2, 0.3]),
        row("left", "c1", 4, state="failed", first_token=9.0),
        row("left", "c1", 5, state="stopped", first_token=9.0),
        row("left", "c1", 6, state="cut", first_token=9.0),
    )

    assert (model.n, model.complete) == (6, 3)
    assert model.states == {"complete": 3, "failed": 1, "stopped": 1, "cut": 1}
    known = model.figures["first_token"]
    assert known
    assert (known.n, known.median, known.max) == (3, 0.2, 0.3)
    assert model.figures["cost_usd"] is None


def test_a_figure_that_few_answers_have_says_of_how_many() -> None:
    known = left(*rows_of("left", [0.1, None, 0.3])).figures["first_token"]

    assert known
    assert known.n == 2


def test_pairs_are_found_by_case_and_repeat_in_any_order() -> None:
    rows = [
        row(label, case, repeat, first_token=start + (0.5 if label == "right" else 0.0))
        for (case, start), repeat, label in product([("c1", 1.0), ("c2", 100.0)], range(1, 5), ["left", "right"])
    ]
    shuffled = random.Random(1).sample(rows, len(rows))

    found = difference(summarize(shuffled, ["left", "right"]), "left", "right")

    assert found == difference(summarize(rows), "left", "right")
    assert found.difference
    assert (found.difference.n, found.difference.median, found.difference.interval) == (8, 0.5, (0.5, 0.5))
    assert (found.wins, found.losses) == (8, 0)


def test_a_round_with_one_complete_answer_is_not_a_pair() -> None:
    rows = [
        *rows_of("left", [1.0, 1.0, 1.0, None]),
        *rows_of("right", [2.0, 2.0]),
        row("right", "c1", 3, state="failed", first_token=0.1),
        row("right", "c1", 4, first_token=2.0),
    ]

    found = difference(summarize(rows), "left", "right")

    assert found.difference
    assert found.difference.n == 2
    assert difference(summarize(rows), "left", "right", "end").difference is None
    assert summarize(rows).comparisons == 1


def test_cases_are_compared_by_their_medians_if_they_were_repeated() -> None:
    rows = [
        row(label, f"c{case}", repeat, first_token=1.0 + (case * repeat if label == "right" else 0.0))
        for case, repeat, label in product((1, 2, -3), (1, 2, 3), ("left", "right"))
    ]

    found = difference(summarize(rows), "left", "right")

    assert found.difference
    assert found.by_case
    assert (found.difference.n, found.by_case.n) == (9, 3)
    assert (found.by_case.median, found.by_case.lower, found.by_case.higher) == (2.0, 1, 2)
    once = summarize([each for each in rows if each.repeat == 1])
    assert difference(once, "left", "right").by_case is None
    assert difference(summarize(rows), "left", "right", "end").by_case is None


def test_models_without_a_common_round_have_no_difference() -> None:
    found = difference(summarize([*rows_of("left", [1.0], "c1"), *rows_of("right", [1.0], "c2")]), "left", "right")

    assert (found.difference, found.wins, found.losses, found.is_significant) == (None, 0, 0, False)


@pytest.mark.parametrize(("figure", "wins"), [("first_token", 0), ("tokens_per_second", 6)])
def test_a_lower_time_wins_and_a_higher_speed(figure: FigureName, wins: int) -> None:
    rows = [
        row(label, "c1", repeat, first_token=value, tokens_per_second=value)
        for repeat in range(1, 7)
        for label, value in [("left", 2.0), ("right", 1.0)]
    ]

    found = difference(summarize(rows), "left", "right", figure)

    assert (found.wins, found.losses) == (wins, 6 - wins)


def test_p_values_are_adjusted_for_all_comparisons() -> None:
    rows = [
        row(label, "c1", repeat, first_token=value, end=1.0 if repeat % 2 else value)
        for repeat in range(1, 9)
        for label, value in [("a", 1.0), ("b", 2.0), ("c", 3.0)]
    ]

    summary = summarize(rows)

    assert summary.comparisons == 6
    assert difference(summary, "a", "b").adjusted_p == pytest.approx(6 * sign_test(8, 0))
    assert difference(summary, "a", "b").is_significant
    assert difference(summary, "a", "b", "end").adjusted_p == pytest.approx(3 * sign_test(4, 0))
    assert not difference(summary, "a", "b", "end").is_significant
    assert difference(summary, "a", "b", "cost_usd").adjusted_p == 1


def test_models_stand_in_the_order_that_is_asked_for() -> None:
    rows = [*rows_of("right", [1.0]), *rows_of("left", [1.0]), *rows_of("other", [1.0])]

    summary = summarize(rows, ["left", "right", "never asked"])

    assert list(summary.models) == ["left", "right", "never asked", "other"]
    assert summary.models["never asked"].n == 0
    assert (summary.cases, summary.rounds) == (1, 1)


def test_an_answer_with_two_rows_would_count_twice() -> None:
    with pytest.raises(ValueError, match="two rows of left, case c1, repeat 2"):
        summarize([row(repeat=1), row(repeat=2), row(repeat=2, state="stopped")])


def test_checks_count_answers_that_passed_all() -> None:
    model = left(
        row(repeat=1, checks=PASSED),
        row(repeat=2, checks=PASSED + NOT_PASSED),
        row(repeat=3, checks=PASSED, unread=1),
        row(repeat=4, checks=PASSED + PASSED),
    )

    assert (model.checks.count, model.checks.of, model.checks.share) == (2, 4, 0.5)
    assert model.checks.interval == pytest.approx((0.15, 0.85), abs=0.005)


def test_an_answer_that_failed_before_its_checks_has_not_passed() -> None:
    model = left(
        row(repeat=1, state="failed"),
        row(repeat=2, checks=PASSED),
        row(repeat=3, state="cut"),
        row(repeat=4, state="stopped"),
        row(case="without checks", state="failed"),
        row(case="without checks", repeat=2),
    )

    assert (model.checks.count, model.checks.of) == (1, 3)
    assert (left(row()).checks.share, left(row()).checks.interval) == (None, None)


def test_distinct_answers_are_counted_within_their_case() -> None:
    model = left(
        *(row("left", "c1", repeat, answer="aa") for repeat in range(1, 4)),
        row("left", "c1", 4, answer="bb"),
        row("left", "c1", 5, answer=None),
        row("left", "c2", 1, answer="aa"),
        row("left", "c2", 2, answer="cc", state="failed"),
        row("left", "c3", 1, answer="cc", state="failed"),
    )

    assert (model.answers.n, model.answers.distinct, model.answers.cases) == (6, 4, 2)
    assert model.answers.most_frequent == (3, 1, 1, 1)


def test_a_simulated_model_is_not_the_model_itself() -> None:
    simulated = msgspec.structs.replace(row(), simulated=True)

    assert (left(row()).name, left(simulated).name) == ("here:m", "here:m · simulated")


def test_clocks_are_counted() -> None:
    model = left(row(repeat=1, clock="kernel"), row(repeat=2), row(repeat=3), row(repeat=4, clock=None))

    assert model.clocks == {"kernel": 1, "loop": 2}


def test_a_server_that_becomes_slower_drifts_whatever_the_order_of_its_rows() -> None:
    rows = list(rows_of("left", [0.1 * number for number in range(1, 16)]))
    shuffled = random.Random(2).sample(rows, len(rows))

    assert summarize(shuffled).models["left"].drifting == ("first_token",)
    assert left(*rows, row("left", "another case")).drifting == ()


def test_values_in_any_order_do_not_drift() -> None:
    values = random.Random(2).sample([0.1 * number for number in range(1, 16)], 15)

    assert left(*rows_of("left", values)).drifting == ()


VALUES = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=40)


@settings(max_examples=50)
@given(VALUES)
def test_turning_a_pair_turns_its_difference(values: list[tuple[float, float]]) -> None:
    rows = [*rows_of("left", [one for one, _ in values]), *rows_of("right", [other for _, other in values])]

    found = difference(summarize(rows, ["left", "right"]), "left", "right")
    turned = difference(summarize(rows, ["right", "left"]), "right", "left")

    assert found.difference
    assert turned.difference
    assert turned.difference.median == pytest.approx(-found.difference.median)
    assert (turned.wins, turned.losses) == (found.losses, found.wins)
    assert turned.adjusted_p == found.adjusted_p


def test_differences_that_do_not_exist_are_rarely_seen() -> None:
    """In at most 5 % of whole experiments is any difference seen among 18 comparisons."""
    chance = random.Random(11)
    experiments = 200
    seen = sum(
        any(found.is_significant for found in summarize(_without_effect(chance)).differences)
        for _ in range(experiments)
    )

    assert seen / experiments <= 0.05


def _without_effect(chance: random.Random) -> list[AnswerRow]:
    rows = []
    for repeat in range(1, 13):
        prompt = chance.lognormvariate(0, 1)
        for label in ("a", "b", "c"):
            first, speed, tokens = prompt * chance.lognormvariate(0, 0.3), chance.gauss(80, 9), chance.randint(90, 300)
            rows.append(
                row(
                    label,
                    "c1",
                    repeat,
                    first_token=first,
                    first_answer=first + chance.random(),
                    end=first + tokens / speed,
                    tokens_per_second=speed,
                    output_tokens=tokens,
                    cost_usd=f"{tokens * 15e-6:.6f}",
                )
            )
    return rows
