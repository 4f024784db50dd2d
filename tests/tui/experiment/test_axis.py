"""The axis that all strips share."""

from diptych.core.experiment.row_figures import FIGURES
from diptych.tui.experiment.axis import ValueAxis, axis_for

FIRST_TOKEN = FIGURES[0]


def test_it_begins_and_ends_with_a_value() -> None:
    axis = axis_for([1.0, 2.0, 3.0, 4.0, 5.0], 10)

    assert not axis.is_log
    assert [axis.dot(value) for value in (1.0, 3.0, 5.0)] == [0, 10, 19]
    assert [axis.cell(value) for value in (1.0, 3.0, 5.0)] == [0, 5, 9]


def test_it_is_logarithmic_where_a_few_values_would_leave_the_others_no_room() -> None:
    values = [0.4, 0.45, 0.5, 0.5, 0.55, 0.6, 0.6, 0.65, 0.7, 0.7, 20.0]

    assert axis_for(values, 40).is_log
    assert not axis_for(values, 40, is_log=False).is_log
    assert axis_for([1.0, 2.0, 3.0], 40, is_log=True).is_log
    assert not axis_for([0.0, *values], 40, is_log=True).is_log


def test_equal_values_and_none_at_all_have_an_axis_as_well() -> None:
    assert axis_for([4.0, 4.0], 10).cell(4.0) == 5
    assert axis_for([0.0], 10).cell(0.0) == 5
    assert axis_for([], 10).labels(FIRST_TOKEN) == ""


def test_round_values_stand_below_it() -> None:
    assert ValueAxis(0.0, 1.0, 40).labels(FIRST_TOKEN) == "╵0s                 ╵0.5s"
    assert ValueAxis(0.4, 20.0, 60, is_log=True).labels(FIRST_TOKEN).split() == ["╵0.5s", "╵1s", "╵2s", "╵5s", "╵10s"]


def test_values_that_would_touch_each_other_are_left_out() -> None:
    labels = ValueAxis(0.1, 100.0, 20, is_log=True).labels(FIRST_TOKEN)

    assert len(labels) <= 20
    assert all(word.startswith("╵") for word in labels.split())
