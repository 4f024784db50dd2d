"""An engine whose runs the tests feed by hand, and a look at what stands on the screen."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual.events import Key
from textual.pilot import Pilot
from textual.widget import Widget

from diptych.catalog.model_catalog import ModelCatalog
from diptych.config.configuration import Configuration, CurrentConfiguration
from diptych.config.sides import SIDES, SideName
from diptych.core.attachment import Attachment, contents_by_hash
from diptych.core.blind import Blind
from diptych.core.content import Complete, Content, Stop, Text
from diptych.core.endpoint import Endpoint
from diptych.core.event import Event, RequestSent, ResponseBegan
from diptych.core.event_log import MemoryBudget
from diptych.core.message import Message, TextPart, ToolCallPart
from diptych.core.offered_models import ModelList, ModelListAnswer
from diptych.core.remarks import RoundNote, Verdict, Vote
from diptych.core.request import Label, Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.secrets.guard import check_requests
from diptych.core.settings import Settings
from diptych.engine.session import Draft
from diptych.tui.app import DiptychApp
from diptych.tui.export_choice import ExportChoice
from diptych.tui.screens.compare import CompareScreen
from diptych.tui.theme_choice import ThemeChoice

if TYPE_CHECKING:
    from diptych.engine.engine import Engine

ANTHROPIC = Endpoint(
    "anthropic", "anthropic-messages", "https://api.anthropic.com", "ANTHROPIC_API_KEY", provider="anthropic"
)
OPENAI = Endpoint("openai", "openai-chat", "https://api.openai.com/v1", "OPENAI_API_KEY", provider="openai")

SCENARIOS = {"code": "a code block", "stall": "silence"}


def hint(settings: Settings) -> str:
    return f"Simulated: set {settings.endpoint.key_source} to ask the real model."


PATIENCE = 100.0
"""Real seconds after which a condition that does not become true fails the test."""

NO_CONFIGURATION = CurrentConfiguration(
    lambda: Configuration(Path("config.toml"), {"anthropic": ANTHROPIC, "openai": OPENAI})
)


class FakeEngine:
    """Keeps what it was told; its clock stands still unless a test moves it."""

    def __init__(self, left: str = "claude-sonnet-5-5", right: str = "gpt-5.6-terra") -> None:
        self.settings: dict[Label, Settings] = {
            "left": Settings(ANTHROPIC, left, simulated=True),
            "right": Settings(OPENAI, right),
        }
        self.session_number = 1
        self.rounds: list[Round] = []
        self.excluded: set[Label] = set()
        self.stopped: list[Label | None] = []
        self.warmed_up = False
        self.again = 0
        self._drafted_again: Draft | None = None
        self.now = 100.0
        self.problem = ""
        self.open_calls: dict[Label, tuple[ToolCallPart, ...]] = {}
        self.memory: MemoryBudget | None = None
        self.continues: Label | None = None

    @property
    def conversation(self) -> tuple[Round, ...]:
        return tuple(self.rounds)

    @property
    def busy(self) -> bool:
        return bool(self.rounds) and not self.rounds[-1].ended

    def configure(self, label: Label, settings: Settings) -> None:
        self.settings[label] = settings

    def draft(self, prompt: str, attachments: Sequence[Attachment] = ()) -> Draft:
        asked = Message("user", (*(each.file for each in attachments), TextPart(prompt)))
        requests: dict[Label, Request] = {
            side: Request(self.settings[side], (asked,), contents_by_hash(attachments)) for side in SIDES
        }
        return Draft(prompt, requests, check_requests(requests.values()))

    def draft_again(self, round_: Round | None = None) -> Draft:
        self._drafted_again = self.draft((round_ or self.rounds[-1]).prompt)
        return self._drafted_again

    def send(self, draft: Draft, blind: Blind | None = None) -> Round:
        self.again += draft is self._drafted_again
        runs = [Run(side, draft.requests[side], self.now, memory=self.memory) for side in SIDES]
        self.rounds.append(
            Round(draft.prompt, self.now, runs, follows=self.rounds[-1] if self.rounds else None, blind=blind)
        )
        return self.rounds[-1]

    def put_note(self, round_: Round, note: RoundNote) -> None:
        round_.put_note(note)

    def cast_vote(self, round_: Round, verdict: Verdict, label: Label | None = None) -> Vote:
        vote = round_.vote_now(verdict, label, 1_795_000_000.0)
        round_.put_vote(vote)
        return vote

    def take_back_vote(self, round_: Round) -> None:
        round_.take_back_vote()

    def reveal(self, round_: Round) -> None:
        round_.reveal()

    def stop(self, label: Label | None = None) -> None:
        self.stopped.append(label)

    def new_session(self) -> None:
        self.session_number += 1
        self.rounds = []

    def clock(self) -> float:
        return self.now

    def warm_up(self) -> None:
        self.warmed_up = True

    def is_excluded(self, round_: Round, label: Label) -> bool:
        return label in self.excluded

    def close(self) -> None:
        """There is nothing to close."""

    @property
    def left(self) -> Run:
        return self.rounds[-1].runs["left"]

    @property
    def right(self) -> Run:
        return self.rounds[-1].runs["right"]


class FakeCatalog(ModelCatalog):
    """Knows the models that a test gives it, and answers at once, or when the test says so."""

    def __init__(self, *, offline: bool = False) -> None:
        super().__init__(offline=offline)
        self.named: dict[str, Sequence[str]] = {
            "anthropic": ("claude-opus-5",),
            "openai": ("gpt-5", "gpt-5.6-terra"),
        }
        self.kept: dict[str, ModelList] = {}
        self.answers: dict[str, Future[ModelListAnswer]] = {}
        self.asked: list[str] = []

    def sdk_models(self, endpoint: Endpoint) -> Sequence[str]:
        return self.named.get(endpoint.name, ())

    def cached(self, endpoint: Endpoint) -> ModelList | None:
        return self.kept.get(endpoint.name)

    def ask(self, endpoint: Endpoint) -> "Future[ModelListAnswer]":
        self.asked.append(endpoint.name)
        return self.answers.setdefault(endpoint.name, Future())

    def answer(self, name: str, answer: ModelListAnswer) -> None:
        """Give the answer of an endpoint."""
        future = Future[ModelListAnswer]()
        future.set_result(answer)
        waiting = self.answers.get(name)
        self.answers[name] = future
        if waiting and not waiting.done():
            waiting.set_result(answer)


def new_run(
    side: SideName, settings: Settings, prompt: str = "hi", began: float = 100.0, memory: MemoryBudget | None = None
) -> Run:
    return Run(side, Request(settings, (Message.of_text("user", prompt),)), began, memory=memory)


def a_run(**settings: Any) -> Run:
    """A run of its own, its request sent at 100.0."""
    run = new_run("left", Settings(ANTHROPIC, "claude-sonnet-5-5", **settings))
    begin(run, response=False)
    return run


def begin(run: Run, *, response: bool = True, connect: float | None = None) -> None:
    """The request goes out at 100.0, on a connection that took `connect`; a third of a second later the response."""
    run.begin_attempt(100.0)
    if connect is not None:
        run.connected(100.0, connect)
    run.note(RequestSent(100.0, "POST", "https://api.test/v1/messages", (), b'{"messages": [{}, {}]}'))
    if response:
        run.note(ResponseBegan(100.3, 200, (("request-id", "req_01"),)))


def add(run: Run, *contents: Content, at: float | None = None, name: str = "delta", data: bytes = b"{}") -> None:
    """The next event, a hundredth of a second after the last line unless said otherwise."""
    stamp = (run.lines[-1].at if run.lines else 100.0) + 0.01 if at is None else at
    run.add(Event(stamp, run.events + 1, name, data, contents))


def say(run: Run, *pieces: str) -> None:
    """Pieces of the answer, each an event."""
    for piece in pieces:
        add(run, Text(piece))


def finish(run: Run, reason: str = "end_turn") -> None:
    """The answer is whole."""
    add(run, Stop(reason), Complete(), name="message_stop")
    run.complete()


def an_app(
    engine: "FakeEngine | Engine",
    *,
    unrecorded: Callable[[], str] = str,
    catalog: ModelCatalog | None = None,
    configuration: CurrentConfiguration = NO_CONFIGURATION,
    prompts: Mapping[str, str] | None = None,
    keys: Mapping[str, str] | None = None,
    theme: ThemeChoice | None = None,
    exports: ExportChoice | None = None,
    **options: Any,
) -> DiptychApp:
    if prompts:
        with_prompts = replace(configuration.now, prompts=prompts)
        configuration = CurrentConfiguration(lambda: with_prompts)
    asked = cast("Engine", engine)  # tests/tui/test_fakes.py compares the two
    return DiptychApp(
        CompareScreen(
            asked,
            configuration,
            catalog=catalog or FakeCatalog(),
            hint=hint,
            scenarios=SCENARIOS,
            unrecorded=unrecorded,
            **options,
        ),
        unrecorded,
        keys=keys or {},
        theme=theme,
        exports=exports,
    )


def on_screen(app: DiptychApp) -> str:
    """Everything that stands on the screen, line by line."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def type_at_once(app: DiptychApp, *keys: str) -> None:
    """Keys that arrive together, as from a fast typist while the app is at work."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


async def until(pilot: Pilot[Any], condition: Callable[[], bool]) -> None:
    """Let the app work until the condition holds."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        await pilot.pause()
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError(on_screen(pilot.app))  # type: ignore[arg-type]


async def focus(pilot: Pilot[Any], kind: type[Widget], *keys: str) -> None:
    """Press keys, and wait until a widget of that kind has the focus: keys typed before go to the one that has it."""
    await pilot.press(*keys)
    await until(pilot, lambda: isinstance(pilot.app.focused, kind))


async def see(pilot: Pilot[Any], *texts: str) -> None:
    """Wait until all of these stand on the screen."""
    await until(pilot, lambda: all(text in on_screen(pilot.app) for text in texts))  # type: ignore[arg-type]
