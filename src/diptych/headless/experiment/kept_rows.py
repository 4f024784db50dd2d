"""The rows of an experiment that is not recorded, kept on disk, so that memory does not grow with their number."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from diptych.codec.run_row import read_row, row_line
from diptych.core.experiment.answer_row import AnswerRow

_IN_MEMORY = 1_000_000
"""Bytes of rows that stay in memory."""


class KeptRows:
    """Rows in the order in which they were added, in a temporary file without a name."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it lives as long as this

    def add(self, row: AnswerRow) -> None:
        """Keep another row. Raises `OSError` if the disk is full."""
        self._file.write(f"{row_line(row)}\n".encode())

    def __iter__(self) -> Iterator[AnswerRow]:
        """Yield every row. None may be added before all have come."""
        self._file.seek(0)
        for line in self._file:
            yield read_row(line)
        self._file.seek(0, 2)

    def close(self) -> None:
        """Delete the file."""
        self._file.close()
