"""The terminal of a full screen: given back however the program stops, and gone at any moment."""

import os
import select
import signal
import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

from diptych.tui.terminal.keyboard import KeyboardDriver

if TYPE_CHECKING:
    from collections.abc import Callable

_GLANCE = 500
"""Milliseconds between two looks whether the terminal need still be watched."""

_MOMENT = 1000
"""Milliseconds in which a terminal that is read takes something, be it at the other end of a slow line."""

_HUNG_UP = 128 + signal.SIGHUP
"""The exit code when the terminal is gone."""


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
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(data)

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._keep_others_out()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._open = object()
        Thread(target=self._watch, args=(self._open,), name="terminal", daemon=True).start()

    def stop_application_mode(self) -> None:
        """Give the terminal back, once all of this is written: see `close`."""
        self._open = None
        super().stop_application_mode()

    def close(self) -> None:
        """Write what is left to be written."""
        super().close()
        self._let_others_in()

    def _get_terminal_size(self) -> tuple[int, int]:
        try:
            columns, lines = os.get_terminal_size(self.fileno)
        except OSError:
            return super()._get_terminal_size()
        return columns or 80, lines or 25

    # Stopped and continued

    def _sigtstp_application(self, *_: object) -> None:
        if not self._soon(self._sleep):
            os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_: object) -> None:
        self._soon(self._take_again)

    def _sleep(self) -> None:
        """Give the terminal back, stop, and take it again when continued."""
        if self._open:
            self.suspend_application_mode()
            os.kill(os.getpid(), signal.SIGSTOP)
            self._resume()

    def _take_again(self) -> None:
        """Take the terminal as if for the first time, after somebody else had it while this process was stopped."""
        if self._open:
            self.suspend_application_mode()
            self._resume()

    def _resume(self) -> None:
        self.resume_application_mode()
        self._app.refresh(layout=True)

    def _soon(self, act: "Callable[[], None]") -> bool:
        """Call that between two turns of the loop; whether there is anything to call it for."""
        if not self._open or self._loop.is_closed():
            return False
        self._loop.call_soon_threadsafe(act)
        return True

    # Gone

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except OSError:
            self._gone()
        except Exception as error:  # noqa: BLE001 - whatever it is, the app tells it
            self._app.call_later(self._app._handle_exception, error)

    def _watch(self, opened: object) -> None:
        """Wait until the terminal is gone, or given back."""
        gone = select.poll()
        gone.register(self.fileno, 0)
        while self._open is opened:
            for _, event in gone.poll(_GLANCE):
                if event & (select.POLLHUP | select.POLLERR):
                    self._gone()
                return

    def hurry(self) -> None:
        """The app is told to leave: wait no longer for somebody who reads; safe in a signal handler."""
        if isinstance(self._file, _Output):
            self._file.is_hurried = True

    def _gone(self) -> None:
        self.exit_event.set()  # else the thread that reads would find nothing, over and over
        self._app.leave(_HUNG_UP)  # type: ignore[attr-defined]  # of `BaseApp`

    # Others

    def _keep_others_out(self) -> None:
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream:
                stream.flush()
        for descriptor in (1, 2):
            with suppress(OSError):  # it is closed
                self._own[descriptor] = os.dup(descriptor)
        self._file = _Output(self._own[2])  # type: ignore[assignment]  # has all that is called
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for descriptor in self._own:
            os.dup2(nowhere, descriptor)
        os.close(nowhere)

    def _let_others_in(self) -> None:
        if isinstance(self._file, _Output):
            self._file.close()
            self._file = sys.__stderr__  # as Textual has it
        while self._own:
            descriptor, own = self._own.popitem()
            os.dup2(own, descriptor)
            os.close(own)


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

    def write(self, text: str) -> None:
        """Write to the terminal, at once."""
        data = memoryview(text.encode(self._encoding, "replace"))
        with suppress(OSError):
            while data:
                try:
                    data = data[os.write(self._descriptor, data) :]
                except BlockingIOError:
                    if not self._room.poll(self._patience) and self.is_hurried:
                        self._patience = 0
                        return

    def flush(self) -> None:
        """Nothing is held back."""

    def fileno(self) -> int:
        """The descriptor of the terminal."""
        return self._descriptor

    def close(self) -> None:
        """Let go of the terminal."""
        if not self._is_shared:
            os.close(self._descriptor)
