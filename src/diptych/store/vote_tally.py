"""Reads the user's votes from the history, each with the models that it is about."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from diptych.core.model_pairs import Ballot
from diptych.core.naming import tallied_model
from diptych.store.hidden import SEEN
from diptych.store.remark_rows import as_vote

_BALLOTS = f"""
SELECT votes.round, votes.verdict, votes.date, votes.label, votes.voter, votes.blind, votes.takes, votes.pair,
  runs.label, runs.take, runs.counts = 1, CAST(runs.endpoint AS TEXT), CAST(runs.model AS TEXT), runs.simulated = 1
FROM votes JOIN rounds ON rounds.id = votes.round JOIN runs ON runs.round = rounds.id
WHERE votes.voter = '' AND {SEEN} ORDER BY votes.round, votes.pair, runs.id
"""  # noqa: S608 - put together from constants
"""Each vote of the user with each take of its round."""


def read_ballots(connection: sqlite3.Connection, model: str = "") -> Iterator[Ballot]:
    """Yield the user's votes on rounds with a model whose name contains `model`, in upper or lower case.

    Each has the models of the takes that it was given on; those that count now, where that is not known. Raises
    `ValueError` or `TypeError` for damaged ones.
    """
    for _, group in groupby(connection.execute(_BALLOTS), key=itemgetter(0, 7)):
        ballot = _ballot([row[1:] for row in group])
        if any(model.lower() in name.lower() for name in ballot.models.values()):
            yield ballot


def _ballot(rows: Sequence[Sequence[Any]]) -> Ballot:
    """Return a vote from the rows of its round's takes. It has the models of the labels that it is about."""
    vote = as_vote(*rows[0][:7])
    models = {
        str(label): tallied_model(endpoint, model, simulated=simulated == 1)
        for label, take, counts, endpoint, model, simulated in (row[7:] for row in rows)
        if (not vote.pair or label in vote.pair) and (take == vote.takes[label] if label in vote.takes else counts)
    }
    return Ballot(models, vote.verdict, vote.label, vote.blind)
