"""The answers that several folders hold together, checked before anything is merged."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.experiment.answered import Answered
from diptych.store.errors import StoreError
from diptych.store.shards.shard_folder import ShardFolder
from diptych.store.shards.shard_rows import numbered_rows

_STOPPED, _FAILED, _COMPLETE = 1, 2, 3


class FoundAnswers:
    """The rows of all folders, one for each answer. It takes nine bytes of memory per answer that the plan asks for.

    In a folder, a later row replaces an earlier one that is not complete. A row of an answer that was stopped gives way
    to any other. Raises `StoreError` with the file and the line of a row that is damaged, of another plan, or of an
    answer that is there already, and for folders of different plans.
    """

    def __init__(self, folders: Sequence[ShardFolder]) -> None:
        self.folders = folders
        first = self.folders[0]
        self.plan = first.plan
        self.digest = first.digest
        self.answered = Answered(self.plan)
        self.count = 0
        """How many answers have a row."""
        self._lines = array("Q", bytes(8 * self.plan.answers))  # of the row of each answer, counted through all files
        self._states = bytearray(self.plan.answers)
        self._ends: list[int] = []  # the last line of each file, counted through all
        for folder in folders:
            if folder.digest != self.digest:
                raise StoreError(f"{folder.path} holds another plan than {first.path}: merge one experiment at a time.")
            self._read(folder)

    def rows(self, folder: ShardFolder) -> Iterator[tuple[int, AnswerRow]]:
        """Yield the rows of a folder that no other row replaces, each with the number of its line.

        What was appended to the file since it was checked is left out.
        """
        number = self.folders.index(folder)
        before = self._ends[number - 1] if number else 0
        for line, row in islice(numbered_rows(folder.rows_file), self._ends[number] - before):
            if self._lines[self.answered.place(row.key)] == before + line:
                yield line, row

    def _read(self, folder: ShardFolder) -> None:
        before = self._ends[-1] if self._ends else 0
        line = 0
        for line, row in numbered_rows(folder.rows_file):
            if row.plan != self.digest:
                raise _refused(folder, line, "is a row of another plan")
            try:
                place = self.answered.place(row.key)
            except LookupError:
                what = f"is {answer_name(row)}, for which the plan does not ask"
                raise _refused(folder, line, what) from None
            if self._is_taken(folder, line, row, place, before):
                self._lines[place] = before + line
        self._ends.append(before + line)

    def _is_taken(self, folder: ShardFolder, line: int, row: AnswerRow, place: int, before: int) -> bool:
        """Note the state of an answer; return whether its row takes the place of what was found so far."""
        known = self._states[place]
        state = _COMPLETE if row.state == "complete" else _FAILED if row.is_settled else _STOPPED
        if known > _STOPPED:
            if state == _STOPPED:
                return False
            if known == _COMPLETE or self._lines[place] <= before:
                raise _refused(folder, line, f"has {answer_name(row)} again: {self._where(place)} has it already")
        self.count += not known
        self._states[place] = state
        if state > _STOPPED:
            self.answered.add(row.key)
        return True

    def _where(self, place: int) -> str:
        """Return the file and the line where an answer was found first."""
        number = bisect_right(self._ends, self._lines[place] - 1)
        before = self._ends[number - 1] if number else 0
        return f"{self.folders[number].rows_file}, line {self._lines[place] - before},"


def answer_name(row: AnswerRow) -> str:
    """Return what an answer is called in messages."""
    return f"the answer of {row.label} to {row.case}, repeat {row.repeat}"


def _refused(folder: ShardFolder, line: int, what: str) -> StoreError:
    return StoreError(f"{folder.rows_file}, line {line}, {what}. Nothing was merged.")
