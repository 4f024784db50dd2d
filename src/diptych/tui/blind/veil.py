"""A hidden round as it may be seen: runs that hold the words of the answers, and nothing that tells whose they are.

Panes show these runs in place of the real ones. So nothing that a pane does, now or in a later version, can give away a
model, a figure or an event: the run that it has does not know them.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from diptych.core.blind_pace import Arrived, PacedReveal
from diptych.core.endpoint import Endpoint
from diptych.core.failure import Failure
from diptych.core.folding.tool import Tool
from diptych.core.message import Message
from diptych.core.naming import HIDDEN_MODEL
from diptych.core.request import Label, Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.core.text.growing import GrowingText
from diptych.core.wording.outcome import refusal_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_ANSWER = "There is no answer to show. Vote, and the reason is revealed."
_STOPPED = "You stopped the answers. Vote, and all that arrived of this one is shown."
_NOT_WHOLE = "This answer is not whole. Vote, and the reason is revealed."


class VeiledRound:
    """The runs of a hidden round by their labels, each without anything but its words. `sample` lets them grow."""

    def __init__(self, round_: Round) -> None:
        blind = round_.blind
        if blind is None:
            raise ValueError("Only a blind round can be veiled.")
        self._round = round_
        self._reveal = PacedReveal(blind.pace)
        self._sources: dict[Label, GrowingText] = {}
        self.runs: Mapping[Label, Run] = {label: _veiled(round_, blind.letter(label)) for label in round_.runs}

    @property
    def is_over(self) -> bool:
        """Whether every answer has ended and is shown whole, so that the user can vote."""
        return self._reveal.is_over

    def hurry(self) -> None:
        """Show all answers whole as soon as all of them have ended."""
        self._reveal.hurry()

    def sample(self, now: float) -> None:
        """Show in the veiled runs what may be seen at the time `now`, on the clock of the round's stamps."""
        real = {label: run for label, run in self._round.runs.items() if label in self.runs}
        arrived = {label: _arrived(run) for label, run in real.items()}
        was_over, shown = self.is_over, self._reveal.advance(now, arrived)
        for label, run in real.items():
            veiled = self.runs[label]
            if self._sources.get(label) is not run.text:  # what was taken for text turned out to be thinking
                self._sources[label], veiled.text = run.text, GrowingText()
            _grow(veiled.text, run.text, shown)
            _grow(veiled.refusal, run.refusal, shown)
            if self.is_over and not was_over:
                _end(veiled, run, is_cut=any(each.stopped for each in arrived.values()))
            elif shown and not veiled.ended:
                veiled.state = "streaming"


class Veils:
    """The veils of the hidden rounds that a screen shows, so that both panes show one of them at the same pace."""

    def __init__(self) -> None:
        self._veils: dict[Round, VeiledRound] = {}

    def of(self, round_: Round) -> VeiledRound | None:
        """Return the veil of a round; None for a round that may be seen."""
        if not round_.is_hidden:
            return None
        if round_ not in self._veils:
            self._veils[round_] = VeiledRound(round_)
        return self._veils[round_]

    def keep(self, shown: Collection[Round]) -> None:
        """Forget the veils of all rounds but these."""
        self._veils = {round_: veil for round_, veil in self._veils.items() if round_ in shown}

    def hurry(self) -> None:
        """Show the rest of every answer as soon as all of them have ended."""
        for veil in self._veils.values():
            veil.hurry()

    def sample(self, now: float) -> None:
        """Show in the runs of every veil what may be seen at the time `now`."""
        for veil in self._veils.values():
            veil.sample(now)


def _veiled(round_: Round, letter: str) -> Run:
    """Return a run without words, events and figures, whose only name is its letter."""
    nowhere = Settings(Endpoint(letter, "openai-chat", "", ""), HIDDEN_MODEL)
    return Run(letter, Request(nowhere, (Message.of_text("user", round_.prompt),)), round_.began)


def _arrived(run: Run) -> Arrived:
    return Arrived(max(len(run.text), len(run.refusal)), run.ended, run.state == "stopped")


def _grow(shown: GrowingText, source: GrowingText, length: int) -> None:
    """Append to a text what it does not show yet of the first `length` characters of another one."""
    if piece := source.after(len(shown), max(length - len(shown), 0)):
        shown.append(piece)


def _end(veiled: Run, run: Run, *, is_cut: bool) -> None:
    """End a veiled run with its tool calls. The reason why an answer is not whole stays hidden.

    If the round `is_cut`, since the user stopped it, an answer that had ended must look like one that was stopped.
    """
    if is_cut and not (run.state == "complete" and run.text and len(veiled.text) == len(run.text)):
        veiled.failure = Failure("response", _STOPPED)
        veiled.state = "failed"
        return
    veiled.tools = [Tool(None, tool.name, tool.is_function, tool.written) for tool in run.tools]
    if run.state == "complete" and not run.is_empty and not refusal_sentence(run):
        veiled.state = "complete"
        return
    has_words = any(piece.strip() for piece in (*run.text, *run.refusal)) or run.tools
    veiled.failure = Failure("response", _NOT_WHOLE if has_words else _NO_ANSWER)
    veiled.state = "failed"
