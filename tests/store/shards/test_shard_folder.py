"""The folder of a part of an experiment: written by a recorder, cut off anywhere, and gone on with."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from diptych.core.experiment.order import Shard
from diptych.core.experiment.plan import Limits
from diptych.core.remarks import RoundNote
from diptych.core.round import Round
from diptych.replay.folding import fold
from diptych.store.entries import Opened
from diptych.store.errors import RoundGoneError, StoreError
from diptych.store.recorder import Recorder
from diptych.store.shards.shard_folder import ShardFolder, begin_shard, read_shard, read_shards
from diptych.store.shards.shard_sink import ShardSink
from tests.report.exports import render, whole_object
from tests.store.experiments import plan_of, rated_items, round_of_case, row_of
from tests.store.recorders import take
from tests.store.rounds import ODD_ROUNDS, all_of, complete, failed, items, new_run, stopped, streaming
from tests.store.test_recording_files import files_no_larger_than

PLAN = plan_of("a", "b", "c", repeats=2)
SHARD = Shard(2, 3)


def begun_folder(tmp_path: Path) -> ShardFolder:
    return begin_shard(tmp_path / "part", PLAN, Limits(concurrency=4), SHARD)


def write(folder: ShardFolder, *rounds: Round) -> None:
    with closing(ShardSink(folder)) as sink:
        for round_ in rounds:
            sink.write(rated_items(round_))


def missing(folder: ShardFolder, *, retry_failed: bool = False) -> list[tuple[str, int, tuple[str, ...]]]:
    answered = folder.answered(retry_failed=retry_failed)
    return [(each.case.id, each.repeat, each.labels) for each in answered.missing(folder.shard)]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    folder = begun_folder(tmp_path)
    rounds = [round_of_case(None, "b", 1, complete(), failed("right")), round_of_case(None, "b", 2, stopped())]
    write(folder, *rounds)
    again = read_shard(folder.path)

    assert again == folder
    assert [(row.case, row.repeat, row.label, row.round, row.experiment) for row in again.rows()] == [
        *(("b", 1, "left", 1, None), ("b", 1, "right", 1, None), ("b", 2, "left", 2, None)),
    ]
    assert [all_of(recording) for recording in again.recordings()] == list(map(whole_object, rounds))
    assert [recording.number for recording in again.recordings()] == [1, 2] == [each.number for each in rounds]


def test_rounds_that_stream_at_once_lie_in_one_file(tmp_path: Path) -> None:
    folder = begun_folder(tmp_path)
    recorder = Recorder(ShardSink(folder))
    rounds = [
        Round("hi", 50.0, [new_run(label, observer=recorder) for label in ("left", "right")], None) for _ in range(3)
    ]
    for round_ in rounds:
        recorder.round_began(1, round_)
    for text in ("first", "second"):
        for round_ in rounds:
            take(recorder, round_, text)
    assert recorder.close() == ""

    assert [path.name for path in folder.round_files] == ["rounds-1.jsonl"]
    assert sorted(all_of(each)["prompt"] for each in folder.recordings()) == ["hi"] * 3
    for recording, round_ in zip(folder.recordings(), rounds, strict=True):
        assert all_of(recording)["left"]["text"] == whole_object(round_)["left"]["text"] == "second"


@pytest.mark.parametrize("kind", ODD_ROUNDS)
def test_lines_of_every_kind_come_to_the_same_again(tmp_path: Path, kind: str) -> None:
    folder = begun_folder(tmp_path)
    original = ODD_ROUNDS[kind]()
    with closing(ShardSink(folder)) as sink:
        sink.write(items(original))

    (recording,) = folder.recordings()
    assert all_of(recording) == whole_object(original)
    assert render(fold(recording), "jsonl") == render(original, "jsonl")


# Cut off, and gone on with


def cut_off(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


def test_files_that_are_cut_anywhere_are_read_up_to_there_and_gone_on_with(tmp_path: Path) -> None:
    folder = begun_folder(tmp_path)
    rounds = [round_of_case(None, "b", 1), round_of_case(None, "b", 2)]
    write(folder, *rounds)
    whole_rows, whole_rounds = folder.rows_file.read_bytes(), folder.round_files[0].read_bytes()
    for step in range(40):
        size = len(whole_rows) * step // 40
        folder.rows_file.write_bytes(whole_rows[:size])
        folder.round_files[0].write_bytes(whole_rounds[: len(whole_rounds) * step // 40])

        assert [row.case for row in folder.rows()] == ["b"] * whole_rows[:size].count(b"\n")
        assert len(list(folder.recordings())) <= 2
    folder.rows_file.write_bytes(whole_rows[:-20])
    folder.round_files[0].write_bytes(whole_rounds[:-20])
    assert missing(folder) == [("b", 2, ("left",))] or missing(folder) == [("b", 2, ("right",))]

    write(folder, round_of_case(None, "b", 2, complete("right")))
    assert missing(folder) == []
    assert [row.round for row in folder.rows()] == [1, 1, 2, 3]
    assert [each.number for each in folder.recordings()] == [1, 2, 3]
    assert [path.name for path in folder.round_files] == ["rounds-1.jsonl", "rounds-2.jsonl"]


def test_a_long_half_line_is_removed(tmp_path: Path) -> None:
    folder = begun_folder(tmp_path)
    folder.rows_file.write_bytes(b"{" * 200_000)
    write(folder, round_of_case(None, "b", 1))

    assert len(list(folder.rows())) == 2


def test_what_failed_is_asked_again_if_that_is_wanted(tmp_path: Path) -> None:
    folder = begun_folder(tmp_path)
    write(folder, round_of_case(None, "b", 1, failed(), stopped("right")))
    assert missing(folder) == [("b", 1, ("right",)), ("b", 2, ("left", "right"))]
    assert missing(folder, retry_failed=True)[0] == ("b", 1, ("right", "left"))

    write(folder, round_of_case(None, "b", 1, complete()))
    assert missing(folder, retry_failed=True)[0] == ("b", 1, ("right",))


def test_rows_that_the_plan_does_not_ask_for_settle_nothing(tmp_path: Path) -> None:
    folder = begun_folder(tmp_path)
    write(folder, round_of_case(None, "z", 1), round_of_case(None, "b", 0))

    assert len(folder.answered()) == 0
    assert list(folder.without_rows()) == []


def test_answers_that_ended_without_a_row_are_rated_from_their_recording(tmp_path: Path) -> None:
    folder = begun_folder(tmp_path)
    killed = round_of_case(None, "b", 1, complete(), streaming("right"))
    with closing(ShardSink(folder)) as sink:
        sink.write(items(round_of_case(None, "b", 0)))
        sink.write(items(killed))
    write(folder, round_of_case(None, "b", 2))

    ((recording, labels),) = folder.without_rows()
    assert (recording.number, labels) == (2, ["left"])
    with closing(ShardSink(folder)) as sink:
        sink.add_rows([msgspec.structs.replace(row_of(killed, killed.runs["left"]), round=recording.number)])
    assert list(folder.without_rows()) == []
    assert missing(folder) == [("b", 1, ("right",))]


def test_what_was_spent_counts_every_request_that_may_be_charged(tmp_path: Path) -> None:
    folder = begun_folder(tmp_path)
    known = complete()
    known.cost_usd = "0.5"
    with closing(ShardSink(folder)) as sink:
        sink.write(items(round_of_case(None, "a", 0)))
        sink.write(items(round_of_case(None, "c", 1, streaming())))
    write(folder, round_of_case(None, "b", 1, known, failed("right")), round_of_case(None, "b", 2, stopped()))
    most = {"a": 1, "b": 100, "c": 10_000}

    assert folder.spent(lambda case, label: Decimal(most[case])) == Decimal("0.5") + 1 + 1 + 100 + 10_000


def test_folders_of_one_plan_share_it_in_memory(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one", "two", "other")]
    for number, path in enumerate(paths[:2], 1):
        begin_shard(path, PLAN, Limits(), Shard(number, 2))
    begin_shard(paths[2], plan_of("z"), Limits(), Shard(1, 1))
    one, two, other = read_shards(paths)

    assert one.plan is two.plan
    assert [folder.plan for folder in (one, other)] == [PLAN, plan_of("z")]
    assert [folder.shard for folder in (one, two)] == [Shard(1, 2), Shard(2, 2)]


# What is refused


def test_a_folder_of_another_plan_or_part_is_not_gone_on_with(tmp_path: Path) -> None:
    path = begun_folder(tmp_path).path
    assert begin_shard(path, PLAN, Limits(), SHARD) == read_shard(path)

    with pytest.raises(StoreError, match="part holds another plan: choose another folder, or ask as before"):
        begin_shard(path, plan_of("a"), Limits(), SHARD)
    with pytest.raises(StoreError, match="part holds part 2/3: choose another folder, or ask that part"):
        begin_shard(path, PLAN, Limits(), Shard(1, 3))
    (path / "plan.json").unlink()
    (path / "rows.jsonl").touch()
    with pytest.raises(StoreError, match=r"part holds rows without their plan\.json: choose another folder"):
        begin_shard(path, PLAN, Limits(), SHARD)


def test_two_processes_do_not_write_into_one_folder(tmp_path: Path) -> None:
    folder = begun_folder(tmp_path)
    refused = pytest.raises(StoreError, match=r"^Another Diptych writes into .*part: wait for it, or choose another")
    with closing(ShardSink(folder)), refused:
        ShardSink(folder)
    ShardSink(folder).close()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "is damaged: it is not JSON"),
        ("[]", "is damaged: it is not a JSON object"),
        ('{"shard": "0/3"}', "is damaged: it does not say which part of the plan it is"),
        ('{"shard": "1/3", "plan": {}}', "is damaged: it has a plan without models"),
        ('{"shard": "1/3", "plan": 7}', "is damaged: it has a plan that is not an object"),
    ],
)
def test_a_damaged_plan(tmp_path: Path, content: str, what: str) -> None:
    path = begun_folder(tmp_path).path
    (path / "plan.json").write_text(content)
    with pytest.raises(StoreError, match=rf"plan\.json {what}\.$"):
        read_shard(path)


def test_a_folder_that_holds_no_part(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("nowhere", "file"):
        with pytest.raises(StoreError, match=rf"{name} was not written by `diptych run --out`: it has no plan\.json"):
            read_shard(tmp_path / name)
    (tmp_path / "odd" / "plan.json").mkdir(parents=True)
    with pytest.raises(StoreError, match=r"plan\.json cannot be read: Is a directory"):
        read_shard(tmp_path / "odd")
    with pytest.raises(StoreError, match=r"file cannot be written: "):
        begin_shard(tmp_path / "file", PLAN, Limits(), SHARD)


def test_damaged_lines_are_named(tmp_path: Path) -> None:
    folder = begun_folder(tmp_path)
    write(folder, round_of_case(None, "b", 1))
    rows, rounds = folder.rows_file, folder.round_files[0]
    rows.write_bytes(rows.read_bytes() + b'{"case": 7}\n')
    with pytest.raises(StoreError, match=r"rows\.jsonl, line 3, is damaged: it is not a row of an answer\.$"):
        list(folder.rows())

    written = rounds.read_bytes()
    number = written.count(b"\n") + 1
    for line, what in (
        (b"\xff\n", "is not a line of a recorded round"),
        (b'{"round": 2, "line": []}\n', "is not a line of a recorded round"),
        (b'{"round": 2, "line": {,}}\n', "is not JSON"),
        (b'{"round": 1, "line": {"side": "left", "note": "end"}}\n', "comes after the end of the left side"),
    ):
        rounds.write_bytes(written + line)
        with pytest.raises(StoreError, match=rf"rounds-1\.jsonl, line {number}, is damaged: it {what}"):
            list(folder.recordings())


# Disks that fail


@contextmanager
def folder_and_sink(tmp_path: Path) -> Iterator[tuple[ShardFolder, ShardSink]]:
    folder = begun_folder(tmp_path)
    with closing(ShardSink(folder)) as sink:
        yield folder, sink


def test_a_full_disk_leaves_whole_lines_and_the_write_is_repeated(tmp_path: Path) -> None:
    round_ = round_of_case(None, "b", 1)
    with folder_and_sink(tmp_path) as (folder, sink):
        with files_no_larger_than(700), pytest.raises(StoreError, match=r"rounds-1\.jsonl cannot be written: "):
            sink.write(rated_items(round_))
        assert (list(folder.rows()), list(folder.recordings())) == ([], [])
        sink.write(rated_items(round_))

    assert len(list(folder.rows())) == 2
    assert [all_of(each) for each in folder.recordings()] == [whole_object(round_)]


def test_rows_that_cannot_be_written_take_their_round_back(tmp_path: Path) -> None:
    with folder_and_sink(tmp_path) as (folder, sink):
        folder.rows_file.rename(folder.path / "elsewhere")
        with pytest.raises(StoreError, match=r"rows\.jsonl was removed or replaced"):
            sink.write(rated_items(round_of_case(None, "b", 1)))
        assert list(folder.recordings()) == []
        (folder.path / "elsewhere").rename(folder.rows_file)
        sink.write(rated_items(round_of_case(None, "b", 1)))

    assert [each.number for each in folder.recordings()] == [1]


def test_a_round_that_was_not_begun_here_is_written_from_its_beginning(tmp_path: Path) -> None:
    round_ = round_of_case(None, "b", 1)
    with folder_and_sink(tmp_path) as (_, sink):
        for item in [Opened(1, round_, 7), *rated_items(round_)[1:]]:
            with pytest.raises(RoundGoneError):
                sink.write([item])


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = begun_folder(tmp_path)
    folder.rows_file.mkdir()
    with pytest.raises(StoreError, match=r"rows\.jsonl cannot be written: Is a directory"):
        ShardSink(folder)
    folder.rows_file.rmdir()
    (folder.path / "lock").unlink()
    (folder.path / "lock").mkdir()
    with pytest.raises(StoreError, match=r"part cannot be written: Is a directory"):
        ShardSink(folder)
    (folder.path / "lock").rmdir()
    ShardSink(folder).close()


def test_a_folder_whose_rows_are_gone_has_none(tmp_path: Path) -> None:
    folder = begun_folder(tmp_path)
    assert list(folder.rows()) == []
    folder.rows_file.mkdir()
    with pytest.raises(StoreError, match=r"rows\.jsonl cannot be read: Is a directory"):
        list(folder.rows())


def test_a_take_and_a_note_of_a_round_are_written_beside_it(tmp_path: Path) -> None:
    round_ = round_of_case(None, "b", 1, complete())
    with folder_and_sink(tmp_path) as (folder, sink):
        recorder = Recorder(sink)
        recorder.round_began(1, round_)
        for line in round_.runs["left"].lines:
            recorder.line_added(round_.runs["left"], line)
        recorder.run_ended(round_.runs["left"])
        again = take(recorder, round_, "once more")
        round_.put_note(RoundNote("odd"))
        recorder.round_changed(round_)
        assert recorder.close() == ""

    (recording,) = folder.recordings()
    assert (recording.note, all_of(recording)["left"]["text"]) == (RoundNote("odd"), str(again.text))
