"""Recording files: read with suspicion, written as a round goes on. docs/recordings.md describes the format."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from io import FileIO
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, assert_never

from diptych.codec.objects import JsonObject, end_object, to_json
from diptych.codec.reading import load_object, read_cost, read_event, read_note, read_settings, seconds
from diptych.codec.recording_lines import FORMAT, FORMAT_VERSION, header_object, line_objects
from diptych.core.recording import RecordedLine, RecordedRun, Recording
from diptych.store.entries import Began, Ended, Item
from diptych.store.errors import RoundGoneError, StoreError
from diptych.store.private import create_file

if TYPE_CHECKING:
    from diptych.core.request import Label
    from diptych.core.settings import Settings

LONGEST_LINE = 128 * 1024 * 1024
"""Bytes of one line: an event of the largest size, each of its bytes escaped."""

_LABELS_OF_VERSION_1 = ("left", "right")

MOST_BYTES = 1024 * 1024 * 1024
"""Bytes of a whole file that is read."""


def read_recording(path: Path) -> Recording:
    """The recording in a file, as far as it goes: one that is cut off in its last line is opened up to there.

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
        self._prompt = ""
        self._date: float | None = None
        self._settings: dict[Label, Settings] = {}
        self._lines: dict[Label, list[RecordedLine]] = {}
        self._t0: dict[Label, float] = {}
        self._costs: dict[Label, str | None] = {}

    def read(self, file: IO[bytes]) -> Recording:
        number = 0
        for number, line in enumerate(self._raw_lines(file), 1):
            try:
                content = load_object(line)
            except ValueError as error:
                if number > 1 and not line.endswith(b"\n"):
                    break  # cut off here
                raise self._damaged(number, f"it {error}") from None
            try:
                if number == 1:
                    self._read_header(content)
                else:
                    self._read_line(content)
            except ValueError as error:
                raise self._damaged(number, f"it {error}") from None
        if not number:
            raise StoreError(f"{self._name} is empty: it is no recording.")
        runs = [
            RecordedRun(side, settings, self._lines[side], side in self._costs, cost_usd=self._costs.get(side))
            for side, settings in self._settings.items()
        ]
        return Recording(self._prompt, self._date, runs)

    def _raw_lines(self, file: IO[bytes]) -> Iterator[bytes]:
        size = number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            size += len(line)
            if len(line) > LONGEST_LINE:
                raise self._damaged(number, "it is longer than any line of a recording")
            if size > MOST_BYTES:
                raise StoreError(f"{self._name} holds more than {MOST_BYTES // 2**20:,} MiB, which is not opened.")
            yield line

    def _read_header(self, header: JsonObject) -> None:
        if header.get("format") != FORMAT:
            raise ValueError("is not the header of a Diptych recording")
        if header.get("version") != FORMAT_VERSION:
            raise ValueError(f"is of a version that this Diptych does not read: it reads version {FORMAT_VERSION}")
        prompt = header.get("prompt")
        if not isinstance(prompt, str):
            raise ValueError("has no prompt")
        self._prompt = prompt
        self._date = None if header.get("date") is None else _date(header)
        for side in _LABELS_OF_VERSION_1:
            if side in header:
                self._settings[side] = read_settings(header[side])
                self._lines[side] = []
        if not self._settings:
            raise ValueError("names no side")

    def _read_line(self, line: JsonObject) -> None:
        side = line.get("side")
        if not isinstance(side, str) or side not in self._lines:
            raise ValueError("belongs to no side that the header names")
        if side in self._costs:
            raise ValueError(f"comes after the end of the {side} side")
        match line.get("note"):
            case "start":
                self._t0[side] = seconds(line, "t0")
            case "end":
                self._costs[side] = read_cost(line.get("run"))
            case None:
                if side not in self._t0:
                    raise ValueError(f"comes before the start of the {side} side")
                self._lines[side].append(read_event(line, self._t0[side]))
            case _:
                self._lines[side].append(read_note(line, seconds(line, "clock")))

    def _damaged(self, number: int, what: str) -> StoreError:
        return StoreError(f"{self._name} is damaged in line {number}: {what}.")


def _date(header: JsonObject) -> float:
    value = header["date"]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**35:
        raise ValueError("has a date that is none")
    return float(value)


class RecordingFile:
    """A sink that writes one round into a new file as a recording."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._create()
        self._size = 0  # bytes that were written whole

    def write(self, items: Sequence[Item]) -> None:
        """Write all of these, or none of them and raise `StoreError`; `RoundGoneError` if the file was removed."""
        text = "".join(f"{to_json(content)}\n" for content in chain.from_iterable(map(_contents, items)))
        if self._file.closed or not self._path.exists():
            self._file.close()
            self._file = self._create()
            self._size = 0
            raise RoundGoneError(f"{self._path} was removed.")
        try:
            self._file.seek(self._size)  # over what an attempt wrote that failed
            rest = memoryview(text.encode("ascii"))
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error.strerror or error}.") from None
        self._size += len(text)

    def close(self) -> None:
        """Let go of the file, with what was written whole."""
        with suppress(OSError):  # what could not be written was told before
            if not self._file.closed:
                self._file.truncate(self._size)
        with suppress(OSError):
            self._file.close()

    def _create(self) -> FileIO:
        """The new file, unbuffered, so that it is known what was written."""
        try:
            return open(create_file(self._path), "wb", buffering=0)
        except FileExistsError:
            raise StoreError(f"{self._path} is there already: record into another file.") from None
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error.strerror or error}.") from None


def _contents(item: Item) -> Iterable[JsonObject]:
    match item:
        case Began(round=round_):
            return (header_object(round_),)
        case Ended(run=run):
            return (end_object(run),)
        case (run, line):
            return line_objects(run, line)
        case _:
            assert_never(item)
