"""The history as commands and screens use it: its rounds are listed, searched, opened, added, deleted and voted on."""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, islice

from diptych import __version__
from diptych.core.gc_policy import no_collections
from diptych.core.history_summary import HistoryFilter, ListedRound
from diptych.core.model_pairs import Ballot
from diptych.core.recording import Recording
from diptych.core.remarks import LabelPair, RoundNote, Vote
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.store.database import empty_log
from diptych.store.errors import StoreError
from diptych.store.hidden import SEEN, remove
from diptych.store.history_of_experiments import HistoryOfExperiments
from diptych.store.listed_rounds import list_rounds, recent_prompts
from diptych.store.remark_rows import (
    get_note,
    get_votes,
    put_note,
    put_vote,
    remove_user_vote,
    reveal_like,
    update_note,
)
from diptych.store.round_reading import conversation_ids, read_round
from diptych.store.round_rows import end_run, index_run, insert_round, insert_rows, line_row
from diptych.store.transactions import in_short_transactions, transaction
from diptych.store.vote_tally import read_ballots, read_judge_ballots
from diptych.store.writer_lock import is_alive

_REFERENCE = re.compile(r"(?P<id>\d{1,18})|last(~(?P<back>\d{1,18}))?")

_RECENT_MODELS = f"""SELECT name FROM (
    SELECT runs.id, CAST(endpoint AS TEXT) || ':' || CAST(model AS TEXT) AS name
    FROM runs JOIN rounds ON rounds.id = runs.round WHERE {SEEN} ORDER BY runs.id DESC LIMIT 1000
) GROUP BY name ORDER BY max(id) DESC LIMIT ?"""  # noqa: S608 - put together from constants
"""Only the newest runs are looked at, so that it takes the same time whatever the length of the history."""


def is_reference(text: str) -> bool:
    """Whether a text is written as an ID is, and so does not name a file."""
    return _REFERENCE.fullmatch(text) is not None


class History(HistoryOfExperiments):
    """The history database at a path: its rounds, what is said about them, and, by its base class, its experiments.

    Every method raises `StoreError` if the database cannot be read or written.
    """

    def rounds(self, filter: HistoryFilter, limit: int | None = None) -> Sequence[ListedRound]:  # noqa: A002
        """Return the rounds that a filter lets through, newest first, no more than `limit`."""
        if not self._connections.exists():
            return []
        with no_collections(), self._connections.reading() as connection:
            return list_rounds(connection, filter, limit, self._living_writers(connection))

    def prompts(self, limit: int, longest: int) -> Sequence[str]:
        """Return the prompts that users asked last, each once, newest first, without those longer than `longest`."""
        if not self._connections.exists():
            return []
        with self._connections.reading() as connection:
            return recent_prompts(connection, limit, longest)

    def resolve(self, reference: str) -> int:
        """Return the id of the round that `12`, `last` or `last~1` names."""
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise StoreError(f"{reference!r} is not an ID: write a number, last, or last~1 for the one before.")
        with self._connections.reading() as connection:
            query = f"SELECT id FROM rounds WHERE {SEEN}"  # noqa: S608 - put together from constants
            if match["id"]:
                row = connection.execute(f"{query} AND id = ?", (int(match["id"]),)).fetchone()
            else:
                back = int(match["back"] or 0)
                row = connection.execute(f"{query} ORDER BY id DESC LIMIT 1 OFFSET ?", (back,)).fetchone()
        if row is None:
            if reference == "last":
                raise StoreError("There is no round in the history yet.")
            raise StoreError(f"There is no round {reference} in the history.")
        round_id: int = row[0]
        return round_id

    def open(self, id: int) -> Recording:  # noqa: A002 - the word users know
        """Return a round as it was recorded."""
        with no_collections(), self._connections.reading() as connection:
            return read_round(connection, id, partial(is_alive, self.path))

    def conversation(self, id: int) -> Mapping[int, Recording]:  # noqa: A002 - the word users know
        """Return a round and those before it in its conversation by their ids, oldest first.

        Where an earlier round is not in the history any more, the conversation begins after it.
        """
        with no_collections(), self._connections.reading() as connection:
            last = read_round(connection, id, partial(is_alive, self.path))
            earlier = [each for each in conversation_ids(connection, id) if each != id]
            return {each: read_round(connection, each, partial(is_alive, self.path)) for each in earlier} | {id: last}

    def delete(self, *ids: int) -> None:
        """Remove rounds for good, in short transactions; all of them stay if one is still being answered."""
        with self._connections.hidden_session() as (connection, session):
            with transaction(connection):
                for id in ids:  # noqa: A001 - the word users know
                    self._refuse_answering(connection, id)
                    connection.execute("UPDATE rounds SET session = ? WHERE id = ?", (session, id))
            remove(connection, session)
            empty_log(connection)

    def add(self, recording: Recording, round_: Round) -> int:
        """Put in a round that was recorded elsewhere, `round_` being what it folds to; return its id here.

        Nobody sees it before it is whole. It belongs to no experiment here, since their numbers are each history's own.
        """
        with self._connections.hidden_session(create=True) as (connection, session):
            with transaction(connection):
                round_id, runs = insert_round(connection, session, round_, tuple(round_.all_takes()))
                connection.execute("UPDATE rounds SET experiment = NULL WHERE id = ?", (round_id,))
            _insert_lines(connection, runs)
            with transaction(connection):
                ended = {(recorded.label, recorded.take) for recorded in recording.runs if recorded.ended}
                for run, run_id in runs:
                    if (run.label, run.take) in ended:
                        end_run(connection, run_id, run)
                    index_run(connection, run_id, run)
            with transaction(connection):
                connection.execute("UPDATE sessions SET app = ?, writer = '' WHERE id = ?", (__version__, session))
        return round_id

    def endpoints(self) -> Sequence[str]:
        """Return every endpoint that was asked."""
        return self._distinct("endpoint")

    def models(self) -> Sequence[str]:
        """Return every model that was asked."""
        return self._distinct("model")

    def recent_models(self, limit: int) -> Sequence[str]:
        """Return the models that were asked last as `ENDPOINT:MODEL`, each once, newest first."""
        if not self._connections.exists():
            return []
        with self._connections.reading() as connection:
            return [str(name) for (name,) in connection.execute(_RECENT_MODELS, (limit,))]

    def note(self, id: int) -> RoundNote:  # noqa: A002 - the word users know
        """Return the note of a round; an empty one where there is none."""
        with self._connections.reading() as connection:
            return get_note(connection, id)

    def update_note(self, id: int, *, text: str | None = None, starred: bool | None = None) -> RoundNote:  # noqa: A002
        """Change the text of a round's note, or its star, and leave what is None as it is; return the whole note."""
        with self._connections.writing() as connection, transaction(connection):
            self._require(connection, id)
            return update_note(connection, id, text=text, starred=starred)

    def put_note(self, id: int, note: RoundNote) -> None:  # noqa: A002 - the word users know
        """Keep the note of a round in place of the one before."""
        with self._connections.writing() as connection, transaction(connection):
            self._require(connection, id)
            put_note(connection, id, note)

    def votes(self, id: int) -> Sequence[Vote]:  # noqa: A002 - the word users know
        """Return the votes on a round, the user's first."""
        with self._connections.reading() as connection:
            return get_votes(connection, id)

    def put_vote(self, id: int, vote: Vote) -> None:  # noqa: A002 - the word users know
        """Keep a vote on a round in place of the one that its voter gave before.

        The user's vote on a blind round reveals the rounds that hide their sides in the same order.
        """
        with self._connections.writing() as connection, transaction(connection):
            self._require(connection, id)
            put_vote(connection, id, vote)
            if not vote.voter:
                reveal_like(connection, id, itself=False)

    def take_back_vote(self, id: int, pair: LabelPair | None = None) -> None:  # noqa: A002 - the word users know
        """Remove the user's vote on a round, or on a pair of its labels. A blind round stays revealed.

        Raises `StoreError` if there is no vote.
        """
        with self._connections.writing() as connection, transaction(connection):
            self._require(connection, id)
            if not remove_user_vote(connection, id, pair):
                raise StoreError(f"There is no vote on round {id}.")
            reveal_like(connection, id)

    def reveal(self, id: int) -> None:  # noqa: A002 - the word users know
        """Remember that the user has seen whose the answers of a blind round are, and of others in the same order."""
        with self._connections.writing() as connection, transaction(connection):
            reveal_like(connection, id)

    def ballots(self, model: str = "") -> Sequence[Ballot]:
        """Return the votes of the user and of judges on models whose names contain `model`, in upper or lower case."""
        if not self._connections.exists():
            return []
        with self._connections.reading() as connection:
            return [*read_ballots(connection, model), *read_judge_ballots(connection, model)]

    def _require(self, connection: sqlite3.Connection, id: int) -> None:  # noqa: A002 - the word users know
        if not connection.execute(f"SELECT 1 FROM rounds WHERE id = ? AND {SEEN}", (id,)).fetchone():  # noqa: S608 - constants
            raise StoreError(f"There is no round {id} in the history.")

    def _distinct(self, column: str) -> Sequence[str]:
        with self._connections.reading() as connection:
            query = f"SELECT DISTINCT {column} FROM runs ORDER BY 1"  # noqa: S608 - `column` is a constant
            return [str(row[0]) for row in connection.execute(query)]

    def _refuse_answering(self, connection: sqlite3.Connection, id: int) -> None:  # noqa: A002 - the word users know
        query = """SELECT sessions.writer FROM sessions JOIN rounds ON rounds.session = sessions.id
            JOIN runs ON runs.round = rounds.id WHERE rounds.id = ? AND runs.state IS NULL"""
        if any(is_alive(self.path, writer) for (writer,) in connection.execute(query, (id,)).fetchall()):
            raise StoreError(f"Round {id} is still being answered: delete it when it has ended.")

    def _living_writers(self, connection: sqlite3.Connection) -> list[str]:
        """Return the writers of runs without an end that still live."""
        query = """SELECT DISTINCT sessions.writer FROM runs JOIN rounds ON rounds.id = runs.round
            JOIN sessions ON sessions.id = rounds.session WHERE runs.state IS NULL"""
        return [name for (name,) in connection.execute(query) if is_alive(self.path, name)]


def _insert_lines(connection: sqlite3.Connection, runs: Iterable[tuple[Run, int]]) -> None:
    rows = chain.from_iterable((line_row(run_id, run, line) for line in run.lines) for run, run_id in runs)

    def step(count: int) -> bool:
        some = list(islice(rows, count))
        insert_rows(connection, some)
        return len(some) == count

    in_short_transactions(connection, step, 1_000)
