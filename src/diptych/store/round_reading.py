"""Reads a round of the history as it was recorded. A damaged database may hold anything, so all of it is checked."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from diptych.codec.body_members import read_frame, read_pieces, read_rest
from diptych.codec.event_lines import read_note_data
from diptych.codec.objects import read_cost
from diptych.codec.settings_object import read_settings
from diptych.core.body_pieces import NO_REST
from diptych.core.frame import UNKNOWN_FRAME
from diptych.core.json_text import parse_json, parse_object
from diptych.core.recording import RecordedEvent, RecordedLine, RecordedRun, Recording
from diptych.core.round import ExperimentCase
from diptych.store.contents import read_files, read_messages
from diptych.store.errors import StoreError
from diptych.store.hidden import SEEN
from diptych.store.remark_rows import as_blind, get_note, get_votes
from diptych.store.schema import UnusableError

_LATEST = 2.0**35
"""Seconds that no time or date is beyond."""


def read_round(connection: sqlite3.Connection, round_id: int, is_alive: Callable[[str], bool]) -> Recording:
    """Return a round; `is_alive` tells whether a writer lives. Raises `StoreError` where it is not there or damaged."""
    row = connection.execute(
        "SELECT rounds.prompt, rounds.date, rounds.experiment, rounds.case_id, rounds.repeat, sessions.writer,"  # noqa: S608 - constants
        " rounds.continues, rounds.blind"
        f" FROM rounds JOIN sessions ON sessions.id = rounds.session WHERE rounds.id = ? AND {SEEN}",
        (round_id,),
    ).fetchone()
    if row is None:
        raise StoreError(f"There is no round {round_id} in the history.")
    prompt, date, *place, writer, continues, blind = row
    require(isinstance(prompt, str) and is_date(date) and isinstance(continues, str | None))
    columns = "id, label, take, counts, endpoint, api, model, simulated, settings, state, cost_usd, keeps_bytes, rest"
    rows = connection.execute(f"SELECT {columns} FROM runs WHERE round = ? ORDER BY id", (round_id,)).fetchall()  # noqa: S608
    require(bool(rows))
    is_live = is_alive(writer)
    try:
        runs = [_read_run(connection, row, prompt, is_live=is_live) for row in rows]
    except ValueError as error:
        raise StoreError(f"Round {round_id} is damaged: a line of it {error}.") from None
    said = (
        *(continues, as_blind(blind, {run.label for run in runs})),
        *(get_note(connection, round_id), tuple(get_votes(connection, round_id))),
    )
    return Recording(prompt, date, runs, _read_case(*place), read_files(connection, round_id), *said, number=round_id)


def conversation_ids(connection: sqlite3.Connection, round_id: int) -> list[int]:
    """Return the ids of a round and of those before it in its conversation, oldest first.

    The list begins after the last round that is not in the history any more.
    """
    query = f"""WITH RECURSIVE earlier (id, follows) AS (
        SELECT id, follows FROM rounds WHERE id = ?
        UNION ALL
        SELECT rounds.id, rounds.follows FROM earlier JOIN rounds ON rounds.id = earlier.follows
        WHERE rounds.id < earlier.id AND {SEEN}
    ) SELECT id FROM earlier ORDER BY id"""  # noqa: S608 - put together from constants
    return [id for (id,) in connection.execute(query, (round_id,))]  # noqa: A001 - the word users know


def require(holds: bool) -> None:
    """Raise `UnusableError` for a damaged database unless something holds that does in every sound one."""
    if not holds:
        raise UnusableError("it is damaged")


def is_date(value: object) -> bool:
    """Whether a value is a date, or stands for an unknown one."""
    return value is None or (isinstance(value, float) and 0 <= value < _LATEST)


def _read_case(experiment: Any, case: Any, repeat: Any) -> ExperimentCase | None:
    if experiment is None:
        return None
    require(isinstance(experiment, int) and isinstance(case, str) and isinstance(repeat, int))
    return ExperimentCase(experiment, case, repeat)


def _read_run(connection: sqlite3.Connection, row: Sequence[Any], prompt: str, *, is_live: bool) -> RecordedRun:
    run_id, label, take, counts, endpoint, api, model, simulated, settings, state, cost, keeps_bytes, rest = row
    require(isinstance(label, str) and isinstance(take, int) and take > 0)
    asked = parse_object(settings) | {"endpoint": endpoint, "api": api, "model": model, "simulated": bool(simulated)}
    query = "SELECT at, seq, name, data, dropped, late, frame, pieces FROM lines WHERE run = ? ORDER BY id"
    lines = [_read_line(line) for line in connection.execute(query, (run_id,))]
    ended = state is not None
    return RecordedRun(
        *(label, read_settings(asked), lines, ended, is_live and not ended, read_cost({"cost_usd": cost}), take),
        messages=read_messages(connection, run_id, prompt),
        counts=counts == 1,
        keeps_bytes=keeps_bytes == 1,
        rest=NO_REST if rest is None else read_rest({"rest": _parsed(rest)}, 0.0),
    )


def _read_line(row: Sequence[Any]) -> RecordedLine:
    at, seq, name, data, dropped, late, frame, pieces = row
    if dropped is late is frame is pieces is None and type(at) is type(seq) is int and type(name) is str:
        require(0 <= at < _LATEST * 1_000_000 and type(data) is bytes)
        return RecordedEvent(at / 1e6, name, data)  # as nearly all are
    numbers = (at, dropped or 0, late or 0)
    require(isinstance(name, str) and isinstance(data, bytes) and all(isinstance(each, int) for each in numbers))
    seconds = at / 1e6
    require(abs(seconds) < _LATEST)
    if seq is None:
        return read_note_data(name, data, seconds)
    return RecordedEvent(
        *(seconds, name, data, dropped or 0, (late or 0) / 1e6),
        UNKNOWN_FRAME if frame is None else read_frame(_parsed(frame)),
        None if pieces is None else read_pieces(_parsed(pieces), 0.0),
    )


def _parsed(value: Any) -> Any:
    """Return the value of a JSON text."""
    require(isinstance(value, str))
    try:
        return parse_json(value)
    except ValueError:
        raise ValueError("is not JSON") from None
