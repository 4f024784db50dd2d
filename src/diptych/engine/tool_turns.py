"""The turns that answer tool calls: how many of them follow a prompt, and why none follows any more."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from diptych.core.message import ToolCallPart
from diptych.core.naming import side_name
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.tool_calls import names_of
from diptych.core.tools_file import DEFAULT_MAX_TURNS
from diptych.core.wording.counted import counted
from diptych.engine.engine import Engine
from diptych.engine.session import Draft

if TYPE_CHECKING:
    from diptych.engine.tool_answers import Results, ToolAnswers


class ToolTurns:
    """Counts the turns since the last prompt, and answers the calls of each as long as it may.

    `answers` gives the results; without it, or if its file has none, the next prompt answers the calls.
    """

    def __init__(self, engine: Engine, answers: "ToolAnswers | None" = None, most: int = DEFAULT_MAX_TURNS) -> None:
        self._engine = engine
        self._answers = answers if answers is not None and answers.is_given else None
        self._most = most
        self.turn = 0
        """How many turns have answered tool calls since the last prompt."""
        self._is_stopped = False

    def begin(self) -> None:
        """Start to count: a prompt is sent."""
        self.turn = 0
        self._is_stopped = False

    def stop(self) -> None:
        """Answer no more calls until the next prompt, which is their result."""
        self._is_stopped = True

    def calls_to_answer(self) -> Mapping[Label, Sequence[ToolCallPart]]:
        """Return the calls that `answer` has to answer now; none if the next prompt does, or nothing waits."""
        if self._answers is None or self._is_stopped or self.turn >= self._most:
            return {}
        return self._engine.open_calls

    def answer(
        self, calls: Mapping[Label, Sequence[ToolCallPart]], is_cancelled: Callable[[], bool]
    ) -> "Results | None":
        """Return the results of calls, None as soon as that is cancelled. Blocks; may be called in any thread."""
        return self._answers.answer(calls, is_cancelled) if self._answers else None

    def send(self, draft: Draft) -> Round:
        """Send a draft of `Engine.draft_results`, and count the turn."""
        self.turn += 1
        return self._engine.send(draft)

    def limit_reached(self) -> str:
        """Return the sentence that says that calls are open but no turn may follow; "" if that is not so."""
        calls = self._engine.open_calls
        if not calls or self._answers is None or self.turn < self._most:
            return ""
        turns = counted(self.turn, "turn")
        who = who_called(calls, self._engine.conversation[-1])
        return f"Stopped after {turns} of tool results (--max-turns): {who} got no result."


def who_called(calls: Mapping[Label, Sequence[ToolCallPart]], round_: Round) -> str:
    """Return which tools are called by which side of a round, such as `get_time (left) and get_weather (right)`.

    The sides of a hidden round are called by their letters, in their order.
    """
    named = {side_name(label, round_): names_of(asked) for label, asked in calls.items()}
    order = sorted(named) if round_.is_hidden else named
    return " and ".join(f"{named[name]} ({name})" for name in order)
