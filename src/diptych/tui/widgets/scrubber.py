"""The timeline of a replay, on which the replay is played: a click goes to a moment of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType

from diptych.tui.events.timeline_track import Cell
from diptych.tui.messages import MomentChosen
from diptych.tui.widgets.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of the playback."""

    position: float
    speed: float
    is_playing: bool


class Scrubber(Timeline, can_focus=True):
    """Shows the whole round, and the position of the replay in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "screen.to_start", tooltip="Back to the start", show=False, id="scrubber.home"),
        Binding("end", "screen.to_end", tooltip="To the end", show=False, id="scrubber.end"),
    ]

    def __init__(self, length: float) -> None:
        super().__init__()
        self._length = length
        self._standing = Standing(0.0, 1.0, is_playing=False)

    def stand(self, standing: Standing) -> None:
        """Show that state of the playback from now on."""
        self._standing = standing
        self.draw()

    @property
    def length(self) -> float:
        """The length of the replay in seconds."""
        return self._length

    @property
    def position(self) -> float:
        """The position of the replay."""
        return self._standing.position

    def words(self) -> Sequence[Cell]:
        """Return the state of the playback and the position in words."""
        standing, length = self._standing, self._length
        still = "‖ at the end" if standing.position >= length else "‖ paused"
        total = f"{length:.2f}"
        return self.with_legend(
            [
                (f"{'▶ playing' if standing.is_playing else still:<14}", "word"),
                (f"{standing.speed:g}×".ljust(7), "figure"),
                (f"{standing.position:>{len(total)}.2f}", "figure"),
                (f" / {total} s", "label"),
                *self.lock_words(),
            ]
        )

    def choose(self, column: int) -> None:
        """Tell that the user goes to the moment of a column."""
        self.post_message(MomentChosen(self._axis.start(column)))
