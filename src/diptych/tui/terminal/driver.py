"""The terminal of a full screen: given back however the program stops, and gone at any moment."""

import os
import select
import signal
import sys
import termios
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, cast

from diptych.tui.terminal.keyboard import KeyboardDriver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from diptych.tui.app import DiptychApp

_GLANCE = 500
"""Milliseconds between two looks whether the terminal need still be watched."""

_MOMENT = 1000
"""Milliseconds in which a terminal that is read takes something, be it at the other end of a slow line."""

_SHORTLY = 0.2
"""Seconds in which a terminal that is given back at once takes what is left to be written."""

_RESET = (
    "\x18"  # ends a sequence that was cut short
    "\x1b[?2026l"  # what is painted shows at once
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # the mouse
    "\x1b[?2004l\x1b[?2048l\x1b[?1004l"  # reports of pastes, of sizes, of the focus
    "\x1b[?7h"  # lines wrap
    "\x1b[<u"  # keys as they were, which belongs to the alternate screen
    "\x1b[?1049l\x1b[?25h\x1b[m"  # the screen, the cursor, the colours
)
"""Takes back everything that Textual's driver switches on."""


class Terminal(KeyboardDriver):
    """Textual's driver, which leaves some things to chance.

    A signal stops and continues the program between two turns of its loop, never in the middle of a write. What others
    write to standard output and standard error, such as a browser that was started, does not reach the picture. When
    the terminal is gone, the app is told by its `leave`, and nothing fails or spins until it has left.
    """

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._open: object | None = None
        """A new object whenever the terminal is taken; None while it is given back."""
        self._own: dict[int, int] = {}
        """Copies of standard output and standard error as they were, by descriptor, while these lead nowhere."""

    def write(self, data: str) -> None:
        """Write to the terminal, if it is open."""
        if self.can_write:
            super().write(data)

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._keep_others_out()
        self._open = object()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        Thread(target=self._watch, args=(self._open,), name="terminal", daemon=True).start()

    def stop_application_mode(self) -> None:
        """Give the terminal back, once all of this is written: see `close`."""
        if self._open:
            self._open = None
            with _from_the_background():
                super().stop_application_mode()

    def disable_input(self) -> None:
        """Read no more of what is typed."""
        with _from_the_background():
            super().disable_input()

    def close(self) -> None:
        """Write what is left to be written."""
        super().close()
        self._let_others_in()

    def give_back_at_once(self) -> None:
        """Give the terminal back from another thread, whatever the app is doing. Nothing is painted any more."""
        if not isinstance(self.output, _Output):
            return
        self._open = None
        self.exit_event.set()
        self.output.end(_RESET)
        if self.attrs_before is not None:
            with _from_the_background(), suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)

    def terminal_size(self) -> tuple[int, int] | None:
        """Return the size of the terminal itself: the environment's variables may tell that of another one."""
        for each in (self.output, sys.__stdin__):
            with suppress(OSError, ValueError):  # it is not a terminal, or closed
                columns, lines = os.get_terminal_size(each.fileno() if each else -1)
                return columns or 80, lines or 25
        return None

    # Stopped and continued

    def suspended(self) -> None:
        """Stop the process between two turns of the loop, or at once where no app runs."""
        if not self._soon(self._sleep):
            os.kill(os.getpid(), signal.SIGSTOP)

    def continued(self) -> None:
        """Take the terminal again between two turns of the loop."""
        self._soon(self._take_again)

    def _sleep(self) -> None:
        """Give the terminal back, stop, and take it again when continued."""
        if self._open:
            self.suspend_application_mode()
            os.kill(os.getpid(), signal.SIGSTOP)
            # A shell that kills a stopped job continues it as well; by then the app is told to leave.
            self.loop.call_later(_SHORTLY / 10, self._wake)

    def _wake(self) -> None:
        if not self._is_leaving:
            self._resume()

    def _take_again(self) -> None:
        """Take the terminal as if for the first time, after somebody else had it while this process was stopped."""
        if self._open and not self._is_leaving:
            self.suspend_application_mode()
            self._resume()

    def _resume(self) -> None:
        self.resume_application_mode()
        self.app.refresh(layout=True)

    def _soon(self, act: "Callable[[], None]") -> bool:
        """Call that between two turns of the loop; whether there is anything to call it for."""
        if not self._open or self.loop.is_closed():
            return False
        self.loop.call_soon_threadsafe(act)
        return True

    # Gone

    def read_input(self) -> None:
        """Read from the terminal until the app ends or the terminal is gone."""
        try:
            self.run_input_thread()
            if not self.exit_event.is_set():  # a terminal whose input has ended
                self._gone()
        except OSError:
            self._gone()
        except Exception as error:  # noqa: BLE001 - the app reports it, whatever it is
            self._diptych.call_later(self._diptych.break_down, error)

    def _watch(self, opened: object) -> None:
        """Wait until the terminal is gone, or given back."""
        gone = select.poll()
        gone.register(self.fileno, 0)
        while self._open is opened:
            for _, event in gone.poll(_GLANCE):
                if event & (select.POLLHUP | select.POLLERR):
                    self._gone()
                return

    @property
    def _diptych(self) -> "DiptychApp":
        return cast("DiptychApp", self.app)

    @property
    def _is_leaving(self) -> bool:
        """Whether the app is told to leave."""
        return bool(self._diptych.leaving)

    def hurry(self) -> None:
        """The app is told to leave: wait no longer for somebody who reads; safe in a signal handler."""
        if isinstance(self.output, _Output):
            self.output.is_hurried = True

    def _gone(self) -> None:
        self.exit_event.set()  # else the thread that reads would find nothing, over and over
        self._diptych.hang_up()

    # Others

    def _keep_others_out(self) -> None:
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream:
                stream.flush()
        for descriptor in (1, 2):
            with suppress(OSError):  # it is closed
                self._own[descriptor] = os.dup(descriptor)
        self.output = _Output(self._own[2])  # type: ignore[assignment]  # has all that is called
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for descriptor in self._own:
            os.dup2(nowhere, descriptor)
        os.close(nowhere)

    def _let_others_in(self) -> None:
        if isinstance(self.output, _Output):
            self.output.close()
            self.output = sys.__stderr__  # as Textual has it
        while self._own:
            descriptor, own = self._own.popitem()
            os.dup2(own, descriptor)
            os.close(own)


@contextmanager
def _from_the_background() -> "Iterator[None]":
    """Let a job in the background change a terminal's modes, for which the kernel would stop it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Output:
    """A terminal to write to that takes everything, also when it is gone or nobody reads any more."""

    def __init__(self, descriptor: int) -> None:
        self.is_hurried = False
        """Whether to give up on a terminal that takes nothing for a moment."""
        self._patience = _MOMENT
        self._encoding = (sys.__stderr__ and sys.__stderr__.encoding) or "utf-8"
        self._descriptor = descriptor
        # Opened anew, since others share the descriptor and would be surprised that writing to it waits for nobody.
        with suppress(OSError):
            self._descriptor = os.open(os.ttyname(descriptor), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        self._is_shared = self._descriptor == descriptor
        self._room = select.poll()
        self._room.register(self._descriptor, select.POLLOUT)
        self._is_ended = False
        self._lock = Lock()  # held while something is written, not while it waits

    def write(self, text: str) -> None:
        """Write to the terminal, at once."""
        data = memoryview(text.encode(self._encoding, "replace"))
        with suppress(OSError):
            while data:
                try:
                    with self._lock:
                        if self._is_ended:
                            return
                        data = data[os.write(self._descriptor, data) :]
                except BlockingIOError:
                    if not self._room.poll(self._patience) and self.is_hurried:
                        self._patience = 0
                        return

    def end(self, text: str) -> None:
        """Write this as the last text of all, from any thread, ahead of what is waiting to be written."""
        self._is_ended = True
        is_free = self._lock.acquire(timeout=_SHORTLY)
        with suppress(OSError, ValueError, termios.error):  # it is gone, or closed
            if not self._room.poll(_SHORTLY * 1000):
                termios.tcflush(self._descriptor, termios.TCOFLUSH)  # nobody reads: this goes first when somebody does
            os.write(self._descriptor, text.encode())
        if is_free:
            self._lock.release()

    def flush(self) -> None:
        """Nothing is held back."""

    def fileno(self) -> int:
        """The descriptor of the terminal."""
        return self._descriptor

    def close(self) -> None:
        """Let go of the terminal."""
        with self._lock:  # what is written later must not go into a file that has this number by then
            descriptor, self._descriptor = self._descriptor, -1
            self._room.unregister(descriptor)
            if not self._is_shared:
                os.close(descriptor)
