"""The engine, through which a front end asks models and stops them. It keeps the rounds of the session."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from diptych.core.attachment import Attachment
from diptych.core.blind import Blind
from diptych.core.event_log import MemoryBudget
from diptych.core.message import ToolCallPart, ToolResultPart
from diptych.core.remarks import RoundNote, Verdict, Vote
from diptych.core.request import Label
from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.engine.scheduler import Scheduler
from diptych.engine.session import Draft, Session
from diptych.engine.stream_loop import StreamLoop


def monotonic_seconds() -> float:
    """Return the monotonic clock in whole microseconds, so that a stamp stays the same when it is written and read."""
    return round(time.perf_counter(), 6)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What stays the same from start to exit.

    `timeout` is the silence allowed in seconds, None for what each endpoint allows. `seed` makes simulated models
    repeatable. `new_memory` returns what bounds the memory of one session's events; without it they all stay.
    """

    timeout: float | None = None
    seed: int | None = None
    new_memory: Callable[[], MemoryBudget | None] = lambda: None


class Engine:
    """Asks models and keeps the session. Drive it from one thread; the runs grow in another, where any may read them.

    `observer` is told of every round, and of every line as it arrives. A test replaces `loop` and `clock` together, by
    a loop in virtual time.
    """

    def __init__(
        self,
        settings: Mapping[Label, Settings],
        options: EngineOptions,
        observer: RoundObserver | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
        clock: Callable[[], float] = monotonic_seconds,
    ) -> None:
        self._options = options
        self._observer = observer
        self.clock = clock
        self._session = Session(settings, 1, observer, options.new_memory())
        self._is_warm = False
        self._loop = StreamLoop(loop)
        self._scheduler = Scheduler(clock, options.timeout, options.seed)

    @property
    def settings(self) -> Mapping[Label, Settings]:
        """The settings with which each label is asked from now on."""
        return self._session.settings

    @property
    def session_number(self) -> int:
        """The number of the session, from 1."""
        return self._session.number

    @property
    def rounds(self) -> Sequence[Round]:
        """The rounds of the session, in order."""
        return self._session.rounds

    @property
    def busy(self) -> bool:
        """Whether an answer still streams."""
        return self._session.busy

    @property
    def problem(self) -> str:
        """A sentence while events stay in memory that should have left it; "" while all is well."""
        return self._session.problem

    def configure(self, label: Label, settings: Settings) -> None:
        """Change how a label is asked, from the next prompt on."""
        self._session.configure(label, settings)
        if self._is_warm:
            self.warm_up()

    def draft(self, prompt: str, attachments: Sequence[Attachment] = ()) -> Draft:
        """Return what `send` would send for a prompt, checked for secrets; see `Session.draft` for what it raises."""
        return self._session.draft(prompt, attachments)

    @property
    def open_calls(self) -> Mapping[Label, Sequence[ToolCallPart]]:
        """The tool calls that wait for a result, of each label that has any. The next prompt is their result."""
        return self._session.open_calls

    def draft_results(self, results: Mapping[Label, Sequence[ToolResultPart]]) -> Draft:
        """Return what `send` would send with the results of open calls; see `Session.draft_results`."""
        return self._session.draft_results(results)

    def draft_again(self, round_: Round | None = None) -> Draft:
        """Return what `send` would send to ask the prompt of a round again; see `Session.draft_again`."""
        return self._session.draft_again(round_)

    def send(self, draft: Draft, blind: Blind | None = None) -> Round:
        """Send a draft to every label; returns at once. Raises `RuntimeError` while an answer still streams.

        `blind` hides the sides until the user votes. What follows a hidden round is hidden anyway; see `Session.begin`.
        """
        round_ = self._session.begin(draft, self.clock(), time.time(), blind)
        self._loop.call(self._scheduler.keep_open, tuple(self.settings.values()))
        self._loop.call(self._scheduler.start, *round_.runs.values())
        return round_

    def ask(self, prompt: str) -> Round:
        """Send a prompt, even if something in it looks like a key; returns at once. Raises what `draft` raises."""
        return self.send(self.draft(prompt))

    def ask_take(self, round_: Round, label: Label) -> Run:
        """Send a label's conversation of an earlier round once more, with its present settings; returns at once.

        The new take counts from now on. See `Session.begin_take` for what it raises.
        """
        run = self._session.begin_take(round_, label, self.clock())
        self._loop.call(self._scheduler.start, run)
        return run

    def choose_take(self, round_: Round, run: Run) -> None:
        """Make a take the one that counts for its label: in later prompts, figures, votes and exports."""
        self._session.choose_take(round_, run)

    def put_note(self, round_: Round, note: RoundNote) -> None:
        """Keep a note on a round of the session in place of the one before."""
        self._session.put_note(round_, note)

    def put_vote(self, round_: Round, vote: Vote) -> None:
        """Keep a vote on a round of the session in place of the one that its voter gave before."""
        self._session.put_vote(round_, vote)

    def take_back_vote(self, round_: Round) -> None:
        """Remove the user's vote on a round of the session."""
        self._session.take_back_vote(round_)

    def cast_vote(self, round_: Round, verdict: Verdict, label: Label | None = None) -> Vote:
        """Keep the user's vote on a round of the session, given now on the takes that count now; return it."""
        vote = round_.vote_now(verdict, label, time.time())
        self.put_vote(round_, vote)
        return vote

    def reveal(self, round_: Round) -> None:
        """Show whose the answers of a hidden round are without a vote, and those of others in the same order."""
        self._session.reveal(round_)

    @property
    def conversation(self) -> Sequence[Round]:
        """The rounds that the next prompt follows."""
        return self._session.conversation

    @property
    def continues(self) -> Label | None:
        """The label whose answers every label goes on with from the next prompt on; None if each has its own."""
        return self._session.continues

    def continue_from(self, round_: Round, label: Label) -> None:
        """Continue every label from one label's answer in a round; see `Session.continue_from` for what it raises."""
        self._session.continue_from(round_, label)

    def undo_continuing(self) -> None:
        """Continue every label with its own conversation again."""
        self._session.undo_continuing()

    def open_rounds(self, rounds: Mapping[int, Round]) -> None:
        """Begin a session that goes on with a conversation of the history: its rounds by their ids there, in order.

        Runs that still stream are stopped. See `Session.open_rounds` for what it raises; then the session stays.
        """
        session = self._next_session()
        session.open_rounds(rounds)
        self._replace_session(session)

    def stop(self, label: Label | None = None) -> None:
        """Stop what streams for one label, or everything. What has arrived is kept."""
        for run in self._session.streaming(label):
            self.stop_run(run)

    def stop_run(self, run: Run) -> None:
        """Stop one run. What has arrived is kept."""
        self._loop.call(self._scheduler.stop, run)

    def new_session(self) -> None:
        """Begin a session without earlier rounds. Runs that still stream are stopped."""
        self._replace_session(self._next_session())

    def _next_session(self) -> Session:
        return Session(self.settings, self.session_number + 1, self._observer, self._options.new_memory())

    def _replace_session(self, session: Session) -> None:
        self.stop()
        self._session = session
        self._loop.call(self._scheduler.reclaim)

    def is_excluded(self, round_: Round, label: Label) -> bool:
        """Whether a label's turn has ended and is not part of the conversation that later prompts carry."""
        return self._session.is_excluded(round_, label)

    def warm_up(self) -> None:
        """Load what the first requests need in the background, so that no prompt has to wait for it."""
        from diptych.wire.loading import load_in_background

        self._is_warm = True
        load_in_background(self.settings.values(), with_prices=True)

    def close(self) -> None:
        """Stop everything, close every connection, and end the thread."""
        self._loop.close(self._scheduler.close())
