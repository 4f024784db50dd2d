"""A history in memory, which blocks and fails as a test likes."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from diptych.config.sides import SideName
from diptych.core.event import RequestSent, ResponseBegan
from diptych.core.history_summary import HistoryError, HistoryFilter, ListedRound, ListedRun
from diptych.core.model_pairs import Ballot
from diptych.core.recording import RecordedEvent, RecordedRun, Recording
from diptych.core.remarks import RoundNote
from diptych.core.run import State
from diptych.core.settings import Settings
from diptych.store.history import History
from tests.tui.fakes import ANTHROPIC, OPENAI

NOON = datetime(2026, 11, 25, 12, 0).timestamp()
"""In local time, so that a list says the same wherever a test runs."""


def a_run(
    side: SideName = "left",
    *,
    state: State = "complete",
    stop_reason: str | None = "end_turn",
    model: str | None = None,
    simulated: bool = False,
    first_token: float | None = 0.42,
    total: float | None = 3.1,
    cost_usd: str | None = "0.0123",
    settings: Settings | None = None,
) -> ListedRun:
    endpoint = ANTHROPIC if side == "left" else OPENAI
    model = model or ("claude-sonnet-5-5" if side == "left" else "gpt-5.6-terra")
    return ListedRun(
        *(side, endpoint.name, endpoint.api, model, simulated, state, stop_reason, first_token, total, cost_usd, 12),
        settings=settings,
    )


def a_round(
    number: int, prompt: str = "Why do two clocks disagree?", *runs: ListedRun, date: float = NOON
) -> ListedRound:
    return ListedRound(number, 1, prompt, date, runs or (a_run("left"), a_run("right", stop_reason="stop")))


def a_recording(prompt: str = "Why do two clocks disagree?") -> Recording:
    """A left side that answered "Hello." and a right one that was broken off."""
    events = [
        ("message_start", b'{"type":"message_start","message":{"id":"msg_1","model":"claude-sonnet-5-5"}}'),
        ("content_block_delta", b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}'),
        ("content_block_delta", b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo."}}'),
        ("message_delta", b'{"type":"message_delta","delta":{"stop_reason":"end_turn"}}'),
        ("message_stop", b'{"type":"message_stop"}'),
    ]
    begin = (RequestSent(0.0, "POST", "https://api.test", (), b"{}"), ResponseBegan(0.3, 200, ()))
    lines = [RecordedEvent(0.5 + at / 10, name, data) for at, (name, data) in enumerate(events)]
    return Recording(
        prompt,
        NOON,
        [
            RecordedRun("left", Settings(ANTHROPIC, "claude-sonnet-5-5"), (*begin, *lines), ended=True),
            RecordedRun("right", Settings(OPENAI, "gpt-5.6-terra"), begin, ended=False),
        ],
    )


class FakeHistory:
    """Filters by prompt, model, endpoint and state; while `held`, a search waits."""

    def __init__(self, *rounds: ListedRound) -> None:
        self.listed = list(rounds)
        self.asked: list[HistoryFilter] = []
        self.opened: list[int] = []
        self.failure = ""
        self.opening_failure = ""
        self._free = threading.Event()
        self._free.set()
        self._writing = threading.Lock()

    def hold(self) -> None:
        self._free.clear()

    def let_go(self) -> None:
        self._free.set()

    def rounds(self, filter: HistoryFilter, limit: int | None = None) -> Sequence[ListedRound]:  # noqa: A002
        self.asked.append(filter)
        self._free.wait(120)
        if self.failure:
            raise HistoryError(self.failure)
        return [round_ for round_ in self.listed if _fits(round_, filter)][:limit]

    def open(self, id: int) -> Recording:  # noqa: A002
        self.opened.append(id)
        self._free.wait(120)
        if self.opening_failure:
            raise HistoryError(self.opening_failure)
        return replace(a_recording(next(round_.prompt for round_ in self.listed if round_.id == id)), number=id)

    def delete(self, *ids: int) -> None:
        if self.opening_failure:
            raise HistoryError(self.opening_failure)
        self.listed = [round_ for round_ in self.listed if round_.id not in ids]

    def update_note(self, id: int, *, text: str | None = None, starred: bool | None = None) -> RoundNote:  # noqa: A002
        if self.opening_failure:
            raise HistoryError(self.opening_failure)
        with self._writing:
            (kept,) = (round_ for round_ in self.listed if round_.id == id)
            before = kept.note
            note = RoundNote(before.text if text is None else text, before.starred if starred is None else starred)
            self.listed = [each._replace(note=note) if each is kept else each for each in self.listed]
        return note

    def prompts(self, limit: int, longest: int) -> Sequence[str]:
        if self.failure:
            raise HistoryError(self.failure)
        return list(dict.fromkeys(each.prompt for each in self.listed if len(each.prompt) <= longest))[:limit]

    def ballots(self, model: str = "") -> Sequence[Ballot]:
        return ()

    def endpoints(self) -> Sequence[str]:
        return ("anthropic", "openai")

    def models(self) -> Sequence[str]:
        return ("claude-sonnet-5-5", "gpt-5.6-terra")

    def recent_models(self, limit: int) -> Sequence[str]:
        if self.failure:
            raise HistoryError(self.failure)
        names = (f"{run.endpoint}:{run.model}" for round_ in self.listed for run in round_.runs)
        return list(dict.fromkeys(names))[:limit]


def real(history: FakeHistory) -> History:
    """The fake as what it stands for; tests/tui/test_fakes.py compares the two."""
    return cast("History", history)


def _fits(round_: ListedRound, wanted: HistoryFilter) -> bool:
    return wanted.query in round_.prompt and (round_.is_hidden or _one_fits(round_, wanted))


def _one_fits(round_: ListedRound, wanted: HistoryFilter) -> bool:
    return any(
        wanted.model in run.model and wanted.endpoint in run.endpoint and wanted.state in ("", run.state)
        for run in round_.runs
    )
