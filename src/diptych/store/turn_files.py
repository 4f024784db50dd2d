"""Records a round into a file, and each turn that answers its tool calls into a file beside it."""

from collections.abc import Sequence
from pathlib import Path
from typing import assert_never

from diptych.core.run import Run
from diptych.core.run_lines import Ended
from diptych.store.entries import Began, Changed, Item, Opened, RowAdded, TakeBegan
from diptych.store.recording_files import RecordingFile


class TurnFiles:
    """A sink that writes its first round into a new file, and each later one into another: `NAME-turn1.jsonl`, …"""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = [RecordingFile(path)]
        self._file_of: dict[Run, RecordingFile] = {}

    def write(self, items: Sequence[Item]) -> None:
        """Write all of these, which belong to one round, or none of them and raise `StoreError`."""
        runs = [run for item in items for run in _runs_of(item)]
        if runs[0] not in self._file_of:
            if self._file_of:
                turn = self._path.with_name(f"{self._path.stem}-turn{len(self._files)}{self._path.suffix}")
                self._files.append(RecordingFile(turn))
            self._file_of[runs[0]] = self._files[-1]
        file = self._file_of[runs[0]]
        self._file_of.update(dict.fromkeys(runs, file))
        file.write(items)

    def tidy(self) -> bool:
        """Return False: a recording needs no work after it."""
        return False

    def close(self) -> None:
        """Close every file."""
        for file in self._files:
            file.close()


def _runs_of(item: Item) -> tuple[Run, ...]:
    """Return the runs that an item names, all of one round."""
    match item:
        case Began(runs=runs):
            return runs
        case TakeBegan(run=run, earlier=earlier):
            return (*earlier, run)
        case Opened(round=round_) | Changed(round=round_):
            return tuple(round_.all_takes())
        case Ended(run=run) | RowAdded(run=run) | (run, _):
            return (run,)
        case _:
            assert_never(item)
