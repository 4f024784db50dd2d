"""Rows of answers in a file, one per line."""

from collections.abc import Iterator
from pathlib import Path

from diptych.codec.run_row import read_row
from diptych.core.experiment.answer_row import AnswerRow
from diptych.store.errors import StoreError


def numbered_rows(path: Path) -> Iterator[tuple[int, AnswerRow]]:
    """Yield each row of a file with the number of its line, from 1; nothing if there is no such file.

    A last line without its end was cut off, and is left out. Raises `StoreError` that names a damaged line.
    """
    for number, line in whole_lines(path):
        try:
            yield number, read_row(line)
        except ValueError as error:
            raise StoreError(f"{path}, line {number}, is damaged: it {error}.") from None


def whole_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield each line of a file with its number, from 1, without a last one that was cut off.

    Yields nothing if there is no such file. Raises `StoreError` if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    yield number, line
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}.") from None
