"""Asks the process that searches patterns and validates JSON, and ends it when it takes too long.

Python's regular expressions stop every thread while they search, and a pattern may take for ever. In another process,
they can stop nothing here. The process stays for the next question, since starting it costs more than most checks.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from threading import Event, Lock, Timer
from typing import IO, Any

TIME_LIMIT = 5.0
"""Seconds that a check may take."""

_START_LIMIT = 30.0
"""Seconds that the process may take to start, on a machine that is busy."""

_CHECKER = (sys.executable, "-P", "-c", "from diptych.engine.checks.text_checker import main; main()")
"""With `-P`, modules in the present folder cannot take the place of others."""


class CheckFailedError(Exception):
    """A check could not be carried out; the message says why, in words that follow "it "."""


class CheckingProcess:
    """The process, which is started when it is first asked. Any number of threads may ask, one after another."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self.is_closed = False

    def problem(self, question: Mapping[str, Any]) -> str:
        """Return what the process says is wrong, "" if nothing is; see `text_checker.answer`.

        Blocks until then. Raises `CheckFailedError` if it takes too long, or the process cannot be asked.
        """
        line = json.dumps(question).encode() + b"\n"
        with self._lock:
            if self.is_closed:
                raise CheckFailedError("was not checked: Diptych is ending")
            try:
                return self._ask(line)
            except (OSError, ValueError, KeyError):
                self._end()
                raise CheckFailedError("could not be checked: the process that checks it failed") from None

    def close(self) -> None:
        """End the process. A question that is being answered fails, and so does every later one."""
        self.is_closed = True
        process = self._process
        if process:
            process.kill()
        with self._lock:
            self._end()

    def _ask(self, line: bytes) -> str:
        process, questions, answers = self._running()
        answer, is_late = _answer(process, questions, answers, line, TIME_LIMIT)
        if answer and not is_late:
            return str(json.loads(answer)["problem"])
        self._end()
        if is_late:
            raise CheckFailedError(f"could not be checked: that takes longer than {TIME_LIMIT:g} s")
        raise CheckFailedError("could not be checked: the process that checks it ended")

    def _running(self) -> tuple["subprocess.Popen[bytes]", IO[bytes], IO[bytes]]:
        """Return the process with its input and output, started anew if it has ended."""
        started = self._process is not None and self._process.poll() is None
        if not started:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603 - no shell, and nothing foreign in the command
                _CHECKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        process = self._process
        assert process  # noqa: S101 - for mypy, as are the next ones: both are pipes
        assert process.stdin  # noqa: S101
        assert process.stdout  # noqa: S101
        if not started:
            _answer(process, process.stdin, process.stdout, b"", _START_LIMIT)
        return process, process.stdin, process.stdout

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()


def _answer(
    process: "subprocess.Popen[bytes]", questions: IO[bytes], answers: IO[bytes], line: bytes, time_limit: float
) -> tuple[bytes, bool]:
    """Return the line with which a process answers, and whether it was ended because that took too long."""
    is_late = Event()

    def end() -> None:
        is_late.set()
        process.kill()

    timer = Timer(time_limit, end)
    timer.daemon = True
    timer.start()
    try:
        questions.write(line)
        questions.flush()
        answer = answers.readline()
    finally:
        timer.cancel()
        timer.join()  # so that it ends no process that answers a later question
    return answer, is_late.is_set()
