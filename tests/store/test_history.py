"""The history as a user knows it: what was asked is listed, found, opened as it was, and deleted for good."""

import itertools
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from diptych.core.event import Event
from diptych.core.history_summary import HistoryFilter
from diptych.core.recording import RecordedEvent, RecordedRun, Recording
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.replay.folding import fold
from diptych.report.formats import whole_object
from diptych.store import hidden, transactions
from diptych.store import history as history_module
from diptych.store.database import connect
from diptych.store.errors import StoreError
from diptych.store.history import History, is_reference
from diptych.store.recording_files import read_recording
from diptych.store.storable import storable
from diptych.store.transactions import transaction
from diptych.store.writer_lock import WriterLock
from tests.store.rounds import (
    DATE,
    KINDS,
    ODD_ROUNDS,
    all_of,
    complete,
    failed,
    items,
    keep,
    of_stream,
    reopened,
    retried,
    round_of,
    stopped,
    streaming,
    writing,
)
from tests.streams.folding import request


def found(history: History, query: str = "", limit: int | None = None, **more: str) -> list[int]:
    """The ids of the rounds that a filter lets through."""
    return [listed.id for listed in history.rounds(HistoryFilter(query, **more), limit)]


# What is opened


@pytest.mark.parametrize("kind", KINDS)
def test_a_recorded_stream_comes_to_the_same_again(tmp_path: Path, kind: str) -> None:
    original = round_of(of_stream(kind), of_stream(kind, "right"))
    history = keep(tmp_path / "history.db", original)

    assert all_of(history.open(1)) == whole_object(original)


@pytest.mark.parametrize("make", ODD_ROUNDS.values(), ids=ODD_ROUNDS)
def test_notes_of_every_kind_come_to_the_same_again(tmp_path: Path, make: Callable[[], Round]) -> None:
    original = make()
    recording = keep(tmp_path / "history.db", original).open(1)

    assert all_of(recording) == whole_object(original) | {"prompt": storable(original.prompt)}
    assert recording.date == original.date


def test_what_was_asked_comes_back_without_address_and_key(tmp_path: Path) -> None:
    settings = keep(tmp_path / "history.db", round_of(retried())).open(1).run("left").settings

    assert (settings.system, settings.max_tokens) == ("Be brief.", 99)
    assert settings.params == {"temperature": 0.5, "stop": ["a", None]}
    assert (settings.endpoint.base_url, settings.endpoint.key) == ("", None)


def test_texts_that_no_database_can_hold_are_kept_as_well_as_can_be(tmp_path: Path) -> None:
    odd = complete(model="half \ud83d", system="half \ud83d")
    odd.stop_reason = "half \ud83d"
    history = keep(tmp_path / "history.db", round_of(odd, prompt="half \ud83d"))

    listed = history.rounds(HistoryFilter())[0]
    assert (listed.prompt, listed.runs[0].model, listed.runs[0].stop_reason) == ("half ?", "half ?", "half ?")
    assert history.open(1).run("left").settings.system == "half \ud83d"


def test_a_round_is_opened_while_it_streams(tmp_path: Path) -> None:
    original = round_of(streaming(), complete("right"))
    with writing(tmp_path / "history.db", original):
        history = History(tmp_path / "history.db")
        assert all_of(history.open(1)) == whole_object(original)
        assert [run.state for run in history.rounds(HistoryFilter())[0].runs] == ["streaming", "complete"]

    assert [run.state for run in fold(history.open(1)).runs.values()] == ["cut", "complete"]
    assert [run.state for run in history.rounds(HistoryFilter())[0].runs] == ["cut", "complete"]


def test_a_round_that_is_not_there(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", round_of(complete()))

    with pytest.raises(StoreError, match=r"^There is no round 7 in the history\.$"):
        history.open(7)


# What is listed


def test_rounds_are_listed_newest_first(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", *(round_of(complete(), prompt=str(number)) for number in range(5)))

    assert [(listed.id, listed.prompt) for listed in history.rounds(HistoryFilter(), 2)] == [(5, "4"), (4, "3")]
    assert found(history) == [5, 4, 3, 2, 1]


def test_a_listed_round_shows_how_it_was(tmp_path: Path) -> None:
    run = complete(simulated=True)
    run.cost_usd = "0.0012"
    listed = keep(tmp_path / "history.db", round_of(run, failed("right"), prompt="why?")).rounds(HistoryFilter())[0]
    left, right = listed.runs

    assert (listed.id, listed.session, listed.prompt, listed.date) == (1, 1, "why?", DATE)
    assert (left.label, left.endpoint, left.api, left.model) == ("left", "here", "openai-chat", "some-model")
    assert (left.simulated, left.state, left.stop_reason, left.events) == (True, "complete", "stop", 5)
    assert (left.first_token, left.total, left.cost_usd) == (0.16, 0.19, "0.0012")
    assert (right.label, right.simulated, right.state, right.stop_reason) == ("right", False, "failed", None)
    assert (right.first_token, right.total, right.cost_usd, right.events) == (None, 0.15, None, 0)


def test_an_unknown_date_is_listed_as_the_first_of_all(tmp_path: Path) -> None:
    assert keep(tmp_path / "history.db", round_of(complete(), date=None)).rounds(HistoryFilter())[0].date == 0.0


def test_endpoints_and_models_that_were_asked(tmp_path: Path) -> None:
    history = keep(
        tmp_path / "history.db", round_of(complete(model="b"), complete("right", model="a")), round_of(failed())
    )

    assert (list(history.endpoints()), list(history.models())) == (["here"], ["a", "b", "some-model"])


# What is found


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A history to search in."""
    return keep(
        tmp_path_factory.mktemp("library") / "history.db",
        round_of(complete(text="Because of the weather."), prompt="Why is the café closed?"),
        round_of(complete(text="Dictionaries merge with |."), complete("right", text='Say "a AND b" (twice).')),
        round_of(stopped(), failed("right"), prompt="WHY* not"),
        round_of(complete(model="gpt-Ä"), stopped("right"), prompt="nothing to find"),
    )


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [4, 3, 2, 1]),
        ("  ", [4, 3, 2, 1]),
        ("why", [3, 1]),
        ("Cafe", [1]),
        ("CAFÉ", [1]),
        ("dict", [2]),
        ("dictionaries merge", [2]),
        ("merge dictionaries", [2]),
        ("closed weather", [1]),
        ("why dictionaries", []),
        ("onaries", []),
        ("twice", [2]),
        ("AND", [2]),
        ("a AND b", [2]),
        ("why OR dictionaries", []),
        ("NOT", [4, 3]),
        ('"a', [2]),
        ("(twice", [2]),
        ("why*", [3, 1]),
        ("answer_left:weather", []),
        ("prompt : why", []),
    ],
)
def test_searching_for_words(library: History, query: str, ids: list[int]) -> None:
    assert found(library, query) == ids


@pytest.mark.parametrize("length", [1, 2, 3])
def test_no_query_is_an_error(library: History, length: int) -> None:
    for query in itertools.product('"*(^-: \0\ud83da', repeat=length):
        assert set(found(library, "".join(query))) <= {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"model": "SOME"}, [4, 3, 2, 1]),
        ({"model": "gpt"}, [4]),
        ({"model": "gpt-Ä"}, [4]),
        ({"model": "%"}, []),
        ({"model": "\ud83d"}, []),
        ({"endpoint": "her"}, [4, 3, 2, 1]),
        ({"endpoint": "there"}, []),
        ({"state": "stopped"}, [4, 3]),
        ({"state": "Failed"}, [3]),
        ({"state": "stop"}, []),
        ({"state": "\ud83d"}, []),
        ({"state": "stopped", "model": "gpt"}, []),
        ({"state": "complete", "model": "gpt", "query": "nothing"}, [4]),
        ({"query": "why", "state": "complete"}, [1]),
    ],
)
def test_filters_apply_to_one_side_together(library: History, wanted: dict[str, Any], ids: list[int]) -> None:
    assert found(library, **wanted) == ids


def test_those_that_stream_are_found_as_such(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    keep(path, round_of(streaming()))
    with writing(path, round_of(streaming())):
        history = History(path)
        assert (found(history, state="streaming"), found(history, state="cut")) == ([2], [1])

    assert (found(history, state="streaming"), found(history, state="cut")) == ([], [2, 1])


# References


def test_references_to_rounds(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", *(round_of(complete()) for _ in range(3)))
    history.delete(2)

    assert [history.resolve(reference) for reference in ("1", "3", "03", "last", "last~0", "last~1")] == [
        1,
        3,
        3,
        3,
        3,
        1,
    ]
    for reference in ("2", "4", "last~2", "9" * 18, "last~" + "9" * 18):
        with pytest.raises(StoreError, match=f"^There is no round {reference} in the history.$"):
            history.resolve(reference)
    for reference in ("", "-1", "first", "last~", "last~x", "1.5", "9" * 19):
        assert not is_reference(reference)
        with pytest.raises(StoreError, match=r"is not an ID: write a number, last, or last~1 for the one before\.$"):
            history.resolve(reference)


# What is deleted


def test_a_deleted_round_is_gone_and_its_id_is_not_given_again(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", round_of(complete(), prompt="keep"), round_of(complete(), prompt="forget"))

    history.delete(2)
    history.delete(2)

    assert (found(history), found(history, "forget"), found(history, "keep")) == ([1], [], [1])
    with pytest.raises(StoreError, match="no round 2"):
        history.open(2)
    keep(history.path, round_of(complete()))
    assert found(history) == [3, 1]


def test_no_word_of_a_deleted_round_stays_in_the_file(tmp_path: Path) -> None:
    rounds = [round_of(complete(text=f"answer{name}"), prompt=f"prompt{name}") for name in ("kept", "gone", "too")]
    history = keep(tmp_path / "history.db", *rounds)

    history.delete(2)

    content = history.path.read_bytes()
    assert b"promptkept" in content
    assert b"gone" not in content


def test_no_word_of_a_deleted_round_stays_in_the_log_of_those_who_write(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with writing(path, round_of(complete()), round_of(complete(text="answergone"))):
        History(path).delete(2)

        for each in (path, path.with_name("history.db-wal")):
            assert b"gone" not in each.read_bytes()


def test_a_round_is_not_deleted_while_it_is_answered(tmp_path: Path) -> None:
    with writing(tmp_path / "history.db", round_of(complete(), streaming("right")), round_of(complete())):
        history = History(tmp_path / "history.db")
        with pytest.raises(StoreError, match=r"^Round 1 is still being answered: delete it when it has ended\.$"):
            history.delete(1)
        history.delete(2)

    history.delete(1)
    assert found(history) == []


def test_many_rounds_are_deleted_at_once_or_none(tmp_path: Path) -> None:
    rounds = [round_of(complete(), prompt=f"prompt{number}") for number in range(5)]
    with writing(tmp_path / "history.db", *rounds, round_of(streaming())):
        history = History(tmp_path / "history.db")
        with pytest.raises(StoreError, match=r"^Round 6 is still being answered"):
            history.delete(1, 6)
        assert found(history) == [6, 5, 4, 3, 2, 1]
        history.delete(1, 3, 4, 99)

    assert found(history) == [6, 5, 2]


# What is broken off


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
        for module in (transactions, hidden, history_module):
            patch.setattr(module, "transaction", killing)
        patch.setattr(history_module, "remove_left_behind", lambda connection, path: None)
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
        session = hidden.insert_hidden_session(connection, lock.name)
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
    worker.join(20)
    assert len(found(history)) == 1 + written


# What is added


@pytest.mark.parametrize("make", ODD_ROUNDS.values(), ids=ODD_ROUNDS)
def test_a_round_that_was_recorded_elsewhere(tmp_path: Path, make: Callable[[], Round]) -> None:
    original = make()
    recording = reopened(tmp_path / "a.jsonl", original)
    history = History(tmp_path / "new" / "history.db")

    assert history.add(recording, fold(recording)) == 1
    assert all_of(history.open(1)) == whole_object(original) | {"prompt": storable(original.prompt)}
    assert found(history, "half" if "half" in original.prompt else "hi" if original.prompt == "hi" else "lines") == [1]


def test_one_that_was_broken_off_stays_so(tmp_path: Path) -> None:
    recording = reopened(tmp_path / "a.jsonl", round_of(streaming(), complete("right")))
    history = History(tmp_path / "history.db")
    history.add(recording, fold(recording))

    again = history.open(1)
    assert [(run.ended, run.is_live) for run in again.runs] == [(False, False), (True, False)]
    assert [run.state for run in history.rounds(HistoryFilter())[0].runs] == ["cut", "complete"]
    assert found(history, str(fold(again).runs["left"].text)) == [1]


def test_names_that_no_database_can_hold_are_added_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    reopened(path, round_of(complete()))
    path.write_text(path.read_text().replace('"here"', '"half \\ud83d"'))
    recording = read_recording(path)
    History(tmp_path / "history.db").add(recording, fold(recording))

    assert History(tmp_path / "history.db").endpoints() == ["half ?"]


def test_what_fails_while_it_is_added_leaves_nothing(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", round_of(complete()))
    recording = history.open(1)
    damaged = Recording("x", None, [RecordedRun("left", recording.run("left").settings, [], ended=True)])
    broken = round_of(complete())
    broken.runs["left"].lines.append(RecordedEvent(1.0, "e", b""))  # type: ignore[arg-type]  # no line of a run

    with pytest.raises(AssertionError):
        history.add(damaged, broken)
    assert found(history) == [1]


def test_a_damaged_line_is_told_with_its_round(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", round_of(complete()))
    with closing(connect(history.path)) as connection:
        connection.execute("UPDATE lines SET data = x'5B5D' WHERE name = 'request'")

    with pytest.raises(StoreError, match=r"^Round 1 is damaged: a line of it is not a JSON object\.$"):
        history.open(1)


def test_an_event_of_the_eleventh_hour_comes_back(tmp_path: Path) -> None:
    run = Run("left", request("openai-chat"), 0.0)
    run.begin_attempt(0.0)
    run.add(Event(40_000.000001, 1, "chunk", b'{"choices": [{"index": 0, "delta": {"content": "late"}}]}', ()))
    path = tmp_path / "history.db"
    number = History(path).add(
        Recording("hi", None, [RecordedRun("left", run.request.settings, (), ended=False)]),
        Round("hi", 0.0, (run,)),
    )

    (line,) = History(path).open(number).run("left").lines

    assert line.at == 40_000.000001
