import random
from statistics import median

import pytest

from diptych.core.experiment.running_medians import RunningMedians
from diptych.core.experiment.summary import summarize
from tests.core.experiment.rows import row, rows_of


def test_medians_are_those_of_the_rows_so_far() -> None:
    medians = RunningMedians(["first_token", "end"])
    seen = []
    chance = random.Random(5)
    for repeat in range(1, 50):
        value = round(chance.lognormvariate(0, 1), 6)
        seen.append(value)
        medians.add(row("left", "c1", repeat, first_token=value))

        assert medians.median("left", "first_token") == pytest.approx(median(seen))

    assert medians.median("left", "end") is None
    assert medians.median("right", "first_token") is None


def test_they_are_the_medians_of_the_summary() -> None:
    rows = [*rows_of("left", [3.0, None, 1.0, 2.0]), *rows_of("right", [5.0, 4.0])]
    rows.append(row("left", "c1", 5, state="failed", first_token=100.0))
    medians = RunningMedians(["first_token"])
    for each in rows:
        medians.add(each)

    for label, model in summarize(rows).models.items():
        known = model.figures["first_token"]
        assert known
        assert medians.median(label, "first_token") == known.median
