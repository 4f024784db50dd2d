"""A recording file opens as it was written, as far as it goes, or says in one sentence what is wrong with it."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from diptych.core.body_pieces import NO_REST
from diptych.core.round import Round
from diptych.replay.folding import fold
from diptych.store import recording_files as files
from diptych.store.errors import StoreError
from diptych.store.recorder import Recorder
from diptych.store.recording_files import RecordingFile, read_recording
from tests.report.exports import render, whole_object
from tests.store.rounds import (
    KINDS,
    ODD_ROUNDS,
    all_of,
    answered,
    as_file,
    complete,
    failed,
    items,
    new_run,
    of_stream,
    over,
    reopened,
    retried,
    round_of,
    sent,
    stopped,
    streaming,
    unconnected,
)
from tests.store.versions import FOLDER, without_sentences

Json = dict[str, Any]


def lines_of(round_: Round) -> list[Json]:
    """A round's recording as objects."""
    return [json.loads(line) for line in render(round_, "jsonl").splitlines()]


def written(path: Path, lines: Sequence[object]) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def problem(path: Path) -> str:
    """What a user is told of a file."""
    with pytest.raises(StoreError) as caught:
        read_recording(path)
    return str(caught.value)


def use(path: Path) -> None:
    """Use the recording in a file for everything it is good for, if it is not refused in a sentence."""
    with suppress(StoreError):
        round_ = fold(read_recording(path))
        render(round_, "json")
        render(round_, "jsonl")


# What was written comes back


@pytest.mark.parametrize("kind", KINDS)
def test_a_recorded_stream_comes_to_the_same_again(tmp_path: Path, kind: str) -> None:
    original = round_of(of_stream(kind), of_stream(kind, "right"))

    assert all_of(reopened(tmp_path / "a.jsonl", original)) == whole_object(original)


@pytest.mark.parametrize("make", ODD_ROUNDS.values(), ids=ODD_ROUNDS)
def test_notes_of_every_kind_come_to_the_same_again(tmp_path: Path, make: Callable[[], Round]) -> None:
    original = make()
    recording = reopened(tmp_path / "a.jsonl", original)

    assert all_of(recording) == whole_object(original)
    assert recording.date == original.date
    assert render(fold(recording), "jsonl") == render(original, "jsonl")


def test_a_file_written_while_it_streams_comes_to_the_same_again(tmp_path: Path) -> None:
    original = round_of(retried(), failed("right"))
    file = RecordingFile(tmp_path / "a.jsonl")
    for item in items(original):
        file.write([item])
    file.close()

    assert all_of(read_recording(tmp_path / "a.jsonl")) == whole_object(original)


def test_what_was_asked_comes_back_without_address_and_key(tmp_path: Path) -> None:
    settings = reopened(tmp_path / "a.jsonl", round_of(retried())).run("left").settings

    assert (settings.name, settings.system, settings.max_tokens) == ("here:some-model", "Be brief.", 99)
    assert settings.params == {"temperature": 0.5, "stop": ["a", None]}
    assert (settings.endpoint.base_url, settings.endpoint.key) == ("", None)


def test_a_side_without_its_end_was_cut(tmp_path: Path) -> None:
    recording = reopened(tmp_path / "a.jsonl", round_of(streaming(), stopped("right")))

    assert [run.ended for run in recording.runs] == [False, True]
    assert [run.state for run in fold(recording).runs.values()] == ["cut", "stopped"]


@pytest.mark.parametrize("name", ["retried", "stopped", "alone"])
def test_a_file_of_version_1_comes_to_what_it_was(name: str) -> None:
    recording = read_recording(FOLDER / f"{name}.jsonl")

    expected = json.loads((FOLDER / f"{name}.json").read_text())
    assert without_sentences(json.loads(json.dumps(all_of(recording)))) == without_sentences(expected)
    assert [run.messages for run in recording.runs] == [()] * len(recording.runs)


def test_a_file_of_version_3_does_not_know_the_bytes(tmp_path: Path) -> None:
    header, *rest = lines_of(round_of(complete()))
    recording = read_recording(written(tmp_path / "a.jsonl", [header | {"version": 3}, *rest]))

    assert [run.keeps_bytes for run in recording.runs] == [False]
    assert lines_of(fold(recording))[0]["runs"][0]["keeps_bytes"] is False
    assert read_recording(written(tmp_path / "b.jsonl", lines_of(fold(recording)))).runs == recording.runs


def test_a_rest_before_any_request_is_left_out(tmp_path: Path) -> None:
    header, *_ = lines_of(round_of(complete()))
    end = {"side": "left", "note": "end", "rest": {"data": ":", "pieces": []}, "run": {}}

    assert read_recording(written(tmp_path / "a.jsonl", [header, end])).runs[0].rest == NO_REST


def test_a_file_of_version_1_without_sides(tmp_path: Path) -> None:
    header = {"format": "diptych recording", "version": 1, "prompt": "hi"}

    assert (
        problem(written(tmp_path / "a.jsonl", [header]))
        == "a.jsonl cannot be read as a recording of Diptych: its first line names no side."
    )


def test_runs_that_the_header_does_not_name_are_announced_by_lines(tmp_path: Path) -> None:
    header, *rest = lines_of(round_of(complete()))
    (run,) = header.pop("runs")
    original = read_recording(written(tmp_path / "a.jsonl", [header | {"runs": [run]}, *rest]))

    assert read_recording(written(tmp_path / "b.jsonl", [header, {"note": "take"} | run, *rest])) == original


# What is cut off


def test_a_file_cut_off_anywhere_opens_as_far_as_it_goes(tmp_path: Path) -> None:
    original = round_of(stopped(), unconnected("right"), prompt="half a \ud83d character")
    path = as_file(tmp_path / "a.jsonl", original)
    content = path.read_bytes()
    header, whole = content.index(b"\n"), read_recording(path)
    for end in range(len(content)):
        path.write_bytes(content[:end])
        if end < header:
            what = (
                "is empty: it is not a recording."
                if not end
                else "cannot be read as a recording of Diptych: its first line is not JSON."
            )
            assert problem(path) == f"a.jsonl {what}"
            continue
        opened = read_recording(path)
        for run in opened.runs:
            assert list(run.lines) == list(whole.run(run.label).lines[: len(run.lines)])
            assert not run.ended or len(run.lines) == len(whole.run(run.label).lines)
        fold(opened)


# What is damaged


def test_what_is_wrong_is_told_with_the_number_of_its_line(tmp_path: Path) -> None:
    path, lines = tmp_path / "a.jsonl", lines_of(round_of(complete()))
    lines[3] |= {"note": "lunch"}

    assert problem(written(path, lines)) == (
        "a.jsonl is damaged in line 4: it is neither an event nor a note of this version."
    )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"format": "diary"}, "is not the header of one"),
        ({"version": 5}, "is of a version that this Diptych does not read: it reads up to version 4"),
        ({"version": [[[]]]}, "is of a version that this Diptych does not read: it reads up to version 4"),
        ({"version": True}, "is of a version that this Diptych does not read: it reads up to version 4"),
        ({"prompt": None}, "has no prompt"),
        ({"date": "now"}, "has a date that cannot be"),
        ({"date": True}, "has a date that cannot be"),
        ({"date": -1}, "has a date that cannot be"),
        ({"date": 10**400}, "has a date that cannot be"),
        ({"runs": None}, "has runs that are not a list of objects"),
        ({"runs": [None]}, "has runs that are not a list of objects"),
        ({"runs": [{"label": "left", "api": "gopher"}]}, "names an API that this version does not know, 'gopher'"),
        ({"runs": [{"label": 1}]}, "has no text as label"),
        ({"runs": [{"label": "left", "take": 2}]}, "names take 2 of left where take 1 comes next"),
        ({"experiment": []}, "has an experiment that is not an object"),
        ({"experiment": {"id": 1}}, "has no text as case"),
    ],
)
def test_headers_that_are_none(tmp_path: Path, change: Json, what: str) -> None:
    header, *rest = lines_of(round_of(complete()))

    expected = f"a.jsonl cannot be read as a recording of Diptych: its first line {what}."
    assert problem(written(tmp_path / "a.jsonl", [header | change, *rest])) == expected


def test_a_file_without_runs(tmp_path: Path) -> None:
    header = lines_of(round_of(complete()))[0]
    del header["runs"]

    assert problem(written(tmp_path / "a.jsonl", [header])) == "a.jsonl is damaged: it names no run."


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ([], "it is not a JSON object"),
        ({}, "it does not say to which side it belongs"),
        ({"side": "right", "note": "cut", "clock": 1}, "it belongs to the right side, which was not announced"),
        ({"side": ["left"], "note": "cut", "clock": 1}, "it does not say to which side it belongs"),
        ({"side": "left", "take": 0, "note": "cut", "clock": 1}, "it does not say to which side it belongs"),
        (
            {"side": "left", "take": 2, "note": "counts"},
            "it belongs to take 2 of the left side, which was not announced",
        ),
        ({"note": "take", "label": "left", "take": 3}, "it names take 3 of left where take 2 comes next"),
        ({"file": "x", "data_base64": ""}, "it has no SHA-256 as file"),
        ({"file": "0" * 64, "data_base64": ""}, "it holds a file that is not the one it names"),
        ({"file": "0" * 64, "data_base64": "*"}, "it has data_base64 that is not Base64"),
        ({"side": "left", "note": "cut"}, "it has no time as clock"),
        ({"side": "left", "note": "start"}, "it has no time as t0"),
        ({"side": "left", "at": 1, "event": "", "data": ""}, "it comes before the start of the left side"),
        ({"side": "left", "note": []}, "it has no time as clock"),
    ],
)
def test_lines_that_are_none(tmp_path: Path, line: object, what: str) -> None:
    header = lines_of(round_of(complete()))[0]

    assert problem(written(tmp_path / "a.jsonl", [header, line])) == f"a.jsonl is damaged in line 2: {what}."


def test_a_line_after_the_end_of_its_side(tmp_path: Path) -> None:
    lines = lines_of(round_of(complete()))
    path = written(tmp_path / "a.jsonl", [*lines, lines[-2]])

    assert problem(path).endswith(f"line {len(lines) + 1}: it comes after the end of the left side.")


def test_lines_and_files_that_are_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = as_file(tmp_path / "a.jsonl", round_of(complete()))
    size, header = path.stat().st_size, len(path.read_bytes().splitlines(keepends=True)[0])

    monkeypatch.setattr(files, "MOST_BYTES", size)
    read_recording(path)
    monkeypatch.setattr(files, "MOST_BYTES", size - 1)
    assert problem(path) == "a.jsonl holds more than 0 MiB, which is not opened."
    monkeypatch.setattr(files, "LONGEST_LINE", header - 1)
    assert (
        problem(path)
        == "a.jsonl cannot be read as a recording of Diptych: its first line is longer than any line of a recording."
    )


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_brackets_without_end(tmp_path: Path, bracket: str) -> None:
    header = json.dumps(lines_of(round_of(complete()))[0])
    path = tmp_path / "a.jsonl"
    path.write_text(f"{header}\n{bracket * 100_000}\n")

    assert problem(path) == "a.jsonl is damaged in line 2: it is nested too deeply."


@pytest.mark.parametrize("levels", range(60, 1_000, 13))
def test_bodies_of_any_depth(tmp_path: Path, levels: int) -> None:
    lines = lines_of(round_of(failed()))
    body = "[" * levels + "]" * levels
    path = tmp_path / "a.jsonl"
    written(path, lines)
    path.write_text(path.read_text().replace('"body": {"stream": true}', f'"body": {body}'))

    use(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, what in ((tmp_path, "Is a directory"), (tmp_path / "none", "No such file or directory")):
        assert problem(path) == f"The recording {path} cannot be read: {what}."


# Written while it streams


def test_a_recording_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        RecordingFile(tmp_path / "a.jsonl").close()
    finally:
        os.umask(before)

    assert (tmp_path / "a.jsonl").stat().st_mode & 0o777 == 0o600


def test_every_line_is_in_the_file_as_soon_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    file = RecordingFile(path)
    for count, item in enumerate(items(round_of(failed("right"))), 1):
        file.write([item])
        content = path.read_bytes()
        assert content.endswith(b"\n")
        assert content.count(b"\n") == count + (count > 1), "a request brings a start line along"
    file.close()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("old")

    with pytest.raises(StoreError, match=r"a\.jsonl is there already: record into another file\.$"):
        RecordingFile(path)
    assert path.read_text() == "old"


def test_a_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"a\.jsonl cannot be written: No such file or directory\.$"):
        RecordingFile(tmp_path / "none" / "a.jsonl")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.touch()
    with monkeypatch.context() as patch:
        patch.setattr(files, "create_file", lambda path: os.open("/dev/full", os.O_WRONLY))
        file = RecordingFile(path)

    with pytest.raises(StoreError, match=r"a\.jsonl cannot be written: No space left on device\.$"):
        file.write(items(round_of(failed())))
    file.close()


@pytest.mark.skipif(sys.platform == "win32", reason="sizes of files have no limit there")
def test_what_did_not_fit_is_written_whole_once_it_does(tmp_path: Path) -> None:
    original = round_of(complete())
    first, *rest = items(original)
    path = tmp_path / "a.jsonl"
    file = RecordingFile(path)
    file.write([first])
    with files_no_larger_than(path.stat().st_size + 100), pytest.raises(StoreError, match="File too large"):
        file.write(rest)
    file.write(rest)
    file.close()

    assert all_of(read_recording(path)) == whole_object(original)


@pytest.mark.skipif(sys.platform == "win32", reason="sizes of files have no limit there")
def test_what_did_not_fit_leaves_no_half_of_a_line(tmp_path: Path) -> None:
    first, *rest = items(round_of(complete()))
    path = tmp_path / "a.jsonl"
    file = RecordingFile(path)
    file.write([first])
    before = path.read_bytes()
    with files_no_larger_than(len(before) + 100), pytest.raises(StoreError):
        file.write(rest)
    file.close()

    assert path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
def test_a_recording_that_is_removed_meanwhile_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    recorder = Recorder(RecordingFile(path))
    run = new_run(observer=recorder)
    original = round_of(run)
    recorder.round_began(1, original)
    sent(run)
    assert path.exists()
    path.unlink()
    answered(run)
    over(run)
    assert recorder.close() == ""

    assert all_of(read_recording(path)) == whole_object(original)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
def test_a_file_of_somebody_else_in_its_place_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "a.jsonl"
    file = RecordingFile(path)
    shutil.rmtree(folder)
    told = items(round_of(complete()))
    with pytest.raises(StoreError, match=r"cannot be written: No such file or directory\.$"):
        file.write(told)
    folder.mkdir()
    path.write_text("theirs")
    with pytest.raises(StoreError, match=r"is there already: record into another file\.$"):
        file.write(told)
    file.close()

    assert path.read_text() == "theirs"


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """As on a full disk: what goes beyond is refused, the part before that is written.

    Python writes no compiled modules then: they would be cut off, and every later import of them would fail.
    """
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
