"""The clock of a replay: the position at any moment, at the speed that the user chose."""

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Factors by which a replay can be faster than the recorded round."""


class Playback:
    """A position from 0 to `length` seconds that moves while it plays.

    `now` is the time of any clock, in seconds, always of the same one.
    """

    def __init__(self, length: float) -> None:
        self.length = length
        self.speed = 1.0
        self.is_playing = False
        self._from = 0.0
        self._since = 0.0

    def position(self, now: float) -> float:
        """Return the position at that time."""
        moved = (now - self._since) * self.speed if self.is_playing else 0.0
        return min(max(self._from + moved, 0.0), self.length)

    def seconds_until(self, position: float, now: float) -> float:
        """Return how long it takes until a position is reached while it plays; 0 for one that was passed."""
        return max(position - self.position(now), 0.0) / self.speed

    def play(self, now: float) -> None:
        """Start to move; at the end, from the beginning."""
        if not self.is_playing:
            self._from, self._since = self._from if self._from < self.length else 0.0, now
            self.is_playing = True

    def pause(self, now: float) -> None:
        """Stop at the present position."""
        self.seek(self.position(now), now)
        self.is_playing = False

    def seek(self, position: float, now: float) -> None:
        """Change the position, whether it plays or not."""
        self._from, self._since = min(max(position, 0.0), self.length), now

    def change_speed(self, steps: int, now: float) -> None:
        """Go up or down the list of speeds by this number of steps."""
        self.seek(self.position(now), now)
        self.speed = SPEEDS[min(max(SPEEDS.index(self.speed) + steps, 0), len(SPEEDS) - 1)]
