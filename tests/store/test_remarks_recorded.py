"""What is said about a round, and where it stands in its conversation, is recorded when it happens."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from diptych.core.blind import draw_order
from diptych.core.remarks import RoundNote, Vote
from diptych.core.round import Round
from diptych.replay.folding import fold, fold_conversation
from diptych.store.database import connect
from diptych.store.errors import StoreError
from diptych.store.history import History
from diptych.store.recorder import Recorder
from diptych.store.recording_files import read_recording
from diptych.store.round_rows import insert_session
from diptych.store.writer_lock import WriterLock
from tests.store.recorders import SINKS, To, answer, same, take, to_file, to_history, wait_until_written
from tests.store.rounds import BEGAN, DATE, all_of, complete, keep, new_run, reopened, round_of
from tests.store.versions import FOLDER_2, without_sentences

NOTE = RoundNote("worth reading \u2028 twice", starred=True)
VOTE = Vote("better", DATE + 9, "right", blind=True)
JUDGE = Vote("tie", DATE + 10, voter="openai:judge")


def asked(recorder: Recorder, follows: Round | None = None) -> Round:
    """A blind round with two answers, which goes on from the left one of the round before."""
    runs = [new_run(label, observer=recorder) for label in ("left", "right")]
    blind = draw_order(("left", "right"), 7, "end")
    round_ = Round("hi", BEGAN, runs, DATE, follows=follows, continues="left" if follows else None, blind=blind)
    recorder.round_began(1, round_)
    for run in runs:
        answer(run, f"{run.label} answer")
    return round_


def said(round_: Round) -> tuple[object, ...]:
    return round_.continues, round_.blind, round_.note, list(round_.votes)


@SINKS
def test_what_is_said_comes_back(tmp_path: Path, to: To, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.store.recorder.INTERVAL", 0.001)
    recorder, opened = to(tmp_path / "kept")
    round_ = asked(recorder)
    wait_until_written(recorder)
    assert said(fold(opened())) == (None, round_.blind, RoundNote(), [])
    assert fold(opened()).is_hidden

    take(recorder, round_, "two")
    round_.choose_take(round_.takes("left")[0])
    recorder.round_changed(round_)
    wait_until_written(recorder)
    round_.put_note(NOTE)
    recorder.round_changed(round_)
    for vote in (JUDGE, VOTE):
        round_.put_vote(vote)
        recorder.round_changed(round_)
    assert recorder.close() == ""

    assert said(fold(opened())) == said(round_) == (None, round_.blind, NOTE, [VOTE, JUDGE])
    assert fold(opened()).runs["left"].take == 1
    assert same(opened(), round_)


@SINKS
def test_what_is_said_of_a_round_that_is_gone_is_written_with_the_round(
    tmp_path: Path, to: To, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diptych.store.recorder.INTERVAL", 0.001)
    recorder, opened = to(tmp_path / "kept")
    round_ = asked(recorder)
    round_.put_note(NOTE)
    recorder.round_changed(round_)
    wait_until_written(recorder)
    (tmp_path / "kept").unlink()

    round_.put_vote(VOTE)
    recorder.round_changed(round_)
    assert recorder.close() == ""

    assert said(fold(opened())) == (None, round_.blind, NOTE, [VOTE])


def test_a_take_of_a_round_of_the_history_is_recorded_in_a_file_with_its_round(tmp_path: Path) -> None:
    recorder, opened = to_file(tmp_path / "a.jsonl")
    round_ = fold(keep(tmp_path / "history.db", round_of(complete(), complete("right"))).open(1))
    recorder.round_opened(1, round_, 1)
    take(recorder, round_, "two")
    assert recorder.close() == ""

    assert str(fold(opened()).runs["left"].text) == "two"
    assert [run.take for run in opened().runs] == [1, 1, 2]


def test_what_happens_to_a_round_of_the_history_is_written_to_it(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    round_ = fold(keep(path, round_of(complete(), complete("right"))).open(1))
    recorder, _ = to_history(path)
    recorder.round_opened(1, round_, 1)
    take(recorder, round_, "two")
    asked(recorder, round_)
    round_.put_note(NOTE)
    recorder.round_changed(round_)
    assert recorder.close() == ""

    first = fold(History(path).open(1))
    assert (str(first.runs["left"].text), first.note) == ("two", NOTE)
    assert follows(path) == [None, 1]


def test_a_conversation_is_known_from_the_history(tmp_path: Path) -> None:
    recorder, opened = to_history(tmp_path / "history.db")
    first = asked(recorder)
    second = asked(recorder, first)
    asked(recorder, second)
    assert recorder.close() == ""

    assert opened().continues == "left"
    assert follows(tmp_path / "history.db") == [None, 1, 2]
    assert conversation(tmp_path / "history.db", 3) == [1, 2, 3]
    assert conversation(tmp_path / "history.db", 1) == [1]
    _, second_, third = fold_conversation(History(tmp_path / "history.db").conversation(3)).values()
    assert (third.follows, third.continues) == (second_, "left")


def conversation(path: Path, last: int) -> list[int]:
    return list(History(path).conversation(last))


def test_a_conversation_begins_after_a_round_that_is_gone_or_being_deleted(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    recorder, _ = to_history(path)
    before = None
    for _ in range(5):
        before = asked(recorder, before)
    assert recorder.close() == ""

    History(path).delete(2)
    assert conversation(path, 5) == [3, 4, 5]
    assert conversation(path, 1) == [1]

    lock = WriterLock.take(path)
    with closing(connect(path)) as connection:
        session = insert_session(connection, lock.name, "")
        connection.execute("UPDATE rounds SET session = ? WHERE id = 4", (session,))
    assert conversation(path, 5) == [5]
    lock.release()


def test_a_damaged_conversation_ends(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", round_of(complete()), round_of(complete()))
    with closing(connect(history.path)) as connection:
        connection.execute("UPDATE rounds SET follows = 3 - id")

    assert list(history.conversation(1)) == [1]
    assert list(history.conversation(2)) == [1, 2]
    with pytest.raises(StoreError, match=r"^There is no round 3 in the history\.$"):
        history.conversation(3)


def test_a_round_that_was_revealed_stays_so_in_its_file(tmp_path: Path) -> None:
    recorder, opened = to_file(tmp_path / "a.jsonl")
    round_ = asked(recorder)
    round_.reveal()
    recorder.round_changed(round_)
    assert recorder.close() == ""

    assert fold(opened()).blind == round_.blind
    assert not opened().is_hidden


def test_a_round_whose_earlier_round_was_deleted_follows_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.store.recorder.INTERVAL", 0.001)
    path = tmp_path / "history.db"
    recorder, _ = to_history(path)
    first = asked(recorder)
    second = asked(recorder, first)
    wait_until_written(recorder)
    History(path).delete(1)
    assert follows(path) == [None]

    asked(recorder, first)
    asked(recorder, second)
    assert recorder.close() == ""
    assert follows(path) == [None, None, 2]


def follows(path: Path) -> list[int | None]:
    with closing(connect(path)) as connection:
        return [follows for (follows,) in connection.execute("SELECT follows FROM rounds ORDER BY id")]


def test_what_was_said_in_the_history_browser_stays_when_something_else_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diptych.store.recorder.INTERVAL", 0.001)
    recorder, opened = to_history(tmp_path / "history.db")
    round_ = asked(recorder)
    wait_until_written(recorder)
    History(tmp_path / "history.db").update_note(1, text="elsewhere")
    History(tmp_path / "history.db").update_note(1, starred=True)

    round_.put_vote(VOTE)
    recorder.round_changed(round_)
    round_.reveal()
    recorder.round_changed(round_)
    round_.put_note(RoundNote(starred=True))
    recorder.round_changed(round_)
    assert recorder.close() == ""
    assert (opened().note, opened().votes) == (RoundNote("elsewhere", starred=True), (VOTE,))
    assert opened().blind == round_.blind


def test_what_was_said_is_imported(tmp_path: Path) -> None:
    recorder, _ = to_file(tmp_path / "a.jsonl")
    first = round_of(complete())
    original = asked(recorder, first)
    original.put_note(NOTE)
    original.put_vote(VOTE)
    recorder.round_changed(original)
    recorder.close()

    recording = read_recording(tmp_path / "a.jsonl")
    history = History(tmp_path / "history.db")
    number = history.add(recording, fold(recording))
    assert said(fold(history.open(number))) == ("left", original.blind, NOTE, [VOTE])


# Files


def test_a_file_of_version_2_comes_to_what_it_was() -> None:
    recording = read_recording(FOLDER_2 / "takes.jsonl")

    expected = json.loads((FOLDER_2 / "takes.json").read_text())
    assert without_sentences(json.loads(json.dumps(all_of(recording)))) == without_sentences(expected)


CHANGE = {"note": "changed", "counts": {"left": 1}, "starred": False, "text": "", "votes": []}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"counts": None}, "does not say which takes count"),
        ({"counts": {"left": 2}}, "counts take 2 of left, which was not announced"),
        ({"counts": {"left": None}}, "has no whole number as left"),
        ({"text": 1}, "has no text as text"),
        ({"votes": 1}, "has votes that are not a list of objects"),
        ({"votes": [{}]}, "has a vote that says nothing"),
        (
            {"votes": [{"verdict": "better", "label": "up", "date": 1, "voter": ""}]},
            "has a vote for up, which was not announced",
        ),
    ],
)
def test_a_change_that_cannot_be(tmp_path: Path, change: dict[str, object], problem: str) -> None:
    path = tmp_path / "a.jsonl"
    reopened(path, round_of(complete()))
    path.write_text(path.read_text() + json.dumps(CHANGE) + "\n" + json.dumps(CHANGE | change) + "\n")
    with pytest.raises(StoreError, match=rf"^a\.jsonl is damaged in line \d+: it {problem}\.$"):
        read_recording(path)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"continues": 1}, "cannot be read as a recording of Diptych: its first line has no text as continues"),
        ({"blind": {"order": []}}, "is damaged: it is blind, but its order does not have each side once"),
    ],
)
def test_a_header_that_cannot_be(tmp_path: Path, change: dict[str, object], problem: str) -> None:
    path = tmp_path / "a.jsonl"
    reopened(path, round_of(complete()))
    header, *rest = path.read_text().splitlines(keepends=True)
    path.write_text("".join([json.dumps(json.loads(header) | change), "\n", *rest]))
    with pytest.raises(StoreError, match=rf"^a\.jsonl {problem}\.$"):
        read_recording(path)


@pytest.mark.parametrize("column", ["blind = '{}'", "blind = 5", "blind = '['", "continues = x'00'"])
def test_a_damaged_history(tmp_path: Path, column: str) -> None:
    history = keep(tmp_path / "history.db", round_of(complete()))
    with closing(connect(history.path)) as connection:
        connection.execute(f"UPDATE rounds SET {column}")  # noqa: S608 - one of the above

    with pytest.raises(StoreError, match=r"it is damaged\.$"):
        history.open(1)
