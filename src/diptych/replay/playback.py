"""How a replay moves: which position belongs to which moment, at the speed that the user chose."""

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Times as fast as it was."""


class Playback:
    """A position from 0 to `length` seconds that moves while it plays. `now` is any clock's, always the same one's."""

    def __init__(self, length: float) -> None:
        self.length = length
        self.speed = 1.0
        self.is_playing = False
        self._from = 0.0
        self._since = 0.0

    def position(self, now: float) -> float:
        """Where it stands."""
        moved = (now - self._since) * self.speed if self.is_playing else 0.0
        return min(max(self._from + moved, 0.0), self.length)

    def seconds_until(self, position: float, now: float) -> float:
        """How long it takes, if it plays, until a position is reached; 0 where it is passed."""
        return max(position - self.position(now), 0.0) / self.speed

    def play(self, now: float) -> None:
        """Move on; from the end, start again."""
        if not self.is_playing:
            self._from, self._since = self._from if self._from < self.length else 0.0, now
            self.is_playing = True

    def pause(self, now: float) -> None:
        """Stand still."""
        self.seek(self.position(now), now)
        self.is_playing = False

    def seek(self, position: float, now: float) -> None:
        """Go on, or stand still, from another position."""
        self._from, self._since = min(max(position, 0.0), self.length), now

    def change_speed(self, steps: int, now: float) -> None:
        """So many steps faster, or slower."""
        self.seek(self.position(now), now)
        self.speed = SPEEDS[min(max(SPEEDS.index(self.speed) + steps, 0), len(SPEEDS) - 1)]
