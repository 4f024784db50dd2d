"""What every measurement needs: the load server, an environment, and the app in a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure
from tests.bench.load import LoadServer
from tests.bench.plan import TINY, Plan
from tests.bench.processes import Ended, for_modules, module
from tests.bench.terminal import Terminal, opened

COMMAND = str(Path(sys.executable).with_name("diptych"))
PROMPT = "bench"


@dataclass(frozen=True)
class Bench:
    """One run of the benchmark; `quick` is for fewer repeats."""

    server: LoadServer
    environment: dict[str, str]
    quick: bool

    def repeats(self, usual: int, quick: int) -> range:
        """How often to measure."""
        return range(quick if self.quick else usual)

    def app(self, left: Plan, right: Plan, *options: str, prompt: str = PROMPT) -> AbstractContextManager[Terminal]:
        """The app in a terminal, which asks for these streams at once, or with the prompt "" when it is told to."""
        self.server.prepare(left, right)
        sides = ["--left", f"anthropic:{left.name}", "--right", f"openai:{right.name}"]
        return opened([COMMAND, *sides, *options, *filter(None, [prompt])], self.environment)

    @contextmanager
    def app_at_rest(self, *options: str) -> Iterator[Terminal]:
        """The app in a terminal with all its libraries loaded and nothing asked yet."""
        with self.app(TINY, TINY, *options, prompt="") as terminal:
            terminal.wait_for("ask both")
            terminal.wait_until_idle()
            yield terminal

    def ask(self, terminal: Terminal, plan: Plan) -> None:
        """Ask for a plan on both sides, and wait until both have ended and the app is at rest again."""
        self.server.prepare(plan)
        terminal.press(f"{plan.name}\r")
        self.server.wait_until_ended()
        terminal.wait_until_idle()

    def module(self, name: str, left: Plan, right: Plan, *before: str) -> AbstractContextManager[Terminal]:
        """A module of the benchmark in a terminal, which asks for these streams at once."""
        self.server.prepare(left, right)
        return opened(module(name, *before, left.name, right.name), for_modules(self.environment))

    def once(self, plan: Plan = TINY, *options: str) -> Ended:
        """The app from its start to its end, with the same plan on both sides."""
        with self.app(plan, plan, "--once", *options) as terminal:
            return terminal.wait_for_end().checked("The app")


Measurement = Callable[[Bench], Iterator[Figure]] | Callable[[Bench], Iterator[Figure | str]]
"""Measures one thing and gives the lines of the table that tell it; a text is printed as it is."""


def ratios(pairs: list[tuple[float, float]]) -> float:
    """The median of the pairs' ratios."""
    return median(one / other for one, other in pairs)


def say(what: str) -> None:
    """Tell on standard error what is being measured."""
    print(f"… {what}", file=sys.stderr, flush=True)
