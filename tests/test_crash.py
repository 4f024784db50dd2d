"""Whatever breaks: two lines, a report without secrets, the exit code 70, and a terminal that is given back."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

from tests.support.terminal import QUICK_MODELS, Terminal, new_user, opened, shows, states

KEY = "sk-ant-api03-PLANTEDplanted0123456789-abcdef"
TEXT = "a-very-private-word"

WIDGET = f"""
from diptych.tui.widgets.event_list import EventList
def broken(self, *rest):
    private = "{TEXT}"
    raise ValueError("{TEXT} {KEY}")
"""
HANDLER = """
from diptych.tui.screens.compare import CompareScreen
"""

PLACES = {
    "in painting": WIDGET + "EventList.render_lines = broken",
    "in a handler": WIDGET + HANDLER + "CompareScreen.on_prompt_sent = broken",
    "in a timer": WIDGET + "from diptych.tui.run_sampling import RunSampling\nRunSampling.tick = broken",
    "in a worker": WIDGET
    + HANDLER
    + "CompareScreen.on_prompt_sent = lambda self, message: self.run_worker(lambda: broken(self), thread=True)",
    "in a callback of the loop that reads keys": WIDGET
    + "from textual._xterm_parser import XTermParser as Parser\nreal = Parser.feed\n"
    + "Parser.feed = lambda self, data: broken(self) if 'h' in data else real(self, data)",
}


def reports(home: Path) -> list[Path]:
    return sorted((home / ".local" / "state" / "diptych").glob("crash-*.txt"))


def check(terminal: Terminal, home: Path) -> str:
    """What every crash has in common; the report."""
    terminal.wait_for(lambda: terminal.is_given_back)
    assert terminal.wait_for_end() == 70
    first, second, *rest = terminal.said.splitlines()
    assert rest == []
    assert first.startswith("Diptych crashed (ValueError")
    assert first.endswith("What had arrived by then is in the history, unless it was turned off.")
    (path,) = reports(home)
    assert second == f"Crash report without keys, prompts and answers: {path}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = path.read_text()
    for private in (TEXT, KEY, "PLANTED", "long story"):
        assert private not in text
        assert private not in terminal.said
    return text


@pytest.mark.parametrize("place", PLACES)
def test_an_exception_ends_it_with_two_lines(tmp_path: Path, place: str) -> None:
    environment = new_user(tmp_path) | {"ANTHROPIC_API_KEY": KEY}
    arguments = ("--demo", "--seed", "1234567", "-p", f'note="{TEXT}"')
    with opened(environment, *arguments, before=PLACES[place]) as terminal:
        terminal.wait_until(shows("ask both…"))
        terminal.type("hello\r")
        text = check(terminal, tmp_path)

    assert "command   diptych --demo --seed … -p …" in text
    assert "ValueError: (message omitted)" in text
    assert "Python 3." in text
    assert "textual 8." in text
    assert "broken" in text


def test_what_was_streamed_is_in_the_history(tmp_path: Path) -> None:
    environment = new_user(tmp_path)
    broken = WIDGET + "from diptych.tui.app import DiptychApp\nDiptychApp.action_help = broken"
    with opened(environment, "--demo", "long story", before=broken) as terminal:
        terminal.wait_until(shows("content_block_delta"))
        terminal.type("\x1bOP")  # F1
        check(terminal, tmp_path)

    assert states(environment) == [("stopped", "stopped")]


UNRECORDED = (
    "What arrived could not be recorded because of a fault in Diptych. 1 round is not recorded, or only in part."
)


@pytest.mark.parametrize(
    ("thread", "unrecorded"),
    [
        (
            "from diptych.store.history_writer import HistorySink as Broken\n"
            "Broken.write = Broken.write_together = broken",
            UNRECORDED,
        ),
        (
            "from diptych.engine.stream_loop import StreamLoop as Broken\n"
            "real = Broken.call\n"
            "Broken.call = lambda self, *rest: (real(self, broken, self), real(self, *rest))",
            "",
        ),
    ],
    ids=["recorder", "streams"],
)
def test_a_thread_that_breaks_is_told_of_in_the_end(tmp_path: Path, thread: str, unrecorded: str) -> None:
    with opened(new_user(tmp_path), "--demo", "tool", before=QUICK_MODELS + WIDGET + thread) as terminal:
        terminal.wait_until(shows("[DONE]", "message_stop"))
        assert b"Traceback" not in terminal.output
        terminal.type("\x11")
        if unrecorded:
            terminal.wait_until(shows("Quit anyway?"))
            terminal.type("y")
        terminal.wait_for(lambda: terminal.is_given_back)
        code = terminal.wait_for_end()

    said = terminal.said
    assert said.startswith(unrecorded)
    assert "Diptych crashed (ValueError" in said or "An internal error occurred (ValueError" in said
    assert code == (70 if "Diptych crashed" in terminal.said else 0)
    assert len(reports(tmp_path)) == 1


NOISE = """
import os, sys, threading, warnings, logging
from diptych.tui.screens.compare import CompareScreen
def noise():
    warnings.warn("noise by warnings")
    logging.getLogger("anything").error("noise by logging")
    print("noise by print"); print("noise by print", file=sys.stderr)
    for stream in (sys.__stdout__, sys.__stderr__):
        stream.write("noise by a stream"); stream.flush()
    for number in (1, 2):
        os.write(number, b"noise by a descriptor")
    os.system("echo noise by a child; echo noise by a child >&2")
class Noisy:
    def __del__(self):
        raise RuntimeError("noise by a finalizer")
def begin(self):
    noise()
    Noisy()
    thread = threading.Thread(target=noise); thread.start(); thread.join()
    real(self)
real, CompareScreen._begin = CompareScreen._begin, begin
"""


def test_what_libraries_print_never_reaches_the_picture(tmp_path: Path) -> None:
    with opened(new_user(tmp_path), "--demo", "tool", before=QUICK_MODELS + NOISE) as terminal:
        terminal.wait_until(shows("[DONE]", "message_stop"))
        terminal.type("\x11")
        assert terminal.wait_for_end() == 0

    assert b"noise" not in terminal.output
    assert terminal.said.startswith(
        "An internal error occurred (RuntimeError), but Diptych could go on.\nCrash report "
    )


def test_a_command_without_a_screen_breaks_in_the_same_way(tmp_path: Path) -> None:
    broken = WIDGET.replace(
        "from diptych.tui.widgets.event_list import EventList", "import diptych.report.plain_text as text"
    )
    script = f"{QUICK_MODELS}{broken}\ntext.summary = broken\nfrom diptych.__main__ import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", script, "run", "--demo", "--json=x", "tool"],
        env=new_user(tmp_path),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, "an option that is none is no crash"
    done = subprocess.run(
        [sys.executable, "-c", script, "run", "--demo", TEXT],
        env=new_user(tmp_path),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 70
    assert done.stderr.count("\n") == 2
    (path,) = reports(tmp_path)
    assert "command   diptych run --demo …" in path.read_text()
    assert TEXT not in path.read_text()


def test_a_report_that_cannot_be_written_is_printed(tmp_path: Path) -> None:
    (tmp_path / ".local").write_text("in the way")
    script = f"{WIDGET.replace('diptych.tui.widgets.event_list import EventList', 'diptych.cli import ask_commands')}"
    script += "ask_commands.run_round = broken\nfrom diptych.__main__ import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", script, "run", "--demo", "hi"],
        env=new_user(tmp_path) | {"OPENAI_API_KEY": KEY},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 70
    assert "The crash report could not be written (File exists), so here it is:" in done.stderr
    assert "ValueError: (message omitted)" in done.stderr
    assert "PLANTED" not in done.stderr
    assert TEXT not in done.stderr


@pytest.mark.parametrize("module", ["click", "diptych.cli.ask_commands"])
def test_a_missing_module_is_said(tmp_path: Path, module: str) -> None:
    missing = f"import sys\nsys.modules['{module}'] = None\nfrom diptych.__main__ import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", missing, "run", "hi"],
        env=new_user(tmp_path),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 70
    reason = f"import of {module} halted; None in sys.modules"
    assert done.stderr == f"Diptych cannot start: {reason}. Try to install it again.\n"
