"""Reads votes from the history, each with the models that it is about: the user's, and those of judges."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from diptych.core.experiment.judging.judgement import judged_pairs
from diptych.core.json_text import parse_object
from diptych.core.model_pairs import Ballot
from diptych.core.naming import tallied_model
from diptych.store.hidden import SEEN
from diptych.store.judgement_rows import read_judgements, read_judges
from diptych.store.remark_rows import as_vote

_BALLOTS = f"""
SELECT votes.round, votes.verdict, votes.date, votes.label, votes.voter, votes.blind, votes.takes, votes.pair,
  runs.label, runs.take, runs.counts = 1, CAST(runs.endpoint AS TEXT), CAST(runs.model AS TEXT), runs.simulated = 1
FROM votes JOIN rounds ON rounds.id = votes.round JOIN runs ON runs.round = rounds.id
WHERE votes.voter = '' AND {SEEN} ORDER BY votes.round, votes.pair, runs.id
"""  # noqa: S608 - put together from constants
"""Each vote of the user with each take of its round."""

_JUDGED = """
SELECT id, CASE WHEN json_valid(plan) THEN json_extract(plan, '$.plan.models') END FROM experiments
WHERE id IN (SELECT experiment FROM judgements) ORDER BY id
"""
"""Each experiment that was judged, with the models of its plan."""


def read_ballots(connection: sqlite3.Connection, model: str = "") -> Iterator[Ballot]:
    """Yield the user's votes on rounds with a model whose name contains `model`, in upper or lower case.

    Each has the models of the takes that it was given on; those that count now, where that is not known. Raises
    `ValueError` or `TypeError` for damaged ones.
    """
    for _, group in groupby(connection.execute(_BALLOTS), key=itemgetter(0, 7)):
        ballot = _ballot([row[1:] for row in group])
        if _is_wanted(ballot.models, model):
            yield ballot


def read_judge_ballots(connection: sqlite3.Connection, model: str = "") -> Iterator[Ballot]:
    """Yield the verdicts of judges on pairs with a model whose name contains `model`, experiment by experiment.

    Raises `ValueError` for damaged ones. Experiments whose plans are damaged are left out.
    """
    for experiment, models in connection.execute(_JUDGED).fetchall():
        names = _model_names(models)
        for judge in read_judges(connection, experiment):
            for pair in judged_pairs(read_judgements(connection, experiment, judge)):
                asked = {label: names[label] for label in pair.pair if label in names}
                if pair.winner and len(asked) == len(pair.pair) and _is_wanted(asked, model):
                    label = None if pair.winner == "tie" else pair.pair[pair.winner == "second"]
                    yield Ballot(asked, "tie" if label is None else "better", label, True, judge.title)


def _model_names(models: Any) -> Mapping[str, str]:
    """Return the name of the model behind each label of a plan; none where it is damaged."""
    try:
        return {
            str(label): tallied_model(each["endpoint"], each["model"], simulated=each.get("simulated") is True)
            for label, each in parse_object(models).items()
        }
    except (ValueError, TypeError, LookupError, AttributeError):
        return {}


def _is_wanted(models: Mapping[str, str], model: str) -> bool:
    return any(model.lower() in name.lower() for name in models.values())


def _ballot(rows: Sequence[Sequence[Any]]) -> Ballot:
    """Return a vote from the rows of its round's takes. It has the models of the labels that it is about."""
    vote = as_vote(*rows[0][:7])
    models = {
        str(label): tallied_model(endpoint, model, simulated=simulated == 1)
        for label, take, counts, endpoint, model, simulated in (row[7:] for row in rows)
        if (not vote.pair or label in vote.pair) and (take == vote.takes[label] if label in vote.takes else counts)
    }
    return Ballot(models, vote.verdict, vote.label, vote.blind)
