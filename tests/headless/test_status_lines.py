"""Lines that are rewritten in place, as a terminal shows them."""

import io
import os

import pyte
import pytest

from diptych.headless import status_lines
from diptych.headless.status_lines import StatusLines, is_terminal


class Screen(io.StringIO):
    """A terminal of 8 rows, whose size a test may change."""

    def __init__(self, encoding: str = "utf-8", columns: int = 80) -> None:
        super().__init__()
        self._encoding = encoding
        self.screen = pyte.Screen(columns, 8)
        self._stream = pyte.Stream(self.screen)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._stream.feed(text.replace("\n", "\r\n"))  # as a terminal does
        return super().write(text)

    @property
    def rows(self) -> list[str]:
        return [row.rstrip() for row in self.screen.display if row.strip()]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    terminal = Screen(columns=40)
    size = lambda _: os.terminal_size((terminal.screen.columns, terminal.screen.lines))  # noqa: E731
    monkeypatch.setattr(status_lines, "_size", size)
    return terminal


def test_lines_are_rewritten_in_place_and_gone_at_the_end(screen: Screen) -> None:
    lines = StatusLines(screen)
    screen.write("$ diptych run\n")
    for number in range(3):
        lines.draw([f"left {'x' * (9 - number)}", f"right {number}"])
    assert screen.rows == ["$ diptych run", "left xxxxxxx", "right 2"]

    lines.erase()
    lines.erase()
    screen.write("The answer.\n")

    assert screen.rows == ["$ diptych run", "The answer."]


def test_at_the_bottom_of_the_screen_the_rest_moves_up(screen: Screen) -> None:
    lines = StatusLines(screen)
    screen.write("".join(f"line {number}\n" for number in range(20)))
    lines.draw(["left", "right"])
    lines.draw(["left 2", "right 2"])
    assert screen.rows == ["line 14", "line 15", "line 16", "line 17", "line 18", "line 19", "left 2", "right 2"]

    lines.erase()
    screen.write("The answer.\n")

    assert screen.rows[-2:] == ["line 19", "The answer."]


def test_nothing_is_written_where_nothing_has_changed(screen: Screen) -> None:
    lines = StatusLines(screen)
    lines.draw(["left", "right"])
    written = screen.getvalue()
    lines.draw(["left", "right"])
    lines.draw([])

    assert screen.getvalue() == written


def test_no_line_wraps_on_a_narrow_or_low_terminal(screen: Screen) -> None:
    lines = StatusLines(screen)
    screen.screen.resize(3, 20)
    lines.draw(["● left 漢字漢字漢字漢字 and more", "right", "third"])
    assert [row.replace(" ", "") for row in screen.rows] == ["●left漢字漢…", "right"]

    screen.screen.resize(8, 6)
    lines.draw(["left", "right"])

    assert all(len(row) <= 6 for row in screen.rows)


def test_what_the_encoding_lacks_is_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Screen("ascii")
    StatusLines(terminal).draw(["● left · 1 event"])

    assert terminal.rows == ["? left ? 1 event"]


def test_a_terminal_that_is_gone_gets_nothing_and_ends_nothing() -> None:
    terminal = Screen()
    lines = StatusLines(terminal)
    lines.draw(["left"])
    terminal.close()
    lines.draw(["right"])
    lines.draw(["left"])
    lines.erase()


def test_what_is_a_terminal() -> None:
    closed = io.StringIO()
    closed.close()

    assert is_terminal(Screen())
    assert not any(map(is_terminal, (io.StringIO(), closed, None)))


def test_a_terminal_that_tells_no_size_has_the_usual_one() -> None:
    controller, terminal = os.openpty()
    with open(controller, "rb"), open(terminal, "w") as output:
        StatusLines(output).draw(["x" * 100])
        assert len(os.read(controller, 1000).decode().strip().removesuffix("\x1b[J").strip()) <= 80
