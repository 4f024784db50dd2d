"""Listed rounds and experiments of the history: their prompts and figures, without the lines of their runs.

A `HistoryFilter` says which rounds to list. `diptych.store.history` returns them, or raises `HistoryError`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from diptych.core.blind import Blind, hides_models
from diptych.core.message import FilePart
from diptych.core.metrics.cost import CostSource
from diptych.core.remarks import NO_NOTE, RoundNote, Vote, vote_of_user
from diptych.core.request import Label
from diptych.core.round import ExperimentCase
from diptych.core.run import State
from diptych.core.settings import Settings


class HistoryError(Exception):
    """The history cannot be read or changed; the message is one clear sentence for the user."""


class ListedRun(NamedTuple):
    """A run that counts in a listed round.

    `endpoint`, `api` and `model` are the names it was asked by. `first_token` and `total` are seconds since t0, None
    where unknown; `cost_usd` is a decimal number of dollars, and `cost_source` says by whose prices; `events` counts
    the events of the wire. `settings` have neither the address nor the key of the endpoint; they are None where the
    history is damaged. `takes` counts the takes of the label, of which this is number `take`.
    """

    label: Label
    endpoint: str
    api: str
    model: str
    simulated: bool
    state: State
    stop_reason: str | None
    first_token: float | None
    total: float | None
    cost_usd: str | None
    events: int
    take: int = 1
    settings: Settings | None = None
    cost_source: CostSource | None = None
    takes: int = 1


class ListedRound(NamedTuple):
    """One round of the history: its ids, its prompt and its runs, and what is said about it.

    `date` is when it began, in seconds since 1970 (UTC), 0 if that is not known. `runs` has the run that counts for
    each label. `attachments` are the files that were sent with the prompt. `note`, `votes`, `blind` and
    `experiment_case` are those of `Round`.

    A hidden round has no `runs` here, since each of them would tell whose its answer is.
    """

    id: int
    session: int
    prompt: str
    date: float
    runs: tuple[ListedRun, ...]
    attachments: tuple[FilePart, ...] = ()
    note: RoundNote = NO_NOTE
    votes: tuple[Vote, ...] = ()
    blind: Blind | None = None
    experiment_case: ExperimentCase | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether nobody may see yet which model wrote which answer; see `Round.is_hidden`."""
        return hides_models(self.blind, self.votes)

    @property
    def vote(self) -> Vote | None:
        """The vote of the user."""
        return vote_of_user(self.votes)

    @property
    def has_remarks(self) -> bool:
        """Whether there is a note, a star, a vote or a choice of takes."""
        return bool(self.votes or self.note != NO_NOTE or any(run.takes > 1 for run in self.runs))

    def settings_of_others(self, run: ListedRun) -> list[Settings]:
        """Return the settings of the other sides, as far as they are known."""
        return [each.settings for each in self.runs if each is not run and each.settings]


class ListedExperiment(NamedTuple):
    """One experiment of the history: its number and date, what is asked of whom, and how far that has come.

    `models` has `ENDPOINT:MODEL` for each label. `done` counts the answers that need not be asked for again, `failed`
    those of them that are not complete. `cost_usd` is what they cost as far as that is known, None where it is not
    known of any. `prompt` is that of the first case.
    """

    number: int
    date: float | None
    models: Mapping[Label, str]
    cases: int
    repeats: int
    done: int
    failed: int
    cost_usd: str | None
    prompt: str

    @property
    def answers(self) -> int:
        """How many answers there are when everything has been asked."""
        return self.cases * self.repeats * len(self.models)


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which rounds to list: those that match every field; "" matches all.

    The words of `query` may stand in the prompt, in the note or in any answer. `model` and `endpoint` are parts of
    those names, in upper or lower case, and `state` is a whole state; one run of the round must match all three.
    `marks` are things that a round may be, such as `starred`: it must be all of them.

    `experiment` is the number of the experiment whose rounds to list. A filter that asks for nothing leaves out the
    rounds of experiments, of which there may be very many: see `History.experiments`.
    """

    query: str = ""
    model: str = ""
    endpoint: str = ""
    state: str = ""
    marks: tuple[str, ...] = ()
    experiment: int | None = None


def by_date(
    rounds: Iterable[ListedRound], experiments: Iterable[ListedExperiment]
) -> Iterator[ListedRound | ListedExperiment]:
    """Yield rounds and experiments, each newest first, as one list: an experiment before the rounds that are older."""
    waiting = list(reversed(list(experiments)))
    for listed in rounds:
        while waiting and (waiting[-1].date or 0.0) >= listed.date:
            yield waiting.pop()
        yield listed
    yield from reversed(waiting)
