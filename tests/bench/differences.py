"""How long it takes to compare answers of 100 KB, and how long other threads have to wait for it."""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import partial
from statistics import median

from diptych.differences.compared_answers import compare_answers
from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.plan import Kind
from tests.bench.texts import pieces

_SIZE = 100_000
_TARGET = 300
_FRAME = 33.3
"""Milliseconds of one frame at 30 per second, in which a key should be answered."""


def differences(bench: Bench) -> Iterator[Figure]:
    """Two answers that are alike, that are not, and the worst texts known, in CPU time of this process."""
    chance = random.Random(1)
    answer = _text("markdown", 1)
    edited = _edited(answer, 300, chance)
    compare_answers("one", "two")  # loads the library that compares
    repeats = len(bench.repeats(7, 3))
    took = [_cpu(lambda: compare_answers(answer, edited)) for _ in range(repeats)]
    words, edited_words = answer.split(), edited.split()
    plain = _cpu(lambda: SequenceMatcher(None, words, edited_words, autojunk=False).get_opcodes())
    yield Figure(
        "two answers of 100 KB, 300 words edited: over difflib, which knows words only: CPU",
        median(took) / plain,
        "ratio",
        1,
        remark=f"{1000 * median(took):.0f} ms / {1000 * plain:.0f} ms",
    )
    for name, left, right in [("300 words edited", answer, edited), *_worst(chance)]:
        took = [_cpu(partial(compare_answers, left, right)) for _ in range(repeats)]
        yield Figure(f"two answers of 100 KB, {name}: compared, CPU", 1000 * median(took), "ms", _TARGET)
    yield Figure(
        "two answers of 100 KB, another thread while they are compared: waits at most",
        1000 * _longest_wait(lambda: compare_answers(answer, _text("prose", 3))),
        "ms",
        _FRAME,
    )


def _worst(chance: random.Random) -> Iterator[tuple[str, str, str]]:
    yield "nothing in common", _text("markdown", 1), _text("markdown", 2)
    yield "one paragraph each", " ".join(_text("prose", 1).split()), " ".join(_text("prose", 2).split())
    yield "one line without a space each", _text("endless", 1), _text("endless", 2)
    yield "list items", _text("list", 1), _text("list", 2)
    yield "rows of a table", _text("table", 1), _text("table", 2)
    yield "lines of code", _text("code", 1), _text("code", 2)
    lines = "- a short line\n" * 2_500
    yield "5,000 equal lines and another one", lines + lines, f"{lines}- another\n{lines}"
    left, right = (" ".join(chance.choices("abcdefgh", k=_SIZE // 2)) for _ in range(2))
    yield "one letter per word", left, right
    left, right = ("".join(chr(chance.randrange(0x4E00, 0x5200)) for _ in range(_SIZE // 3)) for _ in range(2))
    yield "Chinese", left, right


def _text(kind: Kind, seed: int) -> str:
    return "".join(pieces(kind, _SIZE // 3, seed))[:_SIZE]


def _edited(text: str, count: int, chance: random.Random) -> str:
    """Return the text with so many of its words replaced."""
    places = {match.start(): match.end() for match in re.finditer(r"\b[a-z]{3,}\b", text)}
    for start in sorted(chance.sample(sorted(places), count), reverse=True):
        text = f"{text[:start]}edited{text[places[start] :]}"
    return text


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _longest_wait(work: Callable[[], object]) -> float:
    """Return the longest time in seconds for which this thread did not run while another one worked."""
    thread = threading.Thread(target=work)
    thread.start()
    longest, last = 0.0, time.perf_counter()
    while thread.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest
