"""What can be wrong with a history's file is told in one sentence, and what is no history is left as it is."""

import errno
import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from diptych.core.history_query import MARKS
from diptych.core.history_summary import HistoryFilter
from diptych.core.json_text import to_json
from diptych.core.remarks import RoundNote, Vote
from diptych.report.history_list import listed_lines, listed_object
from diptych.store import database
from diptych.store.database import connect, keep_log, sentences
from diptych.store.errors import StoreError
from diptych.store.history import History
from tests.store.rounds import ODD_ROUNDS, all_of, complete, items, keep, reopened, round_of, streaming, writing


def problem(path: Path) -> str:
    """What a user is told of the history at a path."""
    with pytest.raises(StoreError) as caught:
        History(path).rounds(HistoryFilter())
    sentence = str(caught.value)
    assert sentence.startswith(f"The history {path} cannot be used: ")
    return sentence.partition("cannot be used: ")[2]


def test_a_new_history_and_its_folder_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "history.db"
    before = os.umask(0o022)
    try:
        with writing(path, round_of(streaming())):
            modes = {each.name: each.stat().st_mode & 0o777 for each in (path.parent, *path.parent.iterdir())}
    finally:
        os.umask(before)

    assert modes == {
        "folder": 0o700,
        "history.db": 0o600,
        "history.db-wal": 0o600,
        "history.db-shm": 0o600,
        "history.db-writers": 0o700,
    }


@pytest.mark.parametrize(
    "content",
    [b"x", b"Dear diary", b"x" * 5_000, b"SQLite format 3\0", b"SQLite format 3\0" * 200],
    ids=["one byte", "short", "long", "only the mark", "only marks"],
)
def test_a_file_that_is_not_a_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "diary.txt"
    path.write_bytes(content)

    assert problem(path) == "it is damaged, or not a database."
    with pytest.raises(StoreError), writing(path, round_of(complete())):
        pass
    assert path.read_bytes() == content


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()

    assert problem(path) == "it is a database of another program."
    with pytest.raises(StoreError), writing(path, round_of(complete())):
        pass
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="closing a descriptor ends no other's locks there")
def test_what_is_written_stays_though_others_come_and_go(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    come_and_go = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM rounds').connection.close()"
    with writing(path, round_of(complete())) as sink:
        History(path).rounds(HistoryFilter())  # in the process that writes, as the history browser does
        subprocess.run([sys.executable, "-c", come_and_go, path], check=True, timeout=120)
        assert path.with_name("history.db-wal").exists()
        sink.write(items(round_of(complete())))
        assert len(History(path).rounds(HistoryFilter())) == 2


def test_a_folder(tmp_path: Path) -> None:
    assert problem(tmp_path) == "Is a directory."


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match=r"cannot be used: Not a directory\.$|cannot be used: File exists\.$"):
        keep(tmp_path / "file" / "history.db", round_of(complete()))


def test_a_name_that_cannot_be(tmp_path: Path) -> None:
    assert problem(tmp_path / ("x" * 5_000)) == "File name too long."


def test_there_is_none_yet(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    assert History(path).rounds(HistoryFilter()) == []
    with pytest.raises(StoreError, match=r"There is no history at .* yet: it begins with the first prompt\.$"):
        History(path).resolve("last")
    assert list(tmp_path.iterdir()) == []


def test_one_whose_log_cannot_be_opened(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", round_of(complete()))
    (tmp_path / "history.db-wal").mkdir()

    assert problem(history.path) == "it cannot be opened."


def test_one_that_may_not_be_opened(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may open every file")
    history = keep(tmp_path / "history.db", round_of(complete()))
    history.path.chmod(0)

    assert problem(history.path) == "Permission denied."


def test_one_that_another_program_keeps_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = keep(tmp_path / "history.db", round_of(complete()))
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.0)
    with closing(sqlite3.connect(history.path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"another program keeps it locked\.$"):
            history.delete(1)
        assert len(history.rounds(HistoryFilter())) == 1, "reading goes on"

    history.delete(1)
    assert history.rounds(HistoryFilter()) == []


def unmarked(path: Path) -> History:
    """A history as one is that was just made, before it is marked for reading and writing beside each other."""
    history = keep(path, round_of(complete()))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return history


def test_a_new_one_that_another_reads_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = unmarked(tmp_path / "history.db")
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.0)
    with closing(sqlite3.connect(history.path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM rounds").fetchall()
        assert len(history.rounds(HistoryFilter())) == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (sqlite3.ProgrammingError("odd"), "The history h.db cannot be used: odd."),
        (OSError(5, "Input/output error"), "The history h.db cannot be used: Input/output error."),
        (OSError("odd"), "The history h.db cannot be used: odd."),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"), "The history h.db cannot be used: it is damaged."),
    ],
)
def test_what_nobody_thought_of_is_told_in_its_own_words(error: Exception, sentence: str) -> None:
    with pytest.raises(StoreError) as caught, sentences(Path("h.db")):
        raise error
    assert str(caught.value) == sentence


def _unopened() -> sqlite3.Error:
    """Return the error of SQLite for a file that it cannot open. It does not have the reason."""
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    return error


@pytest.mark.parametrize("error", [_unopened(), OSError(errno.EMFILE, "Too many open files")], ids=["SQLite", "Python"])
def test_the_limit_of_open_files_is_named(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_free(path: str, flags: int) -> int:
        raise OSError(errno.EMFILE, "Too many open files", path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", none_free)
        with pytest.raises(StoreError) as caught, sentences(Path("h.db")):
            raise error

    sentence = r"The history h\.db cannot be used: this process may have only [\d,]+ files and connections open"
    assert re.match(sentence, str(caught.value))


# Damage


def everything_done_with(history: History) -> None:
    """Use all of a history, and show all that it gives; whatever is refused must be refused in a sentence."""

    def listed() -> None:
        marked = HistoryFilter(marks=MARKS)
        for query in (HistoryFilter(), HistoryFilter("hello", "some", "here", "complete"), marked):
            rounds = history.rounds(query)
            list(listed_lines(rounds))
            for each in rounds:
                to_json(listed_object(each))

    def opened(number: int) -> Callable[[], object]:
        return lambda: to_json(all_of(history.open(number)))

    odd = ODD_ROUNDS["retried"]()
    recording = reopened(history.path.with_suffix(".jsonl"), odd)
    steps: list[Callable[[], object]] = [
        listed,
        lambda: (history.endpoints(), history.models()),
        lambda: (history.resolve("last"), history.resolve("2")),
        *(opened(number) for number in range(1, 5)),
        lambda: [to_json(all_of(each)) for each in history.conversation(4).values()],
        lambda: (history.note(1), history.votes(1)),
        lambda: history.add(recording, odd),
        lambda: history.delete(2),
        listed,
    ]
    for step in steps:
        with suppress(StoreError):
            step()


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no time to other programs between short transactions: there is none, and it adds up."""
    monkeypatch.setattr("diptych.store.transactions._FREE_SECONDS", 0.0)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A history with a few rounds."""
    path = tmp_path_factory.mktemp("sound") / "history.db"
    rounds = [make() for make in ODD_ROUNDS.values()]
    history = keep(path, round_of(complete(), streaming("right")), *rounds)
    history.put_note(1, RoundNote("hello", starred=True))
    history.put_vote(1, Vote("better", 5.0, "left"))
    with closing(connect(path)) as connection:
        connection.execute("UPDATE rounds SET follows = id - 1, continues = 'left' WHERE id IN (3, 4)")
        blind = '{"seed": 1, "order": ["right", "left"], "pace": "end"}'
        connection.execute("UPDATE rounds SET blind = ? WHERE id = 2", (blind,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return path.read_bytes()


def test_a_history_cut_off_anywhere_is_refused_in_a_sentence(tmp_path: Path, sound: bytes) -> None:
    chance = random.Random(4)
    for number in range(60):
        path = tmp_path / f"{number}.db"
        path.write_bytes(sound[: chance.randrange(2, len(sound))])
        everything_done_with(History(path))


@pytest.mark.parametrize("seed", range(10))
def test_a_history_with_damage_anywhere_is_refused_in_a_sentence(tmp_path: Path, sound: bytes, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(30):
        damaged = bytearray(sound)
        for _ in range(chance.choice((1, 5, 50))):
            start = chance.randrange(100 if number % 2 else 0, len(damaged))
            damaged[start : start + chance.choice((1, 1, 4))] = chance.randbytes(1)
        path = tmp_path / f"{number}.db"
        path.write_bytes(damaged)
        everything_done_with(History(path))


DAMAGED_VALUES = ("NULL", "x'ff00'", "'text'", "-1", "9e300", "9223372036854775807", "''", "'[]'", "'1e999999999'")


@pytest.mark.parametrize(
    "column",
    [
        *("sessions.writer", "rounds.session", "rounds.date", "rounds.prompt", "runs.round", "runs.label"),
        *("runs.take", "runs.counts", "rounds.experiment", "rounds.case_id", "rounds.repeat"),
        *("rounds.follows", "rounds.continues", "rounds.blind", "notes.round", "notes.starred", "notes.text"),
        *("votes.round", "votes.voter", "votes.date", "votes.verdict", "votes.label", "votes.blind"),
        *("contents.data", "contents.sha256", "run_messages.content", "run_messages.place", "run_files.content"),
        *("runs.endpoint", "runs.api", "runs.model", "runs.simulated", "runs.settings", "runs.state"),
        *("runs.stop_reason", "runs.first_token", "runs.total", "runs.cost_usd", "runs.events"),
        *("runs.keeps_bytes", "runs.rest", "lines.frame", "lines.pieces"),
        *("lines.run", "lines.at", "lines.seq", "lines.name", "lines.data", "lines.dropped", "lines.late"),
    ],
)
def test_values_of_any_type_in_any_column(tmp_path: Path, sound: bytes, column: str) -> None:
    table, _, name = column.partition(".")
    for number, value in enumerate(DAMAGED_VALUES):
        path = tmp_path / f"{number}.db"
        path.write_bytes(sound)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection, suppress(sqlite3.IntegrityError):
            connection.execute(f"UPDATE {table} SET {name} = {value}")  # noqa: S608 - ours
        everything_done_with(History(path))


def test_a_sound_history_is_used_whole(tmp_path: Path, sound: bytes) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(sound)
    history = History(path)

    assert [listed.id for listed in history.rounds(HistoryFilter())] == [5, 4, 3, 2, 1]
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_log_that_cannot_be_kept_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE anything (id)")

    with (
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        keep_log(connection)
