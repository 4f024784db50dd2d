"""Asks both sides at once, stops them, and keeps the rounds of the session."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType

from diptych.core.endpoint import Endpoint, parse_name
from diptych.core.event_log import MemoryBudget
from diptych.core.request import Label, Request
from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run
from diptych.core.secrets.guard import refuse_exposure, refuse_own_keys
from diptych.core.settings import Settings
from diptych.engine.conversation import history, is_kept, turn
from diptych.engine.stream_loop import StreamLoop
from diptych.engine.streams import Streams


def whole_microseconds() -> float:
    """Seconds of the monotonic clock, to the microsecond: what is written down is exactly what was measured."""
    return round(time.perf_counter(), 6)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What holds for a whole sitting.

    `timeout` is the silence allowed in seconds, None for the defaults; `simulate_all` makes every side simulated, as
    a side that lacks its key is anyway; `seed` makes simulated models repeatable. `new_memory` gives what bounds the
    memory of one session's events; without it they all stay.
    """

    endpoints: Mapping[str, Endpoint]
    timeout: float | None = None
    simulate_all: bool = False
    seed: int | None = None
    new_memory: Callable[[], MemoryBudget | None] = lambda: None


class Engine:
    """What a front end drives: it may be called from one thread, while the runs grow on another.

    `observer` is told of every round and of every line as it arrives. `loop` and `clock` are there to be replaced
    together, by a loop with a time of its own.
    """

    def __init__(
        self,
        settings: Mapping[Label, Settings],
        options: EngineOptions,
        observer: RoundObserver | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
        clock: Callable[[], float] = whole_microseconds,
    ) -> None:
        self._settings = dict(settings)
        self._options = options
        self._observer = observer
        self.clock = clock
        self.session = 1
        self._rounds: list[Round] = []
        self._conversation: list[Round] = []
        self._memory = options.new_memory()
        self._is_warm = False
        self._loop = StreamLoop(loop)
        self._streams = Streams(options.timeout, options.seed, clock)

    @property
    def settings(self) -> Mapping[Label, Settings]:
        """How each side asks from now on."""
        return MappingProxyType(self._settings)

    @property
    def rounds(self) -> Sequence[Round]:
        """The rounds of the session, in order."""
        return self._rounds

    @property
    def busy(self) -> bool:
        """Whether the last round still runs."""
        return bool(self._rounds) and not self._rounds[-1].ended

    @property
    def problem(self) -> str:
        """A sentence while events stay in memory that should not; "" while all is well."""
        return self._memory.problem if self._memory else ""

    def configure(self, side: Label, settings: Settings) -> None:
        """Change how a side asks, from the next prompt on."""
        self._settings[side] = settings
        if self._is_warm:
            self.warm_up()

    def settings_for(self, name: str, like: Settings) -> Settings:
        """The settings of a side with the endpoint and model that `ENDPOINT:MODEL` names, everything else kept.

        Raises `ValueError` with a sentence for users.
        """
        endpoint, model = parse_name(name, self._options.endpoints)
        simulated = self._options.simulate_all or endpoint.lacks_key
        settings = replace(like, endpoint=endpoint, model=model, simulated=simulated)
        refuse_exposure(settings)
        return settings

    def ask(self, prompt: str) -> Round:
        """Send a prompt to every side, each with its own history; returns at once.

        Raises `ValueError` for an empty prompt, `MustNotBeSentError` for what would give a secret away, and
        `RuntimeError` while a round still runs.
        """
        if not prompt.strip():
            raise ValueError("There is nothing to send: write a prompt first.")
        self._refuse_while_busy()
        return self._begin(prompt, self._conversation)

    def ask_again(self) -> Round:
        """Send the last prompt anew; the new round takes the last one's place in the conversation.

        Raises `ValueError` where there is none, `MustNotBeSentError` for what would give a secret away, and
        `RuntimeError` while a round still runs.
        """
        if not self._conversation:
            raise ValueError("There is no prompt to send again.")
        self._refuse_while_busy()
        return self._begin(self._conversation[-1].prompt, self._conversation[:-1])

    def stop(self, side: Label | None = None) -> None:
        """Stop one side, or both; what arrived is kept."""
        for each in self._settings if side is None else (side,):
            self._loop.call(self._streams.stop, each)

    def new_session(self) -> None:
        """Begin anew with an empty history, stopping what still runs."""
        self.stop()
        self.session += 1
        self._rounds = []
        self._conversation = []
        self._memory = self._options.new_memory()
        self._loop.call(self._streams.reclaim)

    def is_excluded(self, round_: Round, side: Label) -> bool:
        """Whether an ended turn is not part of the conversation that later prompts carry."""
        run = round_.runs.get(side)
        ended = run is not None and run.ended
        return ended and not (round_ in self._conversation and is_kept(round_, side))

    def known_models(self) -> list[str]:
        """Every `ENDPOINT:MODEL` that the installed SDKs list. Imports them: may take seconds."""
        from diptych.apis.known_models import listed_models

        return [
            f"{endpoint.name}:{model}"
            for endpoint in self._options.endpoints.values()
            for model in listed_models(endpoint.api)
        ]

    def warm_up(self) -> None:
        """Load what the sides need in the background, so that no prompt has to wait for it."""
        from diptych.wire.loading import load

        def load_all() -> None:
            for settings in sides:
                with suppress(Exception):  # whoever asks is told
                    load(settings)

        self._is_warm = True
        sides = tuple(self._settings.values())
        threading.Thread(target=load_all, name="warm-up", daemon=True).start()

    def close(self) -> None:
        """Stop everything, close every connection, and end the thread."""
        self._loop.close(self._streams.close())

    def _begin(self, prompt: str, conversation: Sequence[Round]) -> Round:
        requests: dict[Label, Request] = {}
        for side, settings in self._settings.items():
            messages = (*history(conversation, side), turn("user", prompt))
            requests[side] = Request(settings, messages)
            refuse_exposure(settings)
            refuse_own_keys(requests[side])
        began = self.clock()
        runs = {side: Run(side, each, began, self._observer, self._memory) for side, each in requests.items()}
        round_ = Round(prompt, began, runs.values(), time.time())
        if self._observer:
            self._observer.began(self.session, round_)
        self._rounds.append(round_)
        self._conversation = [*conversation, round_]
        self._loop.call(self._streams.start, *runs.values())
        return round_

    def _refuse_while_busy(self) -> None:
        if self.busy:
            raise RuntimeError("Both answers must have ended before the next prompt; stop them to go on at once.")
