"""A history of version 1 holds the same rounds and finds the same words while it is brought up to date, and after."""

import itertools
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from diptych.core.history_summary import HistoryFilter
from diptych.report.history_list import listed_object
from diptych.store import moved_words, transactions
from diptych.store.database import connect
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from diptych.store.word_search import indexes
from tests.store.rounds import all_of, complete, found, items, keep, round_of
from tests.store.versions import EXPECTED, finish_moving, history_of_version_1, without_sentences


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every transaction does as little as it can."""
    monkeypatch.setattr(transactions, "_MOST", 1)
    monkeypatch.setattr(transactions, "_LEAST", 1)
    monkeypatch.setattr(transactions, "_FREE_SECONDS", 0)
    monkeypatch.setattr(moved_words, "_CHARACTERS", 1)


def is_sound(path: Path) -> bool:
    with closing(connect(path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def check(path: Path) -> None:
    """Whether a history holds and finds what version 1 did in it."""
    history = History(path)
    listed = [json.loads(json.dumps(listed_object(each))) for each in history.rounds(HistoryFilter())]
    assert without_sentences(listed) == [
        {name: value if not isinstance(value, dict) else value | {"take": 1} for name, value in listed.items()}
        for listed in EXPECTED["listed"]
    ]
    for costs in (run for each in listed for run in each.values() if isinstance(run, dict)):
        assert costs["cost_source"] == (None if costs["cost_usd"] is None else "genai-prices")
    assert listed[0]["left"]["settings"].keys() == {"system", "max_tokens", "params", "preset", "tools", "schema"}
    for query, ids in EXPECTED["found"].items():
        assert found(history, query) == ids, query
    for number, whole in EXPECTED["opened"].items():
        opened = json.loads(json.dumps(all_of(history.open(int(number)))))
        assert without_sentences(opened) == without_sentences(whole)
    assert history.open(6).run("right").settings.system == "half \ud83d"


def test_a_small_history_of_version_1_is_brought_up_to_date_at_once(tmp_path: Path) -> None:
    path = history_of_version_1(tmp_path / "history.db")

    check(path)
    with closing(connect(path)) as connection:
        assert indexes(connection) == ["prompt_words", "answer_words"]


@pytest.mark.usefixtures("small_steps")
def test_a_history_of_version_1_is_used_at_once(tmp_path: Path) -> None:
    path = history_of_version_1(tmp_path / "history.db")

    check(path)
    with closing(connect(path)) as connection:
        assert "search_1" in indexes(connection), "nobody waited for its words to be moved"


@pytest.mark.usefixtures("small_steps")
def test_it_can_be_killed_after_any_transaction(tmp_path: Path) -> None:
    original = history_of_version_1(tmp_path / "history.db")
    connect(original).close()
    for after in itertools.count():
        path = tmp_path / f"{after}.db"
        shutil.copy(original, path)
        with closing(connect(path)) as connection:  # whose process is killed after so many transactions
            work = moved_words.moving(connection)
            assert work
            is_done = not all(work.do_next() for _ in range(after))
        history = History(path)
        assert {query: found(history, query) for query in EXPECTED["found"]} == EXPECTED["found"]
        keep(path, round_of(complete(text="Because it is new."), prompt="a new one"))
        assert found(history, "because") == [10, 1]
        finish_moving(path)
        assert found(history, "because") == [10, 1]
        history.delete(10)
        assert is_sound(path)
        if is_done:
            check(path)
            break
    assert after > 8


@pytest.mark.usefixtures("small_steps")
def test_a_round_is_deleted_for_good_before_its_words_are_moved(tmp_path: Path) -> None:
    path = history_of_version_1(tmp_path / "history.db")
    History(path).delete(8)

    for _ in range(2):
        assert found(History(path), "unfinishedword") == []
        assert b"unfinishedword" not in path.read_bytes()
        assert b"halfdeleted" not in path.read_bytes()
        finish_moving(path)


@pytest.mark.usefixtures("small_steps")
def test_a_sink_moves_them_piece_by_piece_after_it_has_written(tmp_path: Path) -> None:
    path = history_of_version_1(tmp_path / "history.db")
    sink = HistorySink(path)
    sink.write(items(round_of(complete(text="Because it is new."))))
    pieces = 1
    while sink.tidy():
        assert found(History(path), "because") == [10, 1]
        pieces += 1
    sink.close()

    assert pieces > 8
    assert found(History(path), "because") == [10, 1]


@pytest.mark.usefixtures("small_steps")
def test_two_move_the_words_at_once(tmp_path: Path) -> None:
    path = history_of_version_1(tmp_path / "history.db")
    with closing(connect(path)) as first, closing(connect(path)) as second:
        works = [moved_words.moving(first), moved_words.moving(second)]
        while [work for work in works if work and work.do_next()]:
            pass

    check(path)
    with closing(connect(path)) as connection:
        assert indexes(connection) == ["prompt_words", "answer_words"]
        assert moved_words.moving(connection) is None


def test_an_old_index_with_damage_is_moved_as_far_as_it_goes(tmp_path: Path) -> None:
    path = history_of_version_1(tmp_path / "history.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO search (rowid, prompt, answer_left, answer_right) VALUES (77, 'x', 'y', 'z')")
        connection.execute("UPDATE search SET prompt = NULL, answer_right = 7 WHERE rowid = 4")
    finish_moving(path)

    assert found(History(path), "weather") == [1]


@pytest.mark.usefixtures("small_steps")
def test_a_sink_whose_database_is_locked_moves_nothing_for_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = history_of_version_1(tmp_path / "history.db")
    monkeypatch.setattr("diptych.store.history_writer._BUSY_SECONDS", 0.01)
    sink = HistorySink(path)
    sink.write(items(round_of(complete())))
    with closing(sqlite3.connect(path, isolation_level=None)) as locking:
        locking.execute("BEGIN IMMEDIATE")
        assert not sink.tidy()
    sink.close()
    assert not sink.tidy()
