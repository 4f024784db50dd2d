"""How soon the app answers the keyboard: while it streams, and in a list of a hundred thousand events."""

import random
import time
from collections import defaultdict
from collections.abc import Iterator

from tests.bench.bench import Bench
from tests.bench.figures import Figure, percentile
from tests.bench.load import BenchError
from tests.bench.plan import TINY, Plan
from tests.bench.screen import Replay
from tests.bench.terminal import Terminal

_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяαβγδεζηθικλμνξοπρστυφχψωაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"
"""Each is typed once and comes nowhere else, so that the first time it is written is its echo."""

_QUIET = 0.2
"""Seconds without output after which a key's effect is taken to be painted whole."""

_TRIES = 20
"""How often to wait so long for a key that has changed nothing yet."""

_LONE_ESC = "Esc as a lone byte"
"""Older terminals send it so; Textual waits 100 ms for what might follow, and asks terminals for another form."""

_MOVES = (
    (("Up, Down", "\x1b[A"), ("Up, Down", "\x1b[B")),
    (("PageUp, PageDown", "\x1b[5~"), ("PageUp, PageDown", "\x1b[6~")),
    (("Home, End", "\x1b[H"), ("Home, End", "\x1b[F")),
    (("Enter, which opens an event", "\r"), ("Esc, which closes it", "\x1b[27u")),
    (("Enter, which opens an event", "\r"), (_LONE_ESC, "\x1b")),
)
"""Keys that are pressed in turn, each with the line of the table it belongs to."""


def echo(bench: Bench) -> Iterator[Figure]:
    """From a key press to the letter in the prompt box, while both sides stream."""
    letters = _LETTERS[: len(bench.repeats(80, 40))]
    plan = Plan("markdown", 500 * (4 + len(letters) // 5), 500)
    rng = random.Random(1)
    delays: list[float] = []
    with bench.app(plan, plan) as app:
        bench.server.wait_until_began()
        time.sleep(1.5)
        for letter in letters:
            written = len(app.outputs)
            pressed = app.press(letter)
            delays.append(1000 * (app.wait_for(letter, written, patience=10) - pressed))
            time.sleep(rng.uniform(0.05, 0.2))  # at any moment between two frames
    what = f"2 × {plan.rate} events/s: key to its echo,"
    yield Figure(f"{what} p50", percentile(delays, 50), "ms")
    yield Figure(
        f"{what} p95", percentile(delays, 95), "ms", 50, remark=f"{len(delays)} keys, most {max(delays):.0f} ms"
    )


def long_list(bench: Bench) -> Iterator[Figure]:
    """From a key press in a long event list to the picture that it asks for, finished."""
    plan = Plan("markdown", 100_000)
    with bench.app(plan, TINY) as app:
        bench.server.wait_until_ended()
        app.wait_until_idle()
        for _ in range(2):  # past the answer
            app.press("\t")
            app.wait_until_quiet(_QUIET)
        written = len(app.outputs)
        app.repaint()
        app.wait_until_quiet(_QUIET)
        replay = Replay()
        for output in app.outputs[written:]:
            replay.feed(output)
        for _ in range(5):  # away from the end, so that Down has somewhere to go
            _answer(app, replay, "\x1b[5~")
        answers: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for keys in _MOVES:
            for _ in bench.repeats(20, 8):
                for name, key in keys:
                    answers[name].append(_answer(app, replay, key))
    for name, times in answers.items():
        first, finished = zip(*times, strict=True)
        yield Figure(
            f"{plan.events:,} events in the list: {name}, p95",
            percentile(finished, 95),
            "ms",
            None if name == _LONE_ESC else 50,
            remark=f"p50 {percentile(finished, 50):.0f} ms, the first time {finished[0]:.0f} ms; "
            f"first change p95 {percentile(first, 95):.0f} ms",
        )


def _answer(app: Terminal, replay: Replay, key: str) -> tuple[float, float]:
    """Milliseconds from a key to the first output that changes the picture, and to the last."""
    looked = len(app.outputs)
    pressed = app.press(key)
    for _ in range(_TRIES):
        app.wait_until_quiet(_QUIET)
        new = app.outputs[looked:]
        looked += len(new)
        changes = [output.at for output in new if replay.feed(output)]
        if changes:
            return 1000 * (changes[0] - pressed), 1000 * (changes[-1] - pressed)
    raise BenchError(f"The key {key!r} changed nothing.")
