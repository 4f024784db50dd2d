"""The screen on which the user votes on pairs of answers of an experiment without knowing whose they are."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from diptych.config.sides import SIDES
from diptych.core.blind import Blind
from diptych.core.remarks import Verdict, Vote
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.settings import Settings
from diptych.tui.answer.hint import Hint
from diptych.tui.experiment.vote_queue import VotePair, VoteQueue
from diptych.tui.history.history_failure import failed_sentence
from diptych.tui.history.history_reading import read_round
from diptych.tui.key_names import binding_of, key_name, keys_of
from diptych.tui.palette import Command
from diptych.tui.saying import fail, tell, warn
from diptych.tui.screens.going_back import go_back
from diptych.tui.screens.pane_keys import FLIP_KEY
from diptych.tui.screens.two_panes import TwoPaneScreen
from diptych.tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from diptych.store.history import History

Choice = Literal["A", "B", "tie", "neither"]

_KEYS = {
    "pairs.vote-a": "A",
    "pairs.vote-b": "B",
    "pairs.vote-tie": "tie",
    "pairs.vote-neither": "neither",
    "pairs.skip": "skip",
    "pairs.back": "back",
    "pairs.close": "leave",
}
"""What the keys are for, by their bindings."""

_WORDS: dict[Choice, str] = {"A": "A", "B": "B", "tie": "a tie", "neither": "neither answer"}


def _vote_key(key: str, choice: Choice, does: str) -> Binding:
    return Binding(key, f"vote('{choice}')", choice, tooltip=does, priority=True, id=f"pairs.vote-{choice.lower()}")


class PairVotingScreen(TwoPaneScreen):
    """Shows one pair after another, with letters in place of models, and keeps the votes in the history.

    Only the words of the answers are shown, as in a blind round that has ended. Whose they are is not told after a vote
    either: the user would come to know the models by their style. `clock` returns the seconds since 1970.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        _vote_key("1", "A", "Vote for answer A"),
        _vote_key("2", "B", "Vote for answer B"),
        _vote_key("equals_sign", "tie", "Vote for a tie"),
        _vote_key("0", "neither", "Vote for neither answer"),
        Binding("s", "skip", "skip", tooltip="Skip this pair: it comes again at the end", id="pairs.skip"),
        Binding("b", "back", "back", tooltip="Go back to the pair before", id="pairs.back"),
        FLIP_KEY,
        Binding(
            "tab", "app.focus_next", tooltip="Go to the other answer", show=False, priority=True, id="pairs.next-part"
        ),
        Binding("h", "focus_side('left')", tooltip="Go to answer A", show=False, id="pairs.left-side"),
        Binding("l", "focus_side('right')", tooltip="Go to answer B", show=False, id="pairs.right-side"),
        Binding(
            "escape,q", "close", "leave", tooltip="Leave; the votes are kept, and you can go on later", id="pairs.close"
        ),
    ]

    def __init__(
        self, history: "History", number: int, queue: VoteQueue, clock: Callable[[], float] = time.time
    ) -> None:
        self._history = history
        self._number = number
        self._queue = queue
        self._clock = clock
        self._pair: VotePair | None = None
        self._whole: Round | None = None
        self._not_kept_yet: dict[Worker[Any], tuple[VotePair, Vote | None]] = {}
        self._line = TextLine(id="voting")
        super().__init__(self._line, dict.fromkeys(SIDES, Hint([], {})))

    def on_mount(self) -> None:
        """Show the first pair."""
        self._show_next()

    def now(self) -> float:
        """Return a time at which everything has arrived: the answers have ended."""
        return 0.0

    def place(self) -> str:
        """Return how many pairs have votes."""
        return f"x{self._number} · {self._queue.voted:,} of {len(self._queue):,} voted"

    def next_settings(self, label: Label) -> Settings | None:
        """Return settings that tell nothing, as there is no next request."""
        veil = self._veils.of(self._shown) if self._shown else None
        return veil.runs[label].request.settings if veil and label in veil.runs else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Vote only on a pair that is shown, and leave digits to a box that the user types into."""
        if action == "vote":
            return self._pair is not None and not isinstance(self.focused, Input)
        return True

    def action_vote(self, choice: Choice) -> None:
        """Keep a vote on the shown pair, and show the next one."""
        pair, whole = self._pair, self._whole
        if pair is None or whole is None:
            return
        vote = whole.vote_now(
            *_verdict(pair, choice), self._clock(), whole.pair_in(pair.first, pair.second), blind=True
        )
        before = self._queue.vote
        self._queue.put(pair, vote)
        worker = self.run_worker(
            partial(self._history.put_vote, pair.round, vote),
            thread=True,
            exit_on_error=False,
            group="vote",
            description="keep a vote",
        )
        self._not_kept_yet[worker] = pair, before
        tell(self, f"You voted for {_WORDS[choice]}.")
        self._queue.go_on()
        self._show_next()

    def action_skip(self) -> None:
        """Show the next pair; the shown one comes again at the end."""
        self._queue.go_on()
        self._show_next()

    def action_back(self) -> None:
        """Show the pair before, whose vote can be changed."""
        if self._queue.go_back():
            self._show_next()
        else:
            warn(self, "There is no pair before this one.")

    def action_close(self) -> None:
        """Go back to the experiment."""
        go_back(self)

    def commands(self) -> Iterator[Command]:
        """Yield what can be done here, for the palette."""
        return (command for command in super().commands() if "event" not in command.title.lower())

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show a pair that was read, or withdraw a vote that was not kept; `TwoPaneScreen` has a handler as well."""
        worker = event.worker
        if worker.group not in ("pair", "vote") or not worker.is_finished:
            return
        vote = self._not_kept_yet.pop(worker, None)
        if event.state is WorkerState.SUCCESS and worker.group == "pair" and worker.result is not None:
            pair, whole = worker.result
            self._show_pair(pair, whole)
        elif event.state is WorkerState.ERROR:
            if vote is not None:
                self._queue.withdraw(*vote)
            fail(self, failed_sentence(worker.error))
            self.update_header()

    def _show_next(self) -> None:
        """Read the current pair on a thread, or say that all pairs have votes."""
        self._pair = self._whole = None
        self.refresh_bindings()
        pair = self._queue.current
        if pair is None:
            keys = f"{self._key('pairs.close')} leaves, {self._key('pairs.back')} shows the last one"
            self._line.show(Content(f"All {len(self._queue):,} pairs have votes: {keys}."))
            self.update_header()
            return
        self.run_worker(
            partial(self._read, pair),
            thread=True,
            exclusive=True,
            exit_on_error=False,
            group="pair",
            description="read two answers",
        )

    def _read(self, pair: VotePair) -> tuple[VotePair, Round]:
        return pair, read_round(self._history, pair.round)

    def _show_pair(self, pair: VotePair, whole: Round) -> None:
        """Show two answers of a round as a blind round that nobody has voted on."""
        self._pair, self._whole = pair, whole
        runs = [whole.runs[label] for label in (pair.first, pair.second)]
        self.show(Round(whole.prompt, whole.began, runs, blind=Blind(0, (pair.first, pair.second), "end")))
        voted = f" You voted for {_given(pair, self._queue.vote)}." if self._queue.vote else ""
        keys = " · ".join(f"{self._key(name)} {word}" for name, word in _KEYS.items())
        self._line.show(Content(f"Which is better? {keys}.{voted}"))
        self.action_focus_part("left-answer")
        self.refresh_bindings()

    def _key(self, name: str) -> str:
        """Return a key that a binding of this screen has now."""
        return key_name(keys_of(self.app, binding_of(type(self), name))[0])


def _verdict(pair: VotePair, choice: Choice) -> tuple[Verdict, Label | None]:
    """Return the verdict that a choice stands for, and the label whose answer is better."""
    match choice:
        case "A":
            return "better", pair.first
        case "B":
            return "better", pair.second
        case "tie" | "neither":
            return choice, None


def _given(pair: VotePair, vote: Vote | None) -> str:
    """Return what a vote on a pair was given for."""
    if vote is None or vote.verdict == "tie":
        return _WORDS["tie"]
    if vote.verdict == "neither":
        return _WORDS["neither"]
    return "A" if vote.label == pair.first else "B"
