"""Standard output that nobody reads any more: a closed pipe, or a terminal that is gone."""

import errno
import os
from typing import IO

_NOBODY_READS = (errno.EPIPE, errno.EIO)
"""Errors of writing to a pipe that nobody reads from any more, or to a terminal that is gone."""


def is_closed(error: OSError) -> bool:
    """Whether writing failed because nobody reads any more, and not because a disk is full, for example."""
    return error.errno in _NOBODY_READS


def discard(out: IO[str]) -> None:
    """Discard what is still written to a closed output, so that flushing it at exit cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
