"""What is written survives: a writer that is killed, a full disk, two at once."""

import itertools
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from diptych.core.history_summary import HistoryFilter
from diptych.core.recording import RecordedEvent
from diptych.core.round import Round
from diptych.core.run_lines import Ended
from diptych.replay.folding import fold
from diptych.store import history_writer as module
from diptych.store import recorder as recorder_module
from diptych.store import round_rows
from diptych.store.database import connect
from diptych.store.entries import Began, Item
from diptych.store.errors import RoundGoneError, StoreError
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from diptych.store.recorder import Recorder
from tests.report.exports import whole_object
from tests.store import writer
from tests.store.rounds import (
    all_of,
    answered,
    arrived,
    complete,
    items,
    keep,
    new_run,
    over,
    round_of,
    sent,
    writing,
)
from tests.support import streams

ROOT = Path(__file__).parents[2]


def is_sound(path: Path) -> bool:
    with closing(connect(path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


# As it streams


def test_what_was_written_so_far_is_there_for_others(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    run = new_run()
    original = round_of(run)
    with writing(path) as sink:
        sink.write(items(original))
        for step in (sent, answered):
            step(run)
            sink.write([(run, run.lines[-1])])
            assert len(History(path).open(1).run("left").lines) == len(run.lines)
        arrived(run, b"".join(streams.chat("Hello")))
        over(run)
        sink.write([*((run, line) for line in run.lines[2:]), Ended(run)])
        assert all_of(History(path).open(1)) == whole_object(original)
    assert {each.name for each in tmp_path.iterdir()} == {"history.db", "history.db-writers"}


def test_rounds_of_one_session_stay_together(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with writing(path) as sink:
        for session in (1, 1, 2):
            sink.write(items(round_of(complete()), session))
    keep(path, round_of(complete()))

    assert [listed.session for listed in History(path).rounds(HistoryFilter())] == [3, 2, 1, 1]


def test_many_lines_at_once(tmp_path: Path) -> None:
    run = new_run()
    sent(run)
    answered(run)
    arrived(run, b"".join(streams.chat(*map(str, range(250)))))
    over(run)
    original = round_of(run)

    assert all_of(keep(tmp_path / "history.db", original).open(1)) == whole_object(original)


def test_both_answers_are_found(tmp_path: Path) -> None:
    refused = new_run("right", "openai-chat")
    sent(refused)
    answered(refused)
    arrived(refused, streams.chunk({"refusal": "Never."}) + streams.chunk({}, "stop") + streams.DONE)
    over(refused)
    history = keep(tmp_path / "history.db", round_of(complete(text="Gladly."), refused))

    assert all(history.rounds(HistoryFilter(word)) for word in ("gladly", "never", "hi"))


def test_lines_of_a_run_whose_beginning_is_not_there_are_refused(tmp_path: Path) -> None:
    with writing(tmp_path / "history.db") as sink, pytest.raises(RoundGoneError):
        sink.write(items(round_of(complete()))[1:])

    assert History(tmp_path / "history.db").rounds(HistoryFilter()) == []


# A writer that is killed


def test_several_rounds_are_written_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    sink = HistorySink(tmp_path / "history.db")
    first, second, stray = new_run(), new_run(), complete()
    rounds = [round_of(first, prompt="one"), round_of(second, prompt="two")]
    began: list[Sequence[Item]] = [[Began(1, round_, tuple(round_.runs.values()))] for round_ in rounds]

    with pytest.raises(RoundGoneError):
        sink.write_together([*began, [(stray, stray.lines[0])]])
    assert [round_.number for round_ in rounds] == [None, None]
    sink.write_together(began)
    sink.close()

    listed = History(tmp_path / "history.db").rounds(HistoryFilter())
    assert [(each.id, each.prompt) for each in listed] == [(2, "two"), (1, "one")]
    assert [round_.number for round_ in rounds] == [1, 2]


@pytest.mark.parametrize("lines", [1, 2, 3, *random.Random(1).sample(range(4, 1_500), 7)])
def test_a_writer_that_is_killed_loses_its_last_moments_at_most(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "history.db"
    history = History(path)
    command = [sys.executable, "-m", "tests.store.writer", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        committed = next(count for count in map(int, process.stdout) if count >= lines)
        assert [run.state for run in history.rounds(HistoryFilter(state="streaming"))[0].runs] == ["streaming"]
        assert history.open(1).run("left").is_live
        process.kill()
        process.wait()

    assert is_sound(path)
    assert [run.state for run in history.rounds(HistoryFilter("unmistakable", state="cut"))[0].runs] == ["cut"]
    recording = history.open(1)
    events = [line for line in recording.run("left").lines if isinstance(line, RecordedEvent)]
    assert recording.prompt == writer.PROMPT
    assert len(recording.run("left").lines) >= committed
    run = fold(recording).runs["left"]
    assert (run.state, run.events) == ("cut", len(events))
    assert str(run.text) == "".join(f"{number} " for number in range(len(events)))
    assert history.rounds(HistoryFilter(str(len(events) // 3))) or len(events) < 2, "most of the answer is found"
    keep(path, round_of(complete()))
    history.delete(1)
    assert [listed.id for listed in history.rounds(HistoryFilter())] == [2]


# A database that cannot be written for a while


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again at once."""
    monkeypatch.setattr(recorder_module, "_AGAIN", 0.01)
    monkeypatch.setattr(recorder_module, "INTERVAL", 0.01)
    monkeypatch.setattr(module, "_BUSY_SECONDS", 0.01)


class Watched(HistorySink):
    """A sink that a test can wait for."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.errors: list[str] = []
        self.lines = 0
        self._change = threading.Condition()

    def write_together(self, rounds: Sequence[Sequence[Item]]) -> None:
        try:
            super().write_together(rounds)
            self.lines += sum(isinstance(item, tuple) for items in rounds for item in items)
        except StoreError as error:
            self.errors.append(str(error))
            raise
        finally:
            with self._change:
                self._change.notify_all()

    def wait_for_errors(self, count: int = 2) -> None:
        """Wait until so many attempts have failed."""
        with self._change:
            assert self._change.wait_for(lambda: len(self.errors) >= count, 60)

    def wait_for_lines(self, count: int) -> None:
        """Wait until so many lines are written."""
        with self._change:
            assert self._change.wait_for(lambda: self.lines >= count, 60)


def asked(recording: Recorder, prompt: str) -> Round:
    """A round that is answered while it is recorded."""
    run = new_run(observer=recording)
    round_ = round_of(run, prompt=prompt)
    recording.round_began(1, round_)
    sent(run)
    answered(run)
    arrived(run, b"".join(streams.chat("x" * 100_000)))
    over(run)
    return round_


def end_of_lock(connection: sqlite3.Connection) -> None:
    connection.execute("ROLLBACK")
    connection.close()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("when", ["before the first round", "between rounds", "within a round"])
def test_nothing_is_lost_while_another_program_keeps_the_database_locked(tmp_path: Path, when: str) -> None:
    path = tmp_path / "history.db"
    first = round_of(complete(), prompt="before")
    keep(path, first)
    sink = Watched(path)
    recording = Recorder(sink)
    kept = [asked(recording, "as usual")] if when == "between rounds" else []
    run = new_run(observer=recording)
    if when == "within a round":
        recording.round_began(1, round_of(run, prompt="within"))
        sent(run)
        sink.wait_for_lines(1)
    for round_ in kept:
        sink.wait_for_lines(len(round_.runs["left"].lines))
    locking = sqlite3.connect(path, isolation_level=None, timeout=20)
    locking.execute("BEGIN IMMEDIATE")
    if when == "within a round":
        answered(run)
        over(run)
    kept += [asked(recording, f"meanwhile {number}") for number in range(3)]
    sink.wait_for_errors()
    assert set(sink.errors) == {f"The history {path} cannot be used: another program keeps it locked."}

    end_of_lock(locking)
    assert recording.close() == ""
    rounds = {listed.prompt: listed.id for listed in History(path).rounds(HistoryFilter())}
    for round_ in (first, *kept):
        assert all_of(History(path).open(rounds[round_.prompt])) == whole_object(round_)
    assert len(rounds) == 1 + len(kept) + (when == "within a round")
    assert is_sound(path)


@pytest.mark.usefixtures("quick")
def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.db"
    first = round_of(complete(), prompt="before")
    keep(path, first)

    def full(where: Path, busy_seconds: float) -> sqlite3.Connection:
        connection = connect(where, busy_seconds)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    sink = Watched(path)
    recording = Recorder(sink)
    with monkeypatch.context() as patch:
        patch.setattr(module, "connect", full)
        meanwhile = asked(recording, "while it is full")
        sink.wait_for_errors()
        assert f"The history {path} cannot be used: the disk is full. 1 round is " in recording.problem
    after = asked(recording, "after")
    assert recording.close() == ""

    assert [listed.prompt for listed in History(path).rounds(HistoryFilter())] == [
        "after",
        "while it is full",
        "before",
    ]
    for number, round_ in enumerate((first, meanwhile, after), 1):
        assert all_of(History(path).open(number)) == whole_object(round_)
    assert is_sound(path)


@pytest.mark.usefixtures("quick")
def test_a_damaged_history_is_left_as_it_is_until_it_is_moved_away(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"no database" * 100)
    sink = Watched(path)
    recording = Recorder(sink)
    kept = asked(recording, "hi")
    sink.wait_for_errors()
    assert "it is damaged, or not a database. 1 round is not recorded yet." in recording.problem

    path.rename(tmp_path / "damaged.db")
    assert recording.close() == ""
    assert (tmp_path / "damaged.db").read_bytes() == b"no database" * 100
    assert all_of(History(path).open(1)) == whole_object(kept)


# A database that is deleted or replaced


def remove(path: Path) -> None:
    """Delete a history with its log."""
    for each in path.parent.glob(f"{path.name}*"):
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
@pytest.mark.parametrize("instead", ["nothing", "another history", "no folder", "the same without the round"])
def test_a_round_goes_on_in_the_history_that_is_there_now(tmp_path: Path, instead: str) -> None:
    path = tmp_path / "folder" / "history.db"
    sink = Watched(path)
    recording = Recorder(sink)
    left, right = new_run(observer=recording), new_run("right", observer=recording)
    original = round_of(left, right)
    first = asked(recording, "before")
    recording.round_began(1, original)
    sent(left)
    for step in (sent, answered, over):
        step(right)
    sink.wait_for_lines(sum(len(run.lines) for run in (left, right, first.runs["left"])))
    if instead == "the same without the round":
        with closing(connect(path)) as connection:
            connection.execute("DELETE FROM rounds WHERE id = 2")
    elif instead == "no folder":
        shutil.rmtree(path.parent)
    else:
        remove(path)
    if instead == "another history":
        keep(path, round_of(complete(), prompt="theirs"))
    answered(left)
    over(left)
    assert recording.close() == ""

    listed = History(path).rounds(HistoryFilter())
    before = {"another history": ["theirs"], "the same without the round": [first.prompt]}.get(instead, [])
    assert [each.prompt for each in listed] == ["hi", *before]
    assert all_of(History(path).open(listed[0].id)) == whole_object(original)
    assert is_sound(path)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
def test_a_history_that_is_deleted_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.db"
    insert = round_rows.insert_rows

    def removing(*what: Any) -> None:
        insert(*what)
        monkeypatch.undo()
        remove(path)

    monkeypatch.setattr(module, "insert_rows", removing)
    recording = Recorder(HistorySink(path))
    kept = asked(recording, "hi")
    assert recording.close() == ""

    assert all_of(History(path).open(1)) == whole_object(kept)


def test_a_history_that_stays_where_it_is_but_not_by_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = itertools.count()  # as some file systems give them
    monkeypatch.setattr(module, "file_identity", lambda path: (1, next(numbers)))
    history = keep(tmp_path / "history.db", round_of(complete()), round_of(complete()))

    assert [listed.id for listed in history.rounds(HistoryFilter())] == [2, 1]


def test_a_writer_is_seen_to_live_although_its_lock_was_removed(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    run = new_run()
    with writing(path, round_of(run)) as sink:
        shutil.rmtree(tmp_path / "history.db-writers")
        sent(run)
        sink.write([(run, run.lines[0])])
        assert History(path).rounds(HistoryFilter())[0].runs[0].state == "streaming"


def test_a_round_that_no_database_can_hold_does_not_hold_up_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(where: Path, busy_seconds: float) -> sqlite3.Connection:
        connection = connect(where, busy_seconds)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 200_000)
        return connection

    monkeypatch.setattr(module, "connect", limited)
    path = tmp_path / "history.db"
    recording = Recorder(HistorySink(path))
    asked(recording, "x" * 300_000)
    kept = asked(recording, "hi")

    told = f"The history {path} cannot be used: string or blob too big. 1 round is not recorded, or only in part."
    assert recording.close() == told
    (listed,) = History(path).rounds(HistoryFilter())
    assert all_of(History(path).open(listed.id)) == whole_object(kept)


def test_of_a_very_long_answer_the_beginning_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(round_rows, "LONGEST", 20)
    history = keep(tmp_path / "history.db", round_of(complete(text="the very beginning, the very end")))

    assert [bool(history.rounds(HistoryFilter(word))) for word in ("beginning", "end")] == [True, False]


def test_closing_after_an_error_of_the_database(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    path.write_text("no database")
    sink = HistorySink(path)

    with pytest.raises(StoreError):
        sink.write(items(round_of(complete())))
    sink.close()
    sink.close()
    assert path.read_text() == "no database"


# Two at once


def test_two_who_begin_a_new_history_at_the_same_moment(tmp_path: Path) -> None:
    problems: list[str] = []

    def write(path: Path, start: threading.Barrier) -> None:
        original = round_of(complete())
        start.wait(120)
        try:
            keep(path, original)
        except StoreError as error:
            problems.append(str(error))

    for number in range(30):
        path, start = tmp_path / f"{number}.db", threading.Barrier(3)
        threads = [threading.Thread(target=write, args=(path, start)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert len(History(path).rounds(HistoryFilter())) == 3
    assert problems == []


def test_two_record_into_one_history_at_once(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    recorders = [Recorder(HistorySink(path)) for _ in range(2)]
    kept: list[list[Round]] = [[], []]

    def record(number: int) -> None:
        for _ in range(5):
            run = new_run(observer=recorders[number])
            round_ = round_of(run, prompt=("alpha", "beta")[number])
            recorders[number].round_began(1, round_)
            sent(run)
            answered(run)
            arrived(run, b"".join(streams.chat(*map(str, range(50)))))
            over(run)
            kept[number].append(round_)

    threads = [threading.Thread(target=record, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    for recorder in recorders:
        recorder.close()

    assert [recorder.problem for recorder in recorders] == ["", ""]
    history = History(path)
    for number in range(2):
        ids = [listed.id for listed in reversed(history.rounds(HistoryFilter(("alpha", "beta")[number])))]
        assert [all_of(history.open(each)) for each in ids] == [whole_object(round_) for round_ in kept[number]]
    assert is_sound(path)
