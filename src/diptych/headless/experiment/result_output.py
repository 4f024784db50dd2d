"""Standard output, where the results of an experiment go: somebody may stop reading it at any time."""

import errno
import os
from collections.abc import Iterable
from typing import IO

_NOBODY_READS = (errno.EPIPE, errno.EIO)
"""Errors of writing to a pipe that nobody reads from any more, or to a terminal that is gone."""


class ResultOutput:
    """Prints whole lines. `is_left` says whether nobody reads them any more; then nothing is printed."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self.is_left = False

    def write(self, lines: Iterable[str]) -> None:
        """Print these lines. Raises `OSError` if a disk is full, for example."""
        if self.is_left:
            return
        try:
            self._out.write("".join(f"{line}\n" for line in lines))
            self._out.flush()
        except OSError as error:
            if error.errno not in _NOBODY_READS:
                raise
            self.is_left = True
            # It is closed for good, so that nothing is flushed to it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())
