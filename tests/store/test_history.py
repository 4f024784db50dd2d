"""The history as a user knows it: what was asked is listed, found, opened as it was, and deleted for good."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from diptych.core.event import Event
from diptych.core.exchange import exchanges
from diptych.core.history_summary import HistoryFilter
from diptych.core.recorded_run import recorded_run
from diptych.core.recording import RecordedEvent, RecordedRun, Recording
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.timed_body import timed_body
from diptych.replay.folding import fold
from diptych.store.database import connect
from diptych.store.errors import StoreError
from diptych.store.history import History, is_reference
from diptych.store.recording_files import read_recording
from diptych.store.storable import storable
from tests.report.exports import render, whole_object
from tests.store.rounds import (
    KINDS,
    ODD_PIECES,
    ODD_ROUNDS,
    all_of,
    complete,
    found,
    in_odd_pieces,
    keep,
    of_older_version,
    of_stream,
    reopened,
    retried,
    round_of,
    streaming,
    writing,
)
from tests.streams.folding import request

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
    for number in (1, 3):
        history.delete(number)
    with pytest.raises(StoreError, match=r"^There is no round in the history yet\.$"):
        history.resolve("last")
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


# What is added


@pytest.mark.parametrize("make", ODD_ROUNDS.values(), ids=ODD_ROUNDS)
def test_a_round_that_was_recorded_elsewhere(tmp_path: Path, make: Callable[[], Round]) -> None:
    original = make()
    recording = reopened(tmp_path / "a.jsonl", original)
    history = History(tmp_path / "new" / "history.db")

    assert history.add(recording, fold(recording)) == 1
    assert all_of(history.open(1)) == whole_object(original) | {"prompt": storable(original.prompt)}
    assert found(history, "half" if "half" in original.prompt else "hi" if original.prompt == "hi" else "lines") == [1]


def test_the_bytes_of_a_body_go_through_files_and_histories_without_loss(tmp_path: Path) -> None:
    original = round_of(in_odd_pieces(), of_older_version("right"))
    text = render(original, "jsonl")
    kept = keep(tmp_path / "history.db", original).open(1)
    imported = History(tmp_path / "other.db")

    assert render(fold(kept), "jsonl") == text
    imported.add(kept, fold(kept))
    assert render(fold(imported.open(1)), "jsonl") == text
    assert render(fold(reopened(tmp_path / "a.jsonl", fold(imported.open(1)))), "jsonl") == text
    assert [run.keeps_bytes for run in kept.runs] == [True, False]
    (exchange,) = exchanges(kept.run("left"))
    assert tuple(timed_body(exchange, "openai-chat", keeps_bytes=True)) == ODD_PIECES


def test_one_that_was_broken_off_stays_so(tmp_path: Path) -> None:
    recording = reopened(tmp_path / "a.jsonl", round_of(streaming(), complete("right")))
    history = History(tmp_path / "history.db")
    history.add(recording, fold(recording))

    again = history.open(1)
    assert [(run.ended, run.is_live) for run in again.runs] == [(False, False), (True, False)]
    assert [run.state for run in history.rounds(HistoryFilter())[0].runs] == ["cut", "complete"]
    assert found(history, str(fold(again).runs["left"].text)) == [1]
    written = reopened(tmp_path / "b.jsonl", fold(again))
    assert [run.ended for run in written.runs] == [False, True]
    assert fold(written).runs["left"].state == "cut"
    assert [exchange.ending for exchange in exchanges(recorded_run(fold(written).runs["left"]))] == ["unknown"]


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
