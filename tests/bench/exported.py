"""Exports a long round whose lines have left memory. Run as a module: the form, its path, the file of results.

Each form has its own process, so that none profits from memory that another one left behind. Linux only.
"""

import gc
import json
import sys
import tempfile
import time
from pathlib import Path

from diptych.core.content import Complete, Stop, Text
from diptych.core.endpoint import Endpoint
from diptych.core.event import Event, RequestSent
from diptych.core.event_log import MemoryBudget
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.report.formats import FORMS, render
from diptych.store.atomic_write import write_text
from diptych.store.spill_file import TemporarySpillFile

EVENTS = 53_000
"""Events per side: about 170 bytes of raw data each, 18 MB on both sides."""

_KEPT = 1_000_000
_SENTENCE = ["The", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog,", "again", "and", "again.", ""]


def long_round(folder: Path) -> tuple[Round, int]:
    """Return a round of two whole answers, nearly all of whose lines are on disk, and the bytes of its raw data."""
    memory = MemoryBudget(TemporarySpillFile(folder), _KEPT)
    endpoint = Endpoint("local", "anthropic-messages", "http://127.0.0.1", "LOCAL_API_KEY")
    runs = [
        Run(label, Request(Settings(endpoint, "model"), (Message.of_text("user", "hi"),)), 0.0, memory=memory)
        for label in ("left", "right")
    ]
    size = 0
    for run in runs:
        run.begin_attempt(0.0)
        run.note(RequestSent(0.0, "POST", "http://127.0.0.1", (), b"{}"))
        for number in range(1, EVENTS + 1):
            text = "\n\n" if number % 90 == 0 else _SENTENCE[number % len(_SENTENCE)] + " "
            delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
            data = json.dumps(delta | {"padding": "x" * 64}).encode()
            size += len(data)
            run.add(Event(number / 100, number, "content_block_delta", data, (Text(text),)))
        run.add(Event(EVENTS / 100, EVENTS + 1, "message_stop", b"{}", (Stop("end_turn"), Complete())))
        run.complete()
    return Round("hi", 0.0, runs, 1_795_584_840.0), size


def main(form: str, path: str, results: str) -> None:
    """Write down the raw data of the round, by how much memory the export grew the process at most, and its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        round_, size = long_round(Path(folder))
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the most memory is counted from here on
        before = memory_of("VmRSS")
        began = time.perf_counter()
        write_text(Path(path), render(round_, next(each for each in FORMS if each == form)), overwrite=True)
        seconds = time.perf_counter() - began
        Path(results).write_text(json.dumps({"raw": size, "grown": memory_of("VmHWM") - before, "seconds": seconds}))


def memory_of(name: str) -> int:
    """Return what Linux says of this process's memory: what it holds (`VmRSS`), or the most that it held (`VmHWM`)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main(*sys.argv[1:])
