"""A round: one prompt and the runs that answer it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from diptych.core.blind import Blind, hides_models
from diptych.core.message import FilePart
from diptych.core.remarks import NO_NOTE, LabelPair, RoundNote, Verdict, Vote, label_pair, vote_of_user
from diptych.core.request import Label
from diptych.core.run import Run, RunObserver
from diptych.core.settings import Settings

if TYPE_CHECKING:
    from diptych.core.experiment.answer_row import AnswerRow


@dataclass(frozen=True, slots=True)
class ExperimentCase:
    """Where a round belongs in an experiment: the experiment's number, the case's id, and the repeat, from 1.

    The number is None for an experiment that is not in the history. A round that only warms up has the repeat 0.
    """

    experiment: int | None
    case: str
    repeat: int


class Round:
    """One prompt and the runs that answer it: by label, each with its takes in the order in which they were asked.

    `began` is the stamp at which the round was asked, on the clock that its runs share; `date` is the same moment in
    seconds since 1970 (UTC), None if it is not known. A round has one writer; other threads may read it at any time.

    `continues` is the label whose conversation every label went on with in this round, None if each went on with its
    own. `follows` is the round before in its conversation, None if it is the first, or if that round is not known.
    `blind` says how the sides are hidden until the user votes, None in the open. `number` is the round's ID in the
    history, None while it is not recorded there.
    """

    def __init__(
        self,
        prompt: str,
        began: float,
        runs: Iterable[Run],
        date: float | None = None,
        experiment_case: ExperimentCase | None = None,
        *,
        follows: "Round | None" = None,
        continues: Label | None = None,
        blind: Blind | None = None,
    ) -> None:
        self.prompt = prompt
        self.began = began
        self.date = date
        self.experiment_case = experiment_case
        self.follows = follows
        self.continues = continues
        self.blind = blind
        self.number: int | None = None
        self._note = NO_NOTE
        self._votes: tuple[Vote, ...] = ()
        self._takes: dict[Label, tuple[Run, ...]] = {}
        self._runs: Mapping[Label, Run] = MappingProxyType({})
        for run in runs:
            self.add_take(run)

    @property
    def runs(self) -> Mapping[Label, Run]:
        """The run that counts for each label: the last take, unless another one was chosen."""
        return self._runs

    @property
    def attachments(self) -> tuple[FilePart, ...]:
        """The files that were sent with the prompt, the same to every label."""
        return next((files for run in self._runs.values() if (files := run.request.messages[-1].files)), ())

    @property
    def note(self) -> RoundNote:
        """What the user wrote about the round; an empty note if there is none."""
        return self._note

    @property
    def votes(self) -> Sequence[Vote]:
        """The votes on the round: the user's, if there is one, before those of judges."""
        return self._votes

    @property
    def vote(self) -> Vote | None:
        """The vote of the user on all answers of the round."""
        return vote_of_user(self._votes)

    def pair_in(self, one: Label, other: Label) -> LabelPair | None:
        """Return the `pair` of a vote on two answers: None if they are all that the round has."""
        return None if set(self._runs) == {one, other} else label_pair(one, other)

    @property
    def is_hidden(self) -> bool:
        """Whether nobody may see yet which model wrote which answer: the round is blind, and the user has not voted."""
        return hides_models(self.blind, self._votes)

    @property
    def ended(self) -> bool:
        """Whether every run is over, whichever takes count."""
        return all(run.ended for run in self.all_takes())

    def settings_of_others(self, run: Run) -> list[Settings]:
        """Return the settings of the runs that count for the other labels."""
        return [other.request.settings for other in self._runs.values() if other.label != run.label]

    def takes(self, label: Label) -> Sequence[Run]:
        """Return the takes of a label in order; empty for a label that was not asked."""
        return self._takes.get(label, ())

    def all_takes(self) -> Iterator[Run]:
        """Yield every run of the round: label by label, each with its takes in order."""
        return chain.from_iterable(tuple(self._takes.values()))

    def add_take(self, run: Run) -> None:
        """Add a run as the last take of its label; it counts from now on."""
        self._takes[run.label] = (*self.takes(run.label), run)
        self.choose_take(run)

    def choose_take(self, run: Run) -> None:
        """Make this take the one that counts for its label. Raises `ValueError` for a run of another round."""
        if run not in self.takes(run.label):
            raise ValueError("Only a take of the round itself can count in it.")
        self._runs = MappingProxyType({**self._runs, run.label: run})

    def put_note(self, note: RoundNote) -> None:
        """Keep a note in place of the one before."""
        self._note = note

    def put_vote(self, vote: Vote) -> None:
        """Keep a vote in place of the one that its voter gave before on the same answers."""
        others = (each for each in self._votes if (each.voter, each.pair) != (vote.voter, vote.pair))
        self._votes = tuple(sorted((*others, vote), key=lambda each: (each.voter, each.pair or ())))

    def vote_now(
        self, verdict: Verdict, label: Label | None, date: float, pair: LabelPair | None = None, *, blind: bool = False
    ) -> Vote:
        """Return a vote of the user on what counts now: on a pair of labels, or on all. Nothing is kept yet.

        It is blind if the round is hidden, or if `blind` says that the user did not know the models.
        """
        takes = {each: run.take for each, run in self._runs.items() if pair is None or each in pair}
        return Vote(verdict, date, label, "", self.is_hidden or blind, MappingProxyType(takes), pair)

    def reveal(self) -> None:
        """Remember that the user has seen whose the answers of a blind round are."""
        if self.blind is not None:
            self.blind = replace(self.blind, revealed=True)

    def take_back_vote(self, voter: str = "", pair: LabelPair | None = None) -> None:
        """Remove the vote of a voter, if there is one. What the user of a blind round has seen stays seen."""
        if not voter and self.vote:
            self.reveal()
        self._votes = tuple(vote for vote in self._votes if (vote.voter, vote.pair) != (voter, pair))


class RoundObserver(RunObserver, Protocol):
    """Is told of every round and every take before anything happens in them."""

    def round_began(self, session: int, round_: Round) -> None:
        """A round begins in the session of this number."""

    def take_began(self, round_: Round, run: Run) -> None:
        """Another take begins in a round that has begun before."""

    def round_opened(self, session: int, round_: Round, id: int) -> None:  # noqa: A002 - the word users know
        """A round of the history, which has ended and has this id there, becomes part of a session."""

    def round_changed(self, round_: Round) -> None:
        """Another take counts in a round, or its note or its votes have changed."""

    def row_added(self, round_: Round, run: Run, row: "AnswerRow") -> None:
        """A run of an experiment has ended, and its answer was checked: this is its row."""
