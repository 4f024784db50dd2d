"""Replays the last round of a history on the screen, and notes when each line happened.

Run as a module: the history, the file to write to, and two words that are not used. The file then holds by how many
seconds each line was off its recorded time, counted from the first one.
"""

import json
import sys
import time
from pathlib import Path

from textual.app import App

from diptych.core.recording import Recording
from diptych.replay.player import Player
from diptych.store.history import History
from diptych.tui.app import DiptychApp
from diptych.tui.screens.replay import ReplayScreen


class NotingPlayer(Player):
    """A player that ends the app at its end."""

    def __init__(self, recording: Recording, app: list[App[None]]) -> None:
        self.happened: list[tuple[float, float]] = []
        self._app = app
        super().__init__(recording)

    def advance_to(self, position: float) -> bool:
        before = {side: len(run.lines) for side, run in self.round.runs.items()}
        replaced = super().advance_to(position)
        now = time.perf_counter()
        for side, run in self.round.runs.items():
            self.happened += [(now, line.at) for line in run.lines[before[side] :]]
        if self._app and position >= self.length:
            self._app[0].exit()
        return replaced


def main(history: str, file: str, *_: str) -> None:
    """Play it to its end."""
    kept = History(Path(history))
    app: list[App[None]] = []
    player = NotingPlayer(kept.open(kept.resolve("last")), app)
    app.append(DiptychApp(ReplayScreen(player)))
    app[0].run()
    began, first = player.happened[0]
    Path(file).write_text(json.dumps([now - began - (at - first) for now, at in player.happened]))


if __name__ == "__main__":
    main(*sys.argv[1:])
