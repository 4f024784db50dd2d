"""A recorded round at any moment of it: decoded once, then folded as far as a position, forward and back."""

from array import array
from bisect import bisect_right
from dataclasses import replace

from diptych.core.gc_policy import no_collections
from diptych.core.recording import RecordedRun, Recording
from diptych.core.remarks import RoundNote
from diptych.core.round import Round
from diptych.core.run_snapshot import RunSnapshot
from diptych.replay.folding import decode, finish, fold_line, new_round, new_run

_LINES_PER_SNAPSHOT = 2_000


class Player:
    """Holds a round as far as `position`, in seconds since it began; nothing of it is beyond `length`.

    The takes that count are played, each from its own beginning; the other takes are there as they ended. A run keeps
    its identity while the position goes on; going back, or far ahead, makes other runs.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = replace(recording, runs=[replace(run, lines=()) for run in recording.runs])
        with no_collections():
            self._all_tracks = [_Track(run, recording) for run in recording.runs]
        counting = set(self.whole.runs.values())
        self._tracks = [track for track in self._all_tracks if track.whole in counting]
        self.length = max((track.due[-1] for track in self._tracks if track.due), default=0.0)
        self.position = 0.0
        self.round = self._gather()
        self.advance_to(0.0)

    @property
    def whole(self) -> Round:
        """The round as it ended, or as far as it was recorded, whatever the position."""
        return new_round(self._recording, [track.whole for track in self._all_tracks])

    @property
    def next_at(self) -> float | None:
        """The position of the next line of any run, None where there is none."""
        return min((track.next_at for track in self._tracks if track.next_at is not None), default=None)

    @property
    def number(self) -> int | None:
        """The ID of the round in the history, None for one from a file."""
        return self._recording.number

    def put_note(self, note: RoundNote) -> None:
        """Keep a note on the round, whatever the position."""
        self._recording = replace(self._recording, note=note)
        self.round.put_note(note)

    def advance_to(self, position: float) -> bool:
        """Go to a position before or after the present one; return whether `round` has other runs now."""
        self.position = min(max(position, 0.0), self.length)
        replaced = [track.go_to(bisect_right(track.due, self.position)) for track in self._tracks]
        if not any(replaced):
            return False
        self.round = self._gather()
        return True

    def step(self) -> bool:
        """Play only the next line, even if others came at the same time; return whether there was one."""
        at = self.next_at
        track = next((track for track in self._tracks if at is not None and track.next_at == at), None)
        if track is None or at is None:
            return False
        self.position = at
        track.go_to(track.count + 1)
        return True

    def _gather(self) -> Round:
        runs = [track.run if track in self._tracks else track.whole for track in self._all_tracks]
        return new_round(self._recording, runs)


class _Track:
    """One recorded run: when each of its lines is due, `whole` with all of them, and `run` with the first `count`.

    A line is due at its stamp, but never before the line that it follows.
    """

    def __init__(self, recorded: RecordedRun, recording: Recording) -> None:
        self._recorded = replace(recorded, lines=())
        self.whole = new_run(recorded, recording)
        self._snapshots = [RunSnapshot(self.whole)]
        self.due = array("d")
        latest = 0.0
        for line in decode(recorded):
            if self.whole.ended:
                break
            fold_line(self.whole, line)
            latest = max(latest, line.at)
            self.due.append(latest)
            if len(self.due) % _LINES_PER_SNAPSHOT == 0:
                self._snapshots.append(RunSnapshot(self.whole))
        finish(self.whole, self._recorded)
        self.run = self._snapshots[0].restore()
        self.count = 0

    @property
    def next_at(self) -> float | None:
        """When the next line is due."""
        return self.due[self.count] if self.count < len(self.due) else None

    def go_to(self, count: int) -> bool:
        """Give `run` its first `count` lines; return whether it is another object now."""
        is_elsewhere = not self.count <= count <= self.count + 2 * _LINES_PER_SNAPSHOT
        if is_elsewhere:
            snapshot = self._snapshots[count // _LINES_PER_SNAPSHOT]
            self.run, self.count = snapshot.restore(), snapshot.lines
        lines = self.whole.lines
        for number in range(self.count, count):
            fold_line(self.run, lines[number])
        self.count = count
        if count == len(lines):
            finish(self.run, self._recorded)
        return is_elsewhere
