"""Recordings of many rounds in one file, as they streamed: each line names the round that it belongs to.

A line is `{"round": 12, "line": {…}}`, with a line of a recording inside. The lines of rounds that streamed at the same
time stand between each other.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from diptych.codec.recording_lines import RecordingReader
from diptych.core.json_text import JsonObject, parse_object, to_json
from diptych.core.recording import Recording
from diptych.store.errors import StoreError
from diptych.store.shards.shard_rows import whole_lines

_LINE = re.compile(rb'\{"round": ([1-9][0-9]{0,14}), "line": (\{.*\})\}\n')


def round_line(number: int, line: JsonObject) -> str:
    """Return a line of a recording as it stands in the file, with the number of its round."""
    return f'{{"round": {number}, "line": {to_json(line)}}}\n'


def last_round(path: Path) -> int:
    """Return the greatest number of a round in a file; 0 if there is none. Raises `StoreError` for a damaged one."""
    return max((number for _, number, _ in _lines(path)), default=0)


def read_rounds(path: Path) -> Iterator[tuple[int, Recording]]:
    """Yield each round of a file with its number, as far as it was written.

    No more rounds are in memory than streamed at the same time, because the file is read twice: first to learn where
    each round ends. Raises `StoreError` that names a damaged line.
    """
    last_lines = _last_lines(path)
    readers: dict[int, RecordingReader] = {}
    for place, number, content in _lines(path):
        try:
            reader = readers.setdefault(number, RecordingReader())
            reader.read(parse_object(content))
            if last_lines[number] == place:
                yield number, readers.pop(number).recording()
        except ValueError as error:
            raise _damaged(path, place, str(error)) from None


def _last_lines(path: Path) -> Mapping[int, int]:
    """Return the place of the last line of each round, by the number of the round."""
    return {number: place for place, number, _ in _lines(path)}


def _lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Yield the place of each line, from 1, the number of its round, and the line of the recording as JSON."""
    for place, line in whole_lines(path):
        match = _LINE.fullmatch(line)
        if match is None:
            raise _damaged(path, place, "is not a line of a recorded round")
        yield place, int(match[1]), match[2]


def _damaged(path: Path, place: int, what: str) -> StoreError:
    return StoreError(f"{path}, line {place}, is damaged: it {what}.")
