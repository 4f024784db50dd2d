"""Half of a deletion or an import is never seen, and whoever writes next removes it."""

import itertools
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from diptych.replay.folding import fold
from diptych.store import hidden, history_connections, history_of_experiments, transactions
from diptych.store import history as history_module
from diptych.store.database import connect
from diptych.store.errors import StoreError
from diptych.store.history import History
from diptych.store.round_rows import insert_session
from diptych.store.transactions import transaction
from diptych.store.writer_lock import WriterLock
from tests.report.exports import whole_object
from tests.store.experiments import asked, begun, plan_of, round_of_case
from tests.store.rounds import (
    all_of,
    complete,
    found,
    items,
    keep,
    reopened,
    retried,
    round_of,
    writing,
)


class BrokenOffError(BaseException):
    """The process is killed here."""


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every transaction does as little as it can."""
    monkeypatch.setattr(transactions, "_MOST", 1)
    monkeypatch.setattr(transactions, "_LEAST", 1)
    monkeypatch.setattr(transactions, "_FREE_SECONDS", 0)


def broken_off(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object], after: int) -> bool:
    """Let a change break off after so many transactions, as if the process were killed; whether it did."""
    count = itertools.count(1)

    @contextmanager
    def killing(connection: sqlite3.Connection) -> Iterator[None]:
        with transaction(connection):
            yield
        if next(count) == after:
            raise BrokenOffError

    with monkeypatch.context() as patch:
        for module in (transactions, hidden, history_module, history_of_experiments, history_connections):
            patch.setattr(module, "transaction", killing)
        patch.setattr(history_connections, "remove_left_behind", lambda connection, path: None)
        try:
            change()
        except BrokenOffError:
            return True
    return False


@pytest.mark.usefixtures("small_steps")
def test_half_a_deleted_round_is_never_seen_and_removed_by_whoever_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = keep(tmp_path / "history.db", round_of(complete()), round_of(complete(text="answergone")))
    for after in itertools.count(1):
        path = tmp_path / f"{after}.db"
        shutil.copy(original.path, path)
        history = History(path)
        was_broken_off = broken_off(monkeypatch, lambda: history.delete(2), after)  # noqa: B023 - called at once
        is_hidden = after > 1
        assert found(history) == found(history, "hi") == ([1] if is_hidden else [2, 1])
        assert history.resolve("last") == (1 if is_hidden else 2)
        if is_hidden:
            for look in (lambda: history.open(2), lambda: history.resolve("2")):  # noqa: B023
                with pytest.raises(StoreError, match=r"^There is no round 2 in the history\.$"):
                    look()
            keep(path, round_of(complete()))
            assert found(history) == [3, 1]
            assert b"gone" not in path.read_bytes()
            assert rows(path) == {"sessions": 2, "rounds": 2, "runs": 2, "lines": 14} | WORDS_OF_TWO
        if not was_broken_off:
            break
    assert after > 10


@pytest.mark.usefixtures("small_steps")
def test_half_an_imported_round_is_never_seen_and_removed_by_whoever_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = keep(tmp_path / "history.db", round_of(complete()))
    recording = reopened(tmp_path / "a.jsonl", round_of(retried("left"), complete("right", text="answergone")))
    history = original
    for after in itertools.count(1):
        path = tmp_path / f"{after}.db"
        shutil.copy(original.path, path)
        history = History(path)
        if not broken_off(monkeypatch, lambda: history.add(recording, fold(recording)), after):  # noqa: B023
            break
        if found(history) == [2, 1]:  # broken off when all was done
            continue
        assert found(history) == [1]
        assert found(history, "answergone") == []
        assert history.resolve("last") == 1
        history.delete(99)
        assert rows(path) == {"sessions": 1, "rounds": 1, "runs": 1, "lines": 7} | WORDS_OF_ONE
        assert b"gone" not in path.read_bytes()
    assert after > 10
    assert all_of(history.open(2)) == whole_object(fold(recording))


@pytest.mark.usefixtures("small_steps")
def test_half_a_deleted_experiment_is_never_seen_and_removed_by_whoever_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = keep(tmp_path / "history.db", round_of(complete()))
    asked(original.path, plan_of("gone", "gone too"))
    asked(original.path, plan_of("stays"))
    for after in itertools.count(1):
        path = tmp_path / f"{after}.db"
        shutil.copy(original.path, path)
        history = History(path)
        was_broken_off = broken_off(monkeypatch, lambda: history.delete_experiment(1), after)  # noqa: B023
        is_hidden = after > 1
        assert [each.number for each in history.experiments()] == ([2] if is_hidden else [2, 1])
        assert found(history, "hi") == [1]
        assert found(history, "gone") == ([] if is_hidden else [3, 2])
        if is_hidden:
            with pytest.raises(StoreError, match=r"^There is no experiment x1 in the history\.$"):
                history.experiment("x1")
            keep(path, round_of(complete()))
            with closing(connect(path)) as connection:
                counts = [
                    connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
                    for table in ("experiments", "answers", "rounds", "runs")
                ]
            assert counts == [1, 2, 3, 4]
            assert b"gone" not in path.read_bytes()
        if not was_broken_off:
            break
    assert after > 10


def test_an_experiment_that_is_being_asked_is_not_deleted(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    number = begun(path, plan_of("a"))
    with writing(path, round_of_case(number, "a", 1)):
        with pytest.raises(StoreError, match=r"^Experiment x1 is still being asked: delete it when that has ended\.$"):
            History(path).delete_experiment(1)
        assert [each.number for each in History(path).experiments()] == [1]
    History(path).delete_experiment(1)
    assert History(path).experiments() == []


def test_an_experiment_that_another_deletes_right_now_is_left_to_it(tmp_path: Path) -> None:
    history = asked(tmp_path / "history.db", plan_of("a"))
    lock = WriterLock.take(history.path)
    with closing(connect(history.path)) as connection:
        hidden.hide_experiment(connection, 1, insert_session(connection, lock.name, ""))
    keep(history.path, round_of(complete()))
    with closing(connect(history.path)) as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone()[0] == 2
    lock.release()
    keep(history.path, round_of(complete()))
    with closing(connect(history.path)) as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone()[0] == 0


WORDS_OF_ONE = {"prompt_words": 1, "answer_words": 1, "contents": 0}
WORDS_OF_TWO = {"prompt_words": 2, "answer_words": 2, "contents": 0}


def rows(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    tables = ("sessions", "rounds", "runs", "lines", "prompt_words", "answer_words", "contents")
    with closing(connect(path)) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608


def test_what_another_imports_right_now_is_left_to_it(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", round_of(complete()), round_of(complete()))
    lock = WriterLock.take(history.path)
    with closing(connect(history.path)) as connection:
        session = insert_session(connection, lock.name, "")
        connection.execute("UPDATE rounds SET session = ? WHERE id = 2", (session,))

    history.delete(1)
    assert (found(history), rows(history.path)["rounds"]) == ([], 1)
    lock.release()
    history.delete(1)
    assert rows(history.path)["rounds"] == 0


@pytest.mark.usefixtures("small_steps")
def test_others_write_while_a_round_is_imported_and_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "_FREE_SECONDS", 0.001)
    recording = reopened(tmp_path / "a.jsonl", round_of(complete(text="x" * 1_000)))
    history = keep(tmp_path / "history.db", round_of(complete()))
    busy = threading.Event()

    def work() -> None:
        number = history.add(recording, fold(recording))
        history.delete(number)
        busy.set()

    worker = threading.Thread(target=work)
    worker.start()
    written = 0
    with writing(history.path) as sink:
        while not busy.is_set():
            sink.write(items(round_of(complete())))
            written += 1
    worker.join(120)
    assert len(found(history)) == 1 + written
