"""Tells in a sentence that a disk is full, which is no fault of Diptych."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from diptych.headless.closed_output import discard

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class FullDiskError(click.ClickException):
    """What was to be written has no room. The exit code is 1, since models may have been asked before."""

    exit_code = 1


@contextmanager
def full_disks_told() -> Iterator[None]:
    """Raise `FullDiskError` for an `OSError` of the block that says that a disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _discard_what_is_left()
        raise FullDiskError(f"The output cannot be written: {error.strerror}.") from None


def _discard_what_is_left() -> None:
    """Discard what standard output still holds if it cannot be written, so that flushing it at exit does not fail."""
    try:
        sys.stdout.flush()
    except OSError:
        discard(sys.stdout)
    except (AttributeError, ValueError):  # it is missing or closed
        pass
