"""The installed command in a pseudo-terminal that signals reach: it leaves, and gives the terminal back."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no signals that one process sends another", allow_module_level=True)

import os
import termios

from tests.support.answers import Answer
from tests.support.command import COMMAND, pointed_at, started
from tests.support.loopback import LoopbackServer
from tests.support.streams import messages
from tests.support.terminal import Terminal, new_user, opened, shows

ENDING = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"]

STREAMING = shows("content_block_delta")

FLOOD = """
import pathlib, queue
from textual.drivers import _writer_thread
class Queue(queue.Queue):
    def put(self, *rest):
        if self.full():
            pathlib.Path.home().joinpath("full").touch()
        super().put(*rest)
_writer_thread.Queue = Queue
from diptych.tui.screens.compare import CompareScreen
def tick(self):
    self.app.refresh(layout=True)
    real(self)
real, CompareScreen._tick = CompareScreen._tick, tick
"""
"""Paints everything at every tick, and tells when no more fits in."""

AT_IMPORT = """
import os, signal, sys
class Signals:
    def find_spec(self, name, *rest):
        if name == "{}":
            os.kill(os.getpid(), signal.SIGTERM)
sys.meta_path.insert(0, Signals())
"""


def listed(environment: dict[str, str]) -> list[dict[str, Any]]:
    """The rounds that the history lists now."""
    done = subprocess.run([COMMAND, "history", "--json"], env=environment, capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def is_stopped(terminal: Terminal) -> bool:
    """Whether the command sleeps until it is continued."""
    status = subprocess.run(["/bin/ps", "-o", "stat=", "-p", str(terminal.child.pid)], capture_output=True, check=True)
    return status.stdout.strip().startswith(b"T")


@pytest.mark.parametrize("name", ENDING)
def test_a_signal_while_it_streams_leaves_everything_in_order(tmp_path: Path, name: str) -> None:
    number, environment = getattr(signal, name), new_user(tmp_path)
    with opened(environment, "--demo", "long story") as terminal:
        terminal.wait_until(STREAMING)
        terminal.child.kill(number)
        terminal.wait_for(lambda: terminal.is_given_back)
        assert terminal.wait_for_end() == 128 + number
        assert terminal.said == ""

    (round_,) = listed(environment)
    assert (round_["left"]["state"], round_["right"]["state"]) == ("stopped", "stopped")


@pytest.mark.parametrize("name", ENDING)
def test_signals_in_quick_succession_are_one(tmp_path: Path, name: str) -> None:
    number, environment = getattr(signal, name), new_user(tmp_path)
    with opened(environment, "--demo", "long story") as terminal:
        terminal.wait_until(STREAMING)
        for each in (number, signal.SIGTERM, number):
            terminal.child.kill(each)
        terminal.wait_for(lambda: terminal.is_given_back)
        assert terminal.wait_for_end() in (128 + number, 128 + signal.SIGTERM)
        assert terminal.said == ""

    assert len(listed(environment)) == 1


@pytest.mark.parametrize("keys", ["\x1bOQ", "\x10", "\x1bOS"])  # F2, ctrl+p, F4
def test_a_signal_in_a_dialog(tmp_path: Path, keys: str) -> None:
    with opened(new_user(tmp_path), "demo") as terminal:
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
    subprocess.run([COMMAND, "run", "--demo", "tool"], env=environment, capture_output=True, check=True)
    with opened(environment, *arguments) as terminal:
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

        terminal.type("\x11")  # ctrl+q
        terminal.wait_for(lambda: terminal.is_given_back)
        assert terminal.wait_for_end() == 0


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
    with opened(environment, "--demo", "long story", before=before) as terminal:
        terminal.wait_until(STREAMING)
        assert terminal.hang_up() == 129

    (round_,) = listed(environment)
    assert (round_["left"]["state"], round_["right"]["state"]) == ("stopped", "stopped")
    assert not (tmp_path / ".local" / "state").exists(), "that was no crash"


def test_a_terminal_that_nobody_reads_holds_it_up_for_a_moment_only(tmp_path: Path) -> None:
    environment = new_user(tmp_path)
    with opened(environment, "--demo", "busy", before=FLOOD) as terminal:
        full = tmp_path / "full"
        while not full.exists():
            assert terminal.child.isalive()
        terminal.child.kill(signal.SIGTERM)
        _, status = os.waitpid(terminal.child.pid, 0)
        terminal.child.ptyproc.terminated = terminal.child.terminated = True

    assert os.waitstatus_to_exitcode(status) == 143
    assert len(listed(environment)) == 1


def test_run_is_hung_up_and_prints_and_keeps_what_arrived(server: LoopbackServer, tmp_path: Path) -> None:
    server.plan(Answer(messages("Hel", "p!")[:-3], end="hang"))
    environment = pointed_at(server) | new_user(tmp_path) | {"DIPTYCH_HISTORY": str(tmp_path / "h.db")}
    with started("run", "--events", "--side", "left", "hi", environment=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while b"p!" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGHUP)
        rest = [json.loads(line) for line in process.stdout]

        assert (process.wait(), process.stderr.read()) == (129, b"")
    assert (rest[-1]["run"]["state"], rest[-1]["run"]["text"]) == ("stopped", "Help!")
    (round_,) = listed(environment)
    assert round_["left"]["state"] == "stopped"
