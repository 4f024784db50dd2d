"""The app, wired as the command wires it, but with an observer that notes the stamp of every event.

Run as a module: the file to write to, then the models of both sides. It asks at once and leaves when both have ended;
the file then holds, for each side, the events' numbers and stamps.
"""

import json
import os
import sys
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from diptych.catalog.model_catalog import ModelCatalog
from diptych.config.configuration import CurrentConfiguration, load_configuration
from diptych.config.environment import history_path, missing_key_hint
from diptych.core.event import Event, Line
from diptych.core.observers import IgnoresRounds, Observers
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.engine.engine import Engine, EngineOptions
from diptych.simulated.scenarios import SCENARIOS
from diptych.store.history_writer import HistorySink
from diptych.store.recorder import Recorder
from diptych.tui.app import DiptychApp
from diptych.tui.screens.compare import CompareScreen

if TYPE_CHECKING:
    from diptych.core.request import Label

PROMPT = "bench"


class StampNotes(IgnoresRounds):
    """Keeps what is asked for later, and does nothing else in the streams' thread."""

    def __init__(self) -> None:
        self.stamps: dict[Label, list[tuple[int, float]]] = defaultdict(list)

    def take_began(self, round_: Round, run: Run) -> None:
        """Another take begins."""

    def round_began(self, session: int, round_: Round) -> None:
        pass

    def line_added(self, run: Run, line: Line) -> None:
        if isinstance(line, Event):
            self.stamps[run.label].append((line.seq, line.at))

    def run_ended(self, run: Run) -> None:
        pass


def main(file: str, left: str, right: str) -> None:
    """What `open_app` of `cli/wiring.py` does."""
    configuration = CurrentConfiguration(lambda: load_configuration(os.environ))
    names = {"left": f"anthropic:{left}", "right": f"openai:{right}"}
    settings = {side: configuration.now.settings_for(name) for side, name in names.items()}
    notes = StampNotes()
    recorder = Recorder(HistorySink(history_path(os.environ)))
    with closing(recorder), closing(Engine(settings, EngineOptions(), Observers(notes, recorder))) as engine:
        screen = CompareScreen(
            engine,
            configuration,
            catalog=ModelCatalog(offline=True),
            prompt=PROMPT,
            once=True,
            hint=missing_key_hint,
            scenarios=SCENARIOS,
        )
        DiptychApp(screen).run()
    Path(file).write_text(json.dumps(notes.stamps))


if __name__ == "__main__":
    main(*sys.argv[1:])
