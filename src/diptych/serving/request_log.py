"""Writes a line for every request in a thread, so that a terminal that is stuck cannot delay an answer."""

import queue
import threading
import time
from collections.abc import Callable
from typing import assert_never

from diptych.core.wording.counted import counted
from diptych.serving.answer_sender import AnswerSender, SendingEnd
from diptych.serving.request_router import Reply

_MOST_WAITING = 10_000
"""Lines that may wait to be written."""

_PATIENCE = 1.0
"""Seconds that the last lines may take to be written."""

_NOTABLE = 0.01
"""Seconds by which a piece must be late for the line to say so."""


class RequestLog:
    """Writes lines with `write`, in the background. Lines beyond the most that may wait are lost."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._lines: queue.Queue[str | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="request log", daemon=True)
        self._thread.start()

    def add(self, line: str) -> None:
        """Write a line soon."""
        if not self._lines.full():
            self._lines.put_nowait(line)

    def close(self) -> None:
        """Write what is left, unless that takes too long."""
        if not self._lines.full():
            self._lines.put_nowait(None)
            self._thread.join(_PATIENCE)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            self._write(line)


def request_line(reply: Reply, sender: AnswerSender, end: SendingEnd, seconds: float) -> str:
    """Return the line about a request: when it ended, what it asked, what it got, and how that ended."""
    words = [time.strftime("%H:%M:%S"), f"{reply.asked}: {reply.what}"]
    if reply.recorded is not None:
        words[1] += f", {_ending(reply, sender, end)} after {seconds:.2f} s"
        if sender.latest >= _NOTABLE:
            words[1] += f", up to {1000 * sender.latest:.0f} ms late"
    return " ".join(words)


def _ending(reply: Reply, sender: AnswerSender, end: SendingEnd) -> str:
    match end:
        case "whole":
            return "sent whole"
        case "lost":
            return "connection closed as recorded"
        case "unknown":
            return "connection closed where the recording ends"
        case "left" if sender.sent == sender.count and reply.answer.ending == "silent":
            return "kept open in silence until the client left"
        case "left":
            return f"the client left after {sender.sent:,} of {counted(sender.count, 'piece')}"
        case _:
            assert_never(end)
