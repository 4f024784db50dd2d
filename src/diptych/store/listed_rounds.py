"""Lists the rounds of the history that a filter lets through, and the prompts that were asked last."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, get_args

from diptych.codec.message_object import read_message
from diptych.codec.objects import read_cost
from diptych.codec.settings_object import read_settings
from diptych.core.history_summary import HistoryFilter, ListedRound, ListedRun
from diptych.core.json_text import parse_object
from diptych.core.message import FilePart
from diptych.core.remarks import NO_NOTE, RoundNote, Vote
from diptych.core.request import Label
from diptych.core.round import ExperimentCase
from diptych.core.run import State
from diptych.core.settings import Settings
from diptych.store.hidden import SEEN
from diptych.store.remark_rows import as_blind, remarks_between
from diptych.store.round_reading import is_date, require
from diptych.store.storable import storable
from diptych.store.word_search import condition

if TYPE_CHECKING:
    from diptych.core.metrics.cost import CostSource

_ReadSettings = Callable[[str, str, str, bool, bytes], Settings | None]

_ROUNDS_PER_PROMPT = 10
"""Rounds that are looked at for each prompt that is wanted: a prompt may have been asked many times."""

_HIDDEN = """rounds.blind IS NOT NULL AND json_extract(rounds.blind, '$.revealed') IS NOT 1
    AND rounds.id NOT IN (SELECT round FROM votes WHERE voter = '' AND pair = '')"""
"""The SQL condition for rounds of which nobody may see yet which model wrote which answer; see `hides_models`."""

_MARKS: Mapping[str, str] = {
    "starred": "rounds.id IN (SELECT round FROM notes WHERE starred = 1)",
    "noted": "rounds.id IN (SELECT round FROM notes WHERE text <> '')",
    "voted": "rounds.id IN (SELECT round FROM votes WHERE voter = '')",
    "blind": "rounds.blind IS NOT NULL",
}
"""The SQL conditions for what `HistoryFilter.marks` may name."""

_STATES = frozenset(get_args(State))

_LISTED = """
SELECT rounds.id, CAST(rounds.session AS INTEGER), CAST(rounds.prompt AS TEXT),
  coalesce(CAST(rounds.date AS REAL), 0.0),
  runs.label, CAST(runs.endpoint AS TEXT), CAST(runs.api AS TEXT), CAST(runs.model AS TEXT), runs.simulated = 1,
  {state}, CAST(runs.stop_reason AS TEXT),
  CASE WHEN abs(runs.first_token) < 1e9 THEN CAST(runs.first_token AS REAL) END,
  CASE WHEN abs(runs.total) < 1e9 THEN CAST(runs.total AS REAL) END,
  runs.cost_usd, coalesce(CAST(runs.events AS INTEGER), 0), coalesce(CAST(runs.take AS INTEGER), 1),
  CAST(runs.settings AS BLOB), {prompt_message}, rounds.blind,
  CAST(rounds.experiment AS INTEGER), CAST(rounds.case_id AS TEXT), CAST(rounds.repeat AS INTEGER)
FROM (SELECT * FROM rounds{where} ORDER BY id DESC LIMIT ?) AS rounds
JOIN runs ON runs.round = rounds.id AND runs.counts
ORDER BY rounds.id DESC, runs.id
"""
"""The runs that count of each round. Casts, since in a damaged database a column may hold anything."""

_PROMPT_MESSAGE = """CASE WHEN EXISTS (SELECT 1 FROM run_files WHERE run = runs.id) THEN (
    SELECT CAST(contents.data AS BLOB) FROM run_messages LEFT JOIN contents ON contents.id = run_messages.content
    WHERE run = runs.id ORDER BY place DESC LIMIT 1
  ) END"""
"""The last message of a run that sent files, as JSON; NULL where that holds nothing but the prompt."""


def list_rounds(
    connection: sqlite3.Connection,
    wanted: HistoryFilter,
    limit: int | None,
    living: Sequence[str],
) -> Sequence[ListedRound]:
    """Return the rounds that a filter lets through, newest first; `living` are the writers that still live."""
    state = _state_column(living)
    where, values = _where(connection, wanted, state)
    query = _LISTED.format(state=state, where=where, prompt_message=_PROMPT_MESSAGE)
    rows = connection.execute(query, (*values, -1 if limit is None else limit)).fetchall()
    if not rows:
        return []
    first, last = rows[-1][0], rows[0][0]
    notes, votes = remarks_between(connection, first, last)
    takes = _numbers_of_takes(connection, first, last)
    settings_of = cache(_read_settings)  # most rounds have the same settings as many others
    listed = []
    for round_id, group in groupby(rows, key=itemgetter(0)):
        said = (notes.get(round_id, NO_NOTE), votes.get(round_id, ()))
        listed.append(_listed(list(group), settings_of, said, takes.get(round_id)))
    return listed


def recent_prompts(connection: sqlite3.Connection, limit: int, longest: int) -> Sequence[str]:
    """Return up to `limit` prompts of the newest rounds, each once, newest first.

    Those of experiments and those longer than `longest` characters are left out. Only the newest rounds are looked at,
    so that a long history takes no longer than a short one.
    """
    rows = connection.execute(
        f"SELECT CAST(prompt AS TEXT) FROM rounds WHERE {SEEN} AND experiment IS NULL AND length(prompt) <= ?"  # noqa: S608
        " ORDER BY id DESC LIMIT ?",
        (longest, limit * _ROUNDS_PER_PROMPT),
    )
    return list(islice(dict.fromkeys(prompt for (prompt,) in rows), limit))


def _numbers_of_takes(connection: sqlite3.Connection, first: int, last: int) -> dict[int, dict[Label, int]]:
    """Return how many takes there are of each label, by the ids of the rounds in this range that have several of any.

    The labels are in the order in which they were first asked.
    """
    query = """SELECT round, label, CAST(max(take) AS INTEGER) FROM runs
        WHERE round IN (SELECT round FROM runs WHERE take > 1 AND round BETWEEN ? AND ?)
        GROUP BY round, label ORDER BY round, min(id)"""
    rows = connection.execute(query, (first, last))
    return {
        round_id: {label: takes for _, label, takes in group} for round_id, group in groupby(rows, key=itemgetter(0))
    }


def _listed(
    rows: Sequence[Sequence[Any]],
    settings_of: _ReadSettings,
    said: tuple[RoundNote, tuple[Vote, ...]],
    takes: Mapping[Label, int] | None,
) -> ListedRound:
    """Return a round from its rows, of which each is a run, with its note, its votes and its numbers of takes."""
    round_id, session, prompt, date = rows[0][:4]
    require(is_date(date))
    runs = tuple(_listed_run(settings_of, *row[4:-5]) for row in rows)
    if takes:
        by_label = {run.label: run for run in runs}
        runs = tuple(by_label[label]._replace(takes=takes[label]) for label in takes if label in by_label)
    attachments = next((files for row in rows if (files := _attachments(row[-5]))), ())
    hidden, *place = rows[0][-4:]
    blind = None if hidden is None else as_blind(hidden, [run.label for run in runs])
    case = None if None in place else ExperimentCase(*place)
    listed = ListedRound(round_id, session, prompt, date, runs, attachments, *said, blind, case)
    return listed._replace(runs=()) if listed.is_hidden else listed


def _attachments(message: bytes | None) -> tuple[FilePart, ...]:
    """Return the files of a message; none for a damaged one."""
    if message is None:
        return ()
    try:
        return read_message(parse_object(message)).files
    except ValueError:
        return ()


def _listed_run(
    settings_of: _ReadSettings,
    label: Any,
    endpoint: str,
    api: str,
    model: str,
    simulated: Any,
    state: Any,
    *more: Any,
) -> ListedRun:
    reason, first_token, total, cost, events, take, settings = more
    require(isinstance(label, str) and state in _STATES)
    amount = None if cost is None else read_cost({"cost_usd": cost})
    asked = settings_of(endpoint, api, model, simulated == 1, settings)
    own_prices = asked is not None and asked.endpoint.prices is not None
    source: CostSource | None = None if amount is None else "config" if own_prices else "genai-prices"
    figures = (reason, first_token, total, amount, events, take)
    return ListedRun(label, endpoint, api, model, simulated == 1, state, *figures, asked, source)


def _read_settings(endpoint: str, api: str, model: str, simulated: bool, text: bytes) -> Settings | None:
    """Return the settings of a run from its columns; None if they are damaged: the list is shown all the same."""
    try:
        names = {"endpoint": endpoint, "api": api, "model": model, "simulated": simulated}
        return read_settings(parse_object(text) | names)
    except (TypeError, ValueError):
        return None


def _state_column(living: Sequence[str]) -> str:
    """Return the SQL for a run's state: one without an end streams for as long as its writer lives, then it was cut."""
    names = ", ".join(f"'{name}'" for name in living if name.isalnum())
    session = "SELECT writer FROM sessions WHERE sessions.id = rounds.session"
    return f"coalesce(runs.state, CASE WHEN ({session}) IN ({names}) THEN 'streaming' ELSE 'cut' END)"


def _where(connection: sqlite3.Connection, wanted: HistoryFilter, state: str) -> tuple[str, list[str | int]]:
    conditions = [SEEN]
    values: list[str | int] = []
    if wanted.query.strip():
        words, found = condition(connection, wanted.query)
        conditions.append(words)
        values += found
    if wanted.experiment is not None:
        conditions.append("rounds.experiment = ?")
        values.append(wanted.experiment)
    elif wanted == HistoryFilter():
        conditions.append("rounds.experiment IS NULL")
    run_conditions: list[str] = []
    for column, value in (("runs.model", wanted.model), ("runs.endpoint", wanted.endpoint)):
        if value:
            run_conditions.append(f"instr(lower({column}), lower(?))")
            values.append(storable(value))
    if wanted.state:
        run_conditions.append(f"{state} = lower(?)")
        values.append(storable(wanted.state))
    if wanted.model or wanted.endpoint:
        conditions.append(f"NOT ({_HIDDEN})")  # together with a state, a name would tell which side is whose
    conditions += [_MARKS.get(name, "0") for name in wanted.marks]
    if run_conditions:
        of_round = " AND ".join(("runs.round = rounds.id", "runs.counts", *run_conditions))
        conditions.append(f"EXISTS (SELECT 1 FROM runs WHERE {of_round})")  # noqa: S608 - constants
    return f" WHERE {' AND '.join(conditions)}", values
