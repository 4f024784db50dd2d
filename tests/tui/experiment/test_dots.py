"""Values as braille dots."""

from diptych.tui.experiment.dots import counts, dot_rows, values_per_dot


def test_every_value_is_a_dot_as_long_as_there_is_room() -> None:
    counted = counts([0, 1, 1, 3], 2)

    assert counted == [1, 2, 0, 1]
    assert values_per_dot(2, 1) == 1
    assert dot_rows(counted, 1, 1) == ["⣠⢀"]


def test_stacks_go_on_in_the_row_above() -> None:
    assert dot_rows([5, 4], 2, 1) == ["⡀", "⣿"]


def test_a_dot_stands_for_several_values_but_a_single_value_is_never_hidden() -> None:
    per_dot = values_per_dot(800, 2)

    assert per_dot == 100
    assert dot_rows([800, 0, 0, 1], 2, per_dot) == ["⡇ ", "⡇⢀"]
