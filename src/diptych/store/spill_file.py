"""A temporary file for the lines that leave memory: nobody else can read it, and it is gone with its process."""

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
"""Blocks that were read last and stay in memory, since whoever looks at one line looks at its neighbours next."""


class TemporarySpillFile:
    """Keeps blocks of lines in a file without a name, in `folder` if that can be written, else where the system likes.

    Lines are pickled: no one but this process can write what it reads here. Any thread may put and get.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._file: FileIO | None = None
        self._places: list[tuple[int, int]] = []
        self._end = 0
        self._read: OrderedDict[int, Sequence[Line]] = OrderedDict()

    def put(self, lines: Sequence[Line]) -> int:
        """Keep these; the number by which to get them. Raises `OSError`."""
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
        """The lines that were kept under a number. Raises `OSError`."""
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
    """Unbuffered, so that a full disk is noticed by the write that it refuses."""
    try:
        return tempfile.TemporaryFile(buffering=0, dir=folder)
    except OSError:
        return tempfile.TemporaryFile(buffering=0)
