"""A temporary file for lines that leave memory. Nobody else can read it, and it disappears with its process."""

import errno
import os
import pickle
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from io import FileIO
from pathlib import Path

from diptych.core.event import Line

_KEPT = 8
"""Blocks that stay in memory after they were read, since the next line to be read is usually a neighbour."""


class TemporarySpillFile:
    """Keeps blocks of lines in a file without a name, in `folder`, or in the system's folder if that is not writable.

    Lines are pickled, which is safe since only this process can write to the file. Any thread may put and get.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._file: FileIO | None = None
        self._places: list[tuple[int, int]] = []
        self._end = 0
        self._read: OrderedDict[int, Sequence[Line]] = OrderedDict()

    def put(self, lines: Sequence[Line]) -> int:
        """Write lines; return the number by which to get them. Raises `OSError`."""
        data = pickle.dumps(lines, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            if self._file is None:
                self._file = _temporary_file(self._folder)
                weakref.finalize(self, self._file.close)  # when its session is not looked at any more
            self._file.seek(self._end)
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
            self._places.append((self._end, len(data)))
            self._end += len(data)
            return len(self._places) - 1

    def get(self, number: int) -> Sequence[Line]:
        """Return the lines that have a number. Raises `OSError`."""
        with self._lock:
            if number in self._read:
                self._read.move_to_end(number)
                return self._read[number]
            assert self._file is not None  # noqa: S101 - it has a number
            start, size = self._places[number]
            self._file.seek(start)
            data = self._file.read(size)
            if data is None or len(data) < size:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            lines: Sequence[Line] = pickle.loads(data)  # noqa: S301 - our own, see above
            self._read[number] = lines
            if len(self._read) > _KEPT:
                self._read.popitem(last=False)
            return lines


def _temporary_file(folder: Path) -> FileIO:
    """Open a temporary file without a buffer, so that a full disk fails the write that does not fit."""
    try:
        return tempfile.TemporaryFile(buffering=0, dir=folder)
    except OSError:
        return tempfile.TemporaryFile(buffering=0)
