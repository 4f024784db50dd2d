"""The part of the screen to compare that answers tool calls: finds results, sends turns, and says what waits."""

from collections.abc import Mapping, Sequence
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

from textual.widget import Widget
from textual.worker import Worker

from diptych.config.sides import SideName
from diptych.core.blind import Blind
from diptych.core.naming import side_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.text.sanitize import clean_line
from diptych.core.tool_calls import is_turn, names_of, open_calls
from diptych.engine.session import Draft
from diptych.engine.tool_turns import ToolTurns, who_called
from diptych.tui.answer.ending import excluded_sentence
from diptych.tui.answer.hint import Hint
from diptych.tui.key_names import key_in_text
from diptych.tui.saying import warn
from diptych.tui.screens.pane_keys import STOP_KEY
from diptych.tui.screens.session_screen import SessionScreen
from diptych.tui.widgets.prompt_box import PromptBox
from diptych.tui.worker_end import is_done

if TYPE_CHECKING:
    from textual.timer import Timer

    from diptych.engine.engine import Engine
    from diptych.engine.tool_answers import Results

_RESULTS_REFUSED = "The results of the tool calls must not be sent. Vote, and send them yourself to see why."
"""What is said of results that are refused in a hidden round."""

_UNTIL_TURN = 0.1
"""Seconds between two looks at whether the answers have ended, so that their tool calls can be answered."""


def why_not_asked(round_: Round) -> Hint:
    """Return what a pane says about a round that did not ask its side."""
    if is_turn(round_.prompt, [run.request for run in round_.runs.values()]):
        return Hint(["This side made no tool call in the round before, so it was not asked in this round."], {})
    return Hint(["This side was not asked in this round."], {})


class TurnScreen(SessionScreen):
    """Answers the tool calls of a round once its answers have ended. Commands run in a worker.

    With `once` the app ends when nothing streams and no call is left to be answered.
    """

    def __init__(
        self,
        bar: Widget,
        hints: Mapping[SideName, Hint],
        engine: "Engine",
        prompt: PromptBox,
        turns: ToolTurns | None,
        *,
        once: bool,
    ) -> None:
        super().__init__(bar, hints, engine)
        self._prompt = prompt
        self._once = once
        self._turns = turns or ToolTurns(engine)
        self._answering: Worker[Any] | None = None
        self._stops_answering = Event()
        self._watching_end: Timer | None = None

    @property
    def is_busy(self) -> bool:
        """Whether an answer streams, or a command that answers a tool call runs."""
        return self._engine.busy or self._answering is not None

    @property
    def why_busy(self) -> str:
        """What is going on while `is_busy`, as the beginning of a sentence."""
        return "The tools are still running" if self._answering else "The models are still answering"

    def on_mount(self) -> None:
        """Prepare to watch for the end of rounds."""
        self._watching_end = self.set_interval(_UNTIL_TURN, self._answer_calls, pause=True)

    def remark(self, side: SideName, run: Run) -> str:
        """Return why later prompts are sent without that turn, or that the next one answers its tool calls."""
        shown = self.round_of(side)
        if shown is None:
            return ""
        if self._engine.is_excluded(shown, run.label):
            return excluded_sentence(run, self._why_excluded(shown))
        conversation = self._engine.conversation
        calls = open_calls(run) if conversation and shown is conversation[-1] else ()
        if not calls or self.is_busy or self._turns.calls_to_answer():
            return ""
        limit = f"{limit} " if (limit := self._turns.limit_reached()) else ""
        return f"{limit}The next prompt is sent as the result of {names_of(calls)}."

    def send_prompt(self, draft: Draft) -> None:
        """Send a draft of the user, and show its round."""
        sent = self._engine.send(draft, self.next_blind())
        self.begin_turns()
        self.show(sent)

    def begin_turns(self) -> None:
        """Answer the tool calls of what was just sent, once its answers have ended."""
        self._turns.begin()
        self._watch_for_end()

    def next_blind(self) -> Blind | None:
        """Return how the next round hides its sides; None for a round in the open."""
        return None

    def stop_answering(self) -> None:
        """Stop the commands that run; the next prompt is then the result of the calls."""
        self._stops_answering.set()

    def forget_answering(self) -> None:
        """Stop the commands that run, and do nothing when they have ended."""
        self.stop_answering()
        self._answering = None

    @property
    def is_asking(self) -> bool:
        """Whether an answer still streams, or a command that answers a tool call runs."""
        return self.is_busy

    @property
    def is_asking_tools(self) -> bool:
        """Whether commands that answer tool calls are running: the conversation must not change before they end."""
        return self._answering is not None

    def conversation_changed(self) -> None:
        """Show what the next prompt goes on from, now that the user has chosen it, and what it does.

        Calls that wait for a result after that get it from the user: choosing something must not send a request.
        """
        if self._engine.open_calls:
            self._turns.stop()
        super().conversation_changed()
        self._say_what_next_prompt_does()

    def show_in(self, sides: Sequence[SideName], shown: Round | None) -> None:
        """Show another round in these panes, or none, and what the next prompt does."""
        super().show_in(sides, shown)
        self._say_what_next_prompt_does()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Send the results of tool calls, unless they were stopped."""
        if event.worker is not self._answering or not is_done(event.worker):
            return
        self._answering = None
        if event.worker.error:
            raise event.worker.error
        draft = self._draft_results(event.worker.result)
        if draft:
            self._send_turn(draft)
        else:
            self._turns.stop()
        self._show_what_waits()

    def _watch_for_end(self) -> None:
        if self._watching_end:
            self._watching_end.resume()

    def _answer_calls(self) -> None:
        """Once every answer has ended, find the results of the tool calls in another thread, if they are given.

        A hidden round is shown whole before: when its turn is sent would tell the pace of its answers.
        """
        if self._engine.busy or self.is_unveiling:
            return
        if self._watching_end:
            self._watching_end.pause()
        calls = self._turns.calls_to_answer()
        if calls:
            self._stops_answering = Event()
            stops, closed = self._stops_answering, self._is_closed
            answer = partial(self._turns.answer, calls, lambda: stops.is_set() or closed.is_set())
            self._answering = self.run_worker(
                answer, group="tools", description="answer tool calls", thread=True, exit_on_error=False
            )
        self._show_what_waits()

    def _draft_results(self, results: "Results | None") -> Draft | None:
        """Return the draft of a turn with these results; None if they were stopped, or must not be sent unasked."""
        if results is None:
            return None
        try:
            draft = self._engine.draft_results(results)
        except MustNotBeSentError as error:
            hidden = self._engine.conversation[-1].is_hidden  # the sentence may name the side that called the tools
            warn(self, _RESULTS_REFUSED if hidden else str(error))
            return None
        if draft.caution:
            warn(self, f"{draft.caution}, so it was not sent. Type a result yourself.")
            return None
        return draft

    def _send_turn(self, draft: Draft) -> None:
        """Send the draft of a turn, and show it in the panes that do not show an earlier round."""
        last = self._engine.rounds[-1]
        watching = [side for side, pane in self._panes.items() if pane.round is last]
        sent = self._turns.send(draft)
        if watching:
            self.show_in(watching, sent)
        self._watch_for_end()

    def _show_what_waits(self) -> None:
        """Say what the next prompt does, now that answers have ended or results of tool calls were found."""
        self._say_what_next_prompt_does()
        self.sample()
        if self._once and not self.is_busy:
            self.app.exit()

    def _why_excluded(self, round_: Round) -> str:
        """Return why no later prompt carries a turn of a round that is worth carrying."""
        conversation = self._engine.conversation
        if round_ in conversation:
            later = (each.continues for each in conversation[conversation.index(round_) + 1 :])
            source = next((label for label in later if label), self._engine.continues)
            return f"both sides go on from the {side_name(source)} answer." if source else ""
        repeated = (each for each in conversation if each.follows is round_.follows and each.prompt == round_.prompt)
        return "the prompt was sent again." if any(repeated) else "it goes on from an earlier round."

    def _say_busy(self) -> None:
        warn(self, f"{self.why_busy}: {key_in_text(self.app, STOP_KEY)} in the prompt box stops them.")

    def _say_what_next_prompt_does(self) -> None:
        if self._answering:
            self._prompt.placeholder = f"tools are running… {key_in_text(self.app, STOP_KEY)} stops them"
            return
        conversation = self._engine.conversation
        calls = {} if self.is_busy or self.is_unveiling or not conversation else self._engine.open_calls
        who = clean_line(who_called(calls, conversation[-1])) if calls else ""
        self._prompt.placeholder = f"the result of {who}…" if calls else self.what_to_do()

    def what_to_do(self) -> str:
        """Return what the empty prompt box says while no tool call waits."""
        return "ask both…"
