"""Reads recording files, and writes them while a round streams. docs/reference/recordings.md describes the format."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from io import FileIO
from itertools import chain
from pathlib import Path
from typing import IO, assert_never

from diptych.codec.objects import end_object
from diptych.codec.recording_lines import (
    RecordingReader,
    change_object,
    header_objects,
    line_objects,
    take_objects,
)
from diptych.core.json_text import JsonObject, parse_object, to_json
from diptych.core.recording import Recording
from diptych.core.run_lines import Ended
from diptych.store.entries import Began, Changed, Item, Opened, RowAdded, TakeBegan
from diptych.store.errors import RoundGoneError, StoreError
from diptych.store.private import create_file

LONGEST_LINE = 128 * 1024 * 1024
"""Most bytes of a line: those of the largest event, with each of its bytes escaped."""

MOST_BYTES = 1024 * 1024 * 1024
"""Most bytes of a file."""


def read_recording(path: Path) -> Recording:
    """Return the recording in a file, as far as it goes: one that is cut off in its last line is opened up to there.

    Raises `StoreError`, with the number of a line that is damaged.
    """
    try:
        with path.open("rb") as file:
            return _Reader(path.name).read(file)
    except OSError as error:
        raise StoreError(f"The recording {path} cannot be read: {error.strerror or error}.") from None


class _Reader:
    """Reads one file, line by line."""

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, file: IO[bytes]) -> Recording:
        reader = RecordingReader()
        number = 0
        for number, line in enumerate(self._raw_lines(file), 1):
            try:
                content = parse_object(line)
            except ValueError as error:
                if number > 1 and not line.endswith(b"\n"):
                    break  # cut off here
                raise self._damaged(number, error) from None
            try:
                reader.read(content)
            except ValueError as error:
                raise self._damaged(number, error) from None
        if not number:
            raise StoreError(f"{self._name} is empty: it is not a recording.")
        try:
            return reader.recording()
        except ValueError as error:
            raise StoreError(f"{self._name} is damaged: it {error}.") from None

    def _raw_lines(self, file: IO[bytes]) -> Iterator[bytes]:
        size = number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            size += len(line)
            if len(line) > LONGEST_LINE:
                raise self._damaged(number, "is longer than any line of a recording")
            if size > MOST_BYTES:
                raise StoreError(f"{self._name} holds more than {MOST_BYTES // 2**20:,} MiB, which is not opened.")
            yield line

    def _damaged(self, number: int, what: object) -> StoreError:
        if number == 1:
            return StoreError(f"{self._name} cannot be read as a recording of Diptych: its first line {what}.")
        return StoreError(f"{self._name} is damaged in line {number}: it {what}.")


class RecordingFile:
    """A sink that writes one round into a new file as a recording."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._create()
        self._size = 0  # bytes that were written whole

    def write(self, items: Sequence[Item]) -> None:
        """Write all of these, or none of them and raise `StoreError`; `RoundGoneError` if the file was removed."""
        text = "".join(f"{to_json(content)}\n" for content in chain.from_iterable(map(recorded_objects, items)))
        if self._file.closed or not self._path.exists():
            self._file.close()
            self._file = self._create()
            self._size = 0
            raise RoundGoneError(f"{self._path} was removed.")
        if not self._size and not isinstance(items[0], Began):
            raise RoundGoneError(f"{self._path} has nothing of a round of the history yet.")
        try:
            self._file.seek(self._size)  # over what an attempt wrote that failed
            rest = memoryview(text.encode("ascii"))
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error.strerror or error}.") from None
        self._size += len(text)

    def tidy(self) -> bool:
        """Return False: a recording needs no work after it."""
        return False

    def close(self) -> None:
        """Close the file, and cut off what was not written whole."""
        with suppress(OSError):  # what could not be written was told before
            if not self._file.closed:
                self._file.truncate(self._size)
        with suppress(OSError):
            self._file.close()

    def _create(self) -> FileIO:
        """Create the file without a buffer, so that it is known how much was written."""
        try:
            return open(create_file(self._path), "wb", buffering=0)
        except FileExistsError:
            raise StoreError(f"{self._path} is there already: record into another file.") from None
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error.strerror or error}.") from None


def recorded_objects(item: Item) -> Iterable[JsonObject]:
    """Return the lines of a recording in which an item is written down."""
    match item:
        case Began(round=round_, runs=runs):
            return header_objects(round_, runs)
        case TakeBegan(round=round_, run=run, earlier=earlier):
            return take_objects(round_, run, earlier)
        case Opened() | RowAdded():
            return ()
        case Changed(said=said):
            return (change_object(said.counting, said.note, said.votes, said.blind),)
        case Ended(run=run):
            return (end_object(run),)
        case (run, line):
            return line_objects(run, line)
        case _:
            assert_never(item)
