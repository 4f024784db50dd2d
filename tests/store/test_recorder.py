"""What streams is written while it streams, by a thread that delays nobody and survives a full disk."""

import threading

import pytest

from diptych.core.endpoint import Endpoint
from diptych.core.experiment.answer_row import AnswerRow
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.run_lines import Ended
from diptych.core.secrets.printed_keys import PrintedKeys
from diptych.core.secrets.values import Secret, Secrets
from diptych.store import recorder
from diptych.store.entries import Began
from diptych.store.errors import BusyError, StoreError, UnstorableError
from diptych.store.recorder import Recorder
from diptych.store.sink import Nowhere
from tests.store.rounds import answered, new_run, over, round_of
from tests.store.sinks import Paper, Pile, begin, end


def test_lines_are_written_while_their_run_goes_on() -> None:
    paper = Paper()
    recording = Recorder(paper)
    run = begin(recording)

    paper.wait(lambda: len(paper.items) == 2)
    answered(run)
    paper.wait(lambda: len(paper.items) == 3)

    assert isinstance(paper.items[0], Began)
    assert paper.items[1:] == [(run, line) for line in run.lines]
    recording.close()


def test_the_end_of_a_run_is_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "INTERVAL", 3_600)
    paper = Paper()
    recording = Recorder(paper)
    run = begin(recording)
    end(run)

    paper.wait(lambda: isinstance(paper.items[-1:] and paper.items[-1], Ended))
    recording.close()
    assert len(paper.items) == 2 + len(run.lines)


def with_key_command(recording: Recorder, printed: PrintedKeys, key_command: str) -> Run:
    """A round begins whose endpoint has a command that prints its key."""
    command = (key_command,)
    endpoint = Endpoint(
        "here", "openai-chat", "https://x", "key", key_command=command, environment=Secrets(printed=printed)
    )
    run = new_run(observer=recording, endpoint=endpoint, system="the sk-printed-0123")
    recording.round_began(1, round_of(run))
    return run


def test_nothing_is_written_before_a_command_has_printed_the_key(quick: None) -> None:
    paper, printed = Paper(), PrintedKeys()
    recording = Recorder(paper)
    with_key_command(recording, printed, "pass")
    begin(recording)
    paper.wait(lambda: paper.items)
    assert len({item.round for item in paper.items if isinstance(item, Began)}) == 1

    printed.add("key_command", ("pass",), Secret("sk-another-0123"))
    paper.wait(lambda: len([item for item in paper.items if isinstance(item, Began)]) == 2)
    recording.close()


def test_a_round_that_holds_a_key_which_a_command_then_prints_is_not_written(quick: None) -> None:
    paper, printed = Paper(), PrintedKeys()
    recording = Recorder(paper)
    run = with_key_command(recording, printed, "pass")
    printed.add("key_command", ("pass",), Secret("sk-printed-0123"))
    over(run)

    assert recording.close() == ""
    assert paper.items == []


def test_what_waits_for_its_key_is_written_at_the_end() -> None:
    paper = Paper()
    recording = Recorder(paper)
    with_key_command(recording, PrintedKeys(), "pass")

    assert recording.close() == ""
    assert [type(item) for item in paper.items] == [Began]


def test_closing_writes_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "INTERVAL", 3_600)
    paper = Paper()
    recording = Recorder(paper)
    run = begin(recording)
    paper.wait(lambda: paper.items)
    answered(run)
    recording.close()

    assert paper.items[-1] == (run, run.lines[-1])
    assert paper.closed == 1


def test_closing_when_nothing_was_asked() -> None:
    paper = Paper()
    Recorder(paper).close()

    assert (paper.items, paper.writes) == ([], 0)


@pytest.mark.usefixtures("quick")
def test_what_cannot_be_written_is_told_and_kept_until_it_can_be() -> None:
    paper = Paper()
    recording = Recorder(paper)
    paper.fails = StoreError("The paper is full.")
    first, second = begin(recording), begin(recording)
    end(first)
    paper.wait(lambda: paper.refused > 2)
    kept = "What was asked is kept, and recorded as soon as that can be done."
    assert recording.problem == f"The paper is full. 2 rounds are not recorded yet. {kept}"

    paper.fails = None
    end(second)
    assert recording.close() == recording.problem == ""

    assert [item.round.runs["left"] for item in paper.items if isinstance(item, Began)] == [first, second]
    for run in (first, second):
        assert [item[1] for item in paper.items if isinstance(item, tuple) and item[0] is run] == list(run.lines)
        assert Ended(run) in paper.items
    assert paper.closed == 1


@pytest.mark.usefixtures("quick")
def test_what_is_kept_is_counted_by_how_much_of_it_is_written() -> None:
    paper = Paper()
    recording = Recorder(paper)
    first = begin(recording)
    paper.wait(lambda: paper.items)
    paper.fails = StoreError("The paper is full.")
    end(first)
    paper.wait(lambda: paper.refused)
    assert "The paper is full. 1 round is recorded only in part so far." in recording.problem
    begin(recording)

    assert recording.close() == "The paper is full. 1 round is not recorded, and 1 only in part."
    assert not recording.goes_on


@pytest.mark.usefixtures("quick")
def test_a_short_lock_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper()
    recording = Recorder(paper)
    paper.fails = BusyError("Another writes.")
    begin(recording)
    paper.wait(lambda: paper.refused > 1)
    assert recording.problem == ""

    monkeypatch.setattr(recorder, "_BUSY", 0)
    assert recording.problem.startswith("Another writes. 1 round is not recorded yet.")
    paper.fails = None
    assert recording.close() == ""


@pytest.mark.usefixtures("quick")
def test_closing_waits_for_a_lock_as_long_as_it_may_and_goes_on_until_the_program_ends() -> None:
    paper = Paper()
    recording = Recorder(paper)
    paper.fails = BusyError("Another writes.")
    run = begin(recording)
    end(run)
    paper.wait(lambda: paper.refused > 1)

    assert recording.close(0.01) == "Another writes. 1 round is not recorded."
    assert recording.goes_on
    refused = paper.refused
    paper.wait(lambda: paper.refused > refused + 1)
    paper.fails = None
    assert recording.close() == ""
    assert len(paper.items) == 2 + len(run.lines)
    assert (paper.closed, recording.goes_on) == (1, False)


def test_a_disk_that_hangs_does_not_keep_the_program_from_ending() -> None:
    paper = Paper()
    recording = Recorder(paper)
    with paper.hanging():
        begin(recording)
        assert recording.close(0.01) == "Writing down what arrived takes too long. 1 round is not recorded."
    assert recording.close() == ""


@pytest.mark.usefixtures("quick")
def test_what_can_wait_is_done_when_nothing_streams() -> None:
    paper = Paper()
    paper.chores = 3
    recording = Recorder(paper)
    first = begin(recording)
    paper.wait(lambda: paper.items)
    assert paper.tidied == 0
    end(first)
    paper.wait(lambda: paper.tidied == 3)
    begin(recording)

    assert recording.close() == ""
    assert paper.tidied == 3, "the second round still streams"


def test_who_keeps_nothing() -> None:
    recording = Recorder(Nowhere())
    end(begin(recording))
    recording.close()

    assert recording.problem == ""
    assert not Nowhere().tidy()


def test_the_end_of_one_round_does_not_write_lines_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "INTERVAL", 3_600)
    paper = Pile()
    recording = Recorder(paper)
    first, second = begin(recording), begin(recording)
    paper.wait(lambda: sum(isinstance(item, Began) for item in paper.items) == 2)
    answered(first)
    end(second)
    paper.wait(lambda: isinstance(paper.items[-1], Ended))

    written = sum(isinstance(item, tuple) and item[0] is first for item in paper.items)
    assert written < len(first.lines)
    assert recording.close() == ""
    assert sum(isinstance(item, tuple) and item[0] is first for item in paper.items) == len(first.lines)


# Rows of experiments, and when a round is written


def a_rated_round(recorder: Recorder) -> tuple[Round, AnswerRow]:
    run = new_run()
    round_ = round_of(run)
    recorder.round_began(1, round_)
    row = AnswerRow(case="a", repeat=1, label=run.label, endpoint="e", model="m", state="stopped")
    run._observer = recorder
    run.stop(1.0)
    recorder.row_added(round_, run, row)
    return round_, row


@pytest.mark.parametrize("sink", [Paper, Pile])
def test_a_row_is_told_once_it_is_written(sink: type[Paper]) -> None:
    paper = sink()
    told: list[tuple[Round, AnswerRow, int]] = []
    recording = Recorder(paper, lambda round_, row: told.append((round_, row, paper.writes)))

    with paper.hanging():
        round_, row = a_rated_round(recording)
        assert told == []
    assert recording.close() == ""

    ((told_round, told_row, writes),) = told
    assert (told_round, told_row) == (round_, row)
    assert writes > 0


def test_a_row_of_a_round_that_cannot_be_written_is_told_as_well() -> None:
    paper = Paper()
    paper.fails = UnstorableError("It is too large.")
    told: list[AnswerRow] = []
    recording = Recorder(paper, lambda round_, row: told.append(row))

    _, row = a_rated_round(recording)
    recording.close()

    assert told == [row]


def test_somebody_waits_until_a_round_is_written() -> None:
    paper = Paper()
    recording = Recorder(paper)
    written = threading.Event()

    with paper.hanging():
        round_, _ = a_rated_round(recording)
        recording.call_when_written(round_, written.set)
        assert not written.is_set()
    assert written.wait(120)

    again = threading.Event()
    recording.close()
    recording.call_when_written(round_, again.set)
    assert again.is_set()


def test_a_sink_is_closed_even_if_nothing_was_written() -> None:
    paper = Paper()

    assert Recorder(paper).close() == ""
    assert paper.closed == 1
