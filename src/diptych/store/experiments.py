"""Experiments in the history: their plans, and how far they have come. Their rows are in `stored_rows`."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from diptych.codec.checked_fields import object_at, text
from diptych.codec.message_object import read_messages
from diptych.codec.plan_object import read_limits, read_plan
from diptych.core.experiment.answered import Answered
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.history_summary import ListedExperiment
from diptych.core.json_text import parse_object
from diptych.store.errors import StoreError
from diptych.store.hidden import SEEN, SEEN_EXPERIMENT
from diptych.store.round_reading import is_date, require
from diptych.store.stored_rows import answer_states

_REFERENCE = re.compile(r"x(?:(?P<number>\d{1,18})|last(?:~(?P<back>\d{1,18}))?)")

_MERGED = f"""
SELECT max(id) FROM experiments WHERE {SEEN_EXPERIMENT} AND json_valid(plan)
AND json_extract(plan, '$.digest') = ? AND json_extract(plan, '$.merged')
"""  # noqa: S608 - put together from constants

_LISTED = f"""
SELECT id, date,
  CASE WHEN json_valid(plan) THEN json_extract(plan, '$.plan.models') END,
  CASE WHEN json_valid(plan) THEN json_array_length(plan, '$.plan.cases') END,
  CASE WHEN json_valid(plan) THEN json_extract(plan, '$.plan.repeats') END,
  CASE WHEN json_valid(plan) THEN json_extract(plan, '$.plan.cases[0]') END
FROM experiments WHERE {SEEN_EXPERIMENT} ORDER BY id DESC
"""  # noqa: S608 - put together from constants

_STATES = """
SELECT experiment, state, count(*), count(cost_usd), total(CAST(cost_usd AS REAL)) FROM answers
GROUP BY experiment, state
"""
"""The sum of the costs is one of floating point, which is exact enough for a list."""

_UNRATED = f"""
SELECT max(rounds.id), runs.label FROM rounds JOIN runs ON runs.round = rounds.id AND runs.counts
WHERE rounds.experiment = ?1 AND rounds.repeat > 0 AND runs.state <> 'stopped' AND {SEEN} AND NOT EXISTS (
    SELECT 1 FROM answers WHERE answers.experiment = ?1 AND answers.case_id = rounds.case_id
    AND answers.repeat = rounds.repeat AND answers.label = runs.label
) GROUP BY rounds.case_id, rounds.repeat, runs.label ORDER BY 1, 2
"""  # noqa: S608 - put together from constants
"""Runs that have ended, without a row: their program was killed before it had checked the answers."""


@dataclass(frozen=True, slots=True)
class StoredExperiment:
    """An experiment as it was asked for. `digest` identifies its plan, and `date` is in seconds since 1970 (UTC)."""

    number: int
    date: float | None
    plan: Plan
    limits: Limits
    digest: str


def is_experiment(reference: str) -> bool:
    """Whether a text is written as the number of an experiment is: `x3`, `xlast` or `xlast~1`."""
    return _REFERENCE.fullmatch(reference) is not None


def experiment_number(connection: sqlite3.Connection, reference: str) -> int:
    """Return the number of the experiment that `x3`, `xlast` or `xlast~1` names. Raises `StoreError`."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise StoreError(f"{reference!r} is not an experiment: write x and its number, or xlast for the newest.")
    query = f"SELECT id FROM experiments WHERE {SEEN_EXPERIMENT}"  # noqa: S608 - put together from constants
    if match["number"]:
        row = connection.execute(f"{query} AND id = ?", (int(match["number"]),)).fetchone()
    else:
        back = int(match["back"] or 0)
        row = connection.execute(f"{query} ORDER BY id DESC LIMIT 1 OFFSET ?", (back,)).fetchone()
    if row is None:
        if reference == "xlast":
            raise StoreError("There is no experiment in the history yet.")
        raise StoreError(f"There is no experiment {reference} in the history.")
    number: int = row[0]
    return number


def read_experiment(connection: sqlite3.Connection, number: int) -> StoredExperiment:
    """Return an experiment. Raises `StoreError` where it is damaged."""
    date, plan = connection.execute("SELECT date, plan FROM experiments WHERE id = ?", (number,)).fetchone()
    require(is_date(date))
    try:
        whole = parse_object(plan)
        asked, limits = (object_at(whole, key) for key in ("plan", "limits"))
        return StoredExperiment(number, date, read_plan(asked), read_limits(limits), text(whole, "digest"))
    except ValueError as error:
        raise StoreError(f"Experiment x{number} is damaged: it {error}.") from None


def merged_number(connection: sqlite3.Connection, digest: str) -> int | None:
    """Return the number of the newest experiment with this plan that was put together by `diptych merge`."""
    number: int | None = connection.execute(_MERGED, (digest,)).fetchone()[0]
    return number


def list_experiments(connection: sqlite3.Connection) -> Sequence[ListedExperiment]:
    """Return all experiments, the newest first."""
    states: dict[int, dict[str, tuple[int, int, float]]] = {}
    for number, state, *sums in connection.execute(_STATES):
        states.setdefault(number, {})[state] = tuple(sums)
    return [_listed(row, states.get(row[0], {})) for row in connection.execute(_LISTED)]


def _listed(row: Sequence[Any], states: dict[str, tuple[int, int, float]]) -> ListedExperiment:
    number, date, models, cases, repeats, first = row
    require(is_date(date))
    priced = sum(known for _, known, _ in states.values())
    cost = sum(cost for _, _, cost in states.values())
    counts = {state: count for state, (count, _, _) in states.items() if state != "stopped"}
    return ListedExperiment(
        number,
        date,
        _model_names(models),
        cases if isinstance(cases, int) else 0,
        repeats if isinstance(repeats, int) else 0,
        sum(counts.values()),
        sum(counts.values()) - counts.get("complete", 0),
        f"{cost:.10f}" if priced else None,
        _prompt(first),
    )


def _model_names(models: Any) -> dict[str, str]:
    """Return `ENDPOINT:MODEL` for each label, none where the plan is damaged."""
    with suppress(TypeError, ValueError, KeyError):
        return {label: f"{each['endpoint']}:{each['model']}" for label, each in parse_object(models).items()}
    return {}


def _prompt(case: Any) -> str:
    """Return the prompt of a case; "" where the plan is damaged."""
    with suppress(TypeError, ValueError, IndexError):
        return read_messages(parse_object(case))[-1].text
    return ""


def experiment_writers(connection: sqlite3.Connection, number: int) -> Sequence[str]:
    """Return the names of the writers of an experiment's rounds."""
    query = """SELECT DISTINCT sessions.writer FROM rounds JOIN sessions ON sessions.id = rounds.session
        WHERE rounds.experiment = ?"""
    return [str(writer) for (writer,) in connection.execute(query, (number,))]


def read_answered(
    connection: sqlite3.Connection, experiment: StoredExperiment, *, retry_failed: bool = False
) -> Answered:
    """Return the answers that are there; with `retry_failed`, without those that failed or were cut."""
    answered = Answered(experiment.plan)
    for key, state in answer_states(connection, experiment.number):
        if state == "complete" or (state != "stopped" and not retry_failed):
            with suppress(LookupError):  # a damaged row: the answer is asked for again
                answered.add(key)
    return answered


def answers_without_rows(connection: sqlite3.Connection, number: int) -> Sequence[tuple[int, str]]:
    """Return the round and the label of each answer that has ended but has no row, since its program was killed."""
    return connection.execute(_UNRATED, (number,)).fetchall()
