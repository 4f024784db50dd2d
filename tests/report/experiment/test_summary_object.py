import json

from diptych.core.experiment.summary import summarize
from diptych.report.experiment.summary_object import summary_object
from tests.core.experiment.rows import NOT_PASSED, PASSED, row

ROWS = [
    row(
        label,
        "c1",
        repeat,
        first_token=start + repeat / 10,
        cost_usd=f"{start * repeat / 1e7:.9f}",
        checks=PASSED if repeat % 2 else NOT_PASSED,
        answer="aa" if repeat < 5 else "bb",
        clock="kernel",
    )
    for repeat in range(1, 7)
    for label, start in (("left", 1.0), ("right", 2.0))
]


def test_a_model_has_its_states_checks_answers_and_figures() -> None:
    whole = summary_object(3, {"repeats": 6}, summarize(ROWS))

    assert (whole["experiment"], whole["plan"], whole["comparisons"]) == (3, {"repeats": 6}, 2)
    left = whole["models"]["left"]
    assert (left["model"], left["n"]) == ("here:m", 6)
    assert left["states"] == {"complete": 6}
    assert left["checks"] == {"n": 6, "passed": 3, "share": 0.5, "interval": [0.187616, 0.812384]}
    assert left["answers"] == {"n": 6, "distinct": 2, "most_frequent": [4, 2]}
    assert left["clocks"] == {"kernel": 6}
    assert left["late"] == {"n": 0, "most": 0.0}
    assert left["drifting"] == []
    assert left["first_token"] == {
        "n": 6,
        "median": 1.35,
        "interval": [1.1, 1.6],
        "p25": 1.225,
        "p75": 1.475,
        "p95": None,
        "min": 1.1,
        "max": 1.6,
    }
    assert left["cost_usd"]["interval"] == [1e-07, 6e-07]
    assert left["end"] == {"n": 0} | dict.fromkeys(("median", "interval", "p25", "p75", "p95", "min", "max"))


def test_a_difference_has_its_pairs_and_both_p_values() -> None:
    differences = summary_object(None, {}, summarize(ROWS))["differences"]

    assert [each["figure"] for each in differences] == [
        "first_token",
        "first_answer",
        "end",
        "tokens_per_second",
        "output_tokens",
        "cost_usd",
    ]
    assert differences[0] == {
        "first": "left",
        "second": "right",
        "figure": "first_token",
        "n": 6,
        "median": 1.0,
        "interval": [1.0, 1.0],
        "wins": 6,
        "losses": 0,
        "ties": 0,
        "p": 0.03125,
        "adjusted_p": 0.0625,
        "by_case": None,
    }
    assert differences[1] == {
        "first": "left",
        "second": "right",
        "figure": "first_answer",
        "n": 0,
        "median": None,
        "interval": None,
        "wins": 0,
        "losses": 0,
        "ties": 0,
        "p": None,
        "adjusted_p": None,
        "by_case": None,
    }


def test_cases_that_were_repeated_are_compared_as_well() -> None:
    rows = [
        row(label, case, repeat, first_token=value)
        for case, values in (("c1", (1.0, 2.0)), ("c2", (5.0, 5.5)))
        for repeat in (1, 2, 3)
        for label, value in zip(("left", "right"), values, strict=True)
    ]

    assert summary_object(None, {}, summarize(rows))["differences"][0]["by_case"] == {
        "n": 2,
        "median": 0.75,
        "interval": None,
        "wins": 2,
        "losses": 0,
        "ties": 0,
        "p": 0.5,
    }


def test_it_is_json() -> None:
    whole = summary_object(None, {}, summarize([], ["left"]))

    assert json.loads(json.dumps(whole, allow_nan=False)) == whole
    assert whole["models"]["left"]["checks"] == {"n": 0, "passed": 0, "share": None, "interval": None}
