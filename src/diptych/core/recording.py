"""A round as it was recorded: what the wire sent and when, and nothing that was made of it.

Stamps are seconds since the round began, on one clock for all runs. What the events mean is read anew, by
`diptych.replay`, whenever a recording is opened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from diptych.core.blind import Blind, hides_models
from diptych.core.body_pieces import NO_REST, BodyRest, PieceEnds
from diptych.core.event import Note, RequestSent, RunCut
from diptych.core.frame import UNKNOWN_FRAME, Frame
from diptych.core.message import Message
from diptych.core.remarks import NO_NOTE, RoundNote, Vote
from diptych.core.request import Label
from diptych.core.round import ExperimentCase
from diptych.core.settings import Settings


class RecordedEvent(NamedTuple):
    """One server-sent event as it arrived; the fields are those of `Event`, without its meaning.

    `frame` and `pieces` are known only in a run that `keeps_bytes`. There, an empty frame stands for the usual one of
    the API, and None for the pieces for what is most usual: one that ends with the event, at its own time.
    """

    at: float
    name: str
    data: bytes
    dropped: int = 0
    late: float = 0.0
    frame: Frame = UNKNOWN_FRAME
    pieces: PieceEnds | None = None


RecordedLine = RecordedEvent | Note


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One run: its label and take, how it was asked, without its key, and its lines in order.

    `messages` is the conversation that was sent, the prompt last; empty where only the round's prompt is known.

    `ended` says whether the recording holds the run's end; one that does not was broken off, or still `is_live`.
    `cost_usd` is what the run cost by the prices of its day; its endpoint has no provider, so that no others are asked.
    Of the takes of a label, the last one with `counts` is the one that counts.

    `keeps_bytes` says whether the recording knows how the events were framed and in which pieces they came; recordings
    of older versions do not. `rest` is what followed the last event of the body.
    """

    label: Label
    settings: Settings
    lines: Sequence[RecordedLine]
    ended: bool
    is_live: bool = False
    cost_usd: str | None = None
    take: int = 1
    messages: tuple[Message, ...] = ()
    counts: bool = True
    keeps_bytes: bool = False
    rest: BodyRest = NO_REST

    @property
    def is_untimed(self) -> bool:
        """Whether it is not known when its events came, as in a capture of another program that did not keep it."""
        requests = [line for line in self.lines if isinstance(line, RequestSent)]
        return bool(requests) and "events" in requests[-1].unknown_times


def holds_end(state: object, lines: Iterable[object]) -> bool:
    """Whether the lines of a run that was written in this state hold its end.

    A run that broke off is written as `cut`, and has no line that says so.
    """
    return state != "cut" or any(isinstance(line, RunCut) for line in lines)


@dataclass(frozen=True, slots=True)
class Recording:
    """A round: its prompt, when it began (seconds since 1970, UTC; None if unknown), and every take of every label.

    `experiment_case` is where it belongs, if that is an experiment. `files` are the contents of the files in its
    messages by their SHA-256, as far as they are known. `continues`, `blind`, `note` and `votes` are those of `Round`.
    `number` is its ID in the history, None for one from a file.
    """

    prompt: str
    date: float | None
    runs: Sequence[RecordedRun]
    experiment_case: ExperimentCase | None = None
    files: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    continues: Label | None = None
    blind: Blind | None = None
    note: RoundNote = NO_NOTE
    votes: tuple[Vote, ...] = ()
    number: int | None = field(default=None, compare=False)

    @property
    def is_hidden(self) -> bool:
        """Whether nobody may see yet which model wrote which answer; see `Round.is_hidden`."""
        return hides_models(self.blind, self.votes)

    def run(self, label: Label, take: int = 1) -> RecordedRun:
        """Return one take of a label. Raises `LookupError` where there is none."""
        for run in self.runs:
            if (run.label, run.take) == (label, take):
                return run
        raise LookupError(label, take)
