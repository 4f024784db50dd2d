"""The rows of an experiment as it runs, kept on disk, so that memory does not grow with their number."""

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile

from diptych.codec.run_row import read_row, row_line
from diptych.core.experiment.answer_row import AnswerKey, AnswerRow

_IN_MEMORY = 1_000_000
"""Bytes of rows that stay in memory."""


class KeptRows:
    """All rows of an experiment: those of earlier sittings, and those that are added.

    `earlier` is iterated over each time. A row that is added replaces the earlier one of the same answer; only few
    answers have one, since what is settled is not asked again.
    """

    def __init__(self, earlier: Iterable[AnswerRow] = ()) -> None:
        self._earlier = earlier
        self._unsettled = {row.key for row in earlier if row.state != "complete"}
        self._replaced: set[AnswerKey] = set()
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it lives as long as this

    def add(self, row: AnswerRow) -> None:
        """Keep another row. Raises `OSError` if the disk is full."""
        if row.key in self._unsettled:
            self._replaced.add(row.key)
        self._file.write(f"{row_line(row)}\n".encode())

    def __iter__(self) -> Iterator[AnswerRow]:
        """Yield every row. None may be added before all have come."""
        yield from (row for row in self._earlier if row.key not in self._replaced)
        self._file.seek(0)
        for line in self._file:
            yield read_row(line)
        self._file.seek(0, 2)

    def close(self) -> None:
        """Delete the file."""
        self._file.close()
