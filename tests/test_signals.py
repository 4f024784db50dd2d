"""The installed command in a pseudo-terminal that signals reach: it leaves, and gives the terminal back."""

import json
import signal
import subprocess
import sys
import time
from array import array
from pathlib import Path
from typing import IO

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no signals that one process sends another", allow_module_level=True)

import fcntl
import os
import termios

from tests.support.answers import Answer, Gate
from tests.support.command import COMMAND, PATIENT, PATIENT_COMMAND, pointed_at, started
from tests.support.loopback import LoopbackServer
from tests.support.streams import messages
from tests.support.terminal import PATIENCE, Terminal, killed_at_end, listed, new_user, opened, shows, states

ENDING = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"]

MOST_OF_A_PIPE = 60_000
"""Bytes that wait in a pipe whose writer waits, too."""

STREAMING = shows("content_block_delta")

LONG_STEPS = """
import diptych.cli.watchdog as watchdog
watchdog._STEPS_LIMIT = watchdog._STEPS_LIMIT_TWICE = 6
"""
"""Gives a slow machine more time for what the watchdog does before the exit. A step that hangs takes half of it."""

FLOOD = (
    LONG_STEPS
    + """
import pathlib, queue
from textual.drivers import _writer_thread
class Queue(queue.Queue):
    def put(self, *rest):
        if self.full():
            pathlib.Path.home().joinpath("full").touch()
        super().put(*rest)
_writer_thread.Queue = Queue
from diptych.tui.run_sampling import RunSampling
def prepare(self):
    self._screen.set_interval(0.02, lambda: self._screen.app.refresh(layout=True))
    real(self)
real, RunSampling.prepare = RunSampling.prepare, prepare
"""
)
"""Paints everything all the time, and tells when no more fits in."""

BUSY = (
    LONG_STEPS
    + """
import pathlib
from diptych.tui.app import DiptychApp
def busy(self):
    pathlib.Path.home().joinpath("busy").touch()
    {}
DiptychApp.action_help = busy
"""
)
"""F1 begins what never ends and never lets the loop go on."""

KINDS_OF_BUSY = {
    "Python": "while True: pass",
    "a regular expression": "import re; re.match('(a+)+$', 'a' * 60 + 'b')",  # lets no other thread have its turn
    "a message about itself": "def again(): self.call_later(again)\n    again()",
    "a library in C": "import sqlite3; database = pathlib.Path.home() / 'busy.db'; "
    "holder = sqlite3.connect(database); holder.execute('BEGIN EXCLUSIVE'); "
    "sqlite3.connect(database, timeout=600).execute('BEGIN EXCLUSIVE')",
}

LIBRARY = """
import asyncio, sys, threading
from diptych.engine.scheduler import Scheduler
def wait():
    print("waiting", file=sys.stderr, flush=True)
    threading.Event().wait()
async def ask(*rest):
    await asyncio.to_thread(wait)
Scheduler._stream = ask
"""

AT_IMPORT = """
import os, signal, sys
class Signals:
    def find_spec(self, name, *rest):
        if name == "{}":
            os.kill(os.getpid(), signal.SIGTERM)
sys.meta_path.insert(0, Signals())
"""


def is_there(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def waiting(pipe: IO[bytes]) -> int:
    """The bytes in a pipe that nobody has read yet."""
    count = array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]


def is_stopped(terminal: Terminal) -> bool:
    """Whether the command sleeps until it is continued."""
    status = subprocess.run(
        ["/bin/ps", "-o", "stat=", "-p", str(terminal.child.pid)], capture_output=True, timeout=120, check=True
    )
    return status.stdout.strip().startswith(b"T")


@pytest.mark.parametrize("name", ENDING)
def test_a_signal_while_it_streams_leaves_everything_in_order(tmp_path: Path, name: str) -> None:
    number, environment = getattr(signal, name), new_user(tmp_path)
    with opened(environment, "--demo", "long story", before=PATIENT) as terminal:
        terminal.wait_until(STREAMING)
        terminal.child.kill(number)
        terminal.wait_for(lambda: terminal.is_given_back)
        assert terminal.wait_for_end() == 128 + number
        assert terminal.said == ""

    assert states(environment) == [("stopped", "stopped")]


@pytest.mark.parametrize("name", ENDING)
def test_signals_in_quick_succession_are_one(tmp_path: Path, name: str) -> None:
    number, environment = getattr(signal, name), new_user(tmp_path)
    with opened(environment, "--demo", "long story", before=PATIENT) as terminal:
        terminal.wait_until(STREAMING)
        for each in (number, signal.SIGTERM, number):
            terminal.child.kill(each)
        terminal.wait_for(lambda: terminal.is_given_back)
        assert terminal.wait_for_end() in (128 + number, 128 + signal.SIGTERM)
        assert terminal.said == ""

    assert len(listed(environment)) == 1


@pytest.mark.parametrize("keys", ["\x1bOQ", "\x10", "\x1bOS"])  # F2, ctrl+p, F4
def test_a_signal_in_a_dialog(tmp_path: Path, keys: str) -> None:
    with opened(new_user(tmp_path), "demo", before=PATIENT) as terminal:
        terminal.wait_until(shows("ask both…"))
        before = terminal.lines
        terminal.type(keys)
        terminal.wait_until(lambda lines: lines != before)
        terminal.child.kill(signal.SIGTERM)
        terminal.wait_for(lambda: terminal.is_given_back)
        assert terminal.wait_for_end() == 143


def test_a_signal_before_there_is_a_screen(tmp_path: Path) -> None:
    with opened(new_user(tmp_path), "demo", before=AT_IMPORT.format("textual.app")) as terminal:
        assert terminal.wait_for_end() == 143
        assert terminal.output == b""


def test_ctrl_c_before_anything_is_loaded(tmp_path: Path) -> None:
    with opened(new_user(tmp_path), "demo", before=AT_IMPORT.format("click").replace("TERM", "INT")) as terminal:
        assert terminal.wait_for_end() == 130
        assert terminal.output == b""


@pytest.mark.parametrize("arguments", [["history"], ["replay", "last"]])
def test_a_signal_in_the_other_screens(tmp_path: Path, arguments: list[str]) -> None:
    environment = new_user(tmp_path)
    subprocess.run([COMMAND, "run", "--demo", "tool"], env=environment, capture_output=True, timeout=120, check=True)
    with opened(environment, *arguments, before=PATIENT) as terminal:
        terminal.wait_until(shows("tool"))
        terminal.child.kill(signal.SIGTERM)
        terminal.wait_for(lambda: terminal.is_given_back)
        assert terminal.wait_for_end() == 143


def test_it_stops_and_goes_on_in_a_terminal_of_another_size(tmp_path: Path) -> None:
    with opened(new_user(tmp_path), "--demo", "tool") as terminal:
        terminal.wait_until(shows("[DONE]"))
        terminal.child.kill(signal.SIGTSTP)
        terminal.wait_for(lambda: is_stopped(terminal))
        terminal.wait_for(lambda: terminal.is_given_back)

        terminal.resize(100, 30)
        terminal.child.kill(signal.SIGCONT)
        terminal.wait_until(lambda lines: shows("Diptych", "[DONE]", "❯ ask both…")(lines) and "F1 help" in lines[-1])

        terminal.type("\x11\x11")  # ctrl+q
        terminal.wait_for(lambda: terminal.is_given_back)
        assert terminal.wait_for_end() == 0


def test_ctrl_z_in_a_pane_goes_back_to_the_shell_and_fg_continues(tmp_path: Path) -> None:
    shell = Terminal("/bin/bash", ["--norc", "-i"], new_user(tmp_path) | {"PS1": "> "})
    with killed_at_end(shell):
        shell.type(f"sh -c '{COMMAND} demo tool; true'\r")  # a job of two processes
        shell.wait_until(shows("[DONE]"))
        shell.type("\t")
        shell.wait_until(lambda lines: "t think" in lines[-1])
        shell.type("\x1a")
        shell.wait_until(lambda lines: b"Stopped" in shell.output)

        shell.type("fg\r")
        shell.wait_until(lambda lines: shows("Diptych", "[DONE]")(lines) and "quit" in lines[-1])
        shell.type("\x11")
        shell.wait_until(lambda lines: shell.output.endswith(b"> "))


def test_ctrl_z_without_a_shell_says_why_nothing_happens(tmp_path: Path) -> None:
    with opened(new_user(tmp_path), "demo") as terminal:
        terminal.wait_until(shows("ask both…"))
        terminal.type("\t")
        terminal.wait_until(lambda lines: "? help" in lines[-1])
        terminal.type("\x1a")
        terminal.wait_until(shows("There is no shell to go back to"))


@pytest.mark.parametrize("name", ["SIGTSTP", "SIGSTOP"])
def test_a_stopped_job_that_its_shell_kills_ends(tmp_path: Path, name: str) -> None:
    shell = Terminal("/bin/bash", ["--norc", "-i"], new_user(tmp_path) | {"PS1": "> "})
    with killed_at_end(shell):
        shell.type(f"sh -c 'echo $$ > {tmp_path}/pid; exec {COMMAND} demo'\r")
        shell.wait_until(shows("ask both…"))
        pid = int((tmp_path / "pid").read_text())
        os.kill(pid, getattr(signal, name))
        shell.wait_until(lambda lines: b"Stopped" in shell.output)

        shell.type("kill %1\r")
        shell.wait_for(lambda: not is_there(pid))
        shell.type("\r")  # the shell tells it with its next prompt
        shell.wait_until(lambda lines: b"Exit 143" in shell.output)


def test_a_shell_that_had_the_terminal_meanwhile_leaves_no_trace(tmp_path: Path) -> None:
    with opened(new_user(tmp_path), "demo") as terminal:
        terminal.wait_until(shows("ask both…"))
        own = termios.tcgetattr(terminal.child.child_fd)[3]
        terminal.child.kill(signal.SIGSTOP)
        terminal.wait_for(lambda: is_stopped(terminal))
        termios.tcsetattr(terminal.child.child_fd, termios.TCSANOW, terminal.modes)
        terminal.child.kill(signal.SIGCONT)
        terminal.wait_for(lambda: termios.tcgetattr(terminal.child.child_fd)[3] == own)

        terminal.type("\x11")
        terminal.wait_for(lambda: terminal.is_given_back)
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize("is_told", [True, False], ids=["SIGHUP", "no SIGHUP"])
def test_a_terminal_that_is_closed_ends_it(tmp_path: Path, is_told: bool) -> None:
    environment = new_user(tmp_path)
    mask = "SIG_UNBLOCK" if is_told else "SIG_BLOCK"
    before = f"import signal\nsignal.pthread_sigmask(signal.{mask}, [signal.SIGHUP])"
    with opened(environment, "--demo", "long story", before=PATIENT + before) as terminal:
        terminal.wait_until(STREAMING)
        assert terminal.hang_up() == 129

    assert states(environment) == [("stopped", "stopped")]
    assert not (tmp_path / ".local" / "state").exists(), "that was no crash"


def test_a_terminal_that_is_closed_stops_an_experiment_that_can_be_resumed(tmp_path: Path) -> None:
    environment = new_user(tmp_path)
    asked = ("run", "--demo", "--history", str(tmp_path / "h.db"), "--repeat", "9", "hi")
    with opened(environment, *asked, before=PATIENT) as terminal:
        terminal.wait_until(shows("0 failed"))
        assert terminal.hang_up() == 129

    assert not (tmp_path / ".local" / "state").exists(), "that was no crash"


def test_a_terminal_that_nobody_reads_holds_it_up_for_a_moment_only(tmp_path: Path) -> None:
    environment = new_user(tmp_path)
    with opened(environment, "--demo", "busy", before=FLOOD) as terminal:
        full = tmp_path / "full"
        end = time.monotonic() + PATIENCE
        while not full.exists():
            assert terminal.child.isalive()
            assert time.monotonic() < end
            time.sleep(0.01)
        terminal.child.kill(signal.SIGTERM)
        _, status = os.waitpid(terminal.child.pid, 0)
        terminal.child.ptyproc.terminated = terminal.child.terminated = True

    assert os.waitstatus_to_exitcode(status) == 143
    assert len(listed(environment)) == 1


def keep_busy(terminal: Terminal, home: Path) -> None:
    """Have the command's loop do nothing else any more, in the middle of a round."""
    terminal.wait_until(STREAMING)
    terminal.type("\x1bOP")  # F1
    terminal.wait_for((home / "busy").exists)


@pytest.mark.parametrize(("kind", "name"), zip(KINDS_OF_BUSY, ENDING, strict=True))
def test_a_signal_ends_it_however_busy_its_loop_is(tmp_path: Path, kind: str, name: str) -> None:
    number, environment = getattr(signal, name), new_user(tmp_path)
    with opened(environment, "--demo", "long story", before=BUSY.format(KINDS_OF_BUSY[kind])) as terminal:
        keep_busy(terminal, tmp_path)
        terminal.child.kill(number)

        assert terminal.wait_for_end() == 128 + number
        assert terminal.was_given_back
        assert terminal.said == ""
    assert states(environment) == [("stopped", "stopped")]


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    environment = new_user(tmp_path)
    busy = "import diptych.cli.watchdog as watchdog\nwatchdog.GRACE = 600\n" + BUSY.format(
        KINDS_OF_BUSY["a regular expression"]
    )
    with opened(environment, "--demo", "long story", before=busy) as terminal:
        keep_busy(terminal, tmp_path)
        terminal.child.kill(signal.SIGTERM)
        terminal.child.kill(signal.SIGINT)

        assert terminal.wait_for_end() in (143, 130)
        assert terminal.was_given_back
    assert len(listed(environment)) == 1


def test_a_closed_terminal_ends_it_however_busy_its_loop_is(tmp_path: Path) -> None:
    environment = new_user(tmp_path)
    untold = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])"
    busy = BUSY.format(KINDS_OF_BUSY["Python"])
    with opened(environment, "--demo", "long story", before=untold + busy) as terminal:
        keep_busy(terminal, tmp_path)
        assert terminal.hang_up() == 129

    assert states(environment) == [("stopped", "stopped")]


def test_run_ends_although_nobody_reads_what_it_prints(server: LoopbackServer, tmp_path: Path) -> None:
    server.plan(Answer(messages(*["Help! " * 20] * 1_000)[:-3], end="hang"))
    environment = pointed_at(server) | new_user(tmp_path)
    command = (sys.executable, "-c", f"{LONG_STEPS}\nfrom diptych.__main__ import main\nmain()")
    arguments = ("run", "--events", "--side", "left", "hi")
    with started(*arguments, environment=environment, command=command) as process:
        assert process.stdout is not None
        while waiting(process.stdout) < MOST_OF_A_PIPE:
            assert process.poll() is None
            time.sleep(0.02)
        process.terminate()

        assert process.wait(PATIENCE) == 143
    assert states(environment) == [("stopped",)]


def test_run_ends_although_a_library_still_waits_in_a_thread(server: LoopbackServer, tmp_path: Path) -> None:
    environment = pointed_at(server) | new_user(tmp_path)
    command = (sys.executable, "-c", f"{LIBRARY}\nfrom diptych.__main__ import main\nmain()")
    with started("run", "--side", "left", "hi", environment=environment, command=command) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"waiting\n"
        process.terminate()

        assert process.wait(PATIENCE) == 143


def test_run_under_nohup_and_in_the_background_ends_when_it_is_told_to(server: LoopbackServer, tmp_path: Path) -> None:
    server.plan(Answer([*messages("Hel", "p!")[:4], Gate("more"), *messages("Hel", "p!")[4:-3]], end="hang"))
    environment = pointed_at(server) | new_user(tmp_path)
    ignoring = ("/bin/sh", "-c", 'trap \'\' HUP INT QUIT; exec "$0" "$@"', *PATIENT_COMMAND)
    with started("run", "--events", "--side", "left", "hi", environment=environment, command=ignoring) as process:
        assert process.stdout is not None
        while b"Hel" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGHUP)
        server.open("more")
        assert any(b"p!" in line for line in iter(process.stdout.readline, b""))
        process.terminate()
        rest = [json.loads(line) for line in process.stdout]

        assert process.wait(PATIENCE) == 143
    assert (rest[-1]["run"]["state"], rest[-1]["run"]["text"]) == ("stopped", "Help!")


def test_run_is_hung_up_and_prints_and_keeps_what_arrived(server: LoopbackServer, tmp_path: Path) -> None:
    server.plan(Answer(messages("Hel", "p!")[:-3], end="hang"))
    environment = pointed_at(server) | new_user(tmp_path)
    arguments = ("run", "--events", "--side", "left", "hi")
    with started(*arguments, environment=environment, command=PATIENT_COMMAND) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert any(b"p!" in line for line in iter(process.stdout.readline, b""))
        process.send_signal(signal.SIGHUP)
        rest = [json.loads(line) for line in process.stdout]

        assert (process.wait(), process.stderr.read()) == (129, b"")
    assert (rest[-1]["run"]["state"], rest[-1]["run"]["text"]) == ("stopped", "Help!")
    assert states(environment) == [("stopped",)]
