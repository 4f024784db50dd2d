"""Opens the last round of a history as a replay does. Run as a module: the history, and the file to write to."""

import json
import resource
import sys
import time
from pathlib import Path

from diptych.replay.player import Player
from diptych.store.history import History


def main(history: str, file: str) -> None:
    """Write down how long it took, and the most memory that the process held."""
    began = time.perf_counter()
    kept = History(Path(history))
    player = Player(kept.open(kept.resolve("last")))
    player.advance_to(player.length)
    seconds = time.perf_counter() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # kilobytes on Linux
    Path(file).write_text(json.dumps({"seconds": seconds, "bytes": most}))


if __name__ == "__main__":
    main(*sys.argv[1:])
