"""What was said about the answers of an experiment as rows of the history: judgements, and the user's votes."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from diptych.core.experiment.judging.judgement import Judgement, VotedPair
from diptych.core.json_text import parse_object, to_json
from diptych.core.remarks import label_pair
from diptych.store.remark_rows import as_vote
from diptych.store.storable import storable

_PAIR = 2


class Judge(NamedTuple):
    """A judge of an experiment: a model as `ENDPOINT:MODEL`, and the digest of its rubric."""

    name: str
    rubric: str = ""

    @property
    def title(self) -> str:
        """The model, and the rubric if it is not the built-in one."""
        return f"{self.name} (rubric {self.rubric})" if self.rubric else self.name


def put_judgement(connection: sqlite3.Connection, experiment: int, judgement: Judgement) -> None:
    """Keep a judgement in place of the one before. One on an experiment that is gone is left out."""
    labels = (storable(judgement.first), storable(judgement.second))
    place = (storable(judgement.case), judgement.repeat, *labels, storable(judgement.judge), judgement.rubric)
    connection.execute(
        """INSERT OR REPLACE INTO judgements (experiment, case_id, repeat, first, second, judge, rubric, judgement)
        SELECT id, ?, ?, ?, ?, ?, ?, ? FROM experiments WHERE id = ?""",
        (*place, to_json(msgspec.to_builtins(judgement)), experiment),
    )


def read_judgements(connection: sqlite3.Connection, experiment: int, judge: Judge) -> Iterator[Judgement]:
    """Yield what a judge said about an experiment, by case and repeat. Raises `ValueError` for damaged ones."""
    rows = connection.execute(
        """SELECT judgement FROM judgements WHERE experiment = ? AND judge = ? AND rubric = ?
        ORDER BY case_id, repeat, first, second""",
        (experiment, judge.name, judge.rubric),
    )
    for (text,) in rows:
        # Not decoded by msgspec, which refuses the unpaired surrogates that a model may have written.
        yield msgspec.convert(parse_object(text), Judgement)  # its errors are `ValueError`


def read_judges(connection: sqlite3.Connection, experiment: int) -> list[Judge]:
    """Return the judges that were asked about an experiment, in alphabetical order."""
    query = "SELECT DISTINCT judge, rubric FROM judgements WHERE experiment = ? ORDER BY 1, 2"
    return [Judge(str(name), str(rubric)) for name, rubric in connection.execute(query, (experiment,))]


def read_voted_pairs(connection: sqlite3.Connection, experiment: int) -> Iterator[VotedPair]:
    """Yield the user's votes on pairs of answers of an experiment, by round.

    Votes on a round of two answers are among them. Raises `ValueError` or `TypeError` for damaged ones.
    """
    rows = connection.execute(
        """SELECT rounds.id, rounds.case_id, rounds.repeat, verdict, votes.date, label, voter, votes.blind, takes, pair
        FROM rounds JOIN votes ON votes.round = rounds.id
        WHERE rounds.experiment = ? AND voter = '' ORDER BY rounds.id, pair""",
        (experiment,),
    )
    for round_id, case, repeat, *columns in rows:
        vote = as_vote(*columns)
        labels = vote.pair or _labels(connection, round_id)
        if len(labels) == _PAIR:
            yield VotedPair(str(case), int(repeat), label_pair(*labels), vote)


def _labels(connection: sqlite3.Connection, round_id: int) -> tuple[str, ...]:
    query = "SELECT DISTINCT label FROM runs WHERE round = ? ORDER BY 1"
    return tuple(str(label) for (label,) in connection.execute(query, (round_id,)))
