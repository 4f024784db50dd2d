"""The bars of the phases."""

import pytest

from diptych.differences.phases import Phase, RunPhases
from diptych.tui.differences.phase_bars import PHASE_ROLES, phase_bars
from tests.tui.differences.texts import texts, widest

LEFT = RunPhases([Phase("connect", -0.5, 0.0), Phase("headers", 0.0, 1.0), Phase("answer", 1.0, 2.0)], is_final=True)
RIGHT = RunPhases(
    [
        Phase("headers", 0.0, 1.0),
        Phase("thinking", 1.0, 3.0),
        Phase("silence", 3.0, 5.0),
        Phase("answer", 5.0, 7.5),
    ],
    is_final=True,
    knows_connect=False,
)


def test_a_bar_has_a_sign_for_each_phase_on_one_axis() -> None:
    rows = texts(phase_bars((LEFT, RIGHT), ("left", "right"), 10 + 80 + 1))

    assert rows[0] == " left     " + "┄" * 5 + "░" * 10 + "█" * 10
    assert rows[3] == " right    " + " " * 5 + "░" * 10 + "▓" * 20 + "╌" * 20 + "█" * 25
    assert rows[6].startswith(" seconds")
    assert rows[7].split() == ["t0", "2", "4", "6"]
    assert rows[7].index("t0") == 10 + 5


def test_the_table_says_how_long_each_phase_took() -> None:
    rows = [row.split() for row in texts(phase_bars((LEFT, RIGHT), ("left", "right"), 100))]

    assert ["┄┄", "connect", "0.50s", "–", "–"] in rows
    assert ["▓▓", "thinking", "0.00s", "2.00s", "+2.00s"] in rows
    assert ["╌╌", "silence", "0.00s", "2.00s", "+2.00s"] in rows
    assert ["total,", "from", "t0", "2.00s", "7.50s", "+5.50s"] in rows


def test_a_sentence_says_why_one_took_longer() -> None:
    rows = texts(phase_bars((LEFT, RIGHT), ("left", "right"), 120))
    assert rows[-1] == " right took 5.50s longer: thinking +2.00s, silence +2.00s, answer +1.50s."

    rows = texts(phase_bars((RIGHT, LEFT), ("left", "right"), 120))
    assert rows[-1] == " left took 5.50s longer: thinking +2.00s, silence +2.00s, answer +1.50s."

    assert "longer" not in texts(phase_bars((LEFT, LEFT), ("left", "right"), 120))[-1]


def test_nothing_is_compared_while_a_run_goes_on() -> None:
    going_on = RunPhases([*RIGHT.phases, Phase("so far", 7.5, 9.0)], is_final=False)

    rows = [row.split() for row in texts(phase_bars((LEFT, going_on), ("left", "right"), 100))]

    assert ["⋯⋯", "so", "far", "0.00s", "1.50s", "–"] in rows
    assert not any("longer:" in row for row in rows)


def test_before_anything_is_sent_there_are_no_bars() -> None:
    nothing = RunPhases([], is_final=False)

    assert texts(phase_bars((nothing, nothing), ("left", "right"), 100)) == [" Nothing has been sent yet."]


@pytest.mark.parametrize("width", [20, 60, 80, 100, 200])
def test_no_row_is_wider_than_the_screen(width: int) -> None:
    assert widest(phase_bars((LEFT, RIGHT), ("left, take 11", "right, take 12"), max(width, 60))) <= max(width, 60)
    assert texts(phase_bars((LEFT, RIGHT), ("left", "right"), width))


def test_a_phase_of_any_length_has_a_readable_axis() -> None:
    for seconds in (0.0004, 0.03, 1.0, 95.0, 10_000.0):
        run = RunPhases([Phase("headers", 0.0, seconds)], is_final=True)
        labels = texts(phase_bars((run, run), ("left", "right"), 100))[7].split()
        assert labels[0] == "t0"
        assert len(labels) <= 10


def test_every_kind_has_a_style() -> None:
    roles = {span.role for row in phase_bars((LEFT, RIGHT), ("left", "right"), 100) for span in row}

    assert {role for role in roles if role.startswith("phase-")} <= set(PHASE_ROLES)


def test_without_times_there_are_no_bars_either() -> None:
    unknown = RunPhases([], is_final=True, knows_end=False)

    assert texts(phase_bars((unknown, unknown), ("left", "right"), 200)) == [
        " It is not known what the time was spent on: the recordings were made of captures without times."
    ]
