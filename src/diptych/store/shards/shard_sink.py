"""Writes the rounds and the rows of a part of an experiment into its folder."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, assert_never
from weakref import WeakKeyDictionary

import msgspec

from diptych.codec.run_row import row_line
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.run_lines import Ended
from diptych.store.entries import Began, Changed, Item, Opened, RowAdded, TakeBegan
from diptych.store.errors import RoundGoneError, StoreError
from diptych.store.private import create_file, file_identity
from diptych.store.recording_files import recorded_objects
from diptych.store.shards.shard_folder import ShardFolder
from diptych.store.shards.shard_rounds import last_round, round_line
from diptych.store.writer_lock import try_lock

if TYPE_CHECKING:
    from diptych.core.round import Round
    from diptych.core.run import Run


class ShardSink:
    """A sink that appends rows to those of a folder, and recordings to a new file in it.

    The rounds get numbers of that folder, which their rows refer to. Raises `StoreError` if the folder cannot be
    written, or another process writes into it.
    """

    def __init__(self, folder: ShardFolder) -> None:
        self._numbers: WeakKeyDictionary[Round, int] = WeakKeyDictionary()
        self._open: dict[Run, int] = {}
        self._lock = _locked(folder.path)
        try:
            self._last = max(map(last_round, folder.round_files), default=0)
            self._rows = _AppendedFile(folder.rows_file)
            self._rounds = _AppendedFile(folder.new_round_file())
        except BaseException:
            self._lock.close()
            raise

    def write(self, items: Sequence[Item]) -> None:
        """Write all of these, which belong to one round, or none of them and raise `StoreError`."""
        first = items[0]
        number = self._last + 1 if isinstance(first, Began) else self._number(first)
        if number is None:
            raise RoundGoneError("A round cannot be written without its beginning.")
        lines = (round_line(number, line) for item in items for line in recorded_objects(item))
        self._rounds.write("".join(lines))
        try:
            self._rows.write("".join(_row_text(item.row, number) for item in items if isinstance(item, RowAdded)))
        except StoreError:
            self._rounds.take_back()
            raise
        self._rounds.keep()
        self._rows.keep()
        if isinstance(first, Began):
            self._last = self._numbers[first.round] = first.round.number = number
        self._note(items, number)

    def add_rows(self, rows: Iterable[AnswerRow]) -> None:
        """Append rows of rounds that were recorded in the folder before. Raises `StoreError`."""
        self._rows.write("".join(_row_text(row, row.round) for row in rows))
        self._rows.keep()

    def tidy(self) -> bool:
        """Return False: the files need no work after it."""
        return False

    def close(self) -> None:
        """Close the files, and let others write into the folder."""
        self._rows.close()
        self._rounds.close()
        self._lock.close()

    def _number(self, item: Item) -> int | None:
        """Return the number of the round that an item belongs to; None if that was not begun here."""
        match item:
            case TakeBegan(round=round_) | Changed(round=round_) | RowAdded(round=round_):
                return self._numbers.get(round_)
            case Ended(run=run) | (run, _):
                return self._open.get(run)
            case Began() | Opened():
                return None  # a round of the history is not in the folder
            case _:
                assert_never(item)

    def _note(self, items: Sequence[Item], number: int) -> None:
        """Remember which runs are open."""
        for item in items:
            match item:
                case Began(runs=runs):
                    self._open |= dict.fromkeys(runs, number)
                case TakeBegan(run=run):
                    self._open[run] = number
                case Ended(run=run):
                    self._open.pop(run, None)
                case _:
                    pass


class _AppendedFile:
    """A file to which whole lines are appended. What was cut off in its last line is removed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with suppress(FileExistsError):
                os.close(create_file(path))
            self._file: FileIO = path.open("r+b", buffering=0)
            self._size = self._end = _whole_bytes(self._file)
        except OSError as error:
            raise self._error(error) from None
        self._identity = file_identity(path)

    def write(self, text: str) -> None:
        """Write after what was kept. Raises `StoreError`."""
        if file_identity(self._path) != self._identity:
            raise StoreError(f"{self._path} was removed or replaced.")
        try:
            self._file.seek(self._size)
            rest = memoryview(text.encode("ascii"))
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self.take_back()
            raise self._error(error) from None
        self._end = self._size + len(text)

    def keep(self) -> None:
        """Keep what was written last: the next text comes after it."""
        self._size = self._end

    def take_back(self) -> None:
        """Remove what was written last, so that nobody reads it."""
        with suppress(OSError):  # the next attempt writes over it
            self._file.truncate(self._size)

    def close(self) -> None:
        """Close the file, without what was not kept."""
        if not self._file.closed:
            self.take_back()
        with suppress(OSError):
            self._file.close()

    def _error(self, error: OSError) -> StoreError:
        return StoreError(f"{self._path} cannot be written: {error.strerror or error}.")


_AT_ONCE = 65_536


def _whole_bytes(file: FileIO) -> int:
    """Return the size of a file up to the end of its last whole line."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _AT_ONCE)
        file.seek(start)
        place = file.read(end - start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        end = start
    return 0


def _row_text(row: AnswerRow, number: int | None) -> str:
    return row_line(msgspec.structs.replace(row, experiment=None, round=number)) + "\n"


def _locked(folder: Path) -> FileIO:
    """Return the open lock of a folder, which this process holds until it is closed."""
    try:
        lock = FileIO(os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror or error}.") from None
    if not try_lock(lock.fileno()):
        lock.close()
        raise StoreError(f"Another Diptych writes into {folder}: wait for it, or choose another folder.")
    return lock
