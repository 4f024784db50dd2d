"""What is shown while models answer without a screen, and where."""

import io
from collections.abc import Mapping

import pytest

from diptych.core.content import Text, Thinking
from diptych.core.round import Round
from diptych.headless.live_display import LiveDisplay, OutputForm, live_display, status_lines
from diptych.headless.status_lines import StatusLines
from tests.headless.test_status_lines import Screen
from tests.tui.fakes import a_run, add, finish, new_run


def test_a_line_tells_the_state_the_events_the_seconds_and_the_silence() -> None:
    waiting = new_run("right", a_run().request.settings, began=100.0)
    thinking, done = a_run(), a_run()
    add(thinking, Thinking("Let me see"), at=101.0)
    add(done, Text("a"), at=101.0)
    finish(done)

    assert status_lines([thinking, waiting, done], 104.2) == [
        "● left   streaming · 1 event · 10 characters of thinking · 4.20s · silent 3 s · anthropic:claude-sonnet-5-5",
        "◌ right  not sent yet · 0 events · 4.20s · anthropic:claude-sonnet-5-5",
        "✔ left   end_turn · 2 events · 1.01s · anthropic:claude-sonnet-5-5",
    ]


def test_what_a_server_sends_cannot_act_in_a_line() -> None:
    run = a_run()
    finish(run, "\x1b[2J\n")

    assert "\x1b" not in status_lines([run], 104.0)[0]
    assert "\n" not in status_lines([run], 104.0)[0]


def test_a_single_side_shows_its_line_and_then_its_text() -> None:
    screen, run = Screen(), a_run()
    display = LiveDisplay(StatusLines(screen), screen)
    display.begin(Round("hi", 100.0, (run,)))

    display.show(100.5)
    assert "waiting" in screen.rows[0]
    add(run, Text("Hello\n"), at=101.0)
    display.show(101.0)
    add(run, Text("there"), at=101.0)
    display.show(101.1)
    assert screen.rows == ["── left · anthropic:claude-sonnet-5-5 ──", "Hello", "there"]

    finish(run)
    assert display.rest() == ""


def test_lines_are_drawn_ten_times_a_second_and_again_after_other_output() -> None:
    screen, left, right = Screen(), a_run(), new_run("right", a_run().request.settings, began=100.0)
    display = LiveDisplay(StatusLines(screen), screen)
    display.begin(Round("hi", 100.0, (left, right)))
    assert display.is_shown

    display.show(100.5)
    display.show(100.55)
    assert "0.50s" in screen.getvalue()
    assert "0.55s" not in screen.getvalue()
    assert display.rest() is None
    assert screen.rows == []
    display.show(100.56)
    assert len(screen.rows) == 2


class Pipe(io.StringIO):
    """A stream that is not a terminal."""


USUAL = {"is_ci": False, "can_draw": True}
CI = {"is_ci": True, "can_draw": True}
DUMB = {"is_ci": False, "can_draw": False}


@pytest.mark.parametrize(
    ("form", "wanted", "out", "err", "terminal", "lines", "text"),
    [
        ("text", None, Screen, Screen, USUAL, True, True),
        ("json", None, Screen, Screen, USUAL, True, False),
        ("events", None, Screen, Screen, USUAL, False, False),
        ("events", True, Pipe, Screen, USUAL, True, False),
        ("text", None, Pipe, Screen, USUAL, False, False),
        ("text", None, Screen, Pipe, USUAL, False, False),
        ("text", None, Screen, Screen, CI, False, False),
        ("text", True, Screen, Screen, CI, True, True),
        ("text", False, Screen, Screen, USUAL, False, False),
        ("text", True, Pipe, Screen, USUAL, True, False),
        ("text", True, Pipe, Pipe, USUAL, False, False),
        ("text", None, Screen, Screen, DUMB, False, True),
        ("text", True, Screen, None, USUAL, False, True),
        ("text", None, Screen, None, USUAL, False, False),
    ],
)
def test_where_it_is_shown(
    form: OutputForm,
    wanted: bool | None,
    out: type[io.StringIO],
    err: type[io.StringIO] | None,
    terminal: Mapping[str, bool],
    lines: bool,
    text: bool,
) -> None:
    output, messages, run = out(), err() if err else None, a_run()

    display = live_display(form, wanted, output, messages, **terminal)
    display.begin(Round("hi", 100.0, (run,)))
    display.show(100.5)
    add(run, Text("Hello"), at=101.0)
    display.show(101.0)

    assert display.is_shown is (lines or text)
    assert ("waiting" in messages.getvalue() if messages else False) is lines
    assert ("Hello" in output.getvalue()) is text
