"""How far an experiment has come: drawn in place on a terminal, and as a line now and then elsewhere."""

import errno
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyte
import pytest

from diptych.headless.experiment.drawn_progress import DrawnProgress
from diptych.headless.experiment.progress_display import (
    NoProgress,
    ProgressDisplay,
    ProgressLines,
    ProgressNow,
    progress_display,
)
from diptych.headless.experiment.sitting_counts import SittingCounts
from tests.headless.experiment.some_rows import row

if TYPE_CHECKING:
    from collections.abc import Mapping

MODELS = {"left": "left · anthropic:claude", "right": "right · openai:gpt"}


class TerminalText(io.StringIO):
    """What is written to a terminal of 80 columns."""

    def isatty(self) -> bool:
        return True

    @property
    def screen(self) -> list[str]:
        """The lines that the terminal shows, without empty ones at the end."""
        screen = pyte.Screen(80, 20)
        pyte.Stream(screen).feed(self.getvalue().replace("\n", "\r\n"))
        return "\n".join(line.rstrip() for line in screen.display).rstrip("\n").split("\n")


@pytest.fixture(autouse=True)
def _a_usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)


def now(elapsed: float = 20.0, **more: Any) -> ProgressNow:
    counts = SittingCounts(10)
    for repeat in (1, 2):
        counts.add(row("a", repeat, "left", cost_usd="0.02", input_tokens=1_000, output_tokens=500))
    counts.add(row("a", 1, "right", state="failed"))
    medians: Mapping[str, float | None] = {"left": 0.4123, "right": None}
    shown: dict[str, Any] = {"pauses": {}, "problem": ""} | more
    return ProgressNow("x3", counts, MODELS, medians, elapsed, **shown)


def test_a_terminal_shows_a_bar_counts_and_a_line_for_each_model() -> None:
    terminal = TerminalText()
    DrawnProgress(terminal).show(now(pauses={"openai": 75.2}))

    head, counts, left, right, pause = terminal.screen
    assert head.startswith("x3 ━━━")
    assert head.endswith("3 of 10 answers")
    assert counts == "  1 failed · 3,000 tokens · $0.0400 · about 47 s left"
    assert left == "  left · anthropic:claude  first token 0.41s (median of 2 answers)"
    assert right == "  right · openai:gpt       first token – (median of 0 answers)"
    assert pause == "  openai wants to be left alone for 1 min 16 s"


def test_a_long_name_leaves_room_for_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "left", "left · 模型" + "x" * 90)
    terminal = TerminalText()
    DrawnProgress(terminal).show(now())

    left, right = terminal.screen[2:]
    assert left.replace(" ", "").startswith("left·模型xxx")
    assert left.endswith("x…  first token 0.41s (median of 2 answers)")
    assert right.endswith("  first token – (median of 0 answers)")


def test_a_terminal_that_is_gone_gets_nothing_and_ends_nothing() -> None:
    class Gone(TerminalText):
        is_gone = False

        def flush(self) -> None:
            if self.is_gone:
                raise OSError(errno.EIO, "Input/output error")

    for make in (DrawnProgress, ProgressLines):
        before, later = Gone(), Gone()
        before.is_gone = True
        displays: list[ProgressDisplay] = [make(before), make(later)]
        displays[1].show(now())
        later.is_gone = True
        for display in displays:
            display.show(now(60.0))
            display.erase()
            display.show(now(100.0))

    erased = Gone()
    drawn = DrawnProgress(erased)
    drawn.show(now())
    erased.is_gone = True
    drawn.erase()


def test_what_is_drawn_is_replaced_and_erased() -> None:
    terminal = TerminalText()
    display = DrawnProgress(terminal)
    display.show(now())
    display.show(now(20.05))  # too soon
    display.show(now(21.0, problem="The disk is full."))
    assert terminal.screen[-1] == "The disk is full."
    assert len(terminal.screen) == 5

    display.erase()
    assert terminal.screen == [""]
    terminal.write('{"row": 1}\n')
    display.show(now(21.01))
    assert terminal.screen[0] == '{"row": 1}'
    assert terminal.screen[1].startswith("x3 ")
    display.erase()
    display.erase()
    assert terminal.screen == ['{"row": 1}']


def test_only_some_of_many_models_have_a_line() -> None:
    terminal = TerminalText()
    many = {str(number): f"m{number}" for number in range(15)}
    counts = SittingCounts(30)
    DrawnProgress(terminal).show(ProgressNow("x3", counts, many, dict.fromkeys(many), 1.0, {}))

    assert terminal.screen[-1] == "  … and 3 more models"


def test_hostile_names_do_not_reach_the_terminal() -> None:
    terminal = TerminalText()
    progress = ProgressNow("x3", SittingCounts(1), {"a": "\x1b[2Jevil[red]"}, {}, 1.0, {"\x1b[2J": 1.0}, "\x1b[2J")
    DrawnProgress(terminal).show(progress)

    assert "\x1b[2J" not in terminal.getvalue()
    assert "evil[red]" in terminal.getvalue()


def test_lines_come_now_and_then() -> None:
    out = io.StringIO()
    display = ProgressLines(out)
    for elapsed in (1.0, 9.9, 10.0, 39.9, 40.0):
        display.show(now(elapsed))
    display.erase()

    first, second = out.getvalue().splitlines()
    assert first == "x3: 3 of 10 answers · 1 failed · 3,000 tokens · $0.0400 · about 24 s left"
    assert second.startswith("x3: 3 of 10 answers")


def test_a_problem_is_told_at_once_and_once() -> None:
    out = io.StringIO()
    display = ProgressLines(out)
    for problem in ("", "The disk is full.", "The disk is full.", "", "It is full again."):
        display.show(now(1.0, problem=problem))

    assert out.getvalue() == "The disk is full.\nIt is full again.\n"


@pytest.mark.parametrize(
    ("wanted", "terminal", "is_ci", "can_draw", "kind"),
    [
        (None, True, False, True, DrawnProgress),
        (None, True, True, True, ProgressLines),
        (True, True, True, True, DrawnProgress),
        (False, True, False, True, ProgressLines),
        (None, True, False, False, ProgressLines),
        (True, False, False, True, ProgressLines),
    ],
)
def test_where_it_is_drawn(
    wanted: bool | None, terminal: bool, is_ci: bool, can_draw: bool, kind: type[ProgressDisplay]
) -> None:
    err = TerminalText() if terminal else io.StringIO()

    assert type(progress_display(wanted, err, is_ci=is_ci, can_draw=can_draw)) is kind


def test_without_standard_error_nothing_is_shown() -> None:
    display = progress_display(None, None, is_ci=False, can_draw=True)
    display.show(now())
    display.erase()

    assert isinstance(display, NoProgress)


def test_a_tally_counts_what_was_done_before_and_not_what_was_stopped() -> None:
    counts = SittingCounts(10, done_before=4)
    assert counts.seconds_left(5.0) is None
    counts.add(row("a", 1, "left", state="stopped"))
    counts.add(row("a", 2, "left", state="cut"))
    counts.add(row("a", 3, "left", unread=1, cost_usd="0.5"))

    assert (counts.done, counts.failed, counts.stopped, counts.not_passed) == (6, 1, 1, 1)
    assert (counts.cost, counts.has_costs) == (Decimal("0.5"), True)
    assert counts.seconds_left(5.0) == 10.0
    assert counts.complete == {"left": 1}
