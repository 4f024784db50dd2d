"""Sessions, rounds, runs and lines as rows of the history: how each is inserted and completed."""

import sqlite3
import time
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING

from diptych.codec.body_members import frame_text, pieces_value, rest_value, unusual_frame
from diptych.codec.event_lines import note_data, note_name, seconds_into_round
from diptych.codec.settings_object import unnamed_settings_object
from diptych.core.body_pieces import PieceEnds
from diptych.core.event import Event, Line
from diptych.core.json_text import to_json
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.store.contents import insert_request
from diptych.store.remark_rows import blind_text, put_note, put_votes
from diptych.store.storable import storable
from diptych.store.word_search import LONGEST, index_answer, index_prompt

if TYPE_CHECKING:
    from diptych.core.request import Label

LineRow = (
    tuple[int, int, int | None, str, bytes]
    | tuple[int, int, int | None, str, bytes, int | None, int | None, str | None, str | None]
)
"""A line as it is inserted."""

_COLUMNS = {5: "run, at, seq, name, data", 9: "run, at, seq, name, data, dropped, late, frame, pieces"}
"""By the number of values: those that are nearly always NULL cost a third of an insertion."""

_ALL_NULL = (None, None, None, None)

_AT_ONCE = 100
"""Rows of one statement; after each of them this thread waits for its turn again, behind a stream at full speed."""


def insert_session(connection: sqlite3.Connection, writer: str, app: str) -> int:
    """Insert a session of a version of Diptych; return its id. With "" as the version, its rounds are hidden."""
    values = (time.time(), app, writer)
    return inserted_id(connection.execute("INSERT INTO sessions (began, app, writer) VALUES (?, ?, ?)", values))


def inserted_id(cursor: sqlite3.Cursor) -> int:
    """Return the id of the row that an INSERT has made."""
    assert cursor.lastrowid is not None  # noqa: S101 - of an INSERT
    return cursor.lastrowid


def insert_round(
    connection: sqlite3.Connection, session: int, round_: Round, runs: Sequence[Run], follows: int | None = None
) -> tuple[int, list[tuple[Run, int]]]:
    """Insert a round with these of its runs, and what is said about it; return its id and theirs.

    `follows` is the id of the round before in its conversation. An experiment that is not in this history, or not any
    more, is left out.
    """
    prompt = storable(round_.prompt)
    continues = None if round_.continues is None else storable(round_.continues)
    case = round_.experiment_case
    place = (case.experiment, storable(case.case), case.repeat) if case else (None, None, None)
    round_id = inserted_id(
        connection.execute(
            """INSERT INTO rounds (session, date, prompt, experiment, case_id, repeat, follows, continues, blind)
            VALUES (?, ?, ?, (SELECT id FROM experiments WHERE id = ?), ?, ?, ?, ?, ?)""",
            (session, round_.date, prompt, *place, follows, continues, blind_text(round_)),
        )
    )
    index_prompt(connection, round_id, prompt)
    put_note(connection, round_id, round_.note)
    put_votes(connection, round_id, round_.votes)
    counting: dict[Label, Run] = {run.label: run for run in runs}
    counting |= {label: run for label, run in round_.runs.items() if run in runs}
    return round_id, [
        (run, _insert_run(connection, round_id, round_, run, counts=run is counting[run.label])) for run in runs
    ]


def insert_take(connection: sqlite3.Connection, round_id: int, round_: Round, run: Run) -> int:
    """Insert another take of a round, which counts from now on; return its id."""
    connection.execute("UPDATE runs SET counts = 0 WHERE round = ? AND label = ?", (round_id, storable(run.label)))
    return _insert_run(connection, round_id, round_, run, counts=True)


def count_takes(connection: sqlite3.Connection, round_id: int, counting: Iterable[Run]) -> None:
    """Mark these takes as the ones that count for their labels."""
    for run in counting:
        connection.execute(
            "UPDATE runs SET counts = (take = ?) WHERE round = ? AND label = ?",
            (run.take, round_id, storable(run.label)),
        )


def end_run(connection: sqlite3.Connection, run_id: int, run: Run) -> None:
    """Write what is known of a run at its end."""
    timing = run.stamps.timing()
    reason = None if run.stop_reason is None else storable(run.stop_reason)
    rest = rest_value(run, partial(seconds_into_round, run))
    figures = (_rounded(timing.first_token), _rounded(timing.end), run.cost_usd, run.events)
    connection.execute(
        """UPDATE runs SET state = ?, stop_reason = ?, first_token = ?, total = ?, cost_usd = ?, events = ?, rest = ?
        WHERE id = ?""",
        (run.state, reason, *figures, None if rest is None else to_json(rest), run_id),
    )


def index_run(connection: sqlite3.Connection, run_id: int, run: Run) -> None:
    """Index the answer of a run as far as it has come, so that it can be found."""
    if answer := storable((run.text or run.refusal).after(0, LONGEST)):
        index_answer(connection, run_id, answer)


def insert_rows(connection: sqlite3.Connection, rows: Iterable[LineRow]) -> None:
    """Insert lines, in order."""
    rows = iter(rows)
    while batch := tuple(islice(rows, _AT_ONCE)):
        width = max(map(len, batch))
        if width != min(map(len, batch)):  # one statement for all of them takes less time
            batch = tuple(row if len(row) == width else (*row, *_ALL_NULL) for row in batch)
        insert = f"INSERT INTO lines ({_COLUMNS[width]}) VALUES "  # noqa: S608 - constants
        row = f"({', '.join('?' * width)})"
        if len(batch) == _AT_ONCE:
            connection.execute(insert + ", ".join([row] * _AT_ONCE), tuple(chain.from_iterable(batch)))
        else:
            connection.executemany(insert + row, batch)


def line_row(run_id: int, run: Run, line: Line) -> LineRow:
    """Return a line as `insert_rows` takes it."""
    at = round((line.at - run.began) * 1e6)
    if not isinstance(line, Event):
        return run_id, at, None, note_name(line), note_data(line)
    row = run_id, at, line.seq, storable(line.name), line.data
    frame, pieces = unusual_frame(run, line), line.pieces if run.keeps_bytes else None
    if pieces is None and not (frame or line.dropped or line.late):
        return row  # as nearly all are
    return (
        *(*row, line.dropped or None, round(line.late * 1e6) or None),
        frame_text(frame) if frame else None,
        None if pieces is None else _pieces_text(run, pieces),
    )


def _pieces_text(run: Run, pieces: PieceEnds) -> str:
    return to_json(pieces_value(pieces, partial(seconds_into_round, run))) if pieces else "[]"


def _insert_run(connection: sqlite3.Connection, round_id: int, round_: Round, run: Run, *, counts: bool) -> int:
    settings = run.request.settings
    names = (storable(settings.endpoint.name), settings.endpoint.api, storable(settings.model))
    asked = to_json(unnamed_settings_object(settings))
    run_id = inserted_id(
        connection.execute(
            """INSERT INTO runs (round, label, take, counts, endpoint, api, model, simulated, settings, keeps_bytes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (round_id, storable(run.label), run.take, counts, *names, settings.simulated, asked, run.keeps_bytes),
        )
    )
    insert_request(connection, run_id, run.request, round_.prompt)
    return run_id


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
