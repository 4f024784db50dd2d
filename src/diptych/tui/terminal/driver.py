"""The terminal of the app: it is restored however the program ends, and may disappear at any moment."""

import os
import select
import signal
import sys
import termios
from contextlib import contextmanager, suppress
from functools import partial
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, cast

from diptych.tui.terminal.keyboard import KeyboardDriver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from diptych.tui.app import DiptychApp

_CHECK_INTERVAL = 500
"""Milliseconds between two checks whether the terminal must still be watched."""

_MOMENT = 1000
"""Milliseconds in which a terminal that is being read accepts some output, even over a slow connection."""

_SHORTLY = 0.2
"""Seconds in which a terminal that is restored at once accepts the remaining output."""

_RESET = (
    "\x18"  # ends a sequence that was cut short
    "\x1b[?2026l"  # what is painted shows at once
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # the mouse
    "\x1b[?2004l\x1b[?2048l\x1b[?1004l"  # reports of pastes, of sizes, of the focus
    "\x1b[?7h"  # lines wrap
    "\x1b[<u"  # keys as they were, which belongs to the alternate screen
    "\x1b[?1049l\x1b[?25h\x1b[m"  # the screen, the cursor, the colours
)
"""Switches off everything that Textual's driver switches on."""


class Terminal(KeyboardDriver):
    """Textual's driver, made safe against signals, other writers and a terminal that disappears.

    Signals stop and continue the program between two turns of its loop, never in the middle of a write. What others
    write to standard output and standard error, such as a browser that was started, does not reach the screen. When
    the terminal is gone, the app is told with `hang_up`, and nothing fails or spins until it has ended.
    """

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._open: object | None = None
        """A new object each time the terminal is taken; None while it is not ours."""
        self._originals: dict[int, int] = {}
        """Copies of the original standard output and standard error, by descriptor, while these lead nowhere."""

    @property
    def is_waiting(self) -> bool:
        """Whether the terminal must read before it accepts the rest of what was written last."""
        return isinstance(self.output, Output) and self.output.is_waiting

    def write(self, data: str) -> None:
        """Write to the terminal, if it is open."""
        if self.can_write:
            super().write(data)

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._redirect_standard_streams()
        self._open = object()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        Thread(target=self._watch, args=(self._open,), name="terminal", daemon=True).start()

    def stop_application_mode(self) -> None:
        """Restore the terminal; `close` waits until that is written."""
        if self._open:
            self._open = None
            with allowed_in_background():
                super().stop_application_mode()

    def disable_input(self) -> None:
        """Stop reading what is typed."""
        with allowed_in_background():
            super().disable_input()

    def close(self) -> None:
        """Write the remaining output."""
        super().close()
        self._restore_standard_streams()

    def give_back_at_once(self) -> None:
        """Restore the terminal from another thread, whatever the app is doing. Nothing is painted afterwards."""
        if not isinstance(self.output, Output):
            return
        self._open = None
        self.exit_event.set()
        self.output.end(_RESET)
        if self.attrs_before is not None:
            with allowed_in_background(), suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)

    def terminal_size(self) -> tuple[int, int] | None:
        """Return the size of the terminal itself: the environment's variables may tell that of another one."""
        for each in (self.output, sys.__stdin__):
            with suppress(OSError, ValueError):  # it is not a terminal, or closed
                columns, lines = os.get_terminal_size(each.fileno() if each else -1)
                return columns or 80, lines or 25
        return None

    # The process is stopped and continued

    def suspend_job(self) -> bool:
        """Stop the job that the app belongs to, such as `uv run diptych`, as a terminal does on Ctrl+Z.

        Return False if no shell could continue it, so that nothing was stopped: the program that opened the terminal
        runs the app itself, as in `ssh -t HOST diptych`.
        """
        if os.getpgrp() == os.getsid(0):
            return False
        self._stop_process(_stop_job)
        return True

    def suspended(self) -> None:
        """Stop the process between two turns of the loop, or at once where no app runs."""
        if not self._call_on_loop(partial(self._stop_process, _stop_this)):
            _stop_this()

    def continued(self) -> None:
        """Take the terminal again between two turns of the loop."""
        self._call_on_loop(self._take_terminal_again)

    def _stop_process(self, stop: "Callable[[], None]") -> None:
        """Restore the terminal, stop, and take the terminal again when the process continues."""
        if self._open:
            self.suspend_application_mode()
            stop()
            # A shell that kills a stopped job also continues it. The delay lets the app learn first that it must end.
            self.loop.call_later(_SHORTLY / 10, self._wake)

    def _wake(self) -> None:
        if not self._is_leaving:
            self._resume()

    def _take_terminal_again(self) -> None:
        """Take the terminal as if for the first time, as another program may have changed it."""
        if self._open and not self._is_leaving:
            self.suspend_application_mode()
            self._resume()

    def _resume(self) -> None:
        self.resume_application_mode()
        self.app.refresh(layout=True)

    def _call_on_loop(self, act: "Callable[[], None]") -> bool:
        """Call that between two turns of the loop; returns False if the app does not run."""
        if not self._open or self.loop.is_closed():
            return False
        self.loop.call_soon_threadsafe(act)
        return True

    # The terminal disappears

    def read_input(self) -> None:
        """Read from the terminal until the app ends or the terminal is gone."""
        try:
            self.run_input_thread()
            if not self.exit_event.is_set():  # the terminal's input has ended
                self._report_gone()
        except OSError:
            self._report_gone()
        except Exception as error:  # noqa: BLE001 - the app reports it, whatever it is
            self._diptych.call_later(self._diptych.break_down, error)

    def _watch(self, opened: object) -> None:
        """Wait until the terminal is gone or restored."""
        gone = select.poll()
        gone.register(self.fileno, 0)
        while self._open is opened:
            for _, event in gone.poll(_CHECK_INTERVAL):
                if event & (select.POLLHUP | select.POLLERR):
                    self._report_gone()
                return

    @property
    def _diptych(self) -> "DiptychApp":
        return cast("DiptychApp", self.app)

    @property
    def _is_leaving(self) -> bool:
        """Whether the app was told to end."""
        return bool(self._diptych.leaving)

    def hurry(self) -> None:
        """Stop waiting for a terminal that nobody reads, as the app must end; safe in a signal handler."""
        if isinstance(self.output, Output):
            self.output.is_hurried = True

    def _report_gone(self) -> None:
        self.exit_event.set()  # otherwise the thread that reads would spin
        self._diptych.hang_up()

    # Other programs that write to the terminal

    def _redirect_standard_streams(self) -> None:
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream:
                stream.flush()
        for descriptor in (1, 2):
            with suppress(OSError):  # it is closed
                self._originals[descriptor] = os.dup(descriptor)
        self.output = Output(self._originals[2])  # type: ignore[assignment]  # has all that is called
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for descriptor in self._originals:
            os.dup2(nowhere, descriptor)
        os.close(nowhere)

    def _restore_standard_streams(self) -> None:
        if isinstance(self.output, Output):
            self.output.close()
            self.output = sys.__stderr__  # as Textual has it
        while self._originals:
            descriptor, own = self._originals.popitem()
            os.dup2(own, descriptor)
            os.close(own)


@contextmanager
def allowed_in_background() -> "Iterator[None]":
    """Allow a background job to change the terminal's modes; the kernel would stop it otherwise."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Output:
    """A terminal for output that never raises, even when it is gone or nobody reads it."""

    def __init__(self, descriptor: int) -> None:
        self.is_hurried = False
        """Whether to give up on a terminal that accepts nothing for a moment."""
        self.is_waiting = False
        """Whether the terminal must read before it accepts the rest of a write."""
        self._patience = _MOMENT
        self._encoding = (sys.__stderr__ and sys.__stderr__.encoding) or "utf-8"
        self._descriptor = descriptor
        # Opened again, because other programs share the descriptor and do not expect it to be non-blocking.
        with suppress(OSError):
            self._descriptor = os.open(os.ttyname(descriptor), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        self._is_shared = self._descriptor == descriptor
        self._room = self._poll()
        self._is_ended = False
        self._lock = Lock()  # held while something is written, not while waiting

    def write(self, text: str) -> None:
        """Write to the terminal."""
        data = memoryview(text.encode(self._encoding, "replace"))
        with suppress(OSError):
            while data:
                try:
                    with self._lock:
                        if self._is_ended:
                            return
                        data = data[os.write(self._descriptor, data) :]
                except BlockingIOError:
                    self.is_waiting = True
                    if not self._room.poll(self._patience) and self.is_hurried:
                        self._patience = 0
                        return
        self.is_waiting = False

    def end(self, text: str) -> None:
        """Write this as the very last text, from any thread, in front of what is waiting to be written."""
        self._is_ended = True
        is_free = self._lock.acquire(timeout=_SHORTLY)
        data = text.encode()
        with suppress(OSError, ValueError, termios.error):  # it is gone, or closed
            room = self._poll()  # another one than that with which the thread that writes may be waiting
            if not room.poll(_SHORTLY * 1000):
                termios.tcflush(self._descriptor, termios.TCOFLUSH)  # nobody reads: drop the rest
            while data := data[os.write(self._descriptor, data) :]:
                room.poll(_SHORTLY * 1000)
        if is_free:
            self._lock.release()

    def _poll(self) -> select.poll:
        """Return what waits until the terminal has room for more."""
        room = select.poll()
        room.register(self._descriptor, select.POLLOUT)
        return room

    def flush(self) -> None:
        """Do nothing, as no output is buffered."""

    def fileno(self) -> int:
        """Return the descriptor of the terminal."""
        return self._descriptor

    def close(self) -> None:
        """Close the terminal."""
        with self._lock:  # later output must not go into another file with this number
            descriptor, self._descriptor = self._descriptor, -1
            self._room.unregister(descriptor)
            if not self._is_shared:
                os.close(descriptor)


def _stop_this() -> None:
    """Stop this process."""
    os.kill(os.getpid(), signal.SIGSTOP)


def _stop_job() -> None:
    """Stop all processes of this one's job."""
    handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    os.killpg(os.getpgrp(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, handler)
