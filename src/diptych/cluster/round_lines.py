"""Rounds as the lines of their recordings: how a worker sends them, and how the driver reads them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, assert_never
from weakref import WeakKeyDictionary

from diptych.codec.recording_lines import RecordingReader
from diptych.core.json_text import parse_object, to_json
from diptych.core.round import ExperimentCase, Round, RoundObserver
from diptych.core.run_lines import Ended
from diptych.replay.folding import fold
from diptych.store.entries import Began, Changed, Item, Opened, RowAdded, TakeBegan
from diptych.store.recording_files import recorded_objects

if TYPE_CHECKING:
    from diptych.core.run import Run

_SESSION = 1
"""The number of the session that the rounds belong to. They do not follow each other."""


class RoundLines:
    """A sink that keeps the lines of rounds in memory until they are taken."""

    def __init__(self) -> None:
        self._lines: dict[Round, list[str]] = {}
        self._rounds: WeakKeyDictionary[Run, Round] = WeakKeyDictionary()

    def write(self, items: Sequence[Item]) -> None:
        """Keep the lines of these items, which belong to one round."""
        for item in items:
            if isinstance(item, Began):
                self._rounds.update(dict.fromkeys(item.runs, item.round))
                self._lines[item.round] = []
            self._lines[self._round_of(item)] += map(to_json, recorded_objects(item))

    def take(self, round_: Round) -> list[str]:
        """Return the lines of a round, and forget them; nothing if it was not written, since it must not be."""
        return self._lines.pop(round_, [])

    def tidy(self) -> bool:
        """Return False: there is nothing to do."""
        return False

    def close(self) -> None:
        """Do nothing: no file is open."""

    def _round_of(self, item: Item) -> Round:
        match item:
            case Began(round=round_) | TakeBegan(round=round_) | Changed(round=round_) | Opened(round=round_):
                return round_
            case RowAdded(round=round_):
                return round_
            case Ended(run=run) | (run, _):
                return self._rounds[run]
            case _:
                assert_never(item)


def read_round(lines: Sequence[str], place: ExperimentCase | None) -> Round:
    """Return the round that these lines record, which belongs there in its experiment."""
    reader = RecordingReader()
    for line in lines:
        reader.read(parse_object(line))
    round_ = fold(reader.recording())
    round_.experiment_case = place
    return round_


def tell(observer: RoundObserver, round_: Round) -> None:
    """Tell an observer of everything that has happened in a round, as if it happened now."""
    observer.round_began(_SESSION, round_)
    for run in round_.all_takes():
        for line in run.lines:
            observer.line_added(run, line)
        observer.run_ended(run)
