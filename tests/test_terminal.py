"""The installed command in a pseudo-terminal, as a person sees and leaves it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

import termios

import pexpect

from diptych.replay.folding import fold
from diptych.store.history import History
from tests.support.command import COMMAND
from tests.support.terminal import (
    COLUMNS,
    QUICK_MODELS,
    Open,
    Terminal,
    halves,
    killed_at_end,
    listed,
    new_user,
    shows,
    terminals,
)
from tests.tui.histories import a_recording


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A new user's: an empty home, no keys."""
    return new_user(tmp_path)


@pytest.fixture
def open_app(environment: dict[str, str]) -> Iterator[Open]:
    with terminals(environment) as start:
        yield start


def test_a_new_user_opens_asks_reads_both_panes_and_leaves(open_app: Open) -> None:
    terminal = open_app()
    terminal.wait_until(shows("ask both…", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"))

    terminal.type("tool: what is the weather?\r")
    terminal.wait_until(lambda lines: all("✔" in half for half in halves(lines)))
    terminal.wait_until(lambda lines: "message_stop" in halves(lines)[0] and "[DONE]" in halves(lines)[1])

    for half in halves(terminal.lines):
        assert "simulated" in half
        assert "get_weather" in half

    terminal.type("\x11")  # ctrl+q
    assert terminal.wait_for_end() == 0
    assert b"\x1b[?1049l" in terminal.output, "the alternate screen is left"
    assert terminal.output.rindex(b"\x1b[?25h") > terminal.output.rindex(b"\x1b[?25l"), "the cursor is shown"


def test_the_terminals_modes_are_as_before(open_app: Open) -> None:
    terminal = open_app("demo")
    before = terminal.modes
    terminal.wait_until(shows("ask both…"))
    assert termios.tcgetattr(terminal.child.child_fd)[3] != before[3]

    terminal.type("\x11")
    terminal.child.expect(pexpect.EOF)

    assert termios.tcgetattr(terminal.child.child_fd)[3] == before[3]


def test_stopping_one_side_leaves_the_other_streaming(open_app: Open) -> None:
    terminal = open_app("demo", "stall then go on")
    terminal.wait_until(lambda lines: all("●" in half for half in halves(lines)))

    terminal.type("\t\x1b")  # to the left answer; esc
    terminal.wait_until(lambda lines: "stopped" in halves(lines)[0])
    assert "●" in halves(terminal.lines)[1]

    terminal.type("\x11\x11")
    assert terminal.wait_for_end() == 0


def test_once_leaves_when_both_have_ended_and_prints_the_figures(open_app: Open) -> None:
    terminal = open_app("demo", "--once", "tool")
    assert terminal.wait_for_end() == 0
    summary = terminal.output.rpartition(b"\x1b[?1049l")[2].decode()
    assert "anthropic:claude-sonnet-5-5  complete (tool_use)" in summary
    assert "openai:gpt-5.6-terra" in summary
    assert "tok/s" in summary


def test_a_prompt_through_a_pipe_leaves_the_keys_to_the_terminal(environment: dict[str, str]) -> None:
    command = 'printf "stall\\r\\nof the pipe\\n" | exec "$0" --demo "$1"'
    with killed_at_end(Terminal("/bin/sh", ["-c", command, str(COMMAND), "stall now"], environment)) as terminal:
        terminal.wait_until(lambda lines: all("●" in half for half in halves(lines)))
        terminal.type("typed")
        terminal.wait_until(shows("typed"))
        terminal.type("\x11\x11")
        assert terminal.wait_for_end() == 0
    assert [each.prompt for each in listed(environment)] == ["stall now\n\nstall\nof the pipe"]


def test_an_export_does_not_fill_the_terminal_unless_told_to(open_app: Open, tmp_path: Path) -> None:
    recording = tmp_path / "r.jsonl"
    assert open_app("run", "--demo", "--record", str(recording), "tool: \x9b31m").wait_for_end() == 0

    terminal = open_app("export", str(recording))
    assert terminal.wait_for_end() == 2
    assert terminal.said == (
        "Error: An export would fill the terminal: write it to a file with -o FILE, or print it anyway with -o -.\n"
    )
    terminal = open_app("export", str(recording), "--format", "md", "-o", "-")
    assert terminal.wait_for_end() == 0
    assert "## Prompt" in terminal.said
    assert "⟨U+009B⟩31m" in terminal.said


SLOW_REPLAY = """
from diptych.replay.playback import Playback
begin = Playback.__init__
def begin_slowly(playback, *arguments):
    begin(playback, *arguments)
    playback.speed = 0.1
Playback.__init__ = begin_slowly
"""


def test_what_was_asked_is_found_and_replayed_later(open_app: Open) -> None:
    terminal = open_app("--once", "--demo", "table of stops", before=QUICK_MODELS)
    assert terminal.wait_for_end() == 0

    terminal = open_app("history")
    terminal.wait_until(shows("table of stops", "1 round"))
    terminal.type("\r")
    terminal.wait_until(shows("replay", "at the end", "message_stop", "[DONE]"))
    terminal.type("\x1b")
    terminal.wait_until(shows("1 round"))
    terminal.type("\x11")  # ctrl+q
    assert terminal.wait_for_end() == 0

    terminal = open_app("replay", "last", before=SLOW_REPLAY)
    terminal.wait_until(shows("replay", "streaming"))
    terminal.type("0")
    terminal.wait_until(shows("at the end", "message_stop", "[DONE]"))
    terminal.type("q")
    assert terminal.wait_for_end() == 0


def test_a_killed_app_leaves_what_it_had_in_the_history(open_app: Open, environment: dict[str, str]) -> None:
    terminal = open_app("--demo", "long story")
    terminal.wait_until(shows("content_block_delta"))
    terminal.wait_until(lambda lines: listed(environment) != [])
    terminal.child.kill(9)
    terminal.child.wait()

    (round_,) = listed(environment)

    assert (round_.prompt, *(run.state for run in round_.runs)) == ("long story", "cut", "cut")


def test_a_paste_of_10_mb_is_refused_with_a_sentence_and_keys_go_on(open_app: Open) -> None:
    terminal = open_app("demo")
    terminal.wait_until(shows("ask both…"))

    terminal.type("\x1b[200~" + "a line of text\r" * 700_000 + "\x1b[201~then typed")
    terminal.wait_until(shows("10,500,000 characters", "--file PATH"))
    terminal.wait_until(shows("then typed"))

    terminal.type("\x11")
    assert terminal.wait_for_end() == 0


def test_bytes_that_are_no_utf_8_do_not_end_the_app(open_app: Open) -> None:
    terminal = open_app("demo")
    terminal.wait_until(shows("ask both…"))

    terminal.child.send(b"a\xe9\xff b")
    terminal.wait_until(lambda lines: any("a" in line and "b" in line and "\ufffd" in line for line in lines))

    terminal.type("\x11")
    assert terminal.wait_for_end() == 0


def test_the_app_without_a_terminal_says_so(environment: dict[str, str]) -> None:
    command = Path(sys.executable).with_name("diptych")
    done = subprocess.run(  # the command under test
        [command], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "Error: The app needs a terminal. Without one, use `diptych run`.\n"


def test_the_size_is_that_of_the_terminal_whatever_the_environment_says(open_app: Open) -> None:
    terminal = open_app("demo", COLUMNS="70", LINES="20")
    terminal.wait_until(shows("ask both…", "❯"))
    terminal.wait_until(lambda lines: lines[0].endswith("conversation 1 ") and len(lines[0]) == COLUMNS)

    terminal.resize(100, 30)
    terminal.type("typed")
    terminal.wait_until(lambda lines: "❯ typed" in lines[-2] and lines[2].rstrip().endswith("│"))

    terminal.type("\x11")
    assert terminal.wait_for_end() == 0


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("dumb", ["demo"]), ("unknown", ["--once", "hi"]), ("dumb-emacs-ansi", ["replay", "last"]), ("plain", ["demo"])],
)
def test_a_terminal_that_cannot_draw_is_told_what_works_there(
    open_app: Open, environment: dict[str, str], tmp_path: Path, name: str, arguments: list[str]
) -> None:
    History(Path(environment["DIPTYCH_HISTORY"])).add(a_recording(), fold(a_recording()))
    if name == "plain":
        described, tic = tmp_path / "plain.ti", shutil.which("tic")
        if tic is None:
            pytest.skip("nothing here compiles descriptions of terminals")
        described.write_text("plain|does not place the cursor,\n\tam, cols#80, cr=\\r, cud1=\\n,\n")
        subprocess.run([tic, "-o", tmp_path / "terminfo", described], timeout=120, check=True)

    terminal = open_app(*arguments, TERM=name, TERMINFO=str(tmp_path / "terminfo"))

    assert terminal.wait_for_end() == 2
    assert terminal.output.startswith(f"Error: TERM={name} names a terminal that cannot draw the app".encode())
    assert b"`diptych run`" in terminal.output


@pytest.mark.parametrize("name", ["", "vt100", "xterm-ghostty"])
def test_a_terminal_that_may_draw_is_drawn_on(open_app: Open, name: str) -> None:
    terminal = open_app("demo", TERM=name)
    terminal.wait_until(shows("ask both…", "❯"))
    terminal.type("\x11")
    assert terminal.wait_for_end() == 0


def test_the_history_is_listed_where_it_cannot_be_drawn(open_app: Open, environment: dict[str, str]) -> None:
    terminal = open_app("history", TERM="dumb")
    assert terminal.wait_for_end() == 1  # as a search without a match
    assert b"The history " in terminal.output


def test_what_was_painted_piece_by_piece_is_what_is_painted_anew(open_app: Open) -> None:
    terminal = open_app("demo", "markdown: show me everything", before=QUICK_MODELS)
    terminal.wait_until(lambda lines: all("✔" in half for half in halves(lines)))
    terminal.wait_until(lambda lines: "message_stop" in halves(lines)[0] and "[DONE]" in halves(lines)[1])
    terminal.type("\t\x1b[H")  # to the left answer, and to its beginning
    terminal.wait_until(shows("Markdown, as it streams"))
    terminal.type("\x1b[B\x1b[B\x1b[B")
    terminal.wait_until(lambda lines: lines[4].startswith("┃ both at once"))  # all three rows were scrolled
    # What was read may end in the middle of a frame, even of a row. All but the last row is whole once keys that came
    # after the scroll have changed that row and the frame of the focused half, and changed them back.
    terminal.type("\t")
    terminal.wait_until(shows("enter open"))
    terminal.type("\x1b[Z")
    terminal.wait_until(lambda lines: not shows("enter open")(lines) and has_focus_above(lines))
    in_pieces = terminal.lines[:-1]

    terminal.type("\x1bOP")  # F1: the help covers it
    terminal.wait_until(shows("Everywhere"))
    terminal.type("\x1b[27u")
    terminal.wait_until(lambda lines: lines[:-1] == in_pieces)
    terminal.type("\x11")
    assert terminal.wait_for_end() == 0


def has_focus_above(lines: list[str]) -> bool:
    """Whether the whole left answer has the frame of what has the focus."""
    return lines[1].startswith("┏") and any(line.startswith("┡") for line in lines)


SLOW_START = """
import time
from diptych.tui.screens.compare import CompareScreen
mount = CompareScreen.on_mount
CompareScreen.on_mount = lambda screen: (time.sleep(0.5), mount(screen))
"""


@pytest.mark.parametrize("before", ["", SLOW_START])
@pytest.mark.parametrize(
    ("typed", "asked"),
    [("Say hello\r", "Say hello"), ("\x1b[200~Say\nhello\x1b[201~\r", "Say …"), ("Say\nhello\r", "Say …")],
)
def test_what_is_typed_before_the_first_frame_is_kept_and_sent(
    open_app: Open, before: str, typed: str, asked: str
) -> None:
    terminal = open_app("--demo", before=QUICK_MODELS + before)
    terminal.type(typed)

    terminal.wait_until(lambda lines: asked in lines[0] and "round 1" in lines[0])


def test_what_is_typed_before_the_first_frame_without_enter_waits_in_the_box(open_app: Open) -> None:
    terminal = open_app("--demo")
    terminal.type("Say hello")

    terminal.wait_until(shows("❯ Say hello"))


def test_what_is_typed_right_after_a_new_conversation_began_is_sent_in_it(open_app: Open) -> None:
    terminal = open_app("--demo", before=QUICK_MODELS)
    terminal.type("One\r")
    terminal.wait_until(lambda lines: "conversation 1 · round 1" in lines[0])
    terminal.wait_until(shows("✔ end_turn"))
    terminal.type("\x0eTwo\r")

    terminal.wait_until(lambda lines: "Two" in lines[0] and "conversation 2 · round 1" in lines[0])
